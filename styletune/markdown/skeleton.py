"""A Markdown file as its parts: header, blocks, running text, and what no parser may touch."""

import re
from bisect import bisect_left
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from styletune.markdown import front_matter
from styletune.markdown.html_prose import prose_chunks
from styletune.markdown.opaque import Span, view
from styletune.markdown.parser import parse
from styletune.markdown.runs import Source, Structure, structure


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What one parse of a file found."""

    data: bytes
    suffix: str
    """Name suffix of the file; ``.mdx`` turns MDX on."""

    matter: front_matter.FrontMatter | None
    body: int
    """Offset at which the Markdown begins."""

    structure: Structure
    source: Source
    frozen: tuple[Span, ...]
    """Ranges in which nothing may change."""

    line_ends: tuple[int, ...]

    @property
    def header_keys(self) -> tuple[str, ...]:
        """Keys of the header whose text is prose."""
        return self.matter.keys if self.matter else front_matter.TRANSLATABLE_KEYS

    def is_frozen(self, start: int, end: int) -> bool:
        """Tell whether a range lies in a part that the author switched off."""
        return any(span.start < end and start < span.end for span in self.frozen)

    def line(self, offset: int) -> int:
        """Return the line, from 1, in which a byte stands."""
        return bisect_left(self.line_ends, offset) + 1


def read(data: bytes, suffix: str, header_keys: tuple[str, ...] = front_matter.TRANSLATABLE_KEYS) -> Skeleton:
    """Parse a file: UTF-8 without NUL bytes; ``header_keys`` are those whose text is prose."""
    bom = len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0
    matter = front_matter.find(data, bom, keys=header_keys)
    return read_body(data, suffix, matter, matter.end if matter else bom)


def read_body(data: bytes, suffix: str, matter: front_matter.FrontMatter | None = None, base: int = 0) -> Skeleton:
    """Parse the Markdown that begins at ``base``; whatever stands there is no header."""
    seen = view(data[base:], mdx=suffix == ".mdx")
    source = Source(data, [Span(span.start + base, span.end + base) for span in seen.opaque])
    found = structure(parse(seen.body, base), source, frozenset(offset + base for offset in seen.admonitions))
    frozen = tuple(Span(span.start + base, span.end + base) for span in seen.frozen)
    line_ends = tuple(match.start() for match in re.finditer(rb"\n|\r(?!\n)", data))
    whole = _with_prose_in_html(found, source, data[:base] + seen.body)
    return Skeleton(data, suffix, matter, base, whole, source, frozen, line_ends)


def _with_prose_in_html(found: Structure, source: Source, shown: bytes) -> Structure:
    """Parse the Markdown inside HTML blocks as well; of those blocks, the rest must stay."""
    inner = [
        structure(parse(shown[chunk.start : chunk.end], chunk.start), source)
        for chunk in prose_chunks(shown, found.html)
    ]
    for part in inner:
        for run in part.runs:
            run.in_html = True
    runs = (*found.runs, *(run for part in inner for run in part.runs))
    blocks = (*(block for block in found.blocks if block[0] != "Html"), *(b for part in inner for b in part.blocks))
    html = tuple(_without_runs(found, inner, source.data))
    return Structure((*blocks, *html), runs, found.html)


def _without_runs(found: Structure, inner: Sequence[Structure], data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the HTML blocks' own bytes, the prose in them left out."""
    spans = sorted((run.start, run.end) for part in inner for run in part.runs)
    for block in found.html:
        kept, cursor = b"", block.start
        for start, end in spans[bisect_left(spans, (block.start, 0)) : bisect_left(spans, (block.end, 0))]:
            if end <= block.end:
                kept, cursor = kept + data[cursor:start] + b"\x00", end
        yield ("html", (kept + data[cursor : block.end]).decode())
