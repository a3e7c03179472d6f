"""Patterns of paths below a project."""

import unicodedata
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.config.globs import below, path_matches

ROOT = Path("/blog")


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.md", "a.md", True),
        ("*.md", "posts/a.md", False),
        ("**/*.md", "a.md", True),
        ("**/*.md", "posts/2026/a.md", True),
        ("posts/**", "posts/2026/a.md", True),
        ("posts/**", "posts", False),
        ("posts", "posts/2026/a.md", True),  # a folder is all that is in it
        ("posts/", "posts/a.md", True),
        ("./posts/*.md", "posts/a.md", True),
        ("posts", "postscript/a.md", False),
        ("posts/*/index.md", "posts/a/index.md", True),
        ("posts/*/index.md", "posts/a/b/index.md", False),
        ("posts/**/index.md", "posts/index.md", True),
        ("posts/**/en/*.md", "posts/a/b/en/c.md", True),
        ("p?sts/*.md", "posts/a.md", True),
        ("p?sts/*.md", "p/sts/a.md", False),
        ("[a-c]*.md", "b1.md", True),
        ("[!a-c]*.md", "b1.md", False),
        ("[!a-c]*.md", "/b1.md", False),
        ("[]x].md", "].md", True),
        ("[.md", "[.md", True),
        ("[z-a].md", "m.md", False),
        ("[[a--z&&~~||].md", "[.md", True),
        ("a+b(1).md", "a+b(1).md", True),
        ("a.md", "aXmd", False),
        ("**", "a/b.md", True),
        ("Über/**", unicodedata.normalize("NFD", "Über/a.md"), True),
        (unicodedata.normalize("NFD", "Über/**"), "Über/a.md", True),
        ("文章/**", "文章/春 天.md", True),
        ("posts/**", "../posts/a.md", False),
    ],
)
def test_patterns_match_as_documented(pattern: str, path: str, expected: bool):
    assert path_matches(ROOT / path.lstrip("/"), [pattern], root=ROOT) is expected


def test_one_of_several_patterns_is_enough_and_none_matches_nothing():
    assert path_matches(ROOT / "b.md", ["a.md", "b.md"], root=ROOT)
    assert not path_matches(ROOT / "b.md", [], root=ROOT)


def by_names(pattern: list[str], path: list[str]) -> bool:
    """Match name by name, as slowly and as plainly as it gets."""
    if not pattern:
        return True  # a folder is all that is in it
    if not path:
        return False
    if pattern[0] == "**":
        return len(pattern) == 1 or any(by_names(pattern[1:], path[skip:]) for skip in range(len(path)))
    return fnmatchcase(path[0], pattern[0]) and by_names(pattern[1:], path[1:])


names = st.text(st.sampled_from("ab.é"), min_size=1, max_size=3).filter(lambda name: name not in {".", ".."})
wild = st.one_of(names, st.just("**"), st.text(st.sampled_from("ab.*?é"), min_size=1, max_size=3)).filter(
    lambda name: name not in {".", ".."}
)


@given(st.lists(wild, min_size=1, max_size=4), st.lists(names, min_size=1, max_size=4))
def test_a_pattern_means_what_its_names_mean_one_by_one(pattern: list[str], path: list[str]):
    assert path_matches(ROOT.joinpath(*path), ["/".join(pattern)], root=ROOT) is by_names(pattern, path)


@given(st.text(st.sampled_from("[]!-^\\*?ab&|~/"), min_size=1, max_size=10))
def test_every_pattern_whatever_can_be_used(pattern: str):
    assert path_matches(ROOT / "a.md", [pattern], root=ROOT) in {True, False}


def test_a_path_is_below_a_folder_even_through_a_link(tmp_path: Path):
    (tmp_path / "real" / "posts").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    assert below(tmp_path / "link" / "posts" / "a.md", tmp_path / "real") == "posts/a.md"
    assert below(tmp_path / "real" / "a.md", tmp_path / "link") == "a.md"
    assert below(tmp_path / "other.md", tmp_path / "real") is None
