from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.synthesis.asking import estimate, job
from styletune_training.synthesis.imitation import Imitated
from styletune_training.synthesis.made import Item
from styletune_training.synthesis.masking import mask
from styletune_training.synthesis.prompts import load_prompts, parse_prompt

from styletune.markdown.marks import MarkError
from styletune.memory.budget import estimate_tokens

MARKED = "Use [the docs](https://x.org 'Title') and `git push` in 3 steps."


def _item(text, task="rewrite", source="en", target="en", **more):
    return Item("i1", "a.md", "a1", text, task, "p@1", "m", source, target, **more)


@pytest.fixture
def prompts(tmp_path):
    return load_prompts(tmp_path)


def test_a_text_is_shown_masked_and_its_marks_are_named(prompts):
    _, own = job(_item(MARKED), prompts["rewrite-formal"])
    assert own.source == "Use [the docs](⟦1⟧) and ⟦2⟧ in 3 steps."
    assert own.user == f"Restate this paragraph in a formal voice, keeping ⟦1⟧ ⟦2⟧ unchanged:\n\n{own.source}"
    assert own.id == "i1"


def test_marks_are_not_spoken_of_where_there_are_none(prompts):
    shared, own = job(_item("Plain words only."), prompts["rewrite-formal"])
    assert "⟦" not in shared.system + own.user
    assert "unchanged" not in shared.system + own.user


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ("{text}", "Keeping ⟦1⟧ unchanged:\n\nA ⟦1⟧ b."),
        ("Say it again.\n\n{text}\n\nNow you.", "Say it again.\n\nKeeping ⟦1⟧ unchanged:\n\nA ⟦1⟧ b.\n\nNow you."),
        ("改写：{text}", "改写, keeping ⟦1⟧ unchanged：A ⟦1⟧ b."),
        ("Not {{text}}: {text}", "Not {text}, keeping ⟦1⟧ unchanged: A ⟦1⟧ b."),
    ],
)
def test_marks_are_named_above_the_text_wherever_a_prompt_puts_it(user, shown):
    made = f'builder = "rewrite"\ndescription = "d"\nsystem = "s"\nuser = """{user}"""\n'
    assert job(_item("A `x` b."), parse_prompt("p", made, "p"))[1].user == shown


def test_languages_are_called_by_their_names(prompts):
    shared, own = job(_item("一段话。", "translate", "en", "zh-hans"), prompts["translate-natural"])
    assert shared.system.startswith("You translate from Simplified Chinese into English,")
    assert own.user == "Translate into English:\n\n一段话。"
    unknown, _ = job(_item("Hm hm.", source=None, target=None), prompts["rewrite-default"])
    assert "Write in the language of the text." in unknown.system


def test_items_of_a_prompt_and_a_language_share_their_prefix(prompts):
    formal = prompts["rewrite-formal"]
    first, second = job(_item("One text."), formal)[0], job(_item(MARKED), formal)[0]
    assert first == second
    assert job(_item("一段话。", source="zh", target="zh"), formal)[0] != first


@pytest.mark.parametrize(
    ("langs", "count"),
    [(("en", "en"), 2), (("en-gb", "en-gb"), 2), (("zh", "zh"), 2), (("ja", "ja"), 0), ((None, None), 0)],
)
def test_an_example_is_shown_with_texts_in_its_language_only(prompts, langs, count):
    shared, _ = job(_item("Text.", source=langs[0], target=langs[1]), prompts["rewrite-default"])
    assert len(shared.examples) == count


def test_an_example_is_asked_for_and_answered_as_the_text_is(prompts):
    (user, answer), (marked, with_marks) = job(_item("Text."), prompts["rewrite-default"])[0].examples
    assert user.startswith("Put this paragraph the way an AI assistant would:\n\nI gave up")
    assert answer.startswith("The decision was made")
    assert "keeping ⟦1⟧ unchanged:" in marked
    assert "*three*" in with_marks
    assert "once ⟦1⟧ has" in with_marks


def test_the_marks_of_all_shipped_examples_can_be_put_back(prompts):
    for example in (one for prompt in prompts.values() for one in prompt.examples):
        paragraph = mask(example.text)
        assert paragraph.restore(paragraph.masked(example.answer)) == example.answer


