"""Where a draft's project begins, and the folder in which styletune keeps what it knows about it."""

from pathlib import Path

STATE = ".styletune"
SETTINGS = "styletune.toml"
RULE_FILE = ".stylerules"

GLOSSARY = "glossary.toml"
"""In ``STATE``, as is ``RULES_FOLDER``."""

RULES_FOLDER = "rules"

CORRECTIONS = "corrections.jsonl"
"""What was learned from a person's edits; in ``STATE``, as are the next two."""

PROPOSALS = "proposals.jsonl"
"""What became of the rules that corrections suggest: accepted or rejected."""

PAIRS = "pairs.jsonl"
"""Pairs of texts that a person brought from elsewhere, in the format of training pairs."""

CORPUS = "corpus"
"""The folder of what training learns from: the author's documents as they were read, and pairs; in ``STATE``."""

PROMPTS = "prompts"
"""The folder of synthesis prompts that a person copied and edited; in ``STATE``."""

IGNORED = f"""\
# Git ignores what styletune keeps here, because it holds unpublished text or can be made again.
*
!{GLOSSARY}
!{RULES_FOLDER}/
!{RULES_FOLDER}/*.md
!{PROMPTS}/
!{PROMPTS}/*.toml
"""
"""What ``.styletune/.gitignore`` says: glossary, rules and prompts, which people write, may be committed."""


def project_root(path: Path, *, otherwise: Path | None = None) -> Path:
    """Find the folder that a file belongs to.

    It is the nearest folder above with ``styletune.toml`` or ``.styletune``, else the nearest with ``.git``, else
    ``otherwise``, which is the file's own folder unless it is named.
    """
    folder = path.absolute().parent
    above = (folder, *folder.parents)
    for markers in ((SETTINGS, STATE), (".git",)):
        for candidate in above:
            if any((candidate / marker).exists() for marker in markers):
                return candidate
    return otherwise or folder


def state_folder(root: Path) -> Path:
    """Make the project's ``.styletune`` folder where it is missing; git ignores what is private in it."""
    folder = root / STATE
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        from styletune.files.atomic import write_atomic  # noqa: PLC0415 - made once in the life of a project

        write_atomic(ignore, IGNORED.encode())  # empty, it would show unpublished text to git
    return folder
