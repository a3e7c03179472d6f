"""Every option of ``synthesize``, defined once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from styletune.commands.verb_settings import VerbSettings
from styletune.errors import UsageError

BUILDERS = ("translate", "rewrite", "identity", "qa")


@dataclass(frozen=True, kw_only=True)
class SynthesizeSettings(VerbSettings):
    """Let a model write the other side of pairs: a reverse translation, an AI's draft, a question.

    What was made is kept in .styletune/corpus and is never made, or paid, twice.
    """

    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The project's folder.  [default: the one around here]")
    ] = None
    builders: Annotated[
        list[str] | None,
        typer.Option(
            "--builder",
            metavar="NAME",
            help="translate, rewrite, identity or qa; may repeat."
            "  [default: rewrite and identity; with --to or --from also translate]",
        ),
    ] = None
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The model that writes: as with rewrite.  [default: the project's, else the embedded]"
        ),
    ] = None
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="LANG", help="Language your drafts will be in: what is translated into."),
    ] = None
    to: Annotated[
        str | None, typer.Option("--to", metavar="LANG", help="Language of your posts that shall be learnt.")
    ] = None
    prompts: Annotated[
        list[str] | None,
        typer.Option("--prompt", metavar="NAME", help="Only this prompt; may repeat.  [default: all of a builder]"),
    ] = None
    list_prompts: Annotated[
        bool, typer.Option("--list-prompts", help="List the prompts with their versions; make nothing.")
    ] = False
    copy_prompts: Annotated[
        bool, typer.Option("--copy-prompts", help="Copy them to .styletune/prompts, for you to edit; make nothing.")
    ] = False
    per_paragraph: Annotated[
        int, typer.Option(min=1, metavar="N", help="Drafts for each paragraph, each by another prompt.")
    ] = 1
    imitate: Annotated[
        str | None,
        typer.Option(metavar="TEXT|FILE", help="The AI drafts you really get: in words, or a file with some."),
    ] = None
    pilot: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Make N samples, show them, and what all would cost.")
    ] = None
    most: Annotated[int | None, typer.Option(min=1, metavar="N", help="Make at most N.")] = None
    budget: Annotated[
        float | None,
        typer.Option(min=0, metavar="AMOUNT", help="Spend at most this, in the currency of the endpoint's prices."),
    ] = None
    token_budget: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Use at most N tokens, prompts and answers together.")
    ] = None
    again: Annotated[
        bool, typer.Option("--again", help="Ask again for what was under way when a paid run was cut off.")
    ] = False
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before money is spent.")] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be made and what it costs.")] = False
    isolate: Annotated[
        bool, typer.Option("--isolate", help="Run a local model in a process of its own, whose death costs nothing.")
    ] = False
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Requests at the same time.")] = None
    seed: Annotated[int, typer.Option(metavar="N", help="Seed for the choice of samples and for sampling.")] = 0
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False

    def check_all(self) -> None:
        """Raise ``UsageError`` that names every option that cannot work and every two that exclude each other."""
        if problems := list(self._problems()):
            raise UsageError("\n".join(problems))

    def _problems(self) -> Iterator[str]:
        for name in self.builders or ():
            if name not in BUILDERS:
                yield f"--builder {name}: there is no such builder. Known are {', '.join(BUILDERS)}."
        if self.pilot and self.most:
            yield "--pilot and --most exclude each other: each says how many are made."
        if self.list_prompts and self.copy_prompts:
            yield "--list-prompts and --copy-prompts exclude each other."
