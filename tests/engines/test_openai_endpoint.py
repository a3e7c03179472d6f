"""The endpoint engine against a real HTTP server that speaks the chat protocol."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from styletune.engines import open_engine
from styletune.engines.openai_endpoint import EndpointEngine
from styletune.engines.protocol import Engine, Job, Prefix
from styletune.errors import Cancelled, EngineError

Handler = Callable[["Server", BaseHTTPRequestHandler, dict[str, Any]], None]


class Server:
    """Answers chat requests with ``handle``; records requests and how many ran at a time."""

    def __init__(self, handle: Handler) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.running = self.most = 0
        self.release = threading.Event()
        self.lock = threading.Lock()
        server = self

        class _Http(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with server.lock:
                    server.requests.append({"path": self.path, **body})
                    server.keys.append(self.headers["Authorization"])
                    server.running += 1
                    server.most = max(server.most, server.running)
                try:
                    handle(server, self, body)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                finally:
                    with server.lock:
                        server.running -= 1

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), _Http)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.release.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], Server]]:
    servers: list[Server] = []

    def start(handle: Handler) -> Server:
        servers.append(Server(handle))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def begin(http: BaseHTTPRequestHandler) -> None:
    http.send_response(200)
    http.send_header("Content-Type", "text/event-stream")
    http.end_headers()


def event(http: BaseHTTPRequestHandler, data: str) -> None:
    http.wfile.write(f"data: {data}\n\n".encode())
    http.wfile.flush()


def chunk(text: str | None, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text} if text is not None else {}, "finish_reason": finish}
    return json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]})


def usage(tokens: int) -> str:
    count = {"prompt_tokens": 9, "completion_tokens": tokens, "total_tokens": 9 + tokens}
    return json.dumps(
        {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [], "usage": count}
    )


def shouting(_server: Server, http: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    """Answer with the user's text in capitals, a character at a time."""
    begin(http)
    text = body["messages"][-1]["content"].upper()
    for character in text[: body["max_tokens"]]:
        event(http, chunk(character))
    event(http, chunk(None, "length" if len(text) > body["max_tokens"] else "stop"))
    event(http, usage(min(len(text), body["max_tokens"])))
    event(http, "[DONE]")


def failing(status: int, message: str) -> Handler:
    def handle(_server: Server, http: BaseHTTPRequestHandler, _body: dict[str, Any]) -> None:
        data = json.dumps({"error": {"message": message, "type": "e", "code": None}}).encode()
        http.send_response(status)
        http.send_header("Content-Type", "application/json")
        http.send_header("Content-Length", str(len(data)))
        http.end_headers()
        http.wfile.write(data)

    return handle


def hanging(server: Server, http: BaseHTTPRequestHandler, _body: dict[str, Any]) -> None:
    begin(http)
    event(http, chunk("first"))
    server.release.wait(20)


def breaking_off(_server: Server, http: BaseHTTPRequestHandler, _body: dict[str, Any]) -> None:
    begin(http)
    event(http, chunk("half"))


def rubbish(_server: Server, http: BaseHTTPRequestHandler, _body: dict[str, Any]) -> None:
    begin(http)
    event(http, "{not json")


def opened(server: Server, **settings: Any) -> EndpointEngine:
    engine = EndpointEngine(server.url, "m", retries=0, **settings)
    engine.open(Prefix("Be loud.", (("a", "A"),)))
    return engine


def test_jobs_are_answered_streamed_and_counted(serve) -> None:
    server = serve(shouting)
    heard: dict[str, str] = {}
    threads = set()

    def hear(job: str, piece: str) -> None:
        heard[job] = heard.get(job, "") + piece
        threads.add(threading.current_thread())

    jobs = [Job(str(number), f"héllo 你 {number}", "x") for number in range(9)]
    engine: Engine = opened(server)
    results = {result.id: result for result in engine.run(iter(jobs), on_text=hear)}
    assert {name: result.text for name, result in results.items()} == {job.id: job.user.upper() for job in jobs}
    assert heard == {job.id: job.user.upper() for job in jobs}
    assert threads == {threading.current_thread()}
    assert {(result.finish, result.tokens_in, result.tokens_out) for result in results.values()} == {("stop", 0, 9)}
    engine.close()
    engine.close()


def test_a_request_holds_the_prefix_and_the_settings(serve) -> None:
    server = serve(shouting)
    list(opened(server).run([Job("1", "hi", "hi", max_tokens=7, temperature=0.5, seed=3)]))
    (request,) = server.requests
    assert request["path"] == "/v1/chat/completions"
    assert request["messages"] == [
        {"role": "system", "content": "Be loud."},
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "A"},
        {"role": "user", "content": "hi"},
    ]
    settings = {name: request[name] for name in ("model", "max_tokens", "temperature", "seed", "stream")}
    assert settings == {"model": "m", "max_tokens": 7, "temperature": 0.5, "seed": 3, "stream": True}


