"""What a synthesis will take is estimated before it is spent, and better once there are answers."""

from dataclasses import replace

import pytest
from styletune_training.synthesis.estimates import Forecast, forecast
from styletune_training.synthesis.made import Item, Made
from styletune_training.synthesis.prompts import load_prompts

from styletune.config.schema import Prices

TEXT = "I moved the old boat to another berth before the storm came. "


@pytest.fixture
def prompts(tmp_path):
    return {prompt.id: prompt for prompt in load_prompts(tmp_path).values()}


def items(prompt, count, text=TEXT):
    return [Item(f"i{number}", "a.md", "a", text, "rewrite", prompt, "m", "en", "en") for number in range(count)]


def formal(prompts):
    return next(name for name in prompts if name.startswith("rewrite-formal@"))


def test_nothing_takes_nothing(prompts):
    assert forecast([], prompts) == Forecast()


def test_many_are_estimated_from_some(prompts):
    few, many = (forecast(items(formal(prompts), count), prompts) for count in (100, 10_000))
    assert many.tokens_in == pytest.approx(100 * few.tokens_in, rel=0.01)
    assert many.tokens_out == pytest.approx(100 * few.tokens_out, rel=0.01)
    assert few.tokens_out == pytest.approx(100 * len(TEXT) / 3.5, rel=0.3)


def test_a_longer_text_takes_more(prompts):
    short, long = (forecast(items(formal(prompts), 9, TEXT * times), prompts) for times in (1, 10))
    assert long.tokens_out > 8 * short.tokens_out
    assert long.tokens_in > short.tokens_in


def test_chinese_takes_more_than_a_token_a_character(prompts):
    found = forecast(items(formal(prompts), 1, "风暴来之前我把旧船挪了地方。" * 10), prompts)
    assert 140 < found.tokens_out < 300


def test_answers_to_the_same_prompt_make_the_estimate_better(prompts):
    name = formal(prompts)
    made = Made("x", "a.md", "a", "rewrite", name, "m", "en", "en", "x", TEXT, "stop", 1000, 70, 0.0, "", 1.0, "now")
    guess = forecast(items(name, 10), prompts)
    known = forecast(items(name, 10), prompts, [made] * 8)
    assert known.tokens_in == pytest.approx(10_000, rel=0.01)
    assert known.tokens_out == pytest.approx(700, rel=0.05)
    assert known.high - known.low < guess.high - guess.low
    for useless in ([made] * 7, [replace(made, model="other")] * 9, [replace(made, finish="failed")] * 9,
                    [replace(made, estimated=True)] * 9, [replace(made, prompt="p@1")] * 9):  # fmt: skip
        assert forecast(items(name, 10), prompts, useless) == guess


def test_costs_are_a_range():
    found = Forecast(10, 1_000_000, 500_000, 0.5, 2.0)
    assert found.cost(Prices(1.0, 2.0)) == (1.0, 4.0)
