"""``styletune memory review --suggest``: a model's summary of the last corrections, as a proposal."""

from pathlib import Path
from threading import Event

from styletune.commands import chosen_model
from styletune.commands.memory_settings import ReviewSettings
from styletune.config.load import load_config
from styletune.errors import UsageError
from styletune.learning.corrections import Corrections
from styletune.learning.proposals import Proposals
from styletune.learning.suggestion import suggest
from styletune.terminal.console import Console
from styletune.terminal.interrupt import run_interruptible
from styletune.terminal.progress import follow


def suggest_summary(settings: ReviewSettings, root: Path, console: Console) -> bool:
    """Ask the model, keep what it says as a proposal, and return whether it said anything of use.

    Raises ``UsageError`` for a model that cannot summarise, and ``SettingsError``, ``ModelError``, ``EngineError`` and
    ``Cancelled``.
    """
    config = load_config(root)
    corrections = Corrections(root).live()
    chosen = chosen_model.choose_model(settings.model or config.top.model, config, isolate=config.top.isolate)
    if chosen.trusted_text:
        raise UsageError(f"{chosen.name} is no model and can sum up nothing. Name one with --model NAME.")
    with follow(console, files=1, stream=False) as progress:
        engine = chosen_model.defer(chosen, jobs=1, loading=progress.loading, say=console.notice)

        def ask(stop: Event) -> bool:
            try:
                proposal = suggest(engine, corrections, stop=stop)
            except UsageError as error:
                console.notice(str(error))
                return False
            finally:
                engine.close()
            Proposals(root).suggest(proposal, model=chosen.name)
            console.notice(f"{chosen.name} suggests: {proposal.text} ({proposal.id})")
            return True

        return run_interruptible(ask, on_stop=lambda: console.notice("Stopping ..."))
