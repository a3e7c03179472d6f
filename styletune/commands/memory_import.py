"""``styletune memory import FILE|DIR``."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from styletune.commands.memory_place import project_folder
from styletune.commands.memory_settings import ImportFormat, ImportSettings
from styletune.config.load import load_config
from styletune.errors import UsageError
from styletune.exchange.pairs import Pairs
from styletune.exchange.selection import corrected_ids
from styletune.files.atomic import sync_folders
from styletune.terminal.console import Console
from styletune.text.counted import counted

_NAMES: dict[str, ImportFormat] = {".jsonl": "pairs", ".tmx": "tmx", ".yml": "vale", ".yaml": "vale", ".txt": "vale"}
_NAMED = 20
"""Lines and expressions that are named one by one."""

FOUND = 1
"""Exit code if something of the file was left out because it is damaged."""


@dataclass(frozen=True, slots=True)
class _Import:
    """What was taken."""

    new: int
    known: int
    noun: str
    place: str
    """Where it is kept."""

    skipped: Mapping[str, int] = field(default_factory=dict[str, int])
    """Why units of a file gave nothing."""

    left_out: tuple[str, ...] = ()
    """What has no counterpart here, with its place."""

    broken: tuple[str, ...] = ()
    """What could not be read, with its place; the rest was taken."""

    taken: tuple[str, ...] = ()
    """What was taken, one by one, where that is short."""


def run(settings: ImportSettings, console: Console) -> int:
    """Take over what the file holds; return the exit code."""
    root = project_folder(settings.project)
    if not os.path.lexists(settings.place):
        raise UsageError(f"{settings.place}: there is no such file or folder.")
    kind = settings.format or _by_name(settings.place)
    found = {"pairs": _pairs, "tmx": _tmx, "vale": _vale}[kind](root, settings.place, keep=not settings.dry_run)
    sync_folders()
    if settings.json:
        console.write_json(_as_json(settings, kind, found))
    _tell(found, console, dry_run=settings.dry_run)
    return FOUND if found.broken else 0


def _by_name(place: Path) -> ImportFormat:
    if place.is_dir():
        return "vale"
    if place.suffix.lower() in _NAMES:
        return _NAMES[place.suffix.lower()]
    raise UsageError(f"{place} does not show its format. Say which: --format pairs, tmx or vale.")


def _pairs(root: Path, place: Path, *, keep: bool) -> _Import:
    from styletune.exchange.pair_lines import PairLines  # noqa: PLC0415 - of this format alone

    lines = PairLines(place)
    pairs = Pairs(root)
    added = pairs.add(lines.pairs(), known=corrected_ids(root), keep=keep)
    return _Import(added.new, added.known, "pair", os.path.relpath(pairs.file), broken=tuple(lines.problems))


def _tmx(root: Path, place: Path, *, keep: bool) -> _Import:
    from styletune.exchange.tmx_reading import TmxReader  # noqa: PLC0415 - of this format alone

    reader, pairs = TmxReader(place), Pairs(root)
    reader.check()  # of a file that breaks off, nothing is taken
    added = pairs.add(reader.pairs(), known=corrected_ids(root), keep=keep)
    skipped = {f"unit {reason}" if count == 1 else f"units {reason}": count for reason, count in reader.skipped.items()}
    if reader.tags:
        skipped["inline tag of another format" if reader.tags == 1 else "inline tags of another format"] = reader.tags
    return _Import(added.new, added.known, "pair", os.path.relpath(pairs.file), skipped)


def _vale(root: Path, place: Path, *, keep: bool) -> _Import:
    from styletune.exchange.vale_reading import read_vale  # noqa: PLC0415 - of this format alone
    from styletune.learning.glossary_writer import SHOWN, add_entries  # noqa: PLC0415 - likewise

    styles = read_vale(place, lang=load_config(root).top.source_lang)
    wanted = [(lang, entries) for lang, entries in styles.by_lang.items() if entries.count]
    broken, left_out = tuple(styles.broken), tuple(styles.left_out)
    count = sum(entries.count for _, entries in wanted)
    if not keep:
        taken = tuple(f"{kind} {text}" for _, entries in wanted for kind, text in entries.in_words())
        return _Import(count, 0, "entry", SHOWN, {}, left_out, broken, taken)
    new = 0
    for lang, entries in wanted:
        added = add_entries(root, keep=entries.keep, never_say=entries.never_say, terms=entries.terms, lang=lang)
        new += len(added)
    return _Import(new, count - new, "entry", SHOWN, {}, left_out, broken)


def _as_json(settings: ImportSettings, kind: ImportFormat, found: _Import) -> object:
    return {
        "path": str(settings.place),
        "format": kind,
        "new": found.new,
        "known": found.known,
        "skipped": dict(found.skipped),
        "left_out": list(found.left_out),
        "broken": list(found.broken),
        "taken": list(found.taken),
        "kept_in": None if settings.dry_run else found.place,
    }


def _tell(found: _Import, console: Console, *, dry_run: bool) -> None:
    _list(found.taken, console.notice)
    _list(found.broken, console.error)
    _list([f"Left out: {line}" for line in found.left_out], console.notice)
    for reason, count in found.skipped.items():
        console.notice(f"Left out: {count} {reason}")
    what = counted(found.new, found.noun)
    known = f" ({found.known} known already)" if found.known else ""
    if dry_run:
        console.summary(f"{what} would be taken{known}; nothing was changed.")
    elif found.new:
        console.summary(f"Took {what}{known} -> {found.place}")
    else:
        console.summary(f"Nothing new{known}." if found.known else "Nothing was found to take.")


def _list(lines: Sequence[str], say: Callable[[str], None]) -> None:
    for line in lines[:_NAMED]:
        say(line)
    if len(lines) > _NAMED:
        say(f"  and {len(lines) - _NAMED} more; --json lists them all")
