"""The engine of a chosen model: loaded late, and what a person should know is said before any text is sent."""

import pytest

from styletune import engines
from styletune.commands.chosen_model import Chosen, defer
from styletune.engines.protocol import Prefix
from styletune.engines.scripted import ScriptedEngine
from styletune.models.choice import ModelChoice


class Far(ScriptedEngine):
    """An engine on another machine."""

    notices = ("It is slow today.",)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    asked: list[dict[str, object]] = []

    def open_engine(_choice: ModelChoice, **options: object) -> Far:
        asked.append(options)
        return Far(["a"], local=False)

    monkeypatch.setattr(engines, "open_engine", open_engine)
    return asked


def heard(opened: list[dict[str, object]], **options: object) -> list[str]:
    said: list[str] = []
    chosen = Chosen(ModelChoice("openai", url="http://far.example", model="m"), None, isolate=True)
    engine = defer(chosen, jobs=3, loading=lambda: said.append("loading"), say=said.append, **options)
    assert not opened
    assert not said
    engine.open(Prefix(""))
    engine.open(Prefix(""))
    assert opened == [{"endpoint": None, "parallel": 3, "isolate": True}]
    return said


def test_where_text_goes_is_said_once_before_it_goes(opened):
    where = "Your text leaves this machine: it is sent to scripted."
    assert heard(opened) == ["loading", where, "It is slow today."]


def test_what_was_said_already_is_not_said_again(opened):
    assert heard(opened, says_where=False) == ["loading", "It is slow today."]


def test_another_engine_may_stand_around_it(opened):
    inside: list[object] = []
    assert heard(opened, inside=lambda engine: inside.append(engine) or ScriptedEngine([])) == ["loading"]
    assert [type(engine) for engine in inside] == [Far]
