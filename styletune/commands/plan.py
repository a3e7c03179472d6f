"""Which files a run works on, and where their results go; decided before any model is loaded."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from styletune.commands.planned import Planned, not_in_source_language, refuse_taken, target_is_reached
from styletune.commands.projects import Projects
from styletune.commands.settings import STDIN, DraftSettings
from styletune.errors import SettingsError, StyletuneError, UsageError
from styletune.files import names
from styletune.files.atomic import read_bytes
from styletune.files.books import Books
from styletune.files.discovery import Input, find_inputs
from styletune.files.naming import named_like_an_output, output_path, path_in_folder
from styletune.files.records import Records
from styletune.text.counted import counted


@dataclass(slots=True)
class Plan:
    """The files of a run, and what is to be said before it starts."""

    files: list[Planned] = field(default_factory=list[Planned])
    failures: list[tuple[str, StyletuneError]] = field(default_factory=list[tuple[str, StyletuneError]])
    """Files that cannot be worked on, with the reason."""

    notices: list[str] = field(default_factory=list[str])


Found = tuple[Input, Planned]


def make_plan(settings: DraftSettings, projects: Projects, inputs: Sequence[Input] | None = None) -> Plan:
    """Find the files and name the outputs; ``inputs`` are files that were found already.

    Raises ``UsageError`` where the run as a whole makes no sense.
    """
    if settings.filters:
        return Plan([_standard_input(settings, projects)])
    plan, books = Plan(), Books()
    inputs = find_inputs(settings.paths) if inputs is None else inputs
    if settings.lines is not None and len(inputs) > 1:
        raise UsageError(f"--lines works on one file; these PATHs mean {len(inputs)}.")
    found = _chosen(_looked_up(inputs, settings, projects, plan, books), settings, plan, books)
    outputs = _outputs(found, settings)
    for (item, planned), output in zip(found, outputs, strict=True):
        records = planned.history if output is None else _books_of(books, item, output)
        plan.files.append(replace(planned, output=output, records=records))
    plan.notices += books.notices
    if settings.writes:
        _leave_out_taken(plan, settings)
    return plan


def _standard_input(settings: DraftSettings, projects: Projects) -> Planned:
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
    project = projects.config(Records.of_project(name).root if output else records.root)
    file = project.for_file(name)
    return Planned(shown, None, name, output, records, records, settings.task(file), project, file)


def _looked_up(
    inputs: Sequence[Input], settings: DraftSettings, projects: Projects, plan: Plan, books: Books
) -> list[Found]:
    """Look up what the projects say about files; one that its profile says too little about fails alone."""
    found: list[Found] = []
    for item in inputs:
        try:
            found.append((item, _planned(item, settings, projects, books)))
        except SettingsError:
            raise
        except UsageError as error:
            plan.failures.append((str(item.path), error))
    if inputs and not found:
        raise plan.failures[0][1]  # what is wrong with all files is wrong with the command
    return found


def _planned(item: Input, settings: DraftSettings, projects: Projects, books: Books) -> Planned:
    """Look up what the project says about a file; where the result goes is decided later."""
    history = _books_of(books, item, item.path)
    project = projects.config(history.root)
    file = project.for_file(item.path)
    return Planned(str(item.path), item.path, item.path, None, history, history, settings.task(file), project, file)


def _chosen(found: Sequence[Found], settings: DraftSettings, plan: Plan, books: Books) -> list[Found]:
    """Leave out what is an output or needs no translation, and say so."""
    chosen: list[Found] = []
    skipped: Counter[str] = Counter()
    for item, planned in found:
        try:
            why = _why_not(item, planned, settings, books, alone=len(found) == 1)
        except StyletuneError as error:
            plan.failures.append((planned.shown, error))
            continue
        if why is None:
            chosen.append((item, planned))
        elif item.explicit and len(found) == 1:
            plan.notices.append(f"{item.path} is {why}; there is nothing to do.")
        else:
            skipped[why] += 1
    plan.notices += [f"Skipped {counted(count, 'file')}: {why}." for why, count in skipped.items()]
    return chosen


def _books_of(books: Books, item: Input, path: Path) -> Records:
    """Find the records for an input or its output; where no project is, the folder that was named serves as one."""
    return books.of(path, otherwise=path.absolute().parents[len(item.relative.parts) - 1])


def _why_not(item: Input, planned: Planned, settings: DraftSettings, books: Books, *, alone: bool) -> str | None:
    """Say why a file is no input; a shell's ``*.md`` names outputs too, so that only one named alone is an error."""
    source = books.written_from(item.path)
    if source is not None and not (item.explicit and alone):
        return "written by styletune"
    if source is not None:
        origin = "standard input" if source == Path(STDIN) else _near(source)
        raise UsageError(
            f"{item.path} was written by styletune from {origin}, so it is no input. Name its source instead."
        )
    target = planned.task.target_lang
    if target is None:
        return "named like an output" if named_like_an_output(item.path) and not item.explicit else None
    from styletune.text.language import language_name  # noqa: PLC0415 -- not needed for rewrite

    data = read_bytes(item.path)
    if target_is_reached(planned, settings, data, explicit=item.explicit):
        return f"in {language_name(target)} already"
    return None if item.explicit else not_in_source_language(planned, settings, data)


