"""Are the outputs up to date? Answered from the records, without a model."""

from collections.abc import Sequence

from styletune.commands.planned import Planned
from styletune.errors import FileError
from styletune.files.atomic import digest, read_bytes
from styletune.files.records import OutputState
from styletune.report import FileReport
from styletune.terminal.console import Console
from styletune.terminal.outcome import tell

FOUND = 1

Finding = tuple[str, str]
"""A short stable name, and what it means in words."""


def check_files(files: Sequence[Planned], console: Console) -> tuple[list[FileReport], int]:
    """Check the outputs of files; return a report for each and the exit code."""
    reports: list[FileReport] = []
    code = 0
    for planned in files:
        try:
            finding = _finding(planned)
            if finding is not None:
                code = max(code, FOUND)
                console.notice(finding[1])
        except FileError as error:
            finding = (error.code, str(error))
            code = max(code, tell(console, error, where=planned.shown))
        reports.append(FileReport(planned.shown, str(planned.output), planned.task.name, "", error=finding))
    console.summary(_verdict(len(reports), sum(report.error is not None for report in reports)))
    return reports, code


def _verdict(files: int, found: int) -> str:
    if not files:
        return "There is nothing to check."
    if found:
        return f"{found} of {files} outputs {'needs' if found == 1 else 'need'} another run or a look."
    return "The output is up to date." if files == 1 else f"All {files} outputs are up to date."


def _finding(planned: Planned) -> Finding | None:
    output, source, task = planned.output, planned.source, planned.task
    assert output is not None and source is not None  # noqa: S101, PT018 -- checks have files on both sides
    in_place = output == source
    state = planned.records.state(output)
    if state is OutputState.MISSING:
        return "missing", f"{output} is missing: {source} has no output yet."
    record = planned.records.current(output)
    if record is None or record.restored or record.in_place != in_place:
        return ("missing", f"{source} was never worked on in place.") if in_place else None
    if (record.task, record.lang) != (task.name, task.target_lang):
        other = f"translate --to {record.lang}" if record.lang else record.task
        return "stale", f"{output} is stale: it comes from another task ({other})."
    changed = state is OutputState.EDITED if in_place else record.source_sha256 != digest(read_bytes(source))
    if changed:
        return "stale", f"{output} is stale: {source} was changed since."
    if record.flagged:
        kept = (
            "1 flagged segment that kept its"
            if record.flagged == 1
            else f"{record.flagged} flagged segments that kept their"
        )
        return "flagged", f"{output} has {kept} source."
    return None
