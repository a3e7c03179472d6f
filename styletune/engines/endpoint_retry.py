"""How long an endpoint is waited for, and how often it is asked again."""

import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits of waiting, in seconds, and of asking again."""

    connect: float = 10.0
    """For a connection."""

    load: float = 300.0
    """For the first piece of an address that has not answered yet: it may be loading a large model."""

    first: float = 120.0
    """For the first piece of an answer, once the address has answered before."""

    between: float = 60.0
    """For each further piece."""

    retries: int = 4
    """Repetitions of a request whose failure may pass."""

    backoff: float = 0.5
    """Before the first repetition; doubles with each, up to half a minute."""

    busy: float = 2.0
    """The same for a server that is busy and does not say for how long."""

    longest: float = 120.0
    """Longest wait that a server may ask for; one that asks for more is left alone."""

    give_up: int = 5
    """Failed jobs in a row that end the run."""

    remember: float = 30.0
    """For so long after a failure that meets every job, further runs fail at once."""


def pause(attempt: int, first: float) -> float:
    """Return the seconds before a repetition: ``first`` doubled ``attempt`` times, then shortened by up to half.

    The random part keeps requests that failed together from coming back together. Source: M. Brooker, "Exponential
    backoff and jitter", AWS Architecture Blog, 2015.
    """
    return min(first * 2.0 ** min(attempt, 10), _LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311 - no secret


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read how many seconds a server asks to wait; ``None`` if it does not say.

    Source: RFC 9110, section 10.2.3 (a number of seconds or a date); ``retry-after-ms`` is OpenAI's own.
    """
    value = headers.get("retry-after", "").strip()
    for text, unit in ((headers.get("retry-after-ms", ""), 1000.0), (value, 1.0)):
        with suppress(ValueError):
            seconds = float(text) / unit
            if isfinite(seconds) and seconds >= 0:
                return seconds
    with suppress(ValueError, OverflowError):
        date = parsedate_to_datetime(value)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max((date - now).total_seconds(), 0.0)
    return None
