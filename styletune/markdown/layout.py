"""A model's text as it will stand in the file: cleaned, checked, escaped, and wrapped as the author wraps."""

import re
from collections.abc import Callable

from styletune.markdown import front_matter
from styletune.markdown.marks import Mark, MarkError, MarkMode, restore, show
from styletune.markdown.segments import Kind
from styletune.markdown.skeleton import Skeleton
from styletune.markdown.slots import Slot
from styletune.text.wrap import display_width, unwrap, wrap_like

_BLOCK_START = re.compile(r"(\d{1,9})(?=[.)](?:\s|$))|(?=(?:[-+*](?:\s|$)|#{1,6}(?:\s|$)|>|[=-]+\s*$|\|))")
_CLOSING_HASHES = re.compile(r"(?<!\\)(#+)\s*$")
_DASHES = re.compile(rb"[^\r\n]*\r?\n[ \t>]*[-=:|][-=:| \t]*(?:\r?\n|\Z)")
_DEFINITION = re.compile(r":[ \t]+")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)$")
_LINE_SEPARATOR = re.compile("[\x85\u2028\u2029]")
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\U00100000-\U0010ffff]")
"""Control characters, lone surrogates, byte order marks; and the last plane of characters, which stands in for marks."""

_OPENERS = ("{{", "}}", "{%", "%}", "<!--", "-->")

Renderer = Callable[[Mark], str]


class Layout:
    """Lays the texts of one document out."""

    def __init__(self, skeleton: Skeleton, mode: MarkMode) -> None:
        self.skeleton = skeleton
        self.mode = mode

    def shown(self, slot: Slot) -> str:
        """Return a slot's text as a model sees it."""
        return show(slot.pieces, self.mode)

    def prepare(self, slot: Slot, text: str) -> str:
        """Clean a model's text. Raises ``MarkError`` if it cannot stand in the document whatever its layout."""
        cleaned = clean(text, keep_lines=self.mode is MarkMode.VISIBLE)
        source = slot.segment.source
        if not cleaned:
            raise MarkError("the new text is empty")
        if len(cleaned) > 8 * len(source) + 2000:
            raise MarkError(f"the new text is {len(cleaned) // max(len(source), 1)} times as long as the old one")
        if added := self._added(slot, cleaned):
            raise MarkError(f"a template tag or a comment was added ({added[0]})")
        if added := self._added_beside_marks(slot, cleaned):
            raise MarkError(f"a {added[0]} was added that could pair with another one")
        return cleaned

    def lay_out(self, slot: Slot, text: str, render: Renderer, line_break: str) -> str:
        """Return the text as Markdown in the author's layout, its lines joined by ``line_break``.

        While it is laid out, marks are words of their width, so that what ``render`` gives for them stays as it is.
        """
        stand_ins = _StandIns(render)
        return stand_ins.resolve(self._escaped(slot, text, stand_ins.take).replace("\n", line_break))

    def _escaped(self, slot: Slot, text: str, render: Renderer) -> str:
        kind = slot.segment.kind
        text = restore(text, slot.pieces, self.mode, render)
        if slot.field is not None:
            matter = self.skeleton.matter
            if matter is None or front_matter.replace(matter, slot.field, text) is None:
                raise MarkError(f"the header cannot hold it as {slot.field.key}")
            return text
        if kind is Kind.CELL:
            return re.sub(r"(?<!\\)\|", r"\\|", text) if "\n" not in text else text
        if kind is Kind.ALT and not re.search(r"[\[\]]", slot.segment.source):
            return _wrapped(slot, re.sub(r"(?<!\\)([\[\]])", r"\\\1", text))
        if kind is Kind.TITLE:
            quote = self.skeleton.data[slot.segment.end : slot.segment.end + 1].decode()
            return re.sub(r"(?<!\\)" + re.escape(quote), lambda match: "\\" + match[0], text)
        if kind is Kind.HEADING:
            text = _CLOSING_HASHES.sub(r"\\\1", text)
        if "|" in text and "|" not in slot.segment.source and self._is_over_dashes(slot):
            text = text.replace("|", "&#124;")
        return _wrapped(slot, text)

    def _added(self, slot: Slot, text: str) -> list[str]:
        """List the tokens that open a tag or comment and of which the text has more than its source."""
        in_html = slot.run >= 0 and self.skeleton.structure.runs[slot.run].in_html
        shown = self.shown(slot)
        return [token for token in (*_OPENERS, *("<>" if in_html else "")) if text.count(token) > shown.count(token)]

    def _added_beside_marks(self, slot: Slot, text: str) -> list[str]:
        """List the signs that could pair with one in an address or a tag, which not every parser takes as a whole."""
        run = self.skeleton.structure.runs[slot.run] if slot.run >= 0 else None
        spans = self.skeleton.source.opaque_in(run.start, run.end) if run else ()
        pairs = {*"".join(self.skeleton.source.text(*span) for span in spans), *"$" * (text.count("$") > 1)}
        shown = self.shown(slot)
        return [sign for sign in "*_~$" if sign in pairs and text.count(sign) > shown.count(sign)]

    def _is_over_dashes(self, slot: Slot) -> bool:
        """Tell whether the next line could be read as the second row of a table, of which the text is the first."""
        return _DASHES.match(self.skeleton.data, slot.segment.end) is not None


