"""From PATHs to files."""

import errno
from pathlib import Path
from typing import NoReturn

import pytest

from styletune.errors import UsageError
from styletune.files.discovery import as_named, find_inputs, find_what_is_there, fixed_part, input_for

TREE = (
    "a.md", "b.markdown", "c.MDX", "d.mdown", "note.txt", "sub/e.md", "sub/deep/f.md", "sub/g.txt",
    ".hidden/h.md", ".i.md", "node_modules/p/j.md", "sub/node_modules/k.md", ".styletune/l.md", "__pycache__/m.md",
    "my posts/n o.md", "emoji/🎈.md", "odd/post [1].md",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in TREE:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["a.md"], ["a.md"]),
        (["note.txt"], ["note.txt"]),  # a file that is named is meant, whatever its suffix
        (["sub"], ["sub/e.md", "sub/deep/f.md"]),
        (["sub/"], ["sub/e.md", "sub/deep/f.md"]),
        (["."], ["a.md", "b.markdown", "c.MDX", "d.mdown", "emoji/🎈.md", "my posts/n o.md", "odd/post [1].md",
                 "sub/e.md", "sub/deep/f.md"]),
        (["*.md"], ["a.md"]),
        (["*"], ["a.md", "b.markdown", "c.MDX", "d.mdown"]),
        (["sub/**"], ["sub/e.md", "sub/deep/f.md"]),
        (["sub/**/*.md"], ["sub/e.md", "sub/deep/f.md"]),
        (["**/f.md"], ["sub/deep/f.md"]),
        (["*/*.md"], ["emoji/🎈.md", "my posts/n o.md", "odd/post [1].md", "sub/e.md"]),
        (["s?b/[de].md"], ["sub/e.md"]),
        (["odd/post [1].md"], ["odd/post [1].md"]),  # a file of that name is no glob
        (["my posts/n o.md", "emoji"], ["my posts/n o.md", "emoji/🎈.md"]),
        ([".hidden"], [".hidden/h.md"]),  # named itself
        (["node_modules/p"], ["node_modules/p/j.md"]),
        (["sub/e.md", "a.md", "sub", "./a.md", "sub/../a.md"], ["sub/e.md", "a.md", "sub/deep/f.md"]),
    ],
)  # fmt: skip
def test_paths_mean_files(tree: Path, patterns: list[str], expected: list[str]):
    assert [item.path.as_posix() for item in find_inputs(patterns)] == expected


def test_only_named_files_are_explicit_and_found_ones_know_their_place_in_the_tree(tree: Path):
    found = {item.path.as_posix(): item for item in find_inputs(["sub", "a.md", "*/*/*.md", str(tree / "emoji")])}
    assert found["a.md"].explicit
    assert not found["sub/e.md"].explicit
    assert found["sub/deep/f.md"].relative.as_posix() == "deep/f.md"
    assert found[f"{tree}/emoji/🎈.md"].relative.as_posix() == "🎈.md"


def test_a_file_that_is_named_and_found_counts_as_named(tree: Path):
    assert [item.explicit for item in find_inputs(["sub", "sub/e.md"])] == [True, False]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("none.md", "none.md does not exist."),
        ("empty", "empty holds no Markdown file"),
        ("*.rst", "*.rst matches no Markdown file"),
        ("none/**/*.md", "none/**/*.md matches no Markdown file"),
        ("broken.md", "broken.md is a symbolic link that leads nowhere."),
    ],
)
def test_a_path_that_means_nothing_is_an_error(tree: Path, pattern: str, message: str):
    (tree / "empty").mkdir()
    (tree / "broken.md").symlink_to("gone.md")
    with pytest.raises(UsageError) as caught:
        find_inputs(["a.md", pattern])
    assert str(caught.value).startswith(message)


def test_all_paths_that_mean_nothing_are_named_at_once(tree: Path):
    with pytest.raises(UsageError) as caught:
        find_inputs(["x.md", "a.md", "y.md"])
    assert str(caught.value).splitlines() == ["x.md does not exist.", "y.md does not exist."]


@pytest.mark.parametrize("pattern", [".", "**/*.md", "**"])
def test_links_are_followed_but_never_in_a_circle_and_never_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
):
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text("a")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.md").write_text("b")
    (tmp_path / "posts" / "loop").symlink_to("..")
    (tmp_path / "posts" / "self").symlink_to(".")
    (tmp_path / "posts" / "elsewhere").symlink_to("../outside")
    (tmp_path / "posts" / "copy.md").symlink_to("a.md")
    monkeypatch.chdir(tmp_path / "posts")
    assert [item.path.name for item in find_inputs([pattern])] in (["a.md", "b.md"], ["b.md", "a.md"])


def test_a_link_in_a_circle_is_no_file_and_hides_no_other(tree: Path):
    (tree / "sub" / "x.md").symlink_to("y.md")
    (tree / "sub" / "y.md").symlink_to("x.md")
    assert "e.md" in [item.path.name for item in find_inputs(["sub"])]


@pytest.mark.parametrize("pattern", ["sub", "sub/e.md"])
def test_a_folder_that_may_not_be_read_is_told_from_an_empty_one(
    tree: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
):
    def refuse(*_arguments: object, **_more: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr("os.scandir", refuse)
    monkeypatch.setattr("pathlib.Path.exists", refuse)
    with pytest.raises(UsageError) as caught:
        find_inputs([pattern])
    assert str(caught.value) == f"{pattern} cannot be read: you have no permission."


@pytest.mark.parametrize(
    "pattern",
    ["a.md", "note.txt", "sub", "sub/", ".", "*.md", "*", "sub/**", "sub/**/*.md", "**/f.md", "*/*.md", "s?b/[de].md",
     "odd/post [1].md", ".hidden", "node_modules/p", "**", "sub/deep", "**/deep/*", "emoji/*"],
)  # fmt: skip
def test_one_file_is_found_by_its_name_as_a_search_would_find_it(tree: Path, pattern: str):
    found = {item.path: item for item in find_inputs([pattern])}
    every = [path.relative_to(tree) for path in tree.rglob("*") if path.is_file()]
    assert {path: item for path in every if (item := input_for(path, [pattern])) is not None} == found


def test_a_file_that_is_gone_is_found_by_its_name(tree: Path):
    (tree / "sub" / "e.md").unlink()
    assert input_for(Path("sub/e.md"), ["sub"]) is not None
    assert input_for(Path("elsewhere/e.md"), ["sub", "*.md"]) is None


def test_a_file_that_is_named_twice_is_explicit(tree: Path):
    found = input_for(Path("sub/e.md"), ["sub", "sub/e.md"])
    assert found is not None
    assert found.explicit


def test_what_means_no_file_yet_is_passed_over(tree: Path):
    assert [item.path for item in find_what_is_there(["x.md", "new/*.md", "a.md"])] == [Path("a.md")]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("sub/*.md", "sub"), ("*.md", "."), ("a.md", "a.md"), ("odd/post [1].md", "odd/post [1].md")],
)
def test_the_fixed_part_of_a_path_is_what_comes_before_wildcards(tree: Path, pattern: str, expected: str):
    assert fixed_part(pattern) == Path(expected)


def test_a_path_is_written_as_its_user_wrote_it(tree: Path):
    (tree / "link").symlink_to("sub")
    real = tree / "sub" / "deep" / "f.md"
    assert as_named(real, ["link"]) == Path("link/deep/f.md")
    assert as_named(real, ["sub/**/*.md"]) == Path("sub/deep/f.md")
    assert as_named(real, [str(tree)]) == real
    assert as_named(real, ["emoji"]) == Path("sub/deep/f.md")
