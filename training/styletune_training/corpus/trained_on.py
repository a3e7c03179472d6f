"""Which models have learnt from a document: what was learnt cannot be taken out of them.

The manifest of a tuned model (``styletune.manifest.json``) lists under ``"documents"`` what it was trained on: the
``doc`` of its pairs, or ``document_hash`` of each in a model that is given away and shall not name posts.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from styletune.errors import ModelError
from styletune.models.installed import installed
from styletune.models.known_header import known_header
from styletune.models.manifest import MANIFEST

DOCUMENTS = "documents"
"""Key of the manifest."""

TUNED_ON = "tuned_on"
"""Key of the day on which the model was made, ``YYYY-MM-DD``."""

RUNS = "runs"
"""The project's folder of training runs."""

_LARGEST = 64 << 20
_HASH = "sha256:"
_IN_METADATA = f"styletune.{DOCUMENTS}"


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A tuned model that keeps what it learnt from some documents, or may do so."""

    name: str
    """Of an installed model; else the path of the run's folder below the project."""

    place: Path
    """Its manifest, or the model's file."""

    day: str
    """When it was tuned, ``YYYY-MM-DD``; when the file was last changed where the manifest does not say."""

    documents: tuple[str, ...] | None
    """Those of the asked-for documents that it learnt from; ``None``: it does not say what it learnt from."""

    installed: bool
    """Whether ``styletune models rm`` knows it."""


def document_hash(doc: str) -> str:
    """Name a document in a manifest that shall not tell its name."""
    return _HASH + hashlib.sha256(doc.encode("utf-8", "surrogateescape")).hexdigest()


def trained_on(root: Path, docs: Collection[str]) -> list[TrainedModel]:
    """List the tuned models, on this machine and in a project's runs, that learnt from one of some documents.

    Arguments: ``docs`` are named as in ``Pair.doc``. A tuned model that cannot say is listed, too; base models never.
    """
    found = [*_installed(docs), *_in_runs(root, docs)]
    return [model for model in found if model is not None and model.documents != ()]


def _installed(docs: Collection[str]) -> Iterator[TrainedModel | None]:
    for model in installed():
        place = model.path.parent / MANIFEST
        values = _manifest(place)
        if values is not None and values.get("file", model.path.name) == model.path.name:
            yield _trained(model.name, place, values, docs, installed=True)
        elif (listed := _in_metadata(model.path)) is not None:
            yield _trained(model.name, model.path, {DOCUMENTS: listed}, docs, installed=True)


def _in_runs(root: Path, docs: Collection[str]) -> Iterator[TrainedModel | None]:
    for pattern in (f"*/{MANIFEST}", f"*/*/{MANIFEST}"):
        for place in sorted((root / RUNS).glob(pattern)):
            name = place.parent.relative_to(root).as_posix()
            values = _manifest(place)
            if values is not None:
                yield _trained(name, place, values, docs, installed=False)


def _trained(
    name: str, place: Path, values: dict[str, Any], docs: Collection[str], *, installed: bool
) -> TrainedModel | None:
    listed: object = values.get(DOCUMENTS)
    documents: tuple[str, ...] | None = None
    if isinstance(listed, list):
        known = {one for one in cast("list[object]", listed) if isinstance(one, str)}
        documents = tuple(sorted(doc for doc in docs if doc in known or document_hash(doc) in known))
    elif not _is_tuned(values):
        return None
    day: object = values.get(TUNED_ON)
    return TrainedModel(name, place, day if isinstance(day, str) else _changed(place), documents, installed)


def _is_tuned(values: dict[str, Any]) -> bool:
    return not values or "tuned_by" in values or "base_model" in values


def _manifest(place: Path) -> dict[str, Any] | None:
    """Read a manifest; ``None`` if there is none, and an empty one for one that cannot be read."""
    try:
        with place.open("rb") as file:
            values: Any = json.loads(file.read(_LARGEST))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", values) if isinstance(values, dict) else {}


def _in_metadata(weights: Path) -> list[str] | None:
    with suppress(OSError, ModelError):
        header = known_header(weights)
        if _IN_METADATA in header.metadata:
            return list(header.strings(_IN_METADATA))
    return None


def _changed(place: Path) -> str:
    try:
        return datetime.fromtimestamp(place.stat().st_mtime, UTC).date().isoformat()
    except OSError:
        return ""
