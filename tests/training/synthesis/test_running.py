"""Items go to an engine, answers to the ledger; a run ends for reasons that a person can read."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from styletune_training.synthesis.budget import Budget
from styletune_training.synthesis.ledger import Ledger
from styletune_training.synthesis.made import Item
from styletune_training.synthesis.prompts import load_prompts
from styletune_training.synthesis.running import BATCH, Asking, Charges, Ran, Synthesis, batches, need_of
from styletune_training.synthesis.verdicts import LOOKED_AT, Outcome, Tally

from styletune.config.schema import Prices
from styletune.engines.protocol import Capabilities, Job
from styletune.engines.scripted import Reply, ScriptedEngine
from styletune.errors import Cancelled, EngineError, FileError

PRICES = Prices(1.0, 2.0, "EUR")
PAID = Charges("EUR", paid=True)
FREE = Charges()


class Watching:
    """Notes what a run tells."""

    def __init__(self, on_answer: Callable[[Outcome], None] = lambda outcome: None) -> None:
        self.under_way: list[int] = []
        self.outcomes: list[Outcome] = []
        self.useless_prompts: list[tuple[str, bool]] = []
        self._on_answer = on_answer

    def sent(self, under_way: int) -> None:
        self.under_way.append(under_way)

    def answered(self, outcome: Outcome, budget: Budget) -> None:
        self.outcomes.append(outcome)
        self._on_answer(outcome)

    def useless(self, prompt: str, tally: Tally, *, goes_on: bool) -> None:
        self.useless_prompts.append((prompt, goes_on))


class Run:
    """A run in a project of its own."""

    def __init__(self, root: Path, *names: str) -> None:
        self.ledger = Ledger(root)
        prompts = load_prompts(root)
        self.asking = Asking({prompts[name].id: prompts[name] for name in names or ("rewrite-formal",)})
        self.prompts = list(self.asking.prompts)

    def items(self, count: int, *, prompt: int = 0, first: int = 0) -> list[Item]:
        return [
            Item(f"i{number}", f"{number % 3}.md", f"a{number}", sentence(number), "rewrite", self.prompts[prompt], "m", "en", "en")
            for number in range(first, first + count)
        ]  # fmt: skip

    def run(  # noqa: PLR0913 - what a run consists of
        self,
        engine: ScriptedEngine,
        items: list[Item],
        *,
        budget: Budget | None = None,
        charges: Charges = FREE,
        watching: Watching | None = None,
        stop: Event | None = None,
        perseveres: bool = False,
    ) -> Ran:
        synthesis = Synthesis(
            engine, self.asking, self.ledger, budget=budget or Budget(), charges=charges,
            observer=watching or Watching(), perseveres=perseveres,
        )  # fmt: skip
        return synthesis.run(items, stop=stop or Event())


@pytest.fixture
def project(tmp_path: Path) -> Run:
    return Run(tmp_path)


def sentence(number: int) -> str:
    return f"I moved the old boat to berth {number} before the storm came, and I'd do it again."


def restated(job: Job) -> str:
    """Restate a sentence so that it may be used."""
    number = job.source.split("berth ")[1].split()[0]
    return f"The old boat was relocated to berth {number} prior to the arrival of the storm; one would do so again."


def test_all_items_are_made_and_kept_before_they_are_told(project: Run):
    seen: list[bool] = []
    watching = Watching(lambda outcome: seen.append(outcome.made in list(project.ledger.made())))
    ran = project.run(ScriptedEngine(restated, reverse=True), project.items(5), watching=watching)
    assert (ran.ending, ran.left, ran.tally.made, ran.tally.usable) == ("done", 0, 5, 5)
    assert seen == [True] * 5
    made = {one.item: one for one in project.ledger.made()}
    assert made["i3"].source.startswith("The old boat was relocated to berth 3")
    assert made["i3"].target == sentence(3)
    assert project.ledger.unanswered() == [], "what costs nothing is not noted beforehand"


def test_prompts_take_turns_so_that_a_run_that_ends_early_has_some_of_each(tmp_path: Path):
    project = Run(tmp_path, "rewrite-formal", "rewrite-default")
    items = [*project.items(BATCH + 1), *project.items(BATCH + 2, prompt=1, first=1000)]
    order = [(batch[0].prompt, len(batch)) for batch in batches(items)]
    formal, default = project.prompts
    assert order == [(formal, BATCH), (default, BATCH), (formal, 1), (default, 2)]
    assert Counter(item.id for batch in batches(items) for item in batch) == Counter(item.id for item in items)
    engine = ScriptedEngine(restated)
    project.run(engine, [*project.items(2), *project.items(2, prompt=1, first=5)])
    assert len({prefix.system for prefix in engine.prefixes}) == 2
    assert list(batches([])) == []


def test_a_paid_request_is_on_record_before_it_goes_out(project: Run):
    def look(job: Job) -> str:
        assert [sent.item for sent in project.ledger.unanswered()] == [job.id]
        assert project.ledger.unanswered()[0].cost > 0
        return restated(job)

    budget = Budget(prices=PRICES)
    ran = project.run(ScriptedEngine(lambda job: Reply(look(job), tokens_in=100, tokens_out=50)), project.items(3),
                      budget=budget, charges=PAID)  # fmt: skip
    assert ran.ending == "done"
    assert project.ledger.unanswered() == []
    assert [(made.cost, made.currency) for made in project.ledger.made()] == [(pytest.approx(200e-6), "EUR")] * 3
    assert budget.spent == pytest.approx(600e-6)


def test_a_server_that_does_not_count_is_estimated(project: Run):
    engine = ScriptedEngine(lambda job: Reply(restated(job), tokens_in=0, tokens_out=0))
    ran = project.run(engine, project.items(1), budget=Budget(prices=PRICES), charges=PAID)
    (made,) = project.ledger.made()
    assert ran.estimated
    assert made.estimated
    assert made.tokens_in > 50
    assert made.tokens_out > 10
    assert made.cost > 0


def test_a_budget_ends_the_run_before_it_is_overdrawn(project: Run):
    items = project.items(9)
    need = need_of(items[0], project.asking)
    budget = Budget(tokens=need.bytes_in + need.tokens_out)
    took = budget.tokens or 0
    ran = project.run(
        ScriptedEngine(lambda job: Reply(restated(job), tokens_in=need.tokens_in, tokens_out=need.tokens_out)),
        items,
        budget=budget,
    )
    assert (ran.ending, ran.tally.made + ran.left) == ("budget", 9)
    assert ran.tally.made > 1
    assert took - round(need.tokens_in * 1.25 + need.tokens_out) < budget.tokens_in + budget.tokens_out <= took


def test_room_that_answers_leave_is_used(project: Run):
    """The engine reads ahead; what the requests under way did not need goes to those that had no room."""
    items = project.items(6)
    need = need_of(items[0], project.asking)
    budget = Budget(tokens=need.bytes_in + need.tokens_out)
    engine = ScriptedEngine(lambda job: Reply(restated(job), tokens_in=20, tokens_out=5), reverse=True)
    ran = project.run(engine, items, budget=budget)
    assert ran.ending == "done"
    assert ran.tally.made == 6


def test_a_budget_without_room_for_one_asks_for_nothing(project: Run):
    engine = ScriptedEngine(restated)
    ran = project.run(engine, project.items(2), budget=Budget(tokens=5))
    assert (ran.ending, ran.left, engine.jobs) == ("budget", 2, [])


@pytest.mark.parametrize("charges", [Charges(), PAID])
def test_after_a_stop_nothing_more_is_sent(project: Run, charges: Charges):
    stop = Event()
    watching = Watching(lambda outcome: stop.set() if len(watching.outcomes) == 2 else None)
    engine = ScriptedEngine(restated)
    ran = project.run(engine, project.items(9), charges=charges, watching=watching, stop=stop,
                      budget=Budget(prices=PRICES))  # fmt: skip
    assert (ran.ending, ran.tally.made, ran.left, ran.dropped) == ("stopped", 2, 7, 0)
    assert len(engine.jobs) == 2


@pytest.mark.parametrize(
    ("local", "charges", "made"), [(True, Charges(), 0), (False, Charges(), 4), (True, PAID, 4), (False, PAID, 4)]
)
def test_requests_that_are_paid_or_have_left_the_machine_are_waited_for(
    project: Run, local: bool, charges: Charges, made: int
):
    """A stop comes while four requests are under way; a model on this machine ends at once."""
    stop = Event()
    engine = ScriptedEngine(lambda job: Reply(restated(job), before=stop.set), local=local, reverse=True)
    ran = project.run(engine, project.items(4), charges=charges, stop=stop, budget=Budget(prices=PRICES))
    assert ran.tally.made == made
    assert ran.dropped == 4 - made
    assert ran.ending == ("done" if made else "stopped")


def test_answers_before_a_failure_of_the_engine_are_kept(project: Run):
    answers = iter([restated, restated])

    def reply(job: Job) -> str | Exception:
        answer = next(answers, None)
        return answer(job) if answer else EngineError("http://x/v1 cannot be used: no money left.")

    ran = project.run(ScriptedEngine(reply), project.items(5), charges=PAID, budget=Budget(prices=PRICES))
    assert (ran.ending, ran.tally.made, ran.dropped, ran.left) == ("failed", 2, 1, 2)
    assert isinstance(ran.error, EngineError)
    assert len(list(project.ledger.made())) == 2
    assert len(project.ledger.unanswered()) == 1, "it may have been paid"


def test_requests_to_a_server_that_never_answered_are_not_held_to_be_paid(project: Run):
    engine = ScriptedEngine(lambda job: EngineError("http://x/v1 cannot be used: the key is wrong."))
    ran = project.run(engine, project.items(5), charges=PAID, budget=Budget(prices=PRICES))
    assert (ran.ending, ran.dropped, ran.left) == ("failed", 0, 5)
    assert project.ledger.unanswered() == []


def test_an_engine_that_is_cancelled_ends_as_stopped(project: Run):
    ran = project.run(ScriptedEngine(lambda job: Cancelled("stopped")), project.items(2))
    assert (ran.ending, ran.dropped) == ("stopped", 1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda job: job.source, "unchanged"),
        (lambda job: restated(job).replace("berth ", "berth 9"), "numbers"),
    ],
)
def test_a_prompt_whose_answers_are_useless_gets_no_more_requests(
    tmp_path: Path, answer: Callable[[Job], Reply | str], reason: str
):
    project = Run(tmp_path, "rewrite-formal", "rewrite-default")
    bad = project.prompts[0]
    good_system = project.asking.request(project.items(1, prompt=1)[0])[0].system
    engine = ScriptedEngine(lambda job: answer(job) if engine.prefixes[-1].system != good_system else restated(job))
    watching = Watching()
    items = [*project.items(LOOKED_AT + 9), *project.items(5, prompt=1, first=900)]
    ran = project.run(engine, items, watching=watching)
    assert (ran.ending, ran.left, ran.tally.made, ran.tally.usable) == ("useless", 9, LOOKED_AT + 5, 5)
    assert watching.useless_prompts == [(bad, False)]
    assert ran.tally.dropped == {reason: LOOKED_AT}
    assert ran.useless[bad].cause()
    assert len(list(project.ledger.made())) == LOOKED_AT + 5


def test_a_run_that_perseveres_goes_on(project: Run):
    watching = Watching()
    ran = project.run(
        ScriptedEngine(lambda job: job.source), project.items(LOOKED_AT + 9), watching=watching, perseveres=True
    )
    assert (ran.ending, ran.tally.made) == ("done", LOOKED_AT + 9)
    assert watching.useless_prompts == [(project.prompts[0], True)]


def test_an_endpoints_failures_say_nothing_about_a_prompt(project: Run):
    engine = ScriptedEngine(lambda job: Reply("", finish="failed", error="it broke off"))
    watching = Watching()
    ran = project.run(engine, project.items(LOOKED_AT + 5), watching=watching)
    assert (ran.ending, ran.tally.failed, watching.useless_prompts) == ("done", LOOKED_AT + 5, [])
    entries = project.ledger.read()
    assert all(entries.needs(item) for item in project.items(LOOKED_AT + 5))


def test_a_ledger_that_cannot_be_written_ends_the_run_before_anything_is_paid(project: Run):
    project.ledger.file.mkdir(parents=True)
    engine = ScriptedEngine(restated, capabilities=Capabilities())
    with pytest.raises(FileError, match="cannot be written"):
        project.run(engine, project.items(3), charges=PAID, budget=Budget(prices=PRICES))
    assert engine.jobs == []
