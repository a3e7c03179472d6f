"""Everything that may become a training pair: corrections, imported, mined and made pairs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from styletune.exchange.pair import Generator, Origin, Pair, make_pair
from styletune.exchange.selection import training_pairs
from styletune.exchange.splits import split_of
from styletune.project import PAIRS, STATE
from styletune.text.counted import counted
from styletune_training.corpus.document import CorpusDocument, Paragraph
from styletune_training.pairs.mined_pairs import MinedPairs
from styletune_training.synthesis.chunks import chunks
from styletune_training.synthesis.ledger import Ledger
from styletune_training.synthesis.made import Made

_LINE = re.compile(r":(\d+)")
"""The line in a place: ``posts/a.md:12 = posts/a.zh.md:14``."""

PREFERRED: tuple[Origin, ...] = ("correction", "human", "aligned", "git", "chat", "synthesized", "identity")
"""Whose pair stays when two say the same, first to last."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair before it is judged."""

    pair: Pair
    place: str
    """Where it is from, for people."""

    position: int = 0
    """Where in its document its text stands, by line or number; orders the pairs of a document."""

    fault: str | None = None
    """Why it is no pair whatever the gate says, in words."""


@dataclass(frozen=True, slots=True)
class Home:
    """A paragraph and the first document that holds it."""

    document: CorpusDocument
    paragraph: Paragraph
    position: int

    @property
    def place(self) -> str:
        """File and line, for people."""
        line = self.paragraph.line
        return f"{self.document.id}:{line}" if line else self.document.id


def gather(root: Path, documents: Iterable[CorpusDocument]) -> tuple[list[Candidate], Mapping[str, Home], list[str]]:
    """Collect all candidates, the paragraphs that exist now by id, and what a person should know.

    Arguments: ``documents`` are those of the corpus. Raises ``SettingsError`` and ``FileError`` for files that cannot be
    read.
    """
    homes = _homes(documents)
    notes: list[str] = []
    found = [*_selected(root, notes), *_mined(root), *_made(Ledger(root).made(), homes, notes)]
    return found, homes, notes


def _homes(documents: Iterable[CorpusDocument]) -> dict[str, Home]:
    """Find the document of each paragraph: of several the first by id, but none that is held out if others hold it."""
    homes: dict[str, Home] = {}
    for document in sorted(documents, key=lambda one: (split_of(one.post) != "train", one.id)):
        for position, paragraph in enumerate(() if document.skipped is not None else texts_of(document)):
            homes.setdefault(paragraph.id, Home(document, paragraph, position))
    return homes


def texts_of(document: CorpusDocument) -> Iterator[Paragraph]:
    """Yield what something may be made of: paragraphs, and the chunks of notes that questions are made for."""
    yield from document.paragraphs
    if document.role == "note":
        yield from (chunk.text for chunk in chunks(document))


def _selected(root: Path, notes: list[str]) -> Iterator[Candidate]:
    """Yield live corrections and imported pairs."""
    selection = training_pairs(root)
    if selection.dropped:
        reasons = ", ".join(f"{reason} {count}" for reason, count in selection.dropped.items())
        dropped = counted(sum(selection.dropped.values()), "correction or imported pair")
        notes.append(f"{dropped.replace('correction or', 'corrections or')} left out before the gate: {reasons}.")
    for number, pair in enumerate(selection.items):
        place = pair.doc if pair.origin == "correction" else f"{STATE}/{PAIRS}"
        yield Candidate(pair, place, number)


def _mined(root: Path) -> Iterator[Candidate]:
    for mined in MinedPairs(root).all():
        line = _LINE.search(mined.place)
        yield Candidate(mined.pair, mined.place, int(line[1]) if line else 0)


def _made(answers: Iterable[Made], homes: Mapping[str, Home], notes: list[str]) -> Iterator[Candidate]:
    """Yield what was made of paragraphs that are still there."""
    gone = 0
    for made in answers:
        home = homes.get(made.paragraph)
        if home is None:
            gone += 1
            continue
        langs = made.source_lang, made.target_lang
        texts = made.source, made.target
        generator = Generator(made.model, made.prompt)
        pair = make_pair(home.document.post, made.task, langs, texts, origin="synthesized", generator=generator)
        yield Candidate(pair, home.place, home.paragraph.line or home.position, made.fault)
    if gone:
        notes.append(f"{counted(gone, 'made text')} not used: the paragraph was changed or removed.")
