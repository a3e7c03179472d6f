"""The event loop under the requests: its clock, and its look-ups of names."""

import asyncio
import socket
import threading

import pytest
from openai_server import PATIENCE, QUICK, chunk

from styletune.config.schema import Endpoint
from styletune.engines.endpoint_answer import Answer, Hearing
from styletune.engines.endpoint_chat import Chat
from styletune.engines.endpoint_faults import AttemptError
from styletune.engines.endpoint_loop import Requests
from styletune.engines.endpoint_retry import Patience
from styletune.engines.protocol import Job
from styletune.errors import Cancelled


async def nothing() -> None:
    pass


def test_a_name_server_that_does_not_answer_holds_up_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = threading.Event(), threading.Event()

    def look_up(*_arguments: object) -> list[object]:
        asked.set()
        answer.wait(PATIENCE)
        return []

    async def connect() -> None:
        await asyncio.get_running_loop().getaddrinfo("a.example", 80)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    requests = Requests[None]()
    stop = threading.Event()
    requests.start(connect())
    waiter = threading.Thread(target=lambda: (asked.wait(PATIENCE), stop.set()))
    waiter.start()
    with pytest.raises(Cancelled):
        requests.finished(stop)
    requests.close(farewell=nothing)
    assert not answer.is_set()
    answer.set()
    waiter.join()


def test_a_name_that_is_unknown_is_an_error_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_arguments: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def connect() -> None:
        await asyncio.get_running_loop().getaddrinfo("a.example", 80)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    requests = Requests[None]()
    requests.start(connect())
    with pytest.raises(socket.gaierror, match="not known"):
        requests.finished(threading.Event())
    requests.close(farewell=nothing)


class _Drip:
    """A stream whose pieces come a given time apart, on the clock of the loop that reads it."""

    def __init__(self, pieces: int, apart: float) -> None:
        self.left, self.apart = pieces, apart
        self.response = type("Response", (), {"headers": {"content-type": "text/event-stream"}})()

    def __aiter__(self) -> "_Drip":
        return self

    async def __anext__(self) -> object:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        await asyncio.sleep(self.apart)
        return _Chunk()


class _Chunk:
    def to_dict(self, *, warnings: bool) -> dict[str, object]:
        import json  # noqa: PLC0415

        return dict(json.loads(chunk({"content": "x"})))


class _Skipping(asyncio.SelectorEventLoop):
    """A loop that skips the time in which nothing happens."""

    skipped = 0.0

    def time(self) -> float:
        return super().time() + self.skipped

    def call_at(self, when, callback, *args, context=None):  # type: ignore[no-untyped-def]
        handle = super().call_at(when, callback, *args, context=context)
        self.call_soon(self._skip)
        return handle

    def _skip(self) -> None:
        waiting = [timer.when() for timer in self._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        if waiting:
            self.skipped += max(min(waiting) - self.time(), 0.0)


@pytest.mark.parametrize(("apart", "arrives"), [(59.0, True), (61.0, False)])
def test_a_slow_drip_is_waited_for_as_long_as_pieces_keep_coming(apart: float, arrives: bool) -> None:
    """Ten pieces take ten minutes; no single one takes longer than a minute."""
    chat = Chat(Endpoint("x", ("http://127.0.0.1:9/v1",), "m"), Patience(**{**QUICK, "between": 60.0}))
    answer = Answer(Job("1", "x", "x"))
    reading = chat._read(_Drip(10, apart), answer, Hearing("1", None), 120.0)
    with asyncio.Runner(loop_factory=_Skipping) as runner:
        if arrives:
            runner.run(reading)
            assert answer.text == "x" * 10
        else:
            with pytest.raises(AttemptError, match="sent nothing for 60 s"):
                runner.run(reading)
            assert answer.text == "x"
