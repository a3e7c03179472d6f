"""Cases in ``fixtures/segments.md``, and the layout of what is put back."""

import re
from pathlib import Path

import pytest

from styletune.errors import FileError
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode
from styletune.markdown.segments import Kind

_CASE = re.compile(r"^## (.+?)\n\n~{10}\n(.*?)\n~{10}\n\n((?:- [^\n]*\n?)+)", re.MULTILINE | re.DOTALL)
CASES = _CASE.findall((Path(__file__).parent / "fixtures" / "segments.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("title", "source", "expected"), CASES, ids=[case[0] for case in CASES])
def test_segments_are_those_of_the_fixture(title, source, expected):
    document = Document.parse(source.encode() + b"\n", suffix=".mdx" if title.startswith("MDX") else ".md")
    found = [
        f"- {segment.kind} {segment.line}: {document.shown(segment.id, MarkMode.MASKED)}"
        for segment in document.segments
    ]
    assert ("\n".join(found) or "- nothing") == expected.strip()


def replaced(source: str, *texts: str, mode: MarkMode = MarkMode.MASKED) -> str:
    """Replace the first segments of a source by texts; whatever is refused fails the test."""
    document = Document.parse(source.encode())
    result = document.replace(dict(zip((s.id for s in document.segments), texts, strict=False)), mode=mode)
    assert not result.refused
    return result.data.decode()


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("> one two three\n> four five six\n", "seven eight nine ten", "> seven eight\n> nine ten\n"),
        ("- one two\n  three four\n", "five six seven", "- five six\n  seven\n"),
        ("one\r\ntwo\r\n", "six ten", "six\r\nten\r\n"),
        ("One sentence.\nAnother one.\n", "A first. A second.", "A first.\nA second.\n"),
        ("one  \ntwo\n", "three ⟦1⟧ four", "three  \nfour\n"),
        ("| a | b |\n|---|---|\n", "x | y", "| x \\| y | b |\n|---|---|\n"),
        ("# Title #\n", "C #", "# C \\# #\n"),
        ("Words here\n", "1. Words", "1\\. Words\n"),
        ("Words here\n", "- Words", "\\- Words\n"),
        ("Words here\n", "# Words", "\\# Words\n"),
        ("[foo] bar\n\n[foo]: /x\n", "[nuevo](⟦1⟧) bar", "[nuevo][foo] bar\n\n[foo]: /x\n"),
        ("[foo] bar\n\n[foo]: /x\n", "baz [foo](⟦1⟧)", "baz [foo]\n\n[foo]: /x\n"),
        ("[foo][] bar\n\n[foo]: /x\n", "[nuevo](⟦1⟧) bar", "[nuevo][foo] bar\n\n[foo]: /x\n"),
        ("[a](b 'it') end\n", "fin [c](⟦1⟧)", "fin [c](b 'it')\n"),
        ("中文第一行\n第二行文字\n", "完全不同的文字在这里", "完全不同的\n文字在这里\n"),
        ("---\ntitle: Plain\n---\n", "Un titre : oui", '---\ntitle: "Un titre : oui"\n---\n'),
        ("---\ntitle: 'Single'\n---\n", "It's", "---\ntitle: 'It''s'\n---\n"),
        ('+++\ntitle = "T"\n+++\n', 'a "b"', '+++\ntitle = "a \\"b\\""\n+++\n'),
        ("Title: T\nDate: 2020-01-01\n\n", "a: b", "Title: a: b\nDate: 2020-01-01\n\n"),
        ("text \x01here\n", "new\x07 text", "new text\n"),
        ("text\n", "a\x85b\u2028c\ufeff\udc00\x1b", "a b c\n"),
        ("> a <i\n>   class='x'>b</i>\n", "c ⟦1⟧d⟦2⟧", "> c <i\n>   class='x'>d</i>\n"),
        ("- a [b](c\r\n  'T') d\r\n", "e [f](⟦1⟧) g", "- e [f](c\r\n  'T') g\r\n"),
        ("> foo\n---\n", "a | b", "> a &#124; b\n---\n"),
        ("# a\r\r- b\r", "c", "# c\r\r- b\r"),
        ("Title: one\n  two\nSlug: s\n\n", "three four", "Title: three four\nSlug: s\n\n"),
        ("> a ![two\n> lines](b) c\n", "d ⟦1⟧ e", "> d ![two\n> lines](b) e\n"),
        ("> ![some more\n> words](b)\n", "other big words", "> ![other big\n> words](b)\n"),
        ("> a  \n>     [^1]\n\n[^1]: b\n", "c", "> c  \n>     [^1]\n\n[^1]: b\n"),
        ("> Term\n> :   Definition here\n", "Word⟦1⟧And other", "> Word\n> :   And other\n"),
    ],
)
def test_a_text_takes_the_layout_of_its_source(source, text, expected):
    assert replaced(source, text) == expected


def test_an_alternative_text_is_replaced_inside_its_replaced_paragraph():
    source = "See ![a chart](c.png 'A title') there.\n"
    text = replaced(source, "Voir ⟦1⟧ là.", "un graphique", "Un titre")
    assert text == "Voir ![un graphique](c.png 'Un titre') là.\n"
    assert replaced(source, "See ⟦1⟧ there.", "un graphique") == source.replace("a chart", "un graphique")


