"""Paths outside of the project are shown as short as they can be, and nothing else is touched."""

from pathlib import Path

import pytest
from styletune_training.corpus.source import Source
from styletune_training.verbs.shown_paths import as_typed, by_name, shortened


def test_a_neighbour_is_named_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "blog").mkdir()
    monkeypatch.chdir(tmp_path / "blog")
    outside = (tmp_path / "notes").as_posix()
    names = as_typed([Source("notes", outside), Source("posts", "posts")])
    assert names == {outside: "../notes"}
    assert (
        shortened(f"{outside}/a b.md:3 is a copy of {outside}/c.md", names)
        == "../notes/a b.md:3 is a copy of ../notes/c.md"
    )


def test_the_home_folder_is_a_tilde(own_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ann"))
    assert as_typed([Source("posts", "/home/ann/blog")]) == {"/home/ann/blog": "~/blog"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/a/b/blog/x.md:3 = /a/b/blog/en/x.md:4", "blog/x.md:3 = blog/en/x.md:4"),
        ("/a/b/blogs/x.md", "/a/b/blogs/x.md"),
        ("https://host/a/b/blog/x.md", "https://host/a/b/blog/x.md"),
        ("(/a/b/blog): it", "(blog): it"),
        ("/a/b/blog/de/x.md", "blog/de/x.md"),
        ("/a/b/globs/2021/x.md", "globs/2021/x.md"),
        ("posts/x.md", "posts/x.md"),
    ],
)
def test_only_whole_paths_are_replaced(text: str, expected: str) -> None:
    sources = [
        Source("posts", "/a/b/blog"),
        Source("posts", "/a/b/globs/*/x.md"),
        Source("git", "/"),
        Source("posts", "."),
    ]
    assert shortened(text, by_name(sources)) == expected
