"""Posts that exist in two languages, aligned into pairs.

A post and its translation have the same structure more often than the same lengths: headings go with headings and list
items with list items, and between them the likeliest alignment is looked for. Whatever is not surely a translation is
left out: a wrong pair teaches a model to invent.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from styletune.edits.links import Link
from styletune.edits.translations import WeighedLink, weigh_translations
from styletune.exchange.pair import make_pair
from styletune.markdown.segments import Kind
from styletune.text.inline import prose
from styletune.text.language import base_language
from styletune.text.tokens import length, words
from styletune.text.wrap import unwrap
from styletune_training.corpus.document import CorpusDocument, Paragraph
from styletune_training.corpus.post_names import below_added
from styletune_training.pairs.mined import Mined, MinedPair

ALIGNER = "1"
"""Version of the alignment: what it finds differs where this does."""

_SURE = 0.9
"""Least probability of a link."""

_SURE_JOINED = 0.98
"""Least probability of a link of two paragraphs with one."""

_MOST_LONGER = 2.0
"""How many times longer or shorter than the rest of the document lets expect a translation may be."""

_SLACK = 3.0
"""Words that are added to both lengths before they are compared: short texts differ more."""

_LINK = regex.compile(r"\]\(|(?<!\()https?://")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A post and its translation."""

    original: CorpusDocument
    translation: CorpusDocument


def bilingual(documents: Iterable[CorpusDocument]) -> list[Bilingual]:
    """Find the posts that exist in two languages or more; the original is paired with each other version.

    The original is, in this order of evidence: the only version whose name says no language; the one with the earliest
    date; the one in the language that most posts without translations are in; that left stretches of its language in
    the others; that most posts have; else the first by name.
    """
    versions = _versions(documents)
    rank = _rank(versions.values())
    found: list[Bilingual] = []
    for post in sorted(versions):
        if len(versions[post]) > 1:
            original = _original(versions[post], rank)
            found += [
                Bilingual(original, other)
                for other in versions[post]
                if base_language(other.lang or "") != base_language(original.lang or "")
            ]
    return found


def _versions(documents: Iterable[CorpusDocument]) -> Mapping[str, list[CorpusDocument]]:
    """List the versions of each post, one a language, by name.

    Of two in one language the one that is named by it counts: the other one waits to be translated.
    """
    found: defaultdict[str, dict[str, CorpusDocument]] = defaultdict(dict)
    for document in sorted(documents, key=lambda one: (not _named_rightly(one), one.id)):
        if document.skipped is None and document.lang is not None and document.paragraphs:
            found[document.post].setdefault(document.lang, document)
    return {post: sorted(by_lang.values(), key=lambda one: one.id) for post, by_lang in found.items()}


def _named_rightly(document: CorpusDocument) -> bool:
    """Tell whether a document's name says its language, or none at all."""
    name = below_added(document.id, document.post)
    parts = regex.split(r"[/._]", name.casefold())
    return name == document.post or document.lang in parts or name.endswith(f"-{document.lang}.md")


_Rank = Mapping[str, tuple[int, int, int]]
"""How much speaks for a language as the author's own, by language; the most important first."""


def _rank(posts: Iterable[Sequence[CorpusDocument]]) -> _Rank:
    alone: Counter[str] = Counter()
    left_over: Counter[str] = Counter()
    all_of_them: Counter[str] = Counter()
    for versions in posts:
        languages = [base_language(version.lang or "") for version in versions]
        all_of_them.update(languages)
        alone.update(languages if len(languages) == 1 else ())
        strange = {base_language(one.lang) for version in versions for one in version.paragraphs if one.lang}
        left_over.update(strange if len(languages) > 1 else ())
    return {lang: (alone[lang], left_over[lang], count) for lang, count in all_of_them.items()}


def _original(versions: Sequence[CorpusDocument], rank: _Rank) -> CorpusDocument:
    unnamed = [version for version in versions if below_added(version.id, version.post) == version.post]
    if len(unnamed) == 1:
        return unnamed[0]
    if all(version.date for version in versions):
        first = min(version.date or "" for version in versions)
        earliest = [version for version in versions if version.date == first]
        if len(earliest) == 1:
            return earliest[0]
    return max(versions, key=lambda version: rank[base_language(version.lang or "")])


