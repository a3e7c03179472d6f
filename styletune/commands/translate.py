"""``styletune translate``: drafts in another language, in the author's voice."""

from styletune.commands.draft_run import run_drafts
from styletune.commands.settings import TranslateSettings
from styletune.terminal.console import Console


def run(settings: TranslateSettings, console: Console) -> int:
    """Translate the files that the settings name and return the exit code. Raises ``UsageError``."""
    return run_drafts(settings, console=console)
