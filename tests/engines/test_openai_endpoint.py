"""The endpoint engine against a real HTTP server that speaks the chat protocol."""

import threading
import time

import pytest
from openai_server import PATIENCE, Exchange, Server, chunk, engine_at, hang, hang_after, shout, status, stream, where

from styletune.config.schema import Endpoint
from styletune.engines.openai_endpoint import EndpointEngine, endpoint_from_url
from styletune.engines.protocol import Engine, Job, Prefix
from styletune.errors import Cancelled, EngineError


def job(number: int = 1, user: str = "hello", **settings: object) -> Job:
    return Job(str(number), user, user, **settings)  # type: ignore[arg-type]


def test_jobs_are_answered_streamed_and_counted() -> None:
    heard: dict[str, str] = {}
    threads = set()

    def hear(name: str, piece: str) -> None:
        heard[name] = heard.get(name, "") + piece
        threads.add(threading.current_thread())

    jobs = [job(number, f"héllo 你 {number}") for number in range(9)]
    with Server(shout) as server, engine_at(server) as opened:
        engine: Engine = opened
        results = {result.id: result for result in engine.run(iter(jobs), on_text=hear)}
    assert {name: result.text for name, result in results.items()} == {job.id: job.user.upper() for job in jobs}
    assert heard == {job.id: job.user.upper() for job in jobs}
    assert threads == {threading.current_thread()}
    assert {(result.finish, result.tokens_in, result.tokens_out) for result in results.values()} == {("stop", 9, 9)}
    assert opened.notices == []


def test_a_request_holds_the_prefix_and_the_settings() -> None:
    with Server(shout) as server, engine_at(server, prefix=Prefix("Be loud.", (("a", "A"),))) as engine:
        list(engine.run([job(user="hi", max_tokens=7, temperature=0.5, seed=3)]))
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


def test_an_answer_that_reaches_the_limit_says_so() -> None:
    with Server(shout) as server, engine_at(server) as engine:
        (result,) = engine.run([job(max_tokens=3)])
    assert (result.text, result.finish) == ("HEL", "length")


@pytest.mark.parametrize(("parallel", "jobs", "expected"), [(3, 8, 3), (None, 2, 2), (None, 5, 5), (1, 8, 1)])
def test_no_more_requests_run_at_a_time_than_allowed(parallel: int | None, jobs: int, expected: int) -> None:
    met = threading.Event()

    def meeting(exchange: Exchange) -> None:
        if exchange.server.running == expected:
            met.set()
        assert met.wait(PATIENCE)
        shout(exchange)

    with Server(meeting) as server, engine_at(server, jobs=jobs, parallel=parallel) as engine:
        assert len(list(engine.run(job(number) for number in range(12)))) == 12
    assert server.most == expected


def test_connections_are_used_again_by_later_runs() -> None:
    ports = set()

    def note(exchange: Exchange) -> None:
        ports.add(exchange.http.client_address)
        shout(exchange)

    with Server(note) as server, engine_at(server, parallel=1) as engine:
        for number in range(3):
            assert len(list(engine.run([job(number), job(number + 10)]))) == 2
    assert len(ports) == 1


def test_a_slow_reader_is_not_taken_for_a_slow_server(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asleep = time.monotonic, 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now() + asleep)
    both = threading.Event()

    def second_waits(exchange: Exchange) -> None:
        if exchange.user == "slow":
            exchange.begin()
            exchange.say("s")
            both.wait(PATIENCE)
            exchange.say("low", "stop")
            exchange.end()
        else:
            shout(exchange)

    with Server(second_waits) as server, engine_at(server, retries=0, between=PATIENCE) as engine:
        results = engine.run([job(1, "slow"), job(2, "quick")])
        assert next(results).text == "QUICK"
        asleep = 10 * PATIENCE  # the reader takes its time
        both.set()
        assert [result.text for result in results] == ["slow"]


