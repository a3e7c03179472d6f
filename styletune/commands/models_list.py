"""``styletune models list``: what is here, and what can be had."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from styletune.commands.models_project import project_model
from styletune.commands.models_settings import ListSettings
from styletune.errors import ModelError, SettingsError
from styletune.models.installed import Installed, installed, pull_again, unfinished
from styletune.models.manifest import read_manifest
from styletune.models.memory_need import cache_per_token, memory_need
from styletune.models.registry import EMBEDDED, MANY, KnownModel, embedded_path, registry
from styletune.models.repository_files import gigabytes
from styletune.models.weights import read_weights
from styletune.terminal.console import Console, printable

_SHOWN = 3
"""Languages that a line has room for."""

_UNCHECKED = (
    "* These figures could not be compared with the repository when they were written down; models pull looks at what it "
    "really holds."
)


def run(settings: ListSettings, console: Console) -> int:
    """Print the list."""
    here, known = _here(), _pullable()
    if settings.json:
        begun = [{"name": name, "bytes": size} for name, size in unfinished()]
        values = {"installed": here, "pullable": known, "unfinished": begun}
        console.write_json(values)
        return 0
    console.show(_table("On this machine", here, last="from"), on_stdout=True)
    console.show(Text(), on_stdout=True)
    console.show(_table("Can be pulled: styletune models pull NAME", known, last="licence"), on_stdout=True)
    console.show(Text(_UNCHECKED, style="dim"), on_stdout=True)
    _notices(here, console)
    return 0


def _here() -> list[dict[str, Any]]:
    embedded = embedded_path()
    lines = [_line(registry()[EMBEDDED], embedded)] if embedded else []
    return lines + [_installed_line(model) for model in installed()]


def _pullable() -> list[dict[str, Any]]:
    names = {model.name for model in installed()}
    return [_line(model, None) for model in registry().values() if model.repository and model.name not in names]


def _line(model: KnownModel, path: Path | None) -> dict[str, Any]:
    return {
        "name": model.name,
        "title": model.title,
        "quantization": model.quantization,
        "quantizations": list(model.quantizations),
        "size": model.size,
        "memory": model.memory,
        "parameters": model.parameters,
        "context": model.context,
        "languages": list(model.languages),
        "licence": model.licence,
        "repository": model.repository,
        "gated": model.gated,
        "checked": model.checked,
        "from": f"pip: {model.package}" if model.package else "",
        "path": str(path) if path else None,
    }


def _installed_line(model: Installed) -> dict[str, Any]:
    known = registry().get(model.base)
    line: dict[str, Any] = {
        "name": model.name,
        "quantization": model.quantization,
        "size": model.size,
        "memory": None,
        "languages": list(known.languages) if known else [],
        "licence": known.licence if known else "",
        "repository": model.repository,
        "from": f"hub: {model.repository.partition('/')[0]}" if model.repository else "a file of yours",
        "path": str(model.path),
        "problem": None,
    }
    try:
        return line | _header_facts(model, line["languages"])
    except ModelError as error:
        return line | {"problem": str(error)}


def _header_facts(model: Installed, languages: list[str]) -> dict[str, Any]:
    weights = read_weights(model.path)
    manifest = read_manifest(weights.header)
    return {
        "quantization": model.quantization or weights.shares[0][0],
        "memory": memory_need(weights.tensor_size, cache_per_token(weights.header)),
        "languages": list(manifest.languages if manifest else languages or weights.header.strings("general.languages")),
        "tasks": list(manifest.tasks) if manifest else None,
    }


def _table(title: str, lines: list[dict[str, Any]], *, last: str) -> Table:
    table = Table(title=Text(title, style="bold"), title_justify="left", box=None, pad_edge=False, header_style="dim")
    table.add_column("name", no_wrap=True)
    table.add_column("type", no_wrap=True)
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("memory", justify="right", no_wrap=True)
    table.add_column("languages", overflow="fold")
    table.add_column(last, overflow="fold")
    for line in lines:
        table.add_row(*(Text(printable(cell)) for cell in _cells(line, last)))
    if not lines:
        table.add_row("none")
    return table


def _cells(line: dict[str, Any], last: str) -> Sequence[str]:
    star = "" if line.get("checked", True) else " *"
    gate = ", gated" if line.get("gated") else ""
    return (
        line["name"] + star,
        line["quantization"] or "?",
        gigabytes(line["size"]),
        gigabytes(line["memory"]) if line["memory"] else "?",
        languages_in_short(line["languages"]),
        "damaged or gone" if line.get("problem") else line[last] + gate,
    )


def languages_in_short(languages: Sequence[str]) -> str:
    """List languages in a few characters."""
    if MANY in languages:
        return "100 and more"
    more = len(languages) - _SHOWN
    return " ".join(languages[:_SHOWN]) + (f" +{more}" if more > 0 else "") if languages else "not said"


def _notices(here: list[dict[str, Any]], console: Console) -> None:
    for line in here:
        if line.get("problem"):
            console.notice(f"{line['name']}: {line['problem']}")
    for name, size in unfinished():
        console.notice(f"{name} was not downloaded to its end ({gigabytes(size)} are here): {pull_again(name)}")
    with suppress(SettingsError):  # whoever runs a draft here is told what is wrong with the settings
        used, place = project_model()
        if used:
            console.notice(f"This project uses {used} ({place}).")
