"""Human translations, paragraph by paragraph: what guards are measured on.

The articles of the Open Source Guides exist in five languages. They are aligned by their structure alone:

1. An article counts if its headings have the levels of the English one, and if fewer than half of its segments are
   the English text itself (such an article is not translated yet).
2. A section counts if its segments are of the same kinds in the same order as those of the English section.
3. Within such a section segments are paired by position.

What guards say about a pair plays no part. Marks of a target get the numbers of the source's: by equal content, then
links by equal address without fragment, then the links that are left in their order, because sites give translated
pages addresses of their own. Whatever is left over counts as added.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from styletune.markdown.document import Document
from styletune.markdown.marks import MARK, Mark, MarkMode
from styletune.markdown.segments import Kind, Segment

LANGUAGES = {"zh": "zh-hans", "es": "es", "fr": "fr", "de": "de"}
"""Language code to folder."""

PROSE = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM, Kind.QUOTE, Kind.CELL})

_TEXT = PROSE | {Kind.HEADING}
_UNTRANSLATED = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """A segment and its human translation, as a model would see them."""

    article: str
    line: int
    """Line in the English article."""

    kind: Kind
    source: str
    target: str
    visible: tuple[str, str]
    """Both with their Markdown left visible."""


@dataclass(frozen=True, slots=True)
class _Place:
    document: Document
    segment: Segment


def aligned_pairs(guides: Path, lang: str, *, source_lang: str = "en") -> tuple[Pair, ...]:
    """Align the articles of a language with another's; ``guides`` is the folder of the Open Source Guides."""
    return _aligned(guides, LANGUAGES.get(source_lang, source_lang), LANGUAGES.get(lang, lang))


@lru_cache(maxsize=32)
def _aligned(guides: Path, source_folder: str, target_folder: str) -> tuple[Pair, ...]:
    names = sorted(path.name for path in (guides / source_folder).glob("*.md"))
    both = [(guides / source_folder / name, guides / target_folder / name) for name in names]
    return tuple(pair for before, after in both if after.exists() for pair in _article(before, after))


def _article(before: Path, after: Path) -> Iterator[Pair]:
    sources, targets = _sections(before), _sections(after)
    if [_level(section) for section in sources] != [_level(section) for section in targets]:
        return
    total = sum(map(len, sources))
    sections = [both for both in zip(sources, targets, strict=True) if _kinds(both[0]) == _kinds(both[1])]
    places = [places for section in sections for places in zip(*section, strict=True)]
    same = sum(source.segment.source == target.segment.source for source, target in places)
    if same < _UNTRANSLATED * total:
        yield from (_pair(before.stem, source, target) for source, target in places)


def _sections(path: Path) -> list[list[_Place]]:
    document = _document(path)
    found: list[list[_Place]] = [[]]
    for segment in document.segments:
        if segment.kind is Kind.HEADING:
            found.append([])
        if segment.kind in _TEXT:
            found[-1].append(_Place(document, segment))
    return found


@lru_cache(maxsize=64)
def _document(path: Path) -> Document:
    return Document.parse(path.read_bytes())


def _level(section: Sequence[_Place]) -> int:
    return len(section[0].segment.heading_path) if section and section[0].segment.kind is Kind.HEADING else -1


def _kinds(section: Sequence[_Place]) -> list[Kind]:
    return [place.segment.kind for place in section]


def _pair(article: str, source: _Place, target: _Place) -> Pair:
    return Pair(
        article,
        source.segment.line,
        source.segment.kind,
        source.document.shown(source.segment.id, MarkMode.MASKED),
        _renumbered(source, target),
        (
            source.document.shown(source.segment.id, MarkMode.VISIBLE),
            target.document.shown(target.segment.id, MarkMode.VISIBLE),
        ),
    )


def _renumbered(source: _Place, target: _Place) -> str:
    numbers = iter(_numbers(source.document.marks(source.segment.id), target.document.marks(target.segment.id)))
    return MARK.sub(lambda _: f"⟦{next(numbers)}⟧", target.document.shown(target.segment.id, MarkMode.MASKED))


def _numbers(wanted: Sequence[Mark], found: Sequence[Mark]) -> list[int]:
    """Return the number of each mark of the target."""
    numbers = [0] * len(found)
    left = dict(enumerate(wanted, 1))
    for alike in (_content, _address, _role):
        for index, mark in enumerate(found):
            match = next((number for number, other in left.items() if _is_alike(alike(other), alike(mark))), 0)
            if not numbers[index] and match:
                numbers[index] = match
                del left[match]
    extra = iter(range(len(wanted) + 1, len(wanted) + len(found) + 1))
    return [number or next(extra) for number in numbers]


def _is_alike(one: str, other: str) -> bool:
    return bool(one) and one == other


def _content(mark: Mark) -> str:
    return mark.raw


def _address(mark: Mark) -> str:
    return mark.raw.partition("#")[0].rstrip("/) ") if mark.role == "link" else ""


def _role(mark: Mark) -> str:
    return "link" if mark.role in {"link", "label"} else ""
