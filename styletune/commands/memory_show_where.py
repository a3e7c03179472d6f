"""Where text of the user's is kept: every file, its size, and what it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from styletune.config.load import load_config
from styletune.errors import StyletuneError
from styletune.files.originals import originals
from styletune.files.records import Records
from styletune.project import RULE_FILE, STATE

_HOLDS = (
    ("outputs.jsonl", "what was written, with its drafts' text and what you made of it"),
    ("corrections.jsonl", "your corrections: draft, what was written, what you made of it"),
    ("proposals.jsonl", "rules that were proposed, and what you said to them"),
    ("pairs.jsonl", "texts and translations that you imported"),
    ("corpus/sources.json", "what you added to the corpus: folders, files and repositories"),
    ("corpus/documents.jsonl", "the paragraphs of your posts and notes, as they were read"),
    ("corpus/pairs/*.jsonl", "pairs that were found in translations, histories and files"),
    ("corpus/synthesis.jsonl", "what models wrote for your paragraphs, and the paragraphs"),
    ("corpus/gate.jsonl", "which pairs passed the gate (a cache)"),
    ("prompts/*.toml", "the prompts of synthesis that you copied"),
    ("glossary.toml", "your terms, and what is never said"),
    ("rules/*.md", "your rules for some drafts"),
    ("originals/*", "a draft as it was before a run in place"),
    ("originals.jsonl", "the names of these drafts"),
    ("memory.sqlite.damaged-*", "a damaged translation memory that was set aside"),
    ("memory.sqlite*", "the translation memory: paragraphs and models' answers (a cache)"),
    ("*.tmp", "what a run that was killed left; the next run removes it"),
)
_WITHOUT_TEXT = (".gitignore", "*lock", "*.pid")
_STRAY = ".styletune-*.tmp"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file in which text may be kept."""

    path: Path
    size: int
    """Bytes."""

    holds: str
    """In words."""


def kept_files(root: Path) -> list[KeptFile]:
    """List every file in which styletune keeps text of the user's for a project; there is nothing else.

    Drafts and posts are the user's own files and are not listed, nor is what ``memory export`` was told to write.
    Files that cannot be understood are listed all the same.
    """
    places: dict[Path, str] = {}
    for path, holds in (*_rule_files(root), *_state(root), *_outputs(root), *_cache()):
        places.setdefault(path, holds)
    return [KeptFile(path, path.stat().st_size, holds) for path, holds in places.items() if path.is_file()]


def _rule_files(root: Path) -> Iterator[tuple[Path, str]]:
    yield root / RULE_FILE, "your voice and your rules"
    try:
        config = load_config(root)
    except StyletuneError:  # show says what is wrong with the settings
        return
    for settings in (config.top, *(profile.settings for profile in config.profiles)):
        if settings.rules is not None:
            yield root / settings.rules, "your voice and your rules"


def _state(root: Path) -> Iterator[tuple[Path, str]]:
    folder = root / STATE
    names = {original.sha256: original.path for original in originals(root)}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.stat().st_size and not any(fnmatchcase(name, sign) for sign in _WITHOUT_TEXT):
            holds = next((words for sign, words in _HOLDS if fnmatchcase(name, sign)), "not known to this version")
            yield path, f"{names[path.name]} as it was before a run in place" if path.name in names else holds


def _outputs(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield the outputs, and what runs that were killed left beside them."""
    folders: dict[Path, None] = {}
    for record in Records(root).outputs():
        path = root / record.output
        folders[path.parent] = None
        worked = (
            "your draft, worked on in place" if record.in_place else f"written from {record.source or 'standard input'}"
        )
        yield path, worked
    for folder in folders:
        for path in sorted(folder.glob(_STRAY)):
            yield path, "what a run that was killed left; the next run removes it"


def _cache() -> Iterator[tuple[Path, str]]:
    """Yield what is in the user's cache folder; what is kept there of models holds no text."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - asked for by this option alone

    folder = user_cache_path("styletune", appauthor=False)
    for path in sorted((folder / "posts").glob("*")):
        yield path, "paragraphs of your posts, of this project or another (a cache)"
    for path in sorted(folder.glob("memory.sqlite*")):
        yield path, "the translation memory of drafts outside any project (a cache)"
