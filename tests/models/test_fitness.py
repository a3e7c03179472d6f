import json
from pathlib import Path
from typing import Any, Literal

import pytest

from styletune.errors import ModelError
from styletune.models.choice import ModelChoice
from styletune.models.fitness import unfit
from styletune.models.manifest import MANIFEST

Task = Literal["rewrite", "translate"]


def tuned(model: Path, **values: object) -> ModelChoice:
    (model.parent / MANIFEST).write_text(json.dumps(values))
    return ModelChoice("gguf", path=model)


@pytest.mark.parametrize(
    ("task", "source", "target", "words"),
    [
        ("translate", None, "zh", "was tuned on English and German and knows no Chinese"),
        ("translate", "zh", "en", "knows no Chinese"),
        ("translate", "zh", "fr", "knows no Chinese and French"),
        ("rewrite", "fr", None, "knows no French"),
    ],
)
def test_a_tuned_model_refuses_languages_it_was_not_taught(
    model: Path, task: Task, source: str | None, target: str | None, words: str
) -> None:
    choice = tuned(model, tasks=["rewrite", "translate"], languages=["en", "de"])
    with pytest.raises(ModelError) as caught:
        unfit(choice, task, source_lang=source, target_lang=target)
    assert words in str(caught.value)
    assert "--model" in str(caught.value)


def test_a_tuned_model_refuses_tasks_it_was_not_taught(model: Path) -> None:
    with pytest.raises(ModelError, match="was tuned to rewrite, not to translate"):
        unfit(tuned(model, tasks=["rewrite"]), "translate", source_lang=None, target_lang="en")


@pytest.mark.parametrize(("source", "target"), [("en", "zh-hans"), (None, "zh"), ("en-gb", "zh-hant"), (None, None)])
def test_a_tuned_model_takes_what_it_was_taught_in_any_variant(
    model: Path, source: str | None, target: str | None
) -> None:
    choice = tuned(model, tasks=["translate"], languages=["zh-Hans", "en"])
    assert unfit(choice, "translate", source_lang=source, target_lang=target) is None


def test_a_manifest_that_leaves_the_languages_open_refuses_none(model: Path) -> None:
    assert unfit(tuned(model, base_model="x"), "translate", source_lang="fi", target_lang="zh") is None


@pytest.mark.parametrize(
    ("known", "source", "target", "words"),
    [
        ("smollm2-135m", None, "zh", "name English as what it was made for, and not Chinese"),
        ("smollm2-135m", "en", None, None),
        ("qwen2.5-7b", "zh", "de", None),
        ("qwen2.5-7b", "zh", "fi", "and not Finnish"),
        ("qwen3-4b", "fi", "sw", None),
        ("ministral-3-8b", None, "pt-br", None),
    ],
)
def test_what_the_makers_of_a_known_model_do_not_name_is_a_notice(
    model: Path, known: str, source: str | None, target: str | None, words: str | None
) -> None:
    choice = ModelChoice("gguf", path=model, known_as=known)
    notice = unfit(choice, "translate", source_lang=source, target_lang=target)
    assert (notice is None) if words is None else (notice is not None and words in notice)


def test_a_file_may_name_its_languages_itself(model: Path, tmp_path: Path, build_gguf: Any) -> None:
    notice = unfit(ModelChoice("gguf", path=model), "translate", source_lang=None, target_lang="zh")
    assert notice is not None
    assert "tiny.gguf" in notice
    (tmp_path / "silent.gguf").write_bytes(build_gguf({"general.architecture": "llama"}))
    silent = ModelChoice("gguf", path=tmp_path / "silent.gguf")
    assert unfit(silent, "translate", source_lang=None, target_lang="zh") is None


@pytest.mark.parametrize("choice", [ModelChoice("echo"), ModelChoice("openai", url="http://x", model="m")])
def test_engines_without_a_file_are_never_unfit(choice: ModelChoice) -> None:
    assert unfit(choice, "translate", source_lang="zh", target_lang="fi") is None
