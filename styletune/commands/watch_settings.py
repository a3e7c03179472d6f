"""Every option of ``watch``, defined once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from styletune.commands.verb_settings import VerbSettings


@dataclass(frozen=True, kw_only=True)
class WatchSettings(VerbSettings):
    """Redo drafts whenever they are saved, and learn from your edits of the results.

    Without --to, drafts are rewritten; with it they are translated.
    """

    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders or globs to watch.")]
    to: Annotated[str | None, typer.Option("--to", metavar="LANG", help="Translate into this language.")] = None
    source: Annotated[str | None, typer.Option("--from", metavar="LANG", help="Language of the drafts.")] = None
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="As with rewrite and translate.  [default: the project's]")
    ] = None
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder for results.  [default: beside]")
    ] = None
    in_place: Annotated[bool, typer.Option("--in-place", help="Change the drafts themselves.")] = False
    catch_up: Annotated[
        bool, typer.Option("--catch-up", help="Begin with the drafts whose results are missing or stale.")
    ] = False
    once: Annotated[bool, typer.Option("--once", help="Bring all results up to date, and end.")] = False
    poll: Annotated[bool, typer.Option("--poll", help="Look at the files again and again: for network folders.")] = (
        False
    )
    most: Annotated[int, typer.Option(min=1, metavar="N", help="Ask before more than N drafts are redone at once.")] = (
        50
    )
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Redo any number of drafts without asking.")] = False
    quiet_ms: Annotated[
        int, typer.Option("--quiet-ms", min=50, metavar="MS", help="Milliseconds without a change before work begins.")
    ] = 400
    settle_minutes: Annotated[
        float,
        typer.Option("--settle-minutes", min=0, metavar="N", help="Quiet minutes after which an edit is learned from."),
    ] = 10.0
    examples: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="As with rewrite and translate.  [default: the project's]")
    ] = None
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Segments worked on at the same time.")] = None
    seed: Annotated[int, typer.Option(metavar="N", help="Seed for models that sample.")] = 0
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each event.")] = False
