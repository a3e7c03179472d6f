"""Servers that do not take every parameter."""

import pytest
from openai_server import Exchange, Handler, Server, engine_at, shout, status

from styletune.engines.endpoint_dialect import Dialect, dialect_of
from styletune.engines.protocol import Job, Prefix

PREFIX = Prefix("Be loud.", (("a", "A"),))

COMPLAINTS = {
    # What servers say, and the parameter that they mean.
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.": "max_tokens",
    "Unrecognized request argument supplied: stream_options": "stream_options",
    "[{'loc': ['body', 'seed'], 'msg': 'Extra inputs are not permitted'}]": "seed",
    "Unsupported value: 'temperature' does not support 0.0 with this model. Only the default (1) value is supported.": "temperature",
    "System role not supported": "system",
    "Conversation roles must alternate user/assistant/user/assistant/...": "system",
    "Only user and assistant roles are supported!": "system",
}
UNRELATED = [
    "max_tokens is too large: 99999",
    "The seed must be an integer",
    "I do not like it",
    "temperature must be at most 2",
    "unknown model: seedling",
    "",
]


def uses(parameter: str, body: dict[str, object]) -> bool:
    return "'system'" in str(body["messages"]) if parameter == "system" else parameter in body


def strict(parameter: str, complaint: str, code: int = 400) -> Handler:
    def handle(exchange: Exchange) -> None:
        (status(code, complaint) if uses(parameter, exchange.body) else shout)(exchange)

    return handle


@pytest.mark.parametrize(("complaint", "parameter"), COMPLAINTS.items())
@pytest.mark.parametrize("code", [400, 422])
def test_a_parameter_that_is_refused_is_left_out_from_then_on(complaint: str, parameter: str, code: int) -> None:
    jobs = [Job(str(number), "hi", "hi", max_tokens=7) for number in range(4)]
    with Server(strict(parameter, complaint, code)) as server, engine_at(server, parallel=1, prefix=PREFIX) as engine:
        assert [result.text for result in engine.run(jobs)] == ["HI"] * 4
    assert [uses(parameter, request) for request in server.requests] == [True] + [False] * 4
    assert len(engine.notices) == 1
    if parameter == "max_tokens":
        assert {request["max_completion_tokens"] for request in server.requests[1:]} == {7}


def test_a_complaint_about_a_template_may_come_as_a_failure_of_the_server() -> None:
    template = strict("system", "Jinja Exception: System role not supported", 500)
    with Server(template) as server, engine_at(server, prefix=PREFIX) as engine:
        (result,) = engine.run([Job("1", "hi", "hi")])
    assert result.text == "HI"
    assert server.requests[1]["messages"][0] == {"role": "user", "content": "Be loud.\n\na"}


def test_several_parameters_can_be_refused_one_after_the_other() -> None:
    def handle(exchange: Exchange) -> None:
        for parameter in ("seed", "stream_options", "temperature", "max_tokens", "max_completion_tokens"):
            if parameter in exchange.body:
                status(400, f"Unknown parameter: {parameter}", param=parameter)(exchange)
                return
        shout(exchange)

    with Server(handle) as server, engine_at(server) as engine:
        assert {result.text for result in engine.run([Job(str(number), "hi", "hi") for number in range(8)])} == {"HI"}
    assert sorted(server.requests[-1]) == ["messages", "model", "path", "stream"]
    assert len(engine.notices) == 5


@pytest.mark.parametrize("message", UNRELATED)
def test_other_complaints_are_not_taken_for_it(message: str) -> None:
    assert Dialect().without(message, None) is None


def test_a_complaint_about_what_is_left_out_already_is_no_reason_to_ask_again() -> None:
    dialect = Dialect()
    for name in ("seed", "temperature", "stream_options", "max_tokens", "max_completion_tokens"):
        change = dialect.without(f"unknown parameter: {name}", None)
        assert change is not None
        dialect = change[0]
        assert dialect.without(f"unknown parameter: {name}", name) is None


def test_the_newer_name_comes_first_where_the_older_is_gone() -> None:
    assert dialect_of("api.openai.com").limits[0] == "max_completion_tokens"
    assert dialect_of("localhost").limits[0] == "max_tokens"
