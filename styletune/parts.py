"""Long segments in parts: cut at sentence ends, so that each part is a prompt of its own."""

from collections.abc import Sequence

from styletune.text.sentences import sentences
from styletune.text.tokens import words
from styletune.text.wrap import unwrap

MAX_WORDS = 350
"""Above this, small models lose the thread; counted in words, or characters of unspaced scripts."""


def split_long(text: str, max_words: int = MAX_WORDS) -> list[str]:
    """Cut a text into parts of at most ``max_words``, as even as sentence ends allow; a sentence is never cut."""
    if len(words(text)) <= max_words:
        return [text]
    halves = split_once(text)
    return [part for half in halves for part in split_long(half, max_words)] or [text]


def split_once(text: str) -> list[str]:
    """Cut a text at the sentence end nearest its middle; an empty list if it is one sentence."""
    pieces = sentences(text)
    if len(pieces) < 2:  # noqa: PLR2004 - one sentence has no end inside
        return []
    ends = [len("".join(pieces[: count + 1])) for count in range(len(pieces) - 1)]
    middle = min(ends, key=lambda end: abs(end - len(text) / 2))
    return [text[:middle], text[middle:]]


def join(texts: Sequence[str]) -> str:
    """Put the answers for the parts of one segment together; spaced unless the joint is between unspaced scripts."""
    return texts[0] if len(texts) == 1 else unwrap("\n".join(text.strip() for text in texts))
