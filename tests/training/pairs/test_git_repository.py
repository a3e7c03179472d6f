"""Repositories of all kinds are read, none is written to, and nothing a user configured has a say."""

import os
import subprocess
import sys

import pytest
from git_histories import History, git
from styletune_training.corpus.source import GitOptions
from styletune_training.pairs.git_history import fingerprint, mine
from styletune_training.pairs.git_repository import LARGEST, Repository

from styletune.errors import FileError, UsageError

BEFORE = "In order to make use of the tool, it is necessary to install the package first of all."
AFTER = "To use the tool, it is enough to install the package first."


def history(path="posts/a.md"):
    made = History()
    made.commit({path: BEFORE, "notes/b.md": BEFORE.replace("tool", "hammer")})
    made.commit({path: AFTER})
    made.commit({"notes/b.md": AFTER.replace("tool", "hammer")})
    return made


def docs(folder):
    return sorted(one.pair.doc for one in mine(folder, GitOptions(), doc_name=str).pairs)


def test_a_bare_repository_is_read(tmp_path):
    assert docs(history().write(tmp_path / "repo.git", bare=True)) == ["notes/b.md", "posts/a.md"]


def test_of_a_folder_inside_only_that_folder_is_read_and_named_from_there(tmp_path):
    repo = history().write(tmp_path / "repo")
    assert docs(repo / "posts") == ["a.md"]


