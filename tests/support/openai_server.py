"""A local server that speaks OpenAI's chat protocol, and every way to fail at it.

::

    with Server(shout) as server:                       # answers in capitals
    with Server(in_turn(status(500), shout)) as server: # fails once
"""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from styletune.config.schema import Endpoint
from styletune.engines.endpoint_retry import Patience
from styletune.engines.openai_endpoint import EndpointEngine
from styletune.engines.protocol import Prefix

if TYPE_CHECKING:
    from email.message import Message

PATIENCE = 20.0
"""Seconds after which a test that waits for something has failed."""


QUICK = {"connect": PATIENCE, "load": PATIENCE, "first": PATIENCE, "between": PATIENCE, "backoff": 0.001, "busy": 0.001}
"""An engine's patience for tests: nothing times out by accident, and no repetition is waited for."""


@contextmanager
def engine_at(
    *places: "Server | str", parallel: int | None = None, prefix: Prefix | None = None, **settings: Any
) -> Iterator[EndpointEngine]:
    """Open an engine for servers or URLs; ``settings`` are fields of ``Endpoint`` and of ``Patience``."""
    urls = tuple(place if isinstance(place, str) else place.url for place in places)
    limits = {name: settings.pop(name) for name in list(settings) if name in Patience.__slots__}
    endpoint = Endpoint("test", urls, **{"model": "m", **settings})
    engine = EndpointEngine(endpoint, parallel=parallel, patience=Patience(**{**QUICK, "retries": 1, **limits}))
    with closing(engine):
        engine.open(prefix or Prefix(""))
        yield engine


class Exchange:
    """A request, and the means to answer it."""

    def __init__(self, server: "Server", http: BaseHTTPRequestHandler, body: dict[str, Any], number: int) -> None:
        self.server = server
        self.http = http
        self.body = body
        self.number = number
        """From 1, over all requests."""

    @property
    def user(self) -> str:
        """The last turn."""
        text: str = self.body["messages"][-1]["content"]
        return text

    def respond(self, code: int, body: str, kind: str, headers: Mapping[str, str] | None = None) -> None:
        """Answer in one piece."""
        data = body.encode()
        self.http.send_response(code)
        self.http.send_header("Content-Type", kind)
        self.http.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.http.send_header(name, value)
        self.http.end_headers()
        self.http.wfile.write(data)

    def begin(self, kind: str = "text/event-stream") -> None:
        """Open a stream."""
        self.http.send_response(200)
        self.http.send_header("Content-Type", kind)
        self.http.send_header("Transfer-Encoding", "chunked")
        self.http.end_headers()
        self.http.wfile.flush()

    def raw(self, data: bytes) -> None:
        """Send bytes of a stream."""
        self.http.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.http.wfile.flush()

    def event(self, data: str) -> None:
        """Send an event."""
        self.raw(f"data: {data}\n\n".encode())

    def say(self, text: str | None, finish: str | None = None, **delta: object) -> None:
        """Send a piece of an answer."""
        self.event(chunk({**({} if text is None else {"content": text}), **delta}, finish))

    def end(self) -> None:
        """Close a stream as the protocol wants it."""
        self.event("[DONE]")
        self.http.wfile.write(b"0\r\n\r\n")
        self.http.wfile.flush()

    def cut(self) -> None:
        """Close the connection without a word."""
        self.http.close_connection = True
        self.http.connection.shutdown(socket.SHUT_RDWR)

    def wait_until_left(self) -> None:
        """Say nothing until the client closes the connection."""
        self.server.waiting.set()
        self.http.connection.settimeout(PATIENCE)
        self.http.close_connection = True
        try:
            left = self.http.connection.recv(1) == b""
        except ConnectionError:
            left = True
        if left:
            self.server.left.set()


Handler = Callable[[Exchange], None]


