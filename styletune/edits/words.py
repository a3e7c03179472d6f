"""What was changed in a text, word by word, as a person would name it: "utilize" became "use"."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import regex

from styletune.edits.sequences import as_strings
from styletune.text.tokens import UNSPACED_ONE, tokens

CONTEXT = 3
"""Tokens of context on either side."""

_HAN = regex.compile(r"\p{Han}")
_KATAKANA = regex.compile(r"[\p{Katakana}ー]")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_SIGN = regex.compile(r"[^\p{L}\p{N}\p{M}]+")

_PARTICLES = frozenset(
    "的了是在和不也就都而与及被把这那我你他她它们个有一很更又再还或对从到以为于之其此该得地着过吗呢吧嘛之啊"
)
"""Chinese characters that are words, or endings, of their own."""

_SHORT = 3
"""Letters of a word that may stand inside a change as a person sees it: make *use* of."""

_LONGEST_COMPOUND = 4
"""Characters of Han in a Japanese word."""

Span: TypeAlias = tuple[int, int, int, int]
"""First and last token of the old side, then of the new side; the last ones are outside."""


@dataclass(frozen=True, slots=True)
class WordChange:
    """One change of words."""

    old: str
    """What stood there; empty if something was put in."""

    new: str
    """What stands there now; empty if something was taken out."""

    before: str
    """The new text's words in front of it, at most ``CONTEXT``; a sentence's beginning has none."""

    after: str
    """The words behind it."""

    @property
    def core(self) -> tuple[str, str]:
        """Old and new as they are wherever the change occurs: without the characters they share at both ends.

        In spaced scripts they stay whole.
        """
        if not self.old or not self.new or not _is_unspaced(self.old[0]) or not _is_unspaced(self.new[-1]):
            return self.old, self.new
        start = len(_prefix([self.old, self.new]))
        end = len(_prefix([self.old[start:][::-1], self.new[start:][::-1]]))
        return self.old[start : len(self.old) - end], self.new[start : len(self.new) - end]


def distance(old: str, new: str) -> tuple[int, int]:
    """Count the tokens that were changed, added or taken away, and the tokens of ``old``.

    Tokens are words, characters in unspaced scripts, and signs; white space counts for nothing, case counts. The
    first number is the Levenshtein distance: 0 exactly if both texts have the same tokens, and the same both ways.
    """
    before, after = _solid(old), _solid(new)
    if before == after:
        return 0, len(before)
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - outputs that nobody edited need none

    return Levenshtein.distance(*as_strings(before, after)), len(before)


def word_changes(old: str, new: str) -> list[WordChange]:
    """List what was changed, in the order of the text.

    Changes around one short word are one change, unless each replaces something. In Chinese and Japanese a change
    of one character is widened to the word it is in, as far as this can be told without a dictionary: to a run of
    katakana or a Japanese compound, and in Chinese to the neighbour that it stands beside elsewhere as well, or else
    to the character in front.
    """
    texts = _Tokens(old), _Tokens(new)
    spans = list(_grouped(_spans(texts[0].solid, texts[1].solid), texts[0].solid, texts[1].solid))
    wide = _Widening(texts[0], texts[1])
    stops = [0, *(span[1] for span in spans[:-1])], [*(span[0] for span in spans[1:]), len(texts[0].solid)]
    widened = [wide.span(span, first, last) for span, first, last in zip(spans, *stops, strict=bool(spans))]
    return [wide.change(span) for span in _joined(widened, _touch)]


def common_form(changes: Sequence[WordChange]) -> WordChange:
    """Return what several changes of one ``core`` have in common: the core, widened to what all of them show around it.

    Three times 体 to 件 behind 软 is 软体 to 软件, whatever else stands around. Raises ``ValueError`` without changes.
    """
    if not changes:
        raise ValueError("no changes")
    old, new = changes[0].core
    if not _is_unspaced((old or new)[:1]):
        return WordChange(old, new, changes[0].before, changes[0].after)
    sides = [_around(change) for change in changes]
    before = _run_behind(_prefix([side[0][::-1] for side in sides])[::-1])
    after = _run_ahead(_prefix([side[1] for side in sides]))
    return WordChange(before + old + after, before + new + after, "", "")


class _Tokens:
    """A text as tokens without white space that know where they stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.solid: list[str] = []
        self.starts: list[int] = []
        at = 0
        for token in tokens(text):
            if not token.isspace():
                self.solid.append(token)
                self.starts.append(at)
            at += len(token)

    def piece(self, start: int, end: int) -> str:
        if start >= end:
            return ""
        return self.text[self.starts[start] : self.starts[end - 1] + len(self.solid[end - 1])]


def _solid(text: str) -> list[str]:
    return [token for token in tokens(text) if not token.isspace()]


