"""New texts into the old bytes, and the proof that nothing else moved.

Laid-out texts are spliced in by byte range, and the result is parsed again: block structure, inline constructs of every
run, front matter and HTML must be what they were. If they are not, the texts to blame are found, and only those are
refused: first those that are at fault on their own, then those that are so in their place.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from styletune.markdown import front_matter
from styletune.markdown.layout import Layout
from styletune.markdown.marks import Mark, MarkError, MarkMode
from styletune.markdown.opaque import Span
from styletune.markdown.segments import Kind
from styletune.markdown.sieve import Fault, keep
from styletune.markdown.skeleton import Skeleton, read, read_body
from styletune.markdown.slots import Slot, nested
from styletune.markdown.verify import Place, changed_structure


@dataclass(frozen=True, slots=True)
class Replaced:
    """A document with some of its segments replaced."""

    data: bytes
    texts: Mapping[str, str]
    """Segment id to the Markdown that now stands there, without line prefixes, for those that were replaced."""

    refused: Mapping[str, str]
    """Segment id to the reason, in words, why its new text could not stand in the document."""


def replace(
    skeleton: Skeleton,
    slots: Sequence[Slot],
    offers: Sequence[tuple[Slot, str]],
    mode: MarkMode,
    pinned: Mapping[str, str],
) -> Replaced:
    """Put the offered texts into their slots; ``slots`` are all of the document's.

    ``pinned`` maps segment ids to Markdown that a person wrote: it is not looked into, and goes before an offer.
    """
    splicer = _Splicer(skeleton, slots, mode)
    for slot, text in offers:
        splicer.offer(slot, text)
    splicer.settle()
    splicer.pin(pinned)
    data, _ = splicer.assemble([*splicer.texts, *pinned])
    return Replaced(data, splicer.texts, splicer.refused)


class _Splicer:
    def __init__(self, skeleton: Skeleton, slots: Sequence[Slot], mode: MarkMode) -> None:
        self.skeleton = skeleton
        self.slots = slots
        self.mode = mode
        self.layout = Layout(skeleton, mode)
        self.offered: dict[str, str] = {}
        """Segment id to the model's text, cleaned; marks still in it."""
        self.texts: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self._slots = {slot.segment.id: slot for slot in slots}
        self._run_of = {slot.segment.id: slot.run for slot in slots}
        self._cache: dict[tuple[str, ...], bytes] = {}
        self._pinned: Mapping[str, str] = {}

    def offer(self, slot: Slot, text: str) -> None:
        """Take a text if it can be laid out at all."""
        if text == self.layout.shown(slot):
            return
        try:
            cleaned = self.layout.prepare(slot, text)
            self.texts[slot.segment.id] = self.layout.lay_out(slot, cleaned, lambda mark: mark.raw, "\n")
            self.offered[slot.segment.id] = cleaned
        except MarkError as error:
            self.refused[slot.segment.id] = str(error)

    def settle(self) -> None:
        """Keep the texts that leave the rest of the document alone; refuse the others."""
        kept = list(self.texts)
        if kept and self._check(kept):
            kept = [segment_id for segment_id in kept if self._stands_alone(segment_id)]
            kept = keep(kept, self._check, self._run_of, self.refused)
        self.texts = {segment_id: self.texts[segment_id] for segment_id in kept}

    def pin(self, texts: Mapping[str, str]) -> None:
        """Take texts that are put in as they are."""
        self._pinned = texts
        self._cache.clear()

    def _check(self, ids: Collection[str]) -> Sequence[Fault]:
        data, places = self.assemble(ids)
        return changed_structure(self.skeleton, read(data, self.skeleton.suffix, self.skeleton.header_keys), places)

    def _stands_alone(self, segment_id: str) -> bool:
        """Refuse a text that is no paragraph even on its own, which is quick to see, and most faults are of that kind."""
        slot = self._slots[segment_id]
        if slot.field is not None or slot.segment.kind is Kind.TITLE:
            return True
        lead = "" if slot.at_line_start else "x "
        suffix = self.skeleton.suffix
        before = read_body((lead + slot.segment.source).encode(), suffix)
        after = read_body((lead + self.texts[segment_id]).encode(), suffix)
        found = changed_structure(before, after, ()) if len(before.structure.runs) == 1 else ()
        if found:
            self.refused[segment_id] = found[0].reason
        return not found

    def assemble(self, ids: Collection[str]) -> tuple[bytes, list[Place]]:
        """Splice the chosen texts in; say where each outermost text now stands."""
        places: list[Place] = []
        return self._range(Span(0, len(self.skeleton.data)), self.slots, frozenset(ids), places), places

    def _range(self, span: Span, slots: Sequence[Slot], ids: Collection[str], places: list[Place] | None) -> bytes:
        out, cursor = bytearray(), span.start
        for index, slot in enumerate(slots):
            segment = slot.segment
            if segment.start < cursor or segment.end > span.end:
                continue
            inner = nested(slots, index)
            if segment.id not in ids and not any(other.segment.id in ids for other in inner):
                continue
            out += self.skeleton.data[cursor : segment.start]
            if segment.id in ids:
                spliced = self._render(slot, [other for other in inner if other.segment.id in ids])
                if places is not None:
                    key = slot.field.key if slot.field else ""
                    places.append(Place(slot.run, len(out), len(out) + len(spliced), key))
            else:
                spliced = self._range(Span(segment.start, segment.end), inner, ids, None)
            out += spliced
            cursor = segment.end
        return bytes(out + self.skeleton.data[cursor : span.end])

    def _render(self, slot: Slot, edited: Sequence[Slot]) -> bytes:
        key = (slot.segment.id, *(other.segment.id for other in edited))
        if key not in self._cache:
            self._cache[key] = self._field(slot) if slot.field is not None else self._text(slot, edited)
        return self._cache[key]

    def _text(self, slot: Slot, edited: Sequence[Slot]) -> bytes:
        pinned = self._pinned.get(slot.segment.id)
        return self._run(slot, edited) if pinned is None else pinned.replace("\n", slot.newline + slot.prefix).encode()

    def _run(self, slot: Slot, edited: Sequence[Slot]) -> bytes:
        ids = {other.segment.id for other in edited}

        def render(mark: Mark) -> str:
            inside = [o for o in edited if mark.start <= o.segment.start and o.segment.end <= mark.end]
            return self._range(Span(mark.start, mark.end), inside, ids, None).decode()

        text = self.offered[slot.segment.id]
        return self.layout.lay_out(slot, text, render, slot.newline + slot.prefix).encode()

    def _field(self, slot: Slot) -> bytes:
        matter, field = self.skeleton.matter, slot.field
        if matter is None or field is None:
            raise AssertionError("a front-matter slot has a header")
        text = self._pinned.get(slot.segment.id, self.texts.get(slot.segment.id, ""))
        raw = front_matter.replace(matter, field, text)
        return raw if raw is not None else matter.raw[field.start : field.end]
