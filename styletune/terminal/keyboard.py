"""Whether a person sits at the terminal, and what they answer."""

import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import IO

_TICK = 0.1
"""Seconds between two looks at whether the question still stands; signals are handled meanwhile."""

_MOST_READ = 4096
"""Bytes; a terminal hands out no longer lines."""

_ANSWERS = {"y": True, "yes": True, "n": False, "no": False, "": False}


def in_foreground(stream: IO[str]) -> bool:
    """Tell whether a terminal is ours at the moment: a job in the background must not write over the shell's lines."""
    try:
        return os.tcgetpgrp(stream.fileno()) == os.getpgrp()
    except (OSError, ValueError):  # no terminal of the system's
        return True


def somebody_there() -> bool:
    """Tell whether a question could be answered: a job in the background that reads is stopped by the system."""
    keyboard: IO[str] | None = sys.stdin  # None if whoever started the program closed it
    return keyboard is not None and not keyboard.closed and keyboard.isatty() and in_foreground(keyboard)


def typed_lines() -> list[str]:
    """Take the lines that were typed although nobody asked, without waiting: the terminal has shown them, too."""
    if not somebody_there():
        return []
    keyboard = sys.stdin.fileno()
    typed = b""
    with suppress(OSError):
        while select.select([keyboard], [], [], 0)[0] and (more := os.read(keyboard, _MOST_READ)):
            typed += more
    return typed.decode("utf-8", "replace").split("\n")[:-1]


def read_answer(prompt: Callable[[str], None], question: str, *, given_up: Callable[[], bool]) -> bool | None:
    """Ask until the answer is yes or no; an empty one is no. ``None`` at the end of the input.

    Arguments: ``prompt`` writes a text without a line break; ``given_up`` tells, ten times a second, whether the
    answer is of use no more.
    """
    keyboard = sys.stdin.fileno()
    _drop_typed(keyboard)
    prompt(f"{question} [y/N] ")
    while (line := _read_line(keyboard, given_up)) is not None:
        answer = _ANSWERS.get(line.strip().lower())
        if answer is not None:
            return answer
        prompt("Answer y or n: ")
    prompt("\n")
    return None


def _drop_typed(keyboard: int) -> None:
    """Drop what was typed before the question was there to be read."""
    import termios  # noqa: PLC0415 -- not on every system, and only a terminal's matter

    with suppress(termios.error):
        termios.tcflush(keyboard, termios.TCIFLUSH)


def _read_line(keyboard: int, given_up: Callable[[], bool]) -> str | None:
    """Read what is typed up to Enter, without blocking where signals could not be handled."""
    while not given_up():
        if not select.select([keyboard], [], [], _TICK)[0]:
            continue
        try:
            typed = os.read(keyboard, _MOST_READ)
        except OSError:  # the terminal is gone
            return None
        return typed.decode("utf-8", "replace") if typed else None
    return None
