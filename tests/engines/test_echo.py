from threading import Event

import pytest

from styletune.engines.echo import EchoEngine
from styletune.engines.protocol import Engine, Job, Prefix
from styletune.errors import Cancelled


def test_every_job_comes_back_with_its_source() -> None:
    engine: Engine = EchoEngine()
    engine.open(Prefix("system"))
    heard: list[tuple[str, str]] = []
    jobs = [Job("1", "Rewrite: Hi.", "Hi."), Job("2", "Rewrite: ", ""), Job("3", "Rewrite: 你好", "你好")]
    results = list(engine.run(iter(jobs), on_text=lambda job, piece: heard.append((job, piece))))
    assert [(result.id, result.text, result.finish) for result in results] == [
        ("1", "Hi.", "stop"),
        ("2", "", "stop"),
        ("3", "你好", "stop"),
    ]
    assert heard == [("1", "Hi."), ("3", "你好")]
    engine.close()
    engine.close()


def test_a_stop_between_jobs_ends_the_run() -> None:
    stop = Event()
    results = EchoEngine().run([Job("1", "a", "a"), Job("2", "b", "b")], stop=stop)
    assert next(results).text == "a"
    stop.set()
    with pytest.raises(Cancelled):
        next(results)
