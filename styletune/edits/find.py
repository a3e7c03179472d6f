"""Which blocks of an output a person changed."""

from collections.abc import Sequence

from styletune.edits.alignment import align
from styletune.edits.change import change
from styletune.edits.edit import Change, Edit
from styletune.edits.links import Link
from styletune.files.record import Block
from styletune.markdown.segments import Segment


def find_edits(blocks: Sequence[Block], segments: Sequence[Segment], *, own_words: bool = False) -> list[Edit]:
    """Find the edits of an output, in the order of its blocks.

    Arguments: ``blocks`` are those styletune worked on; ``segments`` are all of the edited file, of which some may
    never have been blocks. What was only moved is no edit, nor is what was added. A deleted block is an edit without
    segments. With ``own_words``, a block that shares no words with what stands in its place, between two blocks that
    are where they were, is an edit too: otherwise it was deleted, and something else put in.
    """
    old = [block.current for block in blocks]
    kinds = [block.kind for block in blocks], [segment.kind.value for segment in segments]
    links = align(old, [segment.source for segment in segments], kinds=kinds)
    if own_words:
        links = _with_replaced(links, *kinds)
    edits = [
        _edit([blocks[index] for index in link.old], [segments[index] for index in link.new])
        for link in sorted((link for link in links if link.old), key=lambda link: link.old)
    ]
    return [edit for edit in edits if edit is not None]


def _with_replaced(links: Sequence[Link], old_kinds: Sequence[str], new_kinds: Sequence[str]) -> list[Link]:
    """Link a deleted block with the text that was put in between the same neighbours."""
    place = {index: link.new[0] for link in links if len(link.old) == len(link.new) == 1 for index in link.old}
    place |= {-1: -1, len(old_kinds): len(new_kinds)}
    added = {link.new[0] for link in links if not link.old and len(link.new) == 1}
    found: list[Link] = []
    for link in links:
        at = place.get(link.old[0] - 1, -2) + 1 if len(link.old) == 1 and not link.new else -1
        fits = at in added and place.get(link.old[0] + 1) == at + 1 and old_kinds[link.old[0]] == new_kinds[at]
        if fits:
            added.discard(at)
        found.append(Link(link.old, (at,)) if fits else link)
    return [link for link in found if link.old or link.new[0] in added or len(link.new) > 1]


def _edit(blocks: Sequence[Block], segments: Sequence[Segment]) -> Edit | None:
    before = "\n\n".join(block.current for block in blocks)
    after = "\n\n".join(segment.source for segment in segments)
    how = change(before, after) if segments else Change.WORDING
    return None if how is None else Edit(tuple(blocks), tuple(segments), how)
