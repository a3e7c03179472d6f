"""``memory forget``: asks first, says file by file what goes, and where the text stands all the same."""

import json
from pathlib import Path

import pytest
from edited_texts import correction

from styletune.learning.corrections import Corrections

ARGUMENTS = ("memory", "forget")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "styletune.toml").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def edited(cli, here: Path) -> Path:
    """Return a project in which a person has edited an output, and the next run has learned from it."""
    (here / "post.md").write_text("A secret plan of the draft.\n\nAnother paragraph.\n", encoding="utf-8")
    cli("rewrite", "post.md", "--model", "pseudo")
    output = here / "post.rewritten.md"
    first, rest = output.read_text(encoding="utf-8").split("\n", 1)
    output.write_text(f"{first} My secret plan.\n{rest}", encoding="utf-8")
    assert cli("rewrite", "post.md", "--model", "pseudo").code == 0
    assert len(Corrections(here).all()) == 1
    return here


def test_a_text_is_forgotten_and_the_places_that_keep_it_are_named(cli, edited: Path):
    done = cli(*ARGUMENTS, "secret plan", "--yes")
    assert done.code == 0
    assert "corrections.jsonl" in done.err
    assert "outputs.jsonl" in done.err
    assert "My secret plan.”, but it is not known any more that you wrote it" in done.err
    assert "It still stands in:" in done.err
    assert "post.md:1" in done.err
    assert Corrections(edited).all() == []
    assert "My secret plan." in (edited / "post.rewritten.md").read_text(encoding="utf-8")
    left = [path.name for path in (edited / ".styletune").iterdir() if b"secret plan" in path.read_bytes()]
    assert left == []


def test_without_a_terminal_and_without_yes_nothing_goes(cli, edited: Path):
    done = cli(*ARGUMENTS, "secret plan")
    assert done.code == 2
    assert "Add --yes" in done.err
    assert len(Corrections(edited).all()) == 1


def test_the_report_is_json_if_asked(cli, edited: Path):
    (one,) = Corrections(edited).all()
    (report,) = json.loads(cli(*ARGUMENTS, one.id, "--yes", "--json").out)
    assert report["item"] == one.id
    assert [removed["file"] for removed in report["removed"]] == [".styletune/corrections.jsonl"]
    assert report["unprotected"] == []


def test_what_is_nowhere_is_said(cli, here: Path):
    done = cli(*ARGUMENTS, "never written", "--yes")
    assert (done.code, "Nothing that styletune remembers" in done.err) == (0, True)


def test_nothing_goes_if_one_of_several_is_unknown(cli, here: Path):
    Corrections(here).add([correction("a", "b c d")])
    done = cli(*ARGUMENTS, "b c d", "cdeadbeef", "--yes")
    assert (done.code, "no correction cdeadbeef" in done.err) == (2, True)
    assert len(Corrections(here).all()) == 1


def test_a_malformed_file_stops_it_with_its_line(cli, here: Path):
    Corrections(here).add([correction("a", "b c d")])
    Corrections(here).file.write_text("nonsense\n", encoding="utf-8")
    done = cli(*ARGUMENTS, "b c d", "--yes")
    assert (done.code, "corrections.jsonl:1" in done.err) == (2, True)
