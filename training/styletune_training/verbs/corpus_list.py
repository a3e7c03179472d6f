"""``styletune corpus list``."""

import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

from styletune.commands.corpus_settings import CorpusListSettings, CorpusView
from styletune.commands.memory_place import project_folder
from styletune.errors import UsageError
from styletune.exchange.pair import Origin, Pair, to_line
from styletune.exchange.splits import SPLITS, split_of
from styletune.files.atomic import sync_folders, write_atomic
from styletune.terminal.console import Console
from styletune.text.counted import counted
from styletune.text.language import base_language, language_code
from styletune_training.corpus.document import CorpusDocument
from styletune_training.corpus.source import Source
from styletune_training.corpus.sources import Sources
from styletune_training.corpus.store import Corpus
from styletune_training.training_set.training_pair import DroppedPair, TrainingPair, TrainingSet
from styletune_training.verbs.gathering import gather
from styletune_training.verbs.shown_paths import as_typed

_Item = TypeVar("_Item")

_NARROWED_BY: Mapping[CorpusView, Sequence[str]] = {
    "documents": ("split", "lang", "limit"), "sources": (), "preferences": ("limit",),
    "pairs": ("origin", "split", "lang", "limit"), "dropped": ("origin", "split", "lang", "limit"),
}  # fmt: skip
"""Options that choose among what is listed."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of a list, for programs and for people."""

    noun: str
    values: Sequence[Mapping[str, Any]]
    """One JSON object a line."""


