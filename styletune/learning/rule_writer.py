"""Rules put into a project's rule file, and taken out of it; whatever else stands in the file stays as it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from styletune.config.load import load_config
from styletune.config.starter import RULES
from styletune.errors import UsageError
from styletune.learning.hand_written import change_text, readable
from styletune.memory.memory_files import shown as name_of
from styletune.memory.rule_file import SECTIONS, parse_rule_file
from styletune.memory.rule_text import Line, read_lines, read_text
from styletune.project import RULE_FILE

_ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<sign>[-*+]|\d{1,9}[.)])[ \t]+")
_PROVENANCE = re.compile(r"<!-- (?:learned|added) (?P<day>\d{4}-\d\d-\d\d)(?: from (?P<ids>[^>]*?))? -->")
_MOST_IDS = 12
"""Ids that a comment names; more evidence makes no rule truer."""

_MOST_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule and where it stands."""

    number: int
    """From 1, in the order of the file."""

    text: str
    """Without its list sign."""

    file: str
    """The rule file as messages name it."""

    line: int
    end: int
    """Its last line."""

    learned: str = ""
    """The day it was added by styletune, as YYYY-MM-DD; empty if a person wrote it into the file."""

    evidence: tuple[str, ...] = ()
    """Ids of the corrections it came from."""

    @property
    def place(self) -> str:
        """Its file and line."""
        return f"{self.file}:{self.line}"


def rule_file(root: Path) -> Path:
    """Return the rule file that the project's settings name, which may not exist. Raises ``SettingsError``."""
    return root / (load_config(root).top.rules or RULE_FILE)


def rules_of(root: Path) -> list[PlacedRule]:
    """List the rules of a project's rule file, each with its lines and where it came from. Raises ``SettingsError``."""
    path = rule_file(root)
    name = name_of(path, root)
    return _placed(read_text(path, name), name) if path.exists() else []


def provenance(day: date, evidence: Sequence[str] = ()) -> str:
    """Say in words, without any markup, when something was learned, and from which corrections."""
    if not evidence:
        return f"added {day.isoformat()}"
    more = f" and {len(evidence) - _MOST_IDS} more" if len(evidence) > _MOST_IDS else ""
    return f"learned {day.isoformat()} from {', '.join(evidence[:_MOST_IDS])}{more}"


def add_rule(root: Path, text: str, *, section: str = "Rules", why: str = "") -> PlacedRule | None:
    """Add a rule at the end of a section of the project's rule file; return it, or ``None`` if it is there already.

    Arguments: ``why`` is its ``provenance``, which becomes a comment on the same line and never enters a prompt. Raises
    ``UsageError`` if the text can be no rule of its own, ``SettingsError`` if the file cannot be read back, and
    ``FileError``; nothing is changed then.
    """
    rule, heading = _checked(text), _section(section)
    path = rule_file(root)
    name = name_of(path, root)

    def change(before: str) -> str:
        old = parse_rule_file(before, name).rules
        if any(known.casefold() == f"- {rule}".casefold() for known in old):
            return before
        after = _with_rule(
            before if before.strip() else RULES, name, heading, f"{rule} <!-- {why} -->" if why else rule
        )
        readable(lambda: parse_rule_file(after, name))
        if not _one_more(old, parse_rule_file(after, name).rules, f"- {rule}"):
            raise UsageError(
                f"“{rule}” cannot be added to {name} as a rule of its own. Write it into the file by hand."
            )
        return after

    if not change_text(path, name, change):
        return None
    return next(placed for placed in rules_of(root) if placed.text == rule)


def remove_rule(root: Path, rule: PlacedRule) -> None:
    """Remove a rule, with its comment, from the project's rule file.

    Raises ``UsageError`` if the file has changed, or if the rule cannot be cut out alone; nothing is changed then.
    """
    path = rule_file(root)
    name = name_of(path, root)

    def change(before: str) -> str:
        old = _placed(before, name)
        if rule not in old:
            raise UsageError(f"{rule.place} has changed meanwhile; it was left as it is now. Run this again.")
        lines = before.split("\n")
        after = "\n".join([*lines[: rule.line - 1], *lines[rule.end :]])
        readable(lambda: parse_rule_file(after, name))
        if [placed.text for placed in _placed(after, name)] != [other.text for other in old if other != rule]:
            raise UsageError(f"{rule.place} cannot be removed without changing another rule. Remove it by hand.")
        return after

    change_text(path, name, change)


