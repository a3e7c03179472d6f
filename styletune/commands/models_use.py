"""``styletune models use``: the project's default model."""

from codecs import BOM_UTF8
from pathlib import Path
from typing import Any

from styletune.commands.models_project import settings_file
from styletune.commands.models_settings import UseSettings
from styletune.config.load import load_config
from styletune.files.atomic import digest, read_bytes, write_atomic
from styletune.models.choice import resolve_model
from styletune.terminal.console import Console

_KEY = "model"
"""The byte order mark that some editors begin every file with."""


def run(settings: UseSettings, console: Console) -> int:
    """Write the name into the project's settings; everything else in them stays as it is."""
    file = settings_file()
    endpoints = load_config(file.parent).endpoints
    name = settings.name
    if name not in endpoints:
        choice = resolve_model(name, also_known=tuple(endpoints))
        if choice.path is not None and choice.path == Path(name).expanduser():
            name = str(choice.path.absolute())  # a project is worked on from more than one folder
    old = read_bytes(file) if file.exists() else b""
    new = with_model(old, name)
    if new != old:
        write_atomic(file, new, expect=digest(old) if file.exists() else None)
    console.summary(f"{file}: model = {name}")
    return 0


def with_model(data: bytes, name: str) -> bytes:
    """Set ``model`` at the top of settings that are known to be valid; comments and layout are kept."""
    import tomlkit  # noqa: PLC0415 - only this verb writes settings

    mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
    document: Any = tomlkit.parse(data.removeprefix(BOM_UTF8).decode("utf-8"))
    document[_KEY] = name
    return mark + tomlkit.dumps(document).encode("utf-8")
