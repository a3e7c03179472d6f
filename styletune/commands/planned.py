"""A file to work on: what is to be done with it, and whether its output's place is free."""

from dataclasses import dataclass
from pathlib import Path

from styletune.commands.settings import DraftSettings
from styletune.config.schema import Config, FileSettings
from styletune.errors import OutputExistsError
from styletune.files.atomic import present
from styletune.files.naming import language_in_place
from styletune.files.records import OutputState, Records
from styletune.task import Task

ModelKey = tuple[str, str]
"""The name of a model, and the project that knows the name; empty where every project means the same by it."""


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

    task: Task
    project: Config
    """The settings of the project that the source belongs to."""

    file: FileSettings
    """What they say about this file."""

    @property
    def in_place(self) -> bool:
        """Whether the source itself is changed."""
        return self.source is not None and self.output == self.source


def model_key(planned: Planned, settings: DraftSettings) -> ModelKey:
    """Tell the models of files apart: endpoints have names in their project only."""
    named = settings.model or planned.file.model
    return named or "", str(planned.project.root) if named in planned.project.endpoints else ""


def refuse_taken(planned: Planned, *, force: bool) -> None:
    """Raise ``OutputExistsError`` if the output's place holds someone's own work."""
    output = planned.output
    if output is None or planned.in_place or force or (present(output) and not output.is_file()):
        return
    state = planned.records.state(output)
    if state is OutputState.UNKNOWN:
        raise OutputExistsError(
            f"{output} was not written by styletune, so it was left as it is. "
            "Name another place with --output, or overwrite it with --force."
        )
    if state is OutputState.EDITED and not may_merge(planned):
        raise OutputExistsError(
            f"{output} was edited since styletune wrote it, so it was left as it is. "
            "Name another place with --output, or overwrite the edits with --force."
        )


def may_merge(planned: Planned) -> bool:
    """Tell whether a person's edits of an output can be told from what styletune wrote, so that both can stand."""
    record = planned.records.latest(planned.output) if planned.output is not None else None
    source = planned.records.name(planned.source) if planned.source is not None else None
    task = planned.task
    return (
        record is not None
        and record.text is not None
        and (record.source, record.task, record.lang) == (source, task.name, task.target_lang)
    )


def target_is_reached(planned: Planned, settings: DraftSettings, data: bytes, *, explicit: bool) -> bool:
    """Tell whether a file needs no translation, as it is in the target language already.

    Lines that a person picked, and files that an earlier run translated in place, are never turned away; a person
    who says what language a named file is in is believed.
    """
    task = planned.task
    if task.target_lang is None or (explicit and settings.lines is not None):
        return False
    record = planned.history.latest(planned.name) if planned.source is not None else None
    if record is not None and record.in_place and (record.task, record.lang) == (task.name, task.target_lang):
        return False
    from styletune.files.written_in import already_in  # noqa: PLC0415 -- not needed for rewrite

    by_text = not (explicit and settings.names_source)
    return already_in(task.target_lang, planned.name, data, place=_place(planned, settings), by_text=by_text)


def not_in_source_language(planned: Planned, settings: DraftSettings, data: bytes) -> str | None:
    """Say so if a file declares another language than the one that is translated from."""
    source = planned.task.source_lang
    record = planned.history.latest(planned.name)
    if source is None or (record is not None and record.in_place):
        return None
    from styletune.files.written_in import declared_language  # noqa: PLC0415 -- not needed for rewrite
    from styletune.text.language import base_language, language_name  # noqa: PLC0415 -- see above

    declared = declared_language(planned.name, data, place=_place(planned, settings))
    if declared is None or base_language(declared) == base_language(source):
        return None
    return f"in {language_name(declared)}, not in {language_name(source)}"


def _place(planned: Planned, settings: DraftSettings) -> str | None:
    """Return the language in whose folder a file stands, where the project has a folder for each language."""
    return language_in_place(planned.name, pattern=settings.pattern(planned.file), root=planned.project.root)
