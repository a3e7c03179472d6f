"""Every option of the ``models`` verbs, defined once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from styletune.commands.verb_settings import VerbSettings


@dataclass(frozen=True, kw_only=True)
class ListSettings(VerbSettings):
    """List the models that are installed and the ones that can be pulled."""

    json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False


@dataclass(frozen=True, kw_only=True)
class PullSettings(VerbSettings):
    """Download a model from a hub.

    An interrupted download goes on where it broke off. HF_ENDPOINT names another hub, HF_TOKEN your token for it, and
    STYLETUNE_MODELS another folder for models.
    """

    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of the list, or OWNER/REPOSITORY.")]
    quantization: Annotated[
        str | None,
        typer.Option("--quantization", metavar="TYPE", help="Such as Q4_K_M, or a file.  [default: the model's own]"),
    ] = None
    list_files: Annotated[
        bool, typer.Option("--list-files", help="List what the repository holds, and download nothing.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class AddSettings(VerbSettings):
    """Give a GGUF file on this machine a name."""

    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .gguf file; of several parts, the first.")]
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="  [default: the file's name]")] = None


@dataclass(frozen=True, kw_only=True)
class UseSettings(VerbSettings):
    """Make a model the project's default."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="What --model would name.")]


@dataclass(frozen=True, kw_only=True)
class InfoSettings(VerbSettings):
    """Say what a model file holds."""

    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A name or a .gguf file.  [default: the project's model]")
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False


@dataclass(frozen=True, kw_only=True)
class RemoveSettings(VerbSettings):
    """Remove a model that was pulled, or forget one that was added."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of the list.")]
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False
