"""MDX (https://mdxjs.com/docs/what-is-mdx): imports, expressions in braces, and tags that span lines."""

import re
from collections.abc import Iterator

_MODULE = re.compile(rb"^(?:import|export)\s(?:(?!\r?\n[ \t]*\r?\n).)*", re.DOTALL | re.MULTILINE)
_TOKEN = re.compile(
    rb"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|/\*.*?\*/|[{}]",
    re.DOTALL,
)
_TAG_START = re.compile(rb"<[A-Za-z][\w.:-]*(?=[\s/>])")
_ATTRIBUTE = re.compile(rb"\s*(?:[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')|[\w:.-]+\s*=\s*(?=\{)|[\w:.-]+(?!\s*=))")
_TAG_END = re.compile(rb"\s*/?>")
_BRACE = re.compile(rb"\s*\{")
_START = re.compile(rb"^(?:import|export)\s|[<{]", re.MULTILINE)
_LONGEST_EXPRESSION = 20_000  # bytes; an unclosed brace shall not cost a scan of the whole file


def code_ranges(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a body that are JavaScript, in order and not overlapping."""
    position = 0
    while match := _START.search(body, position):
        end = _end(body, match)
        if end is not None:
            yield match.start(), end
        position = end if end is not None else match.start() + 1


def _end(body: bytes, match: re.Match[bytes]) -> int | None:
    if match[0] == b"{":
        return _expression_end(body, match.start())
    if match[0] == b"<":
        return _tag_end(body, match.start())
    module = _MODULE.match(body, match.start())
    return module.end() if module else None


def _expression_end(body: bytes, start: int) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(body, start, start + _LONGEST_EXPRESSION):
        depth += {b"{": 1, b"}": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return None


def _tag_end(body: bytes, start: int) -> int | None:
    """Return the end of a tag that Markdown cannot see as one: it spans lines, or has an expression in it."""
    opening = _TAG_START.match(body, start)
    position = opening.end() if opening else None
    while position is not None:
        if closing := _TAG_END.match(body, position):
            return closing.end() if re.search(rb"[\n{]", body[start : closing.end()]) else None
        position = _attribute_end(body, position)
    return None


def _attribute_end(body: bytes, start: int) -> int | None:
    """Return the end of an attribute's name and quoted value, or of an expression where one stands."""
    brace = _BRACE.match(body, start)
    if brace:
        return _expression_end(body, brace.end() - 1)
    attribute = _ATTRIBUTE.match(body, start)
    return attribute.end() if attribute else None
