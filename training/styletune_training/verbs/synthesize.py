"""``styletune synthesize``: a model writes the other side of pairs."""

import math
from contextlib import closing, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from styletune.commands.chosen_model import defer
from styletune.commands.memory_place import project_folder
from styletune.commands.synthesize_settings import SynthesizeSettings
from styletune.config.load import load_config
from styletune.config.schema import Prices
from styletune.engines.deferred import DeferredEngine
from styletune.engines.protocol import Engine
from styletune.errors import UsageError
from styletune.files.atomic import sync_folders
from styletune.terminal.console import Console
from styletune.terminal.interrupt import GRACE, run_interruptible
from styletune.terminal.outcome import CANCELLED, tell
from styletune.terminal.question import agreed
from styletune.text.counted import counted
from styletune_training.synthesis.estimates import Forecast, forecast
from styletune_training.synthesis.ledger import Ledger
from styletune_training.synthesis.run_lock import only_run
from styletune_training.synthesis.running import Ran, Synthesis, need_of
from styletune_training.verbs import synthesize_words as words
from styletune_training.verbs.synthesis_progress import SynthesisProgress
from styletune_training.verbs.synthesize_report import Report, planned
from styletune_training.verbs.synthesize_work import Work, choose, lay_out, wanted

INCOMPLETE = 1
"""Exit code if an endpoint failed at some requests, or nearly all answers were useless."""

SMALL_PILOT = 30
"""Samples that are made without a question."""

IDENTITY = (
    "Identity pairs need no model: a few percent of your own paragraphs become pairs with themselves whenever the "
    "training set is put together."
)
TRIAL = "{name} is no model: it is for trying the command out, and nothing of what it says is kept."


def run(settings: SynthesizeSettings, console: Console) -> int:
    """Make what is missing; return the exit code."""
    root = project_folder(settings.project)
    if settings.list_prompts or settings.copy_prompts:
        from styletune_training.verbs.synthesize_prompts import copy_prompt_files, list_prompts  # noqa: PLC0415 - rare

        return (
            list_prompts(root, console, as_json=settings.json)
            if settings.list_prompts
            else copy_prompt_files(root, console)
        )
    project = load_config(root)
    ask = wanted(settings, root, project)
    if list(ask.builders) == ["identity"]:
        console.notice(f"{IDENTITY} What there is: styletune corpus stats")
        return 0
    chosen = choose(settings, project)

    def plan_it() -> Work:
        return run_interruptible(lambda stop: lay_out(settings, root, ask, chosen, stop=stop))

    if settings.dry_run:
        return _show(plan_it(), settings, console)
    with only_run(root):
        return _Run(settings, plan_it(), console).make()


def _show(work: Work, settings: SynthesizeSettings, console: Console) -> int:
    expected = _forecast(work)
    if settings.json:
        console.write_json(planned(work, expected))
    else:
        from rich.text import Text  # noqa: PLC0415 - JSON does without

        console.show(Text("\n".join(words.plan_lines(work, expected))), on_stdout=True)
    _notes(work, console)
    return 0


def _forecast(work: Work) -> Forecast:
    return forecast(work.items, work.plan.prompts, work.entries.made.values())


def _notes(work: Work, console: Console) -> None:
    for line in (*work.plan.notes, *work.entries.problems):
        console.notice(line)
    if work.held_back:
        console.notice(words.held_back(work))
    if work.chosen.trusted_text:
        console.notice(TRIAL.format(name=work.chosen.name))


