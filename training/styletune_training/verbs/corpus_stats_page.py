"""The numbers of a corpus, laid out for a terminal of any width."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from styletune.exchange.splits import SPLITS
from styletune.terminal.console import printable
from styletune.text.counted import counted
from styletune_training.training_set.sufficiency import Level, Verdict, level_of
from styletune_training.training_set.summary import UNREADABLE, CorpusCount, DropCount, PairCount, Summary
from styletune_training.verbs.shown_paths import shortened
from styletune_training.verbs.wording import direction, listed

_NAMED = 12
"""Reasons that are named one by one."""

_DIGITS = 8
"""Digits of a hash that are shown."""

_STYLES: dict[Level, str] = {
    "nothing": "red",
    "too little": "red",
    "a try": "yellow",
    "enough": "green",
    "plenty": "green",
}
_PROSPECTS: dict[Level, str] = {"a try": "enough for a try"}
"""Levels that have other words where pairs are still to be made."""

_MADE_FROM_PARAGRAPHS = frozenset({"synthesized", "identity"})


def page(found: Summary, names: Mapping[str, str]) -> RenderableType:
    """Lay out all sections that have something to say; ``names`` are what paths outside of the project are called."""
    sections = (
        _section("Documents", _documents(found.corpus)),
        _section("Pairs to train on", _pairs(found)),
        _section("Prompts", _prompts(found)),
        _section("Dropped pairs", _dropped(found.dropped, names)),
        _section("Is it enough?", _verdicts(found)),
    )
    return Group(*(section for section in sections if section is not None))


def _section(title: str, rows: Iterator[RenderableType]) -> RenderableType | None:
    shown = [Text(printable(row)) if isinstance(row, str) else row for row in rows]
    if not shown:
        return None
    return Group(Text(title, style="bold"), *(Padding(row, (0, 0, 0, 2), expand=False) for row in shown), Text())


def _table(*columns: str, numbers: int) -> Table:
    """Make a table whose last ``numbers`` columns hold numbers."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for position, column in enumerate(columns):
        is_number = position >= len(columns) - numbers
        table.add_column(column, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    return table


def _documents(corpus: CorpusCount) -> Iterator[RenderableType]:
    if corpus.documents:
        table = _table("language", "documents", "paragraphs", "words", numbers=3)
        for lang, count in corpus.languages.items():
            name = "not recognised" if lang == "?" else lang
            table.add_row(name, f"{count.documents:,}", f"{count.paragraphs:,}", f"{count.words:,}")
        yield table
        splits = ", ".join(f"{corpus.splits[split]} {split}" for split in SPLITS)
        yield f"{counted(corpus.posts, 'post')}: {splits}"
    if corpus.skipped:
        documents = counted(sum(corpus.skipped.values()), "document")
        yield f"{documents} not used: {listed(corpus.skipped, most=_NAMED)}"
    if UNREADABLE in corpus.skipped:
        yield "What cannot be read, and what helps: styletune corpus list"
    if corpus.left_out:
        blocks = counted(sum(corpus.left_out.values()), "block")
        yield f"{blocks} left out: {listed(corpus.left_out, most=_NAMED)}"


def _pairs(found: Summary) -> Iterator[RenderableType]:
    if found.pairs:
        table = _table("task", "origin", *SPLITS, numbers=len(SPLITS))
        for count in found.pairs:
            table.add_row(_task(count), count.origin, *(f"{count.splits[split]:,}" for split in SPLITS))
        yield table
    if found.moved:
        yield f"{counted(found.moved, 'pair')} moved to train: something all but the same is in another split"
    if found.preferences:
        yield f"{counted(found.preferences, 'preference')} from your corrections"


def _task(count: PairCount | Verdict) -> str:
    return f"{count.task} {direction(*count.langs)}"


def _prompts(found: Summary) -> Iterator[RenderableType]:
    if not found.prompts:
        return
    table = _table("prompt", "model", "kept", "dropped", "words changed", numbers=3)
    for count in found.prompts:
        changed = "" if count.distances is None else f"{count.distances[1]:.0%}"
        table.add_row(count.prompt, _model(count.model), f"{count.kept:,}", f"{count.dropped:,}", changed)
    yield table


def _model(identity: str) -> str:
    """Name a model by what tells it from others: the first digits of its hash, or its name and where it is."""
    kind, _, rest = printable(identity).partition(":")
    if kind == "sha256":
        return f"file {rest[:_DIGITS]}"
    place, _, name = rest.rpartition("#")
    return f"{name} at {place.partition('://')[2].partition('/')[0] or place}" if kind == "openai" else f"{kind} {rest}"


def _dropped(dropped: Sequence[DropCount], names: Mapping[str, str]) -> Iterator[RenderableType]:
    for count in dropped[:_NAMED]:
        origins = ", ".join(f"{number} {origin}" for origin, number in count.origins.items())
        head = Text.assemble((count.reason, "bold"), f"  {origins}")
        examples = (Text(printable(shortened(line, names)), style="dim") for line in count.examples[:1])
        yield Group(head, *(Padding(line, (0, 0, 0, 2)) for line in examples))
    if len(dropped) > _NAMED:
        yield f"and {len(dropped) - _NAMED} more reasons; all of them: styletune corpus list dropped"


def _verdicts(found: Summary) -> Iterator[RenderableType]:
    for one in found.verdicts:
        yield Text.assemble((f"{_task(one)}: {one.level}", _STYLES[one.level]), f". {one.words}")
    made = any(count.origin in _MADE_FROM_PARAGRAPHS for count in found.pairs) or found.prompts
    if found.prompts and not found.pairs:
        yield "There is nothing to train on: no text that a model wrote can be used. See why: styletune corpus list dropped"
    if found.corpus.documents and not made:
        paragraphs = sum(count.paragraphs for count in found.corpus.languages.values())
        nothing_yet = "" if found.pairs else "There is nothing to train on yet. "
        yield (
            f"{nothing_yet}Most pairs come from a model that writes the other side of your paragraphs; one for each of "
            f"your {paragraphs:,} would be {_PROSPECTS.get(level_of(paragraphs), level_of(paragraphs))}. "
            "See some first: styletune synthesize --pilot 20"
        )
