"""An engine that is made when the first segment needs it: a run that knows all answers loads no model."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Event

from styletune.engines.protocol import Capabilities, Engine, Job, OnText, Prefix, Result
from styletune.errors import EngineError, StyletuneError

_MOST_FAILURES = 2
"""Failures in a row after which an engine on this machine counts as broken; a server does at once."""


class DeferredEngine:
    """Stands for the engine that ``make`` makes.

    Arguments: ``name`` is the engine's name as long as it is not made, ``trusted_text`` whether its output is correct
    by construction; ``on_made`` hears of the engine once. An engine that has failed is made anew for the next file;
    one that keeps failing, or that lies on another machine, fails from then on at once and with the same words.
    """

    def __init__(
        self,
        make: Callable[[], Engine],
        *,
        name: str,
        trusted_text: bool = False,
        on_made: Callable[[Engine], None] | None = None,
    ) -> None:
        self._make = make
        self._name = name
        self._trusted = trusted_text
        self._on_made = on_made
        self._engine: Engine | None = None
        self._notices: list[str] = []
        """Those of engines that are closed."""

        self._failures = 0
        self._broken: StyletuneError | None = None

    @property
    def name(self) -> str:
        """Name of the engine."""
        return self._engine.name if self._engine else self._name

    @property
    def capabilities(self) -> Capabilities:
        """What the engine can do, as far as it is known."""
        return self._engine.capabilities if self._engine else Capabilities(trusted_text=self._trusted)

    @property
    def local(self) -> bool:
        """Whether text has stayed on this machine."""
        return self._engine is None or self._engine.local

    @property
    def notices(self) -> Sequence[str]:
        """What this and earlier engines have met that a person should know."""
        return (*self._notices, *_notices(self._engine))

    def open(self, prefix: Prefix) -> None:
        """Make the engine unless it is made, and open it."""
        try:
            self._made().open(prefix)
        except StyletuneError as error:
            self._take(error)
            raise

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield the engine's results."""
        try:
            for result in self._made().run(jobs, stop=stop, on_text=on_text):
                self._failures = 0
                yield result
        except EngineError as error:
            self._take(error)
            raise

    def close(self) -> None:
        """Close the engine if there is one."""
        if self._engine is not None:
            self._engine.close()
            self._notices += _notices(self._engine)
            self._engine = None

    def _made(self) -> Engine:
        if self._broken is not None:
            raise self._broken
        if self._engine is None:
            engine = self._make()
            if self._on_made:
                self._on_made(engine)
            self._engine = engine
        return self._engine

    def _take(self, error: StyletuneError) -> None:
        """Learn from a failure: a model that cannot be loaded, or a server that is gone, will not come back."""
        self._failures += 1
        if self._engine is None or not self._engine.local or self._failures >= _MOST_FAILURES:
            self._broken = error
        self.close()


def _notices(engine: Engine | None) -> Sequence[str]:
    """Read what an engine has to tell; few have."""
    return tuple(getattr(engine, "notices", ()))
