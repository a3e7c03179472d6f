"""The laws of the Markdown engine, over generated documents: only prose changes, and only the segment that was meant."""

import markdown_documents
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.markdown import front_matter, splice
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode
from styletune.markdown.pieces import has_letter
from styletune.markdown.segments import Kind

documents = markdown_documents.documents()


def body(document: Document) -> bytes:
    return document.data[document.body :]


def assert_same_but_prose(before: Document, after: Document) -> None:
    assert oracle.structure(body(before)) == oracle.structure(body(after))
    if before.matter:
        assert after.matter
        old, new = front_matter.load(before.matter), front_matter.load(after.matter)
        assert old is not None
        assert new is not None
        assert list(old) == list(new)
        for key, value in old.items():
            assert key.lower() in front_matter.TRANSLATABLE_KEYS or new[key] == value


@pytest.mark.parametrize("mode", MarkMode)
@given(data=documents)
def test_what_a_model_saw_gives_the_same_bytes(mode, data):
    document = Document.parse(data)
    shown = {segment.id: document.shown(segment.id, mode) for segment in document.segments}
    replaced = document.replace(shown, mode=mode)
    assert replaced.data == data
    assert not replaced.refused


@given(data=documents)
def test_a_blind_translator_changes_every_segment_and_nothing_else(data):
    document = Document.parse(data)
    targets = {s.id: oracle.letters_swapped(document.shown(s.id, MarkMode.MASKED)) for s in document.segments}
    replaced = document.replace(targets)
    assert not replaced.refused
    assert set(replaced.texts) == set(targets)
    after = Document.parse(replaced.data)
    assert_same_but_prose(document, after)
    assert oracle.constants(data) == oracle.constants(replaced.data)
    assert len(after.segments) == len(document.segments)
    for old, new in zip(document.segments, after.segments, strict=True):
        assert old.kind == new.kind
        assert old.source != new.source


@given(data=documents)
def test_segments_are_ranges_of_the_file_with_letters_in_them(data):
    document = Document.parse(data)
    assert len({segment.id for segment in document.segments}) == len(document.segments)
    for segment in document.segments:
        assert has_letter(segment.source)
        raw = data[segment.start : segment.end].decode()
        assert raw.split()[0][0] == segment.source.split()[0][0] or segment.kind is Kind.FRONT_MATTER
        assert data.count(b"\n", 0, segment.start) + 1 == segment.line


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "", " ", "\x00\x1b[31mred", "# heading", "- list\n- list", "1. one", "> quote", "```\ncode\n```", "    code",
            "a\n\nb", "---", "===", "| a | b |", "<div>", "</div>", "<!--", "-->", "[x]: /y", "[^1]: note", "**", "*a", "`",
            "$", "$$", "{{< x >}}", "{{", "{% raw %}", "{% endraw %}", "[a](b)", "![a](b)", "<b>", "https://evil.example",
            "⟦1⟧", "⟦99⟧", "⟦", "text ⟦1⟧ ⟦1⟧", "[t](⟦1⟧)", "\\", "a\\", "]", "](x)", "&lt;", "text {#id}", "text ##",
            "+++", "title: x", "Title: x", '{"title": 1}', ":::", "!!! note", "[[wiki]]", "\ufeff", "\u2028", "x" * 3000,
            "a  \nb", "a\\\nb", "\ud800", "import x from 'y'", "\tx", "~~~", "[ref]", "[ref][]", "a|b", '"', "'", ")",
            "<!-- styletune:off -->", "<script>", "%%", "[!NOTE]", ":smile:", "[@cite]", "{: .x}", "\\[", "\\(a\\)",
        ]
    ),
)  # fmt: skip


@pytest.mark.parametrize("mode", MarkMode)
@given(data=documents, hostile=HOSTILE, choice=st.integers(0, 1000), embed=st.booleans())
def test_any_output_whatever_changes_only_its_own_segment(mode, data, hostile, choice, embed):
    document = Document.parse(data)
    if not document.segments:
        return
    segment = document.segments[choice % len(document.segments)]
    target = document.shown(segment.id, mode) + " " + hostile if embed else hostile
    replaced = document.replace({segment.id: target}, mode=mode)
    assert replaced.data.startswith(data[: segment.start])
    assert replaced.data.endswith(data[segment.end :])
    assert_same_but_prose(document, Document.parse(replaced.data))
    if segment.id in replaced.refused:
        assert replaced.data == data
        assert replaced.refused[segment.id]


@given(data=documents, hostile=st.lists(HOSTILE, min_size=1, max_size=20))
def test_hostile_outputs_for_all_segments_at_once_keep_the_structure(data, hostile):
    document = Document.parse(data)
    targets = {segment.id: hostile[index % len(hostile)] for index, segment in enumerate(document.segments)}
    replaced = document.replace(targets)
    assert_same_but_prose(document, Document.parse(replaced.data))
    assert set(replaced.refused).isdisjoint(replaced.texts)


def test_a_text_that_makes_a_paragraph_vanish_is_refused():
    document = Document.parse(b"first\n\nsecond\n")
    replaced = document.replace({document.segments[0].id: "[x]: /y"})
    assert replaced.data == document.data
    assert "blocks of the document" in replaced.refused[document.segments[0].id]


def test_without_the_second_parse_the_paragraph_vanishes(monkeypatch):
    """Switch the final parse off: the test above must fail, or it proves nothing."""
    monkeypatch.setattr(splice, "changed_structure", lambda *_: ())
    with pytest.raises(AssertionError):
        test_a_text_that_makes_a_paragraph_vanish_is_refused()


def test_a_megabyte_of_output_is_refused_at_once():
    document = Document.parse(b"A short paragraph.\n")
    replaced = document.replace({document.segments[0].id: "word " * 200_000})
    assert replaced.data == document.data
    assert "times as long" in replaced.refused[document.segments[0].id]
