"""The gate lets no pair through that teaches to make up, to leave out, or nothing at all."""

from pathlib import Path
from random import Random

import pytest
from aligned_pairs import PROSE, aligned_pairs
from hypothesis import given
from hypothesis import strategies as st
from pair_faults import FAULTS, planted
from styletune_training.pairs.gate import faults

from styletune.exchange.pair import Generator, Origin, Pair, PairTask, make_pair
from styletune.guards import Finding

WRITTEN = "I measured the three disks in Hamburg for 14 days, and every one of them failed in the end, sooner or later."
DRAFT = "Over a period of 14 days, three disks located in Hamburg were tested; ultimately, each of these disks failed."
CHINESE = "我在汉堡测了三块硬盘，一共测了14天，最后每一块都坏了，只是早晚的问题。"


def pair(
    source: str, target: str, origin: Origin, langs: tuple[str, str] = ("en", "en"), task: PairTask | None = None
) -> Pair:
    generator = Generator("m", "p@1") if origin == "synthesized" else None
    task = task or ("rewrite" if langs[0] == langs[1] else "translate")
    return make_pair("a.md", task, langs, (source, target), origin=origin, generator=generator)


def guards(found: Pair) -> set[str]:
    return {finding.guard for finding in faults(found)}


@pytest.mark.parametrize("origin", ["synthesized", "git", "correction", "human", "chat"])
def test_a_text_in_other_words_passes(origin: Origin) -> None:
    assert not guards(pair(DRAFT, WRITTEN, origin))


@pytest.mark.parametrize("origin", ["synthesized", "aligned", "human", "correction"])
@pytest.mark.parametrize(
    ("source", "target", "langs"), [(CHINESE, WRITTEN, ("zh", "en")), (WRITTEN, CHINESE, ("en", "zh"))]
)
def test_a_translation_passes(origin: Origin, source: str, target: str, langs: tuple[str, str]) -> None:
    assert not guards(pair(source, target, origin, langs))


@pytest.mark.parametrize("origin", ["synthesized", "git", "correction", "human", "chat"])
@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("14 days", "15 days", "the number 14 is missing in the target"),
        ("14 days", "some days", "the number 14 is missing in the target"),
        ("Hamburg", "Kiel", "the name Hamburg is missing in the target"),
        ("disks", "[disks](https://x.org)", "the link (https://x.org) is missing in the source"),
        ("disks", "`disks`", "`disks` is missing in the source"),
    ],
)
def test_a_fact_that_one_side_has_alone_is_named(origin: Origin, before: str, after: str, reason: str) -> None:
    found = faults(pair(DRAFT, WRITTEN.replace(before, after), origin))
    assert reason in {finding.reason for finding in found}


def test_a_fact_that_the_model_made_up_is_missing_in_the_target() -> None:
    found = faults(pair(DRAFT.replace("tested", "tested 99 times"), WRITTEN, "synthesized"))
    assert [(finding.guard, finding.reason) for finding in found] == [
        ("numbers", "the number 99 is missing in the target")
    ]


@pytest.mark.parametrize(
    ("source", "guard"),
    [
        (f"Here is the rewritten text: {DRAFT}", "preamble"),
        (f"{DRAFT} Let me know if you need any changes!", "remark"),
        (f"<think>Formal.</think> {DRAFT}", "thinking"),
        (f"{DRAFT}<|im_end|>", "leakage"),
        (f"{DRAFT} {DRAFT}", "repetition"),
        (DRAFT.rpartition(",")[0], "truncation"),
        ("Hamburg: 14 days, three disks.", "length"),
        (f"{DRAFT} {'It is worth noting that reliability matters a great deal. ' * 3}", "length"),
        (CHINESE, "script"),
        (WRITTEN, "near copy"),
        (WRITTEN.replace("sooner or later", "some time"), "near copy"),
    ],
)
def test_a_draft_that_is_none_is_refused(source: str, guard: str) -> None:
    assert guard in guards(pair(source, WRITTEN, "synthesized"))


def test_a_draft_about_something_else_is_refused() -> None:
    written = (
        "The weather was fine by the sea, and boats went out to islands where people waited for bread and letters."
    )
    draft = "Software maintainers frequently struggle with insufficient funding, which undermines long-lived projects."
    assert "content" in guards(pair(draft, written, "synthesized"))


WHOLE = "To be clear, nobody blames those volunteers. Plain text files are rare. A purpose-driven tool need not read them all."
SHORTER = "Plain text files are rare, and a purpose-driven tool can ignore them."


@pytest.mark.parametrize(
    ("draft", "written", "lang", "lacks"),
    [
        (SHORTER, WHOLE, "en", True),
        (f"It must be noted that the volunteers are not to blame. {SHORTER}", WHOLE, "en", False),
        (
            "强有力的安全措施是维系信任的关键，以下是一些可以提高项目安全性的重要举措。",
            "抛开缺陷和新特性不谈，一个软件能否长久发展，取决于它能否赢得用户。而强有力的安全措施，正是维系信任的关键。以下是一些提高项目安全性的举措。",
            "zh",
            True,
        ),
        (
            "说真的，旧脚本不断出现故障，原因不明。",
            "旧脚本我不用了。它隔一周就坏一次，出现故障的原因，谁也说不清。",
            "zh",
            False,
        ),
    ],
)
def test_a_sentence_that_a_shorter_draft_leaves_out_is_named(draft: str, written: str, lang: str, lacks: bool) -> None:
    found = faults(pair(draft, written, "synthesized", (lang, lang)))
    assert any(finding.reason.startswith("the source does not say") for finding in found) is lacks


