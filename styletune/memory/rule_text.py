"""The text of a rule file, cut into whole rules; what is malformed is named by line and column."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from styletune.errors import SettingsError
from styletune.files.failures import in_words
from styletune.text.wrap import unwrap

MOST_BYTES = 256 * 1024
"""More than any prompt holds: such a file is no rule file."""

_TOKEN = re.compile(
    r"""(?P<fence> ^[ \t]*(?:[-*+][ \t]+)? (?P<ticks> `{3,}(?=[^`\n]*$) | ~{3,}) [^\n]*$
          (?: .*? ^[ \t]* (?P=ticks)[`~]* [ \t]*$ | (?P<open>) ))
      | (?P<code> (?<!`) (?P<span>`++) (?: (?! \n[ \t]*\n ) . )+? (?<!`) (?P=span) (?!`) )
      | (?P<comment> [ \t]* <!-- .*? --> )
      | (?P<unclosed> <!-- )""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_RULER = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7}) |={7}$")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
_VERBATIM = re.compile(r"[ \t]*(?:[>|]|`{3}|~{3})")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rule file without its comments."""

    number: int
    """From 1."""

    text: str
    fenced: bool = False
    """It belongs to a code fence."""

    heading: int = 0
    """Level of the heading that this line is, 1 to 6; ``text`` is the heading's then."""


def read_text(path: Path, shown: str) -> str:
    """Read a file written by hand; ``shown`` names it in errors. Raises ``SettingsError``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{shown} cannot be read: {in_words(error)}.") from error
    if len(data) > MOST_BYTES:
        size = f"{len(data) // 1024} KiB"
        raise SettingsError(f"{shown} has {size}, more than any prompt can hold. Keep what matters, below 256 KiB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = position(data.decode("latin-1"), error.start)
        found = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise SettingsError(f"{shown}:{line}:{column} {found}. Save the file as UTF-8.") from error
    if "\x00" in text:
        line, column = position(text, text.index("\x00"))
        raise SettingsError(f"{shown}:{line}:{column} a NUL byte: this is no text file.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of an offset into a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def in_order(problems: Sequence[str], shown: str) -> str:
    """Join problems that begin with ``SHOWN:LINE:COLUMN`` in the order of their lines."""
    return "\n".join(sorted(problems, key=lambda problem: int(problem.removeprefix(f"{shown}:").split(":", 1)[0])))


def read_lines(text: str, shown: str, *, first: int = 1) -> tuple[list[Line], list[str]]:
    """Split Markdown into lines without comments, and list what is malformed.

    ``first`` is the number of the text's first line in its file.
    """
    fenced: set[int] = set()
    problems: list[str] = []

    def strip(match: re.Match[str]) -> str:
        line, column = position(text, match.start())
        place = f"{shown}:{line + first - 1}:{column}"
        if match["fence"] is not None:
            fenced.update(range(line, line + match[0].count("\n") + 1))
            if match["open"] is not None:
                problems.append(f"{place} this code fence is never closed. End it with a line {match['ticks']}")
        elif match["unclosed"] is not None:
            problems.append(f"{place} this comment is never closed. End it with -->")
        elif match["comment"] is not None:
            return "\n" * match[0].count("\n")
        return match[0]

    stripped = _TOKEN.sub(strip, text).split("\n")
    lines = [Line(number, line, number in fenced) for number, line in enumerate(stripped, 1)]
    problems += (
        f"{shown}:{line.number + first - 1}:1 an unresolved merge conflict. Choose one side."
        for line in lines
        if not line.fenced and _CONFLICT.match(line.text)
    )
    return list(_with_headings(lines, first - 1)), problems


def _with_headings(lines: Sequence[Line], above: int) -> Iterator[Line]:
    before, underlined = "", False
    for line, below in zip(lines, [*lines[1:], Line(0, "")], strict=True):
        number = line.number + above
        heading = None if line.fenced else _HEADING.fullmatch(line.text)
        underline = None if line.fenced or below.fenced else _UNDERLINE.fullmatch(below.text)
        if underlined:
            underlined = False
        elif heading is not None:
            yield Line(number, (heading[2] or "").strip(), heading=len(heading[1]))
        elif underline is not None and _may_be_underlined(line.text, before):
            yield Line(number, line.text.strip(), heading=1 if underline[1].startswith("=") else 2)
            underlined = True
        elif line.fenced or not _RULER.fullmatch(line.text):
            yield Line(number, line.text.rstrip(), line.fenced)
        before = line.text


def _may_be_underlined(text: str, before: str) -> bool:
    """Tell whether a line that stands above ``---`` is a heading of one line."""
    return bool(text.strip()) and not before.strip() and not text.startswith((" " * 4, "\t")) and not _ITEM.match(text)


@dataclass(frozen=True, slots=True)
class Rule:
    """A whole rule."""

    text: str
    """An item of a Markdown list."""

    line: int
    """Where it begins in its file."""


def cut_rules(lines: Sequence[Line]) -> list[Rule]:
    """Cut the lines of a section into whole rules, each an item of a list.

    A list item with everything below it is one rule, and so is a paragraph. A heading goes with the rule behind it.
    """
    rules: list[list[str]] = []
    numbers: list[int] = []
    lead, gap = "", True
    outermost = min((len(found[1]) for line in lines if (found := _opens_item(line))), default=0)
    for line in lines:
        item = _opens_item(line)
        if line.heading:
            lead, gap = line.text.rstrip(":："), True
        elif not line.text.strip():
            gap = True
        else:
            new = bool(item and len(item[1]) <= outermost)
            indented = line.fenced or line.text[:1] in " \t"
            if not rules or lead or new or (gap and not indented and not item):
                rules.append([f"{lead}: "] if lead else [""])
                numbers.append(line.number)
                lead = ""
                _begin(rules[-1], line, item)
            else:
                _continue(rules[-1], line, item)
            gap = False
    whole = zip(rules, numbers, strict=True)
    return [Rule("- " + "\n  ".join(rule), number) for rule, number in whole if "".join(rule).strip()]


def _opens_item(line: Line) -> re.Match[str] | None:
    return None if line.fenced or line.heading else _ITEM.match(line.text)


def _begin(rule: list[str], line: Line, item: re.Match[str] | None) -> None:
    text = line.text[item.end() :] if item else line.text
    if line.fenced and not rule[0]:
        rule[0] = "For example:"
    if line.fenced:
        rule.append(text)
    else:
        rule[0] += text.strip()


def _continue(rule: list[str], line: Line, item: re.Match[str] | None) -> None:
    """Add a line: a code line as it is, an item below as an item, and wrapped text to what it continues."""
    if line.fenced or _VERBATIM.match(line.text):
        rule.append(line.text if line.fenced else line.text.strip())
    elif item:
        rule.append("- " + line.text[item.end() :].strip())
    elif _VERBATIM.match(rule[-1]):
        rule.append(line.text.strip())
    else:
        rule[-1] = unwrap(f"{rule[-1]}\n{line.text.strip()}")