def test_links_of_an_example_are_masked_in_its_answer():
    assert mask(MARKED).masked("Run `git push`, see [it](https://x.org 'Title').") == "Run ⟦2⟧, see [it](⟦1⟧)."


def test_a_part_of_a_note_is_shown_as_it_is_with_what_stands_above(prompts):
    text = "Run `git push`:\n\n- now\n- or [later](https://x.org)"
    _, own = job(_item(text, "qa", section="Git > Push"), prompts["qa-question"])
    assert own.source == text
    assert own.user.startswith(f"The notes are about: Git > Push\n\n{text}\n\n")
    assert "The notes are about: what they say below\n" in job(_item(text, "qa"), prompts["qa-question"])[1].user


def test_drafts_to_imitate_are_shown_to_all_texts_alike(prompts):
    drafts = Imitated(excerpts=("In today's world, {text} matters.", "Moreover, it delves."))
    shared, _ = job(_item("Text."), prompts["rewrite-imitate"].imitating(drafts))
    assert "Excerpt 1: In today's world, {text} matters.\n\nExcerpt 2: Moreover, it delves." in shared.system


def test_the_seed_follows_from_item_and_run(prompts):
    formal = prompts["rewrite-formal"]
    item = _item("Text.")
    seeds = {job(item, formal)[1].seed, job(item, formal, seed=1)[1].seed, job(replace(item, id="i2"), formal)[1].seed}
    assert len(seeds) == 3
    assert job(item, formal, seed=1)[1].seed == job(item, formal, seed=1)[1].seed
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert job(item, formal)[1].temperature == formal.temperature


def test_an_answer_in_chinese_may_have_more_tokens(prompts):
    text = "A sentence of some length that is to be translated into another language, with room to spare."
    natural = prompts["translate-natural"]
    short, long = (job(_item(text, "translate", lang, "de"), natural)[1].max_tokens for lang in ("en", "zh"))
    assert long > 1.5 * short


def test_an_estimate_holds_prompt_and_answer(prompts):
    for prompt in prompts.values():
        item = _item("A few words to estimate. " * 8, prompt.builder)
        found = estimate(item, prompt)
        assert found.tokens_in > estimate_tokens(prompt.system) + estimate_tokens(item.text)
        assert 0 < found.tokens_out <= job(item, prompt)[1].max_tokens


@pytest.mark.parametrize(
    "text",
    [
        "1. Why it matters", "# not a heading", "> said", "- item", "    indented", "title: x", "---", "***", "[1]: http://x.y",
        MARKED, "日本語の`code`です。", "Hard  \nbreak", "![alt](a.png) and text", "a\\*b", "<b>bold</b> text", "⟦1⟧ as it is",
    ],
)  # fmt: skip
def test_whatever_a_paragraph_looks_like_its_own_shown_text_gives_it_back(text):
    paragraph = mask(text)
    assert paragraph.restore(paragraph.shown) == text.strip()


@given(
    st.lists(
        st.sampled_from(["a", " ", "`x`", "*e*", "[l](u)", "\n", "#", "1.", "字", "。", "<i>", "|", "\\", "⟦"]),
        max_size=12,
    )
)
def test_the_shown_text_of_anything_gives_it_back(parts):
    paragraph = mask("".join(parts))
    assert paragraph.restore(paragraph.shown) == "".join(parts).strip()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Push with ⟦2⟧ in 3 steps.", "the link (https://x.org 'Title') is missing"),
        ("See [it](⟦1⟧), ⟦2⟧ and ⟦2⟧.", "`git push` stands there twice"),
        ("See [it](⟦1⟧), ⟦2⟧ and ⟦3⟧.", "the mark ⟦3⟧ was added"),
        ("See ⟦1⟧ and ⟦2⟧.", "the link (https://x.org 'Title') lost its text"),
    ],
)
def test_marks_that_cannot_be_put_back_are_named_by_what_they_stand_for(answer, reason):
    with pytest.raises(MarkError) as caught:
        mask(MARKED).restore(answer)
    assert str(caught.value) == reason
