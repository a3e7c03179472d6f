"""Are the outputs up to date? Answered from the records, without a model."""

from collections.abc import Sequence

from styletune.commands.plan import Planned
from styletune.draft_loop import Task
from styletune.errors import FileError
from styletune.files.atomic import digest, read_bytes
from styletune.files.records import OutputState
from styletune.report import FileReport
from styletune.terminal.console import Console

FOUND = 1

Finding = tuple[str, str]
"""A short stable name, and what it means in words."""


def check_files(files: Sequence[Planned], task: Task, console: Console) -> tuple[list[FileReport], int]:
    """Check the outputs of files; return a report for each and the exit code."""
    reports: list[FileReport] = []
    code = 0
    for planned in files:
        try:
            finding = _finding(planned, task)
            code = max(code, FOUND if finding else 0)
        except FileError as error:
            finding = (error.code, str(error))
            code = max(code, error.exit_code)
        if finding is not None:
            console.error(finding[1])
        reports.append(FileReport(planned.shown, str(planned.output), task.name, "", error=finding))
    fresh = sum(report.error is None for report in reports)
    console.notice(f"{fresh} of {len(reports)} outputs are up to date.")
    return reports, code


def _finding(planned: Planned, task: Task) -> Finding | None:
    output, source = planned.output, planned.source
    assert output is not None and source is not None  # noqa: S101, PT018 -- checks have files on both sides
    in_place = output == source
    state = planned.records.state(output)
    if state is OutputState.MISSING:
        return "missing", f"{output} is missing: {source} has no output yet."
    record = planned.records.current(output)
    if record is None or record.in_place != in_place:
        return ("missing", f"{source} was never worked on in place.") if in_place else None
    if (record.task, record.lang) != (task.name, task.target_lang):
        return "stale", f"{output} is stale: it comes from another task ({record.task} {record.lang or ''})."
    changed = state is OutputState.EDITED if in_place else record.source_sha256 != digest(read_bytes(source))
    if changed:
        return "stale", f"{output} is stale: {source} was changed since."
    if record.flagged:
        return "flagged", f"{output} has {record.flagged} flagged segments that kept their source."
    return None
