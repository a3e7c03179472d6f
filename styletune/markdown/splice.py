"""New texts into the old bytes, and the proof that nothing else moved.

Texts are laid out as the author's were (line width, prefixes, quoting), spliced in by byte range, and the result is
parsed again: block structure, inline constructs of every run, front matter and HTML must be what they were. If they
are not, bisection finds the texts to blame, and only those are refused.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from styletune.markdown import front_matter
from styletune.markdown.marks import Mark, MarkError, MarkMode, describe_items, restore
from styletune.markdown.segments import Kind
from styletune.text.wrap import display_width, unwrap, wrap_like

if TYPE_CHECKING:
    from styletune.markdown.document import Document, Replaced, Slot

_BLOCK_START = re.compile(r"(\d{1,9})(?=[.)](?:\s|$))|(?=(?:[-+*](?:\s|$)|#{1,6}(?:\s|$)|>|[=-]+\s*$|\|))")
_CLOSING_HASHES = re.compile(r"(?<!\\)(#+)\s*$")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)$")
_PRIVATE = re.compile("[\ufeff\U00100000-\U0010ffff]")  # characters of the last plane; texts that hold one lose it
_OPENERS = ("{{", "}}", "{%", "%}", "<!--", "-->")


def replace(document: "Document", targets: Mapping[str, str], mode: MarkMode) -> "Replaced":
    """Put ``targets`` into ``document``; see ``Document.replace``."""
    from styletune.markdown.document import Replaced  # noqa: PLC0415 - it imports this module

    splicer = _Splicer(document, mode)
    for segment_id, text in targets.items():
        splicer.offer(document.slot(segment_id), text)
    splicer.settle()
    return Replaced(splicer.assemble(splicer.texts)[0], splicer.texts, splicer.refused)


class _Splicer:
    def __init__(self, document: "Document", mode: MarkMode) -> None:
        self.document = document
        self.mode = mode
        self.offered: dict[str, str] = {}
        """Segment id to the model's text, cleaned; marks still in it."""
        self.texts: dict[str, str] = {}
        self.refused: dict[str, str] = {}

    def offer(self, slot: "Slot", text: str) -> None:
        """Take a text if it can be laid out at all."""
        if text == self.document.shown(slot.segment.id, self.mode):
            return
        try:
            cleaned = clean(text, keep_lines=self.mode is MarkMode.VISIBLE)
            _check(slot, cleaned, self._added(slot, cleaned))
            self.texts[slot.segment.id] = self._lay_out(slot, cleaned, lambda mark: mark.raw)
            self.offered[slot.segment.id] = cleaned
        except MarkError as error:
            self.refused[slot.segment.id] = str(error)

    def _added(self, slot: "Slot", text: str) -> list[str]:
        """List the tokens that open a tag or comment and of which the text has more than its source."""
        in_html = slot.run >= 0 and self.document.structure.runs[slot.run].in_html
        shown = self.document.shown(slot.segment.id, self.mode)
        return [token for token in (*_OPENERS, *("<>" if in_html else "")) if text.count(token) > shown.count(token)]

    def settle(self) -> None:
        """Keep the texts that leave the rest of the document alone; refuse the others."""
        kept = self._keep(list(self.texts))
        if self._problem(kept) is not None:
            kept = self._one_by_one(kept)
        self.texts = {segment_id: self.texts[segment_id] for segment_id in kept}

    def _keep(self, ids: list[str]) -> list[str]:
        problem = self._problem(ids)
        if problem is None:
            return ids
        if len(ids) == 1:
            self.refused[ids[0]] = problem
            return []
        half = len(ids) // 2
        return self._keep(ids[:half]) + self._keep(ids[half:])

    def _one_by_one(self, ids: Sequence[str]) -> list[str]:
        kept: list[str] = []
        for segment_id in ids:
            problem = self._problem([*kept, segment_id])
            if problem is None:
                kept.append(segment_id)
            else:
                self.refused[segment_id] = problem
        return kept

    def _problem(self, ids: Sequence[str]) -> str | None:
        if not ids:
            return None
        data, places = self.assemble(dict.fromkeys(ids, ""))
        return changed_structure(self.document, data, places)

    def assemble(self, ids: Mapping[str, str]) -> tuple[bytes, dict[str, tuple[int, int]]]:
        """Splice the chosen texts in; return the bytes and where each outermost text now stands."""
        places: dict[str, tuple[int, int]] = {}
        slots = self.document.slots
        data = self._range(0, len(self.document.data), slots, ids, places)
        return data, places

    def _range(
        self,
        start: int,
        end: int,
        slots: Sequence["Slot"],
        ids: Mapping[str, str],
        places: dict[str, tuple[int, int]] | None,
    ) -> bytes:
        out, cursor = bytearray(), start
        for index, slot in enumerate(slots):
            segment = slot.segment
            if segment.start < cursor or segment.end > end:
                continue
            out += self.document.data[cursor : segment.start]
            inner = _nested(slots, index)
            if segment.id in ids:
                spliced = self._slot(slot, inner, ids)
                if places is not None:
                    places[segment.id] = (len(out), len(out) + len(spliced))
            else:
                spliced = self._range(segment.start, segment.end, inner, ids, None)
            out += spliced
            cursor = segment.end
        return bytes(out + self.document.data[cursor:end])

    def _slot(self, slot: "Slot", inner: Sequence["Slot"], ids: Mapping[str, str]) -> bytes:
        if slot.field is not None:
            return self._field(slot)
        edited = [other for other in inner if other.segment.id in ids]

        def render(mark: Mark) -> str:
            inside = [o for o in edited if mark.start <= o.segment.start and o.segment.end <= mark.end]
            return self._range(mark.start, mark.end, inside, ids, None).decode() if inside else mark.raw

        text = self._lay_out(slot, self.offered[slot.segment.id], render)
        return text.replace("\n", slot.newline + slot.prefix).encode()

    def _field(self, slot: "Slot") -> bytes:
        matter, field = self.document.matter, slot.field
        if matter is None or field is None:
            raise AssertionError("a front-matter slot has a header")
        raw = front_matter.replace(matter, field, self.texts[slot.segment.id])
        return raw if raw is not None else matter.raw[field.start : field.end]

    def _is_setext(self, slot: "Slot") -> bool:
        data, start = self.document.data, slot.segment.start
        return b"#" not in data[data.rfind(b"\n", 0, start) + 1 : start]

    def _lay_out(self, slot: "Slot", text: str, render: "Renderer") -> str:
        """Return the text as Markdown in the author's layout; while it is laid out, marks are words of their width."""
        stand_ins = _StandIns(render)
        return stand_ins.resolve(self._escaped(slot, text, stand_ins.take))

    def _escaped(self, slot: "Slot", text: str, render: "Renderer") -> str:
        kind = slot.segment.kind
        text = restore(text, slot.pieces, self.mode, render)
        if slot.field is not None:
            matter = self.document.matter
            if matter is None or front_matter.replace(matter, slot.field, text) is None:
                raise MarkError(f"the header cannot hold it as {slot.field.key}")
            return text
        if kind is Kind.CELL:
            return re.sub(r"(?<!\\)\|", r"\\|", text) if "\n" not in text else text
        if kind is Kind.ALT and not re.search(r"[\[\]]", slot.segment.source):
            return re.sub(r"(?<!\\)([\[\]])", r"\\\1", text)
        if kind is Kind.TITLE:
            quote = self.document.data[slot.segment.end : slot.segment.end + 1].decode()
            return re.sub(r"(?<!\\)" + re.escape(quote), lambda match: "\\" + match[0], text)
        if kind is Kind.HEADING:
            text = _CLOSING_HASHES.sub(r"\\\1", text)
            if self._is_setext(slot) and "|" not in slot.segment.source:
                text = text.replace("|", "&#124;")  # over an underline, some parsers take it for a table
        return _wrapped(slot, text)