@pytest.mark.parametrize("target", ["我在汉堡测了硬盘。", "今日は三つのディスクを測りました。"])
def test_near_copies_are_known_in_unspaced_scripts(target: str) -> None:
    lang = "zh" if "我" in target else "ja"
    assert "near copy" in guards(pair(f"{target[:-1]}！", target, "synthesized", (lang, lang)))


@pytest.mark.parametrize("origin", ["git", "correction", "human"])
def test_a_person_may_change_little_and_emphasis_and_length(origin: Origin) -> None:
    assert not guards(pair(WRITTEN, WRITTEN.replace("every one", "*each*"), origin))


def test_a_correction_may_be_of_any_size() -> None:
    long = "It was a long summer, and nobody thought that it would ever come to an end, but it did, as summers do. " * 3
    assert not guards(pair(long, "It was a long summer.", "correction"))
    assert "length" in guards(pair(long, "Summer.", "git"))


@pytest.mark.parametrize(
    ("source", "target", "langs", "guard"),
    [
        (WRITTEN, WRITTEN, ("en", "zh"), "echo"),
        (WRITTEN, CHINESE, ("en", "fr"), "script"),
        (
            WRITTEN,
            "Ich habe die Platten eine Weile gemessen, und am Ende gingen sie alle kaputt.",
            ("en", "fr"),
            "language",
        ),
        ("", CHINESE, ("en", "zh"), "empty"),
        (WRITTEN, "\x00" + CHINESE, ("en", "zh"), "control"),
    ],
)
def test_what_is_no_translation_is_refused(source: str, target: str, langs: tuple[str, str], guard: str) -> None:
    assert guard in guards(pair(source, target, "human", langs))


def test_an_identity_pair_passes_unless_its_text_is_damaged() -> None:
    assert not guards(pair(WRITTEN, WRITTEN, "identity"))
    assert guards(pair(f"{WRITTEN}\ufffd", f"{WRITTEN}\ufffd", "identity")) == {"control"}


@pytest.mark.parametrize(
    ("question", "answer", "lang", "found"),
    [
        ("How long did the three disks last?", WRITTEN, "en", set[str]()),
        ("硬盘坏了几块？", CHINESE, "zh", set[str]()),
        ("ハードディスクは壊れましたか。", "はい、三つとも最後には壊れてしまいました。", "ja", set[str]()),
        ("Tell me about disks.", WRITTEN, "en", {"question"}),
        ("硬盘坏了几块？", WRITTEN, "en", {"language"}),
        (f"{WRITTEN[:-1]}?", WRITTEN, "en", {"echo"}),
        (f"Is it true? {WRITTEN} Is it?", WRITTEN, "en", {"leakage"}),
        ("Every one of them failed in the end, sooner or later?", WRITTEN, "en", {"leakage"}),
        ("", WRITTEN, "en", {"empty"}),
    ],
)
def test_a_made_question_asks_in_the_language_of_its_answer(
    question: str, answer: str, lang: str, found: set[str]
) -> None:
    assert guards(pair(question, answer, "synthesized", (lang, lang), "qa")) == found


def test_what_a_person_asked_may_have_any_form() -> None:
    assert not guards(pair("Tell me about the disks", WRITTEN, "chat", task="qa"))


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["synthesized", "human", "identity", "git", "chat"]))
def test_any_two_texts_get_a_verdict(source: str, target: str, origin: Origin) -> None:
    for task in ("rewrite", "translate", "qa"):
        for finding in faults(make_pair("d", task, (None, None), (source, target), origin=origin)):
            assert finding.guard
            assert finding.reason


@pytest.fixture(scope="module")
def translations(corpora: Path) -> list[tuple[Pair, list[Finding]]]:
    """Some paragraphs of the guides with their translations, and what the gate says of them."""
    guides = corpora / "opensource-guide"
    pairs = [
        make_pair(one.article, "translate", ("en", lang), one.visible, origin="human")
        for lang in ("zh", "es", "fr", "de")
        for one in [one for one in aligned_pairs(guides, lang) if one.kind in PROSE][::7]
    ]
    return [(one, faults(one)) for one in pairs]


def test_peoples_translations_pass(translations: list[tuple[Pair, list[Finding]]]) -> None:
    refused = [found[0].guard for _, found in translations if found]
    assert len(translations) > 200
    assert len([guard for guard in refused if guard != "marks"]) <= 0.03 * len(translations)
    assert len(refused) <= 0.08 * len(translations)


@pytest.mark.parametrize("name", ["number changed", "number made up", "link lost", "link made up", "address changed",
                                  "code translated", "code unmarked", "wrong language", "account swapped"])  # fmt: skip
def test_planted_faults_of_facts_are_seen(translations: list[tuple[Pair, list[Finding]]], name: str) -> None:
    assert name in FAULTS
    sound = [one for one, found in translations if not found]
    bad = [fault for one in sound if (fault := planted(name, one, Random(f"7 {name} {one.id}")))]  # noqa: S311 - no secret
    seen = [bool(faults(one)) for one in bad[:60]]
    assert len(seen) >= 10
    assert sum(seen) >= 0.95 * len(seen)
