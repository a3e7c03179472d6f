"""``styletune synthesize --list-prompts`` and ``--copy-prompts``."""

import os
from pathlib import Path

from styletune.files.atomic import sync_folders
from styletune.project import PROMPTS, STATE
from styletune.terminal.console import Console
from styletune_training.synthesis.prompts import SUFFIX, copy_prompts, load_prompts


def list_prompts(root: Path, console: Console, *, as_json: bool) -> int:
    """Show all prompts with their versions; return the exit code."""
    prompts = load_prompts(root)
    folder = root / STATE / PROMPTS
    own = [name for name in prompts if (folder / f"{name}{SUFFIX}").exists()]
    if as_json:
        values = [
            {"id": one.id, "builder": one.builder, "description": one.description, "own": name in own}
            for name, one in sorted(prompts.items())
        ]
        console.write_json(values)
    else:
        from styletune_training.verbs.synthesize_samples import prompt_list  # noqa: PLC0415 - JSON does without rich

        console.show(prompt_list(prompts, own), on_stdout=True)
    console.notice("To change them: styletune synthesize --copy-prompts")
    return 0


def copy_prompt_files(root: Path, console: Console) -> int:
    """Copy the shipped prompts to where a person edits them; return the exit code."""
    written = copy_prompts(root)
    sync_folders()
    folder = os.path.relpath(root / STATE / PROMPTS)
    for path in written:
        console.notice(os.path.relpath(path))
    if written:
        console.summary(
            f"Copied {len(written)} to {folder}. A prompt that you edit gets a new version, and its texts are made anew."
        )
    else:
        console.summary(f"All prompts are in {folder} already; nothing was overwritten.")
    return 0