Renderer = Callable[[Mark], str]


def _nested(slots: Sequence["Slot"], index: int) -> list["Slot"]:
    """List the slots inside another; they follow it, since slots are ordered by start, the outer first."""
    end = slots[index].segment.end
    inner: list[Slot] = []
    for other in islice(slots, index + 1, None):
        if other.segment.start >= end:
            break
        inner.append(other)
    return inner


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
    text = "".join(
        char
        if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}
        else " " * (char in "\x85  ")
        for char in text.replace("\r\n", "\n").replace("\r", "\n")
    )
    text = _PRIVATE.sub("", text)
    if keep_lines:
        return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))
    return unwrap(re.sub(r"\s*\n\s*", "\n", text.strip()))


def _check(slot: "Slot", text: str, added: Sequence[str]) -> None:
    source = slot.segment.source
    if not text:
        raise MarkError("the new text is empty")
    if len(text) > 8 * len(source) + 2000:
        raise MarkError(f"the new text is {len(text) // max(len(source), 1)} times as long as the old one")
    if added:
        raise MarkError(f"a template tag or a comment was added ({added[0]})")


def _wrapped(slot: "Slot", text: str) -> str:
    layout = _layout(slot)
    lines: list[str] = []
    for line in text.split("\n"):
        broken = _HARD_BREAK.search(line)
        end = broken[0] if broken else ""
        body = line[: len(line) - len(end)]
        lines.append(wrap_like(layout, body) + end)
    laid_out = "\n".join(lines)
    if slot.at_line_start:
        laid_out = (
            _BLOCK_START.sub(lambda match: match[0] + "\\", laid_out, count=1) if _starts_block(laid_out) else laid_out
        )
    return laid_out


