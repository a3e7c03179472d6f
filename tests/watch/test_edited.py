"""When an edited output is learned from, and whether a person edited it."""

from pathlib import Path

import pytest

from styletune.watch.burst import GAP, Burst
from styletune.watch.edited import MANY, TOGETHER, EditedOutputs

SETTLE = 600.0


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def edited(clock: Clock) -> EditedOutputs:
    return EditedOutputs(SETTLE, clock)


A = Path("a.rewritten.md")


def test_fifteen_saves_settle_once_after_the_last(edited: EditedOutputs, clock: Clock):
    firsts = []
    for _ in range(15):
        firsts.append(edited.changed(A))
        assert edited.due() == []
        clock.now += SETTLE - 1
    assert firsts == [True] + [False] * 14
    clock.now += 1
    assert edited.due() == [A]
    assert not edited.take(A)
    assert edited.due() == []


def test_what_settles_waits_until_it_is_taken(edited: EditedOutputs, clock: Clock):
    edited.changed(A)
    clock.now += SETTLE
    assert edited.due() == edited.due() == edited.waiting() == [A]


@pytest.mark.parametrize(
    ("count", "apart", "by_program"), [(MANY, 0.0, True), (MANY - 1, 0.0, False), (MANY, TOGETHER, False)]
)
def test_many_outputs_at_once_are_a_programs_work(edited: EditedOutputs, clock: Clock, count, apart, by_program):
    outputs = [Path(f"{number}.rewritten.md") for number in range(count)]
    for output in outputs:
        edited.changed(output)
        clock.now += apart
    assert [edited.take(output) for output in outputs] == [by_program] * count


def test_a_programs_work_settles_soon(edited: EditedOutputs, clock: Clock):
    outputs = [Path(f"{number}.rewritten.md") for number in range(MANY)]
    for output in outputs:
        edited.changed(output)
    clock.now += TOGETHER
    assert sorted(edited.due()) == outputs


def test_edits_of_before_the_start_are_nobodys_bulk(edited: EditedOutputs):
    outputs = [Path(f"{number}.rewritten.md") for number in range(MANY + 2)]
    for output in outputs:
        edited.changed(output, now_seen=True)
    assert not any(edited.take(output) for output in outputs)


def test_two_names_of_one_file_are_one(edited: EditedOutputs, tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    edited.changed(tmp_path / "real" / "日記.md")
    assert not edited.changed(tmp_path / "link" / "日記.md")


def test_a_burst_counts_each_draft_once_and_ends_with_a_gap(clock: Clock):
    burst: Burst[str] = Burst(clock)
    assert burst.add(["a", "b"]) == 2
    clock.now += GAP
    assert burst.add(["b", "c"]) == 3
    burst.answered("no")
    clock.now += GAP + 0.1
    assert burst.add(["d"]) == 1
    assert burst.answer is None


def test_an_answer_holds_for_the_rest_of_a_burst(clock: Clock):
    burst: Burst[str] = Burst(clock)
    burst.add("abc")
    burst.answered("yes")
    clock.now += GAP
    burst.add("d")
    assert burst.answer == "yes"


def test_what_follows_the_end_of_a_burst_is_counted_anew(clock: Clock):
    burst: Burst[str] = Burst(clock)
    burst.add("abc")
    burst.answered("no")
    burst.end()
    assert burst.add("d") == 1
    assert burst.answer is None
