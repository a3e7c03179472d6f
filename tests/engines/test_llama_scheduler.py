"""The scheduler against a small deterministic backend that enforces llama.cpp's own limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.engines.llama_scheduler import Request, Row, Scheduler, Waiting, evaluate_prefix
from styletune.engines.protocol import Job
from styletune.errors import Cancelled

VOCABULARY = 23
END = 0


def following(history: Sequence[int]) -> int:
    """Predict from the whole history, so that one wrong or missing cell changes what follows."""
    total = 7
    for token in history:
        total = (total * 31 + token + 1) % 10007
    return total % VOCABULARY


@dataclass
class FakeBackend:
    """A model whose every limit is an assertion, as llama.cpp's are aborts."""

    width: int = 4
    batch: int = 8
    cells: int = 64
    unified: bool = True
    can_share: bool = True
    histories: dict[int, list[int]] = field(default_factory=dict)
    steps: list[list[Row]] = field(default_factory=list)

    def share(self, sequence: int) -> bool:
        assert not self.histories.get(sequence)
        if self.can_share:
            self.histories[sequence] = list(self.histories.get(0, []))
        return self.can_share

    def begin(self, sequence: int, temperature: float, seed: int) -> None:
        assert 1 <= sequence <= self.width

    def release(self, sequence: int) -> None:
        self.histories.pop(sequence, None)

    def step(self, rows: Sequence[Row]) -> list[int]:
        assert 1 <= len(rows) <= self.batch
        picked: list[int] = []
        for row in rows:
            history = self.histories.setdefault(row.sequence, [])
            assert row.position == len(history)
            history.append(row.token)
            if row.output:
                picked.append(following(history))
        assert len(picked) <= self.width + 1
        assert self.used() <= self.cells
        self.steps.append(list(rows))
        return picked

    def used(self) -> int:
        prefix = len(self.histories.get(0, []))
        own = [len(history) for sequence, history in self.histories.items() if sequence]
        if not self.unified:
            return max([prefix, *own])
        return prefix + sum(length - prefix if self.can_share else length for length in own)


def request(name: str, tokens: Sequence[int], limit: int) -> Request:
    return Request(Job(name, "", ""), list(tokens), limit)


def alone(prefix: Sequence[int], tokens: Sequence[int], limit: int) -> tuple[list[int], str]:
    """Generate one job by itself: the slow reference."""
    history, written = [*prefix, *tokens], []
    while len(written) < limit:
        token = following(history)
        if token == END:
            return written, "stop"
        written.append(token)
        history.append(token)
    return written, "length"


tokens = st.lists(st.integers(1, VOCABULARY - 1), max_size=12)
jobs = st.lists(st.tuples(tokens.filter(bool), st.integers(1, 12)), max_size=20)


@given(
    prefix=tokens,
    jobs=jobs,
    limits=st.tuples(st.integers(1, 6), st.integers(6, 12), st.integers(0, 60), st.booleans()),
    ahead=st.integers(1, 30),
)
def test_every_job_gets_what_it_would_get_alone(prefix, jobs, limits, ahead) -> None:
    width, batch, spare, unified = limits
    backend = FakeBackend(width=width, batch=batch, cells=len(prefix) + 24 + spare, unified=unified)
    evaluate_prefix(backend, prefix)
    requests = [request(str(index), own, limit) for index, (own, limit) in enumerate(jobs)]
    scheduler = Scheduler(backend, prefix, is_end=lambda token: token == END)
    waiting = Waiting(iter(requests), ahead=ahead)
    results = {slot.request.job.id: (slot.written, slot.finish) for slot in scheduler.run(waiting)}
    assert results == {str(index): alone(prefix, own, limit) for index, (own, limit) in enumerate(jobs)}
    assert not waiting
    assert set(backend.histories) <= {0}


@given(prefix=tokens, jobs=jobs, spare=st.integers(0, 60))
def test_a_backend_that_cannot_share_evaluates_the_prefix_for_each_job(prefix, jobs, spare) -> None:
    backend = FakeBackend(cells=2 * len(prefix) + 24 + spare, can_share=False)
    evaluate_prefix(backend, prefix)
    requests = (request(str(index), own, limit) for index, (own, limit) in enumerate(jobs))
    slots = list(Scheduler(backend, prefix, is_end=lambda token: token == END).run(Waiting(requests, ahead=9)))
    expected = [alone(prefix, own, limit) for own, limit in jobs]
    assert [
        (slot.written, slot.finish) for slot in sorted(slots, key=lambda slot: int(slot.request.job.id))
    ] == expected


def test_jobs_that_never_fit_are_left_and_the_others_run() -> None:
    backend = FakeBackend(cells=20)
    waiting = Waiting(iter([request("large", [1] * 30, 5), request("small", [2, 3], 5)]), ahead=8)
    finished = [slot.request.job.id for slot in Scheduler(backend, [], is_end=lambda _: False).run(waiting)]
    assert finished == ["small"]
    assert waiting.needs(4) == [35]


def test_the_longest_prompt_is_admitted_first() -> None:
    backend = FakeBackend(width=1, cells=64)
    waiting = Waiting((request(str(size), [1] * size, 1) for size in (2, 9, 5)), ahead=8)
    order = [slot.request.job.id for slot in Scheduler(backend, [], is_end=lambda _: False).run(waiting)]
    assert order == ["9", "5", "2"]


def test_jobs_are_read_only_so_far_ahead() -> None:
    read: list[int] = []

    def endless() -> Iterator[Request]:
        for number in range(10**9):
            read.append(number)
            yield request(str(number), [1], 2)

    results = Scheduler(FakeBackend(width=2), [], is_end=lambda _: False).run(Waiting(endless(), ahead=3))
    next(results)
    assert len(read) <= 2 + 3 + 2


def test_a_long_prompt_is_evaluated_beside_jobs_that_write() -> None:
    backend = FakeBackend(width=2, batch=4)
    waiting = Waiting(iter([request("long", [1] * 12, 1), request("short", [2], 6)]), ahead=8)
    list(Scheduler(backend, [], is_end=lambda _: False).run(waiting))
    assert [len(rows) for rows in backend.steps[:4]] == [4, 4, 4, 4]
    assert all({1, 2} == {row.sequence for row in rows} for rows in backend.steps[:4])


def test_a_reader_that_stops_reading_leaves_no_sequence_behind() -> None:
    backend = FakeBackend(width=3)
    waiting = Waiting((request(str(number), [number + 1], 9) for number in range(6)), ahead=8)
    results = Scheduler(backend, [], is_end=lambda token: token % 5 == 0).run(waiting)
    next(results)
    results.close()
    assert backend.histories == {}


def test_a_stop_ends_the_run_before_the_next_batch() -> None:
    backend, stop = FakeBackend(width=2), Event()
    scheduler = Scheduler(backend, [], is_end=lambda _: False, on_token=lambda _slot, _token: stop.set())
    with pytest.raises(Cancelled):
        list(scheduler.run(Waiting(iter([request("1", [1], 50)]), ahead=1), stop))
    assert (len(backend.steps), backend.histories) == (1, {})
