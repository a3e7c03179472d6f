"""Changes, word by word."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from styletune.markdown.segments import Kind
from styletune.report import FileReport, SegmentReport
from styletune.terminal.before_after import before_and_after, word_changes

KEPT = "The rewrite lost a link (https://example.org)."


def segment(source: str, target: str, status: str = "new", reasons: tuple[str, ...] = ()) -> SegmentReport:
    return SegmentReport("x-1", 0, 9, 12, Kind.LIST_ITEM, status, source, target, reasons)


def shown(*segments: SegmentReport, width: int = 60, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None,
                      no_color=not colour, highlight=False, markup=False, emoji=False)  # fmt: skip
    console.print(before_and_after(FileReport("d/post.md", None, "rewrite", "echo", segments), coloured=colour))
    return out.getvalue()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("same", "same", [("same", "same")]),
        ("the old dog", "the new dog", [("same", "the "), ("removed", "old"), ("added", "new"), ("same", " dog")]),
        ("我今天写字", "我昨天写字", [("same", "我"), ("removed", "今"), ("added", "昨"), ("same", "天写字")]),
        # two changed words beside each other read as one phrase
        (
            "a big cat x",
            "a tiny dog x",
            [("same", "a "), ("removed", "big cat"), ("added", "tiny dog"), ("same", " x")],
        ),
        ("", "new", [("added", "new")]),
        ("old", "", [("removed", "old")]),
    ],
)
def test_words_and_unspaced_characters_are_compared(before, after, expected):
    assert word_changes(before, after) == expected


TEXTS = st.text(alphabet="ab 今天é-'⟦1⟧\n", max_size=30)


@given(TEXTS, TEXTS)
def test_the_changes_hold_both_texts(before: str, after: str):
    changes = word_changes(before, after)
    assert "".join(part for what, part in changes if what != "added") == before
    assert "".join(part for what, part in changes if what != "removed") == after


def test_without_colour_brackets_mark_what_changed():
    lines = shown(segment("the old dog sleeps", "the new dog sleeps")).splitlines()
    assert lines[0].startswith("d/post.md:12  list item ─")
    assert lines[1:3] == ["- the [-old-] dog sleeps", "+ the {+new+} dog sleeps"]


def test_with_colour_styles_mark_it_and_the_signs_stay():
    text = shown(segment("the old dog sleeps", "the new dog sleeps"), colour=True)
    assert "[-" not in text.replace("\x1b[", "")
    assert "\x1b[9;31mold" in text
    assert "\x1b[1;32mnew" in text
    assert [line[:1] for line in plain(text).splitlines()[1:3]] == ["-", "+"]


def plain(text: str) -> str:
    import re  # noqa: PLC0415

    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_text_that_is_new_throughout_is_not_peppered_with_marks():
    lines = shown(segment("one two three", "vier fünf sechs")).splitlines()
    assert lines[1:3] == ["- one two three", "+ vier fünf sechs"]


def test_a_flagged_segment_shows_the_text_it_kept_and_why():
    text = shown(segment("A [link](x).", "A [link](x).", "flagged", (KEPT,)), width=100)
    assert "= A [link](x)." in text
    assert "kept your text: The rewrite lost a link (https://example.org)" in text


def test_unchanged_segments_are_left_out():
    assert shown(segment("a", "a", "unchanged")) == "d/post.md: nothing changed\n"


@pytest.mark.parametrize("width", [20, 40, 61])
def test_wide_characters_wrap_inside_the_window(width: int):
    text = shown(segment("花园整个上午都很安静" * 9, "花园整个下午都很热闹" * 9), width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "".join(line[2:].rstrip() for line in text.splitlines()).count("[-上-]午") == 9


def test_text_cannot_command_the_terminal_or_be_taken_for_markup():
    text = shown(segment("safe :smile: [bold]x[/bold] y", "\x1b[2Jsafe :smile: [bold]x[/bold] \x07y"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]x[/bold]" in text
    assert ":smile:" in text
