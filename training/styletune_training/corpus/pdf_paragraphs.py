"""Lines of printed pages as paragraphs: heads and feet out, hyphens joined, headings and lists told apart."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import regex

from styletune.text.sentences import ends_sentence
from styletune.text.wrap import unwrap
from styletune_training.corpus.escaping import escape, escape_start

_EDGE = 3
"""Lines at the top and at the bottom of a page that may be its running head and foot."""

_HEAD, _FOOT = 0.88, 0.12
"""Share of a page's height above and below which they stand."""

_REPEATED = 3
"""Pages on which a line must stand to be one, of more than three: a chapter has its own, left and right pages, too."""

_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|pagina|página|p\.|第)?\s*(?:\d{1,4}|[ivxlc]{1,7})\s*(?:(?:of|von|de|/|／|共)\s*\d{1,4})?\s*页?\W*",
    re.IGNORECASE,
)
_LARGER = 1.12
"""How much larger than the text the letters of a heading are, at least."""

_NEXT_LINE = 1.6
"""Distance to the next line of the same paragraph, at most, in heights of a letter."""

_DOUBLE_SPACED = 2.4
"""The same where lines stand as far apart as in a manuscript."""

_LONGEST_HEADING = 200
_BULLET = re.compile(r"\s*(?:(?P<sign>[•◦‣▪●○■□–*·\uf0b7-])|(?P<number>\d{1,3})(?P<stop>[.)]))\s+(?P<text>\S.*)")
_HYPHENATED = regex.compile(r"(\p{L}{2,})[-\u00ad\u2010]\n(\p{Ll}{2,})")
_SOFT_HYPHEN = "\u00ad"
_STARTS_WITHIN = regex.compile(r"[\p{Ll}\p{Han}\p{Hiragana}\p{Katakana},;)\]，、；）]")
_LIGATURES = {ord(sign): unicodedata.normalize("NFKC", sign) for sign in "ﬀﬁﬂﬃﬄﬅﬆ"} | {ord("\xa0"): " "}


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line."""

    text: str
    left: float
    """In points from the left edge of the page, as is ``right``."""

    right: float
    top: float
    """Share of the page's height, from 0 at its foot, as is ``bottom``."""

    bottom: float
    y: float
    """Of its lower edge, in points from the foot of the page."""

    size: float
    """Of most of its letters, in points."""

    block: int
    """Lines that stand together have the same number, on one page."""

    code: bool = False
    """Whether most of it is set in letters of one width."""


@dataclass(frozen=True, slots=True)
class _Paragraph:
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text.strip() for line in self.lines)

    @property
    def size(self) -> float:
        return max(line.size for line in self.lines)


def as_paragraphs(pages: Sequence[Sequence[Line]]) -> str:
    """Return the text of pages as Markdown.

    Arguments: ``pages`` hold their lines in reading order.
    """
    clean = [[_normal(line) for line in page] for page in _without_running_heads(pages)]
    lines = [line for page in clean for line in page]
    if not lines:
        return ""
    body = _body_size(lines)
    paragraphs = _joined([paragraph for page in clean for paragraph in _paragraphs(page)], body)
    words = Counter(regex.findall(r"[\p{L}-]+", " ".join(line.text for line in lines).lower()))
    levels = _levels(paragraphs, body)
    written = [
        _written(paragraph, levels.get(paragraph.size) if _is_heading(paragraph, body) else None, words)
        for paragraph in paragraphs
    ]
    return _separated([text for text in written if text])


