"""The check of the second parse, part by part; each part switched off lets its case through."""

import pytest

from styletune.markdown import verify
from styletune.markdown.skeleton import read
from styletune.markdown.verify import Place, changed_structure

CASES = {
    "same_header": (b"---\nslug: a\n---\nText\n", b"---\nslug: b\n---\nText\n", (), "front matter"),
    "same_blocks": (b"one\n\ntwo\n", b"one\n\n# two\n", (), "blocks of the document"),
    "inline_faults": (b"one *two*\n", b"one two\n", (), "emphasis is missing"),
    "hidden_texts": (b"# one\n", b"# two #\n", (Place(0, 2, 7),), "would not be shown"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_change_beside_the_new_texts_is_named(case):
    before, after, places, reason = case
    assert reason in "; ".join(
        fault.reason for fault in changed_structure(read(before, ".md"), read(after, ".md"), places)
    )


@pytest.mark.parametrize("check", CASES)
def test_without_its_check_the_change_passes(check, monkeypatch):
    """Switch one check off: its case above must fail, or it proves nothing."""
    monkeypatch.setattr(verify, check, lambda *_: check.startswith("same") or ())
    with pytest.raises(AssertionError):
        test_a_change_beside_the_new_texts_is_named(CASES[check])


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        (b"one *two*\n", b"three *four*\n", (Place(0, 0, 12),)),
        (b"---\ntitle: a\n---\n", b"---\ntitle: b\n---\n", (Place(-1, 11, 12, "title"),)),
        (b"- [x](y)\n", b"- [z](y)\n", (Place(0, 2, 8),)),
    ],
)
def test_new_texts_alone_are_no_fault(before, after, places):
    assert list(changed_structure(read(before, ".md"), read(after, ".md"), places)) == []


def test_a_change_inside_a_run_says_which_run_it_is():
    found = changed_structure(read(b"a\n\n*b*\n\nc\n", ".md"), read(b"a\n\nb\n\n`c`\n", ".md"), ())
    assert [fault.run for fault in found] == [1, 2]
