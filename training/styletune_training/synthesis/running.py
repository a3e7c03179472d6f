"""Items to an engine, answers to the ledger: killed at any moment, the next run goes on where this one was."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from threading import Event
from typing import Literal, Protocol

from styletune.engines.protocol import Engine, Job, Prefix, Result
from styletune.errors import Cancelled, FileError, StyletuneError
from styletune.files.records import now
from styletune.memory.budget import estimate_tokens
from styletune_training.synthesis.answers import answer
from styletune_training.synthesis.asking import TEMPLATE_TOKENS, job
from styletune_training.synthesis.budget import Budget, Need
from styletune_training.synthesis.ledger import Ledger, Sent
from styletune_training.synthesis.made import Item, Made
from styletune_training.synthesis.prompts import SynthesisPrompt
from styletune_training.synthesis.verdicts import LOOKED_AT, Outcome, Tally, judge

BATCH = 100
"""Items of one prompt that are made before the next prompt has its turn: a run that ends early has some of each."""

Ending = Literal["done", "stopped", "budget", "useless", "failed"]
"""Why a run is over: all was made, a person stopped it, the budget is used up, the answers to all prompts that are left
are useless, or the engine failed."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How an item becomes a request, and a result an answer."""

    prompts: Mapping[str, SynthesisPrompt]
    """By ``Item.prompt``."""

    seed: int = 0
    """Of the sampling."""

    def request(self, item: Item) -> tuple[Prefix, Job]:
        """Write the request for an item; the job has the item's id."""
        return job(item, self.prompts[item.prompt], seed=self.seed)

    def made(self, item: Item, result: Result) -> Made:
        """Read what a model answered."""
        return answer(item, self.prompts[item.prompt], result)


class Observer(Protocol):
    """Follows a run."""

    def sent(self, under_way: int) -> None:
        """Learn how many requests are under way."""
        ...

    def answered(self, outcome: Outcome, budget: Budget) -> None:
        """Learn of an answer, which is kept by now."""
        ...

    def useless(self, prompt: str, tally: Tally, *, goes_on: bool) -> None:
        """Learn that nearly all answers to a prompt are useless."""
        ...


@dataclass(frozen=True, slots=True)
class Charges:
    """What a model's answers cost, and whether a request that went unanswered may have been paid."""

    currency: str = ""
    paid: bool = False
    """Whether requests are noted before they go out; what costs nothing is simply asked again."""


@dataclass(slots=True)
class Ran:
    """What became of a run."""

    tally: Tally = field(default_factory=Tally)
    ending: Ending = "done"
    left: int = 0
    """Items that were not asked for."""

    dropped: int = 0
    """Requests that were under way and whose answers were not waited for."""

    estimated: bool = False
    """Whether a server did not count its tokens, so that the counts are estimates."""

    useless: Mapping[str, Tally] = field(default_factory=dict[str, Tally])
    """Prompts that were given up, and their answers."""

    error: StyletuneError | None = None
    """Why the engine failed; set with ``failed``."""


@dataclass(slots=True)
class _Asked:
    """A request under way."""

    item: Item
    need: Need


