"""The addresses of an endpoint: which is free, which is resting, and which is gone."""

import asyncio
import ipaddress
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from styletune.engines.endpoint_dialect import Dialect, dialect_of
from styletune.engines.endpoint_retry import Patience, pause
from styletune.errors import EngineError

_TAILSCALE = ipaddress.ip_network("100.64.0.0/10")
_CALM = 16
"""Answers in a row after which an address gets one more request at a time."""

_SILENCES = 4
"""Attempts without an answer, in a row, after which there is no hope: each takes minutes. Half of them will do
where there never was an answer."""

_NO_ACCIDENT = 2
"""Times that answers are broken off before it is called a habit; a server that dies does it once."""

_HOME_NAMES = (".local", ".lan", ".internal", ".home.arpa", ".localhost")


@dataclass(slots=True)
class Address:
    """A server, and what is known of it."""

    url: str
    dialect: Dialect
    width: int
    """Requests that it gets at a time."""

    client: Any = field(default=None, repr=False)
    running: int = 0
    answered: bool = False
    """Whether it has ever answered."""

    strikes: int = 0
    """Failed connections in a row."""

    struck_at: float = 0.0
    """When it last did not connect or answer, by ``time.monotonic``."""

    silences: int = 0
    """Attempts without an answer in time, in a row."""

    refusals: int = 0
    """Times in a row that it was too busy."""

    doubtful: bool = False
    """Something was wrong with it: one request at a time, until one is answered."""

    ready_at: float = 0.0
    """When it may be asked again, by ``time.monotonic``: rests go on between two runs."""

    trouble: str = ""
    """What was last wrong with it."""

    calm: int = 0
    """Answers in a row since it was strained."""

    strained: int = 0
    """Times that it broke off one of several answers."""

    strained_at: float = 0.0
    """When it last did so, by ``time.monotonic``."""

    loading_since: float | None = None
    """When it first said that it is loading its model, by ``time.monotonic``."""


