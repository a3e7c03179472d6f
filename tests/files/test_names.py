"""Names of files as people, disks and archives write them."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from styletune.files import names
from styletune.files.names import nearest, place, same_name

NFC, NFD = (unicodedata.normalize(form, "café.md") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        (NFC, [NFD], NFD),
        (NFD, [NFC], NFC),
        (NFC, [NFC, NFD], NFC),
        (NFD, [NFC, NFD], NFD),
        ("Post.md", ["post.md"], "post.md"),
        ("POST.md", ["post.md", "Post.md"], None),  # which one is meant nobody can tell
        ("a.md", ["b.md"], None),
        ("a.md", [], None),
    ],
)
def test_a_name_is_found_in_another_form_if_only_one_is_alike(name: str, known: list[str], found: str | None):
    assert same_name(name, known) == found


def test_the_most_alike_names_come_first_and_not_too_many():
    known = [f"posts/{number}.md" for number in range(20)] + ["winter.md"]
    assert nearest("wintr.md", known)[0] == "winter.md"
    assert len(nearest("wintr.md", known)) == 5


class TestPlaces:
    @pytest.fixture(autouse=True)
    def nothing_asked_yet(self) -> Iterator[None]:
        names._ignores_case.cache_clear()
        yield
        names._ignores_case.cache_clear()

    @pytest.fixture
    def disk_ignores_case(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stat = os.stat
        folded = {"MyBlog", "mYbLOG"}
        monkeypatch.setattr(
            os, "stat", lambda path, **more: stat(Path(path).with_name("MyBlog") if Path(path).name in folded else path)
        )

    def test_links_lead_to_one_place_whether_the_file_exists_or_not(self, tmp_path: Path):
        (tmp_path / "link").symlink_to(".")
        assert place(tmp_path / "link" / "deep" / "a.md") == place(tmp_path / "deep" / "a.md")

    def test_names_that_differ_in_case_are_two_places_where_the_disk_tells_them_apart(self, tmp_path: Path):
        folder = tmp_path / "MyBlog"
        folder.mkdir()
        if (tmp_path / "myblog").exists():
            pytest.skip("this disk ignores case")
        assert place(folder / "Post.md") != place(folder / "post.md")

    @pytest.mark.usefixtures("disk_ignores_case")
    @pytest.mark.parametrize(("one", "other"), [("Post.md", "post.md"), (NFC, NFD), ("2026/A.md", "2026/a.MD")])
    def test_they_are_one_place_where_it_does_not(self, tmp_path: Path, one: str, other: str):
        folder = tmp_path / "MyBlog"
        folder.mkdir()
        assert place(folder / one) == place(folder / other)
        assert place(folder / one) != place(folder / "another.md")