class Synthesis:
    """Makes items with one engine.

    Arguments: ``perseveres`` goes on with a prompt whose answers are nearly all useless.
    """

    def __init__(  # noqa: PLR0913 - what a run consists of
        self,
        engine: Engine,
        asking: Asking,
        ledger: Ledger,
        *,
        budget: Budget,
        charges: Charges,
        observer: Observer,
        perseveres: bool = False,
    ) -> None:
        self._engine = engine
        self._asking = asking
        self._ledger = ledger
        self._budget = budget
        self._charges = charges
        self._observer = observer
        self._perseveres = perseveres
        self._under_way: dict[str, _Asked] = {}
        self._tallies: dict[str, Tally] = {}
        self._given_up: dict[str, Tally] = {}
        self._noted: set[str] = set()
        self._ran = Ran()

    def run(self, items: Sequence[Item], *, stop: Event) -> Ran:
        """Make items; what was made is on the disk, whatever happens.

        Once ``stop`` is set, nothing more is sent. Requests that leave this machine, or cost money, are waited for; a
        model on this machine stops at once. Raises ``FileError`` where the ledger cannot be written: no request goes
        out that could not be noted.
        """
        try:
            for batch in batches(items):
                self._make(batch, stop)
        except Cancelled:
            self._ran.ending = "stopped"
        except FileError:
            raise
        except StyletuneError as error:
            self._fail(error)
        return self._over(len(items))

    def _make(self, batch: Sequence[Item], stop: Event) -> None:
        """Make a batch, as far as nothing speaks against it."""
        if not self._goes_on(batch[0].prompt, stop):
            return
        for prefix, requests in self._requests(batch):
            while requests and self._goes_on(batch[0].prompt, stop):
                before = len(requests)
                self._engine.open(prefix)
                for result in self._engine.run(self._jobs(prefix, requests, stop), stop=self._cut_off(stop)):
                    self._take(result)
                if len(requests) == before and self._goes_on(batch[0].prompt, stop):
                    self._ran.ending = "budget"  # there is no room, and nothing under way could make some

    def _requests(self, batch: Sequence[Item]) -> Iterator[tuple[Prefix, deque[tuple[Item, Job]]]]:
        """Write the requests of a batch; those with one prefix come together."""
        written = [(item, *self._asking.request(item)) for item in batch]
        for prefix, group in groupby(written, key=lambda one: one[1]):
            yield prefix, deque((item, request) for item, _, request in group)

    def _jobs(self, prefix: Prefix, requests: deque[tuple[Item, Job]], stop: Event) -> Iterator[Job]:
        """Yield jobs while there is room for them; each is on record before it goes out."""
        prompt = requests[0][0].prompt
        while requests and self._goes_on(prompt, stop):
            item, request = requests[0]
            need = _need(prefix, request)
            if not self._budget.fits(need):
                return
            if self._charges.paid:
                self._ledger.sent([Sent(item.id, item.doc, now(), self._budget.most(need), self._charges.currency)])
            requests.popleft()
            self._budget.reserve(item.id, need)
            self._under_way[item.id] = _Asked(item, need)
            self._observer.sent(len(self._under_way))
            yield request

    def _take(self, result: Result) -> None:
        """Keep an answer, then judge it."""
        asked = self._under_way[result.id]
        tokens_in, tokens_out = result.tokens_in, result.tokens_out
        uncounted = not (tokens_in or tokens_out) and bool(result.text)
        if uncounted:
            tokens_in, tokens_out = asked.need.tokens_in, estimate_tokens(result.text)
        made = replace(
            self._asking.made(asked.item, result),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            estimated=uncounted,
            cost=self._budget.settle(result.id, tokens_in, tokens_out),
            currency=self._charges.currency,
        )
        self._ledger.append(made)
        del self._under_way[result.id]
        self._count(judge(made))

    def _count(self, outcome: Outcome) -> None:
        prompt = outcome.made.prompt
        self._ran.estimated = self._ran.estimated or outcome.made.estimated
        self._ran.tally.add(outcome)
        tally = self._tallies.setdefault(prompt, Tally())
        tally.add(outcome)
        self._observer.answered(outcome, self._budget)
        if prompt not in self._noted and len(tally.outcomes) == LOOKED_AT and tally.useless():
            self._noted.add(prompt)
            if not self._perseveres:
                self._given_up[prompt] = tally
            self._observer.useless(prompt, tally, goes_on=self._perseveres)

    def _goes_on(self, prompt: str, stop: Event) -> bool:
        if stop.is_set():
            self._ran.ending = "stopped"
        return self._ran.ending == "done" and prompt not in self._given_up

    def _cut_off(self, stop: Event) -> Event:
        """Return what ends requests that are under way: nothing, where they are paid or have left this machine."""
        return Event() if self._charges.paid or not self._engine.local else stop

    def _fail(self, error: StyletuneError) -> None:
        self._ran.ending, self._ran.error = "failed", error
        if self._charges.paid and not self._ran.tally.made:  # a server that never answered has charged nothing
            self._ledger.unsent(list(self._under_way))
            self._under_way.clear()

    def _over(self, planned: int) -> Ran:
        ran = self._ran
        ran.dropped = len(self._under_way)
        ran.left = planned - ran.tally.made - ran.dropped
        ran.useless = self._given_up
        if ran.ending == "done" and ran.left:
            ran.ending = "useless"
        return ran


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield items by prompt, some of each prompt before more of the first; their order is kept within a prompt."""
    by_prompt: dict[str, list[Item]] = {}
    for item in items:
        by_prompt.setdefault(item.prompt, []).append(item)
    for start in range(0, max(map(len, by_prompt.values()), default=0), BATCH):
        for group in by_prompt.values():
            if start < len(group):
                yield group[start : start + BATCH]


def need_of(item: Item, asking: Asking) -> Need:
    """Return what an item takes at most."""
    return _need(*asking.request(item))


def _need(prefix: Prefix, request: Job) -> Need:
    texts = [prefix.system, request.user, *(text for turn in prefix.examples for text in turn)]
    said = [text for text in texts if text]
    tokens, size = sum(map(estimate_tokens, said)), sum(len(text.encode("utf-8", "replace")) for text in said)
    return Need(tokens + TEMPLATE_TOKENS * len(said), request.max_tokens, size + TEMPLATE_TOKENS * len(said))
