"""The end of a synthesis: what was made, what it cost, and what comes next."""

from styletune.commands.synthesize_settings import SynthesizeSettings
from styletune.terminal.console import Console
from styletune_training.synthesis.budget import Budget
from styletune_training.synthesis.estimates import Forecast, forecast
from styletune_training.synthesis.running import Ran
from styletune_training.verbs import synthesize_words as words
from styletune_training.verbs.synthesize_work import Work

USELESS = (
    "No text can be used. What was wrong with each: styletune corpus list dropped --origin synthesized\n"
    "Another model (--model) or another prompt (--prompt) may do better; try it on a few: --pilot 5"
)


class Report:
    """What became of a run, for people and for programs."""

    def __init__(self, ran: Ran, budget: Budget, work: Work, settings: SynthesizeSettings) -> None:
        self._ran = ran
        self._budget = budget
        self._work = work
        self._settings = settings
        self._rest = self._forecast()

    def tell(self, console: Console) -> None:
        """Sum up, warn, and name the next command."""
        ran, say = self._ran, console.notice
        if self._settings.pilot and ran.tally.made and not self._settings.json:
            from styletune_training.verbs.synthesize_samples import samples  # noqa: PLC0415 - of a pilot alone

            console.show(samples(ran.tally.outcomes, width=console.terminal.width), on_stdout=True)
        first, *others = words.result_lines(ran, self._budget, self._work)
        console.summary(first)
        for line in (*others, *words.warnings(ran, self._work)):
            say(line)
        for line in words.ending_lines(ran, self._budget, self._work, self._rest):
            say(line)
        answered = ran.tally.made - ran.tally.failed
        if ran.ending in {"done", "budget"} and answered and not self._work.chosen.trusted_text:
            self._tell_next(console)

    def values(self) -> dict[str, object]:
        """Describe it in JSON."""
        ran, rest = self._ran, self._rest
        tally, quartiles = ran.tally, ran.tally.quartiles
        return {
            **planned(self._work, rest),
            "made": tally.made,
            "usable": tally.usable,
            "dropped": dict(tally.dropped),
            "distance": None if quartiles is None else dict(zip(("low", "median", "high"), quartiles, strict=True)),
            "hardly_changes": tally.hardly_changes,
            "tokens_in": self._budget.tokens_in,
            "tokens_out": self._budget.tokens_out,
            "tokens_estimated": ran.estimated,
            "cost": self._budget.spent if self._work.prices is not None else None,
            "ending": ran.ending,
            "left": rest.items,
            "unanswered": ran.dropped if self._work.charges.paid else 0,
            "useless_prompts": {prompt: bad.cause() for prompt, bad in ran.useless.items()},
            "error": None if ran.error is None else {"code": ran.error.code, "message": str(ran.error)},
        }

    def _forecast(self) -> Forecast:
        """Estimate what is left, with what was learnt from the answers."""
        answered = {one.made.item for one in self._ran.tally.outcomes}
        left = [item for item in self._work.plan.items if item.id not in answered and self._work.entries.needs(item)]
        known = [*self._work.entries.made.values(), *(one.made for one in self._ran.tally.outcomes)]
        return forecast(left, self._work.plan.prompts, known)

    def _tell_next(self, console: Console) -> None:
        rest, prices = self._rest, self._work.prices
        if not self._ran.tally.usable:
            console.notice(USELESS)
            return
        if not self._settings.pilot:
            console.notice(
                "Next: styletune corpus stats, or look at them: styletune corpus list pairs --origin synthesized"
            )
            return
        if not rest.items:
            console.notice("That was all there is. Next: styletune corpus stats")
            return
        cost = f" and costs about {words.money_range(rest, prices)}" if prices is not None else ""
        made = max(self._ran.tally.made, 1)
        each = (
            f", {words.amount(self._budget.spent / made)} {prices.currency} for each text" if prices is not None else ""
        )
        console.notice(
            f"The rest is {rest.items} texts, takes about {rest.tokens_in + rest.tokens_out:,} tokens{cost}{each}."
        )
        budget = (
            words.amount(rest.cost(prices)[1]).replace(",", "")
            if prices is not None and prices.input + prices.output
            else ""
        )
        console.notice(f"To make it: {words.next_command(self._settings, budget=budget)}")


def planned(work: Work, expected: Forecast) -> dict[str, object]:
    """Describe a plan in JSON; the forecast is of what is to be made."""
    prices = work.prices
    low, high = expected.cost(prices) if prices is not None else (None, None)
    return {
        "model": work.chosen.name,
        "planned": len(work.plan.items),
        "made_already": work.made,
        "to_make": len(work.items),
        "later": work.later,
        "held_back": work.held_back,
        "prompts": sorted(work.plan.prompts),
        "splits": dict(work.plan.splits),
        "left_out": dict(work.plan.left_out),
        "notes": list(work.plan.notes),
        "expected": {"tokens_in": expected.tokens_in, "tokens_out": expected.tokens_out, "cost": [low, high]},
        "currency": prices.currency if prices is not None else None,
    }
