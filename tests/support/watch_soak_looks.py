"""What must hold of a folder while and after it was watched, whatever happened to the watchers."""

import contextlib
import json
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import forked_runs
from watch_soak_folder import Drafts, Post

from styletune.files.atomic import digest
from styletune.files.record import from_line
from styletune.files.records import Records
from styletune.learning.corrections import Corrections


def torn_outputs(drafts: Drafts) -> Iterator[str]:
    """Name outputs that are not what some state of their draft leads to; a person's edits stand in them or do not yet."""
    for post in drafts.posts:
        path = drafts.root / post.output
        if path.exists() and post.plain(text := path.read_text(errors="replace")) not in post.versions:
            if _is_of_half_a_save(path, post):
                drafts.half_saved += 1
            else:
                yield f"{post.output} is none of the states it may have: {text!r}"


def _is_of_half_a_save(output: Path, post: Post) -> bool:
    """Tell whether an output is whole and follows from a draft that was read while a slow program wrote it."""
    record = Records.of_project(output).latest(output)
    sources = {digest(text.encode()) for text in post.saved}
    return (
        record is not None
        and record.output_sha256 == digest(output.read_bytes())
        and (record.source_sha256 not in sources)
    )


def wrong_outputs(drafts: Drafts) -> Iterator[str]:
    """Name outputs that are not what their draft and a person's edits lead to."""
    for post in drafts.posts:
        if post.there and not is_right(drafts, post):
            yield f"{post.output} is not what {post.place} leads to: {_difference(drafts, post)}"


def is_right(drafts: Drafts, post: Post) -> bool:
    """Tell whether an output is what its draft and a person's edits lead to."""
    with contextlib.suppress(FileNotFoundError):
        return (drafts.root / post.output).read_text() == post.expected
    return False


def _difference(drafts: Drafts, post: Post) -> str:
    path = drafts.root / post.output
    found = path.read_text().split("\n\n") if path.exists() else []
    wanted = post.expected.split("\n\n")
    return f"has {[one for one in found if one not in wanted]}, lacks {[one for one in wanted if one not in found]}" + (
        ", blocks stand elsewhere" if sorted(found) == sorted(wanted) else ""
    )


def differs_from_clean_run(drafts: Drafts, clean: Path) -> Iterator[str]:
    """Run on the drafts as they are now, in a fresh project, and name the outputs that differ but for the edits."""
    clean.mkdir()
    there = [post for post in drafts.posts if post.there]
    for post in there:
        (clean / post.folder).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(drafts.root / post.place, clean / post.place)
    (clean / "styletune.toml").touch()
    code = forked_runs.end_of(forked_runs.start(clean, ["rewrite", "."]))
    if code:
        yield f"the clean run ended with {code}"
    for post in there:
        path = drafts.root / post.output
        if not path.exists() or post.plain(path.read_text()) != (clean / post.output).read_text():
            yield f"{post.output} differs from that of a clean run"


def leftover_files(root: Path, *, of: int | None = None) -> Iterator[str]:
    """Name temporary files of ours, or only those of one process."""
    yield from (f"{path} is left over" for path in root.rglob(f".styletune-*-{of or '*'}-*.tmp"))


def unreadable_files(root: Path) -> Iterator[str]:
    """Name what cannot be read of what is kept: records, corrections, the translation memory."""
    state = root / ".styletune"
    yield from Records(root).notices
    yield from (f"no record: {line[:80]!r}" for line in _lines(state / "outputs.jsonl") if from_line(line) is None)
    for line in _lines(state / "corrections.jsonl"):
        try:
            json.loads(line)
        except ValueError:
            yield f"no correction: {line[:80]!r}"
    Corrections(root).all()
    yield from (f"{path.name}: the memory was set aside" for path in state.glob("*damaged*"))
    yield from _damaged_memory(state / "memory.sqlite")


def _lines(file: Path) -> list[bytes]:
    """Return the lines of a file; a last one without its end is that of a writer who was killed."""
    return file.read_bytes().split(b"\n")[:-1] if file.exists() else []


def _damaged_memory(database: Path) -> Iterator[str]:
    """Look at a copy, so that the next watcher meets the database as it was left."""
    if not database.exists():
        return
    with tempfile.TemporaryDirectory() as copy:
        for path in database.parent.glob(f"{database.name}*"):
            shutil.copy(path, copy)
        with contextlib.closing(sqlite3.connect(Path(copy) / database.name)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                yield "the memory has lost its integrity"


def corrections_of(root: Path) -> Counter[str]:
    """Count how often each text of a person was learned."""
    return Counter(correction.edited for correction in Corrections(root).all())


def miscounted_corrections(drafts: Drafts) -> Iterator[str]:
    """Name edits that are not exactly one correction, and corrections that nobody made."""
    learned = corrections_of(drafts.root)
    edits = {edited for post in drafts.posts for edited in post.edits.values()}
    yield from (f"{learned[edited]} corrections of {edited!r}" for edited in edits if learned[edited] != 1)
    yield from (f"a correction that nobody made: {text!r}" for text in learned.keys() - edits)


def complaints(errors: Path) -> Iterator[str]:
    """Name what watchers printed that no person should ever see."""
    text = errors.read_text() if errors.exists() else ""
    if "Traceback" in text:
        yield text[max(text.index("Traceback") - 200, 0) :][:3000]


def unique(problems: Iterable[str]) -> list[str]:
    """Drop repetitions."""
    return list(dict.fromkeys(problems))
