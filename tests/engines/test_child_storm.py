"""Kills at any moment: no job is lost and none is answered twice."""

import os
import random
import signal
from pathlib import Path
from threading import Event, Thread

from child_engines import ANSWERS, PREFIX, answers, jobs, opened
from mortal_engine import mortal

from styletune.engines.child import ChildEngine
from styletune.engines.protocol import Job


def test_every_job_gets_one_result_in_a_storm_of_kills(tmp_path: Path) -> None:
    """Kills come from a thread of their own, at any moment: while a child loads, opens, runs or has just been found dead."""
    dice, engine, over = random.Random(3), ChildEngine(mortal(tmp_path)), Event()  # noqa: S311 - chance, no secret
    kills = 0

    def storm() -> None:
        nonlocal kills
        while kills < 30:
            pid = engine.pid
            if over.wait(dice.uniform(0, 0.12)) or pid is None:
                continue
            try:
                os.kill(pid, signal.SIGKILL)
                kills += 1
            except ProcessLookupError:
                continue

    thread = Thread(target=storm)
    thread.start()
    try:
        while thread.is_alive():
            if not opened(engine):
                continue
            asked = [Job(str(number), "", f"text {number}" * dice.randint(1, 400)) for number in range(40)]
            results = list(engine.run(iter(asked)))
            assert sorted(result.id for result in results) == sorted(job.id for job in asked)
            for result in results:
                assert result.finish == "failed" or result.text == "> " + asked[int(result.id)].source.upper()
    finally:
        over.set()
        thread.join()
    assert kills == 30
    engine.open(PREFIX)
    assert answers(engine.run(jobs())) == ANSWERS, "after the storm all is well"
    engine.close()
