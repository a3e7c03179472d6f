"""Bringing together what styletune would write now and what a person made of what it wrote before.

A three-way merge of paragraphs (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007), with two differences:
changes that touch without overlapping are both taken, since a paragraph put in behind a changed one is no
contradiction; and a paragraph that one side moved keeps what the other made of its text.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from styletune.edits.alignment import align
from styletune.edits.doubles import with_all_of_both, without_doubles
from styletune.edits.hunks import Difference, Hunk, difference, says
from styletune.edits.moves import follow_moves
from styletune.edits.parting import parted
from styletune.markdown.document import Document
from styletune.markdown.segments import Segment

_FENCE = re.compile(rb"(?:[ \t>]|[-*+] |\d+[.)] )*(?P<fence>`{3,}|~{3,})(?P<rest>[^\r\n]*)")

_SAME_TEXT = 0.75
"""Likeness from which two texts put in at one place are versions of one; less, and one would be lost by chance."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed, differently: theirs stands, and ours is not in the result."""

    base: range
    """Indexes of chunks."""

    ours: range
    theirs: range


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge."""

    chunks: list[bytes]
    conflicts: tuple[Conflict, ...]
    """In the order of the base."""


def chunks(data: bytes, suffix: str = ".md") -> list[bytes]:
    """Cut a Markdown file into its segments and what stands between them, that at line ends; joined they are ``data``.

    Fenced code is one chunk, so that nothing comes to stand in the midst of it.

    Arguments: ``suffix`` decides about MDX. Raises ``FileError`` if the file is no text.
    """
    pieces: list[bytes] = []
    at = 0
    for segment in outermost(Document.parse(data, suffix=suffix).segments):
        pieces += [*_lines(data[at : segment.start]), data[segment.start : segment.end]]
        at = segment.end
    pieces += _lines(data[at:])
    return [piece for piece in pieces if piece]


def _lines(between: bytes) -> Iterator[bytes]:
    """Cut what stands between two segments at its line ends, but no fenced code."""
    fence, code = b"", b""
    for line in between.splitlines(keepends=True):
        found = _FENCE.match(line)
        if fence:
            code += line
            if found is not None and found["fence"].startswith(fence) and not found["rest"].strip():
                end = len(code.rstrip(b"\r\n"))
                yield from (code[:end], code[end:])
                fence, code = b"", b""
        elif found is not None:
            fence, code = found["fence"], line
        else:
            yield line
    yield from code.splitlines(keepends=True)


def outermost(segments: Sequence[Segment]) -> Iterator[Segment]:
    """Yield the segments that are in no other, such as the paragraph but not the text of an image in it."""
    end = 0
    for segment in segments:
        if segment.start >= end:
            yield segment
            end = segment.end


def merge3(base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]) -> Merged:
    """Merge two states of a file that come from a common one, chunk by chunk.

    What one side changed is taken, and so is what both changed alike. Where they changed the same chunks differently,
    theirs stands and a conflict is reported; if they deleted what ours changed, it stays deleted. What both put in
    at one place is taken from both, ours first, unless it is two versions of one text.

    Arguments: ``ours`` is newly generated, ``theirs`` is a person's. Chunks are compared as bytes; none is empty.
    """
    if list(ours) == list(theirs):
        return Merged(list(theirs), ())
    merged = _merge(base, ours, theirs, follows=True)
    # A text that was moved into the midst of what the other side made anew has no place there.
    return merged if _holds_all(merged, base, ours, theirs) else _merge(base, ours, theirs, follows=False)


def _merge(base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes], *, follows: bool) -> Merged:
    one, other = difference(base, ours), difference(base, theirs)
    moved = follow_moves(base, ours, theirs, one, other) if follows else []
    conflicts = [Conflict(*places) for places in moved]
    gone = set(base) - (set(ours) & set(theirs))
    result: list[bytes] = []
    at = 0
    for region in _regions(one, other):
        result += base[at : region.start]
        content, agreed = region.merged(base, gone)
        if not agreed:
            conflicts.append(_conflict(region, one, other))
        result += content
        at = region.stop
    whole = without_doubles([*result, *base[at:]], ours, theirs)
    if not follows:
        whole = with_all_of_both(whole, base, ours, theirs)
    result = parted(whole, theirs, ours)
    return Merged(result, tuple(sorted(conflicts, key=lambda conflict: (conflict.base.start, conflict.theirs.start))))


def _holds_all(merged: Merged, base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]) -> bool:
    """Tell whether all that a person wrote is in a merge, and all that both sides have."""
    lost = Counter(theirs) - Counter(base) - Counter(merged.chunks)
    return not any(map(says, [*lost, *(set(ours) & set(theirs) - set(merged.chunks))]))


@dataclass(slots=True)
class _Region:
    """Hunks of both sides that overlap, one by one."""

    start: int
    stop: int
    ours: list[Hunk]
    theirs: list[Hunk]

    def overlaps(self, hunk: Hunk) -> bool:
        """Tell whether a hunk changes what this region does, or puts something in at the same place."""
        if hunk.start == hunk.stop and self.start == self.stop:
            return hunk.start == self.start
        if hunk.start == hunk.stop:
            return self.start < hunk.start < self.stop
        if self.start == self.stop:
            return hunk.start < self.start < hunk.stop
        return max(self.start, hunk.start) < min(self.stop, hunk.stop)

    def merged(self, base: Sequence[bytes], gone: Collection[bytes]) -> tuple[list[bytes], bool]:
        """Return what becomes of the region, and whether the sides agree.

        Arguments: ``gone`` are chunks of the base that not both sides have any more.
        """
        if not self.theirs or not self.ours:
            return self._content(base, self.ours or self.theirs), True
        ours, theirs = self._content(base, self.ours), self._content(base, self.theirs)
        if ours == theirs:
            return theirs, True
        if self.start == self.stop:
            return (theirs, False) if _is_alike(ours, theirs, base) else (ours + theirs, True)
        agreed = self._agreed(base, ours, theirs)
        if agreed is not None:
            return agreed, True
        added = self._added(theirs, base, gone)
        return [*theirs, *added], bool(added) and all(hunk.start == hunk.stop for hunk in self.ours)

    def _added(self, theirs: Sequence[bytes], base: Sequence[bytes], gone: Collection[bytes]) -> list[bytes]:
        """Return what we put in among what they made one text of; it has a place behind that, unless it is in it."""
        hunks = [hunk.chunks for hunk in self.ours if hunk.start == hunk.stop]
        new = [chunks for chunks in hunks if any(says(chunk) and chunk not in gone for chunk in chunks)]
        found = [chunk for chunks in new if not _is_alike(chunks, theirs, base) for chunk in chunks if chunk]
        last = next((at for at in reversed(range(len(found))) if found[at].strip()), -1)
        return found[: last + 1]

    def _agreed(self, base: Sequence[bytes], ours: list[bytes], theirs: list[bytes]) -> list[bytes] | None:
        """Return what both want: two deletions, a deletion around what the other side put in, or lines of some code."""
        if not any(hunk.chunks for hunk in (*self.ours, *self.theirs)):
            return self._both_deleted(base, ours, theirs)
        for adding, taking in ((self.ours, self.theirs), (self.theirs, self.ours)):
            if all(hunk.start == hunk.stop for hunk in adding) and not any(hunk.chunks for hunk in taking):
                return self._kept(base, adding, taking)
        return _merged_code(base[self.start : self.stop], ours, theirs)

    def _content(self, base: Sequence[bytes], hunks: Sequence[Hunk]) -> list[bytes]:
        content: list[bytes] = []
        at = self.start
        for hunk in hunks:
            content += [*base[at : hunk.start], *hunk.chunks]
            at = hunk.stop
        return [chunk for chunk in [*content, *base[at : self.stop]] if chunk]

    def _both_deleted(self, base: Sequence[bytes], ours: list[bytes], theirs: list[bytes]) -> list[bytes]:
        """Return what two deletions leave: what parts paragraphs goes once, if that is enough."""
        without_both = self._kept(base, self.ours, self.theirs)
        one = min(ours, theirs, key=lambda content: (sum(map(says, content)), len(content), content))
        return one if sum(map(says, one)) <= sum(map(says, without_both)) else without_both

    def _kept(self, base: Sequence[bytes], adding: Sequence[Hunk], taking: Sequence[Hunk]) -> list[bytes]:
        """Return what one side put in among chunks that the other took out."""
        events = sorted([*adding, *taking], key=lambda hunk: (hunk.start, hunk.stop))
        content: list[bytes] = []
        at = self.start
        for hunk in events:
            content += [*base[at : hunk.start], *hunk.chunks]
            at = max(at, hunk.stop)
        return [chunk for chunk in [*content, *base[at : self.stop]] if chunk]


def _merged_code(*sides: Sequence[bytes]) -> list[bytes] | None:
    """Merge one block of fenced code line by line; ``None`` if both changed the same lines, or if it is no code."""
    if not all(len(side) == 1 and _FENCE.match(side[0]) for side in sides):
        return None
    merged = _merge(*(side[0].splitlines(keepends=True) for side in sides), follows=False)
    return None if merged.conflicts else [b"".join(merged.chunks)]


def _regions(one: Difference, other: Difference) -> Iterator[_Region]:
    """Yield the regions in order."""
    sides = [(hunk, True) for hunk in one.hunks] + [(hunk, False) for hunk in other.hunks]
    region: _Region | None = None
    for hunk, is_ours in sorted(sides, key=lambda side: (side[0].start, side[0].stop, not side[1])):
        if region is None or not region.overlaps(hunk):
            if region is not None:
                yield region
            region = _Region(hunk.start, hunk.stop, [], [])
        region.stop = max(region.stop, hunk.stop)
        (region.ours if is_ours else region.theirs).append(hunk)
    if region is not None:
        yield region


def _conflict(region: _Region, one: Difference, other: Difference) -> Conflict:
    sides = [
        range(side.place(region.start), side.place(region.stop, stop=True))
        if region.start < region.stop
        else range(hunks[0].side_start, hunks[-1].side_stop)
        for side, hunks in ((one, region.ours), (other, region.theirs))
    ]
    return Conflict(range(region.start, region.stop), *sides)


def _is_alike(ours: Sequence[bytes], theirs: Sequence[bytes], base: Sequence[bytes]) -> bool:
    """Tell whether two insertions hold versions of one text; a text that was only moved here is no version of another."""
    known = frozenset(base)
    texts = [
        [chunk.decode("utf-8", "replace") for chunk in side if says(chunk) and chunk not in known]
        for side in (ours, theirs)
    ]
    return any(link.old and link.new for link in align(*texts, floor=_SAME_TEXT))
