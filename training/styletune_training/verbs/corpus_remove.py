"""``styletune corpus remove ITEM...``."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from styletune.commands.corpus_settings import CorpusRemoveSettings
from styletune.commands.memory_place import project_folder
from styletune.files.atomic import sync_folders
from styletune.learning.corrections import Corrections
from styletune.project import CORPUS, STATE
from styletune.terminal.console import Console
from styletune.terminal.question import MAY_REMOVE, NOBODY_TO_REMOVE, agreed
from styletune.text.counted import counted
from styletune_training.corpus.chosen import Known, choose
from styletune_training.corpus.sources import FILE as SOURCES
from styletune_training.corpus.sources import Sources
from styletune_training.corpus.store import Corpus, corpus_lock
from styletune_training.corpus.trained_on import TrainedModel, trained_on
from styletune_training.training_set.removal import Removal, apply, plan, posts_of_pairs
from styletune_training.verbs.synthesize_words import amount as in_digits

_SHOWN = 10
"""Documents and corrections that are named one by one."""

_MILLIONTHS = 1_000_000


def run(settings: CorpusRemoveSettings, console: Console) -> int:
    """Show what goes, ask, remove it, and show what cannot be removed; return the exit code."""
    root = project_folder(settings.project)
    chosen = choose(root, settings.items, Known(Corpus(root).documents(), Sources(root).all(), posts_of_pairs(root)))
    removal = plan(root, chosen)
    for line in _what_goes(removal):
        console.notice(line)
    if not settings.yes and not agreed(MAY_REMOVE, console, nobody=NOBODY_TO_REMOVE):
        console.notice("Nothing was removed.")
        return 0
    with corpus_lock(root, on_wait=lambda: console.notice("Another process changes the corpus; waiting for it.")):
        apply(root, chosen)
    sync_folders()
    models = trained_on(root, removal.posts)
    corrections = _corrections(root, removal)
    if settings.json:
        console.write_json(_as_json(removal, models, corrections))
    console.summary(f"Removed {_counts(removal)}.")
    for line in _what_stays(removal, models, corrections):
        console.notice(line)
    return 0


def _what_goes(removal: Removal) -> Iterator[str]:
    yield "This goes:"
    for source in removal.sources:
        yield f"  the source {source.path} ({source.kind}), with all that came from it"
    for document in removal.documents[:_SHOWN]:
        yield f"  {document.id}"
    for post in sorted(removal.posts - {document.post for document in removal.documents})[:_SHOWN]:
        yield f"  the pairs of {post}"
    if len(removal.documents) > _SHOWN:
        yield f"  and {len(removal.documents) - _SHOWN} more documents"
    for origin, count in sorted(removal.pairs.items()):
        yield f"  {counted(count, 'pair')} ({origin})"
    for currency, amount in sorted(removal.cost.items()):
        yield f"  What a model wrote of it was paid for: {in_digits(amount / _MILLIONTHS)} {currency}"
    if removal.documents:
        yield "The files themselves stay where they are."


def _counts(removal: Removal) -> str:
    sources = [counted(len(removal.sources), "source")] if removal.sources else []
    documents = [counted(len(removal.documents), "document")] if removal.documents or not sources else []
    return ", ".join([*sources, *documents, counted(removal.pairs.total(), "pair")])


def _corrections(root: Path, removal: Removal) -> list[str]:
    """List the ids of corrections that were made in the removed documents."""
    names = removal.posts | {document.id for document in removal.documents}
    return [one.id for one in Corrections(root).live() if one.doc in names]


def _what_stays(removal: Removal, models: Sequence[TrainedModel], corrections: Sequence[str]) -> Iterator[str]:
    if removal.excluded:
        them = "this file" if len(removal.excluded) == 1 else "these files"
        yield f'From now on, {them} will be left out: see "excluded" in {STATE}/{CORPUS}/{SOURCES}.'
    if corrections:
        ids = " ".join(corrections[:_SHOWN])
        more = (
            f" (and {len(corrections) - _SHOWN} more, see styletune memory show)" if len(corrections) > _SHOWN else ""
        )
        what = counted(len(corrections), "correction")
        yield f"{what} made there {_is(corrections)} still in the project memory: styletune memory forget {ids}{more}"
    yield from _models([one for one in models if one.documents], "learnt from this and keep it")
    yield from _models([one for one in models if one.documents is None], "do not say what they learnt from")


def _is(items: Sequence[object]) -> str:
    return "is" if len(items) == 1 else "are"


def _models(models: Sequence[TrainedModel], what: str) -> Iterator[str]:
    if not models:
        return
    yield f"These models {what}; nothing can be taken out of a model:"
    for model in models:
        yield f"  {model.name} (tuned {model.day})"
    names = [model.name for model in models if model.installed]
    folders = [str(model.place.parent) for model in models if not model.installed]
    yield "To be rid of it, tune again, then remove them:"
    yield from (f"  styletune models rm {shlex.quote(name)}" for name in names)
    yield from (f"  the folder {folder}" for folder in folders)


def _as_json(removal: Removal, models: Sequence[TrainedModel], corrections: Sequence[str]) -> dict[str, Any]:
    return {
        "documents": [document.id for document in removal.documents],
        "sources": [{"id": one.id, "kind": one.kind, "path": one.path} for one in removal.sources],
        "pairs": dict(removal.pairs),
        "cost": {currency: amount / _MILLIONTHS for currency, amount in removal.cost.items()},
        "excluded": list(removal.excluded),
        "corrections": list(corrections),
        "trained_on": [
            {
                "model": one.name,
                "place": str(one.place),
                "tuned_on": one.day,
                "documents": None if one.documents is None else list(one.documents),
            }
            for one in models
        ],
    }
