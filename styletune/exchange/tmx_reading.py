"""Translation memories of other tools, read as a stream."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from styletune.errors import FileError, UsageError
from styletune.exchange.pair import Pair, make_pair
from styletune.exchange.tmx import ALL, CHARACTER, CODES, DOC, DOC_JSON, LANG, MARK, UNKNOWN
from styletune.files.failures import in_words

_CHUNK = 1 << 16
_INLINE = CODES | {"hi", "sub"}


@dataclass(slots=True)
class _Variant:
    """One language of a unit."""

    lang: str | None
    text: str = ""


@dataclass(slots=True)
class _Unit:
    """A unit while it is read."""

    source_lang: str
    doc: str | None = None
    variants: list[_Variant] = field(default_factory=list[_Variant])


class TmxReader:
    """The pairs of one TMX file, and what was left out of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.units = 0
        self.skipped: Counter[str] = Counter()
        """Why units gave no pair, in words, and how many."""

        self.tags = 0
        """Inline tags of other formats that were dropped."""

    def check(self) -> None:
        """Read the file to its end without looking at what it says. Raises as ``pairs`` does."""
        for _ in self._fed(_Deaf()):
            pass

    def pairs(self) -> Iterator[Pair]:
        """Read the file piece by piece; memory does not grow with its size. Counts begin anew.

        Raises ``FileError`` with line and column of the first place that is no XML.
        """
        self.units, self.tags = 0, 0
        self.skipped.clear()
        target = _Target(self)
        for _ in self._fed(target):
            yield from target.taken()

    def _fed(self, target: object) -> Iterator[None]:
        """Feed the file to a parser's target, and stop after each piece."""
        from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - only this format needs it
        from defusedxml.ElementTree import DefusedXMLParser, ParseError  # noqa: PLC0415 - likewise

        parser = DefusedXMLParser(target=target)  # a DTD may be named; no entity may be declared, nothing is fetched
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    parser.feed(chunk)
                    yield
            parser.close()
        except ParseError as error:
            line, column = error.position
            raise self.broken(line, column + 1, _reason(error)) from error
        except DefusedXmlException as error:
            inner = parser.parser
            said = "it declares entities or refers to other files, which are not followed. Remove the declaration"
            raise self.broken(inner.CurrentLineNumber, inner.CurrentColumnNumber + 1, said) from error
        except (LookupError, ValueError) as error:
            raise self.broken(1, 1, f"its encoding cannot be read ({error}). Save it as UTF-8") from error
        except OSError as error:
            raise FileError(f"{self.path} cannot be read: {in_words(error)}.") from error
        yield

    def broken(self, line: int, column: int, what: str) -> FileError:
        """Make the error for a file that cannot be read on."""
        return FileError(f"{self.path}:{line}:{column} this is no TMX: {what}. Nothing was taken over.")

    def unit_pairs(self, unit: _Unit) -> Iterator[Pair]:
        """Yield what a unit gives: its source with each of the other languages."""
        self.units += 1
        written = [variant for variant in unit.variants if variant.text.strip()]
        if len(written) < 2:  # noqa: PLR2004 - a source and a target
            self.skipped["with a text in one language only"] += 1
            return
        source = _source_of(written, unit.source_lang)
        for variant in written:
            if variant is not source and (reason := self._pairless(source, variant)):
                self.skipped[reason] += 1
            elif variant is not source:
                langs = _code(source.lang), _code(variant.lang)
                doc = unit.doc or self.path.name
                yield make_pair(doc, "translate", langs, (source.text, variant.text), origin="human")

    def _pairless(self, source: _Variant, target: _Variant) -> str | None:
        """Say why two variants make no pair."""
        for lang in (source.lang, target.lang):
            try:
                _code(lang)
            except UsageError:
                return f"in a language that styletune does not know ({lang})"
        same = _code(source.lang) is not None and _code(source.lang) == _code(target.lang)
        return "with two texts in the same language" if same else None


def _reason(error: SyntaxError) -> str:
    return str(error).partition(": line ")[0]


