"""Every option of the verbs of ``memory``, defined once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from styletune.commands.verb_settings import VerbSettings


@dataclass(frozen=True, kw_only=True)
class _MemorySettings(VerbSettings):
    """What all of them have."""

    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The project's folder.  [default: the one around here]")
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False


@dataclass(frozen=True, kw_only=True)
class ShowSettings(_MemorySettings):
    """Show what the project remembers, and how much of what was written you kept."""

    where: Annotated[
        bool, typer.Option("--where", help="List every file in which text of yours is kept, and nothing else.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class AddSettings(_MemorySettings):
    """Add a rule, a term or a phrase that is never said."""

    rule: Annotated[str | None, typer.Argument(metavar="[RULE]", help="A sentence for .stylerules.")] = None
    section: Annotated[
        str, typer.Option("--section", metavar="NAME", help="Where the sentence goes: Rules or Voice.")
    ] = "Rules"
    term: Annotated[
        list[str] | None, typer.Option("--term", metavar="WORD=RENDERING", help="How a term is rendered; may repeat.")
    ] = None
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="WORD", help="A term that stays as it is; may repeat.")
    ] = None
    never_say: Annotated[
        list[str] | None, typer.Option("--never-say", metavar="PHRASE", help="What is never written; may repeat.")
    ] = None
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="LANG", help="Language of the output it is for.  [default: any]")
    ] = None


@dataclass(frozen=True, kw_only=True)
class LearnSettings(_MemorySettings):
    """Learn from your edits: DRAFT is the draft or what styletune wrote, EDITED what you made of it."""

    draft: Annotated[Path, typer.Argument(metavar="DRAFT", help="The draft, or styletune's output as it was.")]
    edited: Annotated[Path, typer.Argument(metavar="EDITED", help="The text as you want it.")]
    to: Annotated[
        str | None, typer.Option("--to", metavar="LANG", help="Language of EDITED, if it is a translation.")
    ] = None
    source: Annotated[str | None, typer.Option("--from", metavar="LANG", help="Language of the draft.")] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be learned; learn nothing.")] = False


_Ids = list[str] | None


@dataclass(frozen=True, kw_only=True)
class ReviewSettings(_MemorySettings):
    """Decide about conflicts, and about rules that your corrections suggest."""

    list: Annotated[bool, typer.Option("--list", help="List what is open; decide nothing.")] = False
    accept: Annotated[_Ids, typer.Option("--accept", metavar="ID", help="Accept a proposal; may repeat.")] = None
    reject: Annotated[_Ids, typer.Option("--reject", metavar="ID", help="Reject a proposal for good; may repeat.")] = (
        None
    )
    edit: Annotated[
        str | None, typer.Option("--edit", metavar="ID=TEXT", help="Accept a proposal in words of your own.")
    ] = None
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Ask the model for a summary of the last corrections, as a proposal.")
    ] = False
    model: Annotated[str | None, typer.Option(metavar="NAME", help="The model that --suggest asks.")] = None


@dataclass(frozen=True, kw_only=True)
class ForgetSettings(_MemorySettings):
    """Remove something from everywhere: a correction, a rule, a term, or all that holds a text."""

    items: Annotated[list[str], typer.Argument(metavar="ITEM", help="An id as memory show prints it, or a text.")]
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False


@dataclass(frozen=True, kw_only=True)
class ExplainSettings(_MemorySettings):
    """Print the exact prompt of one paragraph, what it costs, what was left out, and why."""

    place: Annotated[str, typer.Argument(metavar="FILE:LINE", help="The draft and a line of it.")]
    to: Annotated[str | None, typer.Option("--to", metavar="LANG", help="Explain a translation into LANG.")] = None
    source: Annotated[str | None, typer.Option("--from", metavar="LANG", help="Language of the draft.")] = None
    model: Annotated[str | None, typer.Option(metavar="NAME", help="The model whose tokens are counted.")] = None
    examples: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="As with rewrite and translate.  [default: the project's]")
    ] = None


ExportFormat = Literal["pairs", "preferences", "tmx", "vale"]
ImportFormat = Literal["pairs", "tmx", "vale"]


@dataclass(frozen=True, kw_only=True)
class ExportSettings(_MemorySettings):
    """Write what was learned for training or for other tools."""

    place: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="The file to write; for vale, a folder.")]
    format: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="[default: by the name; .jsonl is pairs, .tmx is tmx, a folder is vale]"),
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False


@dataclass(frozen=True, kw_only=True)
class ImportSettings(_MemorySettings):
    """Take over terms and translations from another tool."""

    place: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="A .tmx, a .jsonl of pairs, or a Vale style.")]
    format: Annotated[ImportFormat | None, typer.Option("--format", help="[default: by the name]")] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be taken; change nothing.")] = False
