"""What became of segments and files, in words."""

from collections import Counter
from collections.abc import Iterable

from styletune.report import FileReport, SegmentReport, TaskName

DONE = {"rewrite": "rewritten", "translate": "translated"}
_MINUTE = 60
_HOUR = 3600


def segment_line(path: str, report: SegmentReport) -> str:
    """Say in one line what became of a segment."""
    if report.status == "flagged":
        return kept_line(path, report)
    what = {"new": "done", "cached": "done earlier", "pinned": "left as you edited it"}.get(report.status, "unchanged")
    return f"{path}:{report.line} {report.kind.value.replace('_', ' ')} {what}"


def kept_line(path: str, report: SegmentReport) -> str:
    """Say where the author's own text was kept, and why."""
    return f"{path}:{report.line} kept your text: {reasons(report.reasons)}"


def reasons(found: Iterable[str]) -> str:
    """Join the reasons of a flagged segment."""
    return "; ".join(reason.rstrip(".") for reason in found) or "no reason was given"


def summary_line(report: FileReport) -> str:
    """Sum up a file: what was done, how fast, and where the result is."""
    counts = Counter(segment.status for segment in report.segments)
    parts = [f"{counts['new'] + counts['cached']} {DONE[report.task]}"]
    if counts["flagged"]:
        parts.append(f"{counts['flagged']} kept (flagged)")
    if counts["pinned"]:
        parts.append(f"{counts['pinned']} pinned")
    parts.append(f"{counts['unchanged']} unchanged")
    tokens = sum(segment.tokens_out for segment in report.segments)
    speed = [f"{tokens / report.seconds:.0f} tokens/s"] if tokens and report.seconds else []
    place = f" -> {report.output}" if report.output not in (None, report.path) else ""
    return f"{report.path}{place}: {', '.join(parts)} ({', '.join([*speed, duration(report.seconds)])})"


def failures(task: TaskName, count: int) -> str:
    """Say how many files of a task failed."""
    return f"{count} {'file was' if count == 1 else 'files were'} not {DONE[task]}."


def duration(seconds: float) -> str:
    """Write seconds as people do: ``0.4 s``, ``12 s``, ``3 min 05 s``, ``2 h 10 min``."""
    whole = round(seconds)
    if seconds < 9.95:  # noqa: PLR2004 -- below, tenths tell something
        return f"{seconds:.1f} s"
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"
