"""The one place that owns standard output, standard error and standard input."""

import json
import os
import re
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from styletune.errors import FileError
from styletune.files.failures import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console as Terminal
    from rich.console import RenderableType
    from rich.text import Text

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unicode's categories Cc and Cs, but for line breaks and tabs."""


def printable(text: str) -> str:
    """Make control characters visible, so that no text can command the terminal; lone surrogates cannot be printed."""
    return _CONTROL.sub(lambda found: chr(0x2400 + ord(found[0])) if found[0] < " " else "\ufffd", text)


class Console:
    """Standard error for people, standard output for data."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.paused: Callable[[], AbstractContextManager[object]] = nullcontext
        """Takes a live display off the screen while something else is written to it."""

        self.reader_gone = False
        """Standard output was closed by its reader."""

        self._answered = False
        self._input: bytes | None = None

    @cached_property
    def terminal(self) -> "Terminal":
        """Standard error; colours and progress follow from what it is connected to."""
        from styletune.terminal.stream import Stream  # noqa: PLC0415 -- a run with nothing to say does without rich

        return Stream(stderr=True, on_reader_gone=lambda: _send_nowhere(sys.stderr))

    def notice(self, text: str) -> None:
        """Tell something worth knowing; silent with ``--quiet``."""
        if not self.quiet:
            self._say(printable(text))

    def detail(self, text: str) -> None:
        """Tell something that only ``--verbose`` shows."""
        if self.verbose:
            self._say(printable(text), style="dim")

    def summary(self, text: str) -> None:
        """Tell how a file went; silent with ``--quiet``."""
        if not self.quiet:
            self._say(printable(text), style="bold")

    def error(self, text: str) -> None:
        """Tell what failed, one line for each problem; indented lines belong to the one before."""
        for line in printable(text).splitlines():
            self._say(line, sign="" if line.startswith(" ") else "Error: ")

    def show(self, renderable: "RenderableType", *, on_stdout: bool) -> None:
        """Show something laid out, where it does not get into the way of data."""
        if not on_stdout:
            self.terminal.print(renderable)
        elif not self.reader_gone:
            with self._clear_screen():
                self._stdout_terminal().print(renderable)

    def coloured(self, *, on_stdout: bool) -> bool:
        """Tell whether colours will be seen where ``show`` shows."""
        terminal = self._stdout_terminal() if on_stdout else self.terminal
        return terminal.color_system is not None and not terminal.no_color

    def read_input(self) -> bytes:
        """Read standard input, once; later calls return the same bytes. Raises ``FileError``."""
        if _closed(sys.stdin):
            raise FileError("Standard input is closed, so there is nothing to read.")
        if self._input is None:
            self._input = b""  # what stands if reading is interrupted
            self._input = whole = sys.stdin.buffer.read()
            return whole
        return self._input

    def write(self, data: bytes) -> None:
        """Write data to standard output; a reader that has gone away is no failure of ours. Raises ``FileError``."""
        self._answered = True
        if self.reader_gone:
            return
        if _closed(sys.stdout):
            raise FileError("Standard output is closed, so the result has nowhere to go.")
        try:
            with self._clear_screen():
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
        except BrokenPipeError:
            self._close_stdout()
        except OSError as error:
            raise FileError(f"Standard output cannot be written: {in_words(error)}.") from error

    def write_json(self, value: object) -> None:
        """Write a value as JSON to standard output; a lone surrogate becomes its JSON escape. Raises ``FileError``."""
        self.write(json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n")

    def give_back_input(self) -> None:
        """Answer with the input as it came, unless something was answered: an editor would lose the text otherwise."""
        waits_for_keyboard = self._input is None and (_closed(sys.stdin) or sys.stdin.isatty())
        if not self._answered and not waits_for_keyboard:
            with suppress(OSError, FileError):
                self.write(self.read_input())

    def _stdout_terminal(self) -> "Terminal":
        from styletune.terminal.stream import Stream  # noqa: PLC0415 -- a run with nothing to say does without rich

        return Stream(stderr=False, on_reader_gone=self._close_stdout)

    def _say(self, text: str, *, style: str = "", sign: str = "") -> None:
        """Print a line for people; a terminal that was closed must not end the work."""
        from rich.text import Text  # noqa: PLC0415 -- a run with nothing to say does without rich

        whole = Text.assemble((sign, "bold red"), (text, style))
        try:
            for line in self._wrapped(whole) if self.terminal.is_terminal else [whole]:
                self.terminal.print(line, soft_wrap=True)
        except OSError:
            self.terminal.quiet = True

    def _wrapped(self, text: "Text") -> "Iterator[Text]":
        """Break long lines at words, as a terminal itself does not; what follows a break is set in."""
        from rich.text import Text  # noqa: PLC0415 -- a run with nothing to say does without rich

        for line in text.split("\n"):
            indent = len(line.plain) - len(line.plain.lstrip()) + 2
            pieces = line.wrap(self.terminal, max(self.terminal.width - indent, 20)) or [line]
            for number, piece in enumerate(pieces):
                piece.rstrip()
                yield Text.assemble(" " * indent, piece) if number else piece

    def _clear_screen(self) -> AbstractContextManager[object]:
        return self.paused() if not _closed(sys.stdout) and sys.stdout.isatty() else nullcontext()

    def _close_stdout(self) -> None:
        self.reader_gone = True
        _send_nowhere(sys.stdout)


def _closed(stream: TextIO | None) -> bool:
    """Tell whether a stream was closed by whoever started the program; Python has ``None`` in its place then."""
    return stream is None


def _send_nowhere(stream: TextIO) -> None:
    """Send what is still buffered nowhere, or the interpreter complains when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
