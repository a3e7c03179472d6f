import pytest
from styletune_training.corpus.document import CorpusDocument, Paragraph, paragraph
from styletune_training.corpus.languages import language_in_id, with_languages, with_usual_language

from styletune.markdown.segments import Kind

ENGLISH = (
    "The quick way to learn a language is to read what its best writers have to say about it every day.",
    "Most of what I know about writing I learned by throwing away the first half of what I had written.",
    "It took me years to see that the length of a text says nothing about how much there is in it.",
)
FRENCH = (
    "Le plus difficile dans l'écriture d'un texte est de savoir ce que l'on veut vraiment dire aux lecteurs.",
    "Je ne sais pas pourquoi les gens pensent que la longueur d'un article dit quelque chose de sa valeur.",
    "Il faut des années pour apprendre à jeter la moitié de ce que l'on a écrit sans trop de regrets.",
)
CHINESE = (
    "写文章最难的地方在于弄清楚自己到底想对读者说什么，其他的都是细节。",
    "我花了很多年才明白，一篇文章的长短并不能说明里面有多少内容。",
)
JAPANESE = ("文章を書くときに一番難しいのは、読者に何を伝えたいのかをはっきりさせることだと思います。",)


def post(*texts: str) -> list[Paragraph]:
    return [paragraph(Kind.PARAGRAPH, text) for text in texts]


@pytest.mark.parametrize(
    ("texts", "declared", "lang", "others"),
    [
        (ENGLISH, None, "en", [None, None, None]),
        (ENGLISH, "en-gb", "en-gb", [None, None, None]),
        (CHINESE, "zh-hans", "zh-hans", [None, None]),
        (JAPANESE, None, "ja", [None]),
        ((*ENGLISH, FRENCH[0]), "en", "en", [None, None, None, "fr"]),
        ((*FRENCH, ENGLISH[0]), None, "fr", [None, None, None, "en"]),
        ((*CHINESE, ENGLISH[1]), None, "zh", [None, None, "en"]),
        ((*ENGLISH, CHINESE[0], JAPANESE[0]), None, "en", [None, None, None, "zh", "ja"]),
        ((ENGLISH[0], *FRENCH, ENGLISH[1]), None, "fr", ["en", None, None, None, "en"]),
        (FRENCH, "en", "fr", [None, None, None]),
        ((FRENCH[0], ENGLISH[0]), "fr", "fr", [None, "en"]),
        (("Bonjour.", "OK, voilà."), "fr", "fr", [None, None]),
        (("Use `x`.",), None, None, [None]),
        ((), "en", "en", []),
        ((), None, None, []),
    ],
    ids=str,
)
def test_most_of_a_document_decides_and_the_rest_is_marked(
    texts: tuple[str, ...], declared: str | None, lang: str | None, others: list[str | None]
) -> None:
    found, paragraphs = with_languages(post(*texts), declared)
    assert (found, [one.lang for one in paragraphs]) == (lang, others)
    assert [one.text for one in paragraphs] == list(texts)


def test_names_and_loan_words_in_a_short_paragraph_are_no_other_language() -> None:
    _, paragraphs = with_languages(
        post(*CHINESE, "使用 Docker Compose 和 Kubernetes", "Docker Compose and Redis"), None
    )
    assert [one.lang for one in paragraphs] == [None] * 4


@pytest.mark.parametrize(
    ("name", "post", "lang"),
    [
        ("posts/a.zh.md", "posts/a.md", "zh"),
        ("posts/a.zh.md", "posts/a.zh.md", "zh"),
        ("posts/a-en.md", "posts/a.md", "en"),
        ("posts/a-en.md", "posts/a-en.md", None),
        ("content/en/a.md", "content/a.md", "en"),
        ("guide/zh-hans/a.md", "guide/a.md", "zh-hans"),
        ("zh_CN/en.md", "en.md", "zh-cn"),
        ("en/en/a.md", "en/a.md", "en"),
        ("posts/a_en.md", "posts/a.md", "en"),
        ("posts/a.md", "posts/a.md", None),
        ("old/a.md", "a.md", None),
        ("/home/en/blog/a.md", "blog/a.md", None),
        ("/home/en/blog/zh/a.md", "blog/a.md", "zh"),
        ("/home/blog/en/blog/en/a.md", "blog/a.md", "en"),
        ("/home/en/a.zh.md", "en/a.md", "zh"),
    ],
)
def test_what_an_id_has_and_its_post_has_not_is_the_language(name: str, post: str, lang: str | None) -> None:
    assert language_in_id(name, post) == lang


def document(name: str, text: str, lang: str | None, source: str = "s1") -> CorpusDocument:
    return CorpusDocument(name, name, source, (1, 1), "1", lang=lang, paragraphs=tuple(post(*[text] * 12)))


@pytest.mark.parametrize(
    ("others", "text", "lang"),
    [
        (["en", "en"], "Ack, bar.", "en"),
        (["zh"], "好的。", "zh"),
        (["en", "en"], "好的。", None),
        (["en", "de"], "Ack, bar.", None),
        ([], "Ack, bar.", None),
        ([None], "Ack, bar.", None),
    ],
)
def test_what_is_too_short_to_tell_is_in_the_usual_language_of_its_source(
    others: list[str | None], text: str, lang: str | None
) -> None:
    there = [document(f"{number}.md", "Something else.", spoken) for number, spoken in enumerate(others)]
    short = document("short.md", text, None)
    elsewhere = document("elsewhere.md", text, None, "s2")
    found = with_usual_language([*there, short, elsewhere])
    assert [one.lang for one in found] == [*others, lang, None]
