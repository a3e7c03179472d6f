"""One file of a run: nothing to do, or through the draft loop."""

import time
from dataclasses import replace

from styletune.commands.planned import Planned
from styletune.commands.session import Session
from styletune.commands.up_to_date import outcome_key, up_to_date_record
from styletune.report import FileReport, Kept


def draft_file(planned: Planned, data: bytes, session: Session) -> FileReport:
    """Work on one file and deliver the result.

    Arguments: ``data`` is the content of the source. Raises ``FileError``, ``OutputExistsError``, ``SettingsError``,
    ``EngineError`` or ``Cancelled``; nothing is written then.
    """
    start = time.monotonic()
    key = outcome_key(planned, session.settings, model=session.identity)
    report = FileReport(planned.shown, None, planned.task.name, session.engine.name)
    record = up_to_date_record(planned, session.settings, data, key)
    if record is not None:
        kept = tuple(
            Kept(block.line, block.reasons, block.is_persons, block.in_conflict)
            for block in record.blocks
            if block.reasons is not None
        )
        report = replace(report, output=str(planned.output), up_to_date=True, kept_earlier=kept)
    else:
        from styletune.commands.drafting import draft_and_deliver  # noqa: PLC0415 -- an up-to-date file needs no parser

        report = draft_and_deliver(planned, data, session, key)
    return replace(report, seconds=time.monotonic() - start)
