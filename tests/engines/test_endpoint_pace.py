"""No minute has more requests or tokens than an endpoint allows, whatever its addresses and retries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai_server import Server, engine_at, in_turn, shout, status

from styletune.config.schema import Endpoint
from styletune.engines import openai_endpoint
from styletune.engines.endpoint_pace import Pace, Window, correct, expected_tokens
from styletune.engines.openai_endpoint import EndpointEngine
from styletune.engines.protocol import Job, Prefix

arrivals = st.lists(st.tuples(st.floats(0, 40), st.integers(1, 60)), max_size=40)


@given(arrivals, st.none() | st.integers(1, 6), st.none() | st.integers(1, 100))
def test_no_stretch_of_a_minute_holds_more_than_is_allowed(
    requests: list[tuple[float, int]], most: int | None, tokens: int | None
):
    window, now = Window(most, tokens), 0.0
    let_through: list[tuple[float, int]] = []
    for gap, size in requests:
        now += gap
        waited = window.wait(now, size)
        assert waited >= 0
        now += waited
        while rest := window.wait(now, size):  # sums of floats
            assert rest < 1e-6
            now += 1e-6
        window.admit(now, size)
        let_through.append((now, size))
    for start, _ in let_through:
        inside = [size for at, size in let_through if start <= at < start + 60 - 1e-5]
        assert most is None or len(inside) <= most
        assert tokens is None or sum(inside) <= tokens or len(inside) == 1


@pytest.mark.parametrize(
    ("limits", "before", "tokens", "seconds"),
    [
        ((None, None), [(0.0, 9)] * 9, 9, 0.0),
        ((2, None), [(0.0, 1), (10.0, 1)], 1, 40.0),
        ((2, None), [(0.0, 1)], 1, 0.0),
        ((None, 10), [(0.0, 4), (10.0, 4)], 3, 40.0),
        ((None, 10), [(0.0, 4), (10.0, 4)], 7, 50.0),
        ((None, 10), [(0.0, 4), (10.0, 4)], 99, 50.0),  # alone, once nothing else counts
        ((None, 10), [], 99, 0.0),
    ],
)
def test_a_request_waits_until_enough_has_left_the_window(
    limits: tuple[int | None, int | None], before: list[tuple[float, int]], tokens: int, seconds: float
):
    window = Window(*limits)
    for at, size in before:
        window.admit(at, size)
    assert window.wait(20.0, tokens) == pytest.approx(seconds)


def test_what_the_server_counted_takes_the_place_of_what_was_expected():
    window = Window(None, 100)
    admission = window.admit(0.0, 90)
    assert window.wait(1.0, 50) == pytest.approx(59.0)
    correct(admission, (10, 5))
    assert window.wait(1.0, 50) == 0
    correct(admission, None)
    correct(admission, (0, 0))  # a server that does not count
    assert admission.tokens == 15


def test_the_longest_answer_and_all_of_the_prompt_are_expected():
    prefix = Prefix("s" * 35, (("u" * 35, "a" * 35),))
    assert expected_tokens(prefix, Job("1", "界" * 35, "", max_tokens=7)) == 30 + 30 + 7


def jobs(count: int) -> list[Job]:
    return [Job(str(number), f"text {number}", f"text {number}", max_tokens=30) for number in range(count)]


def paced(monkeypatch: pytest.MonkeyPatch, window: float) -> None:
    monkeypatch.setattr(openai_endpoint, "Pace", lambda *limits: Pace(*limits, window=window))


def most_within(times: list[float], seconds: float) -> int:
    return max(sum(start <= other < start + seconds for other in times) for start in times)


def test_requests_are_spread_over_all_addresses_together(monkeypatch: pytest.MonkeyPatch):
    paced(monkeypatch, 0.3)
    with Server(shout) as one, Server(shout) as two, engine_at(one, two, parallel=8, requests_per_minute=3) as engine:
        assert len(list(engine.run(jobs(9)))) == 9
        assert {len(one.requests), len(two.requests)} <= set(range(1, 9))
        assert most_within(one.times + two.times, 0.15) <= 3
        assert max(one.times + two.times) - min(one.times + two.times) >= 0.5  # three windows


def test_repetitions_count_as_well(monkeypatch: pytest.MonkeyPatch):
    paced(monkeypatch, 0.2)
    with (
        Server(in_turn(status(500), shout)) as server,
        engine_at(server, parallel=1, requests_per_minute=1) as engine,
    ):
        assert [result.finish for result in engine.run(jobs(1))] == ["stop"]
        first, second = server.times
        assert second - first >= 0.15


def test_tokens_that_were_not_used_make_room(monkeypatch: pytest.MonkeyPatch):
    paced(monkeypatch, 60.0)
    with Server(shout) as server, engine_at(server, parallel=1, tokens_per_minute=100) as engine:
        engine.open(Prefix(""))
        assert len(list(engine.run(jobs(4)))) == 4  # 33 are expected of each, 15 or so are used
        assert len(server.requests) == 4


def test_an_endpoint_has_no_limits_unless_it_says_so():
    endpoint = Endpoint("a", ("http://localhost/v1",), "m")
    assert (endpoint.requests_per_minute, endpoint.tokens_per_minute) == (None, None)
    EndpointEngine(endpoint).close()
