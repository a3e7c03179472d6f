"""Faults of a server, planted in a real one: what each means for its job, for the run, and for what was heard."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from openai_server import (
    PATIENCE,
    Exchange,
    Handler,
    Server,
    answer,
    chunk,
    cut_after,
    engine_at,
    hang,
    hang_after,
    in_turn,
    shout,
    status,
    stream,
    usage,
    where,
)

from styletune.engines.endpoint_faults import message_of
from styletune.engines.protocol import Job
from styletune.errors import EngineError

HELLO = Job("1", "hello", "hello")
HTML = "<!DOCTYPE html><html><head><title>Welcome to nginx</title></head><body>Hi</body></html>"


def silent_end(exchange: Exchange) -> None:
    """End a stream as the protocol wants it, without saying that the answer is complete."""
    exchange.begin()
    exchange.say("half")
    exchange.end()


def drip_and_close(exchange: Exchange) -> None:
    """Leave out the closing of the stream, as a server does that is killed right behind its answer."""
    exchange.begin()
    exchange.say("HELLO")
    exchange.say(None, "stop")
    exchange.cut()


def hang_at_the_end(exchange: Exchange) -> None:
    exchange.begin()
    exchange.say("HELLO", "stop")
    exchange.wait_until_left()


FAULTS = {
    "500": status(500),
    "502, a web page": answer("<html><title>Bad gateway</title></html>", "text/html", code=502),
    "429": status(429, "slow down"),
    "503": status(503, "overloaded"),
    "cut": cut_after("half"),
    "cut before headers": Exchange.cut,
    "ended too early": silent_end,
    "web page": answer(HTML, "text/html"),
    "broken event": stream("{not json"),
    "event of bytes": lambda exchange: (exchange.begin(), exchange.raw(b"data: \xff\xfe\n\n"), exchange.end()),
    "no event": stream(),
    "empty choices": stream(json.dumps({"choices": []})),
    "choices of another type": stream(json.dumps({"choices": "many"})),
    "a delta that is no object": stream(json.dumps({"choices": [{"delta": 7}]})),
    "content that is no text": stream(json.dumps({"choices": [{"delta": {"content": ["x"]}}]})),
    "a string as event": stream('"hello"'),
    "a list as event": stream("[1, 2]"),
    "deep nesting": stream("[" * 100_000),
    "not chat at all": answer('{"ok": true}', "application/json"),
    "broken JSON": answer('{"choices": [', "application/json"),
    "plain text": answer("It works!", "text/plain"),
    "nothing": answer("", "text/event-stream"),
    "an error in the stream": stream(
        chunk({"content": "half"}), '{"error": {"message": "out of memory", "code": 500}}'
    ),
    "aborted": stream(chunk({"content": "half"}, "abort")),
}
"""Each of these may pass, so the job is asked again."""

REASONS = {
    "500": "500 Internal Server Error (kaboom)",
    "502, a web page": "502 Bad Gateway (a web page: Bad gateway)",
    "429": "429 Too Many Requests (slow down)",
    "503": "503 Service Unavailable (overloaded)",
    "cut": "broke off in the middle",
    "cut before headers": "broke off the connection",
    "ended too early": "broke off in the middle",
    "web page": "it answered with a web page: Welcome to nginx",
    "broken event": "it answered with “data: {not json",
    "event of bytes": "it answered with “data: ",
    "no event": "it answered with “data: [DONE]”",
    "empty choices": "it answered with “data: {",
    "choices of another type": "it answered with “data: {",
    "a delta that is no object": "it answered with “data: {",
    "content that is no text": "it answered with “data: {",
    "a string as event": "it answered with “data: ",
    "a list as event": "it answered with “data: [1, 2]",
    "deep nesting": "it answered with “data: [[[",
    "not chat at all": "without any text",
    "broken JSON": "cannot be read",
    "plain text": "it answered with “It works!”",
    "nothing": "an empty answer",
    "an error in the stream": "out of memory",
    "aborted": "abort",
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_passes_is_not_seen(name: str) -> None:
    with Server(in_turn(FAULTS[name], shout)) as server, engine_at(server) as engine:
        (result,) = engine.run([HELLO])
    assert (result.text, result.finish, result.error) == ("HELLO", "stop", "")
    assert len(server.requests) == 2


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_stays_costs_one_job_and_says_why(name: str) -> None:
    only_hello = where(lambda exchange: exchange.user == "hello", FAULTS[name])
    with Server(only_hello) as server, engine_at(server, parallel=1) as engine:
        bad, good = engine.run([HELLO, Job("2", "hi", "hi")])
    assert (bad.text, bad.finish, good.text) == ("", "failed", "HI")
    assert bad.error.startswith(f"{server.url} was asked 2 times in vain: it ")
    assert REASONS[name] in bad.error


@pytest.mark.parametrize("fault", [hang, hang_after("half")], ids=["before headers", "mid stream"])
def test_a_server_that_hangs_is_left_and_asked_once_more(fault: Handler) -> None:
    only_hello = where(lambda exchange: exchange.user == "hello", fault)
    with Server(only_hello) as server, engine_at(server, parallel=1, first=1.0, between=1.0, retries=5) as engine:
        good, bad = engine.run([Job("2", "hi", "hi"), HELLO])
        assert server.left.wait(PATIENCE)
    assert (good.text, bad.finish, len(server.requests)) == ("HI", "failed", 3)
    assert "was asked 2 times in vain: it sent nothing for 1 s" in bad.error


@pytest.mark.parametrize(("answers", "asked"), [([], 2), ([shout], 5)], ids=["from the start", "later"])
def test_a_server_that_does_nothing_but_hang_ends_the_run(answers: list[Handler], asked: int) -> None:
    jobs = [Job(str(number), "x", "x") for number in range(9)]
    with Server(in_turn(*answers, hang)) as server, engine_at(server, parallel=1, load=0.3, first=0.3) as engine:
        with pytest.raises(EngineError, match=r"cannot be used: it sent nothing for 0\.3 s"):
            list(engine.run(jobs))
        assert len(server.requests) == asked


def test_a_server_that_hangs_once_is_not_seen() -> None:
    with Server(in_turn(hang, shout)) as server, engine_at(server, load=1.0) as engine:
        (result,) = engine.run([HELLO])
    assert result.text == "HELLO"


@pytest.mark.parametrize("fault", [drip_and_close, hang_at_the_end], ids=["cut", "hangs"])
def test_what_goes_wrong_behind_the_end_of_an_answer_does_not_count(
    fault: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("styletune.engines.endpoint_chat._GRACE", 0.01)
    with Server(fault) as server, engine_at(server) as engine:
        (result,) = engine.run([HELLO])
    assert (result.text, result.finish, len(server.requests)) == ("HELLO", "stop", 1)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (status(400, "I do not like it"), "400 Bad Request (I do not like it)"),
        (status(422, "max_tokens is too large: 512"), "422"),
        (status(400, "flagged by the content management policy"), "content management"),
        (status(403, "Your input was flagged by moderation"), "moderation"),
        (stream(chunk({}, "content_filter")), "content filter"),
        (stream(chunk({"reasoning_content": "Hm."}), chunk({}, "length")), "for thinking"),
    ],
)
def test_a_job_that_the_server_turns_down_is_not_sent_again(fault: Handler, words: str) -> None:
    with Server(fault) as server, engine_at(server) as engine:
        (result,) = engine.run([HELLO])
    assert (result.finish, len(server.requests)) == ("failed", 1)
    assert words in result.error


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (status(401, "bad key"), "OPENAI_API_KEY"),
        (status(402, "pay"), "balance"),
        (status(403, "no"), "may use this model"),
        (status(404, "model not found"), "have the model 'm'"),
        (status(429, "You exceeded your current quota", code="insufficient_quota"), "balance"),
        (status(307, headers={"Location": "http://127.0.0.1:9/elsewhere"}), "http://127.0.0.1:9/elsewhere"),
        (status(429, "come back tomorrow", headers={"Retry-After": "86400"}), "asks to wait 86,400 seconds"),
        (stream('{"error": {"message": "no more", "code": "insufficient_quota"}}'), "no more"),
    ],
)
def test_a_failure_of_every_job_ends_the_run_at_once(fault: Handler, words: str) -> None:
    with Server(fault) as server, engine_at(server, parallel=1) as engine:
        with pytest.raises(EngineError) as caught:
            list(engine.run(Job(str(number), "x", "x") for number in range(9)))
        assert len(server.requests) == 1
        with pytest.raises(EngineError) as again:  # the next of a thousand files
            list(engine.run([HELLO]))
    assert words in str(caught.value)
    assert server.url in str(caught.value)
    assert str(again.value) == str(caught.value)
    assert len(server.requests) == 1


def test_a_failure_of_every_job_is_forgotten_after_a_while() -> None:
    with Server(in_turn(status(401), shout)) as server, engine_at(server, remember=0.0) as engine:
        with pytest.raises(EngineError):
            list(engine.run([HELLO]))
        assert [result.text for result in engine.run([HELLO])] == ["HELLO"]


def test_a_server_that_does_not_run_is_named_at_once() -> None:
    with Server(shout) as server:
        pass
    with engine_at(server, backoff=60.0) as engine, pytest.raises(EngineError, match="cannot be reached") as caught:
        list(engine.run([HELLO]))
    assert server.url in str(caught.value)


def test_a_server_that_was_started_meanwhile_is_used_in_the_next_run() -> None:
    with Server(shout) as server:
        pass
    with engine_at(server, remember=0.0) as engine:
        with pytest.raises(EngineError, match="cannot be reached"):
            list(engine.run([HELLO]))
        with Server(shout, port=server.port):
            assert [result.text for result in engine.run([HELLO])] == ["HELLO"]


class TestSeveralFailuresInARow:
    def jobs(self, names: str) -> list[Job]:
        return [Job(str(number), name, name) for number, name in enumerate(names)]

    def test_they_end_the_run(self) -> None:
        with Server(status(500)) as server, engine_at(server, parallel=1, give_up=3) as engine:
            results = engine.run(self.jobs("xxxxx"))
            assert [next(results).finish for _ in range(2)] == ["failed", "failed"]
            with pytest.raises(EngineError, match=r"3 requests in a row failed.*kaboom"):
                next(results)
        assert len(server.requests) == 6

    def test_they_count_over_several_runs(self) -> None:
        with Server(status(500)) as server, engine_at(server, parallel=1, give_up=3) as engine:
            for name in "xx":
                assert [result.finish for result in engine.run(self.jobs(name))] == ["failed"]
            with pytest.raises(EngineError, match="3 requests in a row failed"):
                list(engine.run(self.jobs("x")))

    def test_one_answer_between_them_is_enough(self) -> None:
        bad = where(lambda exchange: exchange.user == "x", status(500))
        with Server(bad) as server, engine_at(server, parallel=1, give_up=3) as engine:
            results = list(engine.run(self.jobs("xxaxxaxx")))
        assert [result.finish for result in results].count("failed") == 6

    def test_what_had_arrived_is_not_lost(self) -> None:
        """Answers that come together with the failure are handed over before it is raised."""
        answered = threading.Event()

        def handle(exchange: Exchange) -> None:
            if exchange.user == "x":
                answered.wait(PATIENCE)
                status(401)(exchange)
            else:
                shout(exchange)
                answered.set()

        with Server(handle) as server, engine_at(server, parallel=2) as engine:
            results = engine.run(self.jobs("ax"))
            assert next(results).text == "A"
            with pytest.raises(EngineError):
                next(results)


class TestRetryAfter:
    def test_seconds_are_waited_for(self) -> None:
        busy = in_turn(status(429, headers={"Retry-After": "0.2"}), shout)
        with Server(busy) as server, engine_at(server) as engine:
            (result,) = engine.run([HELLO])
        assert result.text == "HELLO"
        assert server.times[1] - server.times[0] >= 0.2

    def test_a_date_is_waited_for(self) -> None:
        asked = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
        arrived: list[datetime] = []

        def handle(exchange: Exchange) -> None:
            arrived.append(datetime.now(UTC))
            headers = {"Retry-After": format_datetime(asked, usegmt=True)}
            (shout if exchange.number > 1 else status(503, "busy", headers=headers))(exchange)

        with Server(handle) as server, engine_at(server) as engine:
            (result,) = engine.run([HELLO])
        assert result.text == "HELLO"
        assert arrived[1] >= asked

    def test_a_server_that_puts_every_request_off_is_not_waited_for_for_ever(self) -> None:
        jobs = [Job(str(number), "x", "x") for number in range(9)]
        later = status(429, "later", headers={"Retry-After": "0.01"})
        with Server(later) as server, engine_at(server, parallel=1, retries=4, give_up=99) as engine:
            with pytest.raises(EngineError, match="later"):
                list(engine.run(jobs))
            assert len(server.requests) == 11

    def test_all_jobs_wait_and_one_tries_first(self) -> None:
        """Four requests that were turned down together do not come back together."""
        turned_down = threading.Barrier(4)
        company = threading.Event()
        accompanied: list[bool] = []

        def handle(exchange: Exchange) -> None:
            if exchange.number <= 4:
                turned_down.wait(PATIENCE)
                status(429, headers={"Retry-After": "0.05"})(exchange)
                return
            if exchange.number == 5:
                accompanied.append(company.wait(0.3))
            company.set()
            shout(exchange)

        with Server(handle) as server, engine_at(server, parallel=4) as engine:
            results = list(engine.run(Job(str(number), "x", "x") for number in range(4)))
        assert [result.text for result in results] == ["X"] * 4
        assert accompanied == [False]


def test_a_server_that_loads_its_model_is_waited_for_however_often_it_says_so() -> None:
    loading = status(503, "Loading model")
    with Server(in_turn(*[loading] * 12, shout)) as server, engine_at(server, retries=1) as engine:
        (result,) = engine.run([HELLO])
    assert (result.text, len(server.requests)) == ("HELLO", 13)


def test_a_server_that_never_ends_loading_is_given_up() -> None:
    with Server(status(503, "Loading model")) as server, engine_at(server, load=0.5, busy=0.1) as engine:
        (result,) = engine.run([HELLO])
    assert result.finish == "failed"
    assert "Loading model" in result.error or "sent nothing" in result.error
    assert len(server.requests) > 2


@pytest.mark.parametrize(
    "fault",
    [
        status(400, "This model's maximum context length is 4096 tokens, your prompt exceeds it"),
        status(
            400, "the request exceeds the available context size, try increasing it", type="exceed_context_size_error"
        ),
        status(400, "too long", code="context_length_exceeded"),
        status(413, "Payload too large"),
        status(500, "Requested tokens (900) exceed context window of 512"),
        stream('{"error": {"message": "prompt is too long", "code": 400}}'),
    ],
)
def test_a_prompt_that_is_too_long_is_a_result_of_its_own(fault: Handler) -> None:
    with Server(fault) as server, engine_at(server) as engine:
        (result,) = engine.run([HELLO])
    assert (result.text, result.finish, result.error, len(server.requests)) == ("", "context", "", 1)


class TestServersThatExplainNothingInAStream:
    """An answer that breaks off before its first word is asked for again in one piece."""

    def test_they_say_what_is_wrong_without_one(self) -> None:
        def handle(exchange: Exchange) -> None:
            if exchange.body["stream"]:
                exchange.begin()
                exchange.cut()
            else:
                status(400, "This model's maximum context length is 512 tokens")(exchange)

        with Server(handle) as server, engine_at(server) as engine:
            (result,) = engine.run([HELLO])
        assert (result.finish, len(server.requests)) == ("context", 2)
        assert "stream_options" not in server.requests[1]

    def test_the_ways_take_turns(self) -> None:
        with Server(stream()) as server, engine_at(server, retries=3) as engine:
            list(engine.run([HELLO]))
        assert [request["stream"] for request in server.requests] == [True, False, True, False]

    def test_an_answer_that_had_begun_is_streamed_again(self) -> None:
        with Server(in_turn(cut_after("HE"), shout)) as server, engine_at(server) as engine:
            list(engine.run([HELLO]))
        assert [request["stream"] for request in server.requests] == [True, True]


def test_a_connection_that_the_server_had_given_up_costs_no_attempt() -> None:
    def answer_and_leave(exchange: Exchange) -> None:
        (Exchange.cut if exchange.number == 2 else shout)(exchange)

    with Server(answer_and_leave) as server, engine_at(server, parallel=1, retries=0) as engine:
        results = list(engine.run([Job(name, name, name) for name in "abc"]))
    assert [result.text for result in results] == ["A", "B", "C"]
    assert [request["stream"] for request in server.requests] == [True] * 4


class TestText:
    def heard(self, handler: Handler) -> tuple[str, str]:
        pieces: list[str] = []
        with Server(handler) as server, engine_at(server) as engine:
            (result,) = engine.run([HELLO], on_text=lambda _job, piece: pieces.append(piece))
        return "".join(pieces), result.text

    @pytest.mark.parametrize("broken", [cut_after("HEL"), cut_after("HELLO"), cut_after("H")])
    def test_a_second_attempt_is_heard_from_where_it_goes_on(self, broken: Handler) -> None:
        assert self.heard(in_turn(broken, shout)) == ("HELLO", "HELLO")

    def test_a_piece_that_was_heard_in_part_is_heard_from_there(self) -> None:
        in_one_piece = stream(chunk({"content": "HELLO"}), chunk({}, "stop"))
        assert self.heard(in_turn(cut_after("HEL"), in_one_piece)) == ("HELLO", "HELLO")

    @pytest.mark.parametrize("broken", [cut_after("Something else"), cut_after("HELP, and more")])
    def test_a_second_attempt_that_says_something_else_is_not_heard(self, broken: Handler) -> None:
        heard, text = self.heard(in_turn(broken, shout))
        assert heard in {"Something else", "HELP, and more"}
        assert text == "HELLO"

    def test_thinking_is_no_text(self) -> None:
        thinking = stream(
            chunk({"reasoning_content": "The user wants"}),
            chunk({"reasoning": "a greeting."}),
            chunk({"content": "Hi"}),
            chunk({}, "stop"),
        )
        assert self.heard(thinking) == ("Hi", "Hi")

    def test_a_server_that_does_not_stream_is_understood_at_once(self) -> None:
        body = {"choices": [{"message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}]}
        asked: list[int] = []

        def handle(exchange: Exchange) -> None:
            asked.append(exchange.number)
            answer(json.dumps(body), "application/json; charset=utf-8")(exchange)

        assert self.heard(handle) == ("Hi", "Hi")
        assert asked == [1]


def test_a_server_that_ignores_the_limit_is_stopped() -> None:
    def endless(exchange: Exchange) -> None:
        exchange.begin()
        try:
            while True:
                exchange.say("again ")
        finally:
            exchange.server.left.set()

    with Server(endless) as server, engine_at(server) as engine:
        (result,) = engine.run([Job("1", "x", "x", max_tokens=5)])
        assert server.left.wait(PATIENCE)
    assert result.finish == "length"
    assert len(result.text) < 1000


def test_tokens_of_attempts_that_broke_off_are_counted_where_the_server_counts_them() -> None:
    with_usage = stream(chunk({"content": "half"}), usage(9, 1))
    with Server(in_turn(with_usage, cut_after("half"), shout)) as server, engine_at(server, retries=2) as engine:
        (result,) = engine.run([HELLO])
    assert (result.text, result.tokens_in, result.tokens_out) == ("HELLO", 18, 6)


def test_a_job_takes_as_long_as_all_its_attempts() -> None:
    began = time.perf_counter()
    busy = in_turn(status(429, headers={"Retry-After": "0.2"}), shout)
    with Server(busy) as server, engine_at(server) as engine:
        (result,) = engine.run([HELLO])
    assert 0.2 <= result.seconds <= time.perf_counter() - began


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, ""),
        ("", ""),
        ("two\n  lines", "two lines"),
        ({"error": {"message": "deep"}}, "deep"),
        ({"message": "flat"}, "flat"),
        ({"detail": [{"loc": ["body", "seed"], "msg": "extra"}]}, '[{"loc": ["body", "seed"], "msg": "extra"}]'),
        ({"other": 1}, '{"other": 1}'),
        ({"error": {}}, '{"error": {}}'),
        (HTML, "a web page: Welcome to nginx"),
        ("<html>", "a web page"),
        ("x" * 400, "x" * 300 + "…"),
    ],
)
def test_the_words_of_an_error_are_found_in_any_body(body: object, words: str) -> None:
    assert message_of(body) == words
