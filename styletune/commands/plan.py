"""Which files a run works on, and where their results go; decided before any model is loaded."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from styletune.commands.settings import STDIN, DraftSettings
from styletune.draft_loop import Task
from styletune.errors import OutputExistsError, StyletuneError, UsageError
from styletune.files.atomic import read_bytes
from styletune.files.discovery import Input, find_inputs
from styletune.files.naming import REWRITTEN, TRANSLATED, output_path, path_in_folder
from styletune.files.records import Books, OutputState, Records
from styletune.files.written_in import already_in


@dataclass(frozen=True, slots=True)
class Planned:
    """A file to work on."""

    shown: str
    """Its name in reports."""

    source: Path | None
    """``None`` is standard input."""

    name: Path
    """The source's path, or what stands for it; its suffix tells the format."""

    output: Path | None
    """``None``: the result goes to standard output."""

    records: Records
    """Those of the project that the output belongs to."""

    history: Records
    """Those of the project that the source belongs to."""


@dataclass(slots=True)
class Plan:
    """The files of a run, and what is to be said before it starts."""

    files: list[Planned] = field(default_factory=list[Planned])
    failures: list[tuple[str, StyletuneError]] = field(default_factory=list[tuple[str, StyletuneError]])
    """Files that cannot be worked on, with the reason."""

    notices: list[str] = field(default_factory=list[str])


def make_plan(settings: DraftSettings, task: Task) -> Plan:
    """Find the files and name the outputs. Raises ``UsageError`` where the run as a whole makes no sense."""
    if settings.filters:
        return Plan([_standard_input(settings)])
    plan, books = Plan(), Books()
    inputs = _chosen(find_inputs(settings.paths), settings, task, plan, books)
    if settings.lines is not None and len(inputs) > 1:
        raise UsageError(f"--lines works on one file; these PATHs mean {len(inputs)}.")
    outputs = _outputs(inputs, settings, task)
    for item, output in zip(inputs, outputs, strict=True):
        history = _books_of(books, item, item.path)
        records = history if output is None else _books_of(books, item, output)
        plan.files.append(Planned(str(item.path), item.path, item.path, output, records, history))
    plan.notices += books.notices
    if settings.writes:
        _leave_out_taken(plan, settings)
    return plan


def refuse_taken(planned: Planned, *, force: bool) -> None:
    """Raise ``OutputExistsError`` if the output's place holds someone's own work."""
    output = planned.output
    if output is None or output == planned.source or force or (output.exists() and not output.is_file()):
        return
    state = planned.records.state(output)
    if state is OutputState.UNKNOWN:
        raise OutputExistsError(
            f"{output} was not written by styletune, so it was left as it is. "
            "Name another place with --output, or overwrite it with --force."
        )
    if state is OutputState.EDITED:
        raise OutputExistsError(
            f"{output} was edited since styletune wrote it, so it was left as it is. "
            "Name another place with --output, or overwrite the edits with --force."
        )


def target_is_reached(planned: Planned, task: Task, settings: DraftSettings, data: bytes, *, explicit: bool) -> bool:
    """Tell whether a file needs no translation, as it is in the target language already.

    Lines that a person picked, and files that an earlier run translated in place, are never turned away; a person
    who says what language a named file is in is believed.
    """
    if task.target_lang is None or (explicit and settings.lines is not None):
        return False
    record = planned.history.latest(planned.name) if planned.source is not None else None
    if record is not None and record.in_place and (record.task, record.lang) == (task.name, task.target_lang):
        return False
    return already_in(task.target_lang, planned.name, data, by_text=not (explicit and task.source_lang is not None))


def _standard_input(settings: DraftSettings) -> Planned:
    name = settings.stdin_filepath or Path("stdin.md")
    shown = str(settings.stdin_filepath or STDIN)
    output = None
    if settings.output not in (None, STDIN):
        output = Path(settings.output)
        if output.is_dir() or settings.output.endswith(("/", os.sep)):
            if settings.stdin_filepath is None:
                raise UsageError(f"{output} is a folder: name the file with --stdin-filepath, or give --output a file.")
            output /= name.name
    records = Records.of_project(output or name)
    return Planned(shown, None, name, output, records, records)


