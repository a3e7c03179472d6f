"""An accepted rule becomes one line of the rule file, and nothing else in the file changes."""

from datetime import date
from pathlib import Path

import pytest

from styletune.config.starter import RULES
from styletune.errors import SettingsError, UsageError
from styletune.learning import hand_written
from styletune.learning.rule_writer import add_rule, provenance, remove_rule, rules_of
from styletune.memory.rule_file import parse_rule_file

WHY = provenance(date(2026, 11, 21), ["c12ab34cd", "c99999999"])

FILES = {
    "starter": RULES,
    "missing section": "# How I write\n\nFor people.\n",
    "empty section": "## Rules\n",
    "no break at the end": "## Rules\n\n- One.",
    "section in the middle": "## Rules\n\n- One.\n- Two.\n\n## Plan and progress\n\n- [ ] Write.\n",
    "no blank line below": "## Rules\n- One.\n## Plan\nx\n",
    "only a paragraph": "## Voice\n\nI write short.\n\n## Rules\n\nNever shout.\nNot even once.\n",
    "stars, indented": "## Rules\n\n  * One.\n  * Two,\n    on two lines.\n",
    "numbered": "## Rules\n\n1. One.\n2. Two.\n",
    "code at the end": "## Rules\n\n- Like this:\n\n  ```\n  $ make\n  ```\n",
    "comment at the end": "## Rules\n\n- One.\n\n<!--\n- Not this.\n-->\n\n## Plan\n",
    "below a heading": "## Rules\n\n### Code\n\n- Name it.\n",
    "Chinese": "## Voice\n\n- 我写短句。\n\n## Rules：\n\n- 不用感叹号。\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
@pytest.mark.parametrize("rule", ['Write "use", not "utilize".', "写“软件”，不写“软体”。"])
def test_a_rule_is_added_and_removed_and_the_rest_keeps_its_bytes(tmp_path: Path, text: str, rule: str):
    file = tmp_path / ".stylerules"
    file.write_text(text, encoding="utf-8")
    before = parse_rule_file(text).rules
    placed = add_rule(tmp_path, rule, why=WHY)
    assert placed is not None
    assert (placed.text, placed.learned, placed.evidence) == (rule, "2026-11-21", ("c12ab34cd", "c99999999"))
    after = file.read_text(encoding="utf-8")
    assert after.split("\n")[placed.line - 1].strip().endswith(f"{rule} <!-- {WHY} -->")
    assert sorted(parse_rule_file(after).rules) == sorted([*before, f"- {rule}"])
    rest = [line for line in after.split("\n") if line.strip() and rule not in line and line != "## Rules"]
    assert rest == [line for line in text.split("\n") if line.strip() and line != "## Rules"]
    remove_rule(tmp_path, placed)
    assert parse_rule_file(file.read_text(encoding="utf-8")).rules == before


def test_a_missing_file_is_made_in_the_shape_that_init_gives_it(tmp_path: Path):
    add_rule(tmp_path, "Be brief.", section="voice")
    text = (tmp_path / ".stylerules").read_text(encoding="utf-8")
    assert parse_rule_file(text).rules == ("- Be brief.",)
    assert text.replace("- Be brief.\n\n", "") == RULES


def test_the_file_that_the_settings_name_is_the_one_that_is_written(tmp_path: Path):
    (tmp_path / "styletune.toml").write_text('rules = "voice.md"\n', encoding="utf-8")
    (tmp_path / "voice.md").write_text("## Rules\n\n- One.\n", encoding="utf-8")
    placed = add_rule(tmp_path, "Two.")
    assert placed is not None
    assert placed.place == "voice.md:4"
    assert not (tmp_path / ".stylerules").exists()


def test_what_is_said_already_is_not_said_again(tmp_path: Path):
    assert add_rule(tmp_path, "Be brief.") is not None
    before = (tmp_path / ".stylerules").read_bytes()
    assert add_rule(tmp_path, "- be  brief.") is None
    assert (tmp_path / ".stylerules").read_bytes() == before


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("—", "holds no word"),
        ("Never <!-- this -->", "comment"),
        ("```js", "cannot be added|could not be used"),
        ("x" * 501, "too long"),
    ],
)
def test_what_can_be_no_rule_changes_nothing(tmp_path: Path, rule: str, said: str):
    file = tmp_path / ".stylerules"
    file.write_text("## Rules\n\n- One.\n", encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        add_rule(tmp_path, rule)
    assert file.read_text(encoding="utf-8") == "## Rules\n\n- One.\n"


def test_a_malformed_file_is_named_with_its_line_and_left_alone(tmp_path: Path):
    (tmp_path / ".stylerules").write_text("## Rules\n\n<!-- never closed\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\.stylerules:3:1"):
        add_rule(tmp_path, "One.")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_line_breaks_of_windows_and_a_byte_order_mark_stay(tmp_path: Path, mark: bytes):
    (tmp_path / ".stylerules").write_bytes(mark + b"## Rules\r\n\r\n- One.\r\n")
    add_rule(tmp_path, "Two.")
    assert (tmp_path / ".stylerules").read_bytes() == mark + b"## Rules\r\n\r\n- One.\r\n- Two.\r\n"


def test_a_save_in_between_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / ".stylerules"
    file.write_text("## Rules\n\n- One.\n", encoding="utf-8")
    real, saves = hand_written.write_atomic, iter(["## Rules\n\n- One.\n- Saved by an editor.\n"])

    def write_after_a_save(path: Path, data: bytes, **options: str) -> None:
        for text in saves:
            file.write_text(text, encoding="utf-8")
        real(path, data, **options)

    monkeypatch.setattr(hand_written, "write_atomic", write_after_a_save)
    add_rule(tmp_path, "Two.")
    assert file.read_text(encoding="utf-8") == "## Rules\n\n- One.\n- Saved by an editor.\n- Two.\n"


def test_rules_are_listed_with_their_lines(tmp_path: Path):
    text = "# x\n\n## Voice\n\nShort.\nSentences.\n\n## Rules\n\n### Code\n- Name it.\n  - Well.\n\n- Two,\n  lines.\n"
    (tmp_path / ".stylerules").write_text(text, encoding="utf-8")
    found = [(rule.number, rule.line, rule.end, rule.text.split("\n")[0]) for rule in rules_of(tmp_path)]
    assert found == [(1, 5, 6, "Short. Sentences."), (2, 11, 12, "Code: Name it."), (3, 14, 15, "Two, lines.")]


def test_a_rule_in_the_middle_is_removed_alone(tmp_path: Path):
    file = tmp_path / ".stylerules"
    file.write_text("## Rules\n\n- One.\n- Two,\n  long.\n- Three.\n", encoding="utf-8")
    remove_rule(tmp_path, rules_of(tmp_path)[1])
    assert file.read_text(encoding="utf-8") == "## Rules\n\n- One.\n- Three.\n"


def test_a_rule_that_moved_meanwhile_is_not_removed(tmp_path: Path):
    file = tmp_path / ".stylerules"
    file.write_text("## Rules\n\n- One.\n- Two.\n", encoding="utf-8")
    rule = rules_of(tmp_path)[1]
    file.write_text("## Rules\n\n- Two.\n", encoding="utf-8")
    with pytest.raises(UsageError, match="changed meanwhile"):
        remove_rule(tmp_path, rule)
    assert file.read_text(encoding="utf-8") == "## Rules\n\n- Two.\n"
