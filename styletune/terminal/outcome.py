"""From what happened to an exit code and a sentence."""

import os
import traceback
from collections.abc import Callable
from typing import Protocol

from styletune.errors import Cancelled, StyletuneError
from styletune.terminal.console import Console
from styletune.terminal.wording import name

TRACEBACK = "STYLETUNE_TRACEBACK"
UNEXPECTED = 3
CANCELLED = Cancelled.exit_code


class Manners(Protocol):
    """What of a verb's settings decides how it talks."""

    @property
    def quiet(self) -> bool:
        """Whether only errors are told."""
        ...

    @property
    def verbose(self) -> bool:
        """Whether details are told."""
        ...

    @property
    def returns_input(self) -> bool:
        """Whether a failure must leave the input on standard output."""
        ...

    def check_all(self) -> None:
        """Raise ``UsageError`` for settings that cannot work."""
        ...


def run_verb(work: Callable[[Console], int], settings: Manners) -> int:
    """Run a verb and return its exit code; no exception gets past this."""
    console = Console(quiet=settings.quiet, verbose=settings.verbose)
    try:
        settings.check_all()
        code = work(console)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 -- a person gets a sentence, never a traceback
        code = tell(console, error)
    if settings.returns_input:
        console.give_back_input()
    return code


def tell(console: Console, error: BaseException, *, where: str = "") -> int:
    """Say what failed and return the exit code for it.

    Arguments: ``where`` is the file that was worked on; it is named unless the error names it itself.
    """
    if isinstance(error, Cancelled | KeyboardInterrupt):
        console.notice(
            "Stopped. Nothing is half written. The same command goes on from here: what was finished is kept."
        )
        return CANCELLED
    if isinstance(error, StyletuneError):
        text = str(error)
        console.error(text if text.startswith((f"{where} ", f"{where}:")) or not where else f"{name(where)}: {text}")
        for note in getattr(error, "__notes__", ()):
            console.detail(note)
        return error.exit_code
    console.error(unexpected(error, where=where))
    if console.verbose or os.environ.get(TRACEBACK):
        console.notice("".join(traceback.format_exception(error)).rstrip())
    return UNEXPECTED


def unexpected(error: BaseException, *, where: str = "") -> str:
    """Describe a failure that nobody foresaw."""
    reason = f"{type(error).__name__}: {error}".rstrip(": ").replace("\n", " ")
    place = f" while working on {name(where)}" if where else ""
    return (
        f"styletune failed in a way it should not{place} ({reason}). No file was left half written. "
        f"Run it again with -v, or with {TRACEBACK}=1, to see where, and please report that."
    )
