"""What the files of a run that share a model have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from styletune.commands.chosen_model import Chosen
from styletune.commands.projects import Projects
from styletune.commands.settings import DraftSettings
from styletune.engines.deferred import DeferredEngine
from styletune.report import Follower
from styletune.terminal.console import Console


@dataclass(frozen=True, slots=True)
class Session:
    """What a run's worker thread works with."""

    settings: DraftSettings
    console: Console
    engine: DeferredEngine
    chosen: Chosen
    identity: str
    """Identity of the model."""

    projects: Projects
    progress: Follower
    stop: Event
    tell_once: Callable[[str], None]
    """Tells what would be the same for every file."""