def run(settings: CorpusListSettings, console: Console) -> int:
    """List what was asked for; return the exit code."""
    _check(settings)
    root = project_folder(settings.project)
    if settings.page is not None or settings.output is not None:
        return _write(root, settings, console)
    listing = _listing(root, settings, console)
    if settings.json:
        lines = [json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") for value in listing.values]
        console.write(b"[\n" + b",\n".join(lines) + b"\n]\n")
    elif listing.values:
        from styletune_training.verbs.corpus_list_page import table  # noqa: PLC0415 - JSON does without rich

        console.show(table(settings.view, listing.values, as_typed(Sources(root).all())), on_stdout=True)
        console.summary(counted(len(listing.values), listing.noun))
    else:
        console.summary(_nothing(settings))
    return 0


def _check(settings: CorpusListSettings) -> None:
    problems: list[str] = []
    if settings.split is not None and settings.split not in SPLITS:
        problems.append(f"--split {settings.split}: there is no such split. Known are {', '.join(SPLITS)}.")
    origins = get_args(Origin)
    problems += [
        f"--origin {name}: there is no such origin. Known are {', '.join(origins)}."
        for name in settings.origin or ()
        if name not in origins
    ]
    problems += _useless(settings)
    try:
        language_code(settings.lang or "en")
    except UsageError as error:
        problems.append(f"--lang: {error}")
    if problems:
        raise UsageError("\n".join(problems))


def _useless(settings: CorpusListSettings) -> Iterator[str]:
    """Name the options that what is asked for has no use for."""
    writes = settings.page is not None or settings.output is not None
    if settings.output is not None and settings.view not in {"documents", "pairs"}:
        yield f"--output writes the pairs that are trained on. To keep a list of {settings.view}, add --json."
    usable = _NARROWED_BY["pairs" if writes else settings.view]
    for name in _NARROWED_BY["pairs"]:
        if name not in usable and getattr(settings, name):
            yield f"--{name} has no use with corpus list {settings.view}."


def _listing(root: Path, settings: CorpusListSettings, console: Console) -> Listing:
    if settings.view == "documents":
        found = _some([one for one in Corpus(root).documents() if _is_wanted_document(one, settings)], settings)
        return Listing("document", [_document(one) for one in found])
    if settings.view == "sources":
        counts = Counter(document.source for document in Corpus(root).documents())
        return Listing("source", [_source(one, counts[one.id]) for one in Sources(root).all()])
    chosen = _choose(gather(root, console), settings)
    if settings.view == "preferences":
        return Listing("preference", [asdict(one) for one in chosen.preferences])
    if settings.view == "dropped":
        return Listing("dropped pair", [_dropped(one) for one in chosen.dropped])
    return Listing("pair", [_pair(one) for one in chosen.pairs])


def _is_wanted_document(document: CorpusDocument, settings: CorpusListSettings) -> bool:
    return _speaks(settings, document.lang) and settings.split in (None, split_of(document.post))


def _document(document: CorpusDocument) -> Mapping[str, Any]:
    return {
        "id": document.id,
        "post": document.post,
        "split": split_of(document.post),
        "role": document.role,
        "format": document.format,
        "lang": document.lang,
        "title": document.title,
        "date": document.date,
        "tags": list(document.tags),
        "paragraphs": len(document.paragraphs),
        "words": document.words,
        "left_out": dict(document.left_out),
        "skipped": document.skipped,
    }


def _source(source: Source, documents: int) -> Mapping[str, Any]:
    return {"id": source.id, "documents": documents, **asdict(source)}


def _pair(one: TrainingPair) -> Mapping[str, Any]:
    return {**asdict(one.pair), "place": one.place, "distance": one.distance, "moved": one.moved}


def _dropped(one: DroppedPair) -> Mapping[str, Any]:
    return {**asdict(one.pair), "place": one.place, "reason": one.reason, "words": one.words}


def _choose(found: TrainingSet, settings: CorpusListSettings) -> TrainingSet:
    """Leave what the options name; preferences have neither origin nor language."""
    pairs = [one for one in found.pairs if _is_wanted(one.pair, settings)]
    dropped = [one for one in found.dropped if _is_wanted(one.pair, settings)]
    return TrainingSet(
        tuple(_some(pairs, settings)),
        tuple(_some(dropped, settings)),
        tuple(_some(found.preferences, settings)),
        found.notes,
    )


def _is_wanted(pair: Pair, settings: CorpusListSettings) -> bool:
    return (
        (not settings.origin or pair.origin in settings.origin)
        and settings.split in (None, pair.split)
        and (_speaks(settings, pair.source_lang) or _speaks(settings, pair.target_lang))
    )


def _speaks(settings: CorpusListSettings, lang: str | None) -> bool:
    if settings.lang is None:
        return True
    return lang is not None and base_language(lang) == base_language(language_code(settings.lang))


def _some(items: Sequence[_Item], settings: CorpusListSettings) -> Sequence[_Item]:
    """Choose at random, in the order of the whole."""
    if settings.limit is None or len(items) <= settings.limit:
        return items
    chosen = random.Random(settings.seed).sample(range(len(items)), settings.limit)  # noqa: S311 - no secret
    return [items[position] for position in sorted(chosen)]


def _write(root: Path, settings: CorpusListSettings, console: Console) -> int:
    _refuse_taken(settings)
    found = _choose(gather(root, console), settings)
    writers: tuple[tuple[Path | None, Callable[[], bytes]], ...] = (
        (settings.output, lambda: b"".join(to_line(one.pair) for one in found.pairs)),
        (settings.page, lambda: _page(found, root)),
    )
    for path, content in writers:
        if path is not None:
            write_atomic(path, content())
            console.summary(f"{counted(len(found.pairs), 'pair')} -> {path}")
    sync_folders()
    return 0


def _page(found: TrainingSet, root: Path) -> bytes:
    from styletune_training.training_set.page import page  # noqa: PLC0415 - lists do without

    return page(found, title=f"Training pairs of {root.name}")


def _refuse_taken(settings: CorpusListSettings) -> None:
    """Raise ``UsageError`` before anything is gathered if a file is in the way."""
    there = [path for path in (settings.output, settings.page) if path is not None and os.path.lexists(path)]
    if there and not settings.force:
        raise UsageError(f"{there[0]} is there already. Name another place, or overwrite it with --force.")


def _nothing(settings: CorpusListSettings) -> str:
    narrowed = settings.origin or settings.split or settings.lang
    if narrowed:
        return f"No {settings.view} fit what you asked for. Without --origin, --split and --lang, all are listed."
    if settings.view == "documents":
        return "No document was added yet. Add your posts: styletune corpus add posts/"
    if settings.view == "sources":
        return "Nothing was added yet. Add your posts: styletune corpus add posts/"
    if settings.view == "preferences":
        return "There are no preferences yet. They come from your edits of what styletune wrote."
    return "There are no pairs yet. Add your posts (styletune corpus add posts/), then let a model write: styletune synthesize --pilot 20"
