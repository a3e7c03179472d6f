"""An engine in a process of its own: the same protocol, and a crash costs time instead of work.

llama.cpp ends the whole process where other libraries raise an error, and the system ends the process that takes the
most memory. In a child, neither reaches the program that holds the user's text.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event
from typing import TypeVar

from styletune.engines.child_ledger import Ledger
from styletune.engines.child_link import ChildDiedError, ChildLink
from styletune.engines.child_wire import (
    Asks,
    Ended,
    EngineSpec,
    Finished,
    FromChild,
    Give,
    Open,
    Ready,
    Run,
    Stop,
    Wrote,
)
from styletune.engines.protocol import Capabilities, Engine, Job, OnText, Prefix, Result
from styletune.errors import Cancelled, EngineError, StyletuneError

T = TypeVar("T")

_TICK = 0.05
"""Seconds between two looks at the stop event."""

_STOP_SECONDS = 3.0
"""What a run gets to stop by itself; less than a second Ctrl-C waits for."""


def open_child(path: Path, *, parallel: int | None = None) -> Engine:
    """Make the llama.cpp engine for a model file, in a child.

    ``parallel`` is the number of jobs side by side; ``None`` chooses. Raises ``ModelError`` naming the file when it
    cannot be used, and ``EngineError`` when the child dies twice while it loads the file.
    """
    return ChildEngine(EngineSpec("styletune.engines.llama:LlamaEngine", (path,), {"parallel": parallel}))


class ChildEngine:
    """Runs the engine that ``spec`` describes in a spawned child, and starts another when the child dies.

    A child that dies is replaced once in each call: the prefix is opened again and jobs without a result run again;
    results are yielded once. If the second dies too, ``run`` yields what is left as ``failed``, and the next call may
    start a third. Raises what making the engine raises, and ``EngineError`` when two children die of it.
    """

    def __init__(self, spec: EngineSpec) -> None:
        self._spec = spec
        self._link: ChildLink | None = None
        self._prefix: Prefix | None = None
        self._opened = False
        """Whether the child there is has the prefix."""

        self._run = 0
        """Number of the run that the child works on, or worked on last."""

        self._running = False
        self._closed = False
        self._words: tuple[str, ...] = ()
        self._causes: dict[str, None] = {}
        """Why children died that were replaced, each cause once."""
        self._facts = Ready("", Capabilities(), local=True)
        self._surviving("loading", self._start)

    @property
    def name(self) -> str:
        """The name of the engine in the child."""
        return self._facts.name

    @property
    def capabilities(self) -> Capabilities:
        """What the engine in the child can do."""
        return self._facts.capabilities

    @property
    def local(self) -> bool:
        """Whether the engine in the child keeps text on this machine."""
        return self._facts.local

    @property
    def pid(self) -> int | None:
        """Number of the child's process; ``None`` while there is none."""
        return self._link.pid if self._link is not None and self._link.alive else None

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know: that, and why, a process died and was replaced."""
        return tuple(f"The model's process died ({cause}). It was started again." for cause in self._causes)

    @property
    def last_words(self) -> tuple[str, ...]:
        """What the child, or the one before it if there is none, printed last, line by line."""
        return self._words if self._link is None else self._link.last_words

    def open(self, prefix: Prefix) -> None:
        """Take the prefix of the runs that follow."""
        self._require_open()
        self._settle()
        self._prefix, self._opened = prefix, False
        self._surviving("reading the prompt", self._prepare)

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield results as jobs finish; jobs are taken from the iterable as the engine in the child asks for them.

        When a child is replaced, the text of jobs that run again is heard from where it broke off.
        """
        self._require_open()
        if self._prefix is None:
            raise EngineError("The engine was not opened. Call open(prefix) first.")
        self._settle()
        self._run += 1
        ledger, stop = Ledger(jobs, on_text), stop or Event()
        try:
            yield from self._attempt(ledger, stop)
        except ChildDiedError as death:
            self._give_up(stop)
            self._causes[death.cause] = None
            yield from self._again(ledger, stop, death)

    def close(self) -> None:
        """End the child; may be called twice."""
        self._closed = True
        self._drop()

    def _require_open(self) -> None:
        if self._closed:
            raise EngineError(f"The engine for {self.name} is closed.")

    def _again(self, ledger: Ledger, stop: Event, first: ChildDiedError) -> Iterator[Result]:
        """Run what is left in a second child; what that cannot do either has failed."""
        try:
            yield from self._attempt(ledger, stop)
        except ChildDiedError as death:
            self._give_up(stop)
            yield from ledger.failures(f"the model's process died twice ({death.cause}). {death.advice}")
        except Cancelled:
            raise
        except StyletuneError as error:
            if self._link is not None:  # the child lives, so the engine in it has failed
                raise
            self._causes.pop(first.cause, None)  # its notice says that the process was started again
            yield from ledger.failures(f"the model's process died ({first.cause}) and cannot start again: {error}")

    def _give_up(self, stop: Event) -> None:
        """Forget a child that died; what is left is of no interest to a user who stopped the run."""
        self._drop()
        if stop.is_set():
            raise Cancelled("The run was stopped.")

    def _attempt(self, ledger: Ledger, stop: Event) -> Iterator[Result]:
        """Run what is left in the child there is, or in a new one. Raises ``ChildDiedError``."""
        link, number = self._prepare(stop), self._run
        ledger.rewind()
        link.send(Run())
        self._running = True
        try:
            for message in self._messages(link, stop):
                match message:
                    case Asks():
                        link.send(Give(ledger.take()))
                    case Wrote(job, piece):
                        ledger.hear(job, piece)
                    case Finished(result) if ledger.finish(result):
                        yield result
                        self._require_run(number)
                    case _:
                        pass
        finally:
            if self._run == number:
                self._settle()

    def _require_run(self, number: int) -> None:
        if number != self._run or not self._running:
            raise EngineError("The engine was used for something else while this run was not over.")

    def _messages(self, link: ChildLink, stop: Event) -> Iterator[FromChild]:
        """Yield what the child says until its run has ended. Raises what the run raised."""
        deadline: float | None = None
        while True:
            if stop.is_set() and deadline is None:
                deadline = time.monotonic() + _STOP_SECONDS
                link.send(Stop())
            message = link.receive(_TICK)
            if isinstance(message, Ended):
                self._running = False
                if message.failure is not None:
                    raise message.failure.error()
                return
            if message is not None and not (deadline is not None and isinstance(message, Asks)):
                yield message
            if deadline is not None and time.monotonic() > deadline:
                self._kill()
                raise Cancelled("The run was stopped.")

    def _settle(self) -> None:
        """End a run that nobody follows any more, so that the child is free for the next."""
        if not self._running or self._link is None:
            return
        self._running = False
        self._link.send(Stop())
        deadline = time.monotonic() + _STOP_SECONDS
        try:
            while time.monotonic() < deadline:
                if isinstance(self._link.receive(_TICK), Ended):
                    return
        except ChildDiedError:
            pass
        self._kill()

    def _prepare(self, stop: Event | None = None) -> ChildLink:
        """Return a child that has the prefix, a new one if need be. Raises ``ChildDiedError``."""
        link = self._link
        if link is not None and not link.alive:
            self._learn_cause(link)
            link = None
        if link is None:
            link = self._start(stop)
        if self._prefix is not None and not self._opened:
            link.send(Open(self._prefix))
            self._await(link, stop)
            self._opened = True
        return link

    def _learn_cause(self, link: ChildLink) -> None:
        """Find out why a child died that nobody was waiting for."""
        try:
            while link.receive(_TICK) is not None:
                pass
        except ChildDiedError as death:
            self._causes[death.cause] = None

    def _start(self, stop: Event | None = None) -> ChildLink:
        self._drop()
        self._link = link = ChildLink(self._spec)
        try:
            facts = self._await(link, stop)
        except StyletuneError:
            self._drop()
            raise
        if isinstance(facts, Ready):
            self._facts = facts
        return link

    def _await(self, link: ChildLink, stop: Event | None) -> FromChild:
        """Wait for the answer to a command, however long a model takes to load."""
        while stop is None or not stop.is_set():
            answer = link.receive(_TICK)
            if isinstance(answer, Ended) and answer.failure is not None:
                raise answer.failure.error()
            if answer is not None:
                return answer
        self._kill()
        raise Cancelled("The run was stopped.")

    def _surviving(self, doing: str, act: Callable[[], object]) -> None:
        """Do something that a child may die of, once more if it does. Raises ``EngineError`` if it does again."""
        try:
            act()
        except ChildDiedError as first:
            self._drop()
            self._causes[first.cause] = None
            try:
                act()
            except ChildDiedError as death:
                self._drop()
                error = EngineError(f"The model's process died twice while {doing} ({death.cause}). {death.advice}")
                for line in self._words:
                    error.add_note(line)
                raise error from death

    def _drop(self) -> None:
        link, self._link = self._link, None
        self._opened = self._running = False
        if link is not None:
            link.close()
            self._words = link.last_words

    def _kill(self) -> None:
        if self._link is not None:
            self._link.kill()
        self._drop()
