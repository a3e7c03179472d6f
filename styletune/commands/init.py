"""``styletune init``: settings, rules and a glossary to begin with."""

import os
import shlex
from pathlib import Path

from styletune.commands.project_settings import InitSettings
from styletune.config import starter
from styletune.config.load import load_config
from styletune.config.site import PRESETS, Site, find_site
from styletune.errors import UsageError
from styletune.files.atomic import read_bytes, write_atomic
from styletune.files.discovery import SUFFIXES
from styletune.project import GLOSSARY, IGNORED, RULE_FILE, SETTINGS, STATE, project_root
from styletune.terminal.console import Console

_IGNORE = f"{STATE}/.gitignore"


def run(settings: InitSettings, console: Console) -> int:
    """Write what is missing, say what was left alone, and name the next commands."""
    root = settings.folder
    _check_folder(root)
    site = find_site(root, settings.preset)
    console.notice(f"{_found(site)}{_outer_project(root)}")
    wanted = {
        SETTINGS: starter.settings_text(site),
        RULE_FILE: starter.RULES,
        f"{STATE}/{GLOSSARY}": starter.GLOSSARY,
        _IGNORE: starter.COMMITTED if settings.commit_memory else starter.INIT_IGNORED,
    }
    for name, text in wanted.items():
        console.notice(_write(root, name, text, commit_memory=settings.commit_memory))
    for warning in _inner_memories(root):
        console.notice(warning)
    load_config(root)  # settings that were here before are looked over, too
    console.notice(_next_commands(root, site))
    return 0


def _check_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    if folder.exists():
        raise UsageError(f"{folder} is a file. Name the blog's folder.")
    if folder.is_symlink():
        raise UsageError(f"{folder} is a symbolic link that leads nowhere. Name the blog's folder.")
    raise UsageError(f"{folder} does not exist. Make it first: mkdir -p {shlex.quote(str(folder))}")


def _found(site: Site) -> str:
    if site.because:
        return f"This is {site.title} ({site.because}); another generator is chosen with --preset."
    return f"Settings for {site.title}; a generator is chosen with --preset ({', '.join(PRESETS)})."


def _outer_project(root: Path) -> str:
    """Warn of settings in a folder above, which stop to count here."""
    above = root.absolute()
    outer = project_root(above, otherwise=above)  # the project of the folder itself, as of a file in its parent
    if outer != above and (outer / SETTINGS).exists() and not (root / SETTINGS).exists():
        return f"\nThe settings in {outer / SETTINGS} no longer count in this folder."
    return ""


def _inner_memories(root: Path) -> list[str]:
    """Warn of folders below in which runs kept their memory before there were settings: they are projects of their own."""
    found = [path for depth in ("*", "*/*", "*/*/*") for path in sorted(root.glob(f"{depth}/{STATE}")) if path.is_dir()]
    return [
        f"{path} is from runs before there were settings, which do not count in {path.parent} while it is there. "
        f"Move it away: mv {shlex.quote(str(path))} {shlex.quote(f'{path}-before')} (results there count as written by "
        "hand then; --force writes them anew)."
        for path in found
        if not (path.parent / SETTINGS).exists()
    ]


def _write(root: Path, name: str, text: str, *, commit_memory: bool) -> str:
    """Write a file unless there is one; return what happened, in words."""
    path, data = root / name, text.encode()
    if not os.path.lexists(path):
        write_atomic(path, data)
        return f"Wrote {path}."
    present = read_bytes(path) if path.is_file() else b""
    if present == data:
        return f"{path} is there already."
    ours = [IGNORED, *([starter.INIT_IGNORED] if commit_memory else [])]
    if name == _IGNORE and present.decode(errors="replace") in ours:  # holds nothing of anybody's
        write_atomic(path, data)
        return f"Changed {path}."
    hint = ""
    if name == _IGNORE and commit_memory:
        hint = " To commit the corrections, add the lines !corrections.jsonl and !outputs.jsonl to it."
    return f"{path} is there already; it was left as it is.{hint}"


def _next_commands(root: Path, site: Site) -> str:
    found = _some_draft(root, site) or root / "post.md"
    draft, folder = shlex.quote(str(found)), shlex.quote(str(found.parent))
    return "\n".join(
        [
            "Next:",
            f"  write how you write into {root / RULE_FILE}",
            f"  styletune rewrite {draft} --model pseudo --diff    shows what a model would get to see",
            f"  styletune rewrite {draft}",
            f"  styletune translate {draft} --to LANG",
            f"  styletune watch {folder}    rewrites each draft when you save it",
        ]
    )


def _some_draft(root: Path, site: Site) -> Path | None:
    """Find a post to show commands with, where there are posts; only the first folders are searched."""
    folder = root / site.posts[0] if "*" not in site.posts[0] else root
    found = [path for depth in ("*", "*/*", "*/*/*") for path in sorted(folder.glob(depth)) if path.suffix in SUFFIXES]
    return next((path for path in found if path.is_file() and not path.name.startswith("_")), None)