class TestKey:
    @pytest.mark.parametrize(("value", "sent"), [(None, "Bearer none"), ("sk-test", "Bearer sk-test")])
    def test_it_comes_from_the_environment(self, value: str | None, sent: str, monkeypatch: pytest.MonkeyPatch) -> None:
        if value:
            monkeypatch.setenv("OPENAI_API_KEY", value)
        with Server(shout) as server, engine_at(server) as engine:
            list(engine.run([job()]))
        assert server.headers[0]["Authorization"] == sent

    def test_only_the_variable_that_the_endpoint_names_is_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
        monkeypatch.setenv("MINE", " sk-mine\n")
        with Server(shout) as server, engine_at(server, key_env="MINE") as engine:
            list(engine.run([job()]))
        assert server.headers[0]["Authorization"] == "Bearer sk-mine"
        assert "sk-other" not in str([str(headers) for headers in server.headers])

    @pytest.mark.parametrize(
        ("endpoint", "variable"),
        [
            (Endpoint("x", ("http://127.0.0.1:9/v1",), "m", key_env="NOT_SET"), "NOT_SET"),
            (Endpoint("x", ("https://api.openai.com/v1",), "m"), "OPENAI_API_KEY"),
        ],
    )
    def test_a_server_that_needs_one_is_not_asked_without(self, endpoint: Endpoint, variable: str) -> None:
        engine = EndpointEngine(endpoint)
        engine.open(Prefix(""))
        with pytest.raises(EngineError, match=f"variable {variable} is not set"):
            list(engine.run([job()]))
        engine.close()

    @pytest.mark.parametrize("value", ["“sk-quoted”", "sk-with blank", "sk-two\nlines"])
    def test_a_broken_one_is_refused_without_being_shown(self, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", value)
        with engine_at("http://127.0.0.1:9/v1") as engine, pytest.raises(EngineError, match="OPENAI_API_KEY") as caught:
            list(engine.run([job()]))
        assert "sk-" not in str(caught.value)

    def test_a_server_that_repeats_it_does_not_make_it_public(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        with Server(status(401, "Wrong key: sk-secret")) as server, engine_at(server) as engine:
            with pytest.raises(EngineError, match="Wrong key: …") as caught:
                list(engine.run([job()]))
            shown = [repr(engine), repr(vars(engine)), *engine.notices]
        error: BaseException | None = caught.value
        while error is not None:
            shown += [str(error), repr(error)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        assert "sk-secret" not in "".join(shown)


def test_a_server_on_this_machine_is_not_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(status(500)) as proxy, Server(shout) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        with engine_at(server) as engine:
            assert [result.text for result in engine.run([job()])] == ["HELLO"]
    assert proxy.requests == []


class TestUsage:
    def test_tokens_are_those_that_the_server_counts(self) -> None:
        with Server(shout) as server, engine_at(server) as engine:
            results = sorted(engine.run([job(1), job(2, "hi")]), key=lambda result: result.id)
        assert [(result.tokens_in, result.tokens_out) for result in results] == [(9, 5), (9, 2)]

    def test_a_server_that_does_not_count_leaves_it_unknown(self) -> None:
        plain = stream(chunk({"content": "Hi"}), chunk({}, "stop"))
        with Server(plain) as server, engine_at(server) as engine:
            (result,) = engine.run([job()])
        assert (result.text, result.tokens_in, result.tokens_out) == ("Hi", 0, 0)


class TestStop:
    def test_it_ends_an_answer_in_the_middle_and_its_connection(self) -> None:
        stop = threading.Event()
        with Server(hang_after("first")) as server, engine_at(server) as engine:
            with pytest.raises(Cancelled):
                list(engine.run([job(1), job(2)], stop=stop, on_text=lambda _job, _piece: stop.set()))
            assert server.left.wait(PATIENCE)

    def test_it_ends_a_wait_for_headers(self) -> None:
        stop = threading.Event()

        def stop_and_hang(exchange: Exchange) -> None:
            stop.set()
            hang(exchange)

        with Server(stop_and_hang) as server, engine_at(server) as engine:
            with pytest.raises(Cancelled):
                list(engine.run([job()], stop=stop))
            assert server.left.wait(PATIENCE)

    @pytest.mark.parametrize(
        "failure", [status(429, headers={"Retry-After": "60"}), status(500), status(503, "Loading model")]
    )
    def test_it_ends_the_wait_before_another_attempt(self, failure) -> None:
        stop = threading.Event()

        def fail(exchange: Exchange) -> None:
            failure(exchange)
            stop.set()

        with Server(fail) as server, engine_at(server, backoff=60.0, busy=60.0) as engine:
            began = time.monotonic()
            with pytest.raises(Cancelled):
                list(engine.run([job()], stop=stop))
            assert time.monotonic() - began < PATIENCE
        assert len(server.requests) == 1

    def test_a_reader_that_stops_reading_leaves_no_request_behind(self) -> None:
        one_hangs = where(lambda exchange: exchange.user == "slow", hang_after("s"))
        with Server(one_hangs) as server, engine_at(server) as engine:
            results = engine.run([job(1, "slow"), job(2, "quick")])
            assert next(results).text == "QUICK"
            results.close()  # type: ignore[attr-defined]
            assert server.left.wait(PATIENCE)

    def test_the_engine_can_run_again_afterwards(self) -> None:
        stop = threading.Event()
        stop.set()
        with Server(shout) as server, engine_at(server) as engine:
            with pytest.raises(Cancelled):
                list(engine.run([job()], stop=stop))
            assert [result.text for result in engine.run([job()])] == ["HELLO"]


def test_an_error_in_the_listener_is_passed_on_as_it_is() -> None:
    def broken(_job: str, _piece: str) -> None:
        raise ZeroDivisionError

    with Server(shout) as server, engine_at(server) as engine, pytest.raises(ZeroDivisionError):
        list(engine.run([job()], on_text=broken))


def test_running_before_opening_or_after_closing_is_an_error() -> None:
    engine = EndpointEngine(endpoint_from_url("http://127.0.0.1:9/v1", "m"))
    with pytest.raises(EngineError, match="not open"):
        list(engine.run([]))
    engine.open(Prefix(""))
    engine.close()
    engine.close()
    with pytest.raises(EngineError, match="not open"):
        list(engine.run([]))


@pytest.mark.parametrize(
    ("urls", "name"),
    [
        (["http://localhost:1/v1"], "m at localhost"),
        (["http://a:1/v1", "http://a:2/v1"], "m at a"),
        (["http://a/v1", "http://b/v1"], "m at a, b"),
        (["http://a/v1", "http://b/v1", "http://c/v1"], "m at a, b and 1 more"),
    ],
)
def test_its_name_is_the_model_and_where_it_runs(urls: list[str], name: str) -> None:
    assert EndpointEngine(Endpoint("x", tuple(urls), "m")).name == name


def test_a_url_and_a_model_make_an_endpoint() -> None:
    endpoint = endpoint_from_url("http://localhost:11434/v1", "qwen3:8b")
    assert (endpoint.name, endpoint.base_url, endpoint.model) == (
        "localhost",
        ("http://localhost:11434/v1",),
        "qwen3:8b",
    )
