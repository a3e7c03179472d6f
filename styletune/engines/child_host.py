"""The child's side of an engine in a process of its own.

Three things must hold whatever the engine does: the terminal's Ctrl-C does not end the child, because the parent
decides; the child ends when its parent does, however that ended; and nothing the engine prints gets between the
messages or onto the user's screen.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Lock, Thread

from styletune.engines.child_wire import (
    Asks,
    Close,
    Dying,
    Ended,
    Finished,
    FromChild,
    Give,
    Make,
    Open,
    Ready,
    Run,
    Stop,
    ToChild,
    Wrote,
    failure_of,
    receive,
    send,
)
from styletune.engines.protocol import Engine, Job
from styletune.errors import Cancelled, EngineError

_OUT_OF_MEMORY = 70


def main() -> None:
    """Serve one engine until the parent is done with it or gone."""
    for name in ("SIGINT", "SIGHUP"):  # a terminal sends both to everything that runs in it
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    _Host(*_own_pipes()).serve()


def _own_pipes() -> tuple[int, int]:
    """Keep the two pipes for messages alone: what is printed goes where errors go, and nothing can be read."""
    from_parent, to_parent = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    return from_parent, to_parent


@dataclass(slots=True)
class _Inputs:
    """What reaches a run while it runs."""

    stop: Event = field(default_factory=Event)
    given: "SimpleQueue[Job | None]" = field(default_factory=SimpleQueue["Job | None"])


class _Host:
    def __init__(self, from_parent: int, to_parent: int) -> None:
        self._from_parent, self._to_parent = from_parent, to_parent
        self._sending = Lock()
        self._commands: SimpleQueue[tuple[ToChild, _Inputs]] = SimpleQueue()
        self._inputs = _Inputs()
        self._engine: Engine | None = None

    def serve(self) -> None:
        """Carry out commands, one after the other, until ``Close``."""
        Thread(target=self._listen, name="styletune-listen", daemon=True).start()
        over = False
        while not over:
            command, inputs = self._commands.get()
            over = isinstance(command, Close)
            try:
                answer = self._carry_out(command, inputs)
            except MemoryError:
                self._tell(Dying("it ran out of memory"))
                os._exit(_OUT_OF_MEMORY)  # the engine is in no known state
            except Exception as error:  # noqa: BLE001 - the parent raises it again
                answer = Ended(failure_of(error))
            if not over:
                self._tell(answer)

    def _listen(self) -> None:
        """Take what the parent says, also while the engine works; its silence is the end of everything."""
        while (message := receive(self._from_parent)) is not None:
            match message:
                case Give(job):
                    self._inputs.given.put(job)
                case Stop():
                    self._inputs.stop.set()
                    self._inputs.given.put(None)  # wakes an engine that waits for a job
                case Run():
                    self._inputs = _Inputs()
                    self._commands.put((message, self._inputs))
                case _:
                    self._commands.put((message, self._inputs))
        os._exit(0)  # the system frees the model faster than its own code would

    def _carry_out(self, command: ToChild, inputs: _Inputs) -> Ready | Ended:
        match command:
            case Make(spec):
                self._engine = engine = spec.make()
                return Ready(engine.name, engine.capabilities, engine.local)
            case Open(prefix):
                self._made().open(prefix)
            case Run():
                for result in self._made().run(self._jobs(inputs), stop=inputs.stop, on_text=self._on_text):
                    self._tell(Finished(result))
            case Close() if self._engine is not None:
                self._engine.close()
            case _:
                pass
        return Ended()

    def _made(self) -> Engine:
        if self._engine is None:
            raise EngineError("The engine was not made.")
        return self._engine

    def _jobs(self, inputs: _Inputs) -> Iterator[Job]:
        """Ask for a job only when the engine wants one: the parent's jobs are made as they are needed."""
        while True:
            self._tell(Asks())
            job = inputs.given.get()
            if inputs.stop.is_set():
                raise Cancelled("The run was stopped.")
            if job is None:
                return
            yield job

    def _on_text(self, job: str, piece: str) -> None:
        self._tell(Wrote(job, piece))

    def _tell(self, message: FromChild) -> None:
        try:
            with self._sending:
                send(self._to_parent, message)
        except OSError:
            with suppress(OSError, ValueError):
                sys.stderr.flush()
            os._exit(0)  # nobody is left to hear
