"""What waits and what is next: nothing is lost, the latest save wins."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from styletune.watch.queue import Queue, Rank, Ticket

ITEMS = st.sampled_from("abcd")


class Clock:
    """Time that passes when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(queue: Queue[str]) -> list[str]:
    """Take all that is due, and finish it."""
    order: list[str] = []
    while (ticket := queue.take(0)) is not None:
        order.append(ticket.item)
        queue.done(ticket, finished=True)
    return order


def test_what_was_saved_last_comes_first():
    queue: Queue[str] = Queue()
    for item in "abca":
        queue.put(item)
    assert taken(queue) == ["a", "c", "b"]


def test_the_backlog_comes_behind_all_saves_in_the_order_it_was_found():
    queue: Queue[str] = Queue()
    for item in "abc":
        queue.put(item, Rank.BACKLOG)
    queue.put("d")
    queue.put("b")
    assert taken(queue) == ["b", "d", "a", "c"]


def test_what_a_person_waits_for_comes_before_saves():
    queue: Queue[str] = Queue()
    queue.put("a", Rank.FIRST)
    queue.put("b")
    assert taken(queue) == ["a", "b"]


def test_what_is_saved_while_it_is_worked_on_is_stopped_and_waits_again():
    queue: Queue[str] = Queue()
    queue.put("a")
    ticket = queue.take(0)
    assert ticket is not None
    assert queue.put("a")
    assert ticket.stop.is_set()
    assert ticket.why == "superseded"
    assert queue.take(0) is None  # never twice at a time
    assert not queue.done(ticket, finished=True)
    assert taken(queue) == ["a"]


def test_a_save_interrupts_the_backlog_which_waits_again():
    queue: Queue[str] = Queue()
    queue.put("a", Rank.BACKLOG)
    ticket = queue.take(0)
    assert ticket is not None
    queue.put("b")
    assert (ticket.stop.is_set(), ticket.why) == (True, "later")
    queue.done(ticket, finished=False)
    assert taken(queue) == ["b", "a"]


def test_what_was_finished_before_it_noticed_is_not_done_again():
    queue: Queue[str] = Queue()
    queue.put("a", Rank.BACKLOG)
    ticket = queue.take(0)
    assert ticket is not None
    queue.put("b")
    assert queue.done(ticket, finished=True)
    assert taken(queue) == ["b"]


def test_a_save_does_not_interrupt_another():
    queue: Queue[str] = Queue()
    queue.put("a")
    ticket = queue.take(0)
    assert ticket is not None
    queue.put("b")
    assert not ticket.stop.is_set()


def test_another_try_waits_for_its_time_unless_the_file_is_saved():
    clock = Clock()
    queue: Queue[str] = Queue(clock)
    queue.put("a", Rank.BACKLOG, after=10)
    queue.put("b", Rank.BACKLOG, after=10)
    assert taken(queue) == []
    queue.put("b")
    assert taken(queue) == ["b"]
    clock.now = 10
    assert taken(queue) == ["a"]


def test_another_try_never_puts_off_a_save():
    queue: Queue[str] = Queue(Clock())
    queue.put("a")
    queue.put("a", Rank.BACKLOG, after=10)
    assert taken(queue) == ["a"]


def test_hurry_ends_all_waiting_for_a_time():
    queue: Queue[str] = Queue(Clock())
    queue.put("a", after=10)
    queue.hurry()
    assert taken(queue) == ["a"]


def test_a_held_queue_hands_out_nothing_and_loses_nothing():
    queue: Queue[str] = Queue()
    queue.put("a")
    ticket = queue.take(0)
    assert ticket is not None
    queue.hold(interrupt=True)
    queue.put("b")
    queue.done(ticket, finished=False)
    assert queue.take(0) is None
    queue.release()
    assert sorted(taken(queue)) == ["a", "b"]


def test_what_is_withdrawn_is_stopped_and_forgotten():
    queue: Queue[str] = Queue()
    queue.put("a")
    queue.put("b")
    ticket = queue.take(0)
    assert ticket is not None
    assert queue.withdraw("a")
    assert queue.withdraw("b")
    assert not queue.withdraw("c")
    assert ticket.why == "withdrawn"
    queue.done(ticket, finished=False)
    assert queue.empty


