"""``styletune restore``: a file as it was before an in-place run."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from styletune.commands.project_settings import RestoreSettings
from styletune.errors import FileError, UsageError
from styletune.files.atomic import digest, present, read_bytes, sync_folders, write_atomic
from styletune.files.names import nearest, same_name
from styletune.files.originals import Original, copy_of, keep_original, original_bytes, originals
from styletune.files.records import Record, Records, now
from styletune.project import project_root
from styletune.terminal.console import Console
from styletune.terminal.wording import name
from styletune.text.counted import counted


def run(settings: RestoreSettings, console: Console) -> int:
    """Restore the file that the settings name, or list what could be restored. Raises ``StyletuneError``."""
    found = _find(settings.file)
    if settings.list:
        console.write(_listing(found).encode("utf-8", "backslashreplace"))
        return 0
    if settings.number > len(found.originals):
        count = counted(len(found.originals), "original")
        raise UsageError(f"{found.path} has {count}, so there is no number {settings.number}. See them with --list.")
    original = found.originals[settings.number - 1]
    data = _bytes_of(found, original)
    if data == found.now:
        console.notice(f"{name(str(found.path))} holds these bytes already; nothing was changed.")
        return 0
    if not settings.force:
        _refuse_edited(found)
    _bring_back(found, data, copy_of(found.records.root, original))
    console.summary(f"{name(str(found.path))} is as it was {_before(original)}.")
    if found.now is not None:
        console.notice("The same command takes this back: what it replaced is kept as the latest original.")
    return 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A file, and what is kept of it."""

    path: Path
    records: Records
    name: str
    """The file's name in the project's listing of originals."""

    originals: list[Original]
    """Latest first."""

    now: bytes | None
    """What the file holds; ``None`` if it is gone."""


def _find(path: Path) -> _Found:
    """Find the originals of a file, by its name or, if it was moved, by what it holds. Raises ``UsageError``."""
    there = present(path)
    if there and path.is_dir():
        raise UsageError(f"{path} is a folder; files are restored one at a time.")
    now = read_bytes(path) if there else None
    roots = dict.fromkeys(project_root(start) for start in (path, Path(os.path.realpath(path))))
    for records in [Records(root) for root in roots]:
        kept = originals(records.root)
        known = same_name(records.name(path), [original.path for original in kept]) or _moved_from(records, now)
        mine = [original for original in reversed(kept) if original.path == known]
        if known is not None and mine:
            # The disk may write the name in another way than the person did.
            place = path if now is not None else records.root / known
            return _Found(place, records, known, mine, now)
    raise UsageError(_unknown(path, roots))


def _moved_from(records: Records, data: bytes | None) -> str | None:
    if data is None:
        return None
    in_place = [record for record in records.of_bytes(digest(data)) if record.in_place]
    return in_place[-1].output if in_place else None


def _unknown(path: Path, roots: Iterable[Path]) -> str:
    kept = {os.path.relpath(root / original.path) for root in roots for original in originals(root)}
    if not kept:
        return f"No original of {path} is kept: no --in-place run has changed a file of this project."
    return f"No original of {path} is kept. There are originals of: {', '.join(nearest(str(path), kept))}."


def _bytes_of(found: _Found, original: Original) -> bytes:
    try:
        return original_bytes(found.records.root, original)
    except FileError as error:
        raise FileError(f"{error} Another original may be whole: see --list.") from error


def _refuse_edited(found: _Found) -> None:
    if found.now is None or digest(found.now) in {original.sha256 for original in found.originals}:
        return
    if _of(found.records, found.name, found.now):
        return
    recorded = found.records.latest_by_name(found.name) is not None
    why = "was edited since styletune wrote it" if recorded else "is not known to be as styletune wrote it"
    raise UsageError(
        f"{found.path} {why}, so it was left as it is. Restore it all the same with --force; "
        "what it holds now is kept too."
    )


def _bring_back(found: _Found, data: bytes, copy: Path) -> None:
    """Replace the file; first what it holds is kept, then its record is written, so that a kill loses nothing."""
    records, at = found.records, found.records.name(found.path)
    if found.now is not None:
        keep_original(records.root, at, found.now, like=found.path)
        _note_edits(records, at, found.now)
    records.add(_record(records, at, data, before=found.now or b""))
    write_atomic(found.path, data, expect=digest(found.now) if found.now is not None else None, like=copy)
    sync_folders()


def _note_edits(records: Records, at: str, data: bytes) -> None:
    """Say of edited bytes which of their blocks are finished, for the day they are brought back."""
    latest = records.latest_by_name(at)
    if latest is not None and not _of(records, at, data):
        records.add(replace(latest, output_sha256=digest(data), model="", key="", time=now()))


def _of(records: Records, at: str, data: bytes) -> list[Record]:
    return [record for record in records.of_bytes(digest(data)) if record.output == at]


def _record(records: Records, at: str, data: bytes, *, before: bytes) -> Record:
    """Say of the file what was said when it last held these bytes; a person's own bytes have no finished blocks."""
    earlier = _of(records, at, data)
    if earlier:
        return replace(earlier[-1], time=now())
    return Record(at, at, digest(before), digest(data), task="rewrite", lang=None, model="", time=now())


def _listing(found: _Found) -> str:
    lines = [
        f"{number:>3}  {_local(original.time)}  {_size(found, original):>9}  {_change(found, original)}"
        for number, original in enumerate(found.originals, start=1)
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _size(found: _Found, original: Original) -> str:
    try:
        size = copy_of(found.records.root, original).stat().st_size
    except OSError:
        return "-"
    return f"{size} B" if size < 1000 else f"{size / 1000:.1f} kB"  # noqa: PLR2004 -- a kilobyte


def _change(found: _Found, original: Original) -> str:
    """Say where an original differs first from what the file holds now."""
    try:
        old = original_bytes(found.records.root, original)
    except FileError:
        return "cannot be read"
    if found.now is None:
        return ""
    if old == found.now:
        return "as the file is now"
    before, after = old.split(b"\n"), found.now.split(b"\n")
    same = next(
        (at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    line = before[same].decode(errors="replace").strip() if same < len(before) else ""
    return f"line {same + 1}: {line[:60]}"


def _before(original: Original) -> str:
    return f"before the change of {_local(original.time)}"


def _local(time: str) -> str:
    """Write a recorded time as clocks here show it."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return time
