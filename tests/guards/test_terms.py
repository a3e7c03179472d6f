import pytest

from styletune.guards import GuardContext
from styletune.guards.terms import glossary, never_say
from styletune.memory.recall import Term

RENDERED = [
    ("de", Term("free software", "freie Software"), "We like free software.", "Wir mögen den Geist freier Software."),
    ("es", Term("contribution", "contribución"), "Contributions matter.", "Las contribuciones importan."),
    ("zh", Term("maintainer", "维护者"), "The maintainer left.", "项目维护者离开了。"),
    ("ja", Term("maintainer", "メンテナー"), "The maintainer left.", "メンテナーは去りました。"),
    ("de", Term("GitHub"), "I use GitHub.", "Ich nutze GitHubs Seite."),
    ("de", Term("art", "Kunst"), "A startup party.", "Eine Feier für Gründer."),  # no whole word of the source
    ("fr", Term("issue", "ticket"), "Open an issue.", "Ouvrez un **ticket**."),
    ("de", Term("make", "bauen"), "Run `make` now.", "Rufe jetzt `make` auf."),  # code is no prose
]

IGNORED = [
    ("de", Term("free software", "freie Software"), "We like free software.", "Wir mögen quelloffene Programme."),
    ("zh", Term("maintainer", "维护者"), "Maintainers left.", "管理员离开了。"),
    ("de", Term("GitHub"), "I use GitHub.", "Ich nutze Github."),
    ("fr", Term("issue", "ticket"), "Open an issue.", "Ouvrez une demande."),
    ("zh", Term("README"), "Read the README.", "请阅读自述文件。"),
]


@pytest.mark.parametrize(("lang", "term", "source", "target"), RENDERED)
def test_a_rendered_term_raises_no_alarm_however_it_is_inflected(lang, term, source, target):
    assert list(glossary(source, target, GuardContext("translate", "en", lang, glossary=(term,)))) == []


@pytest.mark.parametrize(("lang", "term", "source", "target"), IGNORED)
def test_a_term_that_is_rendered_otherwise_is_named(lang, term, source, target):
    (reason,) = glossary(source, target, GuardContext("translate", "en", lang, glossary=(term,)))
    assert f"“{term.source}”" in reason


@pytest.mark.parametrize(
    ("phrase", "source", "target", "said"),
    [
        ("delve into", "We look.", "We Delve  into it.", True),
        ("delve into", "We delve into it.", "We do delve into it.", False),
        ("AI", "We use it.", "J'ai dit oui.", False),
        ("AI", "We use it.", "We use AI.", True),
        ("leverag*", "We use it.", "Leveraging it helps.", True),
        ("sehr", "It is so.", "Es ist so, unversehrt.", False),
        ("赋能", "We help.", "我们赋能社区。", True),
        ("  ", "We help.", "We do.", False),
        ("*", "We help.", "We do.", False),
    ],
)
def test_words_that_the_author_never_says(phrase, source, target, said):
    assert bool(list(never_say(source, target, GuardContext("rewrite", never_say=(phrase,))))) is said
