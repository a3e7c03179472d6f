"""``styletune translate``: drafts in another language, in the author's voice."""

from styletune.commands.draft_run import run_drafts
from styletune.commands.settings import TranslateSettings
from styletune.draft_loop import TRANSLATE_KINDS, Task
from styletune.errors import UsageError
from styletune.terminal.console import Console
from styletune.text.language import language_code


def run(settings: TranslateSettings, console: Console) -> int:
    """Translate the files that the settings name and return the exit code. Raises ``UsageError``."""
    target = language_code(settings.to)
    source = language_code(settings.source) if settings.source is not None else None
    if source == target:
        raise UsageError(f"--from {settings.source} and --to {settings.to} are the same language.")
    task = Task("translate", target_lang=target, source_lang=source)
    return run_drafts(settings, task, kinds=TRANSLATE_KINDS, console=console)
