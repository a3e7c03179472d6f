"""Only ## Voice and ## Rules enter prompts; whatever is malformed is named by line and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.errors import SettingsError
from styletune.memory.rule_file import read_rule_file

STARTER = """\
# How I write

Goals: fewer words.

## Voice

<!-- Say who you are.
     This is a hint. -->
I write like I talk
to a colleague. <!-- aside -->

Dry.

## Rules

- Say “we”, not “one”.
  - even in lists,
    without exception
- Write `<!--` as it is.
* No puns.
1. Count from one.

### Dialogue
- Short lines.
  ```
  ## Rules
  ```

Last one.

## Plan and progress

- Publish more.
"""

RULES = [
    "- I write like I talk to a colleague.",
    "- Dry.",
    "- Say “we”, not “one”.\n  - even in lists, without exception",
    "- Write `<!--` as it is.",
    "- No puns.",
    "- Count from one.",
    "- Dialogue: Short lines.\n    ```\n    ## Rules\n    ```",
    "- Last one.",
]

MALFORMED = {
    "an unclosed comment": ("## Rules\n- a\n\n  <!-- b\n- c\n", ":4:3 this comment is never closed"),
    "an unclosed fence": ("## Rules\n- a\n```\n## Voice\n", ":3:1 this code fence is never closed"),
    "a misspelt heading": ("## Rule\n- a\n", ':1:1 "## Rule" is no known section. Did you mean "## Rules"?'),
    "another misspelt heading": ("## Rules\n- a\n\n## Voise\n", 'Did you mean "## Voice"?'),
    "a section that stands twice": ("## Rules\n- a\n## Voice\n## rules:\n", ':4:1 "## Rules" stands here a second'),
    "a heading of level 1": ("# Rules\n- a\n", ':1:1 "# Rules" has the wrong level. Write: ## Rules'),
    "headings of level 3 only": ("### Voice\nDry.\n", ':1:1 "### Voice" has the wrong level'),
    "a heading without its blank": ("##Rules\n- a\n", ":1:1 a heading needs a blank"),
    "a merge conflict": ("## Rules\n<<<<<<< HEAD\n- a\n=======\n- b\n>>>>>>> x\n", ":2:1 an unresolved merge conflict"),
    "a NUL byte": ("## Rules\n- a\0\n", ":2:4 a NUL byte"),
}


def read(text, tmp_path):
    path = tmp_path / ".stylerules"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_rule_file(path)


def test_voice_and_rules_are_read_as_whole_rules(tmp_path):
    found = read(STARTER, tmp_path)
    assert list(found.rules) == RULES
    assert found.notices == ()


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_and_a_byte_order_mark_change_nothing(tmp_path, ending):
    assert list(read("\ufeff" + STARTER.replace("\n", ending), tmp_path).rules) == RULES


def test_chinese_rules_are_joined_without_blanks(tmp_path):
    found = read("## Voice\n我写东西像\n跟同事聊天。\n\n## Rules\n- 不用“赋能”。\n", tmp_path)
    assert found.rules == ("- 我写东西像跟同事聊天。", "- 不用“赋能”。")


def test_underlined_headings_are_headings(tmp_path):
    assert read("Rules\n-----\n- a\n\nOther\n=====\n- b\n", tmp_path).rules == ("- a",)


def test_a_line_between_rules_is_no_rule(tmp_path):
    assert read("## Rules\n- a\n\n---\n\n- b\n", tmp_path).rules == ("- a", "- b")


def test_an_indented_list_is_cut_like_any_other(tmp_path):
    assert read("## Rules\n  - a\n  - b\n    - c\n", tmp_path).rules == ("- a", "- b\n  - c")


def test_quoted_examples_stay_on_lines_of_their_own(tmp_path):
    found = read("## Rules\n- Like this:\n  > one\n  > two\n  and not like that.\n", tmp_path)
    assert found.rules == ("- Like this:\n  > one\n  > two\n  and not like that.",)


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_an_error_with_its_place(tmp_path, name):
    text, message = MALFORMED[name]
    with pytest.raises(SettingsError) as error:
        read(text, tmp_path)
    assert message in str(error.value)
    assert str(error.value).startswith(".stylerules:")


def test_all_problems_are_named_at_once(tmp_path):
    with pytest.raises(SettingsError) as error:
        read("## Voise\n\n## Rule\n\n<!--", tmp_path)
    assert [line.split()[0] for line in str(error.value).splitlines()] == [
        ".stylerules:1:1", ".stylerules:3:1", ".stylerules:5:1",
    ]  # fmt: skip


def test_text_that_is_not_utf_8_is_named_by_its_byte(tmp_path):
    with pytest.raises(SettingsError, match=r"^\.stylerules:2:5 byte 0xe9 is not UTF-8"):
        read(b"## Rules\n- caf"[:-3] + b"caf"[:2] + b"\xe9\n", tmp_path)


def test_a_folder_in_its_place_is_an_error(tmp_path):
    (tmp_path / ".stylerules").mkdir()
    with pytest.raises(SettingsError, match="it is a folder"):
        read_rule_file(tmp_path / ".stylerules")


def test_a_huge_file_is_an_error(tmp_path):
    with pytest.raises(SettingsError, match="more than any prompt"):
        read("## Rules\n" + "- a\n" * 100_000, tmp_path)


def test_a_file_of_which_nothing_enters_prompts_is_no_error_but_said(tmp_path):
    found = read("Write well.\n", tmp_path)
    assert found.rules == ()
    assert "so nothing of it enters prompts" in found.notices[0]


@pytest.mark.parametrize("text", ["", "\n", "<!-- only a hint -->\n", "## Voice\n<!-- hint -->\n\n## Rules\n"])
def test_a_starter_that_was_not_filled_in_says_nothing(tmp_path, text):
    assert read(text, tmp_path) == read("", tmp_path)


@given(st.text(alphabet="#<>!-`~ \n\t*aR|1.", max_size=80))
def test_any_text_is_read_or_refused_with_a_place(tmp_path_factory, text):
    folder = tmp_path_factory.getbasetemp()
    found = read_or_refuse("## Rules\n" + text, folder)
    if isinstance(found, SettingsError):
        assert all(line.startswith(".stylerules:") for line in str(found).splitlines())
    else:
        assert all(rule.startswith("- ") and rule[2:].strip() for rule in found.rules)
        assert not any(line.startswith("#") for rule in found.rules for line in rule.splitlines())


def read_or_refuse(text, folder):
    try:
        return read(text, folder)
    except SettingsError as error:
        return error


def test_many_openings_of_code_take_no_time(tmp_path):
    runs = " ".join("`" * (1 + number % 300) for number in range(1500))
    assert len(read(f"## Rules\n- {runs}\n", tmp_path).rules) == 1
