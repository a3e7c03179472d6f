"""Syntax that Markdown parsers do not know and that must reach the output untouched.

Template tags, wikilinks, MDX, attribute lists and the like are overwritten with a filler of the same length before
the parse, so that no parser rule fires inside them while every byte offset stays true. Afterwards each such range is a
mark: it is kept, byte for byte.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from styletune.markdown.mdx import code_ranges
from styletune.markdown.paired import Pairs
from styletune.markdown.parser import Event, parse


class Span(NamedTuple):
    """A range of bytes, end exclusive."""

    start: int
    end: int


class View(NamedTuple):
    """A body as the parser sees it."""

    body: bytes
    """The body with its opaque ranges overwritten; same length as the original."""

    opaque: tuple[Span, ...]
    """Ranges that are overwritten, in order, not overlapping."""

    frozen: tuple[Span, ...]
    """Ranges in which nothing may be a segment (``<!-- styletune:off -->`` and comments over several blocks)."""

    admonitions: frozenset[int]
    """Offsets at which an admonition marker stands that the parser sees as a list item."""


# In an address, letters beyond ASCII count only in a path (``/wiki/中文``); after a host they are the next word.
_URL_REST = (
    rb"(?:[^\s<>()\[\]\"'`|\\\x80-\xff]|\([^\s<>()\x80-\xff]*\)"
    rb"|(?<=[/=_#?&-])(?:[\xc3-\xdf][\x80-\xbf]|[\xe4-\xed][\x80-\xbf]{2})+)"
)

# Longer matches than 4000 bytes are a stray opener that found a closer far away.
_TAGS = re.compile(
    rb"\{\{[<%].{0,4000}?[>%]\}\}"  # Hugo shortcodes
    rb"|\{%.{0,4000}?%\}|\{\{.{0,4000}?\}\}|\{#[\s-].{0,4000}?#\}"  # Liquid, Jinja
    rb"|\{:[^{}\n]*\}|\{::[^{}\n]*\}"  # kramdown
    rb"|\{[ \t]*[.#][\w-][^{}\n]*\}"  # attribute lists
    rb"|^\*\[[^\[\]\n]+\]:[^\r\n]*"  # abbreviations
    rb"|(?<=[ \t])\^[A-Za-z0-9-]+(?=[ \t]*\r?$)"  # Obsidian block ids
    rb"|!?\[\[[^\[\]\n]+\]\]"  # wikilinks and embeds
    rb"|\[TOC\]"
    rb"|\[-?@[^\[\]\n]+\](?![(\[:])"  # Pandoc citations
    rb"|(?:(?<=> )|(?<=>))\[!(?!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\r?$)[A-Za-z][\w-]*\][^\r\n]*"  # callouts
    rb"|%%.{1,4000}?%%"  # Obsidian comments
    rb"|(?<![\w:]):(?:[a-z][a-z0-9_+-]*|[+-]1|100):(?![\w:])"  # emoji
    rb"|^[ \t]*(?::{3,}|/{3,}(?=[ \t\r\n]))[^\r\n]*"  # fenced divs
    rb"|(?<=\]\()\{(?:filename|static|attach|author|category|index|tag)\}[^)\r\n]*(?=\))"  # Pelican links
    rb"|\\{1,2}\([^\r\n]+?\\\)|\\\\\[[^\r\n]+?\\\\\]|^[ \t]*\\\[[^\r\n]+?\\\][ \t]*\r?$"  # TeX math
    rb"|(?<!\w)(?!(?<=<)[^\s<>]*>)(?:(?:https?|ftp)://(?:\[[0-9A-Fa-f:.]+\])?|www\.(?=[\w-]+\.))" + _URL_REST + rb"*"
    rb"|(?<![\w<.+-])(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail addresses
    rb"|<[A-Za-z][\w-]*(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))+\s*\n[ \t]*/?>"  # a tag whose ``>`` would open a quote
    rb"|\xe2\x9f\xa6|\xe2\x9f\xa7",  # the brackets that marks are made of
    re.DOTALL | re.MULTILINE,
)

_ADMONITION = re.compile(rb"^[ \t]*((?:!!!|\?\?\?\+?)[ \t]+\S|===[!+]?[ \t]+[\"'])[^\r\n]*", re.MULTILINE)
_CURRENCY = re.compile(rb"(?:[A-Za-z]|[\xc3-\xc9][\x80-\xbf])(\$)(?=\d)")  # a formula opens and closes elsewhere
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_SWITCH = re.compile(rb"<!--\s*styletune:off\s*-->.*?(?:<!--\s*styletune:on\s*-->|\Z)", re.DOTALL)
_BLANK_LINE = re.compile(rb"\n[ \t>]*\r?\n")
_URL_TAIL = b".,;:!?*_~"


def view(body: bytes, *, mdx: bool = False) -> View:
    """Overwrite what a Markdown parser would misread; offsets stay true."""
    body = _LONE_RETURN.sub(b"\n", body)  # the parser ends a paragraph there, but no heading
    code = _code_spans(body)
    spans = _opaque_spans(body, code, mdx=mdx)
    shown = bytearray(body)
    for span in spans:
        shown[span.start : span.end] = filler(span.end - span.start)
    admonitions: set[int] = set()
    for match in _ADMONITION.finditer(body):
        start = match.start(1)
        if not _inside(start, code) and not any(span.start <= start < span.end for span in spans):
            admonitions.add(start)
            spans.append(Span(start + 4, match.end()))  # behind the marker that the parser reads
            shown[start : match.end()] = b"-   " + filler(match.end() - start - 4)
    for match in _CURRENCY.finditer(body):
        shown[match.start(1) : match.end(1)] = b"S"  # so that no amount of money opens a formula
    frozen = [Span(*m.span()) for m in _SWITCH.finditer(body) if not _inside(m.start(), code)]
    frozen += [span for span in _long_comments(body) if not _inside(span.start, code)]
    return View(bytes(shown), tuple(sorted(spans)), tuple(sorted(frozen)), frozenset(admonitions))


def _long_comments(body: bytes) -> Iterator[Span]:
    """Yield the comments that the parser cannot see as such: inside a line, one ends at a blank line."""
    end = 0
    while (start := body.find(b"<!--", end)) >= 0 and (closer := body.find(b"-->", start)) >= 0:
        end = closer + 3
        if _BLANK_LINE.search(body, start, end):
            yield Span(start, end)


def filler(length: int) -> bytes:
    """Return bytes that Markdown reads as a word between punctuation, so that emphasis beside it still parses."""
    return b"%" + b"x" * (length - 2) + b"%" if length > 1 else b"%"


def _code_spans(body: bytes) -> list[Span]:
    """Find code that the first parse sees: what looks like a tag in there is an example of one."""
    patterns = (_TAGS, _ADMONITION)
    if not (
        any(sign in body for sign in (b"{", b"<", b"\\", b"$$")) or any(pattern.search(body) for pattern in patterns)
    ):
        return []
    return [
        Span(event.start, event.end)
        for event in parse(body)
        if event.name == "Code" or (event.type == "start" and event.name == "CodeBlock" and _fenced(event))
    ]


def _fenced(event: Event) -> bool:
    return isinstance(event.value, dict) or event.value not in {None, "Indented"}


def _opaque_spans(body: bytes, code: Sequence[Span], *, mdx: bool) -> list[Span]:
    """Find tags, the greedier patterns first; what one pattern took is filler for the next."""
    spans: list[Span] = []
    left = bytearray(body)
    for find in (*((_scripts,) if mdx else ()), _pairs, _tags):
        taken = list(find(bytes(left), code))
        for span in taken:
            left[span.start : span.end] = filler(span.end - span.start)
        spans += taken
    return _outermost(sorted(spans))


def _scripts(body: bytes, code: Sequence[Span]) -> Iterator[Span]:
    return (Span(*found) for found in code_ranges(body) if not _inside(found[0], code))


def _pairs(body: bytes, code: Sequence[Span]) -> Iterator[Span]:
    pairs, position = Pairs(body), 0
    while found := pairs.after(position):
        span = Span(*found)
        shown_as_code = _inside(span.start, code)
        position = span.start + 1 if shown_as_code else span.end
        if not shown_as_code:
            yield span


def _tags(body: bytes, code: Sequence[Span]) -> Iterator[Span]:
    position = 0
    while match := _TAGS.search(body, position):
        indent = len(match[0]) - len(match[0].lstrip(b" \t"))  # it says to which block the line belongs
        span = Span(match.start() + indent, _trim_url(match))
        fits = not _inside(span.start, code) and not _runs_away(match[0], span, code)
        position = max(span.end, span.start + 1) if fits else span.start + 1
        if fits:
            yield span


def _outermost(spans: Sequence[Span]) -> list[Span]:
    """Drop spans inside others: a later pattern may span the filler of an earlier one."""
    out: list[Span] = []
    for span in spans:
        if not out or span.start >= out[-1].end:
            out.append(span)
        elif span.end > out[-1].end:
            out[-1] = Span(out[-1].start, span.end)
    return out


def _runs_away(text: bytes, span: Span, code: Sequence[Span]) -> bool:
    """Tell a tag from a stray opener whose closer stands in another block or behind some code."""
    if _BLANK_LINE.search(text):
        return True
    if text.startswith((b"{{<", b"{{%")) and b"```" not in text and b"~~~" not in text:
        return _inside(span.end - 1, code)  # parameters may be quoted with backticks
    index = bisect_right(code, (span.start, 1 << 62))
    return index < len(code) and code[index].start < span.end


def _trim_url(match: re.Match[bytes]) -> int:
    end = match.end()
    if match[0].startswith((b"http", b"ftp", b"www")):
        while match.string[end - 1] in _URL_TAIL:
            end -= 1
    return end


def _inside(offset: int, spans: Sequence[Span]) -> bool:
    index = bisect_right(spans, (offset, 1 << 62)) - 1
    return index >= 0 and spans[index].start <= offset < spans[index].end
