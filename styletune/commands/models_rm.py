"""``styletune models rm``: delete a model that was pulled, forget one that was added."""

from contextlib import suppress

from styletune.commands.models_project import project_model
from styletune.commands.models_settings import RemoveSettings
from styletune.errors import SettingsError, UsageError
from styletune.models.choice import nearest_name
from styletune.models.installed import Installed, find_installed, installed, remove_installed, unfinished
from styletune.models.registry import registry
from styletune.models.repository_files import gigabytes
from styletune.terminal.console import Console
from styletune.terminal.question import agreed


def run(settings: RemoveSettings, console: Console) -> int:
    """Remove a model, after asking where files are deleted."""
    name = settings.name.lower()
    begun = dict(unfinished()).get(name)
    model = find_installed(name)
    if model is None and begun is None:
        raise _unknown(settings.name)
    what = _what(model, name, begun or 0)
    if (model is None or model.origin == "pulled") and not settings.yes and not _agreed(what, console):
        console.notice("Nothing was removed.")
        return 0
    remove_installed(name)
    console.summary(_done(model, name))
    with suppress(SettingsError):  # whoever runs a draft here is told what is wrong with the settings
        used, place = project_model()
        if used and used.lower() == name:
            console.notice(f"This project still names it ({place}). Name another one: styletune models use NAME")
    return 0


def _what(model: Installed | None, name: str, begun: int) -> str:
    if model is None:
        return f"Delete the unfinished download of {name} ({gigabytes(begun)})?"
    return f"Delete {name} ({gigabytes(model.size)} in {model.path.parent})?"


def _done(model: Installed | None, name: str) -> str:
    if model is not None and model.origin == "added":
        return f"{name} is forgotten" + (f"; its file stays where it is: {model.path}" if model.complete else ".")
    return f"{name} was removed."


def _agreed(question: str, console: Console) -> bool:
    return agreed(question, console, nobody=f"{question} Nobody is here to ask: add --yes.")


def _unknown(name: str) -> UsageError:
    if known := registry().get(name.lower()):
        if known.package:
            return UsageError(f"{known.name} comes as a Python package. Run: pip uninstall {known.package}")
        return UsageError(f"{known.name} is not on this machine.")
    near = nearest_name(name, [model.name for model in installed()])
    guess = f" Did you mean {near}?" if near else " Run: styletune models list"
    return UsageError(f"There is no model {name} here.{guess}")
