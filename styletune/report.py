"""What happened to a file, segment by segment: for whoever follows a run, ``--json``, the summary and the exit code."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, get_args

from styletune.config.schema import Prices
from styletune.markdown.segments import Kind
from styletune.task import TaskName

FLAGGED = 1
"""Exit code of a run that finished with segments that a person should look at."""

Status = Literal["new", "cached", "unchanged", "pinned", "flagged"]
"""``flagged`` segments failed a guard and kept their source; ``pinned`` ones are as a person edited them."""


@dataclass(frozen=True, slots=True)
class SegmentReport:
    """What became of one segment."""

    id: str
    start: int
    """Byte offset into the source file."""

    end: int
    line: int
    kind: Kind
    status: Status
    source: str
    target: str
    """What the output holds; equal to ``source`` for flagged and unchanged segments."""

    reasons: tuple[str, ...] = ()
    """Why a segment is flagged, in words a person can read: why its first answer failed. Of a pinned segment: what
    changed since the person edited it."""

    tokens_in: int = 0
    tokens_out: int = 0
    ms: int = 0
    attempts: int = 0
    """Times that the model was asked; 0 if it was not, in this run or ever."""

    rescued_by: str | None = None
    """What helped after the first answer had failed: ``sample`` (another one) or ``sentences`` (one at a time)."""

    transient: bool = False
    """It is flagged because the engine failed, which may pass; the next run tries again."""

    remembered: bool = False
    """The translation memory knew what became of it, so that the model was not asked in this run."""

    suggestion: str | None = None
    """What styletune would write in the place of a pinned text, where that is known."""


class Kept(NamedTuple):
    """A segment that a person should look at."""

    line: int
    reasons: tuple[str, ...]
    pinned: bool = False
    """What was kept is the person's own edit of the output."""

    in_review: bool = True
    """``memory review`` shows it, if it is an edit."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file."""

    path: str
    output: str | None
    """Where the result went; ``None`` when nothing was written (``--diff``, ``--check``, errors)."""

    task: TaskName
    model: str
    segments: tuple[SegmentReport, ...] = ()
    notes: tuple[str, ...] = ()
    """Things a person should know that are no failure, such as an anchor that may have changed."""

    error: tuple[str, str] | None = None
    """``(code, message)`` when the file as a whole could not be done."""

    seconds: float = field(default=0.0, compare=False)
    up_to_date: bool = False
    """Nothing had to be done: source, output and everything that matters are as the last run left them."""

    kept_earlier: tuple[Kept, ...] = ()
    """What the last run flagged in a file that is up to date."""

    prices: Prices | None = None
    """What the server charges, where that is known."""

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Where the author's own text was kept because no answer passed, or because it was edited meanwhile."""
        now = (
            Kept(segment.line, segment.reasons, segment.status == "pinned")
            for segment in self.segments
            if segment.status == "flagged" or (segment.status == "pinned" and segment.reasons)
        )
        return (*now, *self.kept_earlier)

    @property
    def cost(self) -> float | None:
        """What the tokens of the run cost, in the currency of the prices; ``None`` where nobody counted or prices."""
        asked = [segment for segment in self.segments if segment.attempts and not segment.remembered]
        if self.prices is None or any(not segment.tokens_in for segment in asked):
            return None
        return self.prices.cost(
            sum(segment.tokens_in for segment in asked), sum(segment.tokens_out for segment in asked)
        )


class Observer(Protocol):
    """Follows a run; called from the thread that runs it."""

    def planned(self, segments: int) -> None:
        """Learn how many segments go to the engine."""
        ...

    def text(self, segment_id: str, piece: str) -> None:
        """Take new text of a segment."""
        ...

    def done(self, report: SegmentReport) -> None:
        """Learn what became of a segment; the check of the whole document may still flag it."""
        ...


class Follower(Observer, Protocol):
    """Follows the files of a run, and the draft loop through each of them."""

    def loading(self) -> None:
        """Learn that the model is being loaded."""
        ...

    def begin(self, path: str) -> None:
        """Turn to the next file."""
        ...


def as_json(reports: Sequence[FileReport]) -> bytes:
    """Render reports as the JSON array that ``--json`` prints, in UTF-8 with a final line break."""
    text = json.dumps([_file_object(report) for report in reports], ensure_ascii=False, indent=2)
    # A file name may hold bytes that are no UTF-8; JSON writes them as escaped surrogates.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _file_object(report: FileReport) -> dict[str, Any]:
    error = None if report.error is None else {"code": report.error[0], "message": report.error[1]}
    return {
        "path": report.path,
        "output": report.output,
        "task": report.task,
        "model": report.model,
        "segments": [_segment_object(segment) for segment in report.segments],
        "totals": totals(report),
        "notes": list(report.notes),
        "error": error,
    }


def _segment_object(segment: SegmentReport) -> dict[str, Any]:
    return {
        "id": segment.id,
        "start": segment.start,
        "end": segment.end,
        "line": segment.line,
        "kind": segment.kind.value,
        "status": segment.status,
        "reasons": list(segment.reasons),
        "source": segment.source,
        "target": segment.target,
        "tokens_in": segment.tokens_in,
        "tokens_out": segment.tokens_out,
        "ms": segment.ms,
        "attempts": segment.attempts,
        "rescued_by": segment.rescued_by,
        **({} if segment.suggestion is None else {"suggestion": segment.suggestion}),
    }


def totals(report: FileReport) -> dict[str, float | str | None]:
    """Count what became of the segments of a file, for programs."""
    counts = Counter(segment.status for segment in report.segments)
    cost: dict[str, float | str | None] = (
        {} if report.prices is None else {"cost": report.cost, "currency": report.prices.currency}
    )
    return {
        "segments": len(report.segments),
        **{status: counts[status] for status in get_args(Status)},
        "retried": sum(segment.attempts > 1 for segment in report.segments),
        "rescued": sum(segment.rescued_by is not None for segment in report.segments),
        "tokens_in": sum(segment.tokens_in for segment in report.segments),
        "tokens_out": sum(segment.tokens_out for segment in report.segments),
        "ms": round(report.seconds * 1000),
        **cost,
    }
