"""What a synthesis has to do: the model, the prompts, what is planned, and what of it was made already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from styletune.commands.chosen_model import Chosen, choose_model
from styletune.commands.synthesize_settings import SynthesizeSettings
from styletune.config.given import nearest
from styletune.config.schema import Config, Prices
from styletune.engines.endpoint_addresses import host_of, is_this_machine
from styletune.errors import UsageError
from styletune.text.language import language_code
from styletune_training.corpus.store import Corpus
from styletune_training.synthesis.budget import Budget
from styletune_training.synthesis.imitation import read_imitated
from styletune_training.synthesis.items import Plan, plan
from styletune_training.synthesis.ledger import Entries, Ledger
from styletune_training.synthesis.made import BuilderName, Item
from styletune_training.synthesis.prompts import SynthesisPrompt, load_prompts
from styletune_training.synthesis.running import Asking, Charges

EMPTY = (
    "There are no posts or notes yet that something could be made of. Add yours first: styletune corpus add posts/  "
    "(notes: --notes)"
)
UNPRICED = """\
--budget needs to know what {name} charges. Say it in styletune.toml:
  [endpoints.{table}]
  base_url = "{url}"
  model = "{model}"
  prices = {{ input = 0.15, output = 0.60, currency = "USD" }}   # for a million tokens
  Then: --model {table}. Without prices, --token-budget limits the tokens."""


@dataclass(frozen=True, slots=True)
class Work:
    """All that is known before the first request."""

    root: Path
    chosen: Chosen
    prices: Prices | None
    plan: Plan
    entries: Entries
    items: Sequence[Item] = ()
    """What is to be made now."""

    made: int = 0
    """Planned items that have an answer already."""

    held_back: int = 0
    """Items that were under way when a paid run was cut off."""

    later: int = 0
    """Items that ``--pilot`` or ``--most`` leave for another time."""

    @property
    def charges(self) -> Charges:
        """What answers cost."""
        if self.prices is None:
            return Charges()
        return Charges(self.prices.currency, paid=bool(self.prices.input or self.prices.output))

    @property
    def leaves(self) -> bool:
        """Whether the author's text leaves this machine."""
        return not all(map(is_this_machine, self.chosen.urls))

    @property
    def where(self) -> str:
        """Model and server, for people."""
        hosts = ", ".join(dict.fromkeys(map(host_of, self.chosen.urls)))
        return f"{self.chosen.name} at {hosts}" if hosts else self.chosen.name

    def budget(self, settings: SynthesizeSettings) -> Budget:
        """Return the limits of this run."""
        return Budget(prices=self.prices, money=settings.budget, tokens=settings.token_budget)

    def asking(self, seed: int) -> Asking:
        """Return how items are asked for."""
        return Asking(self.plan.prompts, seed)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for, checked."""

    builders: Sequence[BuilderName]
    prompts: Mapping[str, SynthesisPrompt]
    source_lang: str | None = None
    target_lang: str | None = None


def wanted(settings: SynthesizeSettings, root: Path, project: Config) -> Wanted:
    """Find prompts, builders and languages. Raises ``UsageError`` and ``SettingsError``."""
    prompts = _prompts(settings.prompts, load_prompts(root))
    builders = _builders(settings, prompts if settings.prompts else {})
    if "translate" not in builders:
        return Wanted(builders, prompts)
    top = project.top
    source = language_code(settings.source) if settings.source else top.source_lang
    target = language_code(settings.to) if settings.to else top.target_lang
    return Wanted(builders, prompts, source, target)


def choose(settings: SynthesizeSettings, project: Config) -> Chosen:
    """Find the model. Raises ``UsageError``, also for a budget without prices, and ``ModelError``."""
    chosen = choose_model(settings.model or project.top.model, project, isolate=settings.isolate or project.top.isolate)
    if settings.budget is not None and (chosen.endpoint is None or chosen.endpoint.prices is None):
        raise UsageError(_unpriced(chosen))
    return chosen


def lay_out(settings: SynthesizeSettings, root: Path, ask: Wanted, chosen: Chosen, *, stop: Event) -> Work:
    """Plan the work, and leave out what was made. Raises ``UsageError``, ``FileError`` and ``Cancelled``."""
    documents = Corpus(root).documents()
    if not any(one.paragraphs for one in documents):
        raise UsageError(EMPTY)
    found = plan(
        documents,
        ask.prompts,
        builders=ask.builders,
        model=chosen.identity(stop),
        source_lang=ask.source_lang,
        target_lang=ask.target_lang,
        per_paragraph=settings.per_paragraph,
        imitate=read_imitated(settings.imitate) if settings.imitate is not None else None,
    )
    prices = chosen.endpoint.prices if chosen.endpoint else None
    work = Work(root, chosen, prices, found, Ledger(root).read())
    return _remaining(work, settings)


def _remaining(work: Work, settings: SynthesizeSettings) -> Work:
    open_items = [item for item in work.plan.items if work.entries.needs(item)]
    made = len(work.plan.items) - len(open_items)
    held_back = 0
    if work.charges.paid and not settings.again:
        free = [item for item in open_items if item.id not in work.entries.unanswered]
        held_back, open_items = len(open_items) - len(free), free
    chosen = _spread(open_items, settings.pilot, settings.seed) if settings.pilot else open_items[: settings.most]
    later = len(open_items) - len(chosen)
    return replace(work, items=chosen, made=made, held_back=held_back, later=later)


def _spread(items: Sequence[Item], count: int, seed: int) -> Sequence[Item]:
    """Choose some items, of each prompt as many, and each of another post as far as there are enough."""
    by_prompt: dict[str, list[Item]] = {}
    for item in items:
        by_prompt.setdefault(item.prompt, []).append(item)
    turns = [_rotated(group, seed) for group in by_prompt.values()]
    chosen: list[Item] = []
    docs: set[str] = set()
    while len(chosen) < count and any(turns):
        for group in turns:
            if group and len(chosen) < count:
                fresh = next((number for number, item in enumerate(group) if item.doc not in docs), 0)
                chosen.append(group.pop(fresh))
                docs.add(chosen[-1].doc)
    return chosen


def _rotated(group: Sequence[Item], seed: int) -> list[Item]:
    start = seed * 7919 % len(group)
    return [*group[start:], *group[:start]]


def _builders(settings: SynthesizeSettings, prompts: Mapping[str, SynthesisPrompt]) -> Sequence[BuilderName]:
    known: tuple[BuilderName, ...] = ("translate", "rewrite", "identity", "qa")
    if settings.builders:
        return [name for name in known if name in settings.builders]
    if prompts:
        return [name for name in known if any(prompt.builder == name for prompt in prompts.values())]
    translate = settings.to is not None or settings.source is not None
    return [name for name in known if name != "qa" and (translate or name != "translate")]


def _prompts(names: Collection[str] | None, known: Mapping[str, SynthesisPrompt]) -> Mapping[str, SynthesisPrompt]:
    if not names:
        return known
    bare = [name.partition("@")[0] for name in names]  # as pairs and statistics name them
    unknown = [
        f"--prompt {name}: there is no such prompt. {nearest(name, known)}" for name in bare if name not in known
    ]
    if unknown:
        raise UsageError("\n".join([*unknown, "  All there are: styletune synthesize --list-prompts"]))
    return {name: known[name] for name in bare}


def _unpriced(chosen: Chosen) -> str:
    if chosen.choice.source != "openai":
        return f"--budget has no use with {chosen.name}, which costs nothing. Limit the work with --most N."
    endpoint = chosen.endpoint
    table = endpoint.name if endpoint else "server"
    return UNPRICED.format(
        name=chosen.name,
        table=table,
        url=chosen.urls[0],
        model=chosen.choice.model,
    )