class Addresses:
    """Hands out addresses, the least busy one first."""

    def __init__(self, urls: Sequence[str], *, width: int, patience: Patience, notices: list[str]) -> None:
        self._width = -(-width // len(urls))
        self.all = [Address(url, dialect_of(host_of(url)), self._width) for url in urls]
        self._patience = patience
        self._notices = notices
        self._waiting: set[asyncio.Future[None]] = set()

    async def take(self, avoid: Address | None) -> Address:
        """Wait for an address with room; ``avoid`` is the last choice. Raises ``EngineError`` if all are gone."""
        while True:
            now = time.monotonic()
            free = [address for address in self.all if address.ready_at <= now and self._has_room(address)]
            if free:
                address = min(free, key=lambda address: (address is avoid, address.doubtful, address.running))
                address.running += 1
                return address
            self._raise_if_gone(now)
            await self._change(min((a.ready_at for a in self.all if a.ready_at > now), default=None))

    def give_back(self, address: Address) -> None:
        """Say that a request is over."""
        address.running -= 1
        self._tell()

    def answered(self, address: Address) -> None:
        """Say that an address works."""
        if address.doubtful and address.strikes and len(self.all) > 1:
            self._notices.append(f"{address.url} answers again.")
        address.answered, address.doubtful, address.loading_since = True, False, None
        address.strikes = address.silences = address.refusals = 0
        address.calm += 1
        if address.calm % _CALM == 0:
            address.width = min(address.width + 1, self._width)
        self._tell()

    def strained(self, address: Address, *, since: float) -> None:
        """Ask less at a time of an address that breaks off answers while it gives several.

        Some servers drop what they are doing when the next request arrives. Arguments: ``since`` is when the attempt
        began; attempts that ran side by side count once.
        """
        if address.running < 1 or since < address.strained_at:
            return
        address.strained += 1
        address.width = max(address.width // 2, 1)
        address.calm, address.strained_at = 0, time.monotonic()
        if address.strained == _NO_ACCIDENT:
            self._notices.append(f"{address.url} breaks off answers when it gives several at a time; it gets fewer.")

    def rest(self, address: Address, seconds: float, trouble: str) -> None:
        """Leave an address alone for a while. Raises ``EngineError`` if none will answer in a reasonable time."""
        now = time.monotonic()
        address.doubtful, address.trouble = True, trouble
        address.ready_at = max(address.ready_at, now + seconds)
        self._raise_if_gone(now)

    def unreachable(self, address: Address, trouble: str, *, since: float) -> None:
        """Say that there was no connection. Raises ``EngineError`` if there is none to any address.

        Arguments: ``since`` is when the attempt began; attempts that ran side by side count once.
        """
        if address.strikes and since < address.struck_at:
            return
        address.strikes += 1
        address.struck_at = time.monotonic()
        others = len(self.all) - 1
        if others and address.strikes == 1:
            self._notices.append(f"{address.url}: {trouble}. Its work goes to the other addresses.")
        self.rest(address, pause(address.strikes - 1, self._patience.backoff), trouble)

    def silent(self, address: Address, trouble: str, *, since: float) -> None:
        """Say that nothing came in time. Raises ``EngineError`` if that is all that any address does.

        Arguments: ``since`` is when the attempt began; attempts that ran side by side count once.
        """
        if not address.silences or since >= address.struck_at:
            address.silences += 1
            address.struck_at = time.monotonic()
        self.rest(address, pause(0, self._patience.backoff), trouble)

    def busy(self, address: Address, seconds: float, trouble: str, *, since: float) -> None:
        """Say that an address wants to be left alone. Raises ``EngineError`` if all only ever put us off.

        Arguments: ``since`` is when the attempt began; attempts that ran side by side count once.
        """
        if not address.refusals or since >= address.struck_at:
            address.refusals += 1
            address.struck_at = time.monotonic()
        self.rest(address, seconds, trouble)

    def forgive(self) -> None:
        """Forget what was wrong: the next run finds out anew."""
        for address in self.all:
            address.strikes = address.silences = address.refusals = 0
            address.ready_at, address.loading_since = 0.0, None

    def _has_room(self, address: Address) -> bool:
        return address.running < (1 if address.doubtful else address.width)

    def _raise_if_gone(self, now: float) -> None:
        if not all(self._is_gone(address, now) for address in self.all):
            return
        advice = "Start the server, correct its address, or try again later."
        if len(self.all) == 1:
            raise EngineError(f"{self.all[0].url} cannot be used: {self.all[0].trouble}. {advice}")
        lines = [f"  {address.url}: {address.trouble}." for address in self.all]
        raise EngineError("\n".join([f"No address of the endpoint can be used. {advice}", *lines]))

    def _is_gone(self, address: Address, now: float) -> bool:
        most = self._patience.retries + 1 if address.answered else 1
        if address.refusals > 2 * (self._patience.retries + 1):  # two whole jobs, and no answer between them
            return True
        if address.silences >= (_SILENCES if address.answered else _SILENCES // 2):
            return True
        return address.strikes >= most or address.ready_at - now > self._patience.longest

    async def _change(self, until: float | None) -> None:
        loop = asyncio.get_running_loop()
        change: asyncio.Future[None] = loop.create_future()
        self._waiting.add(change)
        timer = loop.call_later(until - time.monotonic(), _wake, change) if until is not None else None
        try:
            await change
        finally:
            self._waiting.discard(change)
            if timer:
                timer.cancel()

    def _tell(self) -> None:
        for change in self._waiting:
            _wake(change)


def host_of(url: str) -> str:
    """Return the host of a URL, in lower case."""
    return urlsplit(url).hostname or ""


def is_this_machine(url: str) -> bool:
    """Tell whether a URL leads to the machine that we run on."""
    host = host_of(url)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_exposed(url: str) -> bool:
    """Tell whether text goes to a URL unencrypted, and farther than a private network."""
    if urlsplit(url).scheme != "http":
        return False
    host = host_of(url)
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "." in host and not host.endswith(_HOME_NAMES)
    return not (address.is_private or address.is_link_local or (address.version == 4 and address in _TAILSCALE))  # noqa: PLR2004 - IPv4


def _wake(change: asyncio.Future[None]) -> None:
    if not change.done():
        change.set_result(None)
