"""Gathering a project's training set while a person looks on."""

from collections.abc import Iterable
from pathlib import Path
from threading import Event

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from styletune.terminal.console import Console
from styletune.terminal.interrupt import run_interruptible
from styletune.terminal.progress import has_room
from styletune_training.corpus.document import CorpusDocument
from styletune_training.training_set.assembly import assemble
from styletune_training.training_set.training_pair import TrainingSet


def gather(root: Path, console: Console, documents: Iterable[CorpusDocument] | None = None) -> TrainingSet:
    """Assemble the training set with a bar in a terminal.

    Arguments: ``documents`` are those of the corpus, for who has read them already. Raises ``SettingsError``,
    ``FileError`` and ``Cancelled``.
    """
    if not has_room(console):
        return run_interruptible(lambda stop: assemble(root, documents=documents, stop=stop))
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console.terminal, transient=True) as bar:
        task = bar.add_task("Checking pairs", total=None)

        def work(stop: Event) -> TrainingSet:
            return assemble(
                root,
                documents=documents,
                stop=stop,
                on_progress=lambda done, total: bar.update(task, completed=done, total=total),
            )

        def say() -> None:
            bar.update(task, description="Stopping ...")

        return run_interruptible(work, on_stop=say, on_abandon=bar.stop)
