"""The laws over the examples of the CommonMark specification and over real blogs."""

import oracle
import pytest

from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode


def assert_laws(data: bytes, suffix: str = ".md") -> int:
    """Check the laws of echo and of a blind translator on one file; return its number of segments."""
    document = Document.parse(data, suffix=suffix)
    for mode in MarkMode:
        shown = {segment.id: document.shown(segment.id, mode) for segment in document.segments}
        assert document.replace(shown, mode=mode).data == data
    targets = {s.id: oracle.letters_swapped(document.shown(s.id, MarkMode.MASKED)) for s in document.segments}
    replaced = document.replace(targets)
    assert not replaced.refused
    assert set(replaced.texts) == set(targets)
    body = Document.parse(replaced.data, suffix=suffix).body
    assert oracle.structure(data[document.body :]) == oracle.structure(replaced.data[body:])
    labels = [mark.label for segment in document.segments for mark in document.marks(segment.id)]
    assert not oracle.constants(data) - oracle.constants(replaced.data)
    assert not oracle.constants(replaced.data) - oracle.constants(data) - oracle.constants(" ".join(labels).encode())
    return len(targets)


def test_the_specification_has_all_its_examples(commonmark_examples):
    assert len(commonmark_examples) == 652


def test_each_example_of_the_specification_keeps_all_but_its_prose(commonmark_examples):
    failed = []
    for number, example in enumerate(commonmark_examples, 1):
        try:
            assert_laws(example["markdown"].encode())
        except AssertionError as error:
            failed.append((number, example["markdown"], str(error)[:200]))
    assert failed == []


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"], ids=["CRLF", "CR"])
def test_the_specification_holds_for_other_line_endings(commonmark_examples, ending):
    for example in commonmark_examples:
        data = example["markdown"].encode().replace(b"\n", ending)
        document = Document.parse(data)
        shown = {segment.id: document.shown(segment.id, MarkMode.MASKED) for segment in document.segments}
        assert document.replace(shown).data == data
        swapped = {segment_id: oracle.letters_swapped(text) for segment_id, text in shown.items()}
        after = Document.parse(document.replace(swapped).data)
        assert after.structure.blocks == document.structure.blocks


def test_each_file_of_the_corpora_keeps_all_but_its_prose(corpora):
    files = sorted(corpora.rglob("*.md"))
    segments = sum(assert_laws(file.read_bytes()) for file in files)
    assert segments > 30 * len(files)
