"""What a project remembers, laid out for a terminal of any width."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from styletune.commands.memory_show_where import KeptFile
from styletune.terminal.console import printable
from styletune.text.counted import counted

_LAST = 5
"""Corrections that are shown."""

_WEEKS = 12
_BAR = 24
"""Columns of a whole bar."""

_BLOCKS = "█▏▎▍▌▋▊▉"
"""A whole column, and parts of one in eighths."""

_ASCII = "#"
"""The same on terminals that have no block characters."""

_NOTHING = "(nothing)"
_NAMES = 8
"""Entries that are named one by one."""


class Bar:
    """A share of 0 to 1 as a bar as wide as there is room."""

    def __init__(self, share: float) -> None:
        self._share = share

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw what the terminal can show."""
        full, *parts = list(_ASCII if options.ascii_only else _BLOCKS)
        width = options.max_width
        eighths = round(self._share * width * (len(parts) + 1))
        whole, rest = divmod(eighths, len(parts) + 1)
        yield Text(full * whole + (parts[rest - 1] if rest else ""))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Take a few columns at least."""
        return Measurement(min(_BAR // 4, options.max_width), min(_BAR, options.max_width))


def page(values: Mapping[str, Any]) -> RenderableType:
    """Lay out all sections that have something to say."""
    sections = (
        _section("Rules", _rules(values)),
        _section("Glossary", _glossary(values["glossary"])),
        _section("Corrections", _corrections(values["corrections"])),
        _section("To decide: styletune memory review", _open(values)),
        _section("Rules and terms at work", _hits(values)),
        _section("Kept of what was written, by week", _trend(values["trend"])),
        _section("Besides", _besides(values)),
    )
    return Group(*(section for section in sections if section is not None))


def where_page(files: Sequence[KeptFile], shown: Iterable[str]) -> RenderableType:
    """Lay out a list of files: size, name, and below it what it holds."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for file, name in zip(files, shown, strict=True):
        table.add_row(_size(file.size), Text.assemble(printable(name), "\n", (printable(file.holds), "dim")))
    return table


def _section(title: str, rows: Iterator[RenderableType]) -> RenderableType | None:
    found = [Text(printable(row)) if isinstance(row, str) else row for row in rows]
    if not found:
        return None
    return Group(Text(title, style="bold"), *(Padding(row, (0, 0, 0, 2), expand=False) for row in found), Text())


def _rules(values: Mapping[str, Any]) -> Iterator[RenderableType]:
    for rules in values["rules"]:
        if rules["rules"]:
            yield f"{rules['file']}: {counted(len(rules['rules']), 'rule')}"
    for scoped in values["scoped_rules"]:
        limits = [*scoped["globs"], *scoped["langs"], *(scoped["tasks"] if len(scoped["tasks"]) == 1 else ())]
        scope = f" (for {', '.join(limits)})" if limits else ""
        yield f"{scoped['file']}: {counted(len(scoped['rules']), 'rule')}{scope}"


def _glossary(glossary: Mapping[str, Mapping[str, Any]]) -> Iterator[RenderableType]:
    for lang, terms in glossary["terms"].items():
        yield _named(
            f"{counted(len(terms), 'term')} ({lang})", [f"{word} = {target}" for word, target in terms.items()]
        )
    for lang, words in glossary["keep"].items():
        yield _named(
            f"{len(words)} kept as they are ({lang})" if len(words) > 1 else f"1 kept as it is ({lang})", words
        )
    for lang, phrases in glossary["never_say"].items():
        yield _named(f"{len(phrases)} never said ({lang})", phrases)


def _named(head: str, entries: Sequence[str]) -> str:
    more = f", and {len(entries) - _NAMES} more" if len(entries) > _NAMES else ""
    return f"{head}: {', '.join(entries[:_NAMES])}{more}"


