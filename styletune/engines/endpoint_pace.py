"""How fast an endpoint may be asked: requests and tokens a minute, over all its addresses.

Ready-made limiters count on the event loop's clock, which stands still here while nobody waits for a result, and
none takes back what a request was expected to use and did not.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

from styletune.engines.protocol import Job, Prefix

MINUTE = 60.0
_BYTES_FOR_A_TOKEN = 3.5
_LEAST_WAIT = 0.001


@dataclass(slots=True)
class Admission:
    """A request that was let through."""

    at: float
    """When, in seconds."""

    tokens: int
    """What it is taken to use; corrected once the server has counted."""


class Window:
    """What was let through during the last ``length`` seconds; times are the caller's, and never run backwards."""

    def __init__(self, requests: int | None, tokens: int | None, *, length: float = MINUTE) -> None:
        self._requests = requests
        self._tokens = tokens
        self._length = length
        self._admitted: deque[Admission] = deque()

    def wait(self, now: float, tokens: int) -> float:
        """Return the seconds until a request fits; 0 lets it through. One that never fits goes through alone."""
        while self._admitted and self._admitted[0].at + self._length <= now:
            self._admitted.popleft()
        left, used = len(self._admitted), sum(one.tokens for one in self._admitted)
        until = now
        for one in self._admitted:
            if self._fits(left, used, tokens):
                break
            left, used, until = left - 1, used - one.tokens, one.at + self._length
        return until - now

    def admit(self, now: float, tokens: int) -> Admission:
        """Let a request through."""
        admission = Admission(now, tokens)
        self._admitted.append(admission)
        return admission

    def _fits(self, requests: int, used: int, tokens: int) -> bool:
        if self._requests is not None and requests >= self._requests:
            return False
        return self._tokens is None or not requests or used + tokens <= self._tokens


class Pace:
    """Makes requests wait for their turn; without limits, nothing waits."""

    def __init__(self, requests: int | None, tokens: int | None, *, window: float = MINUTE) -> None:
        self._limited = requests is not None or tokens is not None
        self._window = Window(requests, tokens, length=window)

    async def turn(self, tokens: int) -> Admission | None:
        """Wait until a request that may use ``tokens`` can go out."""
        while self._limited:
            now = time.monotonic()
            seconds = self._window.wait(now, tokens)
            if seconds <= 0:
                return self._window.admit(now, tokens)
            await asyncio.sleep(max(seconds, _LEAST_WAIT))
        return None


def correct(admission: Admission | None, counted: tuple[int, int] | None) -> None:
    """Put what the server counted in the place of what was expected."""
    if admission is not None and counted is not None and any(counted):
        admission.tokens = sum(counted)


def expected_tokens(prefix: Prefix, job: Job) -> int:
    """Guess the most that a request may use: its prompt, and an answer as long as it can get."""
    texts = [prefix.system, job.user, *(text for turn in prefix.examples for text in turn)]
    return round(sum(len(text.encode("utf-8", "replace")) for text in texts) / _BYTES_FOR_A_TOKEN) + job.max_tokens