def _layout(slot: "Slot") -> list[str]:
    """Return the lines that the author wrapped; a line break inside a mark, or a hard one, is no wrap."""
    flat = (piece if isinstance(piece, str) else piece.raw.replace("\n", " ") for piece in slot.pieces)
    if not any(isinstance(piece, str) and "\n" in piece for piece in slot.pieces):
        return [""]
    return "".join(flat).split("\n")


def _starts_block(text: str) -> bool:
    return _BLOCK_START.match(text) is not None


def changed_structure(document: "Document", data: bytes, places: Mapping[str, tuple[int, int]]) -> str | None:
    """Say in words what besides the texts at ``places`` differs between a document and ``data``, or ``None``."""
    from styletune.markdown.document import Document  # noqa: PLC0415 - it imports this module

    after = Document(data, suffix=document.suffix)
    if not _same_header(document, after, places):
        return "it would change the front matter"
    before_runs, after_runs = document.structure.runs, after.structure.runs
    if document.structure.blocks != after.structure.blocks or len(before_runs) != len(after_runs):
        return "it would change the blocks of the document (a list, heading, table or code block)"
    for old, new in zip(before_runs, after_runs, strict=True):
        if old.inline != new.inline:
            return describe_items(old.inline - new.inline, new.inline - old.inline)
    for segment_id, (start, end) in places.items():
        slot = document.slot(segment_id)
        if slot.run >= 0 and not (after_runs[slot.run].start <= start and end <= after_runs[slot.run].end):
            return "a part of it would not be shown"
    return None


def _same_header(before: "Document", after: "Document", places: Mapping[str, tuple[int, int]]) -> bool:
    if before.matter is None or after.matter is None:
        return before.matter is after.matter
    changed = {
        slot.field.key: after_field.value
        for slot in before.slots
        if slot.field is not None and slot.segment.id in places
        for after_field in front_matter.fields(after.matter)
        if after_field.key == slot.field.key
    }
    same_format = before.matter.format is after.matter.format
    return same_format and front_matter.is_replaced(before.matter, after.matter.raw, changed)
