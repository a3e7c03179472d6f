"""New texts into the old bytes, and the proof that nothing else moved.

Laid-out texts are spliced in by byte range, and the result is parsed again: block structure, inline constructs of every
run, front matter and HTML must be what they were. If they are not, bisection finds the texts to blame, and only those
are refused.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from styletune.markdown import front_matter
from styletune.markdown.layout import Layout
from styletune.markdown.marks import Mark, MarkError, MarkMode, describe_items

if TYPE_CHECKING:
    from styletune.markdown.document import Document, Replaced, Slot


def replace(document: "Document", targets: Mapping[str, str], mode: MarkMode) -> "Replaced":
    """Put ``targets`` into ``document``; see ``Document.replace``."""
    from styletune.markdown.document import Replaced  # noqa: PLC0415 - it imports this module

    splicer = _Splicer(document, mode)
    for segment_id, text in targets.items():
        splicer.offer(document.slot(segment_id), text)
    splicer.settle()
    return Replaced(splicer.assemble(splicer.texts)[0], splicer.texts, splicer.refused)


class _Splicer:
    def __init__(self, document: "Document", mode: MarkMode) -> None:
        self.document = document
        self.mode = mode
        self.layout = Layout(document, mode)
        self.offered: dict[str, str] = {}
        """Segment id to the model's text, cleaned; marks still in it."""
        self.texts: dict[str, str] = {}
        self.refused: dict[str, str] = {}

    def offer(self, slot: "Slot", text: str) -> None:
        """Take a text if it can be laid out at all."""
        if text == self.document.shown(slot.segment.id, self.mode):
            return
        try:
            cleaned = self.layout.prepare(slot, text)
            self.texts[slot.segment.id] = self.layout.lay_out(slot, cleaned, lambda mark: mark.raw)
            self.offered[slot.segment.id] = cleaned
        except MarkError as error:
            self.refused[slot.segment.id] = str(error)

    def settle(self) -> None:
        """Keep the texts that leave the rest of the document alone; refuse the others."""
        offered = list(self.texts)
        kept = self._keep(offered)
        if len(kept) < len(offered) and self._problem(kept) is not None:
            kept = self._one_by_one(kept)
        self.texts = {segment_id: self.texts[segment_id] for segment_id in kept}

    def _keep(self, ids: list[str]) -> list[str]:
        problem = self._problem(ids)
        if problem is None:
            return ids
        if len(ids) == 1:
            self.refused[ids[0]] = problem
            return []
        half = len(ids) // 2
        return self._keep(ids[:half]) + self._keep(ids[half:])

    def _one_by_one(self, ids: Sequence[str]) -> list[str]:
        kept: list[str] = []
        for segment_id in ids:
            problem = self._problem([*kept, segment_id])
            if problem is None:
                kept.append(segment_id)
            else:
                self.refused[segment_id] = problem
        return kept

    def _problem(self, ids: Sequence[str]) -> str | None:
        if not ids:
            return None
        data, places = self.assemble(dict.fromkeys(ids, ""))
        return changed_structure(self.document, data, places)

    def assemble(self, ids: Mapping[str, str]) -> tuple[bytes, dict[str, tuple[int, int]]]:
        """Splice the chosen texts in; return the bytes and where each outermost text now stands."""
        places: dict[str, tuple[int, int]] = {}
        slots = self.document.slots
        data = self._range(0, len(self.document.data), slots, ids, places)
        return data, places

    def _range(
        self,
        start: int,
        end: int,
        slots: Sequence["Slot"],
        ids: Mapping[str, str],
        places: dict[str, tuple[int, int]] | None,
    ) -> bytes:
        out, cursor = bytearray(), start
        for index, slot in enumerate(slots):
            segment = slot.segment
            if segment.start < cursor or segment.end > end:
                continue
            out += self.document.data[cursor : segment.start]
            inner = _nested(slots, index)
            if segment.id in ids:
                spliced = self._slot(slot, inner, ids)
                if places is not None:
                    places[segment.id] = (len(out), len(out) + len(spliced))
            else:
                spliced = self._range(segment.start, segment.end, inner, ids, None)
            out += spliced
            cursor = segment.end
        return bytes(out + self.document.data[cursor:end])

    def _slot(self, slot: "Slot", inner: Sequence["Slot"], ids: Mapping[str, str]) -> bytes:
        if slot.field is not None:
            return self._field(slot)
        edited = [other for other in inner if other.segment.id in ids]

        def render(mark: Mark) -> str:
            inside = [o for o in edited if mark.start <= o.segment.start and o.segment.end <= mark.end]
            return self._range(mark.start, mark.end, inside, ids, None).decode() if inside else mark.raw

        text = self.layout.lay_out(slot, self.offered[slot.segment.id], render)
        return text.replace("\n", slot.newline + slot.prefix).encode()

    def _field(self, slot: "Slot") -> bytes:
        matter, field = self.document.matter, slot.field
        if matter is None or field is None:
            raise AssertionError("a front-matter slot has a header")
        raw = front_matter.replace(matter, field, self.texts[slot.segment.id])
        return raw if raw is not None else matter.raw[field.start : field.end]


def _nested(slots: Sequence["Slot"], index: int) -> list["Slot"]:
    """List the slots inside another; they follow it, since slots are ordered by start, the outer first."""
    end = slots[index].segment.end
    inner: list[Slot] = []
    for other in islice(slots, index + 1, None):
        if other.segment.start >= end:
            break
        inner.append(other)
    return inner


def changed_structure(document: "Document", data: bytes, places: Mapping[str, tuple[int, int]]) -> str | None:
    """Say in words what besides the texts at ``places`` differs between a document and ``data``, or ``None``."""
    from styletune.markdown.document import Document  # noqa: PLC0415 - it imports this module

    after = Document(data, suffix=document.suffix)
    if not _same_header(document, after, places):
        return "it would change the front matter"
    before_runs, after_runs = document.structure.runs, after.structure.runs
    if document.structure.blocks != after.structure.blocks or len(before_runs) != len(after_runs):
        return "it would change the blocks of the document (a list, heading, table or code block)"
    for old, new in zip(before_runs, after_runs, strict=True):
        if old.inline != new.inline:
            return describe_items(old.inline - new.inline, new.inline - old.inline)
    for segment_id, (start, end) in places.items():
        slot = document.slot(segment_id)
        if slot.run >= 0 and not (after_runs[slot.run].start <= start and end <= after_runs[slot.run].end):
            return "a part of it would not be shown"
    return None


def _same_header(before: "Document", after: "Document", places: Mapping[str, tuple[int, int]]) -> bool:
    if before.matter is None or after.matter is None:
        return before.matter is after.matter
    changed = {
        slot.field.key: after_field.value
        for slot in before.slots
        if slot.field is not None and slot.segment.id in places
        for after_field in front_matter.fields(after.matter)
        if after_field.key == slot.field.key
    }
    same_format = before.matter.format is after.matter.format
    return same_format and front_matter.is_replaced(before.matter, after.matter.raw, changed)
