"""``styletune corpus stats``."""

from dataclasses import asdict

from styletune.commands.corpus_settings import CorpusStatsSettings
from styletune.commands.memory_place import project_folder
from styletune.terminal.console import Console
from styletune_training.corpus.sources import Sources
from styletune_training.corpus.store import Corpus
from styletune_training.training_set.summary import summarize
from styletune_training.verbs.gathering import gather
from styletune_training.verbs.shown_paths import by_name

EMPTY = (
    "There is nothing here yet. Add your posts: styletune corpus add posts/  (also --pairs FILE.jsonl, --git REPO, "
    "--notes FOLDER)"
)


def run(settings: CorpusStatsSettings, console: Console) -> int:
    """Show the numbers; return the exit code."""
    root = project_folder(settings.project)
    corpus = Corpus(root)
    documents = corpus.documents()
    found = summarize(documents, gather(root, console, documents))
    if settings.json:
        console.write_json(asdict(found))
    elif not found.corpus.documents and not found.corpus.skipped and not found.pairs:
        console.summary(EMPTY)
    else:
        from styletune_training.verbs.corpus_stats_page import page  # noqa: PLC0415 - JSON does without rich

        console.show(page(found, by_name(Sources(root).all())), on_stdout=True)
    for note in (*corpus.notices, *found.notes):
        console.notice(note)
    return 0
