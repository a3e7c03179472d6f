"""Bytes to segments to bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

from styletune.markdown.segments import Segment


@dataclass(frozen=True, slots=True)
class Replaced:
    """A document with some of its segments replaced."""

    data: bytes
    refused: Mapping[str, str]
    """Segment id to the reason, in words, why its new text could not stand in the document."""


class Document:
    """A Markdown file as segments of prose between bytes that never change."""

    data: bytes
    segments: tuple[Segment, ...]

    @classmethod
    def parse(cls, data: bytes, *, suffix: str = ".md") -> "Document":
        """Segment a file; ``suffix`` decides about MDX. Raises ``FileError`` if it is not UTF-8."""
        raise NotImplementedError

    def replace(self, targets: Mapping[str, str]) -> Replaced:
        """Put new Markdown texts in the place of segments; what would change anything else is refused."""
        raise NotImplementedError
