"""A question before something that cannot be taken back."""

import sys

from styletune.errors import UsageError
from styletune.terminal.console import Console

MAY_REMOVE = "Remove all of this?"
NOBODY_TO_REMOVE = "Nobody is here to ask whether this may be removed, so nothing was. Add --yes to remove it."


def agreed(question: str, console: Console, *, nobody: str) -> bool:
    """Ask a person, and tell whether the answer is yes; no answer is none.

    Raises ``UsageError`` with the words ``nobody`` where nobody could answer.
    """
    if not sys.stdin or not sys.stdin.isatty():
        raise UsageError(nobody)
    try:
        answer = console.terminal.input(f"{question} [y/N] ", markup=False, emoji=False)
    except EOFError:
        return False
    return answer.strip().lower() in {"y", "yes"}
