"""What a person does with punctuation again and again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import regex

from styletune.learning.observed import Observed
from styletune.learning.proposal import Proposal, enough, evidence_of, proposal_id
from styletune.text.tokens import tokens

_USUAL = 0.75
"""Share of the texts with a sign in which it was taken out."""

_REPLACED = 0.6
"""Share of the signs that were replaced by one other sign."""

_PIECES = regex.compile(r"\.{3,}|…+|⋯+|—+|--+")

_NAMES = {
    ",": "a comma", ".": "a full stop", ":": "a colon", ";": "a semicolon", "，": "a comma (，)", "。": "a full stop (。)",
    "、": "a comma (、)", "：": "a colon (：)", "(": "parentheses", "（": "parentheses", "–": "an en dash (–)",
    "-": "a hyphen", "—": "an em dash (—)", "——": "a dash (——)",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sign:
    name: str
    pattern: str
    rule: str


_SIGNS = (
    _Sign("dash", r"—+|--+", "Use no em dashes (—)"),
    _Sign("exclamation", r"[!！]", "Use no exclamation marks"),
    _Sign("semicolon", r"[;；]", "Use no semicolons"),
    _Sign("ellipsis", r"\.{3,}|…+|⋯+", "Do not let sentences trail off in an ellipsis (…)"),
    _Sign("parenthesis", r"[(（]", "Use no parentheses"),
    _Sign("colon", r"[:：]", "Use no colons"),
)
"""Signs that a person may want none of."""


@dataclass(frozen=True, slots=True)
class _Conversion:
    name: str
    signs: Mapping[str, str]
    rule: str


_FULL = dict(zip(",.!?:;()", "，。！？：；（）", strict=True))
_HALF = {full: half for half, full in _FULL.items()}
_CONVERSIONS = (
    _Conversion("full-width", _FULL, "Write full-width punctuation: ，。！？：；（）"),
    _Conversion("half-width", _HALF, "Write half-width punctuation: , . ! ? : ; ( )"),
    _Conversion("curly", {'"': "“”„", "'": "‘’"}, "Write curly quotation marks and apostrophes: “ ” ’"),
    _Conversion("straight", {"“": '"', "”": '"', "‘": "'", "’": "'"}, "Write straight quotation marks: \" '"),
    _Conversion("corner", {'"': "「」", "“": "「", "”": "」"}, "Write quotation marks as corner brackets: 「 」"),
    _Conversion("one ellipsis", {"...": "…"}, "Write an ellipsis as one character: …"),
    _Conversion("dots", {"…": "..."}, "Write an ellipsis as three full stops: ..."),
    _Conversion("double ellipsis", {"...": "……", "…": "……"}, "Write an ellipsis as two characters: ……"),
    _Conversion("en dash", {"—": "–", "--": "–"}, "Write dashes as en dashes: –"),
    _Conversion("em dash", {"–": "—", "--": "—"}, "Write dashes as em dashes: —"),
)
"""Signs that are written in another way."""

Swap = tuple[str, str]


def sign_habits(observed: Sequence[Observed]) -> list[Proposal]:
    """Propose what all corrections in one language say about punctuation."""
    by_lang: dict[str | None, list[Observed]] = {}
    for one in observed:
        by_lang.setdefault(one.lang, []).append(one)
    return [proposal for lang, ones in by_lang.items() for proposal in _of_language(lang, ones)]


def _of_language(lang: str | None, observed: Sequence[Observed]) -> Iterator[Proposal]:
    swapped = [(one, list(_swaps(one))) for one in observed]
    converted = list(_converted(lang, swapped))
    yield from converted
    if not any(_about_dashes(proposal) for proposal in converted):
        yield from _avoided(lang, swapped, _SIGNS[:1])
    yield from _avoided(lang, swapped, _SIGNS[1:])


def _about_dashes(proposal: Proposal) -> bool:
    return "dash" in proposal.text


def _converted(lang: str | None, swapped: Sequence[tuple[Observed, list[Swap]]]) -> Iterator[Proposal]:
    for conversion in _CONVERSIONS:
        seen = [one for one, swaps in swapped if any(_converts(swap, conversion.signs) for swap in swaps)]
        back = any(_converts((new, old), conversion.signs) for _, swaps in swapped for old, new in swaps)
        if enough(one.correction for one in seen) and not back:
            yield _proposal(conversion.name, lang, conversion.rule, seen)


def _converts(swap: Swap, signs: Mapping[str, str]) -> bool:
    old, new = swap
    wanted = signs.get(old)
    return wanted is not None and (new == wanted or (len(new) == 1 and len(old) == 1 and new in wanted))


def _avoided(
    lang: str | None, swapped: Sequence[tuple[Observed, list[Swap]]], signs: Iterable[_Sign]
) -> Iterator[Proposal]:
    for sign in signs:
        pattern = regex.compile(sign.pattern)
        had = [(one, swaps) for one, swaps in swapped if pattern.search(one.prose[0])]
        fewer = [(one, swaps) for one, swaps in had if not pattern.search(one.prose[1])]
        added = any(pattern.search(one.prose[1]) and not pattern.search(one.prose[0]) for one, _ in swapped)
        if enough(one.correction for one, _ in fewer) and len(fewer) >= _USUAL * len(had) and not added:
            instead = _instead(pattern, [swap for _, swaps in fewer for swap in swaps])
            if not any(_is_same_sign(pattern, swaps) for _, swaps in fewer):
                yield _proposal(
                    f"no {sign.name}", lang, f"{sign.rule}{instead}.", [one for one, _ in fewer], len(had) - len(fewer)
                )


def _is_same_sign(pattern: "regex.Pattern[str]", swaps: Iterable[Swap]) -> bool:
    """Tell whether a sign was only written in another way."""
    return any(pattern.fullmatch(old) and pattern.fullmatch(new) for old, new in swaps)


def _instead(pattern: "regex.Pattern[str]", swaps: Iterable[Swap]) -> str:
    became = Counter(new for old, new in swaps if pattern.fullmatch(old))
    if not became:
        return ""
    new, count = became.most_common(1)[0]
    return f"; write {_NAMES[new]} instead" if new in _NAMES and count >= _REPLACED * became.total() else ""


def _swaps(one: Observed) -> Iterator[Swap]:
    """List the signs that were replaced by other signs, in the order of the text."""
    old, new = _signs_and_words(one.prose[0]), _signs_and_words(one.prose[1])
    matcher = SequenceMatcher(
        None, [token.casefold() for token in old], [token.casefold() for token in new], autojunk=False
    )
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag != "replace":
            continue
        signs = (
            [token for token in old[start:end] if not _is_word(token)],
            [t for t in new[first:last] if not _is_word(t)],
        )
        if len(signs[0]) == len(signs[1]):
            yield from zip(*signs, strict=True)


def _signs_and_words(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    for match in _PIECES.finditer(text):
        found += [*tokens(text[at : match.start()]), match[0]]
        at = match.end()
    return [token for token in [*found, *tokens(text[at:])] if token.strip()]


def _is_word(token: str) -> bool:
    return any(char.isalnum() for char in token)


def _proposal(name: str, lang: str | None, rule: str, seen: Sequence[Observed], against: int = 0) -> Proposal:
    corrections = [one.correction for one in seen]
    files = len({one.file for one in seen})
    return Proposal(
        proposal_id("habit", name, lang), "rule", rule, lang,
        evidence=evidence_of(corrections), count=len(corrections), files=files, against=against,
    )  # fmt: skip
