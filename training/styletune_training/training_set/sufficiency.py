"""Is it enough, and for what? What a number of pairs and documents is good for, in words.

The steps follow what others and first runs have seen: fewer than a hundred samples of an author already show in a
tuned model (Panza, arXiv:2407.10994); 240 pairs raised the chrF of held-out translations by two; some two thousand
paragraphs made a voice that its author took for his own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from styletune.exchange.pair import PairTask
from styletune.text.counted import counted

A_TRY, ENOUGH, PLENTY = 50, 250, 1000
"""Pairs to train on."""

JUDGED_BY = 8
"""Documents held out for the test below which a figure may be chance."""

Level = Literal["nothing", "too little", "a try", "enough", "plenty"]

_MORE: dict[Level, str] = {
    "too little": f"; a model learns something from {A_TRY} on",
    "a try": f"; from {ENOUGH} on the voice settles",
    "enough": f"; more still helps, up to about {PLENTY:,}",
}
"""What more of it would be good for."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many pairs of one kind there are in each split, and of how many documents."""

    task: PairTask
    langs: tuple[str | None, str | None]
    """Codes of source and target."""

    train: int = 0
    valid: int = 0
    test: int = 0
    train_docs: int = 0
    valid_docs: int = 0
    test_docs: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether pairs of one kind are enough."""

    task: PairTask
    langs: tuple[str | None, str | None]
    level: Level
    words: str


def level_of(pairs: int) -> Level:
    """Say what a number of pairs to train on is good for."""
    steps: tuple[tuple[int, Level], ...] = (
        (PLENTY, "plenty"), (ENOUGH, "enough"), (A_TRY, "a try"), (1, "too little"), (0, "nothing")
    )  # fmt: skip
    return next(level for least, level in steps if pairs >= least)


def verdict(held: Held) -> Verdict:
    """Say whether there is enough to train on, to choose by and to judge by."""
    level = level_of(held.train)
    return Verdict(held.task, held.langs, level, " ".join(_sentences(held, level)))


def _sentences(held: Held, level: Level) -> Iterator[str]:
    if level == "nothing":
        yield "Nothing to train on."
    else:
        yield f"{counted(held.train, 'pair')} from {counted(held.train_docs, 'document')} to train on{_MORE.get(level, '')}."
    if not held.valid_docs:
        yield "No document is held out to choose a checkpoint by."
    if held.test_docs < JUDGED_BY:
        few = f"Only {counted(held.test_docs, 'document')}" if held.test_docs else "No document"
        verb = "is" if held.test_docs <= 1 else "are"
        yield f"{few} {verb} held out to judge by; from {JUDGED_BY} on, figures can be relied on. Add documents."
