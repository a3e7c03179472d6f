"""What git does in a project is read from its files, and agrees with git itself."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from styletune.files.git_state import Git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


_SETTINGS = [
    word
    for setting in ("user.name=A", "user.email=a@example.org", "init.defaultBranch=main", "protocol.file.allow=always")
    for word in ("-c", setting)
]


class Repository:
    """A real repository."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = 1_700_000_000

    def git(self, *arguments: str, fails: bool = False) -> str:
        self.clock += 10
        date = f"{self.clock} +0100"
        done = subprocess.run(
            ["git", *_SETTINGS, *arguments],
            cwd=self.folder,
            env=os.environ | {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date, "GIT_EDITOR": "true"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout.strip()

    def copy(self, folder: Path) -> "Repository":
        shutil.copytree(self.folder, folder)
        copied = Repository(folder)
        copied.clock = self.clock
        return copied

    def commit(self, text: str, *options: str, name: str = "post.md") -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        self.git("add", name)
        self.git("commit", "-m", f"Say {text}", *options)
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    @property
    def state(self) -> Git:
        return Git(self.folder)

    @property
    def last_is_commit(self) -> bool:
        return self.state.moves()[-1].commit


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "blog")
    made.git("init")
    return made


@pytest.fixture(scope="module")
def first_conflict(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = Repository(tmp_path_factory.mktemp("conflict"))
    made.git("init")
    made.commit("one")
    made.git("checkout", "-b", "other")
    made.commit("two")
    made.git("checkout", "main")
    made.commit("three")
    return made


@pytest.fixture
def conflict(first_conflict: Repository, tmp_path: Path) -> Repository:
    """A repository whose branches cannot be joined without a person."""
    return first_conflict.copy(tmp_path / "blog")


@pytest.fixture(scope="module")
def first_branches(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = Repository(tmp_path_factory.mktemp("branches"))
    made.git("init")
    made.commit("one")
    made.git("branch", "other")
    made.commit("two", name="second.md")
    made.git("checkout", "-b", "ahead")
    made.commit("ahead", name="fourth.md")
    made.git("checkout", "other")
    made.commit("three", name="third.md")
    made.git("checkout", "main")
    return made


@pytest.fixture
def branches(first_branches: Repository, tmp_path: Path) -> Repository:
    """A repository whose branches fit together."""
    return first_branches.copy(tmp_path / "blog")


def test_without_git_nothing_is_known(tmp_path: Path):
    state = Git(tmp_path / "missing" / "folder")
    assert (state.busy, state.head, state.moves(), state.replaced_files(since=LONG_AGO)) == (None, "", [], False)


def test_a_new_repository_has_no_steps(repository: Repository):
    assert (repository.state.busy, repository.state.head, repository.state.moves()) == (None, "", [])


def test_commits_leave_the_files_as_they_are(repository: Repository):
    repository.commit("one")
    repository.commit("two")
    repository.commit("two and a half", "--amend")
    repository.git("commit", "--allow-empty", "-m", "commit: checkout: moving from a to b")
    assert repository.state.head == repository.head
    assert [move.commit for move in repository.state.moves()] == [True] * 4
    assert not repository.state.replaced_files(since=LONG_AGO)


@pytest.mark.parametrize(
    "command",
    [
        ("checkout", "other"),
        ("switch", "other"),
        ("checkout", "--detach", "other"),
        ("reset", "--hard", "HEAD~1"),
        ("merge", "other"),
        ("merge", "--no-ff", "-m", "Join them", "other"),
        ("rebase", "other"),
        ("cherry-pick", "other"),
        ("revert", "--no-edit", "HEAD"),
        ("pull", "--rebase", ".", "other"),
        ("pull", "--no-rebase", "--no-edit", ".", "other"),
        ("pull", "--ff-only", ".", "ahead"),
    ],
    ids=" ".join,
)
def test_whatever_puts_other_files_in_place_is_noticed(branches: Repository, command: tuple[str, ...]):
    before = datetime.fromtimestamp(branches.clock + 5, UTC)
    assert not branches.state.replaced_files(since=before)
    branches.git(*command)
    assert branches.state.replaced_files(since=before)
    assert branches.state.head == branches.head
    assert branches.state.busy is None


@pytest.mark.parametrize("command", [("checkout", "-b", "new"), ("switch", "-c", "new"), ("checkout", "same")])
def test_entering_a_branch_that_begins_here_replaces_nothing(branches: Repository, command: tuple[str, ...]):
    branches.git("branch", "same")
    before = datetime.fromtimestamp(branches.clock + 5, UTC)
    branches.git(*command)
    assert not branches.state.replaced_files(since=before)
    assert not branches.last_is_commit


def test_a_forced_checkout_of_the_same_branch_throws_edits_away(branches: Repository):
    before = datetime.fromtimestamp(branches.clock + 5, UTC)
    (branches.folder / "post.md").write_text("edited")
    branches.git("checkout", "-f", "main")
    assert branches.state.replaced_files(since=before)


def test_a_stash_puts_other_files_in_place(repository: Repository):
    repository.commit("one")
    before = datetime.fromtimestamp(repository.clock + 5, UTC)
    (repository.folder / "post.md").write_text("edited")
    repository.git("stash")
    assert repository.state.replaced_files(since=before)


def test_a_commit_that_ends_a_merge_is_no_plain_commit(conflict: Repository):
    conflict.git("merge", "other", fails=True)
    assert conflict.state.busy == "a merge"
    (conflict.folder / "post.md").write_text("both")
    conflict.git("commit", "-a", "-m", "Join them")
    assert conflict.state.busy is None
    assert not conflict.last_is_commit


@pytest.mark.parametrize(
    ("command", "busy", "end"),
    [
        (("rebase", "other"), "a rebase", ("rebase", "--abort")),
        (("rebase", "--apply", "other"), "a rebase", ("rebase", "--abort")),
        (("merge", "other"), "a merge", ("merge", "--abort")),
        (("cherry-pick", "other"), "a cherry-pick", ("cherry-pick", "--abort")),
        (("revert", "HEAD~1"), "a revert", ("revert", "--abort")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_what_is_under_way_is_named_until_it_ends(
    conflict: Repository, command: tuple[str, ...], busy: str, end: tuple[str, ...]
):
    if command[0] == "revert":
        conflict.commit("four")
    assert conflict.state.busy is None
    conflict.git(*command, fails=True)
    assert conflict.state.busy == busy
    conflict.git(*end)
    assert conflict.state.busy is None


def test_a_series_of_picks_is_under_way_between_its_steps_too(conflict: Repository):
    conflict.git("checkout", "other")
    conflict.commit("five")
    conflict.git("checkout", "main")
    conflict.git("cherry-pick", "other~1", "other", fails=True)
    (conflict.folder / "post.md").write_text("mine")
    conflict.git("commit", "-a", "-m", "By hand")
    assert conflict.state.busy == "a series of commits"
    conflict.git("cherry-pick", "--quit")
    assert conflict.state.busy is None


def test_a_stop_in_the_middle_of_a_rebase_is_a_rebase(conflict: Repository):
    conflict.commit("four", name="other.md")
    conflict.git("-c", "sequence.editor=sed -i s/^pick/edit/", "rebase", "-i", "HEAD~1")
    assert conflict.state.busy == "a rebase"
    conflict.git("rebase", "--continue")
    assert conflict.state.busy is None


def test_a_bisection_is_under_way_until_it_is_reset(conflict: Repository):
    conflict.commit("four")
    conflict.git("bisect", "start", "HEAD", "HEAD~2")
    assert conflict.state.busy == "a bisection"
    conflict.git("bisect", "reset")
    assert conflict.state.busy is None


def test_another_git_command_is_noticed_by_its_lock(repository: Repository):
    repository.commit("one")
    (repository.folder / ".git" / "index.lock").touch()
    assert repository.state.busy == "another git command"


def test_a_linked_working_tree_has_a_state_of_its_own(conflict: Repository):
    linked = Repository(conflict.folder.parent / "linked")
    conflict.git("worktree", "add", "-b", "third", str(linked.folder), "main")
    linked.git("merge", "other", fails=True)
    assert linked.state.busy == "a merge"
    assert conflict.state.busy is None
    assert linked.state.head == linked.head
    assert not linked.last_is_commit


def test_a_submodule_has_a_state_of_its_own(conflict: Repository, tmp_path: Path):
    outer = Repository(tmp_path / "outer")
    outer.git("init")
    outer.git("submodule", "add", str(conflict.folder), "posts")
    inner = Repository(outer.folder / "posts")
    inner.git("merge", "origin/other", fails=True)
    assert (inner.state.busy, outer.state.busy) == ("a merge", None)
    assert inner.state.head == inner.head


def test_a_folder_below_belongs_to_the_repository_around_it(repository: Repository):
    repository.commit("one")
    (repository.folder / "2024" / "deep").mkdir(parents=True)
    assert Git(repository.folder / "2024" / "deep").head == repository.head


def test_a_repository_is_found_behind_a_link_and_from_a_relative_folder(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
):
    repository.commit("one")
    (repository.folder / "posts").mkdir()
    (repository.folder.parent / "link").symlink_to(repository.folder / "posts")
    assert Git(repository.folder.parent / "link").head == repository.head
    monkeypatch.chdir(repository.folder / "posts")
    assert Git(Path()).head == repository.head
    monkeypatch.chdir(repository.folder.parent)
    assert Git(Path("blog/posts")).head == repository.head


def test_a_repository_that_is_made_or_removed_later_is_noticed(tmp_path: Path):
    state = Git(tmp_path)
    assert state.head == ""
    made = Repository(tmp_path)
    made.git("init")
    made.commit("one")
    assert state.head == made.head
    shutil.rmtree(tmp_path / ".git")
    assert (state.head, state.busy) == ("", None)


def test_steps_are_asked_for_by_their_time(repository: Repository):
    repository.commit("one")
    repository.git("checkout", "-b", "other")
    steps = repository.state.moves()
    assert [move.commit for move in steps] == [True, False]
    second = steps[-1].time
    assert repository.state.moves(since=second) == steps[1:]
    assert repository.state.moves(since=second + timedelta(seconds=1)) == []
    assert repository.state.moves(since=second + timedelta(milliseconds=900)) == steps[1:], "git keeps whole seconds"
    assert steps[0].time < second


def test_of_a_long_log_the_end_is_read(repository: Repository):
    repository.commit("one")
    log = repository.folder / ".git" / "logs" / "HEAD"
    line = log.read_text().splitlines(keepends=True)[-1]
    log.write_text(line * 2000)
    moves = repository.state.moves()
    assert 300 < len(moves) < 2000
    assert repository.state.head == repository.head


def test_an_empty_folder_of_gits_name_is_no_repository(repository: Repository):
    repository.commit("one")
    (repository.folder / "posts" / ".git").mkdir(parents=True)
    assert Git(repository.folder / "posts").head == repository.head


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense", b"\xff\xfe", b"gitdir: ", b"gitdir: ../nowhere\n", b"gitdir: \0", b"gitdir: .", b"x" * 100_000],
)
def test_a_strange_file_in_the_place_of_gits_folder_is_no_repository(tmp_path: Path, content: bytes):
    (tmp_path / ".git").write_bytes(content)
    state = Git(tmp_path)
    assert (state.busy, state.head, state.moves()) == (None, "", [])


def test_a_strange_log_has_no_steps(repository: Repository):
    repository.commit("one")
    log = repository.folder / ".git" / "logs" / "HEAD"
    good = log.read_bytes()
    far = good.replace(b"> 17", b"> 99999999999999917")
    for bad in (b"", b"\0" * 100, b"\xff" * 100, good[:50], far):
        log.write_bytes(bad)
        assert repository.state.moves() == []
        assert repository.state.head == ""
