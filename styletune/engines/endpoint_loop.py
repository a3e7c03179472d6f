"""The event loop under the requests of an endpoint: it turns only while somebody waits for a result."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from threading import Event, Thread
from typing import Any, Generic, TypeVar

from styletune.errors import Cancelled

T = TypeVar("T")

_STOP_CHECK_SECONDS = 0.05


class Requests(Generic[T]):
    """The requests that are under way; no thread is needed, and a cancelled request is gone at once."""

    def __init__(self) -> None:
        self._loop = _Loop()
        self._tasks: set[asyncio.Task[T]] = set()
        self._failure: BaseException | None = None

    @property
    def running(self) -> int:
        """Number of requests whose outcome nobody has seen yet."""
        return len(self._tasks) + (self._failure is not None)

    def start(self, request: Coroutine[Any, Any, T]) -> None:
        """Begin a request."""
        self._tasks.add(self._loop.create_task(request))

    def finished(self, stop: Event) -> list[T]:
        """Wait until something finishes; raise what failed, and ``Cancelled`` once ``stop`` is set.

        What arrived together with a failure is returned first; the failure is raised by the next call.
        """
        while self._failure is None:
            if stop.is_set():
                raise Cancelled("The run was stopped.")
            waiting = asyncio.wait(self._tasks, timeout=_STOP_CHECK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            done, self._tasks = self._loop.turn(waiting)
            failures = [error for task in done if (error := task.exception())]
            self._failure = failures[0] if failures else None
            if results := [task.result() for task in done if not task.exception()]:
                return results
        failure, self._failure = self._failure, None
        raise failure

    def drop(self) -> None:
        """Cancel what is still running and close its connections."""
        tasks, self._tasks, self._failure = self._tasks, set(), None
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.turn(_gathered(tasks))

    def close(self, *, farewell: Callable[[], Awaitable[object]]) -> None:
        """Cancel what is running, say ``farewell`` on the loop, and end it."""
        self.drop()
        self._loop.turn(_ended(farewell))
        self._loop.close()


async def _gathered(tasks: set[asyncio.Task[T]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


async def _ended(farewell: Callable[[], Awaitable[object]]) -> None:
    await farewell()
    await asyncio.get_running_loop().shutdown_asyncgens()
    await asyncio.get_running_loop().shutdown_default_executor()


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock stands still while it is not turned.

    Between two results the caller may work for any length of time; a time-out that ran on meanwhile would blame
    the server for it.
    """

    def __init__(self) -> None:
        self._still = 0.0
        self._left = time.monotonic()
        super().__init__()

    def time(self) -> float:
        return time.monotonic() - self._still

    def turn(self, waiting: Coroutine[Any, Any, T]) -> T:
        """Run until ``waiting`` is over."""
        self._still += time.monotonic() - self._left
        try:
            return self.run_until_complete(waiting)
        finally:
            self._left = time.monotonic()

    async def getaddrinfo(  # noqa: PLR0913 - the signature is asyncio's
        self,
        host: str | bytes | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - the signature is asyncio's
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        """Look a name up in a thread that nobody waits for: a dead name server must not hold up the end of a run."""
        found: asyncio.Future[list[Any]] = self.create_future()

        def look_up() -> None:
            try:
                addresses = socket.getaddrinfo(host, port, family, type, proto, flags)
                self._tell(lambda: found.set_result(addresses), found)
            except Exception as error:  # noqa: BLE001 - raised again where the name is awaited
                failure = error
                self._tell(lambda: found.set_exception(failure), found)

        Thread(target=look_up, name="styletune-look-up", daemon=True).start()
        return await found

    def _tell(self, action: Callable[[], None], future: asyncio.Future[list[Any]]) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            self.call_soon_threadsafe(lambda: None if future.done() else action())
