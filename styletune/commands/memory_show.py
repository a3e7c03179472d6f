"""``styletune memory show``."""

import os
from dataclasses import asdict
from pathlib import Path

from styletune.commands.memory_place import project_folder
from styletune.commands.memory_settings import ShowSettings
from styletune.errors import SettingsError
from styletune.terminal.console import Console

_EMPTY = (
    "Nothing is remembered here yet. Say what matters with styletune memory add, edit what styletune writes and run it "
    "again, or import what other tools know: styletune memory import FILE"
)
_NOTHING_ELSE = "Nothing else is kept, but for your drafts and posts themselves and what you exported."


def run(settings: ShowSettings, console: Console) -> int:
    """Show what is remembered, or where; return the exit code."""
    root = project_folder(settings.project)
    return _show_where(root, settings, console) if settings.where else _show(root, settings, console)


def _show(root: Path, settings: ShowSettings, console: Console) -> int:
    from styletune.commands.memory_show_facts import gather  # noqa: PLC0415 - --where does without

    facts = gather(root)
    if settings.json:
        console.write_json({**facts.values, "problems": facts.problems, "notices": facts.notices})
    elif facts.empty:
        console.summary(_EMPTY)
    else:
        from styletune.commands.memory_show_page import page  # noqa: PLC0415 - JSON does without rich

        console.show(page(facts.values), on_stdout=True)
    for notice in facts.notices:
        console.notice(notice)
    for problem in facts.problems:
        console.error(problem)
    return SettingsError.exit_code if facts.problems else 0


def _show_where(root: Path, settings: ShowSettings, console: Console) -> int:
    from styletune.commands.memory_show_where import kept_files  # noqa: PLC0415 - the other page does without

    files = kept_files(root)
    if settings.json:
        console.write_json([{**asdict(file), "path": str(file.path)} for file in files])
        return 0
    if not files:
        console.summary("No text of yours is kept for this project.")
        return 0
    from styletune.commands.memory_show_page import where_page  # noqa: PLC0415 - JSON does without rich

    console.show(where_page(files, [_name(file.path, root) for file in files]), on_stdout=True)
    console.notice(_NOTHING_ELSE)
    return 0


def _name(path: Path, root: Path) -> str:
    """Name a file below the project as seen from it, others in full."""
    name = os.path.relpath(path, root)
    return os.fspath(path) if name.startswith("..") else name
