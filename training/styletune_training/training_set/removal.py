"""Removing documents and sources from the corpus, with all that was made of them."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from styletune.exchange.pair import Pair
from styletune.exchange.pairs import Pairs
from styletune.files.discovery import fixed_part
from styletune_training.corpus.chosen import Chosen
from styletune_training.corpus.document import CorpusDocument, paragraph_id
from styletune_training.corpus.source import Source
from styletune_training.corpus.sources import Sources
from styletune_training.corpus.store import Corpus
from styletune_training.pairs.mined_pairs import MinedPairs
from styletune_training.synthesis.ledger import Ledger
from styletune_training.synthesis.made import Made
from styletune_training.training_set.candidates import texts_of


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes; nothing is removed before ``apply``."""

    documents: tuple[CorpusDocument, ...]
    sources: tuple[Source, ...]
    """Those of which all goes."""

    posts: frozenset[str]
    """Names, as in ``Pair.doc``, of the posts of which no version stays."""

    pairs: Counter[str] = field(default_factory=Counter[str])
    """How many pairs go, by origin."""

    cost: Counter[str] = field(default_factory=Counter[str])
    """What was paid for those that a model wrote, by currency, in millionths."""

    excluded: tuple[str, ...] = ()
    """Documents whose files stay, so that they are kept from coming back."""


def plan(root: Path, chosen: Chosen) -> Removal:
    """Find all that hangs on some documents and sources. Raises ``FileError`` and ``SettingsError``."""
    return _Planning(root, chosen).removal()


def apply(root: Path, chosen: Chosen) -> None:
    """Remove all of it. Raises ``FileError`` and ``SettingsError``.

    What items are found by goes last: after a kill, the same command does the rest.
    """
    _Planning(root, chosen).apply()


def posts_of_pairs(root: Path) -> frozenset[str]:
    """List the posts that pairs were found in or brought of, as in ``Pair.doc``. Raises ``FileError``."""
    found = {one.pair.doc for one in MinedPairs(root).all()}
    return frozenset(found | {pair.doc for pair in Pairs(root).all()})