def _normal(line: Line) -> Line:
    return replace(line, text=line.text.translate(_LIGATURES))


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out what stands at the edge of many pages, numbers aside, and the numbers of pages."""
    counts = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    least = max(2, min(_REPEATED, len(pages) - 1))
    return [
        [
            line
            for line in page
            if not (line in _edges(page) and _is_running(line, counts[_key(line)], least, len(pages)))
        ]
        for page in pages
    ]


def _edges(page: Sequence[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: line.y)
    low = [line for line in by_height[:_EDGE] if line.top < _FOOT]
    return low + [line for line in by_height[-_EDGE:] if line.bottom > _HEAD]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", " ".join(line.text.split()).casefold())


def _is_running(line: Line, count: int, least: int, pages: int) -> bool:
    return count >= least or (pages > 1 and _PAGE_NUMBER.fullmatch(line.text.strip()) is not None)


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def _paragraphs(page: Sequence[Line]) -> Iterator[_Paragraph]:
    """Cut the lines of a page where a paragraph ends."""
    if not page:
        return
    steps = [above.y - below.y for above, below in pairwise(page) if above.block == below.block and above.y > below.y]
    step = median(steps) if steps else 0.0
    found = [page[0]]
    for above, below in pairwise(page):
        if _parts(above, below, page, step):
            yield _Paragraph(tuple(found))
            found = []
        found.append(below)
    yield _Paragraph(tuple(found))


def _parts(above: Line, below: Line, page: Sequence[Line], step: float) -> bool:
    """Tell whether a paragraph ends between two lines."""
    if above.block != below.block or above.code != below.code or _BULLET.fullmatch(below.text):
        return True
    if above.code:
        return False
    if abs(above.size - below.size) > 0.1 * max(above.size, below.size) or above.y - below.y > 1.35 * step > 0:
        return True
    block = [line for line in page if line.block == above.block]
    width = max(line.right for line in block) - min(line.left for line in block)
    short = max(line.right for line in block) - above.right > 0.2 * width and ends_sentence(above.text.strip())
    indented = (
        below.left - min(line.left for line in block) > 0.8 * below.size and below.left - above.left > 0.8 * below.size
    )
    return short or (indented and _BULLET.fullmatch(above.text) is None)


def _joined(paragraphs: Sequence[_Paragraph], body: float) -> list[_Paragraph]:
    """Join the halves of a paragraph that goes on in the next column or on the next page."""
    found: list[_Paragraph] = []
    for paragraph in paragraphs:
        if found and _goes_on(found[-1], paragraph, body):
            found[-1] = _Paragraph(found[-1].lines + paragraph.lines)
        else:
            found.append(paragraph)
    return found


def _goes_on(last: _Paragraph, following: _Paragraph, body: float) -> bool:
    before, after = last.lines[-1], following.lines[0]
    if before.code or after.code:
        return before.code and after.code
    if max(abs(before.size - body), abs(after.size - body)) >= 1 or ends_sentence(before.text.strip()):
        return False
    within = _STARTS_WITHIN.match(after.text.strip()) is not None
    if after.y > before.y:  # at the top of the next page or column
        return within
    item = _BULLET.fullmatch(last.lines[0].text) is not None and after.left > last.lines[0].left
    if _BULLET.fullmatch(after.text) is not None:
        return False
    distance = before.y - after.y
    return (distance < _NEXT_LINE * body and (within or item)) or (
        distance < _DOUBLE_SPACED * body and (within or _is_full(before, after))
    )


def _is_full(line: Line, following: Line) -> bool:
    """Tell whether a line was broken because it was full: it stands above the next one and is about as long at least."""
    return abs(line.left - following.left) < line.size and following.right - line.right < 0.15 * (
        following.right - following.left
    )


def _is_heading(paragraph: _Paragraph, body: float) -> bool:
    text = paragraph.text
    return paragraph.size >= _LARGER * body and len(text) <= _LONGEST_HEADING and any(map(str.isalpha, text))


def _levels(paragraphs: Sequence[_Paragraph], body: float) -> dict[float, int]:
    """Give the largest letters the first level."""
    sizes = sorted({paragraph.size for paragraph in paragraphs if _is_heading(paragraph, body)}, reverse=True)
    return {size: min(level, 6) for level, size in enumerate(sizes, 1)}


def _written(paragraph: _Paragraph, level: int | None, words: Counter[str]) -> str:
    if all(line.code for line in paragraph.lines):
        code = "\n".join(line.text.rstrip() for line in paragraph.lines)
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
        return f"{fence}\n{code}\n{fence}"
    text = _HYPHENATED.sub(lambda found: _rejoined(found, words), paragraph.text).replace(_SOFT_HYPHEN, "")
    text = " ".join(unwrap(text).split())
    if level is not None:
        return f"{'#' * level} {escape(text)}"
    item = _BULLET.fullmatch(text)
    if item is None:
        return escape_start(escape(text))
    sign = f"{item['number']}{item['stop']}" if item["number"] else "-"
    return f"{sign} {escape_start(escape(item['text']))}"


def _rejoined(found: "regex.Match[str]", words: Counter[str]) -> str:
    """Join a word that was parted at the end of a line; its hyphen stays if it is written so elsewhere."""
    whole, parted = f"{found[1]}{found[2]}", f"{found[1]}-{found[2]}"
    return parted if words[parted.lower()] > words[whole.lower()] else whole


def _separated(texts: Sequence[str]) -> str:
    """Put blank lines between blocks; the items of a list stand together."""
    out = texts[0]
    for above, below in pairwise(texts):
        both = _is_item(above) and _is_item(below)
        out += ("\n" if both else "\n\n") + below
    return out + "\n"


def _is_item(text: str) -> bool:
    return re.match(r"- |\d{1,3}[.)] ", text) is not None
