"""What became of segments and files, in words."""

from collections import Counter
from collections.abc import Iterable, Sequence

from styletune.report import FileReport, Kept, SegmentReport

DONE = {"rewrite": "rewritten", "translate": "translated"}
_EARLIER = " in an earlier run; --no-cache tries again"
UP_TO_DATE = "up to date"
_MINUTE = 60
_HOUR = 3600


_DID = {
    "new": "done",
    "cached": "done earlier",
    "pinned": "left as you edited it",
    "unchanged": "unchanged",
    "flagged": "flagged",
}


def name(path: str) -> str:
    """Name a file on one line of its own."""
    return "standard input" if path == "-" else path.replace("\n", "␊").replace("\t", "␉")


def segment_line(path: str, report: SegmentReport) -> str:
    """Say in one line what became of a segment."""
    return f"{name(path)}:{report.line} {report.kind.value.replace('_', ' ')} {_DID[report.status]}"


def kept_line(path: str, kept: Kept, *, in_full: bool) -> str:
    """Say where the author's own text was kept, and why; unless ``in_full``, the first reason stands for all."""
    more = len(kept.reasons) - 1
    what = "your edit" if kept.pinned else "your text"
    if in_full or more < 1:
        return f"{name(path)}:{kept.line} kept {what}: {reasons(kept.reasons)}"
    counted = "1 more reason" if more == 1 else f"{more} more reasons"
    return f"{name(path)}:{kept.line} kept {what}: {reasons(kept.reasons[:1])} (and {counted})"


def reasons(found: Iterable[str]) -> str:
    """Join the reasons of a flagged segment."""
    return "; ".join(reason.rstrip(".") for reason in found) or "no reason was given"


def summary_line(report: FileReport) -> str:
    """Sum up a file: what was done, how fast, and where the result is."""
    place = f" -> {name(report.output)}" if report.output not in (None, report.path) else ""
    return f"{name(report.path)}{place}: {_unchanged(report) if report.up_to_date else _counts([report])}"


def _unchanged(report: FileReport) -> str:
    flagged = sum(not kept.pinned for kept in report.kept)
    in_review = sum(kept.pinned and kept.in_review for kept in report.kept)
    disputed = len(report.kept) - flagged - in_review
    parts = [UP_TO_DATE, *([f"{flagged} kept (flagged{_EARLIER})"] if flagged else [])]
    parts += [f"{in_review} for you to decide (styletune memory review)"] if in_review else []
    parts += (
        [f"{disputed} for you to settle in the output (or with --force, which drops your edits)"] if disputed else []
    )
    return ", ".join(parts)


def total_line(reports: Sequence[FileReport]) -> str:
    """Sum up the files of a run."""
    failed = sum(report.error is not None for report in reports)
    current = sum(report.up_to_date for report in reports)
    if current == len(reports):
        return f"All {current} files are up to date ({duration(sum(report.seconds for report in reports))})"
    parts = [f"{len(reports)} files", *([f"{failed} failed"] if failed else [])]
    parts += [f"{current} up to date"] if current else []
    if failed and failed + current == len(reports):
        return f"{', '.join(parts)} ({duration(sum(report.seconds for report in reports))})"
    return f"{', '.join(parts)}: {_counts(reports)}"


def _counts(reports: Sequence[FileReport]) -> str:
    segments = [segment for report in reports for segment in report.segments]
    counts = Counter(segment.status for segment in segments)
    done = f"{counts['new'] + counts['cached']} {DONE[reports[0].task]}{_how(segments)}"
    flagged = f"{counts['flagged']} kept (flagged{_when(segments)})"
    parts = [done] if segments else ["no prose to work on"]
    parts += [flagged] if counts["flagged"] else []
    parts += [f"{counts['pinned']} as you edited them"] if counts["pinned"] else []
    parts += [f"{counts['unchanged']} unchanged"] if counts["unchanged"] else []
    tokens = sum(segment.tokens_out for segment in segments)
    seconds = sum(report.seconds for report in reports)
    speed = [f"{tokens / seconds:.0f} tokens/s"] if tokens and seconds else []
    return f"{', '.join(parts)} ({', '.join([*speed, duration(seconds), *_cost(reports)])})"


def _how(segments: Sequence[SegmentReport]) -> str:
    """Tell what of the work an earlier run had done, and what took more than one try."""
    known = sum(segment.status == "cached" for segment in segments)
    rescued = sum(segment.status == "new" and segment.rescued_by is not None for segment in segments)
    remarks = [*([f"{known} in an earlier run"] if known else []), *([f"{rescued} on a second try"] if rescued else [])]
    return f" ({', '.join(remarks)})" if remarks else ""


def _when(segments: Sequence[SegmentReport]) -> str:
    """Tell that a failure is an old one, so that a person knows how to have another try."""
    old = any(segment.status == "flagged" and segment.remembered for segment in segments)
    return _EARLIER if old else ""


def _cost(reports: Sequence[FileReport]) -> list[str]:
    sums: dict[str, float] = {}
    for report in reports:
        if report.prices is None:
            continue
        if report.cost is None:
            return ["cost unknown, as the server counts no tokens"]
        sums[report.prices.currency] = sums.get(report.prices.currency, 0.0) + report.cost
    return [f"{cost:.4f} {currency}" for currency, cost in sums.items()]


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
