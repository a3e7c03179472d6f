"""``styletune models add``: a name for a file."""

import re
from pathlib import Path

from styletune.commands.models_project import ways_to_use
from styletune.commands.models_settings import AddSettings
from styletune.errors import UsageError
from styletune.models.installed import Installed, add_installed, find_installed, valid_name
from styletune.models.registry import registry
from styletune.models.repository_files import SHARD, gigabytes
from styletune.models.weights import read_weights, shard_paths
from styletune.terminal.console import Console

_NO_NAME = re.compile(r"[^a-z0-9._+-]+")


def run(settings: AddSettings, console: Console) -> int:
    """Check the file and remember it; it stays where it is."""
    path = settings.file.expanduser().absolute()
    if not path.exists():
        raise UsageError(f"{settings.file}: there is no such file.")
    weights = read_weights(path)
    name = valid_name(settings.name if settings.name is not None else _name_of(path))
    _refuse_taken(name, path)
    add_installed(Installed(name, "added", shard_paths(path)))
    console.summary(f"{name} is {path} ({gigabytes(weights.file_size)}, {weights.bits_per_weight:.1f} bits a weight).")
    console.notice(ways_to_use(name))
    return 0


def _name_of(path: Path) -> str:
    shard = SHARD.fullmatch(path.stem)
    plain = _NO_NAME.sub("-", (shard["stem"] if shard else path.stem).lower()).strip("-._+")
    if not plain:
        raise UsageError(f"{path.name} makes no good name. Give one with --name.")
    return plain[:80]


def _refuse_taken(name: str, path: Path) -> None:
    taken = find_installed(name)
    if taken is not None and taken.path != path:
        raise UsageError(
            f"{name} is the name of {taken.path}. Choose another with --name, or forget that one: styletune models rm {name}"
        )
    if taken is None and name in registry():
        raise UsageError(f"{name} is the name of a model that can be pulled. Choose another with --name.")
