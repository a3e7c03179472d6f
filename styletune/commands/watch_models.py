"""The models of a watcher: each is loaded once and stays, and one that fails is left alone for a while."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event

from styletune.commands.chosen_model import Chosen, choose_model, defer
from styletune.commands.planned import ModelKey, Planned, model_key
from styletune.commands.settings import DraftSettings
from styletune.engines.deferred import DeferredEngine
from styletune.engines.protocol import Capabilities, Engine, Job, OnText, Prefix, Result
from styletune.errors import EngineError
from styletune.watch.pauses import Pauses

_MOST = 2
"""Models that are kept loaded: more would take the memory from the person's other programs."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that is ready, or will be with the first segment."""

    key: ModelKey
    chosen: Chosen
    identity: str
    engine: DeferredEngine


class Models:
    """The models that were used last. All methods but ``choose`` belong to the thread that uses the engines.

    Arguments: ``loading`` hears that a model is being loaded, ``say`` hears what a person should know.
    """

    def __init__(
        self,
        settings: DraftSettings,
        *,
        loading: Callable[[], None],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._loading = loading
        self._say = say
        self._loaded: list[Loaded] = []
        self.pauses: Pauses[ModelKey] = Pauses(clock)

    def key(self, planned: Planned) -> ModelKey:
        """Tell the models of files apart."""
        return model_key(planned, self._settings)

    def choose(self, planned: Planned, stop: Event) -> tuple[Chosen, str]:
        """Find the model for a file, and its identity. Raises ``UsageError``, ``ModelError`` or ``Cancelled``."""
        chosen = choose_model(self.key(planned)[0] or None, planned.project, isolate=True)
        return chosen, chosen.identity(stop)

    def load(self, planned: Planned, stop: Event) -> Loaded:
        """Return the model for a file; it is loaded when the first segment needs it. Raises as ``choose`` does."""
        chosen, identity = self.choose(planned, stop)
        found = next((one for one in self._loaded if (one.chosen, one.identity) == (chosen, identity)), None)
        if found is None:
            found = Loaded(self.key(planned), chosen, identity, self._engine(chosen))
        self._loaded = [*(one for one in self._loaded if one is not found), found]
        while len(self._loaded) > _MOST:
            self._loaded.pop(0).engine.close()
        return found

    def failed(self, key: ModelKey) -> float:
        """Let go of a model that failed; return the seconds after which it is worth another try."""
        for loaded in [one for one in self._loaded if one.key == key]:
            self._loaded.remove(loaded)
            loaded.engine.close()
        return self.pauses.failed(key)

    def close(self) -> None:
        """Free all models."""
        while self._loaded:
            self._loaded.pop().engine.close()

    def _engine(self, chosen: Chosen) -> DeferredEngine:
        return defer(
            chosen,
            jobs=self._settings.jobs,
            loading=self._loading,
            say=self._say,
            inside=lambda engine: WholeRuns(engine) if engine.local else engine,
        )


class WholeRuns:
    """A local engine whose runs succeed as a whole.

    A local job fails alone only if the model's process died. A watcher then leaves the last good output in place,
    so that the run ends with ``EngineError``, after all that was finished.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        """Name of the engine."""
        return self._engine.name

    @property
    def capabilities(self) -> Capabilities:
        """What the engine can do."""
        return self._engine.capabilities

    @property
    def local(self) -> bool:
        """Whether text stays on this machine."""
        return self._engine.local

    @property
    def notices(self) -> Sequence[str]:
        """What the engine has met that a person should know."""
        return tuple(getattr(self._engine, "notices", ()))

    def open(self, prefix: Prefix) -> None:
        """Open the engine."""
        self._engine.open(prefix)

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield the results that are whole. Raises ``EngineError`` after them if a job failed."""
        failure = ""
        for result in self._engine.run(jobs, stop=stop, on_text=on_text):
            if result.finish == "failed":
                failure = failure or result.error
            else:
                yield result
        if failure:
            raise EngineError(f"{failure[0].upper()}{failure[1:]}")

    def close(self) -> None:
        """Close the engine."""
        self._engine.close()
