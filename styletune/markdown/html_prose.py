"""Prose inside HTML blocks that ask for Markdown (``markdown="1"``, as kramdown and Python-Markdown read it)."""

import re
from collections.abc import Iterator, Sequence

from styletune.markdown.opaque import Span

_TAG = re.compile(rb"<!--.*?-->|<(/?)([A-Za-z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>", re.DOTALL)
_WANTS_MARKDOWN = re.compile(rb"\bmarkdown\s*=\s*[\"']?(?:1|span|block)\b")
_VOID = frozenset(b"area base br col embed hr img input link meta source track wbr".split())
_INLINE = frozenset(
    b"a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q s samp small span strong sub sup time u var".split()
)


def prose_chunks(body: bytes, blocks: Sequence[Span]) -> Iterator[Span]:
    """Yield the ranges of HTML blocks that are Markdown: text under an element with ``markdown="1"``.

    An element stays open over several blocks, since a blank line ends an HTML block but not its element.
    """
    stack: list[tuple[bytes, bool]] = []
    for block in blocks:
        cursor = block.start
        for tag in _TAG.finditer(body, block.start, block.end):
            if not _separates(tag, body, block):
                continue
            if stack and stack[-1][1]:
                yield from _chunk(body, cursor, tag.start())
            _move(stack, tag)
            cursor = tag.end()
        if stack and stack[-1][1]:
            yield from _chunk(body, cursor, block.end)


def _separates(tag: re.Match[bytes], body: bytes, block: Span) -> bool:
    """Tell a tag that stands between chunks from one that belongs to running text."""
    if tag[2] is None or tag[2].lower() not in _INLINE:
        return True
    line_start = max(body.rfind(b"\n", 0, tag.start()) + 1, block.start)
    line_end = body.find(b"\n", tag.end())
    line_end = block.end if line_end < 0 else min(line_end, block.end)
    return not body[line_start : tag.start()].strip() and not body[tag.end() : line_end].strip()


def _move(stack: list[tuple[bytes, bool]], tag: re.Match[bytes]) -> None:
    if tag[2] is None or tag[2].lower() in _VOID or tag[4]:
        return
    name = tag[2].lower()
    if not tag[1]:
        stack.append((name, bool(_WANTS_MARKDOWN.search(tag[3]))))
    elif any(name == opened for opened, _ in stack):
        while stack.pop()[0] != name:
            pass


def _chunk(body: bytes, start: int, end: int) -> Iterator[Span]:
    text = body[start:end]
    if text.strip():
        yield Span(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
