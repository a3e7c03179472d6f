"""The jobs of a run whose child may die: none lost, none answered twice, no text told twice."""

from styletune.engines.child_ledger import Ledger
from styletune.engines.protocol import Job, Result

JOBS = [Job(str(number), "", f"text {number}") for number in range(4)]


def result(number: int) -> Result:
    return Result(str(number), "answer", "stop", 1, 1, 0.1)


def test_after_a_death_unfinished_jobs_come_again_before_new_ones():
    ledger = Ledger(JOBS, None)
    assert [ledger.take(), ledger.take(), ledger.take()] == JOBS[:3]
    assert ledger.finish(result(1))
    ledger.rewind()
    assert [ledger.take(), ledger.take(), ledger.take(), ledger.take()] == [JOBS[0], JOBS[2], JOBS[3], None]


def test_a_job_is_finished_once():
    ledger = Ledger(JOBS, None)
    ledger.take()
    assert ledger.finish(result(0))
    assert not ledger.finish(result(0))


def test_a_second_child_tells_only_what_the_first_did_not():
    heard: list[str] = []
    ledger = Ledger(JOBS, lambda _job, piece: heard.append(piece))
    ledger.take()
    ledger.hear("0", "one ")
    ledger.hear("0", "two ")
    ledger.rewind()
    ledger.take()
    for piece in ("one", " tw", "o three", " four"):
        ledger.hear("0", piece)
    assert heard == ["one ", "two ", "three", " four"]


def test_what_is_left_fails_for_one_reason():
    ledger = Ledger(JOBS, None)
    ledger.take()
    ledger.take()
    ledger.finish(result(0))
    failed = list(ledger.failures("it died"))
    assert [(entry.id, entry.finish, entry.error) for entry in failed] == [
        (name, "failed", "it died") for name in ("1", "2", "3")
    ]
