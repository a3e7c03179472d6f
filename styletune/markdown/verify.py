"""What differs between two parses besides the texts that were meant to differ."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from styletune.markdown import front_matter
from styletune.markdown.marks import describe_items
from styletune.markdown.sieve import Fault
from styletune.markdown.skeleton import Skeleton


class Place(NamedTuple):
    """Where a new text stands in the new bytes."""

    run: int
    """Index of the run that holds it, -1 for front matter."""

    start: int
    end: int
    field: str = ""
    """Key of the header field that holds it, empty elsewhere."""


def changed_structure(before: Skeleton, after: Skeleton, places: Collection[Place]) -> Sequence[Fault]:
    """List what besides the texts at ``places`` differs between two parses; an empty list is the proof."""
    if not same_header(before, after, places):
        return [Fault("it would change the front matter")]
    if not same_blocks(before, after):
        return [Fault("it would change the blocks of the document (a list, heading, table or code block)")]
    return [*inline_faults(before, after), *hidden_texts(after, places)]


def same_header(before: Skeleton, after: Skeleton, places: Collection[Place]) -> bool:
    """Tell whether the header holds the new texts and is otherwise what it was."""
    if before.matter is None or after.matter is None:
        return before.matter is after.matter
    changed = {place.field for place in places if place.field}
    new = {field.key: field.value for field in front_matter.fields(after.matter) if field.key in changed}
    same_format = before.matter.format is after.matter.format
    return same_format and front_matter.is_replaced(before.matter, after.matter.raw, new)


def same_blocks(before: Skeleton, after: Skeleton) -> bool:
    """Tell whether both have the same blocks in the same order, with the same code and HTML in them."""
    same_count = len(before.structure.runs) == len(after.structure.runs)
    return same_count and before.structure.blocks == after.structure.blocks


def inline_faults(before: Skeleton, after: Skeleton) -> Iterator[Fault]:
    """Yield the runs whose links, code, emphasis or other inline constructs differ."""
    for index, (old, new) in enumerate(zip(before.structure.runs, after.structure.runs, strict=True)):
        if old.inline != new.inline:
            yield Fault(describe_items(old.inline - new.inline, new.inline - old.inline), index)


def hidden_texts(after: Skeleton, places: Collection[Place]) -> Iterator[Fault]:
    """Yield the texts of which a part fell out of the run that shall show them."""
    runs = after.structure.runs
    for run, start, end, _ in places:
        if run >= 0 and not (runs[run].start <= start and end <= runs[run].end):
            yield Fault("a part of it would not be shown", run)
