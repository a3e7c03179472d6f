"""An answer is a pair, or there is a reason why it is none; many answers show whether a model is up to it."""

from dataclasses import replace

import pytest
from styletune_training.pairs.distance import NEAR_COPY
from styletune_training.synthesis.made import Made
from styletune_training.synthesis.verdicts import LOOKED_AT, Outcome, Tally, judge

TARGET = "I moved the old boat to berth 7 before the storm came, and I'd do it again."
GOOD = "The old boat was relocated to berth 7 prior to the arrival of the storm; one would do so again."
MADE = Made(
    "i1", "a.md", "a1", "rewrite", "rewrite-formal@0", "m", "en", "en", GOOD, TARGET, "stop", 9, 9, 0.0, "", 1.0, "now"
)


def test_an_answer_that_can_be_trusted_is_a_pair_with_a_distance():
    outcome = judge(MADE)
    assert (outcome.reason, outcome.words) == (None, "")
    assert outcome.distance is not None
    assert NEAR_COPY < outcome.distance < 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fault": "marks: the link x is missing"}, "marks"),
        ({"fault": "refused"}, "refused"),
        ({"source": GOOD.replace("7", "8")}, "numbers"),
        ({"source": TARGET.replace("old", "ageing")}, "near copy"),
        ({"source": TARGET, "fault": "unchanged"}, "unchanged"),
        ({"source": "旧船已于风暴来临之前移至七号泊位，笔者认为此举可取，日后仍将如此行事。"}, "script"),
        ({"source": "", "fault": "the endpoint: it broke off", "finish": "failed"}, "the endpoint"),
    ],
)
def test_an_answer_that_cannot_be_trusted_has_a_reason(changes, reason):
    outcome = judge(replace(MADE, **changes))
    assert outcome.reason == reason
    assert outcome.words


def test_chinese_is_judged_by_its_characters():
    target = "我在风暴来之前就把那条旧船挪到 7 号泊位了，换作今天我还会这么干。"
    source = "在风暴到来之前，那条旧船已被挪到 7 号泊位；换作今天，笔者还会这么做。"
    outcome = judge(replace(MADE, source_lang="zh", target_lang="zh", source=source, target=target))
    assert outcome.reason is None, outcome.words
    assert outcome.distance is not None
    assert 0.2 < outcome.distance < 0.9


def test_translations_have_no_distance():
    source = "Das alte Boot wurde vor dem Sturm an den Liegeplatz 7 gebracht, und ich würde es wieder tun."
    assert judge(replace(MADE, task="translate", source_lang="de", source=source)).distance is None


def outcomes(count, reason=None, distance=None, **more):
    return [Outcome(replace(MADE, item=str(number), **more), reason, reason or "", distance) for number in range(count)]


def test_a_tally_counts_reasons_the_most_frequent_first():
    tally = Tally([*outcomes(1, "marks"), *outcomes(3, "numbers"), *outcomes(2)])
    assert (tally.made, tally.usable, list(tally.dropped.items())) == (6, 2, [("numbers", 3), ("marks", 1)])
    tally.add(Outcome(MADE, "marks", "marks"))
    assert tally.dropped == {"numbers": 3, "marks": 2}


@pytest.mark.parametrize(
    ("bad", "good", "useless"),
    [(LOOKED_AT, 0, True), (LOOKED_AT - 1, 0, False), (21, 4, True), (20, 5, False), (0, LOOKED_AT, False)],
)
def test_more_than_four_in_five_of_enough_answers_make_a_prompt_useless(bad, good, useless):
    assert Tally([*outcomes(bad, "numbers"), *outcomes(good)]).useless() is useless


def test_failures_of_an_endpoint_are_no_answers_of_a_prompt():
    assert not Tally(outcomes(99, "the endpoint", finish="failed")).useless()
    assert Tally(outcomes(99, "the endpoint", finish="failed")).failed == 99


@pytest.mark.parametrize(
    ("reasons", "cause"),
    [
        ({"near copy": 2, "unchanged": 2, "numbers": 3}, "the model hardly changes the text"),
        ({"refused": 4, "numbers": 3}, "the model refuses"),
        ({"marks": 1}, "links, code or other marks are lost"),
        ({"quotes": 1}, "answers are dropped for quotes"),
        ({}, ""),
    ],
)
def test_the_cause_is_said_in_words(reasons, cause):
    assert Tally([one for reason, count in reasons.items() for one in outcomes(count, reason)]).cause() == cause


def test_samples_show_different_reasons_first():
    tally = Tally([*outcomes(3, "numbers"), *outcomes(2, "marks"), *outcomes(2)])
    assert [one.reason for one in tally.samples()] == ["numbers", "marks", "numbers"]
    assert Tally(outcomes(2)).samples() == []


@pytest.mark.parametrize(
    ("distances", "hardly"), [([0.0] * 3, False), ([0.0] * 4, True), ([0.05, 0.05, 0.5, 0.6, 0.7], False)]
)
def test_a_model_that_hardly_changes_the_text_is_found_out_by_the_median(distances, hardly):
    tally = Tally([Outcome(MADE, None, "", one) for one in distances])
    assert tally.hardly_changes is hardly
    assert (tally.quartiles is None) is (len(distances) < 4)
