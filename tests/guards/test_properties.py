import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from styletune.guards import GuardContext, check, clean
from styletune.memory.recall import Term

CONTEXTS = st.sampled_from(
    [
        GuardContext("rewrite"),
        GuardContext("rewrite", source_lang="de", finish="length", prompt=("Rewrite the paragraph in plain words.",)),
        GuardContext("translate", source_lang="en", target_lang="zh"),
        GuardContext("translate", target_lang="fr", trusted_text=True),
        GuardContext(
            "translate", "en", "de", glossary=(Term("word", "好"), Term("Run")), never_say=("a*", "三百", "Sure!")
        ),
    ]
)
MARKUP = st.lists(
    st.sampled_from(
        ["⟦1⟧", "⟦", "⟧", "[a](⟦1⟧)", "**", "*", "_", "`", "```\n", "~~~\n", "\n", "- ", "1. ", "# ", "| ", "<b>", "<think>",
         "Sure! ", "Here is the text:\n", "“", "”", '"', "42", "1,250", "31.7万", "三百", "好", "。", "\x00", "\ud800",
         "<|im_end|>", "[x]", "](", "https://a.org/", "word ", "\\", "&", "²", "½", "٣", "ⅷ"]
    ),
    max_size=12,
).map("".join)  # fmt: skip
ANY = st.text() | MARKUP

PROSE = st.lists(
    st.sampled_from(
        ["I wrote it in 1999. ", "Run ⟦1⟧ now. ", "See [the manual](⟦2⟧), please. ", "It is **really** so. ", "Yes! ",
         "我一直想写这个。", "Das war's. ", "Use `make` with 3.5 GB. ", "Sure, why not? ", "“Go,” he said. "]
    ),
    min_size=1,
    max_size=6,
).map(lambda parts: "".join(parts).strip())  # fmt: skip


@given(ANY, ANY, CONTEXTS)
def test_no_text_makes_a_guard_fail(source, target, context):
    assert all(finding.reason for finding in check(source, target, context=context))


@given(ANY, ANY)
def test_no_text_makes_cleaning_fail_and_nothing_is_invented(source, target):
    cleaned = clean(source, target)
    assert len(cleaned) <= len(target)
    assert cleaned == cleaned.strip()


@given(PROSE)
def test_a_rewrite_that_changes_nothing_is_accepted(text):
    assert check(text, text, context=GuardContext("rewrite")) == []


@given(ANY)
@example("0.0.0万")
def test_a_rewrite_that_changes_nothing_is_accepted_whatever_its_markup(text):
    assert check(text, text, context=GuardContext("rewrite")) == []


@given(ANY)
@example("“quoted”")
@example("```\nfenced\n```")
@example("Here is the text:\nyes")
def test_cleaning_leaves_the_source_itself_alone(text):
    text = text.strip()
    assert clean(text, text) == text


@pytest.mark.parametrize(
    "unit",
    [
        "*",
        "**a ",
        "[",
        "](",
        "`",
        "a. ",
        "⟦1⟧",
        "1,",
        "好",
        "“",
        "<a ",
        "_a",
        "三",
        "-\n",
        "Sure! ",
        "Ab ",
        "Ab-",
        "@a ",
        "three ",
        "a.b",
        "“a ",
        "<a@",
        "&amp;",
    ],
)
def test_long_outputs_are_judged_in_good_time(unit):
    """The suite's time limit fails this test when a guard needs more than linear time."""
    source = "word " * 1500
    target = unit * (20_000 // len(unit))
    assert check(source, clean(source, target), context=GuardContext("rewrite"))
    terms = (Term("word", "a b c"), Term("Ab"))
    context = GuardContext("translate", "en", "de", glossary=terms, never_say=("a b", "c*"))
    assert check(target, source, context=context)
