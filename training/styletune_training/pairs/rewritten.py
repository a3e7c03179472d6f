"""Whether a paragraph was rewritten between two states of a text, or why what happened to it is no rewriting."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from styletune.edits.alignment import align
from styletune.edits.change import change
from styletune.edits.edit import Change
from styletune.edits.links import Link
from styletune.edits.sequences import rising
from styletune.edits.spelling import one_line
from styletune.edits.words import distance, word_changes
from styletune.guards.numbers import find_numbers
from styletune.markdown.segments import Kind
from styletune.text.inline import prose, whole_spans
from styletune.text.sentences import sentences
from styletune.text.tokens import UNSPACED_ONE, length, words
from styletune_training.corpus.document import Paragraph

KINDS = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM, Kind.FOOTNOTE})
"""Kinds of which a rewritten one shows a voice; headings and cells are renamed when a text is put in another order."""

_FEWEST_WORDS = 5.0
"""Words of a text from which on its rewriting says something."""

_PASSAGE = 5.0
"""Words in a row that say something of their own."""

_MOST_UNSAID = 0.12
"""Share of a text that may say what its other state does not: what was added teaches a model to invent, and what was
taken out to leave things out."""

_SAID_AGAIN = 0.35
"""Share of a sentence's content that the other state must hold for the sentence to be said there in other words."""

_STEM, _SHORTEST = 5, 4
"""First letters that the forms of a word have in common, and letters of a word that carries content."""

_PARTICLES = frozenset("的了是在和不也就都而与及被把这那我你他她它们个有一很のにをはがでとてるしれたす")
"""Characters of Chinese and Japanese that stand in any sentence."""

_TYPO, _LONG_WORD = 1, 8
"""Letters by which a misspelt word differs from the right one; twice as many in words from so many letters on."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much must and may have changed, as shares of the longer text's words and signs, 0..1."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class ParagraphEdit:
    """A paragraph before and after a commit."""

    old: Paragraph
    new: Paragraph


def edits_between(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> tuple[list[ParagraphEdit], Counter[str]]:
    """Find the paragraphs that differ, each linked with what it was; and count, by reason, what is no edit of one."""
    kinds = [one.kind.value for one in old], [one.kind.value for one in new]
    links = align([one.text for one in old], [one.text for one in new], kinds=kinds)
    counts = Counter[str]()
    edits: list[ParagraphEdit] = []
    unchanged: list[tuple[int, int]] = []
    for link in links:
        if len(link.old) == len(link.new) == 1:
            edit = ParagraphEdit(old[link.old[0]], new[link.new[0]])
            if one_line(edit.old.text) == one_line(edit.new.text):
                unchanged.append((link.old[0], link.new[0]))
            elif edit.old.kind in KINDS and edit.new.kind in KINDS:
                edits.append(edit)
        elif _has_several(link):
            counts["split or merged"] += 1
    if moved := len(unchanged) - len(rising(sorted(unchanged))):
        counts["moved only"] = moved
    return edits, counts


def _has_several(link: Link) -> bool:
    return bool(link.old and link.new)


def why_no_rewrite(old: str, new: str, limits: Limits) -> str | None:
    """Say why a text is no rewriting of another, in words that are counted by; ``None`` if it is one."""
    how = change(old, new)
    if how is None or how < Change.WORDING:
        return "punctuation or layout only"
    if facts_only(old, new):
        return "numbers, links or code only"
    if min(length(prose(old)), length(prose(new))) < _FEWEST_WORDS:
        return "too short"
    share = changed_share(old, new)
    if share < limits.least:
        return "changed too little"
    if share > limits.most:
        return "changed too much"
    return _why_not_the_same(prose(old), prose(new))


def _why_not_the_same(old: str, new: str) -> str | None:
    changes = word_changes(old, new)
    if all(_is_typo(one.old, one.new) for one in changes):
        return "spelling only"
    added = max(sum(_passage(one.old, one.new) for one in changes), _unsaid(new, old))
    taken = max(sum(_passage(one.new, one.old) for one in changes), _unsaid(old, new))
    if added > _MOST_UNSAID * length(new):
        return "something was added"
    return "something was taken out" if taken > _MOST_UNSAID * length(old) else None


def _passage(lesser: str, greater: str) -> float:
    """Return the words that one side has more than the other; 0 if they say nothing of their own."""
    more = length(greater) - length(lesser)
    return more if more >= _PASSAGE and length(lesser) < more else 0.0


def _unsaid(text: str, other: str) -> float:
    """Return the words of the sentences whose content another text does not have."""
    known = set(_content(other))
    found = [(length(sentence), _content(sentence)) for sentence in sentences(text)]
    return sum(
        count
        for count, said in found
        if count >= _PASSAGE and sum(word in known for word in said) < _SAID_AGAIN * len(said)
    )


def _content(text: str) -> list[str]:
    """List the words that carry content, by their stems; in unspaced scripts each character, but for the commonest."""
    return [
        word[:_STEM]
        for word in words(text.casefold())
        if word not in _PARTICLES and (len(word) >= _SHORTEST or UNSPACED_ONE.match(word))
    ]


def _is_typo(old: str, new: str) -> bool:
    """Tell whether words differ by as many letters as a slip of the fingers makes."""
    from rapidfuzz.distance import DamerauLevenshtein  # noqa: PLC0415 - a history without edits needs none

    before, after = words(old.casefold()), words(new.casefold())
    if len(before) != len(after) or any(UNSPACED_ONE.match(word) for word in before + after):
        return False
    return all(
        DamerauLevenshtein.distance(one, other) <= _TYPO * (2 if len(one) >= _LONG_WORD else 1)
        for one, other in zip(before, after, strict=True)
    )


def changed_share(old: str, new: str) -> float:
    """Return the share of words and signs that differ, 0..1, of the longer text; what stands for code is left out."""
    before, after = prose(old), prose(new)
    changed, count = distance(before, after)
    return changed / max(count, distance(after, after)[1], 1)


def facts_only(old: str, new: str) -> bool:
    """Tell whether texts say the same, but for numbers, addresses, code and tags that differ."""
    return _said(old) == _said(new) and facts(old) != facts(new)


def facts(text: str) -> Counter[str]:
    """Count the numbers, addresses, code spans and tags of a text."""
    held = Counter(text[start:end] for start, end in whole_spans(text))
    held.update(number.written for number in find_numbers(text))
    return held


def _said(text: str) -> list[str]:
    return [word for word in words(prose(text).casefold()) if not any(letter.isdigit() for letter in word)]
