"""A text that both sides moved stands once in a merge."""

from styletune.edits.doubles import without_doubles

A, B, C, MOVED = (f"{name} is a paragraph of some length.".encode() for name in ("A", "B", "C", "D"))
BLANK = [b"\n", b"\n"]


def joined(*texts):
    return [chunk for text in texts for chunk in (text, *BLANK)]


def test_of_two_places_the_one_that_theirs_has_stays():
    ours, theirs = joined(A, MOVED, B, C), joined(A, B, MOVED, C)
    assert without_doubles(joined(A, MOVED, B, MOVED, C), ours, theirs) == theirs


def test_what_one_side_has_twice_may_stand_twice():
    twice = joined(A, MOVED, B, MOVED)
    assert without_doubles(twice, joined(A, B), twice) == twice


def test_short_texts_and_what_neither_side_has_are_left_alone():
    merged = [b"No.", *BLANK, b"No.", *BLANK, A]
    assert without_doubles(merged, [b"No."], [b"No."]) == merged
