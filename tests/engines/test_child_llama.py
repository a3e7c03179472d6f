"""The embedded model in a process of its own."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from styletune.engines.child import ChildEngine, open_child
from styletune.engines.child_wire import EngineSpec
from styletune.engines.llama import LlamaEngine
from styletune.engines.protocol import Job, Prefix, Result
from styletune.errors import Cancelled, EngineError, ModelError

pytestmark = pytest.mark.model

PREFIX = Prefix("Answer shortly.")


def jobs(count: int = 4, max_tokens: int = 8) -> list[Job]:
    return [Job(str(number), f"Name {number + 2} fruits.", "", max_tokens) for number in range(count)]


def texts(results: Iterator[Result]) -> dict[str, tuple[str, str]]:
    return {result.id: (result.finish, result.text) for result in results}


def in_a_child(model: Path) -> ChildEngine:
    """One thread, as in the process of the tests: sums in another order could tip a near tie."""
    return ChildEngine(EngineSpec("styletune.engines.llama:LlamaEngine", (model,), {"threads": 1}))


@pytest.fixture(scope="module")
def expected(embedded_model: Path) -> dict[str, tuple[str, str]]:
    engine = LlamaEngine(embedded_model, threads=1)
    engine.open(PREFIX)
    found = texts(engine.run(jobs()))
    engine.close()
    return found


def killer(engine: ChildEngine, *pieces: int):
    """Return a listener that kills the child after so many pieces of text."""
    heard: list[str] = []

    def hear(_job: str, piece: str) -> None:
        heard.append(piece)
        if len(heard) in pieces and engine.pid:
            os.kill(engine.pid, signal.SIGKILL)

    return hear


def test_a_model_killed_while_it_writes_ends_with_the_same_text(
    embedded_model: Path, expected: dict[str, tuple[str, str]]
) -> None:
    engine = in_a_child(embedded_model)
    engine.open(PREFIX)
    pid = engine.pid
    assert texts(engine.run(jobs(), on_text=killer(engine, 5))) == expected
    assert engine.pid not in {None, pid}
    stop = Event()
    with pytest.raises(Cancelled):
        list(engine.run(jobs(max_tokens=4000), stop=stop, on_text=lambda _job, _piece: stop.set()))
    assert texts(engine.run(jobs())) == expected, "a cancelled run leaves nothing behind"
    engine.close()


def test_a_model_deleted_under_it_costs_only_what_was_not_finished(embedded_model: Path, tmp_path: Path) -> None:
    model = tmp_path / "mine.gguf"
    shutil.copy(embedded_model, model)
    engine = open_child(model, parallel=1)
    assert isinstance(engine, ChildEngine)
    assert (engine.name, engine.local, engine.capabilities.prefix_sharing) == ("mine.gguf", True, True)
    engine.open(PREFIX)
    results: list[Result] = []
    for result in engine.run(jobs(3)):
        if not results:
            model.unlink()
            os.kill(engine.pid or 0, signal.SIGKILL)
        results.append(result)
    assert sorted(result.id for result in results) == ["0", "1", "2"]
    finished = [result for result in results if result.finish != "failed"]
    failed = [result.error for result in results if result.finish == "failed"]
    assert len(finished) in {1, 2}, "a result that was on its way is not lost"
    assert all("cannot start again" in error and "mine.gguf cannot be read" in error for error in failed)
    engine.close()


@pytest.mark.parametrize("content", [b"", b"PK", b"GGUF" + b"\xff" * 100])
def test_a_file_that_is_no_model_is_told_in_the_same_words_as_without_a_child(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError) as here:
        LlamaEngine(path)
    with pytest.raises(ModelError) as there:
        open_child(path)
    assert str(there.value) == str(here.value)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit of address space")
@pytest.mark.parametrize("mebibytes", [8, 40])
def test_a_machine_without_memory_flags_the_jobs_or_says_so(embedded_model: Path, mebibytes: int) -> None:
    """llama.cpp reports some allocations that fail and aborts at others."""
    engine = ChildEngine(EngineSpec("mortal_engine:short_of_memory", (embedded_model, mebibytes)))
    engine.open(PREFIX)
    said: set[str] = set()
    try:
        said.update(result.error for result in engine.run(jobs()))
    except (ModelError, EngineError) as error:
        said.add(str(error))
    (message,) = said
    assert "memory" in message.lower()
    assert str(Path("vendor") / "llama.cpp") not in message
    engine.close()
