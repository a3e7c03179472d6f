"""The language of a document, and of the paragraphs that are in another one."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from styletune.errors import UsageError
from styletune.files.naming import language_in_name
from styletune.text.language import base_language, identify, language_code, likelier, script_share, scripts_of
from styletune.text.tokens import length, words
from styletune_training.corpus.document import CorpusDocument, Paragraph
from styletune_training.corpus.post_names import below_added

_SAMPLE = 4000
"""Characters that identify a language well enough."""

_LEAST_WORDS = 8
"""Words below which the language of a paragraph is not asked for: names and loan words decide too much."""

_SURELY_ANOTHER = 3.0
"""Least distance, as ``likelier`` measures it, of a paragraph in another language with the same script."""

_CONTRADICTED = 0.8
"""Share of the words in another language that a name or a header cannot be right against."""

_FAMILIAR = 0.5
"""Share of a paragraph's words that other paragraphs of a language have, too, from which on it is in that language."""

_LEAD = 0.2
"""By how much that share must be above that of any other language."""

_USUAL = 0.9
"""Share of the paragraphs of a source from which on their language is the usual one."""

_LAST_LATIN = "\u024f"


def language_in_id(name: str, post: str) -> str | None:
    """Read the language off what a document's id has and its post's has not: ``en/a.md``, ``a-en.md``, ``a.en.md``."""
    here, there = PurePosixPath(below_added(name, post)), PurePosixPath(post)
    folders = list((Counter(here.parts[:-1]) - Counter(there.parts[:-1])).elements())
    behind = here.stem.removeprefix(there.stem) if here.stem != there.stem else ""
    found = next(filter(None, map(_code, [behind, *folders])), None)
    return found or language_in_name(Path(here.name))


def with_languages(paragraphs: Sequence[Paragraph], declared: str | None) -> tuple[str | None, tuple[Paragraph, ...]]:
    """Return the language of most of a document, and its paragraphs with theirs where it differs.

    Arguments: ``declared`` is the code that name or header say; it counts unless nearly all of the text is in another
    language.
    """
    lengths = [length(one.text) for one in paragraphs]
    spoken = list(_by_paragraph([one.text for one in paragraphs], lengths))
    weights: dict[str, float] = {}
    for found, weight in zip(spoken, lengths, strict=True):
        if found is not None:
            weights[found] = weights.get(found, 0) + weight
    lang = _language(weights, declared) or identify("\n".join(one.text for one in paragraphs)[:_SAMPLE])
    marked = (
        replace(one, lang=found) if lang and found and _surely_differs(one.text, found, lang) else one
        for one, found in zip(paragraphs, spoken, strict=True)
    )
    return lang, tuple(marked)


def with_usual_language(documents: Sequence[CorpusDocument]) -> tuple[CorpusDocument, ...]:
    """Give the documents that are too short to show their language the usual one of their source, if there is one.

    A text in letters of another script stays without.
    """
    usual: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        if document.lang is not None:
            usual[document.source][document.lang] += len(document.paragraphs)
    return tuple(
        document if document.lang is not None else replace(document, lang=_usual(usual[document.source], document))
        for document in documents
    )


def _usual(spoken: Counter[str], document: CorpusDocument) -> str | None:
    lang, count = spoken.most_common(1)[0] if spoken else (None, 0)
    if lang is None or not document.paragraphs or count < _USUAL * spoken.total():
        return None
    return lang if script_share("\n".join(one.text for one in document.paragraphs), lang) > _USUAL else None


def _language(weights: Mapping[str, float], declared: str | None) -> str | None:
    first = max(weights, key=lambda lang: weights[lang], default=None)
    if declared is None or first is None or first == base_language(declared):
        return declared or first
    return first if weights[first] >= _CONTRADICTED * sum(weights.values()) else declared


def _by_paragraph(texts: Sequence[str], lengths: Sequence[float]) -> Iterator[str | None]:
    """Yield the language of each text, ``None`` for short and unclear ones.

    Statistics are slow: they are asked only where a text has few words of those that came before.
    """
    seen: dict[str, set[str]] = {}
    for text, many in zip(texts, lengths, strict=True):
        if many < _LEAST_WORDS:
            yield None
            continue
        own = {word.lower() for word in words(text)}
        lang = _familiar(own, seen) if _is_latin(text) else None
        lang = lang or identify(text)
        if lang is not None:
            seen.setdefault(lang, set()).update(own)
        yield lang


def _is_latin(text: str) -> bool:
    return sum(char > _LAST_LATIN and char.isalpha() for char in text) * 10 < len(text)


def _familiar(own: set[str], seen: dict[str, set[str]]) -> str | None:
    shares = sorted(((len(own & known) / len(own), lang) for lang, known in seen.items()), reverse=True)
    if not shares or shares[0][0] < _FAMILIAR:
        return None
    return shares[0][1] if len(shares) == 1 or shares[0][0] - shares[1][0] >= _LEAD else None


def _surely_differs(text: str, found: str, lang: str) -> bool:
    base = base_language(lang)
    if found == base:
        return False
    if "latin" not in scripts_of(found) or "latin" not in scripts_of(base):
        return True
    nearer = likelier(text, base)
    return nearer is not None and nearer[0] == found and nearer[1] >= _SURELY_ANOTHER


def _code(tag: str) -> str | None:
    try:
        return language_code(tag.strip("-_. ")) if tag.strip("-_. ") else None
    except UsageError:
        return None
