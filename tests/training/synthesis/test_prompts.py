import string
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.synthesis.imitation import Imitated
from styletune_training.synthesis.prompt_values import SLOTS, fill, slots
from styletune_training.synthesis.prompts import copy_prompts, load_prompts, parse_prompt

from styletune.errors import SettingsError

SHIPPED = {
    "rewrite-default": "rewrite", "rewrite-formal": "rewrite", "rewrite-imitate": "rewrite", "rewrite-expand": "rewrite",
    "rewrite-condense": "rewrite", "translate-natural": "translate", "translate-literal": "translate", "qa-question": "qa",
}  # fmt: skip

SMALL = """\
builder = "rewrite"
description = "Mine"
system = "Be brief."
user = "Shorten: {text}"
"""


def _own(root: Path, name: str, text: str) -> Path:
    path = root / ".styletune" / "prompts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_project_without_prompts_of_its_own_has_those_that_come_with_styletune(tmp_path):
    found = load_prompts(tmp_path)
    assert {name: prompt.builder for name, prompt in found.items()} == SHIPPED
    assert [name for name, prompt in found.items() if prompt.needs_imitated] == ["rewrite-imitate"]
    assert all(prompt.id == f"{name}@{prompt.version}" for name, prompt in found.items())
    assert len({prompt.version for prompt in found.values()}) == len(SHIPPED)


@pytest.mark.parametrize("name", sorted(name for name, builder in SHIPPED.items() if builder != "qa"))
def test_each_shipped_prompt_says_that_facts_stay_and_nothing_is_added(tmp_path, name):
    said = load_prompts(tmp_path)[name].system
    assert all(word in said for word in ("number", "name", "link", "code"))
    assert any(words in said for words in ("add nothing", "no new one is added"))
    assert "{language}" in said


def test_copies_are_the_shipped_prompts_and_what_is_there_is_never_overwritten(tmp_path):
    shipped = load_prompts(tmp_path)
    mine = _own(tmp_path, "rewrite-formal.toml", SMALL)
    written = copy_prompts(tmp_path)
    assert sorted(path.stem for path in written) == sorted(set(SHIPPED) - {"rewrite-formal"})
    assert mine.read_text() == SMALL
    assert copy_prompts(tmp_path) == []
    assert load_prompts(tmp_path) == {**shipped, "rewrite-formal": parse_prompt("rewrite-formal", SMALL, "x")}


def test_a_file_of_the_user_replaces_a_shipped_prompt_and_another_name_adds_one(tmp_path):
    before = load_prompts(tmp_path)
    _own(tmp_path, "rewrite-default.toml", SMALL)
    _own(tmp_path, "grumpy.toml", SMALL)
    _own(tmp_path, ".hidden.toml", "no toml")
    _own(tmp_path, "notes.txt", "no toml")
    after = load_prompts(tmp_path)
    assert set(after) == {*before, "grumpy"}
    assert after["rewrite-default"].system == "Be brief."
    assert after["grumpy"].version == after["rewrite-default"].version != before["rewrite-default"].version


def test_a_name_is_one_name_however_the_disk_writes_it(tmp_path):
    _own(tmp_path, unicodedata.normalize("NFD", "förmlich.toml"), SMALL)
    assert unicodedata.normalize("NFC", "förmlich") in load_prompts(tmp_path)


def test_a_link_to_a_prompt_elsewhere_is_a_prompt(tmp_path):
    (tmp_path / "kept.toml").write_text(SMALL)
    link = _own(tmp_path, "x.toml", "").parent / "linked.toml"
    link.with_name("x.toml").unlink()
    link.symlink_to(tmp_path / "kept.toml")
    assert load_prompts(tmp_path)["linked"].system == "Be brief."


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "# a comment\n" + text,
        lambda text: text.replace('"Mine"', '"Another description"'),
        lambda text: text.replace('"Be brief."', '"""\n  Be brief.  \n"""').replace("  Be", "Be"),
        lambda text: text + 'kinds = ["paragraph"]\n',
        lambda text: text + "temperature = 0.7\n",
        lambda text: text.replace("\n", "\r\n"),
    ],
)
def test_what_the_model_does_not_see_changes_no_version(change):
    assert parse_prompt("a", change(SMALL), "a").version == parse_prompt("a", SMALL, "a").version


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("brief", "very brief"),
        lambda text: text.replace("Shorten:", "Cut:"),
        lambda text: text + "temperature = 0.2\n",
        lambda text: text.replace('"rewrite"', '"qa"'),
        lambda text: text + '[[examples]]\ntext = "A b."\nanswer = "C d."\n',
    ],
)
def test_what_the_model_sees_changes_the_version(change):
    assert parse_prompt("a", change(SMALL), "a").version != parse_prompt("a", SMALL, "a").version


