"""A model's summary is a proposal if it is one sentence of its own making, and nothing otherwise."""

import os
from pathlib import Path

import pytest
from edited_texts import spread

from styletune.engines.scripted import Reply, ScriptedEngine
from styletune.errors import EngineError, UsageError
from styletune.learning.suggestion import LAST, suggest
from styletune.prompts import build_summary

GOLDEN = Path(__file__).parent / "golden" / "summary.md"
PAIRS = [("We utilize a cache in order to be fast.", "We use a cache to be fast."), ("软体在这里。", "软件在这里。")]


def answer(text: str, pairs: list[tuple[str, str]] = PAIRS) -> str:
    return suggest(ScriptedEngine([text]), spread(pairs)).text


def test_the_prompt_is_the_golden_one():
    prefix, user = build_summary([*PAIRS, ("Two\nlines.", "One.")])
    found = f"# system\n\n{prefix.system}\n\n# user\n\n{user}\n"
    if os.environ.get("STYLETUNE_UPDATE_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Prefer short, plain words.", "Prefer short, plain words."),
        ("- “Prefer short, plain words.” Also be nice.\n\nAnd more.", "Prefer short, plain words."),
        ("```\nPrefer short, plain words.\n```", "Prefer short, plain words."),
        ("用短词，不用长词。", "用短词，不用长词。"),
    ],
)
def test_one_sentence_becomes_a_proposal(said: str, kept: str):
    corrections = spread(PAIRS)
    proposal = suggest(ScriptedEngine([said]), corrections)
    assert (proposal.kind, proposal.text, proposal.count) == ("summary", kept, 2)
    assert set(proposal.evidence) == {one.id for one in corrections}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "usual length"),
        ("Yes.", "usual length"),
        ("Prefer short words and " * 20, "usual length"),
        ("Prefer short words and also", "breaks off"),
        ("We use a cache to be fast.", "copies the corrections"),
        ("We utilize a cache in order to be quick.", "copies the corrections"),
        ("软件在这里。", "copies the corrections|usual length"),
        ("Before: we utilize a cache.", "repeats the prompt"),
        ("Sure! I would prefer short words.", "talks about the task"),
        ("I'm sorry, but I cannot help with that.", "talks about the task"),
        ("Say what the author prefers, as one short rule for a writer that names no text.", "copies the corrections"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_reason(said: str, why: str):
    with pytest.raises(UsageError, match=f"no use: .*({why})"):
        answer(said)


def test_only_the_last_corrections_are_shown_and_long_ones_by_their_opening():
    long = "One sentence of the text. " * 60
    engine = ScriptedEngine(["Prefer short, plain words."])
    suggest(
        engine,
        spread([("old text 0.", "new text 0."), *((f"old {n}. {long}", f"new {n}.") for n in range(1, LAST + 1))]),
    )
    (job,) = engine.jobs
    assert job.user.count("Before:") == LAST
    assert "old text 0." not in job.user
    assert len(job.user) < 6000


def test_one_correction_sums_up_to_nothing():
    with pytest.raises(UsageError, match="too few"):
        answer("Prefer short, plain words.", PAIRS[:1])


def test_a_generation_that_fails_is_an_error_of_the_engine():
    with pytest.raises(EngineError, match="do not fit"):
        suggest(ScriptedEngine([Reply("", finish="context")]), spread(PAIRS))
