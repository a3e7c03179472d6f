"""The models on this machine: pulled from a hub, or files that were given a name.

Each has a folder of its own under the user's data folder, with ``model.json`` in it. That file is written last, so that
a folder without it holds no model but what an interrupted download has left.
"""

import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from styletune.errors import FileError, UsageError
from styletune.files.atomic import write_atomic
from styletune.files.failures import in_words

MODELS_FOLDER = "STYLETUNE_MODELS"
"""Environment variable that names another folder for models, such as one on a larger disk."""

RECORD = "model.json"
BEGUN = ".begun"
"""What was asked for, while it is being downloaded: the words behind ``styletune models pull``."""

PART = ".part"
"""How files that are being downloaded end."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._+-]{0,79}")
_RESERVED = frozenset({"echo", "pseudo", "openai"})

Origin = Literal["pulled", "added"]


@dataclass(frozen=True, slots=True)
class Installed:
    """A model on this machine that has a name."""

    name: str
    origin: Origin
    """``pulled`` files are ours to delete, ``added`` ones are not."""

    files: tuple[Path, ...]
    """The weights, all shards in order."""

    base: str = ""
    """Its name in the registry, if it is there."""

    repository: str = ""
    commit: str = ""
    quantization: str = ""

    @property
    def path(self) -> Path:
        """The file that llama.cpp is given."""
        return self.files[0]

    @property
    def complete(self) -> bool:
        """Whether all of its files exist."""
        return all(file.exists() for file in self.files)

    @property
    def size(self) -> int:
        """Bytes of its files, as far as they exist."""
        return sum(file.stat().st_size for file in self.files if file.exists())


def models_folder() -> Path:
    """Return the folder that holds the models; it may not exist yet."""
    if named := os.environ.get(MODELS_FOLDER):
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 - most runs name no model

    return user_data_path("styletune", appauthor=False) / "models"


def valid_name(name: str) -> str:
    """Return a name as it is kept: in small letters. Raises ``UsageError`` for one that cannot be used."""
    small = name.strip().lower()
    if not _NAME.fullmatch(small) or small.endswith(".gguf"):
        raise UsageError(
            f"{name!r} cannot be the name of a model: use letters, digits, dots, dashes and underscores, and no .gguf."
        )
    if small in _RESERVED:
        raise UsageError(f"{name!r} cannot be the name of a model: it is the name of an engine. Choose another one.")
    return small


def installed() -> list[Installed]:
    """List the models on this machine by name; what cannot be read counts as not there."""
    try:
        folders = sorted(entry for entry in models_folder().iterdir() if entry.is_dir())
    except OSError:
        return []
    return [model for folder in folders if (model := _read(folder))]


def find_installed(name: str) -> Installed | None:
    """Find a model by its name."""
    small = name.lower()
    return _read(models_folder() / small) if _NAME.fullmatch(small) else None


def unfinished() -> list[tuple[str, int]]:
    """List the downloads that were interrupted: name, and bytes that are there."""
    try:
        folders = sorted(
            entry for entry in models_folder().iterdir() if entry.is_dir() and not (entry / RECORD).exists()
        )
        return [(folder.name, _bytes(folder)) for folder in folders if _bytes(folder)]
    except OSError:
        return []


def pull_again(name: str) -> str:
    """Return the command that goes on with an interrupted download."""
    words = name
    with suppress(OSError, UnicodeDecodeError):
        words = (models_folder() / name / BEGUN).read_text("utf-8").strip() or name
    return f"styletune models pull {words}"


def add_installed(model: Installed) -> None:
    """Remember a model. Raises ``FileError``."""
    values = {
        "origin": model.origin,
        "files": [_stored(file, model) for file in model.files],
        "base": model.base,
        "repository": model.repository,
        "commit": model.commit,
        "quantization": model.quantization,
    }
    text = json.dumps(values, ensure_ascii=False, indent=1)
    write_atomic(models_folder() / model.name / RECORD, text.encode("utf-8", "surrogateescape") + b"\n")


def remove_installed(name: str) -> None:
    """Delete a model's folder, with the files in it that were pulled. Raises ``FileError``.

    The record goes first: what is left of an interrupted removal is no model any more.
    """
    folder = models_folder() / name
    try:
        (folder / RECORD).unlink(missing_ok=True)
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError(f"{folder} cannot be removed: {in_words(error)}. Remove it by hand.") from error


def _stored(file: Path, model: Installed) -> str:
    return file.name if model.origin == "pulled" else str(file)


def _read(folder: Path) -> Installed | None:
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        values: Any = json.loads((folder / RECORD).read_bytes().decode("utf-8", "surrogateescape"))
        return _from_record(folder, cast("Mapping[str, Any]", values))
    return None


def _from_record(folder: Path, values: Mapping[str, Any]) -> Installed:
    pulled = values["origin"] == "pulled"
    names = [str(name) for name in values["files"]]
    if not names or (pulled and any(Path(name).name != name for name in names)):
        raise ValueError("a record names files beside it")
    return Installed(
        name=folder.name,
        origin="pulled" if pulled else "added",
        files=tuple(folder / name for name in names),
        base=str(values.get("base", "")),
        repository=str(values.get("repository", "")),
        commit=str(values.get("commit", "")),
        quantization=str(values.get("quantization", "")),
    )


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file() and file.name != BEGUN)
