"""A file's changes, before and after, word by word."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.rule import Rule
from rich.text import Text

from styletune.report import FileReport, SegmentReport
from styletune.terminal.console import printable
from styletune.terminal.wording import name, reasons
from styletune.text.tokens import tokens

Change = tuple[Literal["same", "removed", "added"], str]

MOSTLY_NEW = 0.35
"""Share of common tokens below which single words are not marked: all would be."""

_STYLES = {"removed": "red strike", "added": "bold green"}
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}


def word_changes(before: str, after: str) -> list[Change]:
    """Compare two texts by words; characters in unspaced scripts such as Chinese.

    Joining the same and the removed parts gives ``before``, the same and the added parts ``after``.
    """
    old, new = tokens(before), tokens(after)
    changes: list[Change] = []
    for step in Indel.opcodes(old, new):
        removed, added = "".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])
        if step.tag == "equal":
            changes.append(("same", removed))
        elif step.tag == "delete":
            changes.append(("removed", removed))
        else:
            changes.append(("added", added))
    return _with_bridged_spaces(changes)


def before_and_after(report: FileReport, *, coloured: bool) -> RenderableType:
    """Lay out the changed and the flagged segments of a file; without colour, changed words are in brackets."""
    shown = [segment for segment in report.segments if segment.status == "flagged" or segment.source != segment.target]
    parts: list[RenderableType] = []
    for segment in shown:
        parts += [_heading(report.path, segment), *_body(segment, coloured=coloured), Text("")]
    return Group(*parts) if parts else Text(f"{printable(name(report.path))}: nothing changed")


def _heading(path: str, segment: SegmentReport) -> RenderableType:
    title = Text(f"{printable(name(path))}:{segment.line}", style="bold")
    title.append(f"  {segment.kind.value.replace('_', ' ')}", style="dim not bold")
    return Rule(title, align="left", style="dim", characters="─")


def _body(segment: SegmentReport, *, coloured: bool) -> Iterator[RenderableType]:
    if segment.status == "flagged":
        yield _Row("=", Text(printable(segment.source)), "yellow")
        yield _Row(" ", Text(f"kept your text: {reasons(map(printable, segment.reasons))}", style="italic"), "yellow")
        return
    changes = word_changes(segment.source, segment.target)
    detailed = _share_of_same(changes) >= MOSTLY_NEW
    yield _Row("-", _side(changes, "removed", coloured=coloured, detailed=detailed), "red")
    yield _Row("+", _side(changes, "added", coloured=coloured, detailed=detailed), "green")


@dataclass(frozen=True, slots=True)
class _Row:
    """A sign in a margin of its own; the text wraps beside it, measured in terminal cells."""

    sign: str
    text: Text
    style: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        margin = Text(f"{self.sign} ", style=f"bold {self.style}")
        for line in self.text.wrap(console, max(options.max_width - len(margin), 1), overflow="fold"):
            line.rstrip()
            yield Text.assemble(margin, line)
            margin = Text("  ")


def _side(changes: list[Change], side: Literal["removed", "added"], *, coloured: bool, detailed: bool) -> Text:
    text = Text()
    for what, part in changes:
        if what == "same" or (what == side and not detailed):
            text.append(printable(part))
        elif what == side and coloured:
            text.append(printable(part), style=_STYLES[side])
        elif what == side:
            opening, closing = _MARKS[side]
            text.append(f"{opening}{printable(part)}{closing}")
    return text


def _share_of_same(changes: list[Change]) -> float:
    total = sum(len(part) * (2 if what == "same" else 1) for what, part in changes)
    return sum(2 * len(part) for what, part in changes if what == "same") / total if total else 1.0


def _with_bridged_spaces(changes: list[Change]) -> list[Change]:
    """Join neighbouring changes that only a space keeps apart: phrases read better than confetti."""
    joined: list[Change] = []
    removed = added = ""
    for index, (what, part) in enumerate(changes):
        following = changes[index + 1][0] if index + 1 < len(changes) else "same"
        bridge = what == "same" and part.isspace() and bool(removed or added) and following != "same"
        removed += part if what == "removed" or bridge else ""
        added += part if what == "added" or bridge else ""
        if what == "same" and not bridge:
            joined += _pair(removed, added)
            joined.append((what, part))
            removed = added = ""
    return joined + _pair(removed, added)


def _pair(removed: str, added: str) -> list[Change]:
    pair: list[Change] = [("removed", removed), ("added", added)]
    return [change for change in pair if change[1]]
