"""Plain text as Markdown: nothing in it is taken for markup by accident."""

import re
from collections.abc import Iterator

from styletune.text.sentences import ends_sentence
from styletune_training.corpus.converted import Converted
from styletune_training.corpus.encodings import decode
from styletune_training.corpus.escaping import escape, escape_start

_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,}|\^{3,})\s*")
_RULE = re.compile(r"\s*(?:[-=_*~#+·•] ?){3,}\s*")
_BULLET = re.compile(r"(?P<indent>\s*)(?P<sign>[-*+•◦‣·]|\d{1,3}[.)])(?P<space>[ \t]+)(?P<text>\S.*)")
_QUOTED = re.compile(r"\s{0,3}>")
_CODE_INDENT = 4
_LONG = 100
"""Characters of a line that nobody wraps by hand."""

_MOSTLY = 0.6
"""Share of a file's lines that must be long, or end a sentence, for each of them to be a paragraph."""


def from_text(_path_name: str, data: bytes) -> Converted:
    """Return a text as Markdown: paragraphs between empty lines, underlined headings, lists, quotations, code.

    Where lines are paragraphs and no empty line parts them, empty lines are put in between. Raises ``FileError``.
    """
    lines = [line.expandtabs(4).rstrip() for line in decode(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = [line.replace("\f", "") for line in _moved_left(lines)]
    parted = _lines_are_paragraphs(lines)
    if parted:
        lines = [part for line in lines for part in (line.strip(), "")]
    text = "\n".join(line for block in _blocks(lines) for line in _marked_up(block))
    return Converted(text.encode("utf-8"), ".md", "text", has_lines=not parted)


def _moved_left(lines: list[str]) -> list[str]:
    """Take off the indent that all lines have in common."""
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [line[margin:] for line in lines]


def _lines_are_paragraphs(lines: list[str]) -> bool:
    """Tell a text whose lines are paragraphs from one that was wrapped: by its long lines and its sentences' ends."""
    full = [line for line in lines if line.strip()]
    if len(full) < 2 or len(lines) - len(full) > len(full) // 3:  # noqa: PLR2004 - one line is one paragraph anyway
        return False
    ended = sum(ends_sentence(line.strip()) for line in full)
    uneven = max(map(len, full)) > _LONG
    return uneven and ended >= _MOSTLY * len(full)


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Cut lines into runs of full lines, and the empty lines between them."""
    block: list[str] = []
    for line in lines:
        if block and bool(block[-1].strip()) != bool(line.strip()):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _marked_up(block: list[str]) -> Iterator[str]:
    """Write the lines of a block as Markdown, one for one."""
    if not block[0].strip():
        yield from ("" for _ in block)
    elif all(line.startswith(" " * _CODE_INDENT) for line in block) and not _is_item(block[0]):
        yield from block
    elif all(_QUOTED.match(line) for line in block):
        yield from (_quotation(line) for line in block)
    elif _is_item(block[0]) or sum(map(_is_item, block)) > 1:
        yield from (_listed(line) for line in block)
    else:
        yield from _paragraph(block)


def _is_item(line: str) -> bool:
    return _BULLET.fullmatch(line) is not None and _RULE.fullmatch(line) is None


def _paragraph(block: list[str]) -> Iterator[str]:
    for index, line in enumerate(block):
        text = line.strip()
        heading = index == 1 and _UNDERLINE.fullmatch(line) and _is_underline(block[0].strip(), text)
        if heading:
            yield "=" * len(text) if text.startswith("=") else "-" * len(text)
        elif _RULE.fullmatch(line):
            yield "***"
        else:
            yield escape_start(escape(text))


def _is_underline(title: str, line: str) -> bool:
    """Tell whether a line is about as long as the title above it; a CJK character takes two columns."""
    from styletune.text.wrap import display_width  # noqa: PLC0415 - few texts have headings

    width = display_width(title)
    return width // 2 <= len(line) <= 2 * width + 2 and not _RULE.fullmatch(title)


def _quotation(line: str) -> str:
    sign, _, text = line.partition(">")
    return f"{sign}> {escape_start(escape(text.strip()))}".rstrip()


def _listed(line: str) -> str:
    """Write a line of a list: an item's first, or one that goes on with it."""
    item = _BULLET.fullmatch(line)
    if item is None:
        return line[: len(line) - len(line.lstrip())] + escape_start(escape(line.strip()))
    sign = item["sign"] if item["sign"][0].isdigit() else "-"
    return f"{item['indent']}{sign}{item['space'][:1]}{escape_start(escape(item['text']))}"