def _chosen(inputs: list[Input], settings: DraftSettings, task: Task, plan: Plan, books: Books) -> list[Input]:
    """Leave out what is an output or needs no translation, and say so."""
    for item in inputs:
        _books_of(books, item, item.path)
    chosen: list[Input] = []
    skipped: Counter[str] = Counter()
    for item in inputs:
        try:
            why = _why_not(item, settings, task, books, alone=len(inputs) == 1)
        except StyletuneError as error:
            plan.failures.append((str(item.path), error))
            continue
        if why is None:
            chosen.append(item)
        elif item.explicit and len(inputs) == 1:
            plan.notices.append(f"{item.path} is {why}; there is nothing to do.")
        else:
            skipped[why] += 1
    plan.notices += [f"Skipped {_files(count)}: {why}." for why, count in skipped.items()]
    return chosen


def _books_of(books: Books, item: Input, path: Path) -> Records:
    """Find the records for an input or its output; where no project is, the folder that was named serves as one."""
    return books.of(path, otherwise=path.absolute().parents[len(item.relative.parts) - 1])


def _why_not(item: Input, settings: DraftSettings, task: Task, books: Books, *, alone: bool) -> str | None:
    """Say why a file is no input; a shell's ``*.md`` names outputs too, so that only one named alone is an error."""
    source = books.written_from(item.path)
    if source is not None and not (item.explicit and alone):
        return "written by styletune"
    if source is not None:
        origin = "standard input" if source == Path(STDIN) else _near(source)
        raise UsageError(
            f"{item.path} was written by styletune from {origin}, so it is no input. Name its source instead."
        )
    if task.target_lang is None:
        named_so = item.path.name.endswith(f".rewritten{item.path.suffix}")
        return "named like an output" if named_so and not item.explicit else None
    records = _books_of(books, item, item.path)
    planned = Planned(str(item.path), item.path, item.path, None, records, records)
    if target_is_reached(planned, task, settings, read_bytes(item.path), explicit=item.explicit):
        from styletune.text.language import language_name  # noqa: PLC0415 -- not needed for rewrite

        return f"in {language_name(task.target_lang)} already"
    return None


def _outputs(inputs: Sequence[Input], settings: DraftSettings, task: Task) -> list[Path | None]:
    if settings.in_place:
        return [item.path for item in inputs]
    if settings.output == STDIN and len(inputs) > 1:
        raise UsageError(f"--output - takes one file; these PATHs mean {len(inputs)}.")
    if settings.diff or settings.output == STDIN:
        return [None] * len(inputs)
    outputs = _named(inputs, settings, task)
    _refuse_clashes(inputs, outputs)
    return list(outputs)


def _named(inputs: Sequence[Input], settings: DraftSettings, task: Task) -> list[Path]:
    if settings.output is None:
        pattern = TRANSLATED if task.target_lang else REWRITTEN
        return [output_path(item.path, pattern=pattern, lang=task.target_lang) for item in inputs]
    place = Path(settings.output)
    several = len(inputs) > 1 or any(not item.explicit for item in inputs)
    if not (several or place.is_dir() or settings.output.endswith(("/", os.sep))):
        return [place for _ in inputs]
    if place.is_file():
        raise UsageError(f"--output {place} is a file; {len(inputs)} results need a folder.")
    return [place / path_in_folder(item.relative, lang=task.target_lang) for item in inputs]


def _refuse_clashes(inputs: Sequence[Input], outputs: Sequence[Path]) -> None:
    problems: list[str] = []
    sources = {_identity(item.path): item.path for item in inputs}
    taken: dict[str, Path] = {}
    for item, output in zip(inputs, outputs, strict=True):
        identity = _identity(output)
        if identity in sources:
            problems.append(f"The output {output} is itself an input; use --in-place to change sources.")
        elif identity in taken:
            problems.append(f"{taken[identity]} and {item.path} would both be written to {output}.")
        taken.setdefault(identity, item.path)
    if problems:
        raise UsageError("\n".join(problems))


def _leave_out_taken(plan: Plan, settings: DraftSettings) -> None:
    free: list[Planned] = []
    for planned in plan.files:
        try:
            refuse_taken(planned, force=settings.force)
            free.append(planned)
        except StyletuneError as error:
            plan.failures.append((planned.shown, error))
    plan.files = free


def _identity(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def _near(path: Path) -> str:
    """Write a path as short as it gets from here."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
