"""Pairs out of a blog's history: paragraphs as they were first written, and as their author rewrote them.

The target is the last wording that the author gave a paragraph and the source the first one from which that is a
rewriting, whatever number of edits and of days lies between: what the author stands by is the voice. What an AI wrote
and the author rewrote before or after publishing is the ideal case, and needs no telling apart.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path, PurePosixPath
from threading import Event
from typing import TypeAlias

from styletune.errors import Cancelled, FileError
from styletune.exchange.pair import make_pair
from styletune.markdown.skeleton import read
from styletune.text.counted import counted
from styletune_training.corpus.document import Paragraph
from styletune_training.corpus.formats import as_markdown
from styletune_training.corpus.languages import with_languages
from styletune_training.corpus.paragraphs import prose_of
from styletune_training.corpus.reading import READER
from styletune_training.corpus.source import GitOptions
from styletune_training.pairs.chains import Chains, Rewriting
from styletune_training.pairs.git_commits import CommitFilter, made_alike
from styletune_training.pairs.git_log import Commit, FileChange, read_log, read_names
from styletune_training.pairs.git_repository import LARGEST, Blobs, Repository
from styletune_training.pairs.lineages import Lineages
from styletune_training.pairs.mined import Mined, MinedPair
from styletune_training.pairs.rewritten import Limits, ParagraphEdit, edits_between, facts_only

MINER = "1"
"""Version of what is mined; another one, and all histories are read again."""

_SHORT_HASH = 7
_KEPT_TEXTS = 512
"""Files whose paragraphs are remembered: what a commit made is what the next one changes."""

_NAMED_AUTHORS = 5

ReadParagraphs: TypeAlias = Callable[[str, str, str], tuple[Paragraph, ...]]
"""Reads a file of the history by its hash, its path and the commit, which is named if it cannot be read."""

OnProgress: TypeAlias = Callable[[int, int], None]
"""Is told how many commits were read, and of how many."""


def fingerprint(repo: Path, options: GitOptions) -> str:
    """Name what ``mine`` would find: the same as long as the last commit, the options and the miner are the same.

    Raises ``UsageError`` and ``FileError`` as ``mine`` does.
    """
    repository = Repository(repo)
    facts = [MINER, READER, repository.head, repository.prefix, repository.cut_off, asdict(options)]
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=8, person=b"styletune:git").hexdigest()


def names(repo: Path, stop: Event | None = None) -> frozenset[str]:
    """Name all Markdown files of a history, also those that are gone, by their paths below ``repo``.

    ``doc_name`` of ``mine`` is asked for no other one. Raises what ``mine`` raises.
    """
    repository = Repository(repo)
    paths = read_names(repository, stop)
    return frozenset(path.removeprefix(repository.prefix) for path in paths if path.startswith(repository.prefix))


def mine(  # noqa: PLR0913 - each is a choice of its own
    repo: Path,
    options: GitOptions,
    *,
    doc_name: Callable[[str], str],
    lang: str | None = None,
    stop: Event | None = None,
    on_progress: OnProgress | None = None,
) -> Mined:
    """Find the paragraphs of Markdown files that were rewritten, in the commits that lead to HEAD.

    Arguments: ``repo`` is a repository, bare or not, or a folder in one, which is then all that is looked at;
    ``doc_name`` gives the ``doc`` of a file by its path today (or its last one) below ``repo``; ``lang`` is the
    language of all of it, if that is known. Raises ``UsageError`` for options that cannot work, a folder without
    history and a missing git, ``FileError`` for a damaged repository, and ``Cancelled`` when ``stop`` is set.
    """
    miner = _Miner(Repository(repo), CommitFilter(options), Limits(options.least, options.most))
    miner.read(stop, on_progress)
    return miner.mined(doc_name, lang, options)


class _Miner:
    """Reads one history."""

    def __init__(self, repository: Repository, commits: CommitFilter, limits: Limits) -> None:
        self.repository = repository
        self.commits = commits
        self.limits = limits
        self.files, self.modules = repository.files()
        self.lineages = Lineages(self.files)
        self.dropped = Counter[str]()
        self.authors = Counter[str]()
        self.problems: list[str] = []

    def read(self, stop: Event | None, on_progress: OnProgress | None) -> None:
        """Take up every commit that counts; files are followed through all of them."""
        log = list(read_log(self.repository, stop))
        with self.repository.blobs() as blobs:
            paragraphs = _Reader(blobs, self.problems).paragraphs
            for number, commit in enumerate(log):
                if stop is not None and stop.is_set():
                    raise Cancelled("Cancelled.")
                if on_progress is not None:
                    on_progress(number, len(log))
                self._take(commit, paragraphs)
        if on_progress is not None:
            on_progress(len(log), len(log))

    def _take(self, commit: Commit, paragraphs: ReadParagraphs) -> None:
        changed = [(change, self.lineages.follow(change)) for change in commit.changes]
        why_not = self.commits.why_not(commit)
        if why_not is not None:
            self.dropped[why_not] += 1
            return
        edits: dict[str, list[ParagraphEdit]] = {}
        for change, _ in changed:
            edits[change.path] = self._edits(change, commit, paragraphs)
        alike = made_alike(edits)
        for change, chains in changed:
            place = f"{commit.hash[:_SHORT_HASH]} {commit.date} {change.path}"
            for edit in edits[change.path]:
                self._add(chains, edit, place, alike=id(edit) in alike)
        self.authors[commit.author] += sum(map(len, edits.values()))

    def _edits(self, change: FileChange, commit: Commit, paragraphs: ReadParagraphs) -> list[ParagraphEdit]:
        if change.status in {"A", "D"} or change.old_blob == change.blob:
            return []
        if not change.path.startswith(self.repository.prefix):
            return []
        place = f"{commit.hash[:_SHORT_HASH]} {commit.date}"
        found, counts = edits_between(
            paragraphs(change.old_blob, change.old_path, place), paragraphs(change.blob, change.path, place)
        )
        self.dropped.update(counts)
        return found

    def _add(self, chains: Chains, edit: ParagraphEdit, place: str, *, alike: bool) -> None:
        reason = "changed alike in many places" if alike else None
        if reason is None and facts_only(edit.old.text, edit.new.text):
            reason = "numbers, links or code only"
        chains.add([edit], place, reworded=reason is None)
        if reason is not None:
            self.dropped[reason] += 1

    def mined(self, doc_name: Callable[[str], str], lang: str | None, options: GitOptions) -> Mined:
        """Make the pairs out of all that was read."""
        pairs: list[MinedPair] = []
        for chains in self.lineages.all():
            found = list(chains.rewritings(self.limits, self.dropped))
            if chains.taken_back:
                self.dropped["taken back later"] += chains.taken_back
            pairs += _pairs(found, doc_name(chains.path.removeprefix(self.repository.prefix)), lang)
        return Mined(tuple(pairs), dict(self.dropped), tuple(self.problems), tuple(self._notes(options)))

    def _notes(self, options: GitOptions) -> Iterator[str]:
        if self.repository.cut_off:
            yield (
                f"{self.repository.folder} is a shallow clone: older commits are not on this machine. "
                f"Fetch them with: git -C '{self.repository.folder}' fetch --unshallow"
            )
        authors = [(name, count) for name, count in self.authors.most_common() if count]
        if len(authors) > 1 and not options.authors:
            named = ", ".join(f"{name} ({counted(count, 'paragraph')})" for name, count in authors[:_NAMED_AUTHORS])
            more = f" and {len(authors) - _NAMED_AUTHORS} more" if len(authors) > _NAMED_AUTHORS else ""
            yield f"Several people changed paragraphs: {named}{more}. Take only your own with --author NAME."
        for module in self.modules:
            yield f"{module} is a submodule, a repository of its own. Add its history with --git, too."


class _Reader:
    """Reads paragraphs out of files of the history."""

    def __init__(self, blobs: Blobs, problems: list[str]) -> None:
        self._blobs = blobs
        self._problems = problems
        self._known = lru_cache(_KEPT_TEXTS)(self._read)

    def paragraphs(self, blob: str, path: str, place: str) -> tuple[Paragraph, ...]:
        found = self._known(blob, PurePosixPath(path).name)
        if isinstance(found, str):
            self._problems.append(f"{path} as of {place} {found}")
            return ()
        return found

    def _read(self, blob: str, name: str) -> tuple[Paragraph, ...] | str:
        """Return the paragraphs of a file, or say why it cannot be read."""
        data = self._blobs.read(blob)
        if data is None:
            return f"is larger than {LARGEST >> 20} MB, or not on this machine."
        try:
            converted = as_markdown(name, data)
            return prose_of(read(converted.data, converted.suffix)).paragraphs
        except FileError as error:
            return f"cannot be read: {error}"


def _pairs(found: list[Rewriting], doc: str, lang: str | None) -> Iterator[MinedPair]:
    """Make the pairs of one post; its language is told from all of them."""
    known, marked = with_languages([one.after.paragraph for one in found], lang) if found else (lang, ())
    for rewriting, target in zip(found, marked, strict=True):
        spoken = target.lang or known
        pair = make_pair(doc, "rewrite", (spoken, spoken), (rewriting.before.text, target.text), origin="git")
        yield MinedPair(pair, f"{rewriting.after.commit}:{target.line}")
