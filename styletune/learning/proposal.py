"""A rule, a term or a phrase that a person's corrections suggest."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from styletune.learning.correction import Correction

ProposalKind = Literal["rule", "term", "keep", "never_say", "summary"]

LEAST_COUNT = 3
"""Times that something must have been changed in the same way."""

LEAST_FILES = 2
"""Drafts in which that happened."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may become a rule or an entry of the glossary, once a person says so."""

    id: str
    """``p`` and 8 hexadecimal digits of what is proposed, whatever the evidence is by now."""

    kind: ProposalKind
    text: str
    """The rule; of a term its rendering; else the phrase that is kept, or never said."""

    lang: str | None = None
    """Language of the outputs it is for; ``None``: any."""

    term: str = ""
    """What is rendered, as it stands in drafts."""

    old: str = ""
    """What the rule speaks against, if that is a word or a phrase."""

    new: str = ""
    """What it asks for instead."""

    evidence: tuple[str, ...] = ()
    """Ids of corrections, latest first."""

    count: int = 0
    """Times that the change was made."""

    files: int = 0
    against: int = 0
    """Times that the person left the old wording."""

    @property
    def in_words(self) -> str:
        """Say what is proposed in one line."""
        scope = f" ({self.lang})" if self.lang and self.kind != "rule" else ""
        if self.kind == "term":
            return f"Render “{self.term}” as “{self.text}”{scope}"
        if self.kind == "keep":
            return f"Keep “{self.text}” as it is{scope}"
        return f"Never write “{self.text}”{scope}" if self.kind == "never_say" else self.text


def proposal_id(*parts: str | None) -> str:
    """Return the id of what is named by some texts."""
    text = "\0".join(part or "" for part in parts)
    return "p" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def file_of(correction: Correction) -> str:
    """Return the draft that a correction belongs to; one post in two languages is one draft."""
    return correction.doc or correction.output


def lang_of(correction: Correction) -> str | None:
    """Return the language of the corrected text, where it is known."""
    return correction.target_lang if correction.task == "translate" else correction.source_lang


def evidence_of(corrections: Iterable[Correction]) -> tuple[str, ...]:
    """List the ids of corrections, each once, the latest first."""
    return tuple(dict.fromkeys(correction.id for correction in reversed(list(corrections))))


def enough(corrections: Iterable[Correction], *, count: int | None = None) -> bool:
    """Tell whether something happened often enough, and in several drafts."""
    listed = list(corrections)
    times = len(listed) if count is None else count
    return times >= LEAST_COUNT and len({file_of(correction) for correction in listed}) >= LEAST_FILES
