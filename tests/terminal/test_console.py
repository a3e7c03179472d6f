"""What goes to people, and what goes to programs."""

import errno
import io
import os
import sys

import pytest
from rich.console import Console as Terminal

from styletune.errors import FileError, UsageError
from styletune.terminal.console import Console, printable
from styletune.terminal.outcome import CANCELLED, tell


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plain 文 é\n\t", "plain 文 é\n\t"), ("\x1b[31m", "␛[31m"), ("a\rb\x00", "a␍b␀"), ("\x7f\x9b\udcff", "���")],
)
def test_control_characters_are_made_visible(text, expected):
    assert printable(text) == expected


def test_messages_go_to_standard_error_and_stay_on_their_line(capsys):
    console = Console()
    console.notice("a :smile: [red]x[/red] " + "long " * 40)
    console.error("one\n  more of it\ntwo")
    console.detail("only with -v")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0].startswith("a :smile: [red]x[/red] long")
    assert err.splitlines()[1:] == ["Error: one", "  more of it", "Error: two"]


def test_quiet_leaves_errors(capsys):
    console = Console(quiet=True)
    console.notice("x")
    console.summary("y")
    console.error("z")
    assert capsys.readouterr().err == "Error: z\n"


def test_no_color_is_honoured(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    Console().error("x")
    assert "\x1b[1;31m" in capsys.readouterr().err
    monkeypatch.setenv("NO_COLOR", "1")
    Console().error("x")
    assert "31m" not in capsys.readouterr().err


def test_data_is_written_byte_by_byte(capsysbinary):
    Console().write(b"\xff\r\n\x00")
    assert capsysbinary.readouterr().out == b"\xff\r\n\x00"


def test_a_closed_pipe_is_noticed_once_and_silently(monkeypatch):
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        console = Console()
        console.write(b"x")
        assert console.reader_gone
        console.write(b"y")


class Closed(io.StringIO):
    """What standard error is after its terminal window was closed."""

    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_a_closed_terminal_does_not_end_the_work(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Closed())
    console = Console()
    console.notice("x")
    console.error("y")


class Input(io.TextIOWrapper):
    def __init__(self, data: bytes, *, keyboard: bool = False) -> None:
        super().__init__(io.BytesIO(data))
        self.keyboard = keyboard

    def isatty(self) -> bool:
        return self.keyboard


@pytest.mark.parametrize(
    ("read", "answer", "expected"), [(False, b"", b"text"), (True, b"", b"text"), (True, b"other", b"other")]
)
def test_input_is_given_back_unless_something_was_answered(monkeypatch, capsysbinary, read, answer, expected):
    monkeypatch.setattr(sys, "stdin", Input(b"text"))
    console = Console()
    if read:
        assert console.read_input() == console.read_input() == b"text"
    if answer:
        console.write(answer)
    console.give_back_input()
    assert capsysbinary.readouterr().out == expected


def test_nobody_has_to_type_a_text_to_get_it_back(monkeypatch, capsysbinary):
    monkeypatch.setattr(sys, "stdin", Input(b"typed", keyboard=True))
    Console().give_back_input()
    assert capsysbinary.readouterr().out == b""


def test_streams_that_were_closed_from_the_start_are_errors_in_words(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stdout", None)
    console = Console()
    console.give_back_input()
    with pytest.raises(FileError, match="Standard input is closed"):
        console.read_input()
    with pytest.raises(FileError, match="Standard output is closed"):
        console.write(b"text")


@pytest.mark.parametrize(
    ("where", "message", "told"),
    [
        ("a.md", "line 3: no text", "Error: a.md: line 3: no text\n"),
        ("a.md", "a.md is a folder", "Error: a.md is a folder\n"),
        ("a.md", "a.md.old is in the way", "Error: a.md: a.md.old is in the way\n"),
        ("-", "convert it: iconv -f latin1", "Error: standard input: convert it: iconv -f latin1\n"),
        ("", "no model", "Error: no model\n"),
    ],
)
def test_an_error_names_its_file_once(capsys, where, message, told):
    tell(Console(), UsageError(message), where=where)
    assert capsys.readouterr().err == told


def test_a_terminal_gets_lines_broken_at_words(monkeypatch):
    console = Console()
    console.terminal = Terminal(file=io.StringIO(), force_terminal=True, width=30, highlight=False, _environ={})
    console.notice("post.md:10 kept your text: the number 9 was added\n  and 花园很安静的故事花园很安静的故事")
    text = console.terminal.file.getvalue()
    assert text.splitlines() == ["post.md:10 kept your text:", "  the number 9 was added",
                                 "  and", "    花园很安静的故事花园很安静", "    的故事"]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UsageError("Wrong flag."), 2, "Error: Wrong flag."),
        (KeyboardInterrupt(), CANCELLED, "Stopped."),
        (ValueError("two\nlines"), 3, "(ValueError: two lines)"),
    ],
)
def test_every_failure_becomes_a_sentence_and_a_code(capsys, error, code, words):
    assert tell(Console(), error) == code
    assert words in capsys.readouterr().err
