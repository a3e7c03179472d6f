"""The main job: segments of a document through an engine and its guards, back into the document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from styletune.engines.protocol import Engine
from styletune.markdown.document import Document
from styletune.markdown.segments import Kind
from styletune.report import SegmentReport, TaskName

REWRITE_KINDS = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM})
"""What ``rewrite`` touches by default: other people's words and short labels are left alone."""

TRANSLATE_KINDS = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done with each segment."""

    name: TaskName
    target_lang: str | None = None
    """ISO 639-1 code; set for ``translate``."""

    source_lang: str | None = None
    """ISO 639-1 code; ``None`` leaves it to the model."""


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """How a draft is worked on."""

    kinds: frozenset[Kind] = REWRITE_KINDS
    lines: tuple[int, int] | None = None
    """First and last line, from 1: only segments of blocks that touch them are sent."""

    finished: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Segment ids that an earlier in-place run left behind, with the reasons if it flagged them; not sent again."""

    seed: int = 0


class Observer(Protocol):
    """Follows a run; called from the thread that runs it."""

    def planned(self, segments: int) -> None: ...

    def text(self, segment_id: str, piece: str) -> None: ...

    def done(self, report: SegmentReport) -> None: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A document after its run."""

    data: bytes
    segments: tuple[SegmentReport, ...]
    """All segments of the document, in document order."""

    notes: tuple[str, ...] = ()


def run_draft(
    document: Document,
    engine: Engine,
    task: Task,
    *,
    options: DraftOptions,
    observer: Observer | None = None,
    stop: Event | None = None,
) -> Draft:
    """Send the chosen segments of a document through an engine and put the results back.

    Raises ``Cancelled`` when ``stop`` is set and ``EngineError`` when the engine fails.
    """
    raise NotImplementedError
