"""Words of the drafts that a person puts back into translations as they are."""

from collections import defaultdict
from collections.abc import Sequence

from styletune.learning.observed import Observed
from styletune.learning.proposal import LEAST_COUNT, Proposal, enough, evidence_of, proposal_id
from styletune.learning.source_terms import occurrences, stands_in, terms_in
from styletune.text.tokens import words


def kept_words(observed: Sequence[Observed]) -> list[Proposal]:
    """Propose to keep what was translated, and what the person wrote as it stands in the draft."""
    seen: defaultdict[tuple[str | None, str], list[tuple[Observed, str]]] = defaultdict(list)
    for one in observed:
        if one.correction.task == "translate":
            for key, surface in _put_back(one).items():
                seen[one.lang, key].append((one, surface))
    often = {at: found for at, found in seen.items() if enough(one.correction for one, _ in found)}
    return [
        proposal
        for (lang, key), found in often.items()
        if not any(there == lang and _is_part(key, other) for there, other in often)
        if (proposal := _proposal(lang, found, observed)) is not None
    ]


def _put_back(one: Observed) -> dict[str, str]:
    """Return the terms of the source that stand in the person's text, but did not in styletune's."""
    return {
        key: surface
        for key, surface in terms_in(one.correction.source)
        if any(char.isalpha() for char in surface)
        and stands_in(surface, one.edited)
        and not stands_in(surface, one.written)
    }


def _is_part(key: str, other: str) -> bool:
    return len(other) > len(key) and occurrences(words(key), words(other)) > 0


def _proposal(lang: str | None, found: Sequence[tuple[Observed, str]], observed: Sequence[Observed]) -> Proposal | None:
    surfaces = [surface for _, surface in found]
    text = max(surfaces, key=lambda surface: (surfaces.count(surface), surface))
    against = sum(
        one.lang == lang and stands_in(text, one.correction.source) and not stands_in(text, one.edited)
        for one in observed
        if one.correction.task == "translate"
    )
    if len(found) - against < LEAST_COUNT:
        return None
    corrections = [one.correction for one, _ in found]
    return Proposal(
        proposal_id("keep", lang, "", "", text), "keep", text, lang,
        evidence=evidence_of(corrections), count=len(found), files=len({one.file for one, _ in found}), against=against,
    )  # fmt: skip
