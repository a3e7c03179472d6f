"""Bytes to segments to bytes."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from styletune.errors import FileError
from styletune.markdown import marks, splice
from styletune.markdown.encoding import why_no_text
from styletune.markdown.front_matter import TRANSLATABLE_KEYS, FrontMatter
from styletune.markdown.marks import Mark, MarkMode
from styletune.markdown.runs import Structure
from styletune.markdown.segments import Segment
from styletune.markdown.skeleton import read
from styletune.markdown.slots import Slot, find_slots
from styletune.markdown.splice import Replaced

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Document:
    """A Markdown file as segments of prose between bytes that never change."""

    def __init__(self, data: bytes, *, suffix: str = ".md", header_keys: tuple[str, ...] = TRANSLATABLE_KEYS) -> None:
        """Parse ``data``; use ``Document.parse``, which names the error."""
        self.data = data
        self._skeleton = read(data, suffix, header_keys)

    @classmethod
    def parse(cls, data: bytes, *, suffix: str = ".md", header_keys: tuple[str, ...] = TRANSLATABLE_KEYS) -> "Document":
        """Segment a file.

        Arguments: ``suffix`` decides about MDX; ``header_keys``, in lower case, are the keys of the front matter
        whose text is prose. Raises ``FileError`` if the file is not UTF-8.
        """
        reason = why_no_text(data)
        if reason is not None:
            raise FileError(reason)
        return cls(data, suffix=suffix, header_keys=header_keys)

    @property
    def matter(self) -> FrontMatter | None:
        """The header, where there is one."""
        return self._skeleton.matter

    @property
    def body(self) -> int:
        """Offset at which the Markdown begins."""
        return self._skeleton.body

    @property
    def structure(self) -> Structure:
        """Blocks and runs in the order of the parse."""
        return self._skeleton.structure

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Where the segments stand, ordered by their first byte, an outer one before those inside it."""
        return find_slots(self._skeleton)

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The stretches of prose that may be replaced, in document order."""
        return tuple(slot.segment for slot in self.slots)

    @cached_property
    def _by_id(self) -> dict[str, Slot]:
        return {slot.segment.id: slot for slot in self.slots}

    def shown(self, segment_id: str, mode: MarkMode) -> str:
        """Return a segment as a model sees it: soft line breaks joined, marks as ``mode`` says."""
        return marks.show(self._by_id[segment_id].pieces, mode)

    def block_lines(self, segment_id: str) -> tuple[int, int]:
        """Return the first and the last line, from 1, of the text block that holds a segment."""
        slot = self._by_id[segment_id]
        start, end = slot.segment.start, slot.segment.end
        if slot.run >= 0:
            start, end = self.structure.runs[slot.run].start, self.structure.runs[slot.run].end
        return self._skeleton.line(start), self._skeleton.line(max(start, end - 1))

    def marks(self, segment_id: str) -> tuple[Mark, ...]:
        """Return the marks of a segment in the order of their numbers."""
        return tuple(piece for piece in self._by_id[segment_id].pieces if isinstance(piece, Mark))

    def slot(self, segment_id: str) -> Slot:
        """Return where a segment stands."""
        return self._by_id[segment_id]

    def replace(
        self,
        targets: Mapping[str, str],
        *,
        mode: MarkMode = MarkMode.MASKED,
        pinned: Mapping[str, str] = _NOTHING,
    ) -> Replaced:
        """Put new texts in the place of segments.

        ``targets`` maps segment ids to texts as a model writes them under ``mode``. A text equal to what ``shown``
        gives leaves the segment's bytes alone. Whatever would change more than the text of its own segment is
        refused, segment by segment; the rest is applied. ``pinned`` maps segment ids to Markdown that a person wrote,
        as ``Segment.source`` has it; it stands as it is, whatever it changes, and goes before a target.
        """
        offers = [(self._by_id[segment_id], text) for segment_id, text in targets.items()]
        return splice.replace(self._skeleton, self.slots, offers, mode, pinned)
