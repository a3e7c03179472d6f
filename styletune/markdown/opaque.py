"""Syntax that Markdown parsers do not know and that must reach the output untouched.

Template tags, wikilinks, MDX, attribute lists and the like are overwritten with a filler of the same length before
the parse, so that no parser rule fires inside them while every byte offset stays true. Afterwards each such range is a
mark: it is kept, byte for byte.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

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


_MAX_TAG = 4000  # longer matches are a stray opener that found a closer far away

_VERBATIM = "highlight|raw|rawhtml|comment|verbatim|mermaid|katex|math|code|codeblock|chart|gist"

# Hugo hands the inside of ``{{< name >}}`` to the shortcode as it stands; these customarily render it as Markdown.
_PROSE = (
    "admonition|alert|attention|aside|box|callout|caution|center|column|columns|danger|details|div|expand|hint|info|"
    "important|lead|note|notice|panel|quote|section|spoiler|step|steps|success|tab|tabs|tip|warn|warning"
)

# Openers and closers that may have blank lines between them, because a template engine removes the pair as a whole.
_PAIRED = re.compile(
    rb"\{%-?\s*(" + _VERBATIM.encode() + rb")\b[^%]*%\}.*?\{%-?\s*end\1\s*-?%\}"
    rb"|\{\{<\s*(?!(?:" + _PROSE.encode() + rb")\b)([\w./-]+)(?:(?!\}\}).)*\}\}.*?\{\{<\s*/\s*\2\s*>\}\}"
    rb"|\{\{%\s*(" + _VERBATIM.encode() + rb")\b(?:(?!\}\}).)*\}\}.*?\{\{%\s*/\s*\3\s*%\}\}"
    rb"|\\begin\{(\w+\*?)\}.*?\\end\{\4\}"
    rb"|^[ \t]*\\\[[ \t]*\r?\n.*?\n[ \t]*\\\][ \t]*$",
    re.DOTALL | re.MULTILINE,
)

# In an address, letters beyond ASCII count only in a path (``/wiki/中文``); after a host they are the next word.
_URL_REST = (
    rb"(?:[^\s<>()\[\]\"'`|\\\x80-\xff]|\([^\s<>()\x80-\xff]*\)"
    rb"|(?<=[/=_#?&-])(?:[\xc3-\xdf][\x80-\xbf]|[\xe4-\xed][\x80-\xbf]{2})+)"
)

_TAGS = re.compile(
    rb"\{\{[<%].*?[>%]\}\}"  # Hugo shortcodes
    rb"|\{%.*?%\}|\{\{.*?\}\}"  # Liquid, Jinja
    rb"|\{:[^{}\n]*\}|\{::[^{}\n]*\}"  # kramdown
    rb"|\{[.#][\w-][^{}\n]*\}"  # attribute lists
    rb"|!?\[\[[^\[\]\n]+\]\]"  # wikilinks and embeds
    rb"|\[TOC\]"
    rb"|\[-?@[^\[\]\n]+\](?![(\[:])"  # Pandoc citations
    rb"|(?:(?<=> )|(?<=>))\[!(?!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\r?$)[A-Za-z][\w-]*\][^\r\n]*"  # callouts
    rb"|%%.+?%%"  # Obsidian comments
    rb"|(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:])"  # emoji
    rb"|^[ \t]*:{3,}[^\r\n]*"  # fenced divs
    rb"|(?<=\]\()\{(?:filename|static|attach|author|category|index|tag)\}[^)\r\n]*(?=\))"  # Pelican links
    rb"|\\\([^\r\n]+?\\\)"  # TeX math
    rb"|(?<!\w)(?!(?<=<)[^\s<>]*>)(?:https?|ftp)://" + _URL_REST + rb"*"
    rb"|(?<![\w<.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail addresses
    rb"|\xe2\x9f\xa6|\xe2\x9f\xa7",  # the brackets that marks are made of
    re.DOTALL | re.MULTILINE,
)

_MDX = re.compile(
    rb"^(?:import|export)\s(?:(?!\r?\n[ \t]*\r?\n).)*" + rb"|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}",
    re.DOTALL | re.MULTILINE,
)

_ADMONITION = re.compile(rb"^[ \t]*(!!!|\?\?\?\+?)[ \t]+\S[^\r\n]*", re.MULTILINE)
_SWITCH = re.compile(rb"<!--\s*styletune:off\s*-->.*?(?:<!--\s*styletune:on\s*-->|\Z)", re.DOTALL)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_BLANK_LINE = re.compile(rb"\n[ \t>]*\r?\n")
_URL_TAIL = b".,;:!?*_~"


def view(body: bytes, *, mdx: bool = False) -> View:
    """Overwrite what a Markdown parser would misread; offsets stay true."""
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
    frozen = [Span(*m.span()) for m in _SWITCH.finditer(body) if not _inside(m.start(), code)]
    frozen += [Span(*m.span()) for m in _COMMENT.finditer(body) if _crosses_blocks(m) and not _inside(m.start(), code)]
    return View(bytes(shown), tuple(sorted(spans)), tuple(sorted(frozen)), frozenset(admonitions))


def _crosses_blocks(comment: re.Match[bytes]) -> bool:
    """Tell a comment that the parser cannot see as one: inside a line, it ends at a blank line."""
    return _BLANK_LINE.search(comment[0]) is not None


def filler(length: int) -> bytes:
    """Return bytes that Markdown reads as a word between punctuation, so that emphasis beside it still parses."""
    return b"%" + b"x" * (length - 2) + b"%" if length > 1 else b"%"


def _code_spans(body: bytes) -> list[Span]:
    """Find code that the first parse sees: what looks like a tag in there is an example of one."""
    if not (_TAGS.search(body) or _PAIRED.search(body) or _ADMONITION.search(body) or b"{" in body or b"<!--" in body):
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
    for pattern in (_PAIRED, *((_MDX,) if mdx else ()), _TAGS):
        taken: list[Span] = []
        position = 0
        while match := pattern.search(left, position):
            span = Span(match.start(), _trim_url(match))
            fits = not _inside(span.start, code) and not (pattern is _TAGS and _runs_away(match[0], span, code))
            position = max(span.end, span.start + 1) if fits else span.start + 1
            if fits:
                taken.append(span)
        for span in taken:
            left[span.start : span.end] = filler(span.end - span.start)
        spans += taken
    return _outermost(sorted(spans))


def _outermost(spans: Sequence[Span]) -> list[Span]:
    """Drop spans inside others: a later pattern may span the filler of an earlier one."""
    out: list[Span] = []
    for span in spans:
        if not out or span.start >= out[-1].end:
            out.append(span)
        elif span.end > out[-1].end:
            out[-1] = Span(out[-1].start, span.end)
    return out


def _runs_away(text: bytes | bytearray, span: Span, code: Sequence[Span]) -> bool:
    """Tell a tag from a stray opener whose closer stands in another block or behind some code."""
    if len(text) > _MAX_TAG or _BLANK_LINE.search(text):
        return True
    index = bisect_right(code, (span.start, 1 << 62))
    return index < len(code) and code[index].start < span.end


def _trim_url(match: re.Match[bytes]) -> int:
    end = match.end()
    if match[0].startswith((b"http", b"ftp")):
        while match.string[end - 1] in _URL_TAIL:
            end -= 1
    return end


def _inside(offset: int, spans: Sequence[Span]) -> bool:
    index = bisect_right(spans, (offset, 1 << 62)) - 1
    return index >= 0 and spans[index].start <= offset < spans[index].end