def align(both: Bilingual) -> Mined:
    """Pair the paragraphs of a post with those of its translation, from the original to the translation."""
    return _Alignment(both).mined()


class _Alignment:
    """The paragraphs of a post and of its translation, and what links them."""

    def __init__(self, both: Bilingual) -> None:
        self.original, self.translation = both.original, both.translation
        self.source, self.target = both.original.paragraphs, both.translation.paragraphs
        self.links = weigh_translations(
            [one.text for one in self.source],
            [one.text for one in self.target],
            kinds=([one.kind for one in self.source], [one.kind for one in self.target]),
        )
        self.ratio = _length(self.target) / max(_length(self.source), 1.0)

    def mined(self) -> Mined:
        dropped: Counter[str] = Counter()
        pairs: list[MinedPair] = []
        for weighed in self.links:
            reason = self._fault(weighed)
            if reason is None:
                pairs.append(self._pair(weighed.link))
            else:
                dropped[reason] += 1
        return Mined(tuple(pairs), dropped)

    def _fault(self, weighed: WeighedLink) -> str | None:
        """Say why a link is no pair, in words."""
        sources, targets = self._both(weighed.link)
        if not sources or not targets:
            return "only in one language"
        texts = _joined(sources), _joined(targets)
        if not all(words(prose(text)) for text in texts):
            return "no prose"
        if _bare(texts[0]) == _bare(texts[1]):
            return "same text"
        if self._is_untranslated(sources, targets):
            return "not translated"
        return self._doubt(weighed, texts)

    def _doubt(self, weighed: WeighedLink, texts: tuple[str, str]) -> str | None:
        """Say why it is not sure that one text is all of the other in another language."""
        if not self._is_sure(weighed):
            return "unsure"
        if not self._fits(*texts):
            return "lengths differ"
        return None if _links(texts[0]) == _links(texts[1]) else "links differ"

    def _both(self, link: Link) -> tuple[list[Paragraph], list[Paragraph]]:
        return [self.source[at] for at in link.old], [self.target[at] for at in link.new]

    def _is_untranslated(self, sources: Sequence[Paragraph], targets: Sequence[Paragraph]) -> bool:
        expected = [(one, self.original.lang) for one in sources] + [(one, self.translation.lang) for one in targets]
        return any(one.lang and lang and base_language(one.lang) != base_language(lang) for one, lang in expected)

    def _is_sure(self, weighed: WeighedLink) -> bool:
        """Tell whether a link is sure enough; only whole paragraphs are joined."""
        sources, targets = self._both(weighed.link)
        paragraphs = [*sources, *targets]
        if len(paragraphs) == 2:  # noqa: PLR2004 - one and one
            return weighed.probability >= _SURE
        return weighed.probability >= _SURE_JOINED and all(one.kind is Kind.PARAGRAPH for one in paragraphs)

    def _fits(self, source: str, target: str) -> bool:
        expected, found = length(source) * self.ratio + _SLACK, length(target) + _SLACK
        return 1 / _MOST_LONGER <= found / expected <= _MOST_LONGER

    def _pair(self, link: Link) -> MinedPair:
        sources, targets = self._both(link)
        langs = self.original.lang, self.translation.lang
        texts = _joined(sources), _joined(targets)
        pair = make_pair(self.original.post, "translate", langs, texts, origin="aligned")
        places = _place(self.original, sources[0]), _place(self.translation, targets[0])
        return MinedPair(pair, " = ".join(places))


def _length(paragraphs: Iterable[Paragraph]) -> float:
    return sum(length(one.text) for one in paragraphs)


def _joined(paragraphs: Iterable[Paragraph]) -> str:
    return unwrap("\n".join(one.text for one in paragraphs))


def _bare(text: str) -> str:
    return "".join(words(prose(text))).casefold()


def _links(text: str) -> int:
    return len(_LINK.findall(text))


def _place(document: CorpusDocument, paragraph: Paragraph) -> str:
    return f"{document.id}:{paragraph.line}" if paragraph.line else document.id
