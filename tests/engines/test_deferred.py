"""An engine that is made when it is needed."""

import pytest

from styletune.engines.deferred import DeferredEngine
from styletune.engines.protocol import Job, Prefix
from styletune.engines.scripted import ScriptedEngine
from styletune.errors import EngineError, ModelError

PREFIX = Prefix("system")


def run(engine):
    engine.open(PREFIX)
    return [result.text for result in engine.run([Job("0", "question", "question")])]


def test_nothing_is_made_before_the_first_prefix():
    made = []
    engine = DeferredEngine(lambda: made.append(ScriptedEngine(["answer"])) or made[-1], name="later")
    assert (engine.name, engine.local, made) == ("later", True, [])
    assert run(engine) == ["answer"]
    assert engine.name == "scripted"
    engine.close()
    assert made[0].closed == 1


def test_the_maker_is_told_of_once():
    heard = []
    engine = DeferredEngine(lambda: ScriptedEngine(["a", "b"]), name="later", on_made=heard.append)
    assert [*run(engine), *run(engine)] == ["a", "b"]
    assert len(heard) == 1


def test_a_model_that_cannot_be_loaded_is_tried_once():
    tries = []

    def make():
        tries.append(1)
        raise ModelError("broken.gguf is broken.")

    engine = DeferredEngine(make, name="broken")
    for _ in range(3):
        with pytest.raises(ModelError, match=r"broken\.gguf"):
            engine.open(PREFIX)
    assert len(tries) == 1


def test_an_engine_that_fails_once_is_made_anew():
    engines = [ScriptedEngine([EngineError("out of memory")]), ScriptedEngine(["answer"])]
    engine = DeferredEngine(lambda: engines.pop(0), name="later")
    with pytest.raises(EngineError):
        run(engine)
    assert run(engine) == ["answer"]


def test_an_engine_that_keeps_failing_is_given_up():
    made = []

    def make():
        made.append(ScriptedEngine(lambda job: EngineError("out of memory")))
        return made[-1]

    engine = DeferredEngine(make, name="later")
    for _ in range(4):
        with pytest.raises(EngineError, match="out of memory"):
            run(engine)
    assert len(made) == 2


def test_a_server_that_failed_is_not_asked_again():
    made = []

    def make():
        made.append(ScriptedEngine(lambda job: EngineError("cannot be reached"), local=False))
        return made[-1]

    engine = DeferredEngine(make, name="server")
    for _ in range(3):
        with pytest.raises(EngineError, match="cannot be reached"):
            run(engine)
    assert len(made) == 1