def _outputs(found: Sequence[Found], settings: DraftSettings) -> list[Path | None]:
    if settings.in_place:
        return [item.path for item, _ in found]
    if settings.output == STDIN and len(found) > 1:
        raise UsageError(f"--output - takes one file; these PATHs mean {len(found)}.")
    if settings.diff or settings.output == STDIN:
        return [None] * len(found)
    outputs = _named(found, settings)
    translates = any(planned.task.target_lang for _, planned in found)
    advice = ", or tell with --from which language is translated" if translates else ""
    _refuse_clashes([item for item, _ in found], outputs, advice=advice)
    return list(outputs)


def _named(found: Sequence[Found], settings: DraftSettings) -> list[Path]:
    if settings.output is None:
        return [_beside(item, planned, settings) for item, planned in found]
    place = Path(settings.output)
    several = len(found) > 1 or any(not item.explicit for item, _ in found)
    if not (several or place.is_dir() or settings.output.endswith(("/", os.sep))):
        return [place for _ in found]
    if place.is_file():
        raise UsageError(f"--output {place} is a file; {len(found)} results need a folder.")
    return [place / path_in_folder(item.relative, lang=planned.task.target_lang) for item, planned in found]


def _beside(item: Input, planned: Planned, settings: DraftSettings) -> Path:
    """Name an output as the project wants it."""
    pattern = settings.pattern(planned.file)
    task = planned.task
    return output_path(
        item.path, pattern=pattern, lang=task.target_lang, source_lang=task.source_lang, root=planned.project.root
    )


def _refuse_clashes(inputs: Sequence[Input], outputs: Sequence[Path], *, advice: str = "") -> None:
    problems: list[str] = []
    sources = {names.place(item.path): item.path for item in inputs}
    taken: dict[str, Path] = {}
    for item, output in zip(inputs, outputs, strict=True):
        identity = names.place(output)
        if identity in sources:
            problems.append(f"The output {output} is itself an input; use --in-place to change sources.")
        elif identity in taken:
            both = f"{taken[identity]} and {item.path} would both be written to {output}."
            problems.append(f"{both} Name only one of them{advice}.")
        taken.setdefault(identity, item.path)
    if problems:
        raise UsageError("\n".join(problems))


def _leave_out_taken(plan: Plan, settings: DraftSettings) -> None:
    free: list[Planned] = []
    for planned in plan.files:
        try:
            if planned.source is not None and planned.output is not None and not planned.in_place:
                planned.records.follow(planned.output, planned.source)
            refuse_taken(planned, force=settings.force)
            free.append(planned)
        except StyletuneError as error:
            plan.failures.append((planned.shown, error))
    plan.files = free


def _near(path: Path) -> str:
    """Write a path as short as it gets from here."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