def _source_of(variants: list[_Variant], source_lang: str) -> _Variant:
    """Find the source: the language that is named, then one of the same base, then the first."""
    wanted = source_lang.casefold()
    named = [(variant.lang or "").casefold() for variant in variants]
    bases = [lang.partition("-")[0] for lang in named]
    if wanted != ALL and wanted in named:
        return variants[named.index(wanted)]
    if wanted != ALL and wanted.partition("-")[0] in bases:
        return variants[bases.index(wanted.partition("-")[0])]
    return variants[0]


def _code(lang: str | None) -> str | None:
    from styletune.text.language import language_code  # noqa: PLC0415 - other readers of the module need no table

    return None if lang is None or lang.casefold() == UNKNOWN else language_code(lang)


class _Deaf:
    """Takes no events: the parser then tells none, and is ten times as fast."""

    def close(self) -> None:
        """Hear that the file ends."""


class _Target:
    """Takes the parser's events; units that are complete wait in a list."""

    def __init__(self, reader: TmxReader) -> None:
        self._reader = reader
        self._source_lang = ALL
        self._unit: _Unit | None = None
        self._depth = 0
        self._text: list[str] | None = None
        """What is said inside the segment or the property at hand."""

        self._prop = ""
        self._codes: list[tuple[str, int]] = []
        """Inline codes that are open: their type, and where in the text they begin."""

        self._ready: list[_Unit] = []

    def taken(self) -> Iterator[Pair]:
        """Yield the pairs of the units that were completed."""
        ready, self._ready = self._ready, []
        for unit in ready:
            yield from self._reader.unit_pairs(unit)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins."""
        name = tag.rpartition("}")[2]
        self._depth += 1
        if self._depth == 1 and name != "tmx":
            raise self._reader.broken(1, 1, f"its outermost element is <{name}>, not <tmx>")
        if name == "header":
            self._source_lang = attributes.get("srclang", ALL)
        elif name == "tu":
            self._unit = _Unit(attributes.get("srclang", self._source_lang))
        elif self._unit is not None:
            self._start_inside(self._unit, name, attributes)

    def _start_inside(self, unit: _Unit, name: str, attributes: dict[str, str]) -> None:
        if name == "tuv":
            unit.variants.append(_Variant(attributes.get(LANG) or attributes.get("lang")))
        elif name == "prop":
            self._prop, self._text = attributes.get("type", ""), []
        elif name == "seg" and unit.variants:
            self._text = []
        elif name in _INLINE and self._text is not None:
            self._codes.append((attributes.get("type", "") if name in CODES else name, len(self._text)))

    def data(self, text: str) -> None:
        """Hear a piece of text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Hear that an element ends."""
        name = tag.rpartition("}")[2]
        self._depth -= 1
        if self._unit is None:
            return
        if name == "tu":
            self._ready.append(self._unit)
            self._unit = None
        elif self._text is not None and name in _INLINE and self._codes:
            self._end_inline(*self._codes.pop(), self._text)
        elif self._text is not None and name in {"seg", "prop"}:
            self._end_text(self._unit, name, "".join(self._text))
            self._text = None

    def _end_inline(self, kind: str, begin: int, text: list[str]) -> None:
        """Keep what our own placeholders hold and the text of highlights; drop the marks of other formats."""
        if kind == CHARACTER:
            with suppress(ValueError, OverflowError):
                text[begin:] = [chr(int("".join(text[begin:]), 16))]
        elif kind != MARK:
            self._reader.tags += 1
            if kind != "hi":
                del text[begin:]

    def _end_text(self, unit: _Unit, name: str, text: str) -> None:
        if name == "seg":
            variant = unit.variants[-1]
            variant.text = variant.text or text
        elif self._prop == DOC:
            unit.doc = text
        elif self._prop == DOC_JSON:
            with suppress(ValueError):
                unit.doc = str(json.loads(text))

    def close(self) -> None:
        """Hear that the file ends."""
