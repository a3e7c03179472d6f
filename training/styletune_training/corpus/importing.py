"""From sources to documents: what is new or has changed is read, what is gone is removed."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from threading import Event

from styletune.errors import Cancelled
from styletune.files.records import Records
from styletune.processors import usable_processors
from styletune.text.tokens import words
from styletune_training.corpus.document import CorpusDocument
from styletune_training.corpus.finding import Found, find_files
from styletune_training.corpus.languages import with_usual_language
from styletune_training.corpus.post_names import PostNames
from styletune_training.corpus.reader_pool import Task, failed, read_all
from styletune_training.corpus.reading import reader_of
from styletune_training.corpus.skipped import COPY, RENDERED, WRITTEN, is_derived
from styletune_training.corpus.source import Source
from styletune_training.corpus.store import Corpus

_BATCH, _SECONDS = 64, 1.0
"""Documents, and time, after which what was read is written: no more than that is lost by a kill."""

_SAME_PROSE = 0.8
"""Share of a page's words that a Markdown file beside it holds if the page was rendered from it."""

OnProgress = Callable[[int, int], None]
"""Is told how many files were read, and of how many."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the files of all sources."""

    documents: tuple[CorpusDocument, ...]
    """All of the corpus, by id."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    """Ids of those that were read again and say something else now."""

    gone: tuple[str, ...]
    unchanged: int
    missing: tuple[Source, ...]
    """Sources that hold nothing any more; what was read of them is kept."""

    names: PostNames
    """How posts are named among the files that were found."""

    notices: tuple[str, ...] = ()
    """What a person should know of the corpus's own files."""


def refresh(  # noqa: PLR0913 - each is a choice of its own
    root: Path,
    sources: Sequence[Source],
    *,
    jobs: int | None = None,
    languages: Collection[str] = (),
    stop: Event | None = None,
    on_progress: OnProgress | None = None,
    keep: bool = True,
) -> Imported:
    """Bring the documents of a project up to date with the files of its sources.

    Files with the same size, time and settings as when they were read are not read again. What was read is kept in
    batches, so that a run that is killed goes on where it was.

    Arguments: ``sources`` are all sources of posts and notes; documents of others are removed. ``jobs`` is the number
    of processes, by default that of the processors; ``languages`` the codes of those that the project writes in; unless
    ``keep``, nothing is written. Raises ``Cancelled`` when ``stop`` is set, and ``FileError``.
    """
    corpus = Corpus(root)
    known = {document.id: document for document in corpus.documents()}
    found = find_files(root, sources, languages=languages)
    plan = _plan(root, found, known)
    read: dict[str, CorpusDocument] = {}
    total = len(plan.tasks)
    if on_progress is not None:
        on_progress(0, total)
    for batch in _batches(read_all(plan.tasks, jobs=jobs or usable_processors(), stop=stop)):
        read.update((document.id, document) for document in batch)
        if keep:
            corpus.put(batch)
        if on_progress is not None:
            on_progress(len(read), total)
    now = _with_derived({**plan.unchanged, **plan.kept, **plan.written, **read})
    gone = sorted(set(known) - set(now))
    if keep:
        corpus.put(document for name, document in now.items() if read.get(name, known.get(name)) != document)
        corpus.remove(gone)
        corpus.compact()
    return _imported(now, known, plan, found, gone, corpus.notices)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done about each file and document."""

    tasks: list[Task]
    unchanged: dict[str, CorpusDocument]
    written: dict[str, CorpusDocument]
    """Files that are not read, because styletune wrote them."""

    kept: dict[str, CorpusDocument]
    """Documents of sources that hold nothing now."""


def _plan(root: Path, found: Found, known: Mapping[str, CorpusDocument]) -> _Plan:
    wrote = _Writings(root)
    plan = _Plan([], {}, {}, {})
    for file, source in found.files:
        old = known.get(file.id)
        if wrote.wrote(file.path):
            plan.written[file.id] = replace(failed((file, source), WRITTEN), stamp=_stamp(file.path), reader=WRITTEN)
        elif old is not None and _as_it_was(old, file.path, file.post, source):
            plan.unchanged[file.id] = old
        else:
            plan.tasks.append((file, source))
    empty = {source.id for source in found.empty}
    there = {file.id for file, _ in found.files}
    plan.kept.update((name, old) for name, old in known.items() if old.source in empty and name not in there)
    return plan


class _Writings:
    """What styletune itself has written: no words of the author's."""

    def __init__(self, root: Path) -> None:
        self._records = Records(root)
        self._any = bool(self._records.outputs())

    def wrote(self, path: Path) -> bool:
        """Tell whether a file is an output, at its place or moved; a restored original is the author's again."""
        if not self._any:
            return False
        record = self._records.latest(path)
        return not record.restored if record is not None else self._records.written_from(path) is not None


