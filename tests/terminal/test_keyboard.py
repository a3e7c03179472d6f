"""Whether a person sits at the terminal, and what they answer."""

import io
import os
import pty
import sys
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from styletune.terminal.keyboard import read_answer, somebody_there, typed_lines


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Make standard input a terminal; return the end where a person would type."""
    person, terminal = pty.openpty()
    with os.fdopen(terminal, encoding="utf-8", closefd=True) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield person
    os.close(person)


class Conversation:
    """Types the next answer when a prompt appears."""

    def __init__(self, person: int, *answers: bytes) -> None:
        self.said: list[str] = []
        self._person = person
        self._answers = iter(answers)

    def prompt(self, text: str) -> None:
        self.said.append(text)
        os.write(self._person, next(self._answers, b""))


def never() -> bool:
    return False


@pytest.mark.parametrize(
    ("typed", "answer"),
    [(b"y\n", True), (b"YES \n", True), (b"n\n", False), (b"no\n", False), (b"\n", False), (b"\x04", None)],
)
def test_yes_is_yes_and_enter_is_no(person, typed, answer):
    talk = Conversation(person, typed)
    assert read_answer(talk.prompt, "Redo them all?", given_up=never) is answer
    assert talk.said[0] == "Redo them all? [y/N] "


def test_what_is_no_answer_is_asked_for_again(person):
    talk = Conversation(person, "好\n".encode(), b"\xff\n", b"y\n")
    assert read_answer(talk.prompt, "Redo them all?", given_up=never) is True
    assert talk.said[1:] == ["Answer y or n: "] * 2


def test_what_was_typed_before_the_question_is_no_answer(person):
    os.write(person, b"y\n")
    assert read_answer(Conversation(person, b"n\n").prompt, "Redo them all?", given_up=never) is False


def test_an_answer_is_not_waited_for_once_it_is_of_no_use(person):
    stop, asked = Event(), Event()
    answers: list[object] = []

    def ask() -> None:
        answers.append(read_answer(lambda _: asked.set(), "Redo them all?", given_up=stop.is_set))

    thread = Thread(target=ask)
    thread.start()
    assert asked.wait(30)
    assert not answers
    stop.set()
    thread.join(30)
    assert answers == [None]


def test_lines_that_nobody_asked_for_are_taken_without_waiting(person):
    assert typed_lines() == []
    os.write(person, "\nabc 花\nunfinished".encode())
    assert typed_lines() == ["", "abc 花"]
    assert typed_lines() == []


def test_a_pipe_a_file_and_a_closed_input_are_nobody(monkeypatch):
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as pipe:
        for stdin in (pipe, io.StringIO("y\n"), None):
            monkeypatch.setattr(sys, "stdin", stdin)
            assert not somebody_there()
            assert typed_lines() == []
    assert not somebody_there()
    os.close(write)


def test_a_terminal_is_somebody(person):
    assert somebody_there()
