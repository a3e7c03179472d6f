"""Files are versions of one post by their names; words are not taken for languages."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.corpus.post_names import PostNames


@pytest.mark.parametrize(
    ("names", "posts"),
    [
        ("post.md", "post.md"),
        ("post.md post.zh.md", "post.md post.md"),
        ("post.zh.md", "post.md"),
        ("a/index.md a/index.zh-hans.md", "a/index.md a/index.md"),
        ("post.md post-en.md", "post.md post.md"),
        ("post-en.md post-zh.md", "post.md post.md"),
        ("post_en.md post_zh_CN.md", "post.md post.md"),
        ("post-pt-BR.md post.md", "post.md post.md"),
        ("check-it.md check-it-it.md", "check-it.md check-it.md"),
        ("check-it.md other.md", "check-it.md other.md"),
        ("post-en.md", "post-en.md"),
        ("en/a.md zh-hans/a.md zh-hans/b.md", "a.md a.md b.md"),
        ("content/en/p/a.md content/de/p/a.md", "content/p/a.md content/p/a.md"),
        ("posts/a.md posts/zh/a.md", "posts/a.md posts/a.md"),
        ("en/p/index.md de/p/index.md", "p/index.md p/index.md"),
        ("cs/sorting.md ml/linear.md", "cs/sorting.md ml/linear.md"),
        ("cs/index.md ml/index.md", "cs/index.md ml/index.md"),
        ("notes/index.md notes/cs/index.md", "notes/index.md notes/cs/index.md"),
        ("/x/en/a.md /x/de/a.md", "/x/a.md /x/a.md"),
    ],
)
def test_versions_of_a_post_have_its_name(names: str, posts: str) -> None:
    ids = names.split()
    found = PostNames(ids)
    assert [found.post(name) for name in ids] == posts.split()


@pytest.mark.parametrize(
    ("name", "post"),
    [
        ("post-en.md", "post.md"),
        ("content/zh-hans/a.md", "content/a.md"),
        ("en/a.md", "a.md"),
        ("post-it.md", "post-it.md"),
        ("/home/en/a.md", "/home/en/a.md"),
    ],
)
def test_the_languages_of_the_project_are_languages_without_a_sibling(name: str, post: str) -> None:
    assert PostNames([name], ["en", "zh"]).post(name) == post


@pytest.mark.parametrize(
    ("outside", "inside", "posts"),
    [
        ("/x/blog", "posts/a.md", {"/x/blog/a.md": "blog/a.md", "/x/blog/2024/a.zh.md": "blog/2024/a.md"}),
        ("/x/blog", "blog/a.md", {"/x/blog/a.md": "x/blog/a.md"}),
        ("/x/blog /y/blog", "", {"/x/blog/a.md": "blog/a.md", "/y/blog/a.md": "y/blog/a.md"}),
        ("/x/blog /x/blog/notes", "", {"/x/blog/notes/a.md": "blog/notes/a.md"}),
        ("/x/notes /x", "", {"/x/notes/a.md": "notes/a.md", "/x/a.md": "x/a.md"}),
        ("/x/en /x/zh", "", {"/x/en/a.md": "x/a.md", "/x/zh/a.md": "x/a.md"}),
        ("/x/blog", "", {"/x/blog/en/a.md": "blog/a.md", "/x/blog/zh/a.md": "blog/a.md"}),
        ("/x/blog", "", {"/x/blogs/a.md": "/x/blogs/a.md"}),
        ("/", "", {"/a.md": "/a.md"}),
    ],
)
def test_posts_outside_are_named_by_the_folder_that_was_added(outside: str, inside: str, posts: dict[str, str]) -> None:
    found = PostNames([*posts, *inside.split()], outside=outside.split())
    assert {name: found.post(name) for name in posts} == posts


def test_accents_in_another_form_are_the_same_name() -> None:
    ids = [unicodedata.normalize(form, name) for form, name in (("NFC", "é.md"), ("NFD", "é.zh.md"))]
    found = PostNames(ids)
    assert {found.post(name) for name in ids} == {"é.md"}


def test_a_file_that_was_not_among_them_has_a_name_all_the_same() -> None:
    found = PostNames(["en/a.md", "de/a.md"])
    assert found.post("de/new.md") == "new.md"


@given(st.lists(st.text("ab-._/en zh", max_size=12).map("{}x.md".format), min_size=1, max_size=6))
def test_naming_is_the_same_in_any_order_and_each_has_a_name(ids: list[str]) -> None:
    found, backwards = PostNames(ids), PostNames(ids[::-1])
    assert [found.post(name) for name in ids] == [backwards.post(name) for name in ids]
    assert all(found.post(name) for name in ids)
