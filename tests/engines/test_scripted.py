from threading import Event

import pytest

from styletune.engines.protocol import Engine, Job, Prefix
from styletune.engines.scripted import Reply, ScriptedEngine
from styletune.errors import Cancelled, EngineError

JOBS = [Job("1", "Rewrite: a", "a"), Job("2", "Rewrite: b", "b")]


def opened(engine: ScriptedEngine) -> ScriptedEngine:
    engine.open(Prefix("s"))
    return engine


@pytest.mark.parametrize(
    "script",
    [["A", Reply("B")], {"b": "B", "a": "A"}, lambda job: job.source.upper()],
    ids=["queue", "mapping", "function"],
)
def test_answers_come_from_the_script_and_everything_is_recorded(script) -> None:
    engine = opened(ScriptedEngine(script))
    as_engine: Engine = engine
    assert [(result.id, result.text) for result in as_engine.run(iter(JOBS))] == [("1", "A"), ("2", "B")]
    engine.close()
    assert (engine.prefixes, engine.jobs, engine.closed) == ([Prefix("s")], JOBS, 1)


def test_pieces_are_streamed_and_the_finish_reason_is_passed_on() -> None:
    heard: list[tuple[str, str]] = []
    engine = opened(ScriptedEngine([Reply("Hello", finish="length", pieces=("Hel", "lo"))]))
    (result,) = engine.run(JOBS[:1], on_text=lambda job, piece: heard.append((job, piece)))
    assert (result.text, result.finish, heard) == ("Hello", "length", [("1", "Hel"), ("1", "lo")])


def test_a_stop_set_in_the_middle_of_an_answer_ends_the_run() -> None:
    stop, heard = Event(), []
    reply = Reply("abc", pieces=("a", "b", "c"), before=lambda: stop.set() if heard else None)
    with pytest.raises(Cancelled):
        list(opened(ScriptedEngine([reply])).run(JOBS, stop=stop, on_text=lambda _job, piece: heard.append(piece)))
    assert heard == ["a"]


def test_a_scripted_failure_keeps_what_came_before() -> None:
    results = opened(ScriptedEngine(["A", EngineError("broken")])).run(JOBS)
    assert next(results).text == "A"
    with pytest.raises(EngineError, match="broken"):
        next(results)


@pytest.mark.parametrize("script", [[], {"c": "C"}])
def test_a_missing_answer_is_an_error_that_names_the_source(script) -> None:
    with pytest.raises(EngineError, match="'a'"):
        list(opened(ScriptedEngine(script)).run(JOBS))


def test_results_can_come_in_reverse_order() -> None:
    engine = opened(ScriptedEngine(lambda job: job.source, reverse=True))
    assert [result.id for result in engine.run(JOBS)] == ["2", "1"]


def test_running_before_opening_is_an_error() -> None:
    with pytest.raises(EngineError, match="open"):
        list(ScriptedEngine(["A"]).run(JOBS))
