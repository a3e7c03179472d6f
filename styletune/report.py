"""What happened to a file, segment by segment: the data behind ``--json``, the summary and the exit code."""

from dataclasses import dataclass, field
from typing import Literal

from styletune.markdown.segments import Kind

TaskName = Literal["rewrite", "translate"]
Status = Literal["new", "cached", "unchanged", "pinned", "flagged"]
"""``flagged`` segments failed a guard and kept their source."""


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
    """Why a segment is flagged, in words a person can read."""

    tokens_in: int = 0
    tokens_out: int = 0
    ms: int = 0


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
