"""The base models that are known by name: ``registry.toml``, which travels in the wheel."""

import importlib.util
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, cast

from styletune.errors import ModelError
from styletune.models.memory_need import memory_need, weights_size

EMBEDDED = "smollm2-135m"
"""The model that the extra ``embedded`` installs."""

MANY = "mul"
"""Stands for a hundred languages and more; the code of ISO 639-2."""

_TYPES: dict[object, tuple[type, str]] = {
    str: (str, "a text"),
    int: (int, "a whole number"),
    bool: (bool, "true or false"),
    tuple[str, ...]: (list, "a list of texts"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """A table of ``registry.toml``."""

    name: str
    title: str
    licence: str
    languages: tuple[str, ...]
    """Codes; ``("mul",)`` for very many."""

    parameters: int
    context: int
    """Tokens."""

    template: str
    """Family of its chat template."""

    quantization: str
    """The one to take unless the user asks for another."""

    quantizations: tuple[str, ...]
    cache_bytes_per_token: int
    checked: bool
    """Whether the values were compared with the weights themselves."""

    repository: str = ""
    gated: bool = False
    package: str = ""
    import_package: str = ""
    file: str = ""
    bytes: int = 0
    sha256: str = ""

    @property
    def size(self) -> int:
        """Bytes of its weights; an estimate unless they are known."""
        return self.bytes or weights_size(self.parameters, self.quantization) or self.parameters

    @property
    def memory(self) -> int:
        """Bytes it takes while it runs, about."""
        return memory_need(self.size, self.cache_bytes_per_token)

    def knows(self, language: str) -> bool:
        """Tell whether its makers name a language, given as a code."""
        return MANY in self.languages or language.split("-", 1)[0].lower() in self.languages


@cache
def registry() -> Mapping[str, KnownModel]:
    """Return the known models by name."""
    path = registry_path()
    return parse_registry(path.read_text(encoding="utf-8"), str(path))


def registry_path() -> Path:
    """Find the file: in the installed package, or in the checkout beside it."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "registry.toml"
    return installed if installed.exists() else package.parent / "models" / "registry.toml"


def parse_registry(text: str, place: str) -> dict[str, KnownModel]:
    """Read the text of a registry.

    Arguments: ``place`` is its file, for messages. Raises ``ModelError`` that names every problem, one a line.
    """
    try:
        tables = tomllib.loads(text).get("models", {})
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{place}: {error}") from error
    problems: list[str] = []
    known = {name: model for name, table in tables.items() if (model := _model(name, table, problems))}
    if problems:
        raise ModelError("\n".join(f"{place}: {problem}" for problem in problems))
    return known


def embedded_path() -> Path | None:
    """Find the embedded model's file without importing its package, which would load llama.cpp."""
    model = registry()[EMBEDDED]
    spec = importlib.util.find_spec(model.import_package)
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / model.file
        if path.exists():
            return path
        for other in sorted(Path(folder).glob("*.gguf")):  # a later release may name its file otherwise
            return other
    return None


def _model(name: str, table: object, problems: list[str]) -> KnownModel | None:
    before = len(problems)
    if not isinstance(table, dict):
        problems.append(f"models.{name} must be a table.")
        return None
    values = cast("dict[str, Any]", table)
    wanted = {field.name: field for field in fields(KnownModel) if field.name != "name"}
    problems += [f"models.{name}.{key} is unknown." for key in values if key not in wanted]
    for key, field in wanted.items():
        kind, words = _TYPES[field.type]
        if key not in values and field.default is MISSING:
            problems.append(f"models.{name}.{key} is missing.")
        elif key in values and (type(values[key]) is not kind or (kind is list and not _texts(values[key]))):
            problems.append(f"models.{name}.{key} must be {words}.")
    if bool(values.get("repository")) == bool(values.get("package")):
        problems.append(f"models.{name} must have either a repository or a package.")
    if len(problems) > before:
        return None
    plain: dict[str, Any] = {key: tuple(values[key]) if type(values[key]) is list else values[key] for key in values}
    return KnownModel(name=name, **plain)


def _texts(value: list[object]) -> bool:
    return bool(value) and all(isinstance(item, str) for item in value)
