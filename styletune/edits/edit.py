"""The words that the rest of styletune uses for a person's changes."""

from dataclasses import dataclass
from enum import IntEnum

from styletune.files.record import Block
from styletune.markdown.segments import Segment


class Change(IntEnum):
    """How much a change says; a greater one outweighs a smaller one."""

    SPACING = 1
    """Nothing but white space, line breaks and how markup is written: a formatter's work."""

    TYPOGRAPHY = 2
    """Quotation marks, dashes, punctuation and case, but no word."""

    WORDING = 3


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person made of one block, or of several that were merged."""

    blocks: tuple[Block, ...]
    """What stood there before; several if a person merged them."""

    segments: tuple[Segment, ...]
    """What stands there now; several if a person split a block, none if it was deleted."""

    change: Change

    @property
    def text(self) -> str:
        """What stands there now; paragraphs are parted by a blank line."""
        return "\n\n".join(segment.source for segment in self.segments)

    @property
    def written(self) -> str | None:
        """What styletune had written; ``None`` where it had kept the author's own text."""
        texts = [block.written for block in self.blocks]
        return None if any(text is None for text in texts) else "\n\n".join(text or "" for text in texts)

    @property
    def source(self) -> str:
        """What it had written that from."""
        return "\n\n".join(block.source for block in self.blocks)
