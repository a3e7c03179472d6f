"""The manifest of a tuned model: what it was tuned for, and on what.

It lies beside the weights as ``styletune.manifest.json`` or in their metadata under keys that begin with
``styletune.``; where both say something, the file counts. Unknown keys are left alone, so that newer manifests can be
read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from styletune.errors import ModelError
from styletune.files.failures import in_words
from styletune.models.gguf_header import Header

MANIFEST = "styletune.manifest.json"
_PREFIX = "styletune."
_FINGERPRINT = "template_fingerprint."
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a tuned model says about itself; what it leaves open is empty."""

    tasks: tuple[str, ...] = ()
    """``rewrite``, ``translate``."""

    languages: tuple[str, ...] = ()
    """Codes of the languages it was tuned on."""

    base_model: str = ""
    template_fingerprints: Mapping[str, str] = field(default_factory=dict[str, str])
    """The prompt template it was tuned with, by task and mark mode: ``rewrite.masked``."""

    tuned_by: str = ""
    """Program and version, such as ``styletune 0.4``."""


def read_manifest(header: Header) -> Manifest | None:
    """Read the manifest of a model; ``None`` for a model that was not tuned by styletune.

    Arguments: ``header`` is that of its first file. Raises ``ModelError`` for a manifest that cannot be read.
    """
    values = _from_metadata(header) | _from_file(header.path)
    if not values:
        return None
    place = f"{header.path.parent / MANIFEST} (the manifest of {header.path.name})"
    return Manifest(
        tasks=_strings(values, "tasks", place),
        languages=tuple(code.lower().replace("_", "-") for code in _strings(values, "languages", place)),
        base_model=_string(values, "base_model", place),
        template_fingerprints=_table(values, "template_fingerprints", place),
        tuned_by=_string(values, "tuned_by", place),
    )


def _from_metadata(header: Header) -> dict[str, Any]:
    values: dict[str, Any] = {}
    fingerprints: dict[str, str] = {}
    for key in header.metadata:
        name = key.removeprefix(_PREFIX)
        if name == key:
            continue
        if name.startswith(_FINGERPRINT):
            fingerprints[name.removeprefix(_FINGERPRINT)] = header.text(key) or ""
        else:
            values[name] = header.text(key) or list(header.strings(key))
    return values | ({"template_fingerprints": fingerprints} if fingerprints else {})


def _from_file(model: Path) -> dict[str, Any]:
    """Read the file beside a model, unless it names another model of the same folder."""
    path = model.parent / MANIFEST
    try:
        if not path.is_file():
            return {}
        with path.open("rb") as file:
            values: Any = json.loads(file.read(_LARGEST))
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {in_words(error)}.") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is no valid JSON ({error}). Fetch it again, or delete it.") from error
    if not isinstance(values, dict):
        raise ModelError(f"{path} must hold a table. Fetch it again, or delete it.")
    table = cast("dict[str, Any]", values)
    return table if table.get("file", model.name) == model.name else {}


def _strings(values: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    found = values.get(key, [])
    if not isinstance(found, list) or not all(isinstance(item, str) for item in cast("list[object]", found)):
        raise ModelError(f"{place}: {key} must be a list of texts.")
    return tuple(cast("list[str]", found))


def _string(values: Mapping[str, Any], key: str, place: str) -> str:
    found = values.get(key, "")
    if not isinstance(found, str):
        raise ModelError(f"{place}: {key} must be a text.")
    return found


def _table(values: Mapping[str, Any], key: str, place: str) -> Mapping[str, str]:
    found = values.get(key, {})
    if not isinstance(found, dict) or not all(
        isinstance(item, str) for item in cast("dict[str, object]", found).values()
    ):
        raise ModelError(f"{place}: {key} must be a table of texts.")
    return cast("dict[str, str]", found)
