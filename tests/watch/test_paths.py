"""Events name files as the system does; what is handed out has the names that the user gave."""

import os
import unicodedata
from pathlib import Path

import pytest

from styletune.files import names
from styletune.watch.paths import as_listed, may_hold_files, named
from styletune.watch.rescan import Look, look

NFC, NFD = (unicodedata.normalize(form, "café.md") for form in ("NFC", "NFD"))


def seen(*roots: Path) -> Look:
    return look(roots, lambda path: path.suffix == ".md")


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Hello.", encoding="utf-8")
    return path


@pytest.mark.parametrize("root", ["real", "link", "real/../link", "link/2024"])
def test_an_event_of_the_real_folder_has_the_name_of_the_root(tmp_path: Path, root: str):
    """As on a Mac, where ``/tmp`` is a link and events come from ``/private/tmp``."""
    write(tmp_path / "real" / "2024" / "a.md")
    (tmp_path / "link").symlink_to("real")
    expected = tmp_path / root / ("a.md" if root.endswith("2024") else "2024/a.md")
    assert named(tmp_path / "real" / "2024" / "a.md", seen(tmp_path / root)) == {expected}


def test_a_relative_root_gives_relative_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write(tmp_path / "posts" / "a.md")
    monkeypatch.chdir(tmp_path)
    assert named(path, seen(Path("posts"))) == {Path("posts/a.md")}
    assert named(path, seen(Path("posts/a.md"))) == {Path("posts/a.md")}


def test_a_file_that_is_gone_has_its_name_still(tmp_path: Path):
    path = write(tmp_path / "a.md")
    before = seen(tmp_path)
    path.unlink()
    assert named(path, before) == {path}
    assert as_listed(path, before) == path


@pytest.mark.parametrize("name", [NFC, NFD], ids=["NFC", "NFD"])
def test_accents_come_out_as_the_disk_has_them(tmp_path: Path, name: str):
    path = write(tmp_path / name)
    assert named(path, seen(tmp_path)) == {path}
    assert os.fsencode(as_listed(path, Look()).name) == os.fsencode(name)


def test_a_file_behind_a_link_is_told_by_events_of_what_the_link_leads_to(tmp_path: Path):
    far, link = write(tmp_path / "far" / "post.txt"), tmp_path / "posts" / "a.md"
    link.parent.mkdir()
    link.symlink_to(far)
    for root in (link, link.parent):
        assert named(far, seen(root)) == {link}
        assert named(link, seen(root)) == {link}
        assert named(far.with_name("other.txt"), seen(root)) == set()


def test_files_outside_are_told_apart_from_files_beside_a_watched_one(tmp_path: Path):
    found = seen(write(tmp_path / "posts" / "a.md"))
    assert named(write(tmp_path / "posts" / "b.md"), found) == set()
    assert named(write(tmp_path / "other" / "b.md"), found) is None


class TestDisksThatIgnoreCase:
    @pytest.fixture(autouse=True)
    def disk_ignores_case(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the disk under the tests be taken for one that ignores case and Unicode forms, as those of a Mac do."""
        monkeypatch.setattr(names, "_ignores_case", lambda folder: True)

    @pytest.mark.parametrize(("typed", "on_disk"), [(NFC, NFD), (NFD, NFC), ("Post.md", "post.md"), ("冬.MD", "冬.md")])
    def test_a_file_is_handed_out_as_it_was_typed_however_the_disk_spells_it(
        self, tmp_path: Path, typed: str, on_disk: str
    ):
        assert named(tmp_path / on_disk, seen(tmp_path / typed)) == {tmp_path / typed}

    def test_another_file_is_another_file_there_too(self, tmp_path: Path):
        assert named(tmp_path / "cafe.md", seen(tmp_path / NFC)) == set()


def test_names_that_differ_in_case_are_two_files_where_the_disk_tells_them_apart(tmp_path: Path):
    write(tmp_path / "post.md")
    if (tmp_path / "POST.md").exists():
        pytest.skip("this disk ignores case")
    assert named(tmp_path / "POST.md", seen(tmp_path / "post.md")) == set()


@pytest.mark.parametrize(
    ("place", "worth"),
    [
        ("posts", True),  # a root that went or came
        ("posts/2024", True),
        ("posts/2024/deep/er", True),
        ("posts/.git", False),
        ("posts/.git/refs/heads", False),
        ("posts/2024/node_modules/x", False),
        ("other", False),
        ("posts-2", False),
    ],
)
def test_a_look_follows_where_drafts_can_be(tmp_path: Path, place: str, worth: bool):
    write(tmp_path / "posts" / "2024" / "a.md")
    found = seen(tmp_path / "posts")
    assert may_hold_files(tmp_path / place, found) is worth
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    assert may_hold_files(tmp_path / place, found) is worth


def test_a_look_follows_when_a_missing_root_comes(tmp_path: Path):
    found = seen(tmp_path / "posts")
    assert may_hold_files(tmp_path / "posts", found)
    assert not may_hold_files(tmp_path / "other", found)
