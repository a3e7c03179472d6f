"""Names of outputs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.errors import UsageError
from styletune.files.naming import (
    REWRITTEN,
    TRANSLATED,
    language_in_name,
    language_in_place,
    output_path,
    path_in_folder,
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("post.md", "post.en.md"),
        ("post.zh.md", "post.en.md"),
        ("index.zh-hans.md", "index.en.md"),
        ("index.zh_CN.md", "index.en.md"),
        ("posts/a b.pt-BR.mdx", "posts/a b.en.mdx"),
        ("post.old.md", "post.old.en.md"),
        ("v1.2.md", "v1.2.en.md"),
        ("文章.md", "文章.en.md"),
        (".en.md", ".en.en.md"),
        ("README", "README.en"),
    ],
)
def test_a_translation_stands_beside_its_source_with_its_own_language(source: str, expected: str):
    assert output_path(Path(source), pattern=TRANSLATED, lang="en") == Path(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [("post.md", "post.rewritten.md"), ("d/post.zh.md", "d/post.zh.rewritten.md"), ("a.mdx", "a.rewritten.mdx")],
)
def test_a_rewrite_keeps_the_language_in_its_name(source: str, expected: str):
    assert output_path(Path(source), pattern=REWRITTEN) == Path(expected)


@pytest.mark.parametrize(
    ("pattern", "source", "expected"),
    [
        ("{stem}.{lang}.md", "/p/posts/a.md", "/p/posts/a.en.md"),
        ("{stem}-{lang}.md", "/p/posts/a.zh.md", "/p/posts/a-en.md"),
        ("{lang}/{path}", "/p/posts/a.md", "/p/en/posts/a.md"),
        ("{lang}/{path}", "/p/zh/posts/a.md", "/p/en/posts/a.md"),
        ("{lang}/{path}", "/p/posts/a.zh.mdx", "/p/en/posts/a.mdx"),
        ("content/{lang}/{stem}.md", "/p/a.md", "/p/content/en/a.md"),
        # a source that stands where the pattern would put it
        ("content/{lang}/{path}", "/p/content/zh/posts/a.md", "/p/content/en/posts/a.md"),
        ("content/{lang}/{path}", "/p/content/zh-hans/a.md", "/p/content/en/a.md"),
        ("{lang}/blog/{path}", "/p/zh/blog/x/a.md", "/p/en/blog/x/a.md"),
        ("{lang}/x/{lang}/{path}", "/p/zh/x/zh/a.md", "/p/en/x/en/a.md"),
        # one that does not
        ("content/{lang}/{path}", "/p/content/posts/a.md", "/p/content/en/posts/a.md"),
        ("content/{lang}/{path}", "/p/content/a.md", "/p/content/en/a.md"),
        ("content/{lang}/{path}", "/p/drafts/a.zh.md", "/p/content/en/drafts/a.md"),
        ("_posts/{lang}/{path}", "/p/_posts/2026-01-01-a.md", "/p/_posts/en/2026-01-01-a.md"),
        ("{lang}/blog/{path}", "/p/posts/a.md", "/p/en/blog/posts/a.md"),
        ("{lang}/{path}", "/elsewhere/a.md", "/p/en/a.md"),
        ("i18n.{lang}/{path}", "/p/i18n.zh/(a).md", "/p/i18n.en/(a).md"),
    ],
)
def test_patterns_are_filled_in(pattern: str, source: str, expected: str):
    assert output_path(Path(source), pattern=pattern, lang="en", root=Path("/p")) == Path(expected)


@pytest.mark.parametrize(
    ("pattern", "source", "source_lang", "expected"),
    [
        ("{stem}-{lang}.md", "post-en.md", "en", "post-zh.md"),
        ("{stem}_{lang}.md", "post_en.md", "en", "post_zh.md"),
        ("{stem}-{lang}.md", "post-PT-BR.md", "pt-br", "post-zh.md"),
        ("{stem}-{lang}.md", "make-or-break-it.md", "en", "make-or-break-it-zh.md"),
        ("{stem}-{lang}.md", "make-or-break-it.md", None, "make-or-break-it-zh.md"),
        ("{stem}-{lang}.md", "men.md", "en", "men-zh.md"),
        ("{stem}-{lang}.md", "-en.md", "en", "-en-zh.md"),
        ("{stem}.{lang}.md", "post-en.md", "en", "post-en.zh.md"),
    ],
)
def test_behind_a_dash_only_the_source_s_own_language_is_one(
    pattern: str, source: str, source_lang: str | None, expected: str
):
    assert output_path(Path(source), pattern=pattern, lang="zh", source_lang=source_lang) == Path(expected)


@pytest.mark.parametrize(
    ("pattern", "source", "expected"),
    [
        ("content/{lang}/{path}", "/p/content/zh-hans/a/b.md", "zh-hans"),
        ("{lang}/{path}", "/p/pt-BR/a.md", "pt-br"),
        ("content/{lang}/{path}", "/p/content/posts/a.md", None),
        ("content/{lang}/{path}", "/p/zh/a.md", None),
        ("{lang}/{path}", "/elsewhere/zh/a.md", None),
        ("out/{path}", "/p/out/zh/a.md", None),
        ("{stem}.{lang}.md", "/p/zh/a.md", None),
    ],
)
def test_only_a_folder_that_the_pattern_gives_to_a_language_tells_it(pattern: str, source: str, expected: str | None):
    assert language_in_place(Path(source), pattern=pattern, root=Path("/p")) == expected


def test_the_output_is_written_like_its_source_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "content").mkdir()
    monkeypatch.chdir(tmp_path / "content")
    made = output_path(Path("en/a.md"), pattern="content/{lang}/{path}", lang="zh", root=tmp_path)
    assert made == Path("zh/a.md")


@pytest.mark.parametrize(
    ("source", "expected"),
    [("/p/en/a.md", "/p/out/en/a.md"), ("/p/a.zh.md", "/p/out/a.zh.md"), ("/p/d/a.mdx", "/p/out/d/a.mdx")],
)
def test_a_tree_of_rewrites_keeps_folders_and_names(source: str, expected: str):
    assert output_path(Path(source), pattern="out/{path}", root=Path("/p")) == Path(expected)


@given(
    st.sampled_from(["content/{lang}/{path}", "{lang}/{path}", "{lang}/blog/{path}", "a/b/{lang}/c/{path}"]),
    st.lists(st.sampled_from(["posts", "2026", "x.y", "文章"]), max_size=3),
    st.sampled_from(["a.md", "index.md", "b c.mdx"]),
)
def test_there_and_back_again_is_the_same_tree(pattern: str, folders: list[str], name: str):
    root = Path("/p")
    there = output_path(root.joinpath(*folders, name), pattern=pattern, lang="zh", root=root)
    english = output_path(there, pattern=pattern, lang="en", root=root)
    assert english.parts == tuple("en" if part == "zh" else part for part in there.parts)
    assert output_path(english, pattern=pattern, lang="zh", root=root) == there


@pytest.mark.parametrize(
    ("pattern", "lang", "problems"),
    [
        ("{name}.{lang}.md", "en", ["{name} is unknown", "{stem} or {path} is missing"]),
        ("{stem}.md", "en", ["{lang} is missing"]),
        ("{lang}.md", "en", ["{stem} or {path} is missing"]),
        ("{stem}.{lang}.md", None, ["{lang} has no meaning"]),
        ("{path}.{lang}.md", "en", ["it can stand only at the end"]),
        ("{lang}/{path}/{path}", "en", ["it can stand only at the end"]),
        ("{stem}.md", None, ["it names the source itself"]),
        ("{path}", None, ["it names the source itself"]),
    ],
)
def test_a_pattern_that_cannot_work_is_refused_with_every_reason(pattern: str, lang: str | None, problems: list[str]):
    with pytest.raises(UsageError) as caught:
        output_path(Path("a.md"), pattern=pattern, lang=lang)
    assert all(problem in str(caught.value) for problem in problems)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.zh.md", "zh"), ("a.zh-Hans.md", "zh-hans"), ("a.pt_BR.md", "pt-br"), ("a.md", None),
        ("zh.md", None), (".zh.md", None), ("a.new.md", None), ("node.xx.md", None), ("a.chinese.md", None),
    ],
)  # fmt: skip
def test_only_real_language_codes_in_a_name_are_languages(name: str, expected: str | None):
    assert language_in_name(Path(name)) == expected


def test_a_folder_of_outputs_keeps_names_and_replaces_languages():
    assert path_in_folder(Path("d/a.md"), lang="en") == Path("d/a.md")
    assert path_in_folder(Path("d/a.zh.md"), lang="en") == Path("d/a.en.md")
    assert path_in_folder(Path("d/a.zh.md"), lang=None) == Path("d/a.zh.md")
