"""Several servers behind one endpoint, and what becomes of the work when some of them fail."""

import threading
from contextlib import ExitStack

import pytest
from openai_server import PATIENCE, Exchange, Handler, Server, cut_after, engine_at, hang, in_turn, shout, status, where

from styletune.config.schema import Endpoint
from styletune.engines.endpoint_addresses import Address, is_exposed, is_this_machine
from styletune.engines.openai_endpoint import EndpointEngine
from styletune.engines.protocol import Job
from styletune.errors import EngineError


def jobs(count: int) -> list[Job]:
    return [Job(str(number), f"text {number}", "x") for number in range(count)]


def answers(count: int) -> dict[str, str]:
    return {job.id: job.user.upper() for job in jobs(count)}


def texts(engine: EndpointEngine, count: int) -> dict[str, str]:
    return {result.id: result.text for result in engine.run(jobs(count))}


def test_two_servers_work_at_the_same_time() -> None:
    both = threading.Barrier(4)

    def meet(exchange: Exchange) -> None:
        both.wait(PATIENCE)  # passes only while two requests run on each of the two
        shout(exchange)

    with Server(meet) as one, Server(meet) as two, engine_at(one, two, jobs=2) as engine:
        assert texts(engine, 12) == answers(12)
    assert (one.most, two.most) == (2, 2)


def test_one_server_dies_in_the_middle_and_the_other_does_its_work() -> None:
    """The dying one breaks off two answers and then refuses connections; nothing is lost or heard twice."""
    started = threading.Barrier(3)
    died = threading.Event()

    def begin_and_wait(exchange: Exchange) -> None:
        exchange.begin()
        exchange.say("TEXT")
        started.wait(PATIENCE)
        exchange.wait_until_left()  # it is the server that goes

    def after_the_death(exchange: Exchange) -> None:
        assert died.wait(PATIENCE)
        shout(exchange)

    def kill() -> None:
        started.wait(PATIENCE)
        dying.close()
        died.set()

    heard: dict[str, str] = {}
    with Server(begin_and_wait) as dying, Server(after_the_death) as healthy:
        killer = threading.Thread(target=kill)
        killer.start()
        with engine_at(dying, healthy, jobs=2) as engine:
            results = list(
                engine.run(jobs(20), on_text=lambda job, piece: heard.update({job: heard.get(job, "") + piece}))
            )
        killer.join()
    assert {result.id: result.text for result in results} == answers(20)
    assert heard == answers(20)
    assert len(dying.requests) == 2
    (notice,) = engine.notices
    assert notice.startswith(f"{dying.url}: it cannot be reached (")
    assert notice.endswith("Its work goes to the other addresses.")


def test_a_server_that_never_ran_is_left_out_with_a_notice() -> None:
    with Server(shout) as gone:
        pass
    with Server(shout) as healthy, engine_at(gone, healthy) as engine:
        assert texts(engine, 9) == answers(9)
    assert len([notice for notice in engine.notices if gone.url in notice]) == 1


def test_a_server_that_comes_back_gets_work_again() -> None:
    with Server(shout) as first:
        pass
    noticed, back = threading.Event(), threading.Event()

    def serve_again() -> None:
        assert noticed.wait(PATIENCE)
        with Server(lambda exchange: (back.set(), shout(exchange)), port=first.port):
            finished.wait(PATIENCE)

    def healthy_answer(exchange: Exchange) -> None:
        if exchange.number > 4:  # by now the other address was found gone
            noticed.set()
            assert back.wait(PATIENCE)
        shout(exchange)

    finished = threading.Event()
    other = threading.Thread(target=serve_again)
    other.start()
    with Server(healthy_answer) as healthy, engine_at(first, healthy, jobs=1) as engine:
        assert texts(engine, 12) == answers(12)
        finished.set()
        other.join()
    assert engine.notices[0].startswith(f"{first.url}: it cannot be reached (")
    assert engine.notices[-1] == f"{first.url} answers again."


def test_no_server_at_all_is_told_with_every_address() -> None:
    with Server(shout) as one, Server(shout) as two:
        pass
    with engine_at(one, two, backoff=60.0) as engine, pytest.raises(EngineError) as caught:
        list(engine.run(jobs(9)))
    assert one.url in str(caught.value)
    assert two.url in str(caught.value)


def test_a_server_that_stops_for_good_in_the_middle_ends_the_run() -> None:
    def last_answer(exchange: Exchange) -> None:
        shout(exchange)
        if exchange.number == 3:
            exchange.http.close_connection = True
            threading.Thread(target=server.close).start()

    with Server(last_answer) as server, engine_at(server, parallel=1) as engine:
        results = engine.run(jobs(9))
        assert [next(results).text for _ in range(3)] == ["TEXT 0", "TEXT 1", "TEXT 2"]
        with pytest.raises(EngineError, match="cannot be"):
            list(results)


def test_a_server_that_starts_again_is_waited_for_and_refusals_side_by_side_count_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Server(shout) as server, engine_at(server, jobs=8, retries=4) as engine, ExitStack() as again:
        assert texts(engine, 8) == answers(8)
        server.close()
        unreachable, refused = engine._addresses.unreachable, []

        def note(address: Address, trouble: str, *, since: float) -> None:
            refused.append(trouble)
            unreachable(address, trouble, since=since)
            if len(refused) == 8:
                again.enter_context(Server(shout, port=server.port))

        monkeypatch.setattr(engine._addresses, "unreachable", note)
        assert texts(engine, 8) == answers(8)


