"""What a run would send to the model for some lines of a draft, found out by running the draft loop without a model."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Event

from styletune.draft import DraftOptions, Known, is_chosen
from styletune.draft_loop import run_draft
from styletune.engines.protocol import Capabilities, Job, OnText, Prefix, Result
from styletune.markdown.document import Document
from styletune.markdown.segments import Segment
from styletune.memory.entry import Entry
from styletune.memory.recall import Memory, Recall, Term
from styletune.parts import split_long
from styletune.task import Task


@dataclass(frozen=True, slots=True)
class Prompt:
    """What one segment makes the engine read."""

    segment: Segment
    shown: str
    """The segment as the model sees it."""

    prefix: Prefix
    jobs: tuple[Job, ...]
    """One, or several if the segment is long."""

    recall: Recall
    keys: tuple[str, str]
    """Under which the translation memory keeps an answer, and a failure."""


def prompts_of(document: Document, task: Task, options: DraftOptions, known: Known) -> list[Prompt]:
    """Return the prompts of the segments that ``options`` choose, whatever is known of them already.

    They come out of the draft loop itself, so that they are what an engine gets, byte for byte.
    """
    chosen = [segment for segment in document.segments if is_chosen(document, segment, options)]
    engine, memory, store = _Listener(), _Attentive(known.memory), _Keys()
    run_draft(document, engine, task, options=options, known=Known(memory, store, known.model, known.examples))
    jobs = iter(engine.jobs)
    return [
        Prompt(segment, shown, prefix, tuple(islice(jobs, len(split_long(shown)))), recall, keys)
        for prefix in engine.prefixes
        for segment, (shown, recall), keys in zip(chosen, memory.recalled, store.pairs, strict=True)
    ]


class _Listener:
    """An engine that notes what it is asked and answers nothing."""

    name = "nobody"
    capabilities = Capabilities()
    local = True

    def __init__(self) -> None:
        self.prefixes: list[Prefix] = []
        self.jobs: list[Job] = []

    def open(self, prefix: Prefix) -> None:
        self.prefixes.append(prefix)

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:  # noqa: ARG002 - the protocol's
        asked = list(jobs)
        self.jobs += asked
        for job in asked:
            yield Result(job.id, "", "failed", 0, 0, 0.0, "nobody was asked")

    def close(self) -> None:
        pass


class _Attentive:
    """A memory that notes what it recalls; texts that a person settled are asked for all the same."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.recalled: list[tuple[str, Recall]] = []

    @property
    def rules(self) -> str:
        return self._memory.rules

    @property
    def never_say(self) -> tuple[str, ...]:
        return self._memory.never_say

    @property
    def fingerprint(self) -> str:
        return self._memory.fingerprint

    def terms(self, source: str) -> tuple[Term, ...]:
        return self._memory.terms(source)

    def recall(self, source: str) -> Recall:
        found = self._memory.recall(source)
        self.recalled.append((source, found))
        return found

    def settled(self, source: str) -> str | None:  # noqa: ARG002 - the protocol's
        return None


class _Keys:
    """A store that notes under which keys it is asked; it knows nothing."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def find(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        half = len(keys) // 2  # answers come first, then failures
        self.pairs += zip(keys[:half], keys[half:], strict=True)
        return {}

    def keep(self, key: str, entry: Entry) -> None:
        pass
