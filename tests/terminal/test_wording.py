"""Words for people."""

import pytest

from styletune.markdown.segments import Kind
from styletune.report import FileReport, Kept, SegmentReport
from styletune.terminal.wording import duration, kept_line, name, segment_line, summary_line, total_line


def segment(status: str, tokens: int = 0, reasons: tuple[str, ...] = ()) -> SegmentReport:
    return SegmentReport("x-1", 0, 9, 12, Kind.FRONT_MATTER, status, "a", "a", reasons, tokens_out=tokens)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (0.44, "0.4 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"),
     (185, "3 min 05 s"), (7805, "2 h 10 min")],
)  # fmt: skip
def test_durations_read_as_people_say_them(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (
            FileReport("a.md", "a.rewritten.md", "rewrite", "m",
                       (segment("new", 30), segment("cached", 12), segment("flagged"), segment("unchanged")), seconds=2.0),
            "a.md -> a.rewritten.md: 2 rewritten (1 in an earlier run), 1 kept (flagged), 1 unchanged (21 tokens/s, 2.0 s)",
        ),
        (FileReport("a.md", "a.md", "translate", "m", seconds=1.0), "a.md: no prose to work on (1.0 s)"),
        (FileReport("a.md", None, "rewrite", "m", (segment("pinned"),)), "a.md: 0 rewritten, 1 as you edited them (0.0 s)"),
    ],
)  # fmt: skip
def test_a_file_is_summed_up_in_a_line(report, text):
    assert summary_line(report) == text


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (segment("new"), "d/a.md:12 front matter done"),
        (segment("unchanged"), "d/a.md:12 front matter unchanged"),
        (segment("flagged", reasons=("it is empty.",)), "d/a.md:12 front matter flagged"),
    ],
)
def test_a_segment_is_told_in_a_line(report, text):
    assert segment_line("d/a.md", report) == text


@pytest.mark.parametrize(
    ("found", "in_full", "text"),
    [
        (("it is empty.",), False, "it is empty"),
        (("it is empty.", "it is short"), False, "it is empty (and 1 more reason)"),
        (("it is empty.", "it is short", "it is odd"), False, "it is empty (and 2 more reasons)"),
        (("it is empty.", "it is short"), True, "it is empty; it is short"),
        ((), False, "no reason was given"),
    ],
)
def test_the_first_reason_stands_for_all_unless_all_are_asked_for(found, in_full, text):
    line = kept_line("a.md", Kept(12, found), in_full=in_full)
    assert line == f"a.md:12 kept your text: {text}"


def test_several_files_are_summed_up_in_a_line():
    done = FileReport("a.md", "b.md", "rewrite", "m", (segment("new", 30), segment("flagged")), seconds=2.0)
    failed = FileReport("c.md", None, "rewrite", "m", error=("file", "c.md cannot be read."))
    assert total_line([done, done]) == "2 files: 2 rewritten, 2 kept (flagged) (15 tokens/s, 4.0 s)"
    current = FileReport("d.md", "d.md", "rewrite", "m", up_to_date=True)
    assert total_line([failed, failed]) == "2 files, 2 failed (0.0 s)"
    assert total_line([failed, current]) == "2 files, 1 failed, 1 up to date (0.0 s)"
    assert total_line([done, failed]) == "2 files, 1 failed: 1 rewritten, 1 kept (flagged) (15 tokens/s, 2.0 s)"


@pytest.mark.parametrize(
    ("path", "text"), [("-", "standard input"), ("a\nb\t.md", "a␊b␉.md"), ("my post.md", "my post.md")]
)
def test_a_file_is_named_on_one_line(path, text):
    assert name(path) == text
