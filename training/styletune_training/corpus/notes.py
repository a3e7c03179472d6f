"""Markdown files; in exports of note apps, what these add to Markdown becomes plain text or goes.

Obsidian, Logseq, Roam, Notion, Bear and Joplin each have signs of their own. Lines are emptied, never taken out, so
that a line of the result is the same line of the file.
"""

import re
from pathlib import PurePath

from styletune.markdown.front_matter import find
from styletune.markdown.opaque import view
from styletune.markdown.parser import Event, parse
from styletune_training.corpus.converted import Converted
from styletune_training.corpus.encodings import as_utf8
from styletune_training.corpus.note_properties import notion_properties

_SIGNS = re.compile(
    rb"\[\[[^\[\]\n]+\]\]|^[ \t]*(?:[-*+][ \t]+)?[\w\x80-\xff-]+::(?:[ \t]|$)|[\[(][\w -]+::[ \t]|[ \t]\^[A-Za-z0-9-]+[ \t]*$"
    rb"|^[ \t]*>[ \t]*\[!|%%|^[ \t]*(?:[-*+][ \t]+)?(?:#[\w/\x80-\xff-]+#?[ \t]*)+\r?$|==\S|\^\^\S|\(\([\w-]{9,}\)\)|\]\(:/[0-9a-f]{32}|^[ \t]*:LOGBOOK:"
    rb"|^[ \t]*[-*+][ \t]+(?:TODO|DOING|DONE|NOW|LATER|WAITING|CANCELED)[ \t]|\{\{\[\[",
    re.MULTILINE,
)
_TAG_LINE = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?((?:#[\w/-]*[^\W\d][\w/-]*#?(?:[ \t]+|$))+)$", re.MULTILINE)
_LINE_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^([ \t]*(?:>[ \t]*)*)(?:[-*+][ \t]+)?[\w\-/\u4e00-\u9fff]+::(?:[ \t].*)?$", re.MULTILINE), r"\1"),
    (re.compile(r"^([ \t]*)(?:SCHEDULED|DEADLINE):[ \t]*<[^>\n]*>[ \t]*$", re.MULTILINE), r"\1"),
    (_TAG_LINE, ""),
    (re.compile(r"^([ \t]*[-*+][ \t]+)(?:TODO|DOING|DONE|NOW|LATER|WAITING|CANCELED)[ \t]+", re.MULTILINE), r"\1"),
)
_DRAWER = re.compile(r"^[ \t]*:LOGBOOK:[ \t]*$.*?^[ \t]*:END:[ \t]*$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"%%.*?%%", re.DOTALL)
_INLINE_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\{\{\[\[[^\[\]\n]*\]\]\}\}[ \t]?"), ""),  # Roam's {{[[TODO]]}}
    (re.compile(r"\{\{(?:embed|query|video|renderer)\b[^{}\n]*\}\}"), ""),
    (re.compile(r"!\[\[[^\[\]\n]+\]\][ \t]?"), ""),
    (re.compile(r"#\[\[([^\[\]\n]+)\]\]"), r"\1"),
    (re.compile(r"[ \t]*\(\([\w-]{9,}\)\)"), ""),  # a reference to another block
    (re.compile(r"[ \t]+\^[A-Za-z0-9-]+(?=[ \t]*$)", re.MULTILINE), ""),
    (re.compile(r"^\^[A-Za-z0-9-]+(?=[ \t]*$)", re.MULTILINE), ""),
    (re.compile(r"\[[\w -]+::[ \t]+([^\[\]\n]*)\](?!\()|\([\w -]+::[ \t]+([^()\n]*)\)"), r"\1\2"),
    (re.compile(r"==(?=\S)([^=\n]+?)(?<=\S)=="), r"\1"),
    (re.compile(r"\^\^(?=\S)([^^\n]+?)(?<=\S)\^\^"), r"\1"),
    (re.compile(r"!\[[^\[\]\n]*\]\(:/[0-9a-f]{32}[^)\n]*\)"), ""),
    (re.compile(r"\[([^\[\]\n]+)\]\(:/[0-9a-f]{32}[^)\n]*\)"), r"\1"),
)
_WIKILINK = re.compile(r"\[\[([^\[\]\n|]+)(?:\|([^\[\]\n]*))?\]\]")
_CALLOUT = re.compile(r"[ \t]{0,3}>[ \t]?\[!(?P<kind>[\w-]+)(?:\|[^\]\n]*)?\][+-]?[ \t]*(?P<title>.*)")
_QUOTED = re.compile(r"[ \t]{0,3}>[ \t]?")
_FIRST = 0xF0000
_STAND_IN = re.compile(f"([{chr(_FIRST)}-\U0010fffd])(\n*)")
"""Characters of the private planes; a file that holds any is left as it is."""

_OF_OTHERS = frozenset({"quote", "cite"})
"""Callouts that hold other people's words."""

_OF_APPS = (b"[[", b"![[", b"%%", b"^", b"[!", b"{{[[", b"{{embed", b"{{query", b"{{video", b"{{renderer")
"""Beginnings of what the parser lets stand and is changed here."""


def from_markdown(path_name: str, data: bytes) -> Converted:
    """Return a Markdown file in UTF-8; the additions of note apps become plain text where they occur.

    Code stays as it is, and so does front matter. Raises ``FileError`` for what is no text.
    """
    data = as_utf8(data)
    suffix = ".mdx" if PurePath(path_name).suffix.lower() == ".mdx" else ".md"
    header = find(data)
    start = header.end if header else 0
    head, text = data[:start], data[start:]
    notion, said = notion_properties(path_name, text.decode())
    tags: tuple[str, ...] = said.tags
    if (notion != text.decode() or _SIGNS.search(text)) and not _STAND_IN.search(notion):
        kept = _Kept()
        hidden = kept.hide(_without_callouts(notion))
        tags += _tags(hidden)
        text = kept.show(_plain(hidden)).encode()
    return Converted(head + text, suffix, "markdown", said.title, said.date, None, tuple(dict.fromkeys(tags)), True)


def _without_callouts(text: str) -> str:
    """Take the frames off callouts: what stands in them is the author's, whatever Markdown takes it for."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        found = _CALLOUT.match(lines[index])
        if found and found["kind"].lower() not in _OF_OTHERS:
            index = _unframe(lines, index, found["title"].strip())
        else:
            index += 1
    return "\n".join(lines)


def _unframe(lines: list[str], index: int, title: str) -> int:
    """Take one ``>`` off each line of a callout; return where to look on, which is its inside."""
    end = index + 1
    while end < len(lines) and _QUOTED.match(lines[end]):
        lines[end] = _QUOTED.sub("", lines[end], count=1)
        end += 1
    lines[index] = f"###### {title}" if title else ""
    return index + 1


def _tags(text: str) -> tuple[str, ...]:
    """Return the tags of lines that hold nothing else."""
    return tuple(tag.strip("#") for line in _TAG_LINE.finditer(text) for tag in line[1].split())


class _Kept:
    """Stand-ins for what must stay as it is: code, shortcodes, addresses. Each is one character and its line breaks."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def hide(self, text: str) -> str:
        data = text.encode()
        shown: list[str] = []
        end = 0
        for start, stop in _kept(data):
            if start >= end:
                shown += [data[end:start].decode(), self._stand_in(data[start:stop].decode())]
                end = stop
        return "".join([*shown, data[end:].decode()])

    def show(self, text: str) -> str:
        return _STAND_IN.sub(lambda found: self._shown(ord(found[1]) - _FIRST, found[2]), text)

    def _stand_in(self, piece: str) -> str:
        self._pieces.append(piece)
        return chr(_FIRST + len(self._pieces) - 1) + "\n" * piece.count("\n")

    def _shown(self, index: int, breaks: str) -> str:
        piece = self._pieces[index]
        return piece + breaks[piece.count("\n") :]


def _kept(data: bytes) -> list[tuple[int, int]]:
    """Return where code and template tags are; what is a note app's own is no such tag."""
    seen = view(data)
    code = [(event.start, event.end) for event in parse(seen.body) if _is_code(event)]
    tags = [(span.start, span.end) for span in seen.opaque if not data.startswith(_OF_APPS, span.start)]
    return sorted(code + tags)


def _is_code(event: Event) -> bool:
    return event.name == "Code" or (event.type == "start" and event.name == "CodeBlock")


def _plain(text: str) -> str:
    text = _DRAWER.sub(_emptied, text)
    text = _COMMENT.sub(_emptied, text)
    for pattern, by in (*_LINE_RULES, *_INLINE_RULES):
        text = pattern.sub(by, text)
    return _WIKILINK.sub(_shown, text)


def _emptied(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _shown(found: re.Match[str]) -> str:
    """Return what a reader sees of a wikilink: its other name, or that of the page or heading."""
    page, _, heading = found[1].partition("#")
    return (found[2] or page.rpartition("/")[2] or heading.lstrip("^#")).strip()
