"""``styletune rewrite``: drafts in the author's voice."""

from styletune.commands.draft_run import run_drafts
from styletune.commands.settings import RewriteSettings
from styletune.terminal.console import Console


def run(settings: RewriteSettings, console: Console) -> int:
    """Rewrite the files that the settings name and return the exit code. Raises ``UsageError``."""
    return run_drafts(settings, console=console)
