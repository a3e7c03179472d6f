"""The command line in the test's own process, and engines that answer as a test wants."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from command_line import Cli, run_command

from styletune.engines.scripted import ScriptedEngine
from styletune.models.choice import ModelChoice


class Answering(ScriptedEngine):
    """A scripted engine that tells what it was asked."""

    @property
    def asked(self) -> list[str]:
        return [job.source for job in self.jobs]


@pytest.fixture
def cli() -> Cli:
    return run_command


Use = Callable[..., Answering]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Let every run of the test use an engine that answers with a function."""

    def install(answer: Callable[[str], str], **more: object) -> Answering:
        engine = Answering(lambda job: answer(job.source), **more)
        monkeypatch.setattr("styletune.engines.open_engine", lambda choice, **options: engine)
        monkeypatch.setattr("styletune.commands.chosen_model.resolve_model", _any_model)
        monkeypatch.setattr("styletune.commands.chosen_model.model_identity", lambda choice, stop=None: str(choice))
        monkeypatch.setattr("styletune.commands.drafting.unfit", lambda choice, task, **languages: None)
        return engine

    return install


def _any_model(name: str | None, *, also_known: Sequence[str] = ()) -> ModelChoice:
    return ModelChoice("gguf", path=Path(name or "scripted.gguf"))
