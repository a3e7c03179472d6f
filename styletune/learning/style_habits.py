"""What a person does with sentences, lengths and forms again and again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import regex

from styletune.edits.edit import Change
from styletune.learning.contractions import contracted, in_full
from styletune.learning.observed import Observed
from styletune.learning.proposal import LEAST_FILES, Proposal, evidence_of, proposal_id
from styletune.text.sentences import sentences
from styletune.text.tokens import length, words

_LAST = 20
"""Corrections that are looked at: habits change."""

_LEAST = 5
"""Corrections from which a tendency can be seen."""

_MOSTLY = 0.6
_RARELY = 0.15
_SHORTER = 0.85
_LONGER = 1.2
"""Lengths of the person's text, as shares of what was written."""

_LEAST_CHANGED = 3

_SPACED_LETTERS = regex.compile(r"\p{Latin}|\p{Greek}|\p{Cyrillic}")
_POLITE = regex.compile(r"(?:です|ます|でした|ました|ません|でしょう|ましょう)(?:か|ね|よ)?(?=[。！？」）)]|\s*$)")
_PLAIN = regex.compile(r"(?<!で|ま)(?:である|だった|であった|だ|た|る|う|い|ない)(?=[。！？」）)]|\s*$)")


@dataclass(frozen=True, slots=True)
class _Habit:
    """One thing that a person may do, and its opposite: each is a rule if the other is rare."""

    name: str
    rule: str
    does: Callable[[Observed], bool]
    undoes: Callable[[Observed], bool]
    concerns: Callable[[Observed], bool]
    """Corrections that could show it."""

    least: int = _LEAST_CHANGED


def style_habits(observed: Sequence[Observed]) -> list[Proposal]:
    """Propose what the last corrections in each language have in common."""
    langs = dict.fromkeys(one.lang for one in observed)
    return [
        proposal for lang in langs for habit in _HABITS for proposal in _of(habit, lang, _last(habit, lang, observed))
    ]


def _last(habit: _Habit, lang: str | None, observed: Sequence[Observed]) -> list[Observed]:
    """Return the last corrections in a language that could show a habit, oldest first."""
    concerned = (one for one in reversed(observed) if one.lang == lang and habit.concerns(one))
    return list(islice(concerned, _LAST))[::-1]


def _of(habit: _Habit, lang: str | None, concerned: Sequence[Observed]) -> Iterator[Proposal]:
    seen = [one for one in concerned if habit.does(one)]
    against = sum(habit.undoes(one) for one in concerned)
    several = len({one.file for one in seen}) >= LEAST_FILES
    often = len(seen) >= max(habit.least, _MOSTLY * len(concerned))
    if len(concerned) >= habit.least and often and several and against <= _RARELY * len(concerned):
        corrections = [one.correction for one in seen]
        yield Proposal(
            proposal_id("habit", habit.name, lang), "rule", habit.rule, lang,
            evidence=evidence_of(corrections), count=len(seen), files=len({one.file for one in seen}),
            against=len(concerned) - len(seen),
        )  # fmt: skip


def _is_reworded(one: Observed) -> bool:
    return one.change is Change.WORDING and one.correction.kind in ("", "paragraph", "list_item", "quote")


def _is_resized(one: Observed) -> bool:
    return one.correction.kind in ("", "paragraph", "list_item", "quote")


def _sentences_more(one: Observed) -> int:
    return len(sentences(one.edited.strip())) - len(sentences(one.written.strip()))


def _ratio(one: Observed) -> float:
    before = length(one.prose[0])
    return length(one.prose[1]) / before if before else 1.0


def _contracts(one: Observed) -> bool:
    return contracted(one.edited) > contracted(one.written) and in_full(one.edited) < in_full(one.written)


def _writes_out(one: Observed) -> bool:
    return contracted(one.edited) < contracted(one.written) and in_full(one.edited) > in_full(one.written)


def _could_contract(one: Observed) -> bool:
    return bool(contracted(one.written) or in_full(one.written)) and (
        contracted(one.edited), in_full(one.edited)
    ) != (contracted(one.written), in_full(one.written))  # fmt: skip


def _is_heading(one: Observed) -> bool:
    same = [word.casefold() for word in words(one.written)] == [word.casefold() for word in words(one.edited)]
    return one.correction.kind == "heading" and same and _SPACED_LETTERS.search(one.written) is not None


def _capitals(text: str) -> int:
    """Count the words behind the first one that begin with a capital."""
    return sum(word[:1].isupper() for word in words(text)[1:])


def _polite(text: str) -> int:
    return len(_POLITE.findall(text))


def _plain(text: str) -> int:
    return len(_PLAIN.findall(_POLITE.sub("\0", text)))


def _becomes_plain(one: Observed) -> bool:
    return _polite(one.edited) < _polite(one.written) and _plain(one.edited) > _plain(one.written)


def _becomes_polite(one: Observed) -> bool:
    return _polite(one.edited) > _polite(one.written) and _plain(one.edited) < _plain(one.written)


def _changes_form(one: Observed) -> bool:
    return _becomes_plain(one) or _becomes_polite(one)


_HABITS = (
    _Habit(
        "short sentences", "Split long sentences; write shorter ones.",
        lambda one: _sentences_more(one) > 0, lambda one: _sentences_more(one) < 0, _is_resized, _LEAST,
    ),
    _Habit(
        "long sentences", "Join sentences that belong together; do not chop.",
        lambda one: _sentences_more(one) < 0, lambda one: _sentences_more(one) > 0, _is_resized, _LEAST,
    ),
    _Habit(
        "brief", "Be briefer: leave out what the reader does not need.",
        lambda one: _ratio(one) <= _SHORTER, lambda one: _ratio(one) >= _LONGER, _is_reworded, _LEAST,
    ),
    _Habit(
        "full", "Do not shorten: keep every detail and example.",
        lambda one: _ratio(one) >= _LONGER, lambda one: _ratio(one) <= _SHORTER, _is_reworded, _LEAST,
    ),
    _Habit("contract", 'Use contractions: "don\'t", not "do not".', _contracts, _writes_out, _could_contract),
    _Habit("no contractions", 'Use no contractions: "do not", not "don\'t".', _writes_out, _contracts, _could_contract),
    _Habit(
        "sentence case", "Write headings in sentence case: only the first word has a capital.",
        lambda one: _capitals(one.edited) < _capitals(one.written),
        lambda one: _capitals(one.edited) > _capitals(one.written), _is_heading,
    ),
    _Habit(
        "title case", "Write headings in title case.",
        lambda one: _capitals(one.edited) > _capitals(one.written),
        lambda one: _capitals(one.edited) < _capitals(one.written), _is_heading,
    ),
    _Habit("plain form", "Write Japanese in the plain form (だ・である).", _becomes_plain, _becomes_polite, _changes_form),
    _Habit("polite form", "Write Japanese in the polite form (です・ます).", _becomes_polite, _becomes_plain, _changes_form),
)  # fmt: skip