@pytest.mark.parametrize(
    "fault", [status(500), status(429, headers={"Retry-After": "9"}), cut_after("TE"), status(503, "Loading model")]
)
def test_a_job_that_failed_goes_to_the_other_server(fault: Handler) -> None:
    with Server(fault) as bad, Server(shout) as good, engine_at(bad, good, retries=2, busy=60.0) as engine:
        assert texts(engine, 4) == answers(4)
    assert good.requests
    assert engine.notices == []


def test_a_server_that_hangs_is_left_alone_afterwards() -> None:
    with Server(hang) as bad, Server(shout) as good, engine_at(bad, good, jobs=2, load=1.0, backoff=60.0) as engine:
        assert texts(engine, 30) == answers(30)
    assert len(bad.requests) == 2


def test_each_server_has_its_own_dialect() -> None:
    refuse = where(
        lambda exchange: "seed" in exchange.body, status(400, "Unrecognized request argument supplied: seed"), shout
    )
    with Server(refuse) as strict, Server(shout) as lenient, engine_at(strict, lenient, jobs=1) as engine:
        assert texts(engine, 12) == answers(12)
    assert ["seed" in request for request in strict.requests].count(True) == 1
    assert all("seed" in request for request in lenient.requests)
    assert engine.notices == [f"{strict.url} does not take seed; it is left out."]


def test_one_width_is_shared_by_all_addresses() -> None:
    lock = threading.Lock()

    def alone(exchange: Exchange) -> None:
        assert lock.acquire(blocking=False)
        try:
            shout(exchange)
        finally:
            lock.release()

    with Server(alone) as one, Server(alone) as two, engine_at(one, two, parallel=1, retries=0) as engine:
        assert texts(engine, 12) == answers(12)


def test_a_rate_limit_at_one_of_two_keeps_the_other_busy() -> None:
    limited = in_turn(shout, status(429, headers={"Retry-After": "3600"}))
    with Server(limited) as one, Server(shout) as two, engine_at(one, two, jobs=1) as engine:
        assert texts(engine, 12) == answers(12)
    assert len(one.requests) <= 2


@pytest.mark.parametrize(
    ("url", "here", "exposed"),
    [
        ("http://localhost:11434/v1", True, False),
        ("http://127.0.0.1:1/v1", True, False),
        ("http://[::1]:1/v1", True, False),
        ("http://192.168.1.9:1/v1", False, False),
        ("http://10.0.0.7/v1", False, False),
        ("http://100.100.3.4/v1", False, False),  # Tailscale
        ("http://[fd00::1]/v1", False, False),
        ("http://[fe80::1%25eth0]/v1", False, False),
        ("http://gpu-box:8000/v1", False, False),
        ("http://mac.local:1234/v1", False, False),
        ("http://8.8.8.8/v1", False, True),
        ("http://example.com/v1", False, True),
        ("HTTP://EXAMPLE.COM/v1", False, True),
        ("https://example.com/v1", False, False),
        ("https://api.openai.com/v1", False, False),
        ("https://localhost.example.com/v1", False, False),
        ("http://localhost.example.com/v1", False, True),
    ],
)
def test_where_the_text_goes_is_known(url: str, here: bool, exposed: bool) -> None:
    assert (is_this_machine(url), is_exposed(url)) == (here, exposed)
    engine = EndpointEngine(Endpoint("x", (url,), "m"))
    assert engine.local is here
    assert bool(engine.notices) is exposed


def test_one_server_elsewhere_makes_the_endpoint_one_elsewhere() -> None:
    assert not EndpointEngine(Endpoint("x", ("http://localhost/v1", "https://example.com/v1"), "m")).local


class TestStrain:
    """Servers that drop what they are doing when the next request arrives."""

    @staticmethod
    def four_break_off(exchange: Exchange) -> None:
        if exchange.number <= 4:
            exchange.begin()
            exchange.say("TE")
            TestStrain.together.wait(PATIENCE)
            exchange.cut()
        else:
            shout(exchange)

    together: threading.Barrier

    @pytest.fixture(autouse=True)
    def meeting(self) -> None:
        TestStrain.together = threading.Barrier(4)

    def test_requests_that_broke_off_together_count_once(self) -> None:
        with Server(self.four_break_off) as server, engine_at(server, jobs=4) as engine:
            assert texts(engine, 12) == answers(12)
            (address,) = engine._addresses.all
            assert (address.width, address.strained) == (2, 1)

    def test_calm_servers_get_more_again(self) -> None:
        with Server(self.four_break_off) as server, engine_at(server, jobs=4) as engine:
            assert texts(engine, 60) == answers(60)
            (address,) = engine._addresses.all
            assert (address.width, address.strained) == (4, 1)

    def test_one_request_that_breaks_off_alone_changes_nothing(self) -> None:
        with Server(in_turn(cut_after("TE"), shout)) as server, engine_at(server, jobs=4) as engine:
            assert texts(engine, 1) == answers(1)
            (address,) = engine._addresses.all
            assert (address.width, address.strained) == (4, 0)

    def test_a_habit_of_it_is_told_and_costs_no_answer(self) -> None:
        """Two meetings, of four and then of two requests, that the server does not survive; alone, each is answered."""
        pairs = threading.Barrier(2)

        def handle(exchange: Exchange) -> None:
            meeting = {range(1, 5): TestStrain.together, range(5, 7): pairs}
            for numbers, barrier in meeting.items():
                if exchange.number in numbers:
                    exchange.begin()
                    exchange.say("TE")
                    barrier.wait(PATIENCE)
                    exchange.cut()
                    return
            shout(exchange)

        with Server(handle) as server, engine_at(server, jobs=4, retries=4) as engine:
            assert texts(engine, 8) == answers(8)
            (address,) = engine._addresses.all
            assert (address.width, address.strained) == (1, 2)
        assert engine.notices == [f"{server.url} breaks off answers when it gives several at a time; it gets fewer."]
