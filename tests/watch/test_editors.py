"""Whatever way a file is saved, it is handed out with its last content, and nothing beside it is."""

import random
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import editors
import pytest

from styletune.files.discovery import SUFFIXES
from styletune.watch import senses as sensing
from styletune.watch.senses import Senses

QUIET = 0.03
LONG = 20.0
"""Seconds after which a wait has failed."""

TEXT = "# Winter\n\nThe café was cold, 冬天很冷。\n\n```\ncode\n```\n\n" + "The snow came early that year. " * 12


def wanted(path: Path) -> bool:
    return path.suffix in SUFFIXES and not path.name.startswith(".")


def _content(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


class Watcher:
    """Remembers everything that was handed out, with the content it had then."""

    def __init__(self, senses: Senses) -> None:
        self.senses = senses
        self.seen: list[tuple[Path, str | None]] = []

    def until(self, done: Callable[[], bool]) -> None:
        deadline = self.senses._clock() + LONG
        while not done():
            assert self.senses._clock() < deadline, f"only these were handed out: {self.seen}"
            for path in self.senses.changed(0.1):
                self.seen.append((path, _content(path)))
                deadline = self.senses._clock() + LONG

    def until_seen(self, *expected: tuple[Path, str | None]) -> None:
        self.until(lambda: set(expected) <= set(self.seen))

    def until_all_before_is_seen(self, folder: Path) -> None:
        """Save one more file: events come in order, so whatever was to come has come before it."""
        last = folder / "last.md"
        last.write_text("the last", encoding="utf-8")
        self.until_seen((last, "the last"))
        self.seen = [(path, text) for path, text in self.seen if path != last]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "posts").mkdir()
    return tmp_path / "posts"


@pytest.fixture
def watch() -> Iterator[Callable[..., Watcher]]:
    started: list[Senses] = []

    def start(*roots: Path, poll: bool = False) -> Watcher:
        senses = Senses(roots, wanted=wanted, quiet=QUIET, poll=poll)
        started.append(senses)
        senses.start()
        return Watcher(senses)

    yield start
    for senses in started:
        senses.stop()
        assert senses.notices == []


Watch = Callable[..., Watcher]


@pytest.mark.parametrize("existed", [True, False], ids=["changed", "new"])
@pytest.mark.parametrize("save", editors.SAVERS.values(), ids=editors.SAVERS)
def test_a_save_is_handed_out_and_swap_files_never_are(folder: Path, watch: Watch, save: editors.Saver, existed: bool):
    path = folder / "winter.md"
    if existed:
        path.write_text("An older text.", encoding="utf-8")
    watcher = watch(folder)
    save(path, TEXT)
    watcher.until_seen((path, TEXT))
    watcher.until_all_before_is_seen(folder)
    assert {path for path, _ in watcher.seen} == {path}
    assert watcher.seen[-1] == (path, TEXT)


@pytest.mark.parametrize("save", editors.SAVERS.values(), ids=editors.SAVERS)
def test_a_file_watched_by_itself_is_followed_through_every_kind_of_save(
    folder: Path, watch: Watch, save: editors.Saver
):
    path, other = folder / "winter.md", folder / "other.md"
    path.write_text("An older text.", encoding="utf-8")
    watcher = watch(path)
    save(other, TEXT)
    save(path, TEXT)
    watcher.until_seen((path, TEXT))
    save(path, TEXT + "Again.")
    watcher.until_seen((path, TEXT + "Again."))
    assert {path for path, _ in watcher.seen} == {path}


@pytest.mark.skipif(shutil.which("vim") is None, reason="vim is not installed")
def test_vim_itself_is_understood(folder: Path, watch: Watch):
    path = folder / "winter.md"
    path.write_text("An older text.\n", encoding="utf-8")
    watcher = watch(folder)
    editors.real_vim(path, TEXT + "\n")
    watcher.until_seen((path, TEXT + "\n"))
    watcher.until_all_before_is_seen(folder)
    assert {path for path, _ in watcher.seen} == {path}


def test_a_touched_file_may_be_handed_out_and_reading_closing_or_changing_rights_never_does(folder: Path, watch: Watch):
    touched, read = folder / "touched.md", folder / "read.md"
    for path in (touched, read):
        path.write_text(TEXT, encoding="utf-8")
    watcher = watch(folder)
    touched.touch()
    for _ in range(50):
        assert read.read_text(encoding="utf-8") == TEXT
        read.open("r+b").close()
        read.chmod(0o600)
        read.chmod(0o644)
    watcher.until_all_before_is_seen(folder)
    assert {path for path, _ in watcher.seen} <= {touched}


def test_a_renamed_file_is_handed_out_under_both_names(folder: Path, watch: Watch):
    old, new = folder / "winter.md", folder / "冬.md"
    old.write_text(TEXT, encoding="utf-8")
    watcher = watch(folder)
    old.rename(new)
    watcher.until_seen((old, None), (new, TEXT))


def test_a_file_that_becomes_a_draft_by_its_name_is_handed_out(folder: Path, watch: Watch):
    (folder / "winter.txt").write_text(TEXT, encoding="utf-8")
    watcher = watch(folder)
    (folder / "winter.txt").rename(folder / "winter.md")
    watcher.until_seen((folder / "winter.md", TEXT))
    assert {path.name for path, _ in watcher.seen} == {"winter.md"}