def _as_it_was(old: CorpusDocument, path: Path, post: str, source: Source) -> bool:
    same = old.post == post and old.source == source.id and old.reader == reader_of(source)
    return same and old.stamp == _stamp(path)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_size, found.st_mtime_ns


def _batches(documents: Iterator[CorpusDocument]) -> Iterator[list[CorpusDocument]]:
    """Collect documents; those that are there when reading is stopped are still handed on."""
    batch: list[CorpusDocument] = []
    since = time.monotonic()
    try:
        for document in documents:
            batch.append(document)
            if len(batch) == _BATCH or time.monotonic() - since > _SECONDS:
                yield batch
                batch, since = [], time.monotonic()
    except Cancelled:
        yield batch
        raise
    if batch:
        yield batch


def _with_derived(documents: Mapping[str, CorpusDocument]) -> dict[str, CorpusDocument]:
    """Mark the documents that say again what others say; those whose other is gone count again."""
    bare = [_bare(documents[name]) for name in sorted(documents)]
    used = [document for document in bare if document.skipped is None]
    versions = Counter(document.post for document in used)
    first: dict[str, str] = {}
    for document in sorted(used, key=lambda one: versions[one.post] == 1):  # one that is translated is the original
        first.setdefault(document.content, document.id)
    marked = [_copy_of(document, first) for document in bare]
    beside = {
        _without_suffix(document): document
        for document in marked
        if document.skipped is None and document.format == "markdown"
    }
    return {document.id: document for document in with_usual_language([_rendered(one, beside) for one in marked])}


def _bare(document: CorpusDocument) -> CorpusDocument:
    return replace(document, skipped=None) if is_derived(document) else document


def _copy_of(document: CorpusDocument, first: Mapping[str, str]) -> CorpusDocument:
    original = first.get(document.content, document.id)
    if document.skipped is not None or original == document.id:
        return document
    return replace(document, skipped=f"{COPY}{original}")


def _rendered(document: CorpusDocument, beside: Mapping[str, CorpusDocument]) -> CorpusDocument:
    source = beside.get(_without_suffix(document))
    if document.skipped is not None or source is None or document.format == "markdown":
        return document
    own, its = _words(document), _words(source)
    if (own & its).total() < _SAME_PROSE * own.total():
        return document
    return replace(document, skipped=f"{RENDERED}{source.id}")


def _without_suffix(document: CorpusDocument) -> str:
    return str(PurePosixPath(document.id).with_suffix(""))


def _words(document: CorpusDocument) -> Counter[str]:
    return Counter(word for paragraph in document.paragraphs for word in words(paragraph.text))


def _differs(old: CorpusDocument, new: CorpusDocument) -> bool:
    """Tell whether a document says something else; a file that was only touched does not."""
    return replace(_bare(old), stamp=new.stamp, reader=new.reader) != _bare(new)


def _imported(  # noqa: PLR0913, PLR0917 - all that is known at the end
    now: Mapping[str, CorpusDocument],
    known: Mapping[str, CorpusDocument],
    plan: _Plan,
    found: Found,
    gone: Sequence[str],
    notices: Sequence[str],
) -> Imported:
    looked_at = sorted([*plan.written, *(file.id for file, _ in plan.tasks)])
    again = [name for name in looked_at if name not in known or _differs(known[name], now[name])]
    had = {document.source for document in known.values()}
    return Imported(
        documents=tuple(now[name] for name in sorted(now)),
        new=tuple(name for name in again if name not in known),
        changed=tuple(name for name in again if name in known),
        gone=tuple(gone),
        unchanged=len(now) - len(again),
        missing=tuple(source for source in found.empty if source.id in had),
        names=found.names,
        notices=tuple(notices),
    )