class _StandIns:
    """Words of private characters, as wide as the marks whose place they hold while a text is laid out."""

    _FIRST, _FIRST_TIED, _PADDING = 0x100000, 0x108000, "\U0010fffd"
    _WORD = re.compile("(?::[\U00108000-\U0010fffc]|[\U00100000-\U00107fff])\U0010fffd*")
    _MAY_START_LINE = re.compile(r"`{1,2}[^`]|!\[|\w")

    def __init__(self, render: Renderer) -> None:
        self._render = render
        self._marks: list[str] = []

    def take(self, mark: Mark) -> str:
        """Return the word for a mark; it begins with a colon, which begins no line, if the mark could open a block."""
        rendered = self._render(mark)
        self._marks.append(rendered)
        number, width = len(self._marks) - 1, display_width(rendered)
        if self._MAY_START_LINE.match(rendered):
            return chr(self._FIRST + number) + self._PADDING * (width - 1)
        return ":" + chr(self._FIRST_TIED + number) + self._PADDING * (width - 2)

    def resolve(self, text: str) -> str:
        """Put the marks back."""
        return self._WORD.sub(lambda match: self._marks[self._number(match[0])], text)

    def _number(self, word: str) -> int:
        return ord(word[1]) - self._FIRST_TIED if word[0] == ":" else ord(word[0]) - self._FIRST


def clean(text: str, *, keep_lines: bool) -> str:
    """Drop what no prose holds: control characters, lone surrogates, line breaks that mean nothing."""
    text = _LINE_SEPARATOR.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _NO_TEXT.sub("", text)
    if keep_lines:
        return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))
    return unwrap(re.sub(r"\s*\n\s*", "\n", text.strip()))


def _wrapped(slot: Slot, text: str) -> str:
    layout = _layout(slot)
    lines: list[str] = []
    for line in text.split("\n"):
        broken = _HARD_BREAK.search(line)
        end = broken[0] if broken else ""
        lead = _DEFINITION.match(line)
        start = lead.end() if lead and lines else 0
        lines.append(line[:start] + wrap_like(layout, line[start : len(line) - len(end)]) + end)
    laid_out = "\n".join(lines)
    opening = _BLOCK_START.match(laid_out) if slot.at_line_start else None
    return f"{opening[0]}\\{laid_out[opening.end() :]}" if opening else laid_out


def _layout(slot: Slot) -> list[str]:
    """Return the lines that the author wrapped; a line break inside a mark, or a hard one, is no wrap."""
    flat = (piece if isinstance(piece, str) else piece.raw.replace("\n", " ") for piece in slot.pieces)
    if not any(isinstance(piece, str) and "\n" in piece for piece in slot.pieces):
        return [""]
    return "".join(flat).split("\n")