class Server:
    """Answers chat requests on this machine with ``handle``, and keeps what was asked; port 0 is a free one."""

    def __init__(self, handle: Handler, *, port: int = 0) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[Message] = []
        self.times: list[float] = []
        """When each request came, by ``time.monotonic``."""

        self.running = self.most = 0
        """Requests under way, now and at most."""

        self.left = threading.Event()
        """Set when a client closes the connection while it is kept waiting."""

        self.waiting = threading.Event()
        """Set while it is kept waiting."""

        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._http = _http(self, handle, port)
        self.port = self._http.server_port
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Refuse connections from now on, and break those that are open, as a process that is killed does.

        May be called twice.
        """
        self._http.shutdown()
        self._http.server_close()
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def connected(self, connection: socket.socket, *, now: bool) -> None:
        """Note a connection that was opened or closed."""
        with self._lock:
            (self._connections.add if now else self._connections.discard)(connection)

    def asked(self, http: BaseHTTPRequestHandler) -> Exchange:
        """Note a request that begins."""
        body = json.loads(http.rfile.read(int(http.headers["Content-Length"])))
        with self._lock:
            self.requests.append({"path": http.path, **body})
            self.headers.append(http.headers)
            self.times.append(monotonic())
            self.running += 1
            self.most = max(self.most, self.running)
            number = len(self.requests)
        return Exchange(self, http, body, number)

    def answered(self) -> None:
        """Note a request that is over."""
        with self._lock:
            self.running -= 1


def _http(server: Server, handle: Handler, port: int) -> ThreadingHTTPServer:
    class Http(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            server.connected(self.connection, now=True)

        def finish(self) -> None:
            server.connected(self.connection, now=False)
            with suppress(OSError):
                super().finish()

        def do_POST(self) -> None:
            exchange = server.asked(self)
            try:
                handle(exchange)
            except OSError:
                self.close_connection = True
            finally:
                server.answered()

        def log_message(self, *args: Any) -> None:
            pass

    class Http11(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that hangs up is what these servers are for

    return Http11(("127.0.0.1", port), Http)


def chunk(delta: Mapping[str, object], finish: str | None = None) -> str:
    """Write one event of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]})


def usage(prompt: int, answer: int) -> str:
    """Write the event that counts tokens."""
    count = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    return json.dumps(
        {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [], "usage": count}
    )


def whole(text: str, finish: str, prompt: int) -> str:
    """Write an answer that does not come in pieces."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    count = {"prompt_tokens": prompt, "completion_tokens": len(text), "total_tokens": prompt + len(text)}
    return json.dumps(
        {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": count}
    )


def shout(exchange: Exchange) -> None:
    """Answer with the user's text in capitals, a character at a time; nine tokens of prompt are counted."""
    text = exchange.user.upper()
    most = exchange.body.get("max_tokens", exchange.body.get("max_completion_tokens", 10_000))
    if not exchange.body["stream"]:
        exchange.respond(200, whole(text[:most], "length" if len(text) > most else "stop", 9), "application/json")
        return
    exchange.begin()
    exchange.say(None, role="assistant")
    for character in text[:most]:
        exchange.say(character)
    exchange.say(None, "length" if len(text) > most else "stop")
    if "stream_options" in exchange.body:
        exchange.event(usage(9, len(text[:most])))
    exchange.end()


def in_turn(*handlers: Handler) -> Handler:
    """Answer each request with the next of ``handlers``; the last one stays."""
    return lambda exchange: handlers[min(exchange.number, len(handlers)) - 1](exchange)


def where(wanted: Callable[[Exchange], object], then: Handler, otherwise: Handler = shout) -> Handler:
    """Answer some requests in another way."""
    return lambda exchange: (then if wanted(exchange) else otherwise)(exchange)


def status(
    number: int, message: str = "kaboom", *, headers: Mapping[str, str] | None = None, **error: object
) -> Handler:
    """Answer with an error in OpenAI's form."""
    body = json.dumps({"error": {"message": message, "type": "e", "code": None, **error}})
    return lambda exchange: exchange.respond(number, body, "application/json", headers)


def answer(text: str, kind: str, *, code: int = 200) -> Handler:
    """Answer with any text of any type."""
    return lambda exchange: exchange.respond(code, text, kind)


def stream(*events: str) -> Handler:
    """Answer with some events, and end the stream as the protocol wants it."""

    def handle(exchange: Exchange) -> None:
        exchange.begin()
        for event in events:
            exchange.event(event)
        exchange.end()

    return handle


def hang(exchange: Exchange) -> None:
    """Answer nothing, not even headers, until the client leaves."""
    exchange.wait_until_left()


def hang_after(text: str) -> Handler:
    """Begin an answer and never go on."""

    def handle(exchange: Exchange) -> None:
        exchange.begin()
        exchange.say(text)
        exchange.wait_until_left()

    return handle


def cut_after(text: str) -> Handler:
    """Begin an answer and close the connection in its middle."""

    def handle(exchange: Exchange) -> None:
        exchange.begin()
        exchange.say(text)
        exchange.cut()

    return handle