def _corrections(corrections: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    if not corrections:
        return
    by_task = Counter(_task(correction) for correction in corrections)
    yield ", ".join(counted(count, task) for task, count in by_task.items())
    table = Table(box=None, pad_edge=False, show_header=False, expand=True)  # or else the ids give way, too
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=5)
    for correction in reversed(corrections[-_LAST:]):
        table.add_row(Text(correction["id"], style="dim"), _line(correction["doc"]), _line(what_changed(correction)))
    yield table


def what_changed(correction: Mapping[str, Any]) -> str:
    """Say in one line what a person changed: the words that differ, or the whole texts if most of them do."""
    from styletune.edits.words import word_changes  # noqa: PLC0415 - a project without corrections needs none

    before, after = correction["written"] or correction["source"], correction["edited"]
    changes = word_changes(before, after)
    replaced = sum(len(change.old) for change in changes)
    if not changes or replaced * 2 > len(before):
        return f"{before} → {after or _NOTHING}"
    return "; ".join(f"{change.old.strip() or _NOTHING} → {change.new.strip() or _NOTHING}" for change in changes)


def _task(correction: Mapping[str, Any]) -> str:
    if correction["task"] != "translate":
        return "rewrite"
    languages = [correction[key] for key in ("source_lang", "target_lang") if correction[key]]
    return f"translation of {' → '.join(languages)}" if len(languages) > 1 else f"translation into {languages[0]}"


def _line(text: str) -> Text:
    return Text(" ".join(printable(text).split()))


def _open(values: Mapping[str, Any]) -> Iterator[RenderableType]:
    for conflict in values["conflicts"]:
        place = f"{conflict['output']}:{conflict['line']}"
        yield f"{conflict['id']}  {place} you edited this, and its source has changed since"
    for proposal in values["proposals"]:
        times = (
            f"{counted(proposal['count'], 'time')} in {counted(proposal['files'], 'draft')}"
            if proposal["count"]
            else ""
        )
        yield f"{proposal['id']}  {proposal['in_words']}{f'  ({times})' if times else ''}"


def _hits(values: Mapping[str, Any]) -> Iterator[RenderableType]:
    used = sorted((hit for hit in values["hits"] if hit["fired"]), key=lambda hit: -hit["fired"])
    if used:
        yield "Most used: " + ", ".join(f"{_line(hit['text'])} ({hit['fired']})" for hit in used[:_NAMES])
    idle = [hit for hit in values["hits"] if hit["idle"]]
    if idle:
        yield _named(f"{len(idle)} never used so far", [f"“{_line(hit['text'])}” ({hit['place']})" for hit in idle])
    for hit in values["hits"]:
        if hit["again"]:
            yield f"Corrected again {counted(hit['again'], 'time')} all the same: “{_line(hit['text'])}” ({hit['place']})"
    yield from values["contradictions"]


def _trend(weeks: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    if not weeks:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("week of", no_wrap=True)
    table.add_column("kept", justify="right", no_wrap=True)
    table.add_column("", max_width=_BAR)
    table.add_column("blocks", justify="right", no_wrap=True)
    table.add_column("untouched", justify="right", no_wrap=True)
    for week in weeks[-_WEEKS:]:
        row = (week["start"], f"{week['kept']:.0%}", Bar(week["kept"]), str(week["blocks"]), str(week["untouched"]))
        table.add_row(*row)
    yield table


def _besides(values: Mapping[str, Any]) -> Iterator[RenderableType]:
    memory = values["translation_memory"]
    if values["outputs"]:
        yield f"{counted(values['outputs'], 'output')} on record"
    if memory["bytes"]:
        entries = "unreadable" if memory["entries"] is None else counted(memory["entries"], "entry")
        yield f"Translation memory: {entries}, {_size(memory['bytes'])} (a cache)"
    if values["pairs"]:
        yield f"{counted(values['pairs'], 'imported pair')}"


def _size(size: int) -> str:
    """Write bytes as people do: ``812 B``, ``98 kB``, ``2.5 MB``."""
    if size < 1000:  # noqa: PLR2004 - a kilobyte
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"  # noqa: PLR2004 - a megabyte
