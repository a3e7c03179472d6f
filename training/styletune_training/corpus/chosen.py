"""Which documents and sources a person means."""

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from styletune.config.globs import path_matches
from styletune.errors import UsageError
from styletune.files.names import same_name
from styletune.models.choice import nearest_name
from styletune.text.counted import counted
from styletune_training.corpus.document import CorpusDocument
from styletune_training.corpus.source import Source


@dataclass(frozen=True, slots=True)
class Chosen:
    """What some words of a command line mean."""

    documents: tuple[CorpusDocument, ...]
    """Those that were named themselves, in the order of the corpus."""

    sources: tuple[Source, ...]
    posts: frozenset[str] = frozenset()
    """Posts that no document is left of, and pairs are: of a history, or of a file of pairs."""


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to choose from."""

    documents: Sequence[CorpusDocument]
    sources: Sequence[Source]
    posts: Collection[str] = ()
    """Names, as in ``Pair.doc``, of what there are pairs of."""


def choose(root: Path, items: Sequence[str], known: Known) -> Chosen:
    """Find what each item means: a source by id or path, a document by id or path, a post, a folder or a glob.

    What there are pairs of, and no document, is chosen by its name. Paths may start from the project's folder or from the working folder. Raises ``UsageError`` that names every item
    which means nothing, or more than one source.
    """
    chosen_documents: set[str] = set()
    chosen_sources: set[str] = set()
    chosen_posts: set[str] = set()
    problems: list[str] = []
    for item in items:
        names = list(_names(root, item))
        found = [source for source in known.sources if source.id == item or same_name(source.path, names)]
        if len(found) > 1:
            listed = ", ".join(f"{source.id} ({source.kind})" for source in found)
            problems.append(f"{item} is {counted(len(found), 'source')}: {listed}. Name one of them by its id.")
        elif found:
            chosen_sources.add(found[0].id)
        elif meant := _documents(root, item, names, known.documents):
            chosen_documents.update(meant)
        elif post := next(filter(None, (same_name(name, known.posts) for name in names)), None):
            chosen_posts.add(post)
        else:
            problems.append(_unknown(item, names, known))
    if problems:
        raise UsageError("\n".join(problems))
    return Chosen(
        tuple(document for document in known.documents if document.id in chosen_documents),
        tuple(source for source in known.sources if source.id in chosen_sources),
        frozenset(chosen_posts),
    )


def _names(root: Path, item: str) -> Iterator[str]:
    """Yield what a path may be called in the corpus: as it was typed, and as it is from the working folder."""
    yield Path(item).as_posix()
    absolute = os.path.abspath(Path(item).expanduser())  # noqa: PTH100 - resolve would follow links
    for folder in (os.path.abspath(root), os.path.realpath(root)):  # noqa: PTH100 - likewise
        try:
            yield Path(absolute).relative_to(folder).as_posix()
        except ValueError:
            continue
    yield Path(absolute).as_posix()


def _documents(root: Path, item: str, names: Sequence[str], documents: Sequence[CorpusDocument]) -> set[str]:
    """Find the documents of a name, else the versions of a post, else all in a folder or of a glob."""
    ids = [document.id for document in documents]
    for name in names:
        if (known := same_name(name, ids)) is not None:
            return {known}
    posts = {document.post for document in documents}
    for name in names:
        if (known := same_name(name, posts)) is not None:
            return {document.id for document in documents if document.post == known}
    places = (root, Path.cwd())
    return {
        document.id
        for document in documents
        if any(path_matches(root / document.id, [item], root=place) for place in places)
        or any(document.id.startswith(f"{name.rstrip('/')}/") for name in names)
    }


def _unknown(item: str, names: Sequence[str], known: Known) -> str:
    if not known.documents and not known.sources:
        return f"{item}: nothing was added to the corpus yet, so there is nothing to remove."
    listed = [document.id for document in known.documents] + [source.path for source in known.sources]
    near = nearest_name(names[0], listed)
    guess = f" Did you mean {near}?" if near else ""
    return (
        f"{item}: the corpus has no such document and no such source.{guess} "
        "They are listed by: styletune corpus list, styletune corpus list sources"
    )
