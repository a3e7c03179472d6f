"""Every option of ``watch``, defined once."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from styletune.commands.settings import STDIN, DraftSettings, RewriteSettings, TranslateSettings
from styletune.commands.verb_settings import VerbSettings
from styletune.errors import UsageError


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

    @property
    def drafts(self) -> DraftSettings:
        """The same, as ``rewrite`` or ``translate`` is told."""
        common: dict[str, Any] = {
            "paths": self.paths,
            "model": self.model,
            "output": None if self.output is None else f"{self.output}{os.sep}",
            "in_place": self.in_place,
            "examples": self.examples,
            "isolate": True,
            "jobs": self.jobs,
            "seed": self.seed,
            "quiet": self.quiet,
            "verbose": self.verbose,
        }
        if self.to is None:
            return RewriteSettings(**common)
        return TranslateSettings(**common, to=self.to, source=self.source)

    def check_all(self) -> None:
        """Raise ``UsageError`` that names every option that cannot work and every two that exclude each other."""
        problems = [*self._problems()]
        try:
            self.drafts.check_all()
        except UsageError as error:
            problems += str(error).splitlines()
        if problems:
            raise UsageError("\n".join(problems))

    def _problems(self) -> Iterator[str]:
        if STDIN in self.paths:
            yield "- (standard input) cannot be watched: name files or folders."
        if self.source is not None and self.to is None:
            yield "--from tells what is translated from: name the language to translate into with --to."
        if self.output is not None and self.output.is_file():
            yield f"--output {self.output} is a file; results need a folder."
        if self.once and self.poll:
            yield "--once and --poll exclude each other: one ends at once, the other looks again and again."