def test_drafts_to_imitate_are_a_part_of_the_version_where_they_are_shown():
    plain = parse_prompt("a", SMALL, "a")
    taking = parse_prompt("a", SMALL.replace("Be brief.", "Be like {imitated}."), "a")
    assert plain.imitating(Imitated("stiff")) == plain
    versions = {
        taking.version,
        taking.imitating(Imitated("stiff")).version,
        taking.imitating(Imitated("", ("Hm.",))).version,
    }
    assert len(versions) == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SMALL.replace('builder = "rewrite"\n', ""), 'a.toml:1: "builder" is missing.'),
        (SMALL.replace('"rewrite"', '"rewrites"'), 'a.toml:1: builder: "rewrites" is none that has prompts. Did you mean "rewrite"?'),
        (SMALL.replace("{text}", "it"), "a.toml:4: user: {text} is missing. It is where the author's text goes."),
        (SMALL.replace("brief.", "brief: {text}"), "a.toml:3: system: {text} differs from text to text. Put it into user."),
        (SMALL.replace("Shorten", "In {lenguage}"), 'a.toml:4: user: {lenguage} is no slot. Did you mean "language"? For the braces themselves write {{lenguage}}.'),
        (SMALL + "temperature = 3\n", "a.toml:5: temperature must be from 0 to 2, but it is 3."),
        (SMALL + 'temperature = "hot"\n', "a.toml:5: temperature must be a number, but it is a text."),
        (SMALL + 'kinds = ["paragrph"]\n', 'a.toml:5: kinds: "paragrph" is no kind of segment. Did you mean "paragraph"?'),
        (SMALL + 'sistem = "x"\n', 'a.toml:5: unknown key "sistem" at the top. Did you mean "system"?'),
        (SMALL + "examples = 3\n", "a.toml:5: examples must be tables. Write [[examples]] and the keys of each below it."),
        (SMALL + '[[examples]]\ntext = "a"\n', 'a.toml:5: [examples] has no "answer", which it needs.'),
        (SMALL.replace('"Be brief."', "Be brief."), "a.toml:3:10: this is no TOML: Invalid value."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_with_its_line(text, problem):
    with pytest.raises(SettingsError) as caught:
        parse_prompt("a", text, "a.toml")
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_problems_of_all_files_are_said_at_once(tmp_path):
    _own(tmp_path, "a.toml", "builder = 3\n")
    _own(tmp_path, "b@2.toml", SMALL)
    (_own(tmp_path, "c.toml", "")).write_bytes(b'system = "\xff"\n')
    (tmp_path / ".styletune" / "prompts" / "d.toml").mkdir()
    with pytest.raises(SettingsError) as caught:
        load_prompts(tmp_path)
    said = str(caught.value)
    assert ".styletune/prompts/a.toml:1: builder must be a text in quotes" in said
    assert '.styletune/prompts/a.toml:1: "system" is missing.' in said
    assert ".styletune/prompts/b@2.toml: name it with letters" in said
    assert ".styletune/prompts/c.toml:1:11 byte 0xff is not UTF-8" in said
    assert ".styletune/prompts/d.toml cannot be read: it is a folder." in said


def test_braces_that_are_no_slots_stay_as_they_are():
    template = r'{"a": 1} \frac{1}{x y} {{text}} {text} {} }{'
    assert slots(template) == {"text"}
    assert fill(template, {"text": "T"}) == r'{"a": 1} \frac{1}{x y} {text} T {} }{'


@given(st.text(), st.sampled_from(SLOTS), st.text(alphabet=string.ascii_letters + " ", max_size=20))
def test_what_is_filled_in_is_never_looked_into(text, slot, lead):
    contents = dict.fromkeys(SLOTS, text) | {slot: "{text}{{text}}" + text}
    assert fill(f"{lead}{{{slot}}}!", contents) == f"{lead}{{text}}{{{{text}}}}{text}!"
