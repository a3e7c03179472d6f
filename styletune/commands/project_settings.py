"""Every option of ``init``, ``restore`` and ``doctor``, defined once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from styletune.commands.verb_settings import VerbSettings
from styletune.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class InitSettings(VerbSettings):
    """Write styletune.toml and a first .stylerules; what is there already is left alone."""

    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The blog's folder.")] = Path()
    preset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="hugo, jekyll, pelican or plain.  [default: what the folder looks like]"),
    ] = None
    commit_memory: Annotated[
        bool,
        typer.Option(
            "--commit-memory", help="Let git see corrections and the record of outputs; they hold unpublished text."
        ),
    ] = False

    def check_all(self) -> None:
        """Raise ``UsageError`` for a preset that is unknown."""
        from styletune.config.site import PRESETS  # noqa: PLC0415 -- keeps --help light

        if self.preset is not None and self.preset not in PRESETS:
            raise UsageError(f"--preset {self.preset} is unknown; known are {', '.join(PRESETS)}.")


@dataclass(frozen=True, kw_only=True)
class RestoreSettings(VerbSettings):
    """Bring back a file as it was before an --in-place run.

    What the file holds now is kept as well: the same command again takes the change back.
    """

    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that was changed in place.")]
    list: Annotated[bool, typer.Option("--list", help="List the originals that are kept, and change nothing.")] = False
    number: Annotated[
        int,
        typer.Option(
            "--number", "-n", min=1, metavar="N", help="Which original, as --list counts them; 1 is the latest."
        ),
    ] = 1
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file even if it was edited since the last run.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class DoctorSettings(VerbSettings):
    """Say what this machine can do, what is missing, and the command that mends it."""

    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False
