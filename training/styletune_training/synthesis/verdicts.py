"""What becomes of an answer: a pair that can be trusted, or the reason why it is none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from styletune.exchange.pair import Generator, make_pair
from styletune_training.pairs.distance import NEAR_COPY, distance, quartiles
from styletune_training.pairs.gate import faults
from styletune_training.synthesis.made import Made

LOOKED_AT = 25
"""Answers to a prompt after which it shows whether the model is up to it."""

_MOST_USELESS = 0.8
_CAUSES = {
    "near copy": "the model hardly changes the text",
    "unchanged": "the model hardly changes the text",
    "refused": "the model refuses",
    "no answer": "the model answers nothing",
    "cut off": "answers are cut off",
    "marks": "links, code or other marks are lost",
    "language": "answers are in another language",
    "numbers": "numbers are changed",
    "length": "answers are far too short or too long",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer and what is thought of it."""

    made: Made
    reason: str | None = None
    """What it is counted under if it is no pair: ``numbers``, ``near copy``, ``refused``; ``None`` for a pair."""

    words: str = ""
    """What is wrong with this one."""

    distance: float | None = None
    """Share of words that differ between source and target, 0..1; ``None`` between languages and for questions."""


def judge(made: Made) -> Outcome:
    """Judge an answer as the training set will."""
    whole = made.finish == "stop" and (made.fault is None or made.fault.startswith("unchanged"))
    apart = distance(made.source, made.target) if made.task == "rewrite" and whole else None
    if made.fault is not None:
        return Outcome(made, made.fault.partition(":")[0], made.fault, apart)
    generator = Generator(made.model, made.prompt)
    langs, texts = (made.source_lang, made.target_lang), (made.source, made.target)
    pair = make_pair(made.doc, made.task, langs, texts, origin="synthesized", generator=generator)
    found = faults(pair)
    if not found:
        return Outcome(made, distance=apart)
    return Outcome(made, found[0].guard, found[0].reason, apart)


class Tally:
    """Outcomes, counted."""

    def __init__(self, outcomes: Iterable[Outcome] = ()) -> None:
        self.outcomes = list(outcomes)

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        self.outcomes.append(outcome)
        self.__dict__.pop("dropped", None)

    @property
    def made(self) -> int:
        """Number of answers."""
        return len(self.outcomes)

    @property
    def failed(self) -> int:
        """Number of requests that an endpoint failed at; they are asked again another time."""
        return sum(one.made.finish == "failed" for one in self.outcomes)

    @property
    def usable(self) -> int:
        """Number of pairs."""
        return sum(one.reason is None for one in self.outcomes)

    @cached_property
    def dropped(self) -> Mapping[str, int]:
        """Numbers by reason, the most frequent first."""
        return dict(Counter(one.reason for one in self.outcomes if one.reason is not None).most_common())

    @property
    def distances(self) -> Sequence[float]:
        """How far rewritten texts are from the author's, in ascending order."""
        return sorted(one.distance for one in self.outcomes if one.distance is not None)

    @property
    def quartiles(self) -> tuple[float, float, float] | None:
        """Return the quartiles of the distances; ``None`` for fewer than four."""
        found = self.distances
        return quartiles(found) if len(found) >= 4 else None  # noqa: PLR2004 - one in each quarter

    @property
    def hardly_changes(self) -> bool:
        """Whether most rewritten texts are all but the author's own, so that they teach nothing."""
        found = self.distances
        return len(found) >= 4 and median(found) < NEAR_COPY  # noqa: PLR2004 - fewer are chance

    def useless(self) -> bool:
        """Tell whether there is enough to see that nearly all answers are useless; an endpoint's failures say nothing."""
        told = [one for one in self.outcomes if one.made.finish != "failed"]
        return len(told) >= LOOKED_AT and sum(one.reason is not None for one in told) > _MOST_USELESS * len(told)

    def cause(self) -> str:
        """Say in words what is mostly wrong."""
        causes: Counter[str] = Counter()
        for reason, count in self.dropped.items():
            causes[_CAUSES.get(reason, f"answers are dropped for {reason}")] += count
        return causes.most_common(1)[0][0] if causes else ""

    def samples(self, most: int = 3) -> list[Outcome]:
        """Return some useless answers, with different reasons where there are."""
        bad = [one for one in self.outcomes if one.reason is not None and one.made.finish != "failed"]
        firsts = {one.reason: one for one in reversed(bad)}
        rest = [one for one in bad if one not in firsts.values()]
        return [*reversed(firsts.values()), *rest][:most]
