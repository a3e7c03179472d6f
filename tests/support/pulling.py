"""Pulling a model from the hub of a test, and hearing of it."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any

from styletune.models.installed import Installed
from styletune.models.pull import Plan, make_plan, pull, understand

REPOSITORY = "someone/Tiny-GGUF"


class Recorder:
    """Hears of a download, and stops it when told to."""

    def __init__(self) -> None:
        self.stop = Event()
        self.events: list[tuple[str, object]] = []
        self.at: Callable[[int], None] = lambda count: None

    def begin(self, name: str, size: int) -> None:
        self.events.append(("begin", name))

    def arrived(self, count: int) -> None:
        self.events.append(("arrived", count))
        self.at(count)

    def lost(self, words: str) -> None:
        self.events.append(("lost", words))

    def checking(self, name: str) -> None:
        self.events.append(("checking", name))

    def heard(self, kind: str) -> list[Any]:
        return [value for event, value in self.events if event == kind]


def plan(name: str = REPOSITORY, quantization: str | None = None) -> Plan:
    return make_plan(understand(name, quantization))


def fetch(recorder: Recorder, name: str = REPOSITORY, quantization: str | None = None) -> Installed:
    return pull(plan(name, quantization), observer=recorder, stop=recorder.stop)


@dataclass
class Finished:
    code: int
    out: str
    err: str


Cli = Callable[..., Finished]
