"""Samples of a synthesis, laid out for a terminal of any width: what the model wrote, and what the author wrote."""

from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from styletune.terminal.console import printable
from styletune_training.synthesis.prompts import SynthesisPrompt
from styletune_training.synthesis.verdicts import Outcome
from styletune_training.verbs.wording import direction

SIDE_BY_SIDE = 100
"""Terminal columns from which on two texts have room side by side."""


def samples(outcomes: Iterable[Outcome], *, width: int) -> RenderableType:
    """Lay out answers beside the texts that they were made for."""
    lay_out = _side_by_side if width >= SIDE_BY_SIDE else _stacked
    return Group(*(Group(_head(one), Padding(lay_out(one), (0, 0, 1, 2))) for one in outcomes))


def prompt_list(prompts: Mapping[str, SynthesisPrompt], own: Iterable[str]) -> RenderableType:
    """Lay out prompts: name with version, what it is for, and whether it is the project's own."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("prompt", no_wrap=True)
    table.add_column("for", no_wrap=True)
    table.add_column("", overflow="fold", ratio=1)
    own = frozenset(own)
    for name, prompt in sorted(prompts.items(), key=lambda entry: (entry[1].builder, entry[0])):
        words = Text(printable(prompt.description))
        words.append(" (yours)" if name in own else "", style="green")
        words.append(" (only with --imitate)" if prompt.needs_imitated else "", style="dim")
        table.add_row(printable(prompt.id), prompt.builder, words)
    return table


def _head(one: Outcome) -> Text:
    made = one.made
    facts = [made.prompt, direction(made.source_lang, made.target_lang)] + (
        [f"{one.distance:.0%} of the words differ"] if one.distance is not None else []
    )
    verdict = (
        Text(f"not usable: {printable(one.words)}", style="yellow") if one.reason else Text("usable", style="green")
    )
    return Text.assemble((printable(made.doc), "bold"), "  ", (printable("  ".join(facts)), "dim"), "\n", verdict)


def _side_by_side(one: Outcome) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 3, 0, 0))
    table.add_column("the model wrote (source)", ratio=1, overflow="fold")
    table.add_column("you wrote (target)", ratio=1, overflow="fold")
    table.add_row(Text(printable(one.made.source)), Text(printable(one.made.target)))
    return table


def _stacked(one: Outcome) -> RenderableType:
    return Group(
        Text.assemble(("model  ", "dim"), printable(one.made.source)),
        Text.assemble(("you    ", "dim"), printable(one.made.target)),
    )
