"""The command ``styletune``: its verbs, each of which is imported only when it is called."""

import io
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer

from styletune import __version__
from styletune.commands import corpus_settings as corpus
from styletune.commands import memory_settings as memory
from styletune.commands import models_settings as models
from styletune.commands.project_settings import DoctorSettings, InitSettings, RestoreSettings
from styletune.commands.settings import STDIN, RewriteSettings, TranslateSettings
from styletune.commands.synthesize_settings import SynthesizeSettings
from styletune.commands.verbs import Finished, add_verb, group
from styletune.commands.watch_settings import WatchSettings
from styletune.errors import Cancelled, UsageError
from styletune.terminal.signals import end_as_ctrl_c_does

# Plain help: rich markup would double the time of --help.
app = typer.Typer(
    name="styletune",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"styletune {__version__}")
        raise typer.Exit


@app.callback()
def styletune(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Rewrite and translate Markdown drafts in your own voice, with a model on your own machine."""


add_verb(app, "init", InitSettings, "styletune.commands.init")
add_verb(app, "rewrite", RewriteSettings, "styletune.commands.rewrite")
add_verb(app, "translate", TranslateSettings, "styletune.commands.translate")
add_verb(app, "watch", WatchSettings, "styletune.commands.watch")
memory_app = group(app, "memory", "What the project remembers: rules, terms and corrections.")
add_verb(memory_app, "show", memory.ShowSettings, "styletune.commands.memory_show")
add_verb(memory_app, "add", memory.AddSettings, "styletune.commands.memory_add")
add_verb(memory_app, "learn", memory.LearnSettings, "styletune.commands.memory_learn")
add_verb(memory_app, "review", memory.ReviewSettings, "styletune.commands.memory_review")
add_verb(memory_app, "forget", memory.ForgetSettings, "styletune.commands.memory_forget")
add_verb(memory_app, "explain", memory.ExplainSettings, "styletune.commands.memory_explain")
add_verb(memory_app, "export", memory.ExportSettings, "styletune.commands.memory_export")
add_verb(memory_app, "import", memory.ImportSettings, "styletune.commands.memory_import")
corpus_app = group(app, "corpus", "Your posts, and the training pairs that come of them.")
add_verb(corpus_app, "add", corpus.CorpusAddSettings, "styletune_training.verbs.corpus_add")
add_verb(corpus_app, "remove", corpus.CorpusRemoveSettings, "styletune_training.verbs.corpus_remove")
add_verb(corpus_app, "list", corpus.CorpusListSettings, "styletune_training.verbs.corpus_list")
add_verb(corpus_app, "stats", corpus.CorpusStatsSettings, "styletune_training.verbs.corpus_stats")
add_verb(app, "synthesize", SynthesizeSettings, "styletune_training.verbs.synthesize")
models_app = group(app, "models", "Base and tuned models.")
add_verb(models_app, "list", models.ListSettings, "styletune.commands.models_list")
add_verb(models_app, "pull", models.PullSettings, "styletune.commands.models_pull")
add_verb(models_app, "add", models.AddSettings, "styletune.commands.models_add")
add_verb(models_app, "use", models.UseSettings, "styletune.commands.models_use")
add_verb(models_app, "info", models.InfoSettings, "styletune.commands.models_info")
add_verb(models_app, "rm", models.RemoveSettings, "styletune.commands.models_rm")
add_verb(app, "restore", RestoreSettings, "styletune.commands.restore")
add_verb(app, "doctor", DoctorSettings, "styletune.commands.doctor")


def main() -> None:
    """Run the command line and exit."""
    end_as_ctrl_c_does()
    stdout: object = sys.stdout
    if isinstance(stdout, io.TextIOWrapper):  # a terminal that lacks a character shows its number
        stdout.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="styletune")
    except Finished:
        raise
    except SystemExit as end:
        if end.code in (UsageError.exit_code, Cancelled.exit_code):  # no verb has begun
            _give_back_input()
        raise
    except KeyboardInterrupt:
        _give_back_input()
        sys.exit(Cancelled.exit_code)


def _give_back_input() -> None:
    """Answer with standard input if it is what a verb was to read."""
    if _reads_standard_input(sys.argv[1:]):
        from styletune.terminal.console import Console  # noqa: PLC0415 -- not needed where all goes well

        with suppress(KeyboardInterrupt):
            Console().give_back_input()


def _reads_standard_input(arguments: Sequence[str]) -> bool:
    """Tell whether an editor waits for its text back although the arguments were not understood."""
    before = ("", *arguments)
    return any(now == STDIN and last not in ("-o", "--output") for last, now in zip(before, arguments, strict=False))
