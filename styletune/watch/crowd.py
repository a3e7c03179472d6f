"""Drafts that changed with so many others that a person should have a say: they wait for the answer, others do not."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple

from styletune.files.names import place
from styletune.watch.burst import Burst
from styletune.watch.events import Audience, WatchEvent
from styletune.watch.work import Work, redo

_FAREWELL = 1.0
"""Seconds that the end waits for whoever asks to leave the terminal."""


class Decided(NamedTuple):
    """What became of drafts that waited for an answer."""

    agreed: bool
    paths: list[Path]
    words: str
    """What a person should know about drafts that are left alone."""


class Crowd:
    """Lets drafts pass, or holds them until a person has answered. The question is put from a thread of its own.

    Arguments: ``most`` is the number of drafts that pass together without a question.
    """

    def __init__(self, audience: Audience, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._audience = audience
        self._most = most
        self._burst: Burst[Work] = Burst(clock)
        self._held: dict[str, Path] = {}
        self._answers: SimpleQueue[bool | None] = SimpleQueue()
        self._asking: Thread | None = None
        self._said_no = False

    def would_be(self, paths: Iterable[Path]) -> int:
        """Return how many would have changed together if these had, too."""
        return self._burst.with_(map(redo, paths))

    def add(self, paths: Iterable[Path]) -> int:
        """Count drafts that changed; return how many have changed together, these included."""
        return self._burst.add(map(redo, paths))

    @property
    def members(self) -> frozenset[Work]:
        """The work on all drafts that are changing together."""
        return self._burst.members

    @property
    def agreed(self) -> bool:
        """Whether a person has said yes to the drafts that are changing together."""
        return self._burst.answer == "yes"

    def hold(self, paths: Iterable[Path], together: int) -> None:
        """Let drafts wait for the answer, and ask unless that is done already."""
        self._held.update((place(path), path) for path in paths)
        if self._asking is None and self._burst.answer is None:
            question = f"{together} drafts have changed at once. Redo them all?"
            self._audience.tell(WatchEvent("question", message=question))
            self._asking = Thread(target=self._ask, args=(question,), name="styletune-question", daemon=True)
            self._asking.start()

    def release(self, path: Path) -> None:
        """Let a draft wait no more: it was saved by itself, or is gone."""
        self._held.pop(place(path), None)

    def decided(self) -> Decided | None:
        """Return, once, the drafts that wait no more, and what was said about them."""
        with suppress(Empty):
            self._hear(self._answers.get_nowait())
        if self._asking is not None or not self._held:
            return None
        agreed = self.agreed
        paths, self._held = list(self._held.values()), {}
        return Decided(agreed, paths, "" if agreed else self._words(len(paths)))

    def close(self) -> None:
        """Wait for the end of a question that is of no use any more."""
        if self._asking is not None:
            self._asking.join(_FAREWELL)

    def _ask(self, question: str) -> None:
        answer = None
        try:
            answer = self._audience.ask(question)
        finally:
            self._answers.put(answer)

    def _hear(self, answer: bool | None) -> None:
        """Take an answer. A no ends the matter, so that the next save counts; silence holds for all that still comes."""
        self._asking = None
        self._said_no = answer is False
        if self._said_no:
            self._burst.end()
        else:
            self._burst.answered("yes" if answer else "no")

    def _words(self, count: int) -> str:
        left = "1 draft was" if count == 1 else f"{count} drafts were"
        if self._said_no:
            return f"{left} left alone. Save one to have it redone; --catch-up redoes all of them at the next start."
        return (
            f"{left} left alone, as more than {self._most} changed at once (--most) and nobody said yes. Save one to "
            "have it redone. At the next start, --catch-up redoes all of them, and --yes keeps from asking."
        )
