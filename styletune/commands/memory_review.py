"""``styletune memory review``: a person decides about conflicts, and about what corrections suggest."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from styletune.commands.memory_place import project_folder
from styletune.commands.memory_review_items import Item, Open, shown_lines
from styletune.commands.memory_settings import ReviewSettings
from styletune.errors import UsageError
from styletune.files.atomic import sync_folders
from styletune.terminal.console import Console

if TYPE_CHECKING:
    from styletune.learning.conflicts import Conflict
    from styletune.learning.proposal import Proposal


def run(settings: ReviewSettings, console: Console) -> int:
    """Decide what the settings say, or ask; without a terminal, list what is open."""
    root = project_folder(settings.project)
    suggested = _suggested(settings, root, console) if settings.suggest else None
    decides = settings.accept or settings.reject or settings.edit
    if decides:
        _decide(settings, Open(root), console)
    elif settings.list or settings.json or not _somebody_is_here():
        _list(Open(root), settings, console)
    else:
        from styletune.commands.memory_review_session import ask_all  # noqa: PLC0415 -- only a terminal needs it

        ask_all(Open(root), console)
    sync_folders()
    return 1 if suggested is False else 0


def _somebody_is_here() -> bool:
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())


def _suggested(settings: ReviewSettings, root: Path, console: Console) -> bool:
    """Ask the model for a summary; return whether it gave one."""
    from styletune.commands.memory_suggest import suggest_summary  # noqa: PLC0415 -- engines are loaded for it alone

    return suggest_summary(settings, root, console)


def _decide(settings: ReviewSettings, found: Open, console: Console) -> None:
    """Decide what was named; everything is looked up before anything is decided."""
    edit_id, sign, text = (settings.edit or "").partition("=")
    if settings.edit and not (sign and edit_id.strip() and text.strip()):
        raise UsageError(f'--edit {settings.edit}: write the id, = and the text: --edit p12ab34cd="Keep it short."')
    accept, reject = settings.accept or [], settings.reject or []
    named = [*accept, *reject, *([edit_id.strip()] if settings.edit else [])]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise UsageError(f"{twice[0]} is named twice, so it is not clear what to do with it. Nothing was decided.")
    items = {name: found.find(name) for name in named}
    done = [
        *(found.accept(items[name]) for name in accept),
        *(found.reject(items[name]) for name in reject),
        *([found.edit(items[edit_id.strip()], text)] if settings.edit else []),
    ]
    if settings.json:
        console.write_json([{"id": name, "done": said} for name, said in zip(named, done, strict=True)])
    else:
        for said in done:
            console.summary(said)


def _list(found: Open, settings: ReviewSettings, console: Console) -> None:
    if settings.json:
        conflicts, proposals = found.conflicts(), found.proposals()
        values = {
            "conflicts": [_conflict(one) for one in conflicts],
            "proposals": [_proposal(one) for one in proposals],
        }
        console.write_json(values)
        return
    items: list[Item] = [*found.conflicts(), *found.proposals()]
    if not items:
        console.summary(found.nothing())
        return
    lines = [line for item in items for line in (*shown_lines(item, found), "")]
    console.write("\n".join(lines).encode("utf-8", "backslashreplace"))
    console.notice(
        "Decide with --accept ID, --reject ID or --edit ID=TEXT; of a conflict (x…), --reject keeps your text and "
        "--accept takes the new one."
    )


def _proposal(one: "Proposal") -> dict[str, object]:
    return {**asdict(one), "in_words": one.in_words}


def _conflict(one: "Conflict") -> dict[str, object]:
    return {
        "id": one.id,
        "output": one.output,
        "line": one.block.line,
        "source": one.source,
        "yours": one.mine,
        "suggestion": one.suggestion,
        "reasons": list(one.block.reasons or ()),
    }
