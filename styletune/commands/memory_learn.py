"""``styletune memory learn DRAFT EDITED``."""

import os

from styletune.commands.memory_settings import LearnSettings
from styletune.errors import UsageError
from styletune.files.atomic import sync_folders
from styletune.files.records import Records
from styletune.learning.correction import Correction
from styletune.learning.learn import Learned
from styletune.learning.learn_files import Languages, learn_from_files
from styletune.project import project_root
from styletune.terminal.console import Console
from styletune.text.counted import counted
from styletune.text.language import language_code

_SHOWN = 60
"""Characters of a text that fit a line beside another one."""


def run(settings: LearnSettings, console: Console) -> int:
    """Learn from two files and say what was learned; return the exit code."""
    draft, edited = settings.draft, settings.edited
    if os.path.realpath(draft) == os.path.realpath(edited):
        raise UsageError(f"DRAFT and EDITED are the same file, {draft}. Name the draft and what you made of it.")
    records = Records(settings.project or project_root(draft))
    languages = Languages(
        language_code(settings.source) if settings.source else None,
        language_code(settings.to) if settings.to else None,
    )
    learned = learn_from_files(records, draft, edited, languages, keep=not settings.dry_run)
    sync_folders()
    if settings.json:
        console.write_json(_as_json(learned))
        return 0
    for correction in learned.corrections:
        console.notice(_line(correction))
    console.summary(_verdict(learned, dry_run=settings.dry_run))
    return 0


def _line(correction: Correction) -> str:
    before = correction.source if correction.written is None else correction.written
    return f"{correction.id}  {_clipped(before)}  ->  {_clipped(correction.edited)}"


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _verdict(learned: Learned, *, dry_run: bool) -> str:
    count = len(learned.corrections)
    corrections = counted(count, "correction")
    if learned.ignored:
        return f"Nothing was learned: {learned.ignored}."
    if dry_run and count:
        return f"{corrections} would be learned; nothing was kept."
    if count:
        return f"Learned {corrections}."
    if learned.edits:
        return "Nothing new: these edits are known, or change nothing but white space and markup."
    return "Nothing to learn: the texts are the same."


def _as_json(learned: Learned) -> object:
    found = [
        {
            "id": correction.id,
            "task": correction.task,
            "source_lang": correction.source_lang,
            "target_lang": correction.target_lang,
            "source": correction.source,
            "written": correction.written,
            "edited": correction.edited,
            "supersedes": correction.supersedes,
        }
        for correction in learned.corrections
    ]
    return {"corrections": found, "edits": learned.edits, "ignored": learned.ignored}