def test_an_answer_that_reaches_the_limit_says_so(serve) -> None:
    (result,) = opened(serve(shouting)).run([Job("1", "hello", "hello", max_tokens=3)])
    assert (result.text, result.finish) == ("HEL", "length")


def test_no_more_requests_run_at_a_time_than_allowed(serve) -> None:
    def meeting(server: Server, http: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        if server.running == 3:
            server.release.set()
        assert server.release.wait(10)
        shouting(server, http, body)

    server = serve(meeting)
    jobs = (Job(str(number), "x", "x") for number in range(12))
    assert len(list(opened(server, parallel=3).run(jobs))) == 12
    assert server.most == 3


def test_the_key_comes_from_the_environment(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(shouting)
    engine = opened(server)
    list(engine.run([Job("1", "x", "x")]))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    list(engine.run([Job("1", "x", "x")]))
    assert server.keys == ["Bearer none", "Bearer sk-test"]


def test_a_stop_ends_a_hanging_request(serve) -> None:
    stop = threading.Event()
    results = opened(serve(hanging)).run([Job("1", "x", "x")], stop=stop, on_text=lambda _job, _piece: stop.set())
    with pytest.raises(Cancelled):
        list(results)


def test_a_reader_that_stops_reading_leaves_no_request_behind(serve) -> None:
    def one_hangs(server: Server, http: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        (shouting if body["messages"][-1]["content"] == "quick" else hanging)(server, http, body)

    results = opened(serve(one_hangs)).run([Job("1", "slow", "x"), Job("2", "quick", "x")])
    assert next(results).text == "QUICK"
    results.close()


@pytest.mark.parametrize(
    ("handle", "words"),
    [
        (failing(401, "bad key"), "OPENAI_API_KEY"),
        (failing(403, "no"), "may use this model"),
        (failing(404, "model not found"), "have the model 'm'"),
        (failing(429, "slow down"), "fewer --jobs"),
        (failing(500, "kaboom"), "kaboom"),
        (failing(400, "bad request"), "bad request"),
        (breaking_off, "broke off"),
        (rubbish, "failed"),
    ],
)
def test_a_failure_names_the_server_and_what_to_do(serve, handle: Handler, words: str) -> None:
    server = serve(handle)
    with pytest.raises(EngineError) as caught:
        list(opened(server).run([Job("1", "x", "x"), Job("2", "y", "y")]))
    assert words in str(caught.value)
    assert server.url in str(caught.value)


def test_a_prompt_that_is_too_long_is_a_result_not_a_failure(serve) -> None:
    message = "This model's maximum context length is 4096 tokens, your prompt exceeds it"
    (result,) = opened(serve(failing(400, message))).run([Job("1", "x", "x")])
    assert (result.text, result.finish) == ("", "context")


def test_failed_requests_are_repeated(serve) -> None:
    def second_time(server: Server, http: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        (failing(503, "loading") if len(server.requests) == 1 else shouting)(server, http, body)

    engine = EndpointEngine(serve(second_time).url, "m", retries=1)
    engine.open(Prefix(""))
    assert [result.text for result in engine.run([Job("1", "x", "x")])] == ["X"]


def test_a_server_that_does_not_run_is_named(serve) -> None:
    server = Server(shouting)
    server.close()
    with pytest.raises(EngineError, match="cannot be reached") as caught:
        list(opened(server).run([Job("1", "x", "x")]))
    assert server.url in str(caught.value)


def test_an_error_in_the_listener_is_passed_on_as_it_is(serve) -> None:
    def broken(_job: str, _piece: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(opened(serve(shouting)).run([Job("1", "x", "x")], on_text=broken))


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.0.0.1:1/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://192.168.1.9:1/v1", False),
        ("https://api.openai.com/v1", False),
        ("https://localhost.example.com/v1", False),
    ],
)
def test_only_a_loopback_address_is_local(url: str, local: bool) -> None:
    assert open_engine(f"openai:{url}#m").local is local


def test_the_commercial_server_is_not_asked_without_a_key() -> None:
    engine = open_engine("openai:https://api.openai.com/v1#m")
    engine.open(Prefix(""))
    with pytest.raises(EngineError, match="OPENAI_API_KEY"):
        list(engine.run([Job("1", "x", "x")]))


def test_running_before_opening_or_after_closing_is_an_error(serve) -> None:
    engine = EndpointEngine("http://127.0.0.1:9/v1", "m")
    with pytest.raises(EngineError, match="not open"):
        list(engine.run([]))
    engine.open(Prefix(""))
    engine.close()
    with pytest.raises(EngineError, match="not open"):
        list(engine.run([]))
