"""Pairs as a translation memory that other tools read."""

import json
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from styletune import __version__
from styletune.exchange.pair import Pair
from styletune.exchange.tmx import ALL, CHARACTER, DOC, DOC_JSON, LANG, MARK, NOT_XML, UNKNOWN, parts


def is_translation(pair: Pair) -> bool:
    """Tell whether a pair belongs into a translation memory, which holds texts in two languages."""
    return pair.task == "translate" and (pair.source_lang is None or pair.source_lang != pair.target_lang)


def tmx_bytes(pairs: Iterable[Pair]) -> bytes:
    """Render translations as a TMX 1.4b file in UTF-8; the same pairs give the same bytes.

    Marks of Markdown become placeholders that hold them, so that other tools leave them alone and ours restores them.
    """
    chosen = list(pairs)
    languages = {pair.source_lang for pair in chosen}
    source = bcp47(chosen[0].source_lang) if len(languages) == 1 else ALL
    return "".join(_file(chosen, source if source != UNKNOWN else ALL)).encode()


def bcp47(code: str | None) -> str:
    """Write a language code as BCP 47 recommends: ``zh-Hant``, ``pt-BR``; ``und`` if there is none."""
    if code is None:
        return UNKNOWN
    base, *subtags = code.split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([base.lower(), *(cased.get(len(tag), str.lower)(tag) for tag in subtags)])


def _file(pairs: Iterable[Pair], source_lang: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
    header = Element(
        "header",
        {
            "creationtool": "styletune",
            "creationtoolversion": __version__,
            "segtype": "paragraph",
            "o-tmf": "styletune",
            "adminlang": "en",
            "srclang": source_lang,
            "datatype": "plaintext",
        },
    )
    yield _line(header) + "<body>\n"
    for pair in pairs:
        yield _line(_unit(pair))
    yield "</body>\n</tmx>\n"


def _line(element: Element) -> str:
    return tostring(element, encoding="unicode") + "\n"


def _unit(pair: Pair) -> Element:
    unit = Element("tu", {"tuid": pair.id})
    plain = not NOT_XML.search(pair.doc)
    SubElement(unit, "prop", {"type": DOC if plain else DOC_JSON}).text = pair.doc if plain else json.dumps(pair.doc)
    for lang, text in ((pair.source_lang, pair.source), (pair.target_lang, pair.target)):
        variant = SubElement(unit, "tuv", {LANG: bcp47(lang)})
        _fill(SubElement(variant, "seg"), text)
    return unit


def _fill(segment: Element, text: str) -> None:
    number = 0
    last: Element | None = None
    for kind, content in _contents(text):
        if kind:
            number += 1
            last = SubElement(segment, "ph", {"x": str(number), "type": kind})
            last.text = content
        elif last is None:
            segment.text = (segment.text or "") + content
        else:
            last.tail = (last.tail or "") + content


def _contents(text: str) -> Iterator[tuple[str, str]]:
    """Yield prose as ``("", text)`` and what needs a placeholder with its type."""
    for is_mark, part in parts(text):
        if is_mark and not NOT_XML.search(part):
            yield MARK, part
        else:
            yield from _by_character(part)


def _by_character(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for found in NOT_XML.finditer(text):
        if at < found.start():
            yield "", text[at : found.start()]
        yield CHARACTER, f"{ord(found[0]):04X}"
        at = found.end()
    if at < len(text):
        yield "", text[at:]
