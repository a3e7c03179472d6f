"""A look finds the drafts that a folder run would find, and says what changed."""

import os
import unicodedata
from pathlib import Path

import pytest

from styletune.files.discovery import SUFFIXES, find_inputs
from styletune.watch.rescan import Look, changes, identity, look, signature, told_by_events


def wanted(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def write(path: Path, text: str = "Hello.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def seen(*roots: Path) -> Look:
    return look(roots, wanted)


def test_a_look_finds_what_a_run_finds(tmp_path: Path):
    for name in ("a.md", "深/b.MD", "x/y/c.mdx", "node_modules/d.md", ".git/e.md", "x/_site/f.md", "g.txt", ".h.md"):
        write(tmp_path / name)
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "link").symlink_to(write(tmp_path.parent / "outside" / "i.md").parent)
    (tmp_path / "folder.md").mkdir()
    found = {item.path for item in find_inputs([str(tmp_path)])}
    assert set(seen(tmp_path).files) == found
    assert {path.name for path in found} == {"a.md", "b.MD", "c.mdx", "i.md"}


def test_names_are_as_the_user_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(tmp_path / "posts" / "a.md")
    (tmp_path / "blog").symlink_to("posts")
    monkeypatch.chdir(tmp_path)
    assert list(seen(Path("posts")).files) == [Path("posts/a.md")]
    assert list(seen(Path("blog")).files) == [Path("blog/a.md")]
    assert list(seen(Path()).files) == [Path("blog/a.md")]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_stay_as_the_disk_has_them(tmp_path: Path, form: str):
    path = write(tmp_path / unicodedata.normalize(form, "café.md"))
    assert list(seen(tmp_path).files) == [path]


def test_a_file_that_is_named_itself_is_seen_wherever_it_lies(tmp_path: Path):
    path = write(tmp_path / ".hidden" / "node_modules" / "a.md")
    write(path.with_name("b.md"))
    found = seen(path)
    assert list(found.files) == [path]
    assert [folder.named for folder in found.folders.values()] == [None]


def test_a_hidden_folder_that_is_named_itself_is_entered(tmp_path: Path):
    path = write(tmp_path / ".drafts" / "a.md")
    assert list(seen(tmp_path / ".drafts").files) == [path]


def test_roots_that_are_not_there_are_told(tmp_path: Path):
    found = seen(tmp_path / "posts", tmp_path / "a.md", tmp_path / "deep" / "b.md")
    assert found.missing == {tmp_path / "posts", tmp_path / "a.md", tmp_path / "deep" / "b.md"}
    assert not found.files


def test_each_folder_is_entered_once_however_many_links_lead_there(tmp_path: Path):
    names = "abcdefgh"
    for name in names:
        (tmp_path / name).mkdir()
    write(tmp_path / "h" / "post.md")
    for name in names:
        for other in names:
            (tmp_path / name / f"to-{other}").symlink_to(tmp_path / other)
    found = seen(tmp_path)
    assert len(found.folders) == len(names) + 1
    assert len(found.files) == 1


def test_every_kind_of_change_is_seen_and_nothing_else(tmp_path: Path):
    for name in ("same", "read", "rights", "longer", "replaced", "deleted", "touched"):
        write(tmp_path / f"{name}.md")
    before = seen(tmp_path)
    (tmp_path / "read.md").read_text()
    (tmp_path / "rights.md").chmod(0o600)
    write(tmp_path / "longer.md", "Hello again.")
    os.utime(write(tmp_path / "new"), ns=(0, (tmp_path / "replaced.md").stat().st_mtime_ns))
    (tmp_path / "new").replace(tmp_path / "replaced.md")
    (tmp_path / "deleted.md").unlink()
    os.utime(tmp_path / "touched.md", (0, 0))
    write(tmp_path / "fresh.md")
    found = {path.stem for path in changes(before, seen(tmp_path))}
    assert found == {"longer", "replaced", "deleted", "touched", "fresh"}


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told_apart_from_an_empty_one(tmp_path: Path):
    write(tmp_path / "closed" / "a.md")
    (tmp_path / "closed").chmod(0)
    try:
        assert seen(tmp_path).unread == {tmp_path / "closed"}
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_an_event_must_tell_of_changes_where_there_was_a_watch_before(tmp_path: Path):
    old, linked = write(tmp_path / "old" / "a.md"), tmp_path / "old" / "link.md"
    linked.symlink_to(write(tmp_path / "far" / "b.txt"))
    before = seen(tmp_path / "old")
    write(old, "Changed.")
    write(tmp_path / "far" / "b.txt", "Changed too.")
    fresh = write(tmp_path / "old" / "new" / "c.md")
    now = seen(tmp_path / "old")
    assert set(changes(before, now)) == {old, linked, fresh}
    assert told_by_events(changes(before, now), before, now) == [old]


def test_an_event_must_tell_of_a_file_that_is_watched_by_itself(tmp_path: Path):
    path = write(tmp_path / "a.md")
    before = seen(path)
    write(path, "Changed.")
    assert told_by_events([path], before, seen(path)) == [path]


@pytest.mark.parametrize("name", ["missing.md", "folder.md", "missing/a.md", "nul\0.md", "x" * 300])
def test_what_is_no_file_has_no_signature(tmp_path: Path, name: str):
    (tmp_path / "folder.md").mkdir()
    assert signature(tmp_path / name) is None


def test_two_names_of_a_folder_have_one_identity(tmp_path: Path):
    (tmp_path / "link").symlink_to(".")
    assert identity(tmp_path / "link") == identity(tmp_path)
    assert identity(write(tmp_path / "a.md")) is None
