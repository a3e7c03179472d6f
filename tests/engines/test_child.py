"""An engine in a process of its own: the same answers, whatever ends that process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from child_engines import ANSWERS, PREFIX, answers, gone, jobs, kill
from mortal_engine import BUG, DEAF, FAIL, WAIT, MortalEngine, mortal

from styletune.engines import child
from styletune.engines.child import ChildEngine
from styletune.engines.child_link import ChildLink
from styletune.engines.child_wire import EngineSpec
from styletune.engines.protocol import Engine, Job, Prefix
from styletune.errors import Cancelled, EngineError, ModelError

POINTS = ["load", "open", "begin", "0", "2", "5", "end"]

Make = Callable[..., ChildEngine]


def test_it_is_the_engine_that_the_child_has(make: Make, tmp_path: Path) -> None:
    engine: Engine = make()
    here = MortalEngine(tmp_path, (), way="")
    here.open(PREFIX)
    assert (engine.name, engine.capabilities, engine.local) == ("mortal", MortalEngine.capabilities, False)
    assert list(engine.run(iter(jobs()))) == list(here.run(jobs()))
    assert list(engine.run([])) == []


def test_jobs_are_made_as_the_engine_asks_for_them(make: Make) -> None:
    made: list[str] = []

    def lazily() -> Iterator[Job]:
        for job in jobs():
            made.append(job.id)
            yield job

    for result in make().run(lazily()):
        assert len(made) <= int(result.id) + 2


def test_text_is_heard_while_it_is_written(make: Make) -> None:
    heard: list[tuple[str, str]] = []
    stop = Event()

    def hear(job: str, piece: str) -> None:
        heard.append((job, piece))
        if len(heard) == 2:
            stop.set()

    with pytest.raises(Cancelled):
        list(make().run([Job("w", "", WAIT)], on_text=hear, stop=stop))
    assert heard == [("w", "> W"), ("w", "AIT")]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("way", ["SIGKILL", "exit"])
def test_one_death_costs_nothing(make: Make, point: str, way: str) -> None:
    heard: dict[str, str] = {}
    engine = make(point, way=way)
    got = answers(engine.run(jobs(), on_text=lambda job, piece: heard.update({job: heard.get(job, "") + piece})))
    assert got == ANSWERS
    assert heard == ANSWERS, "no piece is heard twice"


@pytest.mark.parametrize("point", ["begin", "0", "2", "5", "end"])
def test_two_deaths_leave_the_unfinished_jobs_failed_and_the_next_run_is_well(make: Make, point: str) -> None:
    engine = make(point, point)
    results = list(engine.run(iter(jobs())))
    assert sorted(result.id for result in results) == sorted(ANSWERS)
    left = {result.id: result.error for result in results if result.finish == "failed"}
    assert len(left) == {"begin": 6, "0": 6, "2": 4, "5": 1, "end": 0}[point]
    assert all(
        "died twice" in error and "short of memory" in error and "smaller model" in error for error in left.values()
    )
    assert all(result.text == ANSWERS[result.id] for result in results if result.id not in left)
    assert engine.pid is None
    assert answers(engine.run(jobs())) == ANSWERS


@pytest.mark.parametrize(("point", "doing"), [("load", "loading"), ("open", "reading the prompt")])
def test_two_deaths_before_a_run_are_an_error(make: Make, point: str, doing: str) -> None:
    with pytest.raises(EngineError, match=f"died twice while {doing} .signal 9, SIGKILL") as caught:
        make(point, point)
    assert "GGML_ASSERT(n > 0) failed" in caught.value.__notes__


def test_deaths_at_different_points_of_one_run_count_together(make: Make) -> None:
    results = list(make("1", "3").run(jobs()))
    assert [result.finish for result in results] == ["stop"] * 3 + ["failed"] * 3


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("SIGKILL", "signal 9, SIGKILL: the machine is probably short of memory"),
        ("SIGSEGV", "signal 11, SIGSEGV: GGML_ASSERT(n > 0) failed"),
        ("SIGABRT", "signal 6, SIGABRT: GGML_ASSERT(n > 0) failed"),
        ("SIGTERM", "signal 15, SIGTERM"),
        ("exit", "exit code 0"),
        ("sys.exit", "exit code 3"),
        ("MemoryError", "it ran out of memory"),
    ],
)
def test_the_cause_is_named(make: Make, way: str, words: str) -> None:
    (result,) = make("0", "0", way=way).run(jobs(1))
    assert f"({words}" in result.error


def test_a_child_that_died_between_runs_is_replaced_and_does_not_count(make: Make) -> None:
    engine = make("3", "close")
    for _ in range(3):
        kill(engine)
        assert answers(engine.run(jobs())) == ANSWERS
    assert engine.notices == (
        "The model's process died (signal 9, SIGKILL: the machine is probably short of memory). It was started again.",
    )


@pytest.mark.parametrize(
    ("source", "kind", "words"), [(FAIL, EngineError, "cannot be done"), (BUG, EngineError, "nobody")]
)
def test_an_error_of_the_engine_is_raised_here_and_its_child_lives_on(
    make: Make, source: str, kind: type[Exception], words: str
) -> None:
    engine = make()
    pid = engine.pid
    with pytest.raises(kind, match=words):
        list(engine.run([*jobs(2), Job("x", "", source)]))
    with pytest.raises(ModelError, match="this prefix cannot be read"):
        engine.open(Prefix(FAIL))
    engine.open(PREFIX)
    assert answers(engine.run(jobs())) == ANSWERS
    assert engine.pid == pid


def test_an_engine_that_cannot_be_made_says_so_with_its_own_error(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"PK")
    with pytest.raises(ModelError, match=r"model\.gguf is not a GGUF model: it is a zip archive"):
        child.open_child(tmp_path / "model.gguf")


def test_a_model_that_is_gone_when_it_must_be_loaded_again_is_the_reason(make: Make, tmp_path: Path) -> None:
    engine = make("1")
    engine._spec = EngineSpec("styletune.engines.llama:LlamaEngine", (tmp_path / "gone.gguf",))
    results = list(engine.run(jobs()))
    assert [result.finish for result in results] == ["stop"] + ["failed"] * 5
    assert "gone.gguf cannot be read" in results[-1].error
    with pytest.raises(ModelError, match=r"gone\.gguf"):
        list(engine.run(jobs()))


def test_stop_ends_the_run_and_keeps_the_child(make: Make) -> None:
    engine, stop = make(), Event()
    pid = engine.pid
    results = engine.run([*jobs(2), Job("w", "", WAIT), *jobs(1)], stop=stop)
    assert [next(results).id, next(results).id] == ["0", "1"]
    stop.set()
    with pytest.raises(Cancelled):
        next(results)
    assert answers(engine.run(jobs())) == ANSWERS
    assert engine.pid == pid


def test_an_engine_that_does_not_stop_is_killed(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_STOP_SECONDS", 0.1)
    engine, stop = make(), Event()
    pid = engine.pid
    with pytest.raises(Cancelled):
        list(engine.run([Job("d", "", DEAF)], stop=stop, on_text=lambda _job, _piece: stop.set()))
    assert pid is not None
    assert gone(pid)
    assert answers(engine.run(jobs())) == ANSWERS


def test_a_death_after_stop_is_a_stop(make: Make) -> None:
    engine, stop = make(), Event()

    def end(_job: str, _piece: str) -> None:
        stop.set()
        if engine.pid:
            kill(engine)

    with pytest.raises(Cancelled):
        list(engine.run(jobs(), stop=stop, on_text=end))
    assert answers(engine.run(jobs())) == ANSWERS


def test_a_second_child_that_does_not_load_is_not_waited_for_after_stop(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Event()

    class StopsTheRun(ChildLink):
        def __init__(self, spec: EngineSpec) -> None:
            super().__init__(spec)
            stop.set()

    engine = make("1")
    (tmp_path / "second").mkdir()
    engine._spec = mortal(tmp_path / "second", "load", way="hang")
    monkeypatch.setattr(child, "ChildLink", StopsTheRun)
    with pytest.raises(Cancelled):
        list(engine.run(jobs(), stop=stop))
    assert engine.pid is None


@pytest.mark.parametrize("count", [1, 6])
def test_a_run_that_is_left_early_leaves_the_child_free(make: Make, count: int) -> None:
    engine = make()
    pid = engine.pid
    results = engine.run(jobs())
    for _ in range(count):
        next(results)
    results.close()
    assert answers(engine.run(jobs())) == ANSWERS
    assert engine.pid == pid


def test_a_run_that_was_overtaken_says_so_instead_of_mixing_results(make: Make) -> None:
    engine = make()
    first = engine.run(jobs())
    next(first)
    assert answers(engine.run(jobs())) == ANSWERS
    with pytest.raises(EngineError, match="used for something else"):
        next(first)
    assert answers(engine.run(jobs())) == ANSWERS


def test_errors_of_the_caller_pass_through_and_leave_the_child_free(make: Make) -> None:
    def broken() -> Iterator[Job]:
        yield from jobs(2)
        raise KeyError("a draft")

    def deaf(_job: str, _piece: str) -> None:
        raise KeyError("a screen")

    engine = make()
    with pytest.raises(KeyError, match="a draft"):
        list(engine.run(broken()))
    with pytest.raises(KeyError, match="a screen"):
        list(engine.run(jobs(), on_text=deaf))
    assert answers(engine.run(jobs())) == ANSWERS


def test_a_run_needs_a_prefix(make: Make) -> None:
    with pytest.raises(EngineError, match="not opened"):
        list(make(prefix=None).run(jobs()))
