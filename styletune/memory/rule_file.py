"""``.stylerules``: of its sections, only ``## Voice`` and ``## Rules`` enter prompts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher  # rapidfuzz would take longer to load than the file to read
from pathlib import Path

from styletune.errors import SettingsError
from styletune.memory.rule_text import Line, cut_rules, in_order, read_lines, read_text
from styletune.project import RULE_FILE

SECTIONS = ("Voice", "Rules")
"""Headings of level 2 whose text enters prompts; everything else in the file is for people."""

_ALIKE = 0.72
"""Likeness of two headings, 0 to 1, from which one is taken for a misspelling of the other."""

_GLUED = re.compile(r"\s{0,3}#{1,6}(voice|rules)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What of a rule file enters prompts."""

    rules: tuple[str, ...] = ()
    """Whole rules in the order of the file, each an item of a Markdown list."""

    lines: tuple[int, ...] = ()
    """Where each of them begins."""

    notices: tuple[str, ...] = ()
    """What a person should know, such as a file of which nothing enters prompts."""


def read_rule_file(path: Path, shown: str = RULE_FILE) -> RuleFile:
    """Read a rule file; ``shown`` names it in messages.

    Raises ``SettingsError`` with one line a problem, each with line and column: nothing is skipped silently.
    """
    return parse_rule_file(read_text(path, shown), shown)


def parse_rule_file(text: str, shown: str = RULE_FILE) -> RuleFile:
    """Read the text of a rule file; ``shown`` names it in messages. Raises ``SettingsError`` as ``read_rule_file`` does."""
    lines, problems = read_lines(text, shown)
    problems += _heading_problems(lines, shown)
    if problems:
        raise SettingsError(in_order(problems, shown))
    sections = _sections(lines)
    rules = cut_rules([line for name in sections for line in sections[name]])
    return RuleFile(
        tuple(rule.text for rule in rules),
        tuple(rule.line for rule in rules),
        notices=tuple(_notices(lines, sections, shown)),
    )


def _sections(lines: list[Line]) -> dict[str, list[Line]]:
    """Collect the lines of the two sections, in the order of the file."""
    sections: dict[str, list[Line]] = {}
    section: list[Line] | None = None
    for line in lines:
        if line.heading in (1, 2):
            name = _known(line.text) if line.heading == 2 else None  # noqa: PLR2004 - the level of ## headings
            section = None if name is None else sections.setdefault(name, [])
            if section is not None:
                section.append(Line(line.number, ""))  # a border: what stands above does not go on below
        elif section is not None:
            section.append(line)
    return sections


def _heading_problems(lines: list[Line], shown: str) -> Iterator[str]:
    first: dict[str, int] = {}
    above = 0
    for line in lines:
        place = f"{shown}:{line.number}:1"
        glued = None if line.fenced or line.heading else _GLUED.match(line.text)
        name = _known(line.text) if line.heading else None
        if glued:
            yield f"{place} a heading needs a blank behind its #. Write: ## {glued[1].capitalize()}"
        elif name and line.heading == 2:  # noqa: PLR2004 - the level of ## headings
            if name in first:
                again = f'"## {name}" stands here a second time; the first is in line {first[name]}'
                yield f"{place} {again}. Make one section of the two."
            first.setdefault(name, line.number)
        elif name and (line.heading == 1 or not above):
            yield f'{place} "{"#" * line.heading} {line.text}" has the wrong level. Write: ## {name}'
        elif line.heading == 2 and (meant := _nearest(line.text)):  # noqa: PLR2004 - the level of ## headings
            why = "Only ## Voice and ## Rules enter prompts"
            yield f'{place} "## {line.text}" is no known section. Did you mean "## {meant}"? {why}.'
        above = line.heading if line.heading in (1, 2) else above


def _known(heading: str) -> str | None:
    text = heading.strip().rstrip(":：").casefold()
    return next((name for name in SECTIONS if name.casefold() == text), None)


def _nearest(heading: str) -> str | None:
    likeness = {name: SequenceMatcher(None, heading.strip().casefold(), name.casefold()).ratio() for name in SECTIONS}
    name = max(SECTIONS, key=lambda name: likeness[name])
    return name if likeness[name] >= _ALIKE else None


def _notices(lines: list[Line], sections: dict[str, list[Line]], shown: str) -> Iterator[str]:
    if not sections and any(line.text.strip() for line in lines):
        yield f"{shown} has neither a section ## Voice nor a section ## Rules, so nothing of it enters prompts."