class _Run:
    """A synthesis, from the question to the summary."""

    def __init__(self, settings: SynthesizeSettings, work: Work, console: Console) -> None:
        self._settings = settings
        self._work = work
        self._console = console
        self._budget = work.budget(settings)
        self._progress = SynthesisProgress(console, total=len(work.items), prices=work.prices)

    def make(self) -> int:
        """Ask, make and sum up; return the exit code."""
        work, settings = self._work, self._settings
        _notes(work, self._console)
        if not work.items:
            self._nothing_to_do()
            return 0
        self._check_budget()
        for line in words.plan_lines(work, _forecast(work)):
            self._console.notice(line)
        if work.leaves:
            self._console.notice(f"Your text leaves this machine: it is sent to {work.where}.")
        if not self._agreed():
            self._console.notice("Nothing was sent.")
            return 0
        ran = self._synthesize()
        sync_folders()
        report = Report(ran, self._budget, work, settings)
        report.tell(self._console)
        if settings.json:
            self._console.write_json(report.values())
        return self._code(ran)

    def _nothing_to_do(self) -> None:
        made = f" {self._work.made} were made already." if self._work.made else ""
        self._console.summary(f"There is nothing to make.{made} What there is: styletune corpus stats")
        if self._settings.json:
            self._console.write_json(planned(self._work, Forecast()))

    def _check_budget(self) -> None:
        need = need_of(self._work.items[0], self._work.asking(self._settings.seed))
        if self._budget.fits(need):
            return
        if self._budget.money is not None and self._budget.most(need) > self._budget.money:
            currency = self._work.charges.currency
            raise UsageError(
                f"--budget {self._budget.money:g} is too small: one request can cost up to "
                f"{words.amount(self._budget.most(need))} {currency}. All that is planned takes about "
                f"{words.money_range(_forecast(self._work), _priced(self._work))}."
            )
        raise UsageError(
            f"--token-budget {self._budget.tokens} is too small: one request can take up to "
            f"{need.tokens_in + need.tokens_out} tokens, prompt and answer together."
        )

    def _agreed(self) -> bool:
        """Ask before money is spent, or text leaves this machine."""
        work, settings = self._work, self._settings
        small = settings.pilot is not None and settings.pilot <= SMALL_PILOT
        if settings.yes or small or not (work.charges.paid or work.leaves):
            return True
        question = f"Send {len(work.items)} requests to {work.where}?"
        nobody = f"{question} Nobody is here to ask: add --yes, or try some first with --pilot 20."
        return agreed(question, self._console, nobody=nobody)

    def _synthesize(self) -> Ran:
        waits = self._work.charges.paid or self._work.leaves
        with self._progress, closing(self._engine()) as engine:
            return run_interruptible(
                lambda stop: self._with(engine, stop),
                on_stop=lambda: self._console.notice(self._stopping(waits=waits)),
                on_abandon=self._progress.abandon,
                grace=math.inf if waits else GRACE,
            )

    def _with(self, engine: Engine, stop: Event) -> Ran:
        trial = self._work.chosen.trusted_text
        with TemporaryDirectory() if trial else nullcontext(self._work.root) as root:
            return self._synthesis(engine, Ledger(Path(root))).run(self._work.items, stop=stop)

    def _synthesis(self, engine: Engine, ledger: Ledger) -> Synthesis:
        bounded = not self._work.charges.paid or self._budget.limited
        return Synthesis(
            engine,
            self._work.asking(self._settings.seed),
            ledger,
            budget=self._budget,
            charges=self._work.charges,
            observer=self._progress,
            perseveres=self._settings.yes and bounded,
        )

    def _engine(self) -> DeferredEngine:
        return defer(
            self._work.chosen,
            jobs=self._settings.jobs,
            loading=self._progress.loading,
            say=self._console.notice,
            says_where=False,
        )

    def _stopping(self, *, waits: bool) -> str:
        count = self._progress.under_way
        if not waits or not count:
            return "Stopping ..."
        return f"Finishing {counted(count, 'request')}; Ctrl-C again to drop {'them' if count > 1 else 'it'}."

    def _code(self, ran: Ran) -> int:
        if ran.error is not None:
            return tell(self._console, ran.error)
        if ran.ending == "stopped":
            return CANCELLED
        return INCOMPLETE if ran.tally.failed or ran.useless else 0


def _priced(work: Work) -> Prices:
    return work.prices or Prices(0.0, 0.0)
