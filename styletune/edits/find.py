"""Which blocks of an output a person changed."""

from collections.abc import Sequence

from styletune.edits.alignment import align
from styletune.edits.change import change
from styletune.edits.edit import Change, Edit
from styletune.files.record import Block
from styletune.markdown.segments import Segment


def find_edits(blocks: Sequence[Block], segments: Sequence[Segment]) -> list[Edit]:
    """Find the edits of an output, in the order of its blocks.

    Arguments: ``blocks`` are those styletune worked on; ``segments`` are all of the edited file, of which some may
    never have been blocks. What was only moved is no edit, nor is what was added. A deleted block is an edit without
    segments.
    """
    old = [block.current for block in blocks]
    kinds = [block.kind for block in blocks], [segment.kind.value for segment in segments]
    links = align(old, [segment.source for segment in segments], kinds=kinds)
    edits = [
        _edit([blocks[index] for index in link.old], [segments[index] for index in link.new])
        for link in sorted((link for link in links if link.old), key=lambda link: link.old)
    ]
    return [edit for edit in edits if edit is not None]


def _edit(blocks: Sequence[Block], segments: Sequence[Segment]) -> Edit | None:
    before = "\n\n".join(block.current for block in blocks)
    after = "\n\n".join(segment.source for segment in segments)
    how = change(before, after) if segments else Change.WORDING
    return None if how is None else Edit(tuple(blocks), tuple(segments), how)
