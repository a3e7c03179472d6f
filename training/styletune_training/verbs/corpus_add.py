"""``styletune corpus add``."""

from contextlib import AbstractContextManager, nullcontext
from multiprocessing import active_children
from pathlib import Path
from threading import Event

from styletune.commands.corpus_settings import CorpusAddSettings
from styletune.commands.memory_place import project_folder
from styletune.files.atomic import sync_folders
from styletune.terminal.console import Console
from styletune.terminal.interrupt import run_interruptible
from styletune_training.corpus.importing import refresh
from styletune_training.corpus.source import Source
from styletune_training.corpus.sources import Sources, with_added
from styletune_training.corpus.store import corpus_lock
from styletune_training.pairs.mining import Corpora, mine_all
from styletune_training.verbs.corpus_add_report import Report, tell
from styletune_training.verbs.corpus_add_sources import languages, requested
from styletune_training.verbs.corpus_progress import CorpusProgress, follow
from styletune_training.verbs.shown_paths import as_typed

FOUND = 1
"""Exit code if something could not be read."""


def run(settings: CorpusAddSettings, console: Console) -> int:
    """Add what was named, and read again what has changed; return the exit code."""
    root = project_folder(settings.project)
    added = requested(settings, root, Sources(root).all())
    with follow(console) as progress:
        report = run_interruptible(
            lambda stop: _locked(root, added, settings, console, (progress, stop)),
            on_stop=lambda: console.notice("Stopping ..."),
            on_abandon=_end_readers,
        )
    sync_folders()
    if settings.json:
        console.write_json(report.as_json())
    tell(report, console, as_typed([*Sources(root).all(), *added]))
    return FOUND if report.failures else 0


def _locked(
    root: Path,
    added: list[Source],
    settings: CorpusAddSettings,
    console: Console,
    watched: tuple[CorpusProgress, Event],
) -> Report:
    with _lock(root, settings, console, watched[1]):
        return _add(root, added, settings, *watched)


def _lock(root: Path, settings: CorpusAddSettings, console: Console, stop: Event) -> AbstractContextManager[None]:
    if settings.dry_run:
        return nullcontext()
    waiting = "Another process is changing this corpus. Waiting for it; Ctrl-C ends the waiting."
    return corpus_lock(root, stop=stop, on_wait=lambda: console.notice(waiting))


def _add(root: Path, added: list[Source], settings: CorpusAddSettings, progress: CorpusProgress, stop: Event) -> Report:
    keep = not settings.dry_run
    sources = Sources(root).put(added) if keep else with_added(Sources(root).all(), added)
    imported = refresh(
        root,
        [source for source in sources if source.kind in {"posts", "notes"}],
        jobs=settings.jobs,
        languages=languages(root),
        stop=stop,
        on_progress=lambda done, total: progress.tell("Reading files", done, total),
        keep=keep,
    )
    corpora = Corpora(root, sources, imported.documents, imported.names)
    mined = mine_all(corpora, stop=stop, on_progress=progress.tell, keep=keep)
    return Report(imported, mined, dry_run=settings.dry_run)


def _end_readers() -> None:
    """End what reads files: a damaged one may keep it busy for ever."""
    for process in active_children():
        process.kill()
