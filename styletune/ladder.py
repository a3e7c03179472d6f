"""What is tried when an answer fails its guards: another sample, then sentence by sentence, then no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import regex

from styletune.engines.protocol import Result
from styletune.parts import split_once
from styletune.text.sentences import sentences

SAMPLE_TEMPERATURE = 0.7

_PROSE = regex.compile(r"(?<!⟦)\p{L}")


class Rung(IntEnum):
    """How a part is asked for."""

    FIRST = 1
    """Greedy: the likeliest answer."""

    SAMPLE = 2
    """Once more, with sampling."""

    SENTENCES = 3
    """One sentence at a time, greedy."""


@dataclass(slots=True)
class Part:
    """A segment, a stretch of a long one, or one of its sentences."""

    segment_id: str
    text: str
    """As the model sees it."""

    rung: Rung = Rung.FIRST
    answer: str | None = None
    """The text that passed the guards."""

    @property
    def temperature(self) -> float:
        """Sampling temperature of the next try."""
        return SAMPLE_TEMPERATURE if self.rung is Rung.SAMPLE else 0.0


@dataclass(slots=True)
class Attempt:
    """The work on one segment."""

    segment_id: str
    parts: list[Part]
    """In order; together they are the whole segment."""

    results: list[Result] = field(default_factory=list[Result])
    """Everything the engine was asked for, for the totals."""

    reasons: tuple[str, ...] = ()
    """Why the first answer that failed did so."""

    given_up: bool = False
    lasting: bool = True
    """Whether trying again would end the same way; a server's failure passes."""

    @property
    def tries(self) -> int:
        """Times that the model was asked for the text, however many parts it was cut into."""
        return max(part.rung for part in self.parts)

    @property
    def rescued_by(self) -> str | None:
        """The highest rung that it took, if the first was not enough."""
        return None if self.given_up or self.tries == Rung.FIRST else Rung(self.tries).name.lower()

    @property
    def answered(self) -> bool:
        """Whether every part has passed."""
        return all(part.answer is not None for part in self.parts)

    def open_parts(self) -> Iterator[Part]:
        """List the parts that are to be asked for."""
        return iter(()) if self.given_up else (part for part in self.parts if part.answer is None)

    def give_up(self, reasons: Sequence[str], *, lasting: bool = True) -> None:
        """End the work: the segment keeps its source."""
        self.given_up, self.lasting = True, lasting
        self.reasons = self.reasons or tuple(reasons)

    def climb(self, part: Part, reasons: Sequence[str]) -> None:
        """Take a part whose answer failed to its next rung."""
        self.reasons = self.reasons or tuple(reasons)
        if part.rung is Rung.FIRST:
            part.rung = Rung.SAMPLE
            return
        pieces = sentences(part.text) if part.rung is Rung.SAMPLE else []
        if len(pieces) > 1:
            self._cut(part, pieces, Rung.SENTENCES)
        else:
            self.give_up(reasons)

    def halve(self, part: Part) -> bool:
        """Cut a part that does not fit into the context; tell whether it could be cut."""
        halves = split_once(part.text)
        if halves:
            self._cut(part, halves, part.rung)
        return bool(halves)

    def _cut(self, part: Part, texts: Sequence[str], rung: Rung) -> None:
        """Put several parts into the place of one; what holds no word is its own answer."""
        at = self.parts.index(part)
        self.parts[at : at + 1] = [
            Part(part.segment_id, text, rung, None if _PROSE.search(text) else text) for text in texts
        ]
