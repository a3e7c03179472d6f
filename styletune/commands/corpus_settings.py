"""Every option of the verbs of ``corpus``, defined once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from styletune.commands.verb_settings import VerbSettings

_Texts = list[str] | None


@dataclass(frozen=True, kw_only=True)
class _CorpusSettings(VerbSettings):
    """What all of them have."""

    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The project's folder.  [default: the one around here]")
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False


@dataclass(frozen=True, kw_only=True)
class CorpusAddSettings(_CorpusSettings):
    """Add your posts, notes, pairs or a blog's history; without PATH, read again what was added and has changed."""

    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Files, folders or globs: Markdown, text, HTML, .docx, .pdf."),
    ] = None
    notes: Annotated[bool, typer.Option("--notes", help="They are notes; questions can be made for them.")] = False
    pairs: Annotated[
        list[Path] | None,
        typer.Option("--pairs", metavar="FILE.jsonl", help="Pairs, or chat logs in OpenAI's format; may repeat."),
    ] = None
    git: Annotated[
        list[Path] | None,
        typer.Option("--git", metavar="REPO", help="A repository whose history shows what you rewrote; may repeat."),
    ] = None
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="LANG", help="Language of all of it.  [default: found out]")
    ] = None
    drafts: Annotated[bool, typer.Option("--drafts", help="Use posts that are marked as drafts, too.")] = False
    exclude: Annotated[_Texts, typer.Option("--exclude", metavar="GLOB", help="Leave these files out; may repeat.")] = (
        None
    )
    exclude_tag: Annotated[
        _Texts, typer.Option("--exclude-tag", metavar="TAG", help="Leave out what has this tag; may repeat.")
    ] = None
    exclude_text: Annotated[
        _Texts, typer.Option("--exclude-text", metavar="REGEX", help="Leave out what holds this; may repeat.")
    ] = None
    exclude_since: Annotated[
        str | None, typer.Option("--exclude-since", metavar="DATE", help="Leave out what is from this day or later.")
    ] = None
    exclude_before: Annotated[
        str | None, typer.Option("--exclude-before", metavar="DATE", help="Leave out what is older than this day.")
    ] = None
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="With --git: commits from this day on.")
    ] = None
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="With --git: commits up to this day.")
    ] = None
    author: Annotated[
        _Texts, typer.Option("--author", metavar="NAME", help="With --git: commits by this person; may repeat.")
    ] = None
    skip_commit: Annotated[
        _Texts, typer.Option("--skip-commit", metavar="HASH|REGEX", help="With --git: not these commits; may repeat.")
    ] = None
    least_change: Annotated[
        float,
        typer.Option("--least-change", min=0, max=1, help="With --git: share of words that must differ."),
    ] = 0.05
    most_change: Annotated[
        float, typer.Option("--most-change", min=0, max=1, help="With --git: share of words that may differ.")
    ] = 0.7
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Files read at the same time.  [default: one a processor]")
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be taken; keep nothing.")] = False


@dataclass(frozen=True, kw_only=True)
class CorpusRemoveSettings(_CorpusSettings):
    """Remove posts, or all that came from a folder or file, with their pairs."""

    items: Annotated[
        list[str], typer.Argument(metavar="ITEM", help="A document or a source, as corpus list prints them.")
    ]
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False


CorpusView = Literal["documents", "sources", "pairs", "dropped", "preferences"]


@dataclass(frozen=True, kw_only=True)
class CorpusListSettings(_CorpusSettings):
    """List documents, or pairs as they would be trained on; --page shows pairs side by side in a browser."""

    view: Annotated[
        CorpusView, typer.Argument(metavar="[WHAT]", help="documents, sources, pairs, dropped or preferences.")
    ] = "documents"
    origin: Annotated[
        _Texts, typer.Option("--origin", metavar="NAME", help="Only pairs of this origin; may repeat.")
    ] = None
    split: Annotated[str | None, typer.Option("--split", metavar="NAME", help="Only train, valid or test.")] = None
    lang: Annotated[str | None, typer.Option("--lang", metavar="LANG", help="Only what is in this language.")] = None
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="List at most N, chosen at random.")] = None
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the choice that --limit makes.")] = 0
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE.jsonl", help="Write the pairs, one a line.")
    ] = None
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE.html", help="Write a page to look through in a browser.")
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False


@dataclass(frozen=True, kw_only=True)
class CorpusStatsSettings(_CorpusSettings):
    """Show what there is, how it is split, what was dropped and why, and whether it is enough."""
