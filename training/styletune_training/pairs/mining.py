"""From sources to mined pairs: what was not looked through yet, or has changed, is looked through."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from threading import Event
from typing import TYPE_CHECKING

from styletune.errors import Cancelled, FileError, UsageError
from styletune_training.corpus.document import CorpusDocument
from styletune_training.corpus.finding import named
from styletune_training.corpus.post_names import PostNames
from styletune_training.corpus.skipped import is_derived
from styletune_training.corpus.source import Source
from styletune_training.pairs.mined import Mined, MinedPair
from styletune_training.pairs.mined_pairs import ALIGNED, MinedPairs

if TYPE_CHECKING:
    from styletune.exchange.selection import Preference
    from styletune_training.pairs.translations import Bilingual

LEFT_OUT = "its post is left out"

OnProgress = Callable[[str, int, int], None]
"""Is told what is looked through, how much of it was, and of how much."""


@dataclass(frozen=True, slots=True)
class MinedSource:
    """What one source of pairs holds."""

    source: Source | None
    """``None``: the translations among the documents."""

    mined: Mined
    fresh: bool
    """Whether it was looked through now."""

    failure: str | None = None
    """Why it could not be looked through; ``mined`` is what was found before."""


@dataclass(frozen=True, slots=True)
class Corpora:
    """What pairs are mined in."""

    root: Path
    sources: Sequence[Source]
    documents: Sequence[CorpusDocument]
    names: PostNames
    """How posts are named."""


def mine_all(
    corpora: Corpora, *, stop: Event | None = None, on_progress: OnProgress | None = None, keep: bool = True
) -> list[MinedSource]:
    """Bring the mined pairs of a project up to date: of its translations, files of pairs and histories.

    A source that has not changed is not looked through again, and the pairs of one that was removed go. Unless
    ``keep``, nothing is written. Raises ``Cancelled`` when ``stop`` is set, and ``FileError``.
    """
    mining = _Mining(corpora, MinedPairs(corpora.root), stop, on_progress, keep)
    wanted = [source for source in corpora.sources if source.kind in {"pairs", "git"}]
    if keep:
        gone = set(mining.pairs.names()) - {source.id for source in wanted}
        for name in sorted(name for name in gone if not name.startswith(ALIGNED)):
            mining.pairs.remove(name)
    found = [mining.translations()]
    return [*found, *(mining.of_file(one) if one.kind == "pairs" else mining.of_history(one) for one in wanted)]


@dataclass(frozen=True, slots=True)
class _Mining:
    corpora: Corpora
    pairs: MinedPairs
    stop: Event | None
    on_progress: OnProgress | None
    keep: bool

    def translations(self) -> MinedSource:
        """Align the versions of each post; posts none of whose versions has changed are not aligned again."""
        from styletune_training.pairs.translations import bilingual  # noqa: PLC0415 - loads what aligns texts

        posts: dict[str, list[Bilingual]] = {}
        for both in bilingual(self.corpora.documents):
            posts.setdefault(both.original.post, []).append(both)
        if self.keep:
            for name in sorted(set(self.pairs.names()) - set(map(_aligned, posts))):
                if name.startswith(ALIGNED):
                    self.pairs.remove(name)
        found: list[MinedSource] = []
        for number, (post, versions) in enumerate(posts.items()):
            tell = partial(self._tell, "Aligning translations", number, len(posts))
            found.append(self._of_post(post, versions, tell))
        return MinedSource(None, _joined(one.mined for one in found), any(one.fresh for one in found))

    def _of_post(self, post: str, versions: "Sequence[Bilingual]", tell: Callable[[], None]) -> MinedSource:
        from styletune_training.pairs.translations import ALIGNER, align  # noqa: PLC0415 - loads what aligns texts

        texts = {one.id: one for both in versions for one in (both.original, both.translation)}
        facts = [[one.id, one.content, one.reader, one.post, one.lang] for one in texts.values()]

        def aligned() -> Mined:
            tell()
            return _joined(map(align, versions))

        return self._updated(_aligned(post), lambda: _hash(ALIGNER, facts), aligned)

    def of_file(self, source: Source) -> MinedSource:
        from styletune_training.pairs.pair_files import READER, read_pairs  # noqa: PLC0415 - of this source alone

        path = self.corpora.root / source.path

        def print_of() -> str:
            found = path.stat()
            return _hash(READER, [found.st_size, found.st_mtime_ns])

        return self._updated(source, print_of, lambda: _without(read_pairs(path), set(source.excluded.paths)))

    def of_history(self, source: Source) -> MinedSource:
        from styletune_training.pairs.git_history import fingerprint, mine, names  # noqa: PLC0415 - of this source alone

        path = self.corpora.root / source.path
        posts = _Posts(self.corpora, path)

        def mined() -> Mined:
            found = mine(
                path,
                source.git,
                doc_name=posts.name,
                lang=source.lang,
                stop=self.stop,
                on_progress=lambda done, total: self._tell(f"Reading the history of {source.path}", done, total),
            )
            return _without(found, posts.left_out.union(source.excluded.paths))

        def print_of() -> str:
            return _hash(fingerprint(path, source.git), source.lang, posts.facts(names(path, self.stop)))

        return self._updated(source, print_of, mined)

    def _updated(self, of: Source | str, print_of: Callable[[], str], mined: Callable[[], Mined]) -> MinedSource:
        """Look through a source unless it is as it was; pairs of translations are named by their post instead."""
        self._check()
        name, source = (of, None) if isinstance(of, str) else (of.id, of)
        known = self.pairs.read(name)
        try:
            fingerprint = print_of()
            if known is not None and known[0] == fingerprint:
                return MinedSource(source, known[1], fresh=False)
            found = mined()
        except OSError:
            return MinedSource(source, _old(known), fresh=False, failure="there is no such file any more")
        except (UsageError, FileError) as error:
            return MinedSource(source, _old(known), fresh=False, failure=str(error))
        if self.keep:
            self.pairs.put(name, fingerprint, found)
        return MinedSource(source, found, fresh=True)

    def _check(self) -> None:
        if self.stop is not None and self.stop.is_set():
            raise Cancelled("The run was stopped.")

    def _tell(self, what: str, done: int, total: int) -> None:
        if self.on_progress is not None:
            self.on_progress(what, done, total)


def _aligned(post: str) -> str:
    return f"{ALIGNED}{_hash(post)[:16]}"


class _Posts:
    """The posts that the files of a repository are versions of."""

    def __init__(self, corpora: Corpora, repository: Path) -> None:
        self._corpora = corpora
        self._repository = repository
        self._posts = {document.id: document.post for document in corpora.documents}
        self._like_named: defaultdict[str, list[str]] = defaultdict(list)
        for id_ in self._posts:
            self._like_named[PurePosixPath(id_).name].append(id_)
        used = {one.post for one in corpora.documents if one.skipped is None or is_derived(one)}
        self.left_out = {one.post for one in corpora.documents} - used
        """Posts that a person left out, which are no examples of how the author writes."""

    def name(self, path: str) -> str:
        """Name the post of a file by its path below the repository, which may be bare or a clone."""
        name = named(self._corpora.root, self._repository / path)
        if name in self._posts:
            return self._posts[name]
        like_named = self._like_named.get(PurePosixPath(path).name, ())
        ending = [self._posts[id_] for id_ in like_named if f"/{id_}".endswith(f"/{path}")]
        if len(ending) == 1:
            return ending[0]
        post = self._corpora.names.post(name)
        return (
            self._corpora.names.post(f"{self._repository.name.removesuffix('.git')}/{path}")
            if post.startswith("/")
            else post
        )

    def facts(self, paths: Iterable[str]) -> object:
        """Tell how files of the repository are named, and which of them are left out; other posts change nothing."""
        named_so = {path: self.name(path) for path in paths}
        return [sorted(named_so.items()), sorted(self.left_out.intersection(named_so.values()))]


def _without(mined: Mined, docs: set[str]) -> Mined:
    kept = tuple(pair for pair in mined.pairs if pair.pair.doc not in docs)
    preferences = tuple(one for one in mined.preferences if one.doc not in docs)
    left_out = len(mined.pairs) - len(kept)
    dropped = {**mined.dropped, LEFT_OUT: left_out} if left_out else mined.dropped
    return replace(mined, pairs=kept, preferences=preferences, dropped=dropped)


def _joined(found: Iterable[Mined]) -> Mined:
    pairs: list[MinedPair] = []
    dropped: Counter[str] = Counter()
    problems: list[str] = []
    notes: dict[str, None] = {}
    preferences: list[Preference] = []
    for one in found:
        pairs += one.pairs
        dropped.update(one.dropped)
        problems += one.problems
        notes |= dict.fromkeys(one.notes)
        preferences += one.preferences
    return Mined(tuple(pairs), dict(dropped), tuple(problems), tuple(notes), tuple(preferences))


def _old(known: tuple[str, Mined] | None) -> Mined:
    return known[1] if known is not None else Mined()


def _hash(*facts: object) -> str:
    text = json.dumps(facts, sort_keys=True).encode("ascii")
    return hashlib.blake2b(text, digest_size=12, person=b"styletune:mined").hexdigest()
