"""Line breaks and byte order marks: those of whoever changed them, and no change of a paragraph."""

import pytest

from styletune.edits.file_form import FileForm, agreed_form, plain

LF, CRLF, MIXED = b"a\nb\n", b"a\r\nb\r\n", b"a\r\nb\n"
MARK = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        (LF, LF, LF, LF),
        (LF, CRLF, LF, CRLF),
        (LF, LF, CRLF, CRLF),
        (CRLF, LF, CRLF, LF),
        (CRLF, CRLF, LF, LF),
        (LF, CRLF, CRLF, CRLF),
        (MARK + LF, LF, MARK + LF, LF),
        (LF, LF, MARK + CRLF, MARK + CRLF),
    ],
)
def test_a_merge_has_the_form_that_one_side_gave_it(base, ours, theirs, merged):
    assert agreed_form(base, ours, theirs).applied(plain(LF)) == merged


@pytest.mark.parametrize("data", [LF, CRLF, MIXED, MARK + CRLF, b"", b"no break", MARK])
def test_a_form_that_is_taken_off_and_put_on_again_gives_the_same_bytes(data):
    form = FileForm.of(data)
    assert form.applied(form.removed(data)) == data


def test_single_line_breaks_of_a_mixed_file_stay():
    assert plain(MIXED) == MIXED
    assert FileForm.of(MIXED).crlf is None
