"""``memory add``: rules, terms and phrases by hand."""

import json
from pathlib import Path

import pytest

from styletune.memory.glossary import read_glossary
from styletune.memory.rule_file import read_rule_file


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "styletune.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_rule_goes_into_the_rule_file(cli, here: Path):
    done = cli("memory", "add", "Keep sentences short.")
    assert (done.code, done.out) == (0, b"")
    assert ".stylerules:" in done.err
    assert "Keep sentences short." in done.err
    assert read_rule_file(here / ".stylerules").rules == ("- Keep sentences short.",)
    assert "<!-- added 20" in (here / ".stylerules").read_text(encoding="utf-8")


def test_a_rule_may_be_about_the_voice(cli, here: Path):
    cli("memory", "add", "Dry humour.", "--section", "voice")
    assert "## Voice" in (here / ".stylerules").read_text(encoding="utf-8").split("Dry humour.")[0].splitlines()[-8:]


def test_entries_go_into_the_glossary_and_are_reported_as_json(cli, here: Path):
    done = cli(
        "memory", "add", "--term", "disk=磁盘", "--term", "a = b", "--keep", "Hugo", "--never-say", "—", "--lang", "Chinese",
        "--json",
    )  # fmt: skip
    assert done.code == 0
    added = json.loads(done.out)["added"]
    assert [(one["kind"], one["text"], one["rendering"], one["lang"]) for one in added] == [
        ("keep", "Hugo", None, "zh"), ("never_say", "—", None, "zh"), ("term", "disk", "磁盘", "zh"), ("term", "a", "b", "zh"),
    ]  # fmt: skip
    assert read_glossary(here / ".styletune" / "glossary.toml", "g").terms == {"zh": {"disk": "磁盘", "a": "b"}}


def test_what_is_there_is_said_and_left(cli, here: Path):
    cli("memory", "add", "Be brief.", "--keep", "Hugo")
    before = (here / ".stylerules").read_bytes(), (here / ".styletune" / "glossary.toml").read_bytes()
    done = cli("memory", "add", "Be brief.", "--keep", "Hugo")
    assert (done.code, "there already" in done.err) == (0, True)
    assert ((here / ".stylerules").read_bytes(), (here / ".styletune" / "glossary.toml").read_bytes()) == before


def test_another_project_may_be_named(cli, here: Path):
    (here / "other").mkdir()
    cli("memory", "add", "Be brief.", "--project", "other")
    assert (here / "other" / ".stylerules").exists()
    assert not (here / ".stylerules").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Nothing was named to add"),
        (["--term", "disk"], "names no rendering"),
        (["--term", "=x"], "names no rendering"),
        (["Be brief.", "--lang", "zh"], ".styletune/rules/zh.md"),
        (["--keep", "x", "--lang", "klingonish"], "klingonish"),
        (["Be brief.", "--section", "Goals"], "no section “Goals”"),
        (["--keep", "—"], "holds no word"),
        (["Never <!-- x -->"], "comment"),
        (["Be brief.", "--project", "nowhere"], "no such folder"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_made(cli, here: Path, arguments: list[str], said: str):
    done = cli("memory", "add", *arguments)
    assert done.code == 2
    assert said in done.err
    assert not (here / ".stylerules").exists()
    assert not (here / ".styletune" / "glossary.toml").exists()
