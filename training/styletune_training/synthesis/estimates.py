"""What a synthesis will take: tokens and money, before any is spent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from styletune.config.schema import Prices
from styletune.memory.budget import estimate_tokens
from styletune_training.synthesis.asking import Estimate, estimate
from styletune_training.synthesis.made import Item, Made
from styletune_training.synthesis.prompts import SynthesisPrompt

_SAMPLED = 200
"""Items that are looked at; the rest is taken to be like them."""

_MEASURED = 8
"""Answers from which on a prompt's own figures are better than a guess."""

_GUESSED = 0.6, 1.6
_KNOWN = 0.85, 1.2
"""What the true number may be, over the estimate: from guesses, and from what was measured."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What items will take, about."""

    items: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    low: float = _GUESSED[0]
    high: float = _GUESSED[1]
    """Factors between which the truth is likely."""

    def cost(self, prices: Prices) -> tuple[float, float]:
        """Return the least and the most that they will likely cost, in the currency of the prices."""
        middle = prices.cost(self.tokens_in, self.tokens_out)
        return middle * self.low, middle * self.high


@dataclass(frozen=True, slots=True)
class _Measured:
    """What answers to one prompt took."""

    beside: float
    """Tokens of a request beside those of the author's text."""

    ratio: float
    """Tokens of an answer, over those of the author's text."""


def forecast(items: Sequence[Item], prompts: Mapping[str, SynthesisPrompt], before: Iterable[Made] = ()) -> Forecast:
    """Estimate what items will take.

    Arguments: ``prompts`` by ``Item.prompt``; ``before`` is what was made already: where the same model has answered
    the same prompt, its figures count.
    """
    if not items:
        return Forecast()
    measured = _measured(before, items[0].model)
    step = max(len(items) // _SAMPLED, 1)
    sample = items[::step]
    found = [_estimate(item, prompts[item.prompt], measured.get(item.prompt)) for item in sample]
    scale = len(items) / len(sample)
    known = all(item.prompt in measured for item in sample)
    tokens_in, tokens_out = sum(one.tokens_in for one in found), sum(one.tokens_out for one in found)
    return Forecast(len(items), round(tokens_in * scale), round(tokens_out * scale), *(_KNOWN if known else _GUESSED))


def _estimate(item: Item, prompt: SynthesisPrompt, measured: _Measured | None) -> Estimate:
    if measured is None:
        return estimate(item, prompt)
    size = estimate_tokens(item.text)
    return Estimate(round(size + measured.beside), round(size * measured.ratio))


def _measured(before: Iterable[Made], model: str) -> Mapping[str, _Measured]:
    by_prompt: defaultdict[str, list[Made]] = defaultdict(list)
    for made in before:
        if made.model == model and made.finish in ("stop", "length") and not made.estimated:
            by_prompt[made.prompt].append(made)
    return {prompt: _figures(found) for prompt, found in by_prompt.items() if len(found) >= _MEASURED}


def _figures(found: Sequence[Made]) -> _Measured:
    sizes = [estimate_tokens(made.target) for made in found]
    beside = fmean(made.tokens_in - size for made, size in zip(found, sizes, strict=True))
    return _Measured(beside, sum(made.tokens_out for made in found) / max(sum(sizes), 1))
