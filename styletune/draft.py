"""What a run on a document is asked, what it knows, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode
from styletune.markdown.segments import Kind, Segment
from styletune.memory.entry import Store
from styletune.memory.recall import Memory, NoMemory
from styletune.report import SegmentReport
from styletune.task import REWRITE_KINDS


@dataclass(frozen=True, slots=True)
class Pin:
    """A text of the output that a person wrote; it stands, whatever a model would write."""

    text: str
    """Markdown, as ``Segment.source`` has it."""

    reasons: tuple[str, ...] = ()
    """What a person should look at, such as that the source changed since."""

    suggestion: str | None = None
    """What styletune would write, as far as that is known."""

    ask: bool = False
    """Let the model make a new suggestion."""


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """How a draft is worked on."""

    kinds: frozenset[Kind] = REWRITE_KINDS
    lines: tuple[int, int] | None = None
    """First and last line, from 1: only segments of blocks that touch them are sent."""

    finished: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Segment ids that an earlier in-place run left behind, with the reasons if it flagged them; not sent again."""

    pinned: Mapping[str, Pin] = field(default_factory=dict[str, Pin])
    """Segment ids to what a person made of them."""

    standing: Mapping[str, str] = field(default_factory=dict[str, str])
    """Segment ids to texts of the output that stay because ``lines`` leave them out."""

    undone: frozenset[str] = frozenset()
    """Ids of segments for which a person's earlier text does not stand any more: it was overwritten or taken back."""

    seed: int = 0
    mode: MarkMode = MarkMode.MASKED
    """What the model sees in the place of code, link targets and the like."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a run: the project's memory, and what became of segments earlier."""

    memory: Memory = field(default_factory=NoMemory)
    store: Store | None = None
    model: str = ""
    """Identity of the model, a part of the store's keys."""

    examples: int = 0
    """Paragraphs of the author that the memory was asked for, a part of the store's keys."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document after its run."""

    data: bytes
    segments: tuple[SegmentReport, ...]
    """All segments of the document, in document order."""

    notes: tuple[str, ...] = ()


def is_chosen(document: Document, segment: Segment, options: DraftOptions) -> bool:
    """Tell whether a segment goes to the engine."""
    pin = options.pinned.get(segment.id)
    if segment.kind not in options.kinds or segment.id in options.finished or (pin is not None and not pin.ask):
        return False
    if options.lines is None:
        return True
    first, last = document.block_lines(segment.id)
    return first <= options.lines[1] and options.lines[0] <= last
