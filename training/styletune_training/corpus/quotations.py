"""Other people's words outside of block quotes: a paragraph that is one quotation, and what stands over a credit."""

from collections.abc import Sequence

import regex

from styletune.markdown.runs import Run, Source
from styletune.markdown.segments import Kind
from styletune.text.sentences import ends_sentence
from styletune.text.tokens import length

_CREDIT_BEHIND = r"[\s*_]*(?:[—–―-]{1,2}\s*\S.{0,100}|\([^()]{1,80}\)|（[^（）]{1,60}）)?[\s*_.]*"
_QUOTED = regex.compile(
    rf"[*_\s]*(?:“[^“”]{{12,}}”|„[^„“”]{{12,}}[“”]|«[^«»]{{12,}}»|「[^「」]{{8,}}」|『[^『』]{{8,}}』"
    rf'|"[^"]{{12,}}"){_CREDIT_BEHIND}',
    regex.DOTALL,
)
_CREDIT = regex.compile(r"[*_]*(?:[—–―]\s*\S|--\s+\S)")
_MOST_IN_CREDIT = 15
"""Words of a line that names who said something."""

_DESTINATION = regex.compile(r"(?<=\])\([^()\s]*(?:\([^()]*\)[^()\s]*)*\)|<[^<>]*>")
_BLOCKS = rb"(?:aside|article|blockquote|details|div|figure|section)\b"
_OPENS_BLOCK = regex.compile(rb"<" + _BLOCKS, regex.IGNORECASE)
_CLOSES_BLOCK = regex.compile(rb"</" + _BLOCKS, regex.IGNORECASE)
_QUOTABLE = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM})


def is_quotation(text: str) -> bool:
    """Tell whether a text is nothing but one quotation, perhaps with the name of who said it."""
    return _QUOTED.fullmatch(text) is not None


def is_credit(text: str) -> bool:
    """Tell a line such as ``— Jane Doe, "On Things"`` from a line of a dialogue, which ends as a sentence does."""
    if not _CREDIT.match(text):
        return False
    said = _DESTINATION.sub("", text)
    return length(said) <= _MOST_IN_CREDIT and not ends_sentence(said.rstrip("*_ "))


def credited(runs: Sequence[Run], source: Source) -> frozenset[int]:
    """Return the indexes of the runs that a credit says somebody else wrote, and those of the credits.

    It is the paragraph over a credit; in an HTML element, all that the element holds. A credit at the very end signs
    the post.
    """
    order = sorted(range(len(runs)), key=lambda index: runs[index].start)  # those in HTML come behind the others
    found: set[int] = set()
    for place, index in enumerate(order):
        run = runs[index]
        if run.kind is Kind.PARAGRAPH and is_credit(source.text(run.start, run.end)):
            found.add(index)
            if run.in_html or place < len(order) - 1:
                found.update(
                    order[place - many] for many in range(1, _how_many_over(runs, order[: place + 1], source) + 1)
                )
    return frozenset(found)


def _how_many_over(runs: Sequence[Run], order: Sequence[int], source: Source) -> int:
    """Count the runs over the last one, a credit, that are in the same element as it, or else the one over it."""
    over = 0
    for before, after in zip(order[-2::-1], order[:0:-1], strict=False):
        between = source.data[runs[before].end : runs[after].start]
        if runs[order[-1]].in_html and _OPENS_BLOCK.search(between):
            return over
        if runs[before].kind not in _QUOTABLE or _CLOSES_BLOCK.search(between):
            break
        over += 1
    return min(over, 1)
