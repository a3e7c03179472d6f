"""Which paragraphs a model is asked for, and why the others are left out."""

import hashlib

from styletune.markdown.segments import Kind
from styletune.text.inline import prose, whole_spans
from styletune.text.language import base_language
from styletune.text.tokens import length
from styletune_training.corpus.document import CorpusDocument, Paragraph

SHORTEST = 6
"""Words of a paragraph that can be put another way; CJK characters count as 0.6 words."""

LONGEST = 350
"""Words above which models lose the thread."""

SHORT_KINDS = frozenset({Kind.HEADING, Kind.CELL, Kind.ALT, Kind.TITLE, Kind.FRONT_MATTER})
ONE_IN = 5
"""Of short texts, one in so many is rewritten: they shall be in the mix, and not fill it."""

_SHORTEST_SHORT = 3
_LEAST_PROSE = 2
"""Words of prose to one mark."""

TOO_SHORT = "too short"
TOO_LONG = f"more than {LONGEST} words"
MOSTLY_MARKS = "mostly code or links"
SHORT_KIND = f"a heading or a label: one in {ONE_IN} is taken"
UNKNOWN_LANGUAGE = "its language is not known"
OTHER_LANGUAGE = "in another language"
QUOTED = "a quotation"


def language(document: CorpusDocument, paragraph: Paragraph) -> str | None:
    """Return the code of a paragraph's language."""
    return paragraph.lang or document.lang


def unfit_to_rewrite(paragraph: Paragraph) -> str | None:
    """Say why a paragraph is not rewritten; ``None``: it may be."""
    if paragraph.kind is Kind.QUOTE:
        return QUOTED
    if paragraph.kind in SHORT_KINDS:
        return _unfit(paragraph.text, _SHORTEST_SHORT) or (None if _in_share(paragraph.id) else SHORT_KIND)
    return _unfit(paragraph.text, SHORTEST)


def unfit_to_translate(paragraph: Paragraph, lang: str | None, *, source: str, target: str | None) -> str | None:
    """Say why a paragraph in ``lang`` is not translated into ``source``; ``None``: it may be.

    ``target`` is the language of what shall be learnt; ``None``: any but ``source``.
    """
    if lang is None:
        return UNKNOWN_LANGUAGE
    wanted = base_language(lang) != base_language(source) if target is None else _same(lang, target)
    return _unfit(paragraph.text, 1) if wanted else OTHER_LANGUAGE


def unfit_to_ask_for(text: str) -> str | None:
    """Say why no question is made for a chunk of a note; ``None``: one may be."""
    return _unfit(text, SHORTEST)


def _unfit(text: str, shortest: float) -> str | None:
    size = round(length(prose(text)), 1)  # ten characters are six words, whatever floats say
    if size > LONGEST:
        return TOO_LONG
    marks = len(whole_spans(text))
    if size < shortest:
        return MOSTLY_MARKS if marks and length(text) >= shortest else TOO_SHORT
    return MOSTLY_MARKS if size < _LEAST_PROSE * marks else None


def _in_share(paragraph_id: str) -> bool:
    digest = hashlib.blake2b(paragraph_id.encode(), digest_size=8, person=b"styletune:short").digest()
    return int.from_bytes(digest, "big") % ONE_IN == 0


def _same(lang: str, wanted: str) -> bool:
    """Tell whether a language is the wanted one; one that names no variant stands for all of them."""
    return lang == wanted or wanted == base_language(lang) or lang == base_language(wanted)
