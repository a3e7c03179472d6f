"""Words for people."""

import pytest

from styletune.markdown.segments import Kind
from styletune.report import FileReport, SegmentReport
from styletune.terminal.wording import duration, segment_line, summary_line


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
            "a.md -> a.rewritten.md: 2 rewritten, 1 kept (flagged), 1 unchanged (21 tokens/s, 2.0 s)",
        ),
        (FileReport("a.md", "a.md", "translate", "m", seconds=1.0), "a.md: 0 translated, 0 unchanged (1.0 s)"),
        (FileReport("a.md", None, "rewrite", "m", (segment("pinned"),)), "a.md: 0 rewritten, 1 pinned, 0 unchanged (0.0 s)"),
    ],
)  # fmt: skip
def test_a_file_is_summed_up_in_a_line(report, text):
    assert summary_line(report) == text


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (segment("new"), "d/a.md:12 front matter done"),
        (segment("unchanged"), "d/a.md:12 front matter unchanged"),
        (
            segment("flagged", reasons=("it is empty.", "it is short")),
            "d/a.md:12 kept your text: it is empty; it is short",
        ),
        (segment("flagged"), "d/a.md:12 kept your text: no reason was given"),
    ],
)
def test_a_segment_is_told_in_a_line(report, text):
    assert segment_line("d/a.md", report) == text
