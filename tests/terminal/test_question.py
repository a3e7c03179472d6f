"""A question before something that cannot be taken back."""

import io
import json
from types import SimpleNamespace

import pytest

from styletune.errors import UsageError
from styletune.terminal import question
from styletune.terminal.console import Console
from styletune.terminal.question import agreed


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("y\n", True), (" YES \n", True), ("n\n", False), ("\n", False), ("yess\n", False), ("", False)],
)
def test_only_yes_is_yes(monkeypatch, capsys, typed: str, expected: bool):
    monkeypatch.setattr("sys.stdin", Keyboard(typed))
    assert agreed("Remove [b]it[/b] :smile:?", Console(), nobody="x") is expected
    assert capsys.readouterr().err == "Remove [b]it[/b] :smile:? [y/N] "


@pytest.mark.parametrize("stdin", [None, io.StringIO("y\n")], ids=["closed", "a pipe"])
def test_nobody_there_is_an_error_with_what_to_do(monkeypatch, stdin: io.StringIO | None):
    monkeypatch.setattr(question, "sys", SimpleNamespace(stdin=stdin))
    with pytest.raises(UsageError, match="add --yes"):
        agreed("Remove it?", Console(), nobody="Nobody is here: add --yes.")


def test_json_keeps_what_is_no_character(capsysbinary):
    Console().write_json({"name": "文 \udcff"})
    written = capsysbinary.readouterr().out
    assert written == '{\n  "name": "文 \\udcff"\n}\n'.encode()
    assert json.loads(written) == {"name": "文 \udcff"}