class _Planning:
    """One removal: what goes, and where it is."""

    def __init__(self, root: Path, chosen: Chosen) -> None:
        self.root = root
        self.chosen = chosen
        self.named = frozenset(document.id for document in chosen.documents)
        sources = {source.id for source in chosen.sources}
        everything = Corpus(root).documents()
        self.gone = tuple(one for one in everything if one.id in self.named or one.source in sources)
        stay = [one for one in everything if one.id not in self.named and one.source not in sources]
        kept_posts = {one.post for one in stay}
        self.kept_paragraphs = _texts(stay)
        self.posts = (chosen.posts | {one.post for one in self.gone}) - kept_posts
        named_posts = chosen.posts | {one.post for one in self.gone if one.id in self.named}
        self.named_posts = named_posts - kept_posts
        self.other_versions = frozenset(one.post for one in self.gone) & kept_posts
        self.paragraphs = _texts(self.gone) - self.kept_paragraphs
        self.mined = MinedPairs(root)
        self.ledger = Ledger(root)

    def removal(self) -> Removal:
        pairs, cost = Counter[str](), Counter[str]()
        for name in self.mined.names():
            found = self.mined.read(name)
            pairs.update(one.pair.origin for one in (found[1].pairs if found else ()) if self._is_gone(one.pair, name))
        for one in self._made():
            pairs["synthesized"] += 1
            if one.cost:
                cost[one.currency] += round(one.cost * 1_000_000)
        pairs.update(pair.origin for pair in self._imported())
        excluded = tuple(sorted(document.id for document, _ in self._to_exclude()))
        return Removal(self.gone, self.chosen.sources, self.posts, pairs, cost, excluded)

    def apply(self) -> None:
        sources = Sources(self.root)
        for name in self.mined.names():
            self._filter_mined(name)
        self._forget_made()
        Pairs(self.root).remove({pair.id for pair in self._imported()})
        sources.put(self._with_exclusions(sources.all()))
        Corpus(self.root).remove({document.id for document in self.gone})
        for source in self.chosen.sources:
            self.mined.remove(source.id)
            sources.remove(source.id)

    def _is_gone(self, pair: Pair, name: str) -> bool:
        """Tell whether a mined pair goes; ``name`` is that of the file it is kept in.

        What another source gave, such as a history, goes with a document and stays when a folder is let go.
        """
        if any(name == source.id for source in self.chosen.sources) or pair.doc in self.named_posts:
            return True
        if pair.origin == "aligned" and pair.doc in self.posts | self.other_versions:
            return True
        said = {paragraph_id(pair.source), paragraph_id(pair.target)}
        return pair.doc in self.other_versions and bool(said & self.paragraphs)

    def _filter_mined(self, name: str) -> None:
        found = self.mined.read(name)
        if found is None:
            return
        fingerprint, mined = found
        pairs = tuple(one for one in mined.pairs if not self._is_gone(one.pair, name))
        preferences = tuple(one for one in mined.preferences if one.doc not in self.named_posts)
        if len(pairs) < len(mined.pairs) or len(preferences) < len(mined.preferences):
            self.mined.put(name, fingerprint, replace(mined, pairs=pairs, preferences=preferences))

    def _made(self) -> Iterator[Made]:
        """Yield what was made of the texts that go, whatever their post was called then.

        What another document says, too, was paid for that one as well.
        """
        for one in self.ledger.made():
            if one.paragraph in self.paragraphs or (
                one.doc in self.posts and one.paragraph not in self.kept_paragraphs
            ):
                yield one

    def _forget_made(self) -> None:
        unanswered = {one.item for one in self.ledger.unanswered() if one.doc in self.posts}
        self.ledger.remove(unanswered.union(one.item for one in self._made()))

    def _imported(self) -> Iterable[Pair]:
        return [pair for pair in Pairs(self.root).all() if pair.doc in self.named_posts] if self.named_posts else []

    def _to_exclude(self) -> Iterator[tuple[CorpusDocument, Source]]:
        """Yield the documents that would come back with their folder."""
        kept = {source.id: source for source in Sources(self.root).all() if source not in self.chosen.sources}
        for document in self.gone:
            source = kept.get(document.source)
            if source is not None and os.path.lexists(self.root / document.id):
                yield document, source

    def _with_exclusions(self, sources: Sequence[Source]) -> list[Source]:
        """Return the sources that must keep something out, with what they keep out."""
        globs: dict[str, list[str]] = {}
        for document, source in self._to_exclude():
            globs.setdefault(source.id, []).append(only(self.root, source, document.id))
        for name in self._other_places():
            globs.setdefault(name, []).extend(sorted(self.named_posts))
        return [_keeping_out(source, globs[source.id]) for source in sources if source.id in globs]

    def _other_places(self) -> Iterator[str]:
        """Yield the histories and files of pairs, which may give pairs of a removed post when they are read again."""
        return (one.id for one in Sources(self.root).all() if one.kind in {"git", "pairs"} and self.named_posts)


def _texts(documents: Iterable[CorpusDocument]) -> set[str]:
    return {text.id for document in documents for text in texts_of(document)}


def _keeping_out(source: Source, globs: Sequence[str]) -> Source:
    paths = tuple(dict.fromkeys([*source.excluded.paths, *globs]))
    return replace(source, excluded=replace(source.excluded, paths=paths))


def only(root: Path, source: Source, name: str) -> str:
    """Write the glob that means one document of a source, and no file of the same name in another folder."""
    pattern, file = os.path.join(root, source.path), os.path.join(root, name)  # noqa: PTH118 - a glob is no path
    folder = fixed_part(pattern)
    if not folder.is_dir():
        folder = folder.parent
    spellings = (
        (os.path.abspath(file), os.path.abspath(folder)),  # noqa: PTH100 - links count as they are named, then as they lead
        (os.path.realpath(file), os.path.realpath(folder)),
    )
    for there, above in spellings:
        try:
            return "./" + _escaped(Path(there).relative_to(above).as_posix())
        except ValueError:
            continue
    return _escaped(name)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