def _checked(text: str) -> str:
    rule = " ".join(text.split())
    rule = _ITEM.sub("", rule, count=1) if _ITEM.match(rule) else rule
    if not any(char.isalnum() for char in rule):
        raise UsageError(f"“{rule}” holds no word, so it can be no rule.")
    if len(rule) > _MOST_CHARACTERS:
        raise UsageError(f"A rule of {len(rule)} characters is too long: {_MOST_CHARACTERS} at most. Make two of it.")
    if "<!--" in rule or "-->" in rule:
        raise UsageError("A rule cannot hold a comment (<!-- … -->): comments never enter a prompt.")
    return rule


def _section(name: str) -> str:
    found = next((known for known in SECTIONS if known.casefold() == name.strip().casefold()), None)
    if found is None:
        raise UsageError(f"There is no section “{name}” for rules. Choose Rules or Voice: --section Rules")
    return found


def _one_more(old: Sequence[str], new: Sequence[str], rule: str) -> bool:
    return any((*new[:at], *new[at + 1 :]) == tuple(old) for at, text in enumerate(new) if text == rule)


def _with_rule(text: str, name: str, section: str, rule: str) -> str:
    """Put a rule behind the last line of a section, in the manner of the list that stands there."""
    lines = text.rstrip("\n").split("\n")
    headings = [line for line in read_lines(text, name)[0] if line.heading in (1, 2)]
    at = next((number for number, line in enumerate(headings) if _is(line, section)), None)
    if at is None:
        return "\n".join([*lines, "", f"## {section}", "", f"- {rule}", ""])
    first = headings[at].number
    end = headings[at + 1].number - 1 if at + 1 < len(headings) else len(lines)
    while end > first and not lines[end - 1].strip():
        end -= 1
    items = [found for line in lines[first:end] if (found := _ITEM.match(line))]
    indent = min((found["indent"] for found in items), key=len, default="")
    sign = items[-1]["sign"] if items and items[-1]["sign"] in "-*+" else "-"
    joins = bool(_ITEM.match(lines[end - 1]) or lines[end - 1][:1] in (" ", "\t")) and not _closes(lines[end - 1])
    gap_below = [""] if end < len(lines) and lines[end].strip() else []
    new = [*([] if joins else [""]), f"{indent}{sign} {rule}", *gap_below]
    return "\n".join([*lines[:end], *new, *lines[end:], ""])


def _closes(line: str) -> bool:
    """Tell whether a line may end a comment or a fence that began above, so that no list can be seen to go on."""
    return (line.rstrip().endswith("-->") and "<!--" not in line) or line.strip().startswith(("```", "~~~"))


def _is(line: Line, section: str) -> bool:
    return line.heading == 2 and line.text.strip().rstrip(":：").casefold() == section.casefold()  # noqa: PLR2004


def _placed(text: str, name: str) -> list[PlacedRule]:
    """Find each rule's lines: the rules stand in the order of the lines, and each begins with the text of one."""
    raw = text.split("\n")
    lines = list(_section_lines(text, name))
    starts: list[tuple[str, int]] = []
    at = 0
    for rule in (rule.removeprefix("- ") for rule in parse_rule_file(text, name).rules):
        start = next((index for index in range(at, len(lines)) if _begins(rule, lines[index])), at)
        starts.append((rule, start))
        at = start + 1
    return [
        _placed_rule(number, rule, lines[start : starts[number][1] if number < len(starts) else len(lines)], raw, name)
        for number, (rule, start) in enumerate(starts, 1)
    ]


def _placed_rule(number: int, rule: str, lines: Sequence[Line], raw: Sequence[str], name: str) -> PlacedRule:
    """Take the lines up to the next rule, as far as they hold text of this one: a heading belongs to what follows."""
    own = [line for index, line in enumerate(lines) if line.text.strip() and (not line.heading or index == 0)]
    headings = [line.number for line in lines[1:] if line.heading]
    own = [line for line in own if not headings or line.number < headings[0]]
    first, last = own[0].number, own[-1].number
    found = _PROVENANCE.search("\n".join(raw[first - 1 : last]))
    ids = re.findall(r"c[0-9a-f]{8}", found["ids"] or "") if found else []
    return PlacedRule(number, rule, name, first, last, found["day"] if found else "", tuple(ids))


def _section_lines(text: str, name: str) -> Iterator[Line]:
    inside = False
    for line in read_lines(text, name)[0]:
        if line.heading in (1, 2):
            inside = any(_is(line, section) for section in SECTIONS)
        elif inside:
            yield line


def _begins(rule: str, line: Line) -> bool:
    if not line.text.strip() or line.heading:
        return False
    first = rule.split("\n", 1)[0].rstrip()
    if line.fenced:
        return first.endswith(":")
    opened = _ITEM.match(line.text)
    piece = (line.text[opened.end() :] if opened else line.text).strip()
    return bool(piece and (first.startswith(piece) or f": {piece}" in first))
