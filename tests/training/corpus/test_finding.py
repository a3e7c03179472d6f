"""What a source means on a disk with odd names, links, pipes and a generator's folders."""

import os
from pathlib import Path

import pytest
from styletune_training.corpus.finding import files_of, find_files, named
from styletune_training.corpus.source import Source

POSTS = Source("posts", "posts")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "posts").mkdir()
    return tmp_path


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("Words.\n")


def ids(root: Path, *sources: Source) -> list[str]:
    return [file.id for file, _ in find_files(root, sources).files]


def test_a_folder_is_searched_for_all_that_can_be_read(root: Path) -> None:
    write(root, "posts/a.md", "posts/b/c.TXT", "posts/d.html", "posts/e.docx", "posts/f.pdf", "posts/g.png", "posts/h")
    assert ids(root, POSTS) == [f"posts/{name}" for name in ("a.md", "b/c.TXT", "d.html", "e.docx", "f.pdf")]


@pytest.mark.parametrize(
    "name",
    [
        ".git/a.md",
        ".obsidian/a.md",
        "node_modules/x/a.md",
        "_site/a.html",
        "_layouts/a.html",
        "LICENSE.md",
        "robots.txt",
        "blog/public/a/index.html",
        "blog/themes/x/layouts/a.html",
    ],
)
def test_what_no_author_wrote_as_a_post_is_passed_over(root: Path, name: str) -> None:
    write(root, "posts/blog/hugo.toml", "posts/blog/content/a.md", f"posts/{name}")
    assert ids(root, POSTS) == ["posts/blog/content/a.md"]


def test_a_folder_called_public_is_searched_where_no_generator_wrote_it(root: Path) -> None:
    write(root, "posts/public/a.md")
    assert ids(root, POSTS) == ["posts/public/a.md"]


def test_a_file_that_is_named_itself_is_taken_whatever_its_name(root: Path) -> None:
    write(root, "posts/LICENSE.md")
    assert ids(root, Source("posts", "posts/LICENSE.md")) == ["posts/LICENSE.md"]


def test_a_glob_is_a_source_also_below_a_folder_with_brackets(tmp_path: Path) -> None:
    root = tmp_path / "[odd] *name"
    write(root, "posts/a.md", "posts/2024/b.md", "notes/c.md")
    assert ids(root, Source("posts", "posts/**/*.md")) == ["posts/2024/b.md", "posts/a.md"]
    assert ids(root, Source("posts", "posts")) == ["posts/2024/b.md", "posts/a.md"]


def test_pipes_circles_and_links_to_nowhere_are_passed_over(root: Path) -> None:
    write(root, "posts/a.md")
    os.mkfifo(root / "posts/pipe.md")
    (root / "posts/circle").symlink_to(root / "posts")
    (root / "posts/nowhere.md").symlink_to(root / "gone.md")
    (root / "posts/self.md").symlink_to(root / "posts/self.md")
    assert ids(root, POSTS) == ["posts/a.md"]
    assert ids(root, Source("posts", "posts/pipe.md")) == []


def test_one_file_under_two_names_is_one(root: Path) -> None:
    write(root, "posts/a.md")
    (root / "posts/b.md").symlink_to(root / "posts/a.md")
    (root / "linked").symlink_to(root / "posts")
    assert ids(root, POSTS, Source("posts", "linked")) in (["posts/a.md"], ["linked/a.md"])


def test_a_file_comes_with_the_source_that_names_it_most_closely(root: Path) -> None:
    write(root, "posts/a.md", "posts/notes/b.md", "posts/notes/c.md")
    sources = [POSTS, Source("notes", "posts/notes"), Source("posts", "posts/notes/c.md", lang="zh")]
    for order in (sources, sources[::-1]):
        found = find_files(root, order)
        assert [source for _, source in found.files] == sources
        assert found.empty == ()


def test_a_source_without_files_is_told(root: Path) -> None:
    write(root, "posts/a.md")
    gone = Source("posts", "gone")
    assert find_files(root, [POSTS, gone]).empty == (gone,)


def test_versions_of_a_post_share_its_name_across_sources(root: Path) -> None:
    write(root, "posts/a.md", "uebersetzt/a.md", "posts/b.md", "posts/b.zh.md")
    found = find_files(root, [POSTS, Source("posts", "uebersetzt")])
    assert [file.post for file, _ in found.files] == ["posts/a.md", "posts/b.md", "posts/b.md", "uebersetzt/a.md"]


def test_names_are_relative_inside_the_project_and_absolute_outside(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    write(outside, "笔记.md")
    assert named(root, root / "posts" / ".." / "posts" / "a.md") == "posts/a.md"
    assert named(root, outside / "笔记.md") == (outside / "笔记.md").as_posix()
    assert ids(root, Source("posts", outside.as_posix())) == [(outside / "笔记.md").as_posix()]


@pytest.mark.parametrize("added", ["blog", "blog/a.md", "blog/**/*.md"])
def test_posts_outside_keep_their_names_wherever_they_lie(tmp_path: Path, added: str) -> None:
    """A post's name decides about its split, which must not change with the machine."""
    root = tmp_path / "project"
    for place in ("here", "en/there"):
        write(tmp_path / place / "blog", "a.md", "a.zh.md", "zh/b.md")
        found = find_files(root, [Source("posts", (tmp_path / place / added).as_posix())], languages=["en", "zh"])
        assert {file.post for file, _ in found.files} <= {"blog/a.md", "blog/b.md"}


def test_a_project_that_is_reached_by_a_link_has_the_same_names(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write(root, "posts/a.md")
    link = tmp_path_factory.mktemp("links") / "project"
    link.symlink_to(root)
    assert named(link, root / "posts/a.md") == "posts/a.md"
    assert named(root, link / "posts/a.md") == "posts/a.md"


def test_a_folder_that_may_not_be_read_holds_nothing(root: Path) -> None:
    assert files_of(root, "posts") == []
    assert files_of(root, "nowhere") == []