def test_closing_wakes_whoever_waits_and_stops_the_work():
    queue: Queue[str] = Queue()
    found: list[Ticket[str] | None] = []
    waiting = threading.Thread(target=lambda: found.append(queue.take()))
    waiting.start()
    queue.close()
    waiting.join(20)
    assert found == [None]
    queue.put("a")
    assert queue.take(0) is None


def test_a_put_wakes_whoever_waits():
    queue: Queue[str] = Queue()
    found: list[str] = []

    def work() -> None:
        ticket = queue.take(20)
        if ticket is not None:
            found.append(ticket.item)
            queue.done(ticket, finished=True)

    waiting = threading.Thread(target=work)
    waiting.start()
    queue.put("a")
    waiting.join(20)
    assert found == ["a"]
    assert queue.wait_until_empty(20)


@given(st.lists(ITEMS, min_size=1))
def test_many_saves_of_a_file_are_one_piece_of_work(saves: list[str]):
    queue: Queue[str] = Queue()
    for item in saves:
        queue.put(item)
    assert len(queue) == len(set(saves))
    assert taken(queue) == list(dict.fromkeys(reversed(saves)))


class Machine(RuleBasedStateMachine):
    """Every save is followed by work that began after it and was not stopped, unless it was withdrawn."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.queue: Queue[str] = Queue(self.clock)
        self.ticket: Ticket[str] | None = None
        self.owed: set[str] = set()
        """What has been asked for, and has not been done since."""
        self.held = False

    @rule(item=ITEMS, rank=st.sampled_from(Rank), after=st.sampled_from([0.0, 0.0, 0.0, 5.0]))
    def put(self, item: str, rank: Rank, after: float) -> None:
        self.queue.put(item, rank, after=after)
        self.owed.add(item)

    @precondition(lambda self: self.ticket is None)
    @rule()
    def take(self) -> None:
        self.ticket = self.queue.take(0)
        assert not (self.held and self.ticket)
        if self.ticket is not None:
            self.owed.discard(self.ticket.item)

    @precondition(lambda self: self.ticket is not None)
    @rule(late=st.booleans())
    def done(self, late: bool) -> None:
        ticket, self.ticket = self.ticket, None
        assert ticket is not None
        finished = late or not ticket.stop.is_set()
        if not finished and ticket.why != "withdrawn":
            self.owed.add(ticket.item)
        self.queue.done(ticket, finished=finished)

    @rule(item=ITEMS)
    def withdraw(self, item: str) -> None:
        self.queue.withdraw(item)
        self.owed.discard(item)

    @rule(interrupt=st.booleans())
    def hold(self, interrupt: bool) -> None:
        self.queue.hold(interrupt=interrupt)
        self.held = True

    @rule()
    def release(self) -> None:
        self.queue.release()
        self.held = False

    @rule(seconds=st.floats(0, 10))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @invariant()
    def it_stays_small(self) -> None:
        assert len(self.queue) <= len("abcd")

    def teardown(self) -> None:
        if self.ticket is not None:
            if self.ticket.stop.is_set() and self.ticket.why != "withdrawn":
                self.owed.add(self.ticket.item)
            self.queue.done(self.ticket, finished=not self.ticket.stop.is_set())
        self.queue.release()
        self.clock.now += 100
        assert self.owed <= set(taken(self.queue))


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("workers", [1])
def test_from_many_threads_every_last_save_is_worked_on(workers: int):
    queue: Queue[int] = Queue()
    latest = dict.fromkeys(range(10), 0)
    worked: dict[int, int] = {}
    lock = threading.Lock()

    def work() -> None:
        while (ticket := queue.take(20)) is not None:
            with lock:
                worked[ticket.item] = latest[ticket.item]
            queue.done(ticket, finished=True)

    def save(start: int) -> None:
        for number in range(300):
            with lock:
                latest[(start + number) % 10] += 1
            queue.put((start + number) % 10)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    threads += [threading.Thread(target=save, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads[workers:]:
        thread.join(20)
    assert queue.wait_until_empty(20)
    queue.close()
    for thread in threads:
        thread.join(20)
    assert worked == latest
