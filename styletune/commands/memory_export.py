"""``styletune memory export FILE|DIR``."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from styletune.commands.memory_place import project_folder
from styletune.commands.memory_settings import ExportFormat, ExportSettings
from styletune.config.load import load_config
from styletune.errors import UsageError
from styletune.exchange.pair import Pair, to_line
from styletune.exchange.selection import Selection, preferences, training_pairs
from styletune.exchange.splits import SPLITS
from styletune.files.atomic import sync_folders, write_atomic
from styletune.project import CORRECTIONS, GLOSSARY, STATE
from styletune.terminal.console import Console
from styletune.text.counted import counted

_NAMES: dict[str, ExportFormat] = {".jsonl": "pairs", ".tmx": "tmx"}
STDOUT = "-"


@dataclass(frozen=True, slots=True)
class _Export:
    """What is to be written, and what is told of it."""

    files: Mapping[str, bytes]
    """By path relative to the folder that is exported to; ``""`` is the one file that was named."""

    written: int
    noun: str
    dropped: Mapping[str, int] = field(default_factory=dict[str, int])
    splits: Mapping[str, int] = field(default_factory=dict[str, int])


def run(settings: ExportSettings, console: Console) -> int:
    """Write what was learned; return the exit code."""
    root = project_folder(settings.project)
    kind = settings.format or _by_name(settings.place)
    to_stdout = str(settings.place) == STDOUT
    if to_stdout and (kind == "vale" or settings.json):
        raise UsageError("- takes one file and nothing else. Name a folder for vale, and a file with --json.")
    export = {"pairs": _pairs, "preferences": _preferences, "tmx": _tmx, "vale": _vale}[kind](root)
    if to_stdout:
        console.write(export.files[""])
    elif export.written:
        _write(settings.place, export.files, force=settings.force, like=root / STATE / CORRECTIONS)
    if settings.json:
        console.write_json(_as_json(settings.place, kind, export))
    _tell(export, settings.place, console)
    return 0


def _by_name(place: Path) -> ExportFormat:
    if place.suffix.lower() in _NAMES:
        return _NAMES[place.suffix.lower()]
    if place.is_dir() or (not place.suffix and str(place) != STDOUT):
        return "vale"
    raise UsageError(f"{place} does not show its format. Say which: --format pairs, preferences, tmx or vale.")


def _pairs(root: Path) -> _Export:
    selection = training_pairs(root)
    lines = b"".join(map(to_line, selection.items))
    return _Export({"": lines}, len(selection.items), "pair", selection.dropped, _splits(selection))


def _preferences(root: Path) -> _Export:
    selection = preferences(root)
    return _Export({"": b"".join(map(to_line, selection.items))}, len(selection.items), "preference", selection.dropped)


def _tmx(root: Path) -> _Export:
    from styletune.exchange.tmx_writing import is_translation, tmx_bytes  # noqa: PLC0415 - other formats need no XML

    selection = training_pairs(root)
    chosen = [pair for pair in selection.items if is_translation(pair)]
    others = len(selection.items) - len(chosen)
    dropped = {**selection.dropped, **({"no translations": others} if others else {})}
    return _Export({"": tmx_bytes(chosen) if chosen else b""}, len(chosen), "translation", dropped)


def _vale(root: Path) -> _Export:
    from styletune.exchange.vale_writing import style_name, vale_files  # noqa: PLC0415 - of this format alone
    from styletune.learning.rule_writer import rules_of  # noqa: PLC0415 - likewise
    from styletune.learning.substitutions import wordings_of  # noqa: PLC0415 - likewise
    from styletune.memory.glossary import Glossary, read_glossary  # noqa: PLC0415 - likewise

    path = root / STATE / GLOSSARY
    glossary = read_glossary(path, f"{STATE}/{GLOSSARY}") if os.path.lexists(path) else Glossary()
    said = (wordings_of(rule.text) for rule in rules_of(root))
    wordings = dict(found for found in said if found is not None)
    tables = (glossary.terms, glossary.keep, glossary.never_say)
    count = sum(len(entries) for table in tables for entries in table.values()) + len(wordings)
    files = vale_files(glossary, style_name(root), lang=load_config(root).top.source_lang, wordings=wordings)
    return _Export(files, count, "entry of glossary and rules")


def _splits(selection: Selection[Pair]) -> Mapping[str, int]:
    counts = Counter(pair.split for pair in selection.items)
    return {split: counts[split] for split in SPLITS}


def _write(place: Path, files: Mapping[str, bytes], *, force: bool, like: Path) -> None:
    """Write all files; without ``force``, none if one of them is there already."""
    targets = {place / name if name else place: data for name, data in files.items()}
    if any(files) and place.exists() and not place.is_dir():
        raise UsageError(f"{place} is a file, and this format is a folder of files. Name another.")
    there = [path for path in targets if os.path.lexists(path)]
    if there and not force:
        more = f" (and {len(there) - 1} more)" if len(there) > 1 else ""
        raise UsageError(f"{there[0]}{more} is there already. Name another place, or overwrite it with --force.")
    for path, data in targets.items():
        write_atomic(path, data, like=like)  # what corrections are closed to, their texts are closed to elsewhere
    sync_folders()


def _as_json(place: Path, kind: ExportFormat, export: _Export) -> object:
    return {
        "path": str(place) if export.written else None,
        "format": kind,
        "written": export.written,
        "dropped": dict(export.dropped),
        "splits": dict(export.splits),
        "files": [str(place / name) if name else str(place) for name in export.files] if export.written else [],
    }


def _tell(export: _Export, place: Path, console: Console) -> None:
    for reason, count in export.dropped.items():
        console.notice(f"Left out: {count} ({reason})")
    if not export.written:
        console.summary(_nothing(export.noun))
        return
    splits = ", ".join(f"{count} {split}" for split, count in export.splits.items())
    what = f"{counted(export.written, export.noun)}{f' ({splits})' if splits else ''}"
    console.summary(f"{what} -> {'standard output' if str(place) == STDOUT else place}")


def _nothing(noun: str) -> str:
    if noun.startswith("entry"):
        return "There is nothing to export: glossary and rules say nothing that Vale can check. Add to it: styletune memory add --term WORD=RENDERING"
    return (
        f"There is no {noun} to export, so no file was written. Pairs come from your edits of what styletune wrote "
        "(styletune memory learn DRAFT EDITED) and from styletune memory import."
    )
