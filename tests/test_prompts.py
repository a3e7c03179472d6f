"""Prompts are pinned: see tests/prompts_golden; STYLETUNE_UPDATE_GOLDEN=1 writes them anew."""

import os
from pathlib import Path

import pytest

from styletune import prompts
from styletune.engines.protocol import Prefix
from styletune.markdown.marks import MarkMode
from styletune.prompts import build_prefix, build_user, prompt_texts, template_fingerprint

GOLDEN = Path(__file__).parent / "prompts_golden"
UPDATE = bool(os.environ.get("STYLETUNE_UPDATE_GOLDEN"))

MASKED, VISIBLE = MarkMode.MASKED, MarkMode.VISIBLE

ALL_SLOTS = {
    "heading_path": ("Backups", "Restoring"),
    "previous": "Nobody tests a restore.",
    "glossary": (("disk", "Platte"), ("GGUF", None), ("backup", "Sicherung"), ("Hugo", "Hugo")),
    "rules": "- Say “we”, not “one”.",
    "voice": ("I never test a backup.\nI restore it.", "Disks die on Fridays."),
    "examples": (("It is recommended to wait.", "Wait."), ("One should test.", "We test.")),
}

CASES = {
    "rewrite-masked": ("rewrite", "en", None, "", MASKED, {"source": "Run ⟦1⟧ at 9."}),
    "rewrite-visible": ("rewrite", "en", None, "", VISIBLE, {"source": "Run `make` at 9."}),
    "rewrite-chinese": ("rewrite", "zh", None, "", MASKED, {"source": "九点运行 ⟦1⟧。"}),
    "rewrite-unknown-language": ("rewrite", None, None, "", MASKED, {"source": "Run ⟦1⟧ at 9."}),
    "rewrite-all-slots": ("rewrite", "en", None, "- Be brief.", MASKED, {"source": "Run ⟦1⟧.", **ALL_SLOTS}),
    "translate-masked": ("translate", "en", "zh", "", MASKED, {"source": "Run ⟦1⟧ at 9."}),
    "translate-visible": ("translate", None, "pt-br", "", VISIBLE, {"source": "Run `make` at 9."}),
    "translate-all-slots": ("translate", "en", "de", "- Duze.", MASKED, {"source": "Run ⟦1⟧.", **ALL_SLOTS}),
}


def readable(prefix: Prefix, user: str) -> str:
    turns = [("system", prefix.system)]
    for question, answer in prefix.examples:
        turns += [("user (fixed example)", question), ("assistant (fixed example)", answer)]
    return "\n\n".join(f"# {role}\n\n{text}" for role, text in [*turns, ("user", user)]) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_prompt_is_the_golden_one(name):
    task, source_lang, target_lang, rules, mode, slots = CASES[name]
    prefix = build_prefix(task, source_lang=source_lang, target_lang=target_lang, rules=rules, mask_mode=mode)
    found = readable(prefix, build_user(task, target_lang=target_lang, **slots))
    path = GOLDEN / f"{name}.md"
    if UPDATE:
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_every_golden_file_has_its_case():
    assert {path.stem for path in GOLDEN.glob("*.md")} == set(CASES)


def test_slots_come_in_their_fixed_order():
    user = build_user("rewrite", source="THE SEGMENT", **ALL_SLOTS)
    marks = ["Backups >", "Nobody tests", "disk = Platte", "Say “we”", "Disks die", "After: Wait.", "THE SEGMENT"]
    places = [user.index(mark) for mark in marks]
    assert len(places) == len(prompts.SLOTS)
    assert places == sorted(places)


def test_the_segment_ends_the_turn_unchanged():
    source = "  two  spaces, a\nbreak and ⟦1⟧ "
    assert build_user("translate", source=source, **ALL_SLOTS).endswith("\n\n" + source)


@pytest.mark.parametrize("slot", ALL_SLOTS)
def test_an_empty_slot_leaves_no_trace(slot):
    empty = {"heading_path": (), "previous": " ", "glossary": (), "rules": "\n", "voice": (), "examples": ()}
    bare = build_user("rewrite", source="x")
    assert build_user("rewrite", source="x", **{slot: empty[slot]}) == bare
    assert build_user("rewrite", source="x", **{slot: ALL_SLOTS[slot]}) != bare


@pytest.mark.parametrize(
    ("glossary", "expected"),
    [
        ((("disk", "Platte"),), "Terms: disk = Platte\n\n"),
        ((("GGUF", None), ("Hugo", "Hugo")), "Keep as they are: GGUF; Hugo\n\n"),
        ((("GGUF", None), ("disk", "Platte")), "Terms: disk = Platte\nKeep as they are: GGUF\n\n"),
    ],
)
def test_terms_are_rendered_or_kept(glossary, expected):
    assert build_user("translate", source="x", glossary=glossary).startswith(expected)


def test_the_author_s_words_stand_on_one_line():
    user = build_user("rewrite", source="x", voice=("one\n\ntwo", "three"))
    assert user.startswith("The author writes like this: one two three\n\n")


def test_rules_leave_the_rest_of_the_prefix_alone():
    bare = build_prefix("rewrite", source_lang="en", target_lang=None)
    ruled = build_prefix("rewrite", source_lang="en", target_lang=None, rules=" - Be brief.\n")
    assert ruled.system == f"{bare.system}\n\n{prompts.rules_text('- Be brief.')}"
    assert ruled.examples == bare.examples


@pytest.mark.parametrize("mode", list(MarkMode))
@pytest.mark.parametrize("task", ["rewrite", "translate"])
def test_the_prefix_stays_short(task, mode):
    prefix = build_prefix(task, source_lang="en", target_lang="de", mask_mode=mode)
    assert sum(len(text) for text in prompt_texts(prefix)) < 600


def test_the_turn_names_the_language_to_translate_into():
    assert "into Brazilian Portuguese:" in build_user("translate", source="x", target_lang="pt-br")


def test_a_translation_needs_a_target():
    with pytest.raises(ValueError, match="target language"):
        build_prefix("translate", source_lang="en", target_lang=None)


def test_fingerprints_differ_by_task_and_mask_mode():
    prints = {template_fingerprint(task, mode) for task in ("rewrite", "translate") for mode in MarkMode}
    assert len(prints) == 4


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("SLOTS", tuple(reversed(prompts.SLOTS))),
        ("_INSTRUCTIONS", {"rewrite": "Improve this paragraph"}),
        ("_VOICE", "By the author"),
        ("_KEEP", {MASKED: "Keep marks."}),
        ("_ENGLISH_EXAMPLES", {MASKED: ("So, yes.", "Yes.")}),
    ],
)
def test_a_changed_template_changes_the_fingerprint(monkeypatch, attribute, value):
    before = template_fingerprint("rewrite", MASKED)
    monkeypatch.setattr(prompts, attribute, value)
    assert template_fingerprint("rewrite", MASKED) != before


def test_what_must_not_leak_covers_system_and_examples():
    prefix = build_prefix("rewrite", source_lang="en", target_lang=None)
    assert prefix.system in prompt_texts(prefix)
    assert any("we could not deploy" in text for text in prompt_texts(prefix))
