"""What is open to a decision, in words, and what each decision does."""

from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from styletune.errors import UsageError
from styletune.files.records import Records
from styletune.learning.conflicts import Conflict, decide, open_conflicts
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections
from styletune.learning.observed import before
from styletune.learning.proposal import Proposal
from styletune.learning.proposals import Proposals
from styletune.terminal.console import printable
from styletune.text.counted import counted

Item: TypeAlias = Conflict | Proposal

_SHOWN = 3
"""Corrections that are shown as evidence; all are counted."""


class Open:
    """The open conflicts and proposals of a project."""

    def __init__(self, root: Path) -> None:
        self._records = Records(root)
        self._proposals = Proposals(root)
        self._root = root

    def conflicts(self) -> list[Conflict]:
        """Return the open conflicts, read anew."""
        self._records = Records(self._root)
        return open_conflicts(self._records)

    def proposals(self) -> list[Proposal]:
        """Return the open proposals. Raises ``SettingsError``."""
        return self._proposals.open()

    def find(self, name: str) -> Item:
        """Return what is open under an id. Raises ``UsageError``."""
        items: list[Item] = [*self.conflicts(), *self.proposals()]
        found = next((item for item in items if item.id == name), None)
        if found is not None:
            return found
        decided = next((one for one in self._proposals.decisions() if one.proposal.id == name), None)
        if decided is not None:
            raise UsageError(
                f"{name} was {decided.decision} on {decided.time[:10]}. To open it again: memory forget {name}"
            )
        raise UsageError(f"Nothing is open under {name}. See: styletune memory review --list")

    def accept(self, item: Item) -> str:
        """Accept a proposal, or take the new text of a conflict; say what was done."""
        if isinstance(item, Conflict):
            decide(self._records, item, "take")
            return f"{item.id}: the new text stands in {item.output} now."
        return _accepted(item, self._proposals.accept(item))

    def reject(self, item: Item) -> str:
        """Reject a proposal for good, or keep one's own text in a conflict; say what was done."""
        if isinstance(item, Conflict):
            decide(self._records, item, "keep")
            return f"{item.id}: your text stays in {item.output}."
        self._proposals.reject(item)
        return f"{item.id}: rejected; it is not proposed again."

    def edit(self, item: Item, text: str) -> str:
        """Accept in words of one's own; say what was done."""
        if isinstance(item, Conflict):
            decide(self._records, item, text=text)
            return f"{item.id}: your new text stands in {item.output} now."
        return _accepted(item, self._proposals.accept(item, text=text))

    def nothing(self) -> str:
        """Say why nothing is open."""
        count = len(Corrections(self._root).live())
        if not count:
            return "Nothing is open. Edit what styletune wrote; the next run learns from it, and so does: styletune memory learn"
        corrections = counted(count, "correction")
        return (
            f"Nothing is open. {corrections} so far; a change that you make 3 times in 2 drafts is proposed as a rule."
        )

    @cached_property
    def corrections(self) -> dict[str, Correction]:
        """All corrections by id."""
        return {correction.id: correction for correction in Corrections(self._root).all()}


def _accepted(proposal: Proposal, written: list[str]) -> str:
    return f"{proposal.id}: {'; '.join(written)}" if written else f"{proposal.id}: accepted; it was there already."


def shown_lines(item: Item, found: Open) -> list[str]:
    """Lay an item out as plain lines."""
    lines = _conflict_lines(item) if isinstance(item, Conflict) else _proposal_lines(item, found)
    return [printable(line) for line in lines]


def place_of(conflict: Conflict) -> str:
    """Name the output, and where its text comes from."""
    source = conflict.record.source
    return f"{conflict.output} (from {source}:{conflict.block.line})" if source else conflict.output


def _conflict_lines(conflict: Conflict) -> list[str]:
    return [
        f"{conflict.id}  conflict  {place_of(conflict)}: the draft has changed under your text",
        f"    the draft now:   {_line(conflict.source)}",
        f"    yours:           {_line(conflict.mine)}",
        f"    new suggestion:  {_line(conflict.suggestion) if conflict.suggestion is not None else '(none)'}",
    ]


def _proposal_lines(proposal: Proposal, found: Open) -> list[str]:
    kind = proposal.kind.replace("_", " ")
    return [
        f"{proposal.id}  {kind}  {proposal.in_words}",
        f"    {support_of(proposal)}",
        *evidence_lines(proposal, found),
    ]


def support_of(proposal: Proposal) -> str:
    """Say how much speaks for a proposal, and against it."""
    files = counted(proposal.files, "draft")
    against = f"; {proposal.against} times not" if proposal.against else ""
    by = "the last" if proposal.kind == "summary" else "seen"
    times = f"{proposal.count} corrections" if proposal.kind == "summary" else f"{proposal.count} times"
    return f"{by} {times}, in {files}{against}"


def evidence_lines(proposal: Proposal, found: Open) -> list[str]:
    """Show the last corrections that a proposal comes from, as before and after."""
    known = [found.corrections[name] for name in proposal.evidence if name in found.corrections]
    lines: list[str] = []
    for correction in known[:_SHOWN]:
        lines += [
            f"    {correction.id}  {correction.output or correction.doc}",
            f"      - {_line(before(correction))}",
            f"      + {_line(correction.edited)}",
        ]
    more = len(known) - _SHOWN
    return [*lines, f"    and {more} more"] if more > 0 else lines


def _line(text: str) -> str:
    return " ".join(text.split())
