"""What a watcher tells of one draft, and of a person's edits of its result."""

from collections.abc import Iterator
from pathlib import Path

from styletune.commands.planned import Planned
from styletune.errors import FileError, SourceChangedError
from styletune.learning.learn import Learned
from styletune.report import FileReport
from styletune.text.counted import counted
from styletune.watch.events import EventName, WatchEvent


def of_draft(name: EventName, planned: Planned, message: str, report: FileReport | None = None) -> WatchEvent:
    """Tell of a draft whose result has a place."""
    output = str(planned.output) if planned.output is not None else None
    return WatchEvent(name, planned.shown, message, output, report=report)


def of_empty(planned: Planned) -> WatchEvent:
    """Tell of a draft that holds nothing: it was emptied by mistake, or is yet to be written."""
    stays = "; its last result stays" if planned.output is not None and planned.output.exists() else ""
    return of_draft("skipped", planned, f"It is empty{stays}. It is redone as soon as it holds text.")


def of_edits(learned: Learned, shown: str, output: Path) -> Iterator[WatchEvent]:
    """Tell what came of a person's edits of an output; ``shown`` is its draft."""
    if not learned.edits:
        return
    stay = f"Your edit of {output} stays" if learned.edits == 1 else f"Your {learned.edits} edits of {output} stay"
    if learned.ignored:
        yield WatchEvent("notice", shown, f"{stay}; nothing was learned, as {learned.ignored}.", str(output))
        return
    count = len(learned.corrections)
    what = f"; learned {counted(count, 'correction')}" if count else ""
    yield WatchEvent("learned", shown, f"{stay}{what}.", str(output))


def may_pass(error: Exception) -> bool:
    """Tell whether an error of a file may pass by itself, as a full disk may; what a draft holds does not."""
    if isinstance(error, SourceChangedError):
        return True
    return isinstance(error, FileError) and isinstance(error.__cause__, OSError)
