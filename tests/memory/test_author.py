"""The author's paragraphs: in the right language, never the draft's own, never styletune's own work."""

from pathlib import Path

import pytest

from styletune.memory.author import AuthorParagraphs, Library, library, opening

ENGLISH = {
    "coffee": "I have kept a notebook of every cup of coffee since August, because a number in a notebook flatters nobody.",
    "river": "We walked along the river until it began to rain, and then we walked home again, wet and rather happy.",
    "engine": "A regular expression engine compiles its pattern to an automaton, which is small for nearly all patterns.",
}
GERMAN = "Seit August schreibe ich jede Tasse Kaffee in ein kleines Heft, weil eine Zahl in einem Heft niemandem schmeichelt."
CHINESE = "从八月起，我把每一杯咖啡都记在一个小本子上，因为本子里的数字不会讨好任何人，也不会骗我自己。"
QUERY = "It is important to note that coffee is better with a notebook."


@pytest.fixture
def blog(tmp_path) -> Path:
    texts = {f"{name}.md": text for name, text in ENGLISH.items()} | {"kaffee.md": GERMAN, "coffee.zh.md": CHINESE}
    (tmp_path / "posts").mkdir()
    for name, text in texts.items():
        (tmp_path / "posts" / name).write_text(text + "\n", encoding="utf-8")
    return tmp_path


def nearest(blog, *, lang=None, draft=None, written=(), text=QUERY):
    chosen = AuthorParagraphs(
        Library(blog, ("posts",)), lang=lang, draft=draft and blog / draft, written=lambda path: path.name in written
    )
    return [path.name for _, path in chosen.nearest(text, 5)]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ["coffee.md", "river.md", "engine.md"]),
        ("en-gb", ["coffee.md", "river.md", "engine.md"]),
        ("de", ["kaffee.md"]),
        ("zh-hans", ["coffee.zh.md"]),
        ("fr", []),
    ],
)
def test_paragraphs_are_in_the_language_of_the_output(blog, lang, expected):
    found = nearest(blog, lang=lang)
    assert sorted(found) == sorted(expected)
    assert found[:1] == expected[:1]


def test_without_a_language_the_draft_tells_it(blog):
    (blog / "draft.md").write_text(GERMAN.replace("Kaffee", "Tee") + "\n\n" + GERMAN[::-1], encoding="utf-8")
    assert nearest(blog, draft="draft.md", text="Tee ist gut.") == ["kaffee.md"]


@pytest.mark.parametrize(
    ("text", "expected"), [("咖啡越来越好喝了，我很高兴。", "coffee.zh.md"), ("7 of coffee", "coffee.md")]
)
def test_without_a_draft_the_segment_tells_it_or_most_posts_do(blog, text, expected):
    assert nearest(blog, text=text)[0] == expected


@pytest.mark.parametrize("draft", ["posts/coffee.md", "posts/coffee.zh.md", "posts/../posts/coffee.md"])
def test_neither_the_draft_nor_its_translation_is_chosen(blog, draft):
    assert "coffee.md" not in nearest(blog, lang="en", draft=draft)
    assert "coffee.zh.md" not in nearest(blog, lang="zh", draft=draft)


def test_a_link_to_the_draft_is_the_draft(blog):
    (blog / "link.md").symlink_to(blog / "posts" / "coffee.md")
    assert "coffee.md" not in nearest(blog, lang="en", draft="link.md")


def test_a_post_of_that_name_elsewhere_is_another_post(blog):
    assert "coffee.md" in nearest(blog, lang="en", draft="drafts/coffee.md")


def test_what_styletune_wrote_is_not_the_author(blog):
    assert nearest(blog, lang="en", written={"coffee.md", "engine.md"}) == ["river.md"]


def test_a_near_copy_of_the_segment_is_not_chosen(blog):
    assert "coffee.md" not in nearest(blog, lang="en", text=ENGLISH["coffee"].replace("August", "July"))


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("One sentence of a few words.", "One sentence of a few words."),
        ("Short. " + "And then many words follow here. " * 5, "Short. " + "And then many words follow here. " * 3),
        ("word " * 50 + "ends. The next.", "word " * 50 + "ends."),
        ("我写东西很短。" * 9, "我写东西很短。" * 5),
    ],
)
def test_only_the_first_sentences_are_shown(paragraph, expected):
    assert opening(paragraph) == expected.strip()


def test_a_library_is_shared_and_follows_its_posts(blog):
    shared = library(blog, ("posts",))
    assert library(blog, ("posts",)) is shared
    shared.read()
    before = shared.index("en")
    shared.read()
    assert shared.index("en") is before
    (blog / "posts" / "river.md").unlink()
    shared.read()
    assert len(shared.index("en")[1]) == 2
