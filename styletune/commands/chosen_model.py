"""The model that a file is worked on with: found by name, known by its identity, loaded when it is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from styletune import engines
from styletune.config.schema import Config, Endpoint
from styletune.engines.deferred import DeferredEngine
from styletune.engines.protocol import Engine
from styletune.models.choice import ModelChoice, resolve_model
from styletune.models.identity import model_identity


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model that exists as far as can be told without loading it."""

    choice: ModelChoice
    endpoint: Endpoint | None
    """The server, if ``styletune.toml`` describes it; the choice alone says enough of one that was named by its URL."""

    isolate: bool = False

    @property
    def name(self) -> str:
        """Name for reports."""
        if self.choice.path is not None:
            return self.choice.path.name
        return self.choice.model or self.choice.source

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses of the servers; none for a model on this machine."""
        if self.endpoint is not None:
            return self.endpoint.base_url
        return (self.choice.url,) if self.choice.source == "openai" else ()

    @property
    def trusted_text(self) -> bool:
        """Whether the output is correct by construction."""
        return self.choice.source in ("echo", "pseudo")

    def identity(self, stop: Event | None = None) -> str:
        """Return what results depend on."""
        if self.endpoint is not None:
            return f"openai:{self.endpoint.name}#{self.endpoint.model}"  # machines may come and go
        return model_identity(self.choice, stop=stop)


def choose_model(name: str | None, project: Config, *, isolate: bool) -> Chosen:
    """Find a model by name; endpoints of the project come first. Raises ``UsageError`` and ``ModelError``."""
    endpoint = project.endpoints.get(name or "")
    if endpoint is not None:
        return Chosen(ModelChoice("openai", url=endpoint.base_url[0], model=endpoint.model), endpoint)
    return Chosen(resolve_model(name, also_known=tuple(project.endpoints)), None, isolate)


def defer(  # noqa: PLR0913 - what its users differ in
    chosen: Chosen,
    *,
    jobs: int | None,
    loading: Callable[[], None],
    say: Callable[[str], None],
    says_where: bool = True,
    inside: Callable[[Engine], Engine] | None = None,
) -> DeferredEngine:
    """Make the engine that loads its model when it is first needed.

    Arguments: ``loading`` hears that the model is being loaded; ``say`` hears, before any text is sent, what a person
    should know, and where text goes unless that was said already (``says_where``); ``inside`` puts another engine around
    the one that was loaded.
    """

    def make() -> Engine:
        loading()
        engine = engines.open_engine(chosen.choice, endpoint=chosen.endpoint, parallel=jobs, isolate=chosen.isolate)
        return inside(engine) if inside is not None else engine

    def made(engine: Engine) -> None:
        if says_where and not engine.local:
            say(f"Your text leaves this machine: it is sent to {engine.name}.")
        for notice in getattr(engine, "notices", ()):
            say(notice)

    return DeferredEngine(make, name=chosen.name, trusted_text=chosen.trusted_text, on_made=made)