@pytest.mark.parametrize("fenced", [True, False], ids=["beside .git", "alone"])
def test_files_in_a_renamed_folder_are_handed_out_under_old_and_new_names(folder: Path, watch: Watch, fenced: bool):
    if fenced:
        (folder / ".git").mkdir()
    (folder / "2024" / "deep").mkdir(parents=True)
    for name in ("a.md", "deep/b.md"):
        (folder / "2024" / name).write_text(TEXT, encoding="utf-8")
    watcher = watch(folder)
    (folder / "2024").rename(folder / "2025")
    watcher.until_seen(
        *((folder / "2024" / name, None) for name in ("a.md", "deep/b.md")),
        *((folder / "2025" / name, TEXT) for name in ("a.md", "deep/b.md")),
    )
    (folder / "2025" / "deep" / "b.md").write_text("Later.", encoding="utf-8")
    watcher.until_seen((folder / "2025" / "deep" / "b.md", "Later."))


@pytest.mark.parametrize("fenced", [True, False], ids=["beside .git", "alone"])
def test_files_in_a_new_folder_are_handed_out_though_they_are_older_than_its_watch(
    folder: Path, watch: Watch, fenced: bool
):
    if fenced:
        (folder / ".git").mkdir()
    watcher = watch(folder)
    (folder / "new" / "deep").mkdir(parents=True)
    (folder / "new" / "deep" / "a.md").write_text(TEXT, encoding="utf-8")
    watcher.until_seen((folder / "new" / "deep" / "a.md", TEXT))
    (folder / "new" / "deep" / "a.md").write_text("Later.", encoding="utf-8")
    watcher.until_seen((folder / "new" / "deep" / "a.md", "Later."))


def test_a_folder_moved_in_from_elsewhere_is_handed_out_and_one_moved_out_is_gone(
    folder: Path, tmp_path: Path, watch: Watch
):
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "a.md").write_text(TEXT, encoding="utf-8")
    watcher = watch(folder)
    (tmp_path / "drafts").rename(folder / "drafts")
    watcher.until_seen((folder / "drafts" / "a.md", TEXT))
    (folder / "drafts").rename(tmp_path / "drafts")
    watcher.until_seen((folder / "drafts" / "a.md", None))


def test_a_file_that_comes_and_goes_at_once_is_never_handed_out(folder: Path, watch: Watch):
    watcher = watch(folder)
    for number in range(5):
        (folder / f"{number}.md").write_text(TEXT, encoding="utf-8")
        (folder / f"{number}.md").unlink()
    watcher.until_all_before_is_seen(folder)
    assert watcher.seen == []


def test_a_file_that_goes_comes_and_goes_is_handed_out(folder: Path, watch: Watch):
    path = folder / "a.md"
    path.write_text(TEXT, encoding="utf-8")
    watcher = watch(folder)
    path.unlink()
    path.write_text(TEXT, encoding="utf-8")
    path.unlink()
    watcher.until_seen((path, None))


def test_deleted_files_and_folders_are_handed_out(folder: Path, watch: Watch):
    (folder / "2024").mkdir()
    for name in ("a.md", "2024/b.md"):
        (folder / name).write_text(TEXT, encoding="utf-8")
    watcher = watch(folder)
    (folder / "a.md").unlink()
    shutil.rmtree(folder / "2024")
    watcher.until_seen((folder / "a.md", None), (folder / "2024" / "b.md", None))


@pytest.mark.parametrize("name", [".git", "node_modules", ".obsidian"])
def test_hidden_folders_and_packages_are_left_alone_even_if_they_come_later(folder: Path, watch: Watch, name: str):
    watcher = watch(folder)
    (folder / name / "deep").mkdir(parents=True)
    (folder / name / "deep" / "README.md").write_text(TEXT, encoding="utf-8")
    watcher.until_all_before_is_seen(folder)
    assert watcher.seen == []


@pytest.mark.parametrize("saves", [150, pytest.param(5000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_no_save_is_lost_when_many_programs_save_at_once(folder: Path, watch: Watch, saves: int):
    """The last content of each file is handed out, however saves, renamed folders and other programs overlap."""
    chance = random.Random(saves)  # noqa: S311 -- saves, not secrets
    paths = [folder / part / f"{number}.md" for part in ("a", "b/deep") for number in range(5)]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    watcher = watch(folder)
    last: dict[Path, str] = {}

    def work() -> None:
        for number in range(saves):
            path = chance.choice(paths)
            last[path] = f"{TEXT} {number}"
            chance.choice(list(editors.SAVERS.values()))(path, last[path])
            if number % 40 == 39:
                path.parent.rename(folder / "elsewhere")
                (folder / "elsewhere").rename(path.parent)

    worker = threading.Thread(target=work)
    worker.start()
    watcher.until(lambda: not worker.is_alive())
    watcher.until(lambda: all(dict(watcher.seen).get(path) == text for path, text in last.items()))
    worker.join()
    assert {path for path, _ in watcher.seen} <= {*paths, *(folder / "elsewhere" / path.name for path in paths)}


@pytest.mark.parametrize("name", ["in_place", "vim_rename", "replaced", "jetbrains", "rsync", "mapped"])
def test_polling_hears_of_saves_without_events(folder: Path, watch: Watch, name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sensing, "POLL", 0.05)
    path = folder / "winter.md"
    path.write_text("An older text.", encoding="utf-8")
    watcher = watch(folder, poll=True)
    editors.SAVERS[name](path, TEXT)
    watcher.until_seen((path, TEXT))
    assert {path for path, _ in watcher.seen} == {path}
