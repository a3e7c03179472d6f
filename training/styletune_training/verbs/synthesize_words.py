"""What is told before and after a synthesis, in words."""

import shlex
from collections import Counter
from collections.abc import Iterator

from styletune.commands.synthesize_settings import SynthesizeSettings
from styletune.config.schema import Prices
from styletune.exchange.splits import SPLITS
from styletune.text.counted import counted
from styletune_training.synthesis.budget import Budget
from styletune_training.synthesis.estimates import Forecast
from styletune_training.synthesis.running import Ran
from styletune_training.synthesis.verdicts import Tally
from styletune_training.verbs.synthesize_work import Work
from styletune_training.verbs.wording import listed

NAMED = 8
"""Reasons that are named one by one."""


def plan_lines(work: Work, forecast: Forecast) -> Iterator[str]:
    """Say what is to be made, and what it takes."""
    documents = counted(len({item.doc for item in work.items}), "document")
    yield f"To make: {counted(len(work.items), 'text')} for paragraphs of {documents}, with {work.where}"
    by_prompt = Counter(item.prompt for item in work.items)
    yield from (f"  {prompt}: {count}" for prompt, count in sorted(by_prompt.items()))
    splits: dict[str, int] = {split: work.plan.splits.get(split, 0) for split in SPLITS}
    yield f"  of all that is planned, by split: {listed(splits, most=NAMED)}"
    if work.made:
        yield f"  made already: {work.made}"
    if work.later:
        yield f"  left for another time: {work.later}"
    if work.plan.left_out:
        yield f"  paragraphs that are left out: {listed(work.plan.left_out, most=NAMED)}"
    if work.items:
        yield f"  about {forecast.tokens_in:,} tokens of prompts and {forecast.tokens_out:,} of answers{_for(work, forecast)}"


def _for(work: Work, forecast: Forecast) -> str:
    return f": {money_range(forecast, work.prices)}" if work.prices is not None else ""


def money_range(forecast: Forecast, prices: Prices) -> str:
    """Write what a number of items costs."""
    low, high = forecast.cost(prices)
    return f"{amount(low)} to {amount(high)} {prices.currency}"


def amount(money: float) -> str:
    """Write an amount of money with as many digits as it takes to tell it from nothing."""
    if money >= 1 or money == 0:
        return f"{money:,.2f}"
    return f"{money:.2g}" if money >= 0.0001 else f"{money:.1e}"  # noqa: PLR2004 - a hundredth of a cent


def held_back(work: Work) -> str:
    """Say what was under way when a paid run was cut off."""
    one = work.held_back == 1
    return (
        f"{counted(work.held_back, 'request')} {'was' if one else 'were'} under way when a run was cut off, and may have "
        f"been paid: {'it is' if one else 'they are'} not asked again unless you add --again."
    )


def result_lines(ran: Ran, budget: Budget, work: Work) -> Iterator[str]:
    """Sum up what was made."""
    tally = ran.tally
    lost = tally.made - tally.usable
    if not tally.made:
        yield "No answer came."
        return
    yield f"{counted(tally.made, 'answer')}: {tally.usable} usable, {lost} not{_share(lost, tally.made)}"
    if tally.dropped:
        yield f"  not usable: {listed(tally.dropped, most=NAMED)}"
    if line := distance_line(tally):
        yield f"  {line}"
    if tally.made:
        yield f"  {tokens_line(budget, work.prices, estimated=ran.estimated)}"


def warnings(ran: Ran, work: Work) -> Iterator[str]:
    """Say what a person should think about."""
    if ran.tally.hardly_changes and not work.chosen.trusted_text:
        yield (
            "This model hardly changes your text, and such pairs teach nothing. For rewrite, a stronger model is needed: "
            "--model openai:URL#MODEL, or a larger one (styletune models list). Translations do not have this problem."
        )
    if ran.tally.failed:
        sample = next(one for one in ran.tally.outcomes if one.made.finish == "failed")
        yield (
            f"{counted(ran.tally.failed, 'request')} failed at the endpoint, and will be asked again next time. "
            f"The first: {sample.words.partition(': ')[2] or sample.words}"
        )


def distance_line(tally: Tally) -> str:
    """Say how much the rewritten texts differ from the author's."""
    found = tally.quartiles
    if found is None:
        return ""
    low, middle, high = (f"{share:.0%}" for share in found)
    return f"words that differ: half of the texts {low} to {high}, median {middle}"


def tokens_line(budget: Budget, prices: Prices | None, *, estimated: bool) -> str:
    """Say what was used and spent."""
    about = " (estimated)" if estimated else ""
    text = f"{budget.tokens_in:,} tokens of prompts and {budget.tokens_out:,} of answers{about}"
    if prices is None:
        return text
    of = f" of {amount(budget.money)}" if budget.money is not None else ""
    return f"{text}, {amount(budget.spent)}{of} {prices.currency}"


def ending_lines(ran: Ran, budget: Budget, work: Work, rest: Forecast) -> Iterator[str]:
    """Say why it ended before all was made."""
    count = ran.left if work.charges.paid else ran.left + ran.dropped
    left = f"{counted(count, 'text')} {'is' if count == 1 else 'are'} left"
    cost = f", for about {money_range(rest, work.prices)}" if work.prices is not None and rest.items else ""
    if ran.ending == "budget":
        name = "--budget" if budget.money is not None else "--token-budget"
        yield f"{name} is used up: {left}{cost}. The same command with another {name} goes on."
    elif ran.ending == "stopped":
        yield f"Stopped: {left}. The same command goes on from here; what was made is kept."
    elif ran.ending == "useless":
        yield (
            f"{left}, because nearly all answers to {' and '.join(sorted(ran.useless))} are useless. Try a stronger model "
            "(--model), another --prompt, or go on all the same with --yes."
        )
    if ran.dropped and work.charges.paid:
        yield f"{counted(ran.dropped, 'request')} ended without an answer, and may have been paid; --again asks again."


def useless_lines(prompt: str, tally: Tally, *, goes_on: bool) -> Iterator[str]:
    """Say that nearly all answers to a prompt are useless, with samples."""
    bad = tally.made - tally.usable
    then = "It goes on, as --yes says." if goes_on else "It gets no more requests."
    yield f"{prompt}: {bad} of the first {tally.made} answers are useless: {tally.cause()}. {then}"
    for one in tally.samples():
        yield f"  {one.words}"
        yield f"    yours: {_cut(one.made.target)}"
        yield f"    model: {_cut(one.made.source)}"


def next_command(settings: SynthesizeSettings, *, budget: str = "") -> str:
    """Write the command that makes the rest."""
    words = ["styletune", "synthesize"]
    for name in settings.builders or ():
        words += ["--builder", name]
    for name in settings.prompts or ():
        words += ["--prompt", name]
    named = {"--model": settings.model, "--from": settings.source, "--to": settings.to, "--imitate": settings.imitate}
    for flag, value in named.items():
        words += [flag, value] if value is not None else []
    words += ["--project", str(settings.project)] if settings.project is not None else []
    words += ["--per-paragraph", str(settings.per_paragraph)] if settings.per_paragraph > 1 else []
    words += ["--budget", budget] if budget else []
    return shlex.join(words)


def _share(part: int, whole: int) -> str:
    return f" ({part / whole:.0%})" if part and whole else ""


def _cut(text: str, most: int = 160) -> str:
    line = " ".join(text.split()) or "(nothing)"
    return line if len(line) <= most else f"{line[: most - 1]}…"
