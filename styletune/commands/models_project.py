"""The model that the project in the working folder uses, and how it comes to use one."""

from pathlib import Path

from styletune.config.load import load_config
from styletune.project import SETTINGS, project_root


def settings_file() -> Path:
    """Find the project's settings, which may not exist yet."""
    here = Path.cwd()
    return project_root(here / SETTINGS, otherwise=here) / SETTINGS


def project_model() -> tuple[str | None, Path]:
    """Return what the project's settings name as its model, and where. Raises ``SettingsError``."""
    place = settings_file()
    return load_config(place.parent).top.model, place


def ways_to_use(name: str) -> str:
    """Say how a model that is on this machine is used."""
    return f"Use it with --model {name}, or for the whole project: styletune models use {name}"