def test_a_linked_working_tree_and_one_behind_a_link_are_read(tmp_path):
    repo = history().write(tmp_path / "repo")
    git("-C", str(repo), "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    (tmp_path / "link").symlink_to(repo)
    assert docs(tmp_path / "tree") == docs(tmp_path / "link") == ["notes/b.md", "posts/a.md"]


def test_a_shallow_clone_says_what_is_missing(tmp_path):
    repo = history().write(tmp_path / "repo")
    git("clone", "-q", "--depth", "2", f"file://{repo}", str(tmp_path / "clone"))
    found = mine(tmp_path / "clone", GitOptions(), doc_name=str)
    assert [one.pair.doc for one in found.pairs] == ["notes/b.md"]
    assert "fetch --unshallow" in found.notes[0]
    before = fingerprint(tmp_path / "clone", GitOptions())
    git("-C", str(tmp_path / "clone"), "fetch", "-q", "--unshallow")
    assert fingerprint(tmp_path / "clone", GitOptions()) != before
    assert docs(tmp_path / "clone") == ["notes/b.md", "posts/a.md"]


def test_a_partial_clone_is_not_filled_over_the_network(tmp_path):
    repo = history().write(tmp_path / "repo")
    git("-C", str(repo), "config", "uploadpack.allowFilter", "true")
    git("clone", "-q", "--bare", "--filter=blob:none", f"file://{repo}", str(tmp_path / "clone"))
    with pytest.raises(FileError, match="partial clone"):
        docs(tmp_path / "clone")


def test_submodules_are_named_and_links_passed_over(tmp_path):
    made = history()
    made.commit({"link.md": "posts/a.md"}, mode="120000")
    made.commit({"link.md": "notes/b.md"}, mode="120000")
    repo = made.write(tmp_path / "repo")
    inner = History()
    inner.commit({"c.md": BEFORE})
    inner.write(tmp_path / "inner")
    git("-C", str(repo), "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "inner"), "sub")
    git("-C", str(repo), "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "Submodule")
    found = mine(repo, GitOptions(), doc_name=str)
    assert len(found.pairs) == 2
    assert found.notes == ("sub is a submodule, a repository of its own. Add its history with --git, too.",)


NAMES = [
    "日记.md",
    "a b\tc.md",
    'quo"te.md',
    "new\nline.md",
    "-rf.md",
    ":(top)x.md",
    "UPPER.MD",
    "x.markdown",
    "\udcff.md",
]


def test_odd_names_are_read_as_they_are(tmp_path):
    made = History()
    made.commit(dict.fromkeys(NAMES, BEFORE))
    for name in NAMES:
        made.commit({name: AFTER})
    found = mine(made.write(tmp_path / "repo", bare=True), GitOptions(), doc_name=str)
    assert sorted(one.pair.doc for one in found.pairs) == sorted(NAMES)


def test_other_files_and_unread_texts_are_left_alone(tmp_path):
    made = History()
    made.commit({"a.py": BEFORE, "big.md": BEFORE + " " * LARGEST, "bin.md": b"\xff\xfe\x00\x01 " * 40, "b.md": BEFORE})
    made.commit({"a.py": AFTER, "big.md": AFTER + " " * LARGEST, "bin.md": b"\xff\x00\x00\x01 " * 40, "b.md": AFTER})
    found = mine(made.write(tmp_path / "repo", bare=True), GitOptions(), doc_name=str)
    assert [one.pair.doc for one in found.pairs] == ["b.md"]
    assert {problem.split()[0] for problem in found.problems} == {"big.md", "bin.md"}


def test_texts_in_other_encodings_are_read(tmp_path):
    made = History()
    made.commit({"a.md": BEFORE.encode("utf-16")})
    made.commit({"a.md": AFTER.encode("utf-8")})
    assert docs(made.write(tmp_path / "repo", bare=True)) == ["a.md"]


def test_no_configuration_and_no_variable_changes_what_is_read(tmp_path, own_home, monkeypatch):
    repo = history().write(tmp_path / "repo")
    (own_home / ".gitconfig").write_text(
        "[color]\n ui = always\n[core]\n quotePath = true\n pager = false\n"
        "[diff]\n external = false\n renames = false\n relative = true\n noprefix = true\n orderFile = /nowhere\n"
        "[log]\n showSignature = true\n date = relative\n follow = true\n showRoot = false\n[format]\n pretty = oneline\n"
        '[diff "md"]\n textconv = false\n[i18n]\n logOutputEncoding = latin1\n'
    )
    (repo / ".gitattributes").write_text("*.md diff=md\n")
    for name, value in {"GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere", "GIT_EXTERNAL_DIFF": "false"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_TRACE", "1")
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert docs(repo) == ["notes/b.md", "posts/a.md"]


def test_nothing_in_a_repository_is_written(tmp_path):
    repo = history().write(tmp_path / "repo")
    (repo / "posts/a.md").write_text("An edit that is not committed.")

    def state():
        return {path: path.stat().st_mtime_ns for path in repo.rglob("*")}

    before = state()
    docs(repo)
    assert state() == before


def test_the_fingerprint_follows_head_and_options(tmp_path):
    repo = history().write(tmp_path / "repo")
    prints = [
        fingerprint(repo, GitOptions()),
        fingerprint(repo, GitOptions(least=0.1)),
        fingerprint(repo, GitOptions(authors=("ann",))),
        fingerprint(repo / "posts", GitOptions()),
    ]
    assert len(set(prints)) == 4
    assert fingerprint(repo, GitOptions()) == prints[0]
    git("-C", str(repo), "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x")
    assert fingerprint(repo, GitOptions()) != prints[0]


def test_what_is_no_history_is_said_in_words(tmp_path):
    (tmp_path / "file.md").touch()
    for folder, words in ((tmp_path, "not in a git repository"), (tmp_path / "file.md", "is a file"), (tmp_path / "no", "no such folder")):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            Repository(folder)
    git("init", "-q", str(tmp_path / "empty"))
    with pytest.raises(UsageError, match="no commits yet"):
        Repository(tmp_path / "empty")


def test_a_missing_git_is_said_with_how_to_install_it(tmp_path, monkeypatch):
    repo = history().write(tmp_path / "repo")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(UsageError, match="git is not installed"):
        Repository(repo)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root may give a folder away")
def test_a_folder_of_another_user_is_explained(tmp_path):
    repo = history().write(tmp_path / "repo")
    for path in (repo, repo / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(UsageError, match=r"safe\.directory"):
        docs(repo)


def test_a_damaged_repository_is_said_in_words(tmp_path):
    repo = history().write(tmp_path / "repo", bare=True)
    for path in (repo / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(path.read_bytes()[:10])
    with pytest.raises((FileError, UsageError)) as raised:
        docs(repo)
    assert str(repo) in str(raised.value)


def test_a_call_that_is_given_up_leaves_no_process_behind(tmp_path):
    repo = Repository(history().write(tmp_path / "repo"))
    entries = repo.entries(["log", "-z", "--format=%H"])
    next(entries)
    entries.close()  # type: ignore[attr-defined]
    with repo.blobs() as blobs:
        assert blobs.read("0" * 40) is None
    running = subprocess.run(["ps", "-eo", "ppid,comm"], capture_output=True, text=True, check=True).stdout
    assert f"{os.getpid()} git" not in " ".join(running.split())
