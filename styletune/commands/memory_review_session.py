"""Asking a person at a terminal, one thing at a time; each answer is carried out at once."""

import os

from rich.text import Text

from styletune.commands.memory_review_items import Item, Open, place_of, support_of
from styletune.errors import FileError, UsageError
from styletune.learning.conflicts import Conflict
from styletune.learning.observed import before
from styletune.learning.proposal import Proposal
from styletune.terminal.before_after import word_changes
from styletune.terminal.console import Console, printable

_PROPOSAL = {"a": "accept", "e": "edit", "r": "reject", "s": "skip", "q": "quit"}
_CONFLICT = {"k": "keep yours", "t": "take the new one", "e": "edit", "s": "skip", "q": "quit"}
_SAME = {"k": "r", "t": "a"}
"""Keys for conflicts that do what another key does for proposals."""

_STYLES = {"same": ("", "", ""), "removed": ("red strike", "[-", "-]"), "added": ("green", "{+", "+}")}
"""How words look that were taken out or put in: in colour, or in brackets without it."""


def ask_all(found: Open, console: Console) -> None:
    """Ask about all that is open, conflicts first. Ctrl-C ends it; what was decided stays decided."""
    items: list[Item] = [*found.conflicts(), *found.proposals()]
    if not items:
        console.summary(found.nothing())
        return
    decided = 0
    for number, item in enumerate(items, 1):
        _show(item, found, console, f"{number} of {len(items)}")
        answer = _ask_one(item, found, console)
        if answer == "q":
            break
        decided += answer != "s"
    left = len(items) - decided
    console.summary(f"{decided} decided, {left} left open." if left else f"All {decided} decided.")


def _ask_one(item: Item, found: Open, console: Console) -> str:
    """Ask until there is an answer that can be carried out; return its key."""
    keys = _CONFLICT if isinstance(item, Conflict) else _PROPOSAL
    while True:
        key = _key(keys, console)
        if key in "sq":
            return key
        try:
            said = _carried_out(_SAME.get(key, key), item, found, console)
        except (UsageError, FileError) as error:
            console.error(str(error))
            continue
        if said:
            console.notice(said)
            return key


def _carried_out(key: str, item: Item, found: Open, console: Console) -> str:
    if key == "a":
        return found.accept(item)
    if key == "r":
        return found.reject(item)
    text = _text(item, console)
    return found.edit(item, text) if text else ""


def _key(keys: dict[str, str], console: Console) -> str:
    menu = ", ".join(f"[{key}]{name[1:]}" if name.startswith(key) else f"[{key}] {name}" for key, name in keys.items())
    while True:
        try:
            answer = console.terminal.input(f"{menu}: ", markup=False, emoji=False).strip().lower()
        except EOFError:
            return "q"
        if answer[:1] in keys and (answer == answer[:1] or keys[answer[:1]].startswith(answer)):
            return answer[:1]


def _text(item: Item, console: Console) -> str:
    """Let a person write: in the editor that the environment names, else on one line."""
    old = item.mine if isinstance(item, Conflict) else item.text
    if os.environ.get("VISUAL") or os.environ.get("EDITOR"):
        import click  # noqa: PLC0415 -- only for an editor

        try:
            return (click.edit(old, extension=".md") or "").strip("\n")
        except click.ClickException as error:
            raise UsageError(
                f"{error.format_message()} Set VISUAL to an editor that runs here, or unset it."
            ) from error
    console.notice(f"Now: {' '.join(old.split())}")
    return console.terminal.input("New (empty changes nothing): ", markup=False, emoji=False).strip()


def _show(item: Item, found: Open, console: Console, place: str) -> None:
    if isinstance(item, Conflict):
        _show_conflict(item, console, place)
    else:
        _show_proposal(item, found, console, place)


def _show_conflict(conflict: Conflict, console: Console, place: str) -> None:
    title = f"{place_of(conflict)}: the draft has changed under your text"
    _print(console, Text(f"\n{place}  {printable(title)}", style="bold"))
    for label, text in (("The draft now", conflict.source), ("Yours", conflict.mine), ("New", conflict.suggestion)):
        _print(
            console, Text.assemble((f"{label}: ", "bold"), printable(text) if text is not None else "(no suggestion)")
        )


def _show_proposal(proposal: Proposal, found: Open, console: Console, place: str) -> None:
    kind = proposal.kind.replace("_", " ")
    _print(console, Text.assemble((f"\n{place}  {kind}: ", "bold"), (printable(proposal.in_words), "bold cyan")))
    _print(console, Text(support_of(proposal), style="dim"))
    known = [found.corrections[name] for name in proposal.evidence if name in found.corrections]
    coloured = console.coloured(on_stdout=False)
    for correction in known[:3]:
        _print(console, Text(f"  {correction.id}  {printable(correction.output or correction.doc)}", style="dim"))
        _print(console, _difference(before(correction), correction.edited, coloured=coloured))


def _difference(old: str, new: str, *, coloured: bool) -> Text:
    text = Text("    ")
    for what, part in word_changes(" ".join(old.split()), " ".join(new.split())):
        style, opening, closing = _STYLES[what]
        text.append(printable(part) if coloured or what == "same" else f"{opening}{printable(part)}{closing}", style)
    return text


def _print(console: Console, text: Text) -> None:
    console.terminal.print(text)
