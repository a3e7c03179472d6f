"""Faults of the text as a whole: too little, too often, or in the wrong language."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import regex
from fault_case import WORD, Case, put

from styletune.text.tokens import length

_HALF_ENGLISH = (
    "slightly",
    "however",
    "really",
    "because",
    "something",
    "usually",
    "without",
    "about",
    "very",
    "should",
)

_MARK = regex.compile(r"⟦\d+⟧")

_WHOLE = regex.compile(r"[^⟦()*_]+[.!?。！？]")

_SENTENCE = regex.compile(r"(?<=[.!?][\"”»)*_]{0,3})\s+(?=[\p{Lu}\"“«¿¡*_\[(])|(?<=[。！？][”」）*_]{0,3})")


_WORTH_HALVING = 16
"""Words, as ``length`` counts them in every script: half of a shorter text may be a free translation of it."""


def half_missing(case: Case, chance: Random) -> Case | None:
    """Stop after about half of the text, at the end of a sentence or with a full stop put there."""
    if length(case.target) < _WORTH_HALVING:
        return None
    pieces = _SENTENCE.split(case.target)
    kept = min(
        ("".join(_joined(pieces[:count])) for count in range(1, len(pieces) + 1)),
        key=lambda text: abs(len(text) / len(case.target) - 0.5),
    )
    if not 0.35 < len(kept) / len(case.target) < 0.6:
        kept = _cut(case.target, 0.5).rstrip(" ,;:，、；：") + ("。" if case.context.target_lang == "zh" else ".")
    return replace(case, target=kept)


def truncated(case: Case, chance: Random) -> Case | None:
    """Stop in the middle of a sentence."""
    if len(WORD.findall(case.target)) < 10 or not regex.search(r"[.!?。！？]\s*$", case.target):
        return None
    return replace(case, target=_cut(case.target, chance.uniform(0.4, 0.85)).rstrip(" .。!?！？"))


def wrong_language(case: Case, chance: Random) -> Case | None:
    """Answer in a language that nobody asked for."""
    others = [text for text in case.elsewhere if len(WORD.findall(text)) > 4 and text not in {case.source, case.target}]
    return replace(case, target=chance.choice(others)) if others else None


def echo(case: Case, chance: Random) -> Case | None:
    """Give the source back; lines that only say who is quoted (``— Name, "Title"``) may stay as they are."""
    return replace(case, target=case.source) if len(WORD.findall(case.source)) > 4 and case.source[0] != "—" else None


def untranslated_tail(case: Case, chance: Random) -> Case | None:
    """Leave the last sentence as it was."""
    before, after = _SENTENCE.split(case.source), _SENTENCE.split(case.target)
    if len(before) < 2 or len(before) != len(after) or len(WORD.findall(before[-1])) < 7:
        return None
    return replace(case, target=" ".join([*after[:-1], before[-1]]))


def looped(case: Case, chance: Random) -> Case | None:
    """Go round in circles at the end."""
    found = list(WORD.finditer(_MARK.sub("", case.target)))
    if len(found) < 8:
        return None
    count = chance.randint(2, 7)
    text = _MARK.sub("", case.target)
    phrase = text[found[-count].start() : found[-1].end()]
    return replace(case, target=case.target.rstrip(".。") + f" {phrase}" * chance.randint(5, 30))


def sentence_repeated(case: Case, chance: Random) -> Case | None:
    """Say a sentence again."""
    pieces = [
        piece for piece in _SENTENCE.split(case.target) if _WHOLE.fullmatch(piece) and len(WORD.findall(piece)) > 5
    ]
    return replace(case, target=f"{case.target} {chance.choice(pieces)}") if pieces else None


def half_translated(case: Case, chance: Random) -> Case | None:
    """Leave a word of the source inside Chinese."""
    if case.context.target_lang != "zh":
        return None
    left = [word for word in _HALF_ENGLISH if regex.search(rf"\b{word}\b", case.source)]
    places = list(regex.finditer(r"(?<=\p{Han})(?=\p{Han})", case.target))
    return (
        replace(case, target=put(case.target, chance.choice(places), chance.choice(left))) if left and places else None
    )


def _joined(pieces: Sequence[str]) -> Sequence[str]:
    return [" ".join(pieces) if any(piece.endswith(".") for piece in pieces) else "".join(pieces)]


def _cut(text: str, share: float) -> str:
    """Keep the words of a share of a text."""
    found = list(WORD.finditer(text))
    return text[: found[max(1, round(len(found) * share)) - 1].end()]