@pytest.mark.parametrize(
    ("source", "text", "reason"),
    [
        ("Use `make` now.\n", "Use now.", "⟦1⟧ is missing"),
        ("Use `make` now.\n", "Use ⟦1⟧ ⟦1⟧ now.", "2 times"),
        ("Use `make` now.\n", "Use ⟦1⟧ and ⟦2⟧ now.", "⟦2⟧ was added"),
        ("Use **make** now.\n", "Use make now.", "bold text is missing"),
        ("Use make now.\n", "Use *make* now.", "emphasis was added"),
        ("Use make now.\n", "Use `make` now.", "code make was added"),
        ("See [it](http://a.b) now.\n", "See it now.", "⟦1⟧ is missing"),
        ("See [it](http://a.b) now.\n", "See it ⟦1⟧ now.", "lost its text"),
        ("Plain.\n", "", "empty"),
        ("Plain.\n", " \n ", "empty"),
        ("Plain.\n", "See {{< ref >}}.", "template tag"),
        ("Plain.\n", "<div>\n\nx", "blocks of the document"),
        ("Plain.\n", "See https://evil.example now.", "https://evil.example was added"),
        ("**（好）** 字\n", "字**（好）**字", "bold text is missing"),
        ("Plain.\n", "Plain^[with a note].", "an inline footnote was added"),
        ("With^[a note].\n", "With a note.", "an inline footnote is missing"),
        ("See https://a.b/c*d now.\n", "*See ⟦1⟧ now.", "a * was added"),
        ("It costs $5.\n", "It costs $5x$.", "a $ was added"),
    ],
)
def test_a_text_that_changes_markup_is_refused_with_a_reason(source, text, reason):
    document = Document.parse(source.encode())
    result = document.replace({document.segments[0].id: text})
    assert result.data == document.data
    assert reason in result.refused[document.segments[0].id]


def test_one_bad_text_among_many_is_the_only_one_refused():
    document = Document.parse("\n\n".join(f"Paragraph number {n}." for n in range(40)).encode())
    targets = {segment.id: f"New text {index}." for index, segment in enumerate(document.segments)}
    bad = document.segments[17].id
    targets[bad] = "[x]: /y"
    result = document.replace(targets)
    assert list(result.refused) == [bad]
    assert len(result.texts) == 39


def test_a_good_alternative_text_survives_beside_a_bad_paragraph():
    document = Document.parse(b"See ![a chart](c.png) there.\n")
    result = document.replace({document.segments[0].id: "See *x* ⟦1⟧.", document.segments[1].id: "new"})
    assert list(result.refused) == [document.segments[0].id]
    assert result.data == b"See ![new](c.png) there.\n"


@pytest.mark.parametrize(
    "source",
    ["a <i\n  class='x'>b</i> c\n", "> a [b](c\n>   'T') d\n", "[foo\nbar] [foo][] x\n\n[foo bar]: /u\n[foo]: /v\n"],
)
def test_visible_marks_over_lines_come_back_byte_for_byte(source):
    document = Document.parse(source.encode())
    shown = document.shown(document.segments[0].id, MarkMode.VISIBLE)
    result = document.replace({document.segments[0].id: shown + " more"}, mode=MarkMode.VISIBLE)
    assert not result.refused
    for mark in document.marks(document.segments[0].id):
        assert source.encode()[mark.start : mark.end] in result.data


def test_segments_know_their_headings_and_the_block_before():
    document = Document.parse(b"# One\n\nfirst\n\n## Two\n\nsecond\n\n# Three\n\nthird\n")
    paths = {segment.source: (segment.heading_path, segment.previous) for segment in document.segments}
    assert paths["second"] == (("One", "Two"), "Two")
    assert paths["Three"] == ((), "second")
    assert paths["third"] == (("Three",), "Three")


def test_equal_texts_have_ids_of_their_own_that_outlive_edits_elsewhere():
    ids = [segment.id for segment in Document.parse(b"same\n\nother\n\nsame\n").segments]
    assert ids[0].split("-")[0] == ids[2].split("-")[0]
    assert len(set(ids)) == 3
    assert Document.parse(b"# new\n\nsame\n\nother, too\n\nsame\n").segments[1].id == ids[0]


def test_a_visible_segment_shows_its_markdown_and_takes_it_back():
    source = "Use `make` with [a link](http://a.b)  \nand **more**.\n"
    document = Document.parse(source.encode())
    shown = document.shown(document.segments[0].id, MarkMode.VISIBLE)
    assert shown == "Use `make` with [a link](http://a.b)\nand **more**."
    text = "Run `make` with [one link](http://a.b)\nplus **more**."
    assert replaced(source, text, mode=MarkMode.VISIBLE) == text.replace(")\n", ")  \n") + "\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"ok\nbad \xff byte\n", "line 2: byte 0xff is not UTF-8"), (b"a\x00b", "NUL bytes")],
)
def test_what_is_no_utf8_text_is_named(data, message):
    with pytest.raises(FileError, match=message):
        Document.parse(data)


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b"---\n---\n", b"---\ntitle: [\n---\n\nBody\n"])
def test_documents_without_prose_or_with_a_broken_header_are_no_problem(data):
    document = Document.parse(data)
    result = document.replace({segment.id: "Changed" for segment in document.segments})
    assert not result.refused
    assert result.data == data.replace(b"Body", b"Changed")


def test_block_lines_are_those_of_the_whole_paragraph():
    document = Document.parse(b"# Title\n\nfirst line\nsecond line\n\nlast\n")
    assert [document.block_lines(segment.id) for segment in document.segments] == [(1, 1), (3, 4), (6, 6)]


def test_kinds_are_names_that_a_person_can_type():
    assert [str(kind) for kind in Kind][:3] == ["paragraph", "list_item", "heading"]