def _spans(old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    if list(old) == list(new):
        return
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - as above

    found: Span | None = None
    for code in Levenshtein.opcodes(*as_strings(old, new)):
        if code.tag == "equal":
            if found:
                yield found
            found = None
        else:
            start = found or (code.src_start, 0, code.dest_start, 0)
            found = (start[0], code.src_end, start[2], code.dest_end)
    if found:
        yield found


def _grouped(spans: Iterator[Span], old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    """Join changes around one short word or sign, unless both of them replace."""
    return _joined(spans, lambda last, span: _is_bridge(last, span, old) or _is_exchange(last, span, old, new))


def _is_bridge(last: Span, span: Span, old: Sequence[str]) -> bool:
    between = old[last[1] : span[0]]
    if len(between) != 1 or _SIGN.fullmatch(between[0]) or (_replaces(last) and _replaces(span)):
        return False
    return len(between[0]) <= _SHORT


def _is_exchange(last: Span, span: Span, old: Sequence[str], new: Sequence[str]) -> bool:
    """Tell whether words were taken out on one side of a few others and put in on the other: ``a b`` to ``b a``."""
    if span[0] - last[1] > CONTEXT:
        return False
    taken = [*old[last[0] : last[1]], *old[span[0] : span[1]]]
    return taken == [*new[last[2] : last[3]], *new[span[2] : span[3]]]


def _replaces(span: Span) -> bool:
    return span[0] < span[1] and span[2] < span[3]


def _joined(spans: Iterable[Span], belong_together: Callable[[Span, Span], bool]) -> Iterator[Span]:
    """Join neighbouring changes that belong together."""
    last: Span | None = None
    for span in spans:
        if last is not None and belong_together(last, span):
            last = (last[0], span[1], last[2], span[3])
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _touch(last: Span, span: Span) -> bool:
    return span[0] <= last[1]


class _Widening:
    """Widens changes inside runs of unspaced script to words."""

    def __init__(self, old: _Tokens, new: _Tokens) -> None:
        self.old = old
        self.new = new
        self.japanese = bool(_KANA.search(old.text) or _KANA.search(new.text))
        self.both = old.text + "\n" + new.text

    def change(self, span: Span) -> WordChange:
        old, new = self.old.piece(span[0], span[1]), self.new.piece(span[2], span[3])
        before = self.new.piece(max(span[2] - CONTEXT, 0), span[2])
        return WordChange(old, new, before, self.new.piece(span[3], min(span[3] + CONTEXT, len(self.new.solid))))

    def span(self, span: Span, first: int, last: int) -> Span:
        """Widen a change; ``first`` and ``last`` part it from the changes around it."""
        changed = self.old.solid[span[0] : span[1]] + self.new.solid[span[2] : span[3]]
        if all(_KATAKANA.fullmatch(token) for token in changed):
            return self._run(span, _KATAKANA, first, last)
        if not all(_HAN.fullmatch(token) for token in changed):
            return span
        if self.japanese:
            run = self._run(span, _HAN, first, last)
            return run if run[1] - run[0] <= _LONGEST_COMPOUND else span
        is_word = max(span[1] - span[0], span[3] - span[2]) > 1 and _replaces(span)
        return span if is_word or any(token in _PARTICLES for token in changed) else self._neighbour(span)

    def _run(self, span: Span, script: "regex.Pattern[str]", first: int, last: int) -> Span:
        """Widen to all that touches the change in one script."""
        left = right = 0
        while span[0] - left > first and script.fullmatch(self._touching(span[0] - left - 1, span)):
            left += 1
        while span[1] + right < last and script.fullmatch(self._touching(span[1] + right, span)):
            right += 1
        return span[0] - left, span[1] + right, span[2] - left, span[3] + right

    def _neighbour(self, span: Span) -> Span:
        """Widen by the character in front or behind: the one that stands beside the change elsewhere too."""
        left, right = self._at(span[0] - 1), self._at(span[1])
        old, new = "".join(self.old.solid[span[0] : span[1]]), "".join(self.new.solid[span[2] : span[3]])
        in_front = self._seen(left, [left + old, left + new])
        behind = self._seen(right, [old + right, new + right])
        if in_front < 0 and behind < 0:
            return span
        if in_front >= behind:
            return span[0] - 1, span[1], span[2] - 1, span[3]
        return span[0], span[1] + 1, span[2], span[3] + 1

    def _seen(self, neighbour: str, forms: Sequence[str]) -> int:
        """Count how often a change stands beside a neighbour; -1 if that can be no part of a word with it."""
        if not _HAN.fullmatch(neighbour) or neighbour in _PARTICLES:
            return -1
        return sum(self.both.count(form) for form in forms if len(form) > 1)

    def _at(self, index: int) -> str:
        return self.old.solid[index] if 0 <= index < len(self.old.solid) else ""

    def _touching(self, index: int, span: Span) -> str:
        """Return a token if nothing, not even a blank, stands between it and the change."""
        between = self.old.piece(min(index, span[0]), max(index + 1, span[1]))
        return "" if any(character.isspace() for character in between) else self._at(index)


def _prefix(texts: Sequence[str]) -> str:
    """Return what all of some texts begin with."""
    first, last = min(texts), max(texts)
    length = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first if length is None else first[:length]


def _is_unspaced(character: str) -> bool:
    return UNSPACED_ONE.fullmatch(character) is not None


def _around(change: WordChange) -> tuple[str, str]:
    """Return what stands before and behind the core."""
    old, _ = change.core
    start = len(_prefix([change.old, change.new]))
    return change.before + change.old[:start], change.old[start + len(old) :] + change.after


def _run_behind(text: str) -> str:
    at = len(text)
    while at and _is_word_character(text[at - 1]):
        at -= 1
    return text[at:]


def _run_ahead(text: str) -> str:
    at = 0
    while at < len(text) and _is_word_character(text[at]):
        at += 1
    return text[:at]


def _is_word_character(character: str) -> bool:
    return (_HAN.fullmatch(character) or _KATAKANA.fullmatch(character)) is not None and character not in _PARTICLES
