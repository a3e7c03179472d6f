"""The prompts that ask a model for the other side of a pair: those that come with styletune, and a project's own.

Each is a TOML file that a person can copy and edit. Its version is a hash of what the model gets to see, so that pairs
of two wordings are never taken for the same.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import regex

from styletune.config import values
from styletune.config.tables import key
from styletune.errors import SettingsError
from styletune.files.atomic import write_atomic
from styletune.files.failures import in_words
from styletune.project import PROMPTS, STATE, state_folder
from styletune_training.synthesis import prompt_values
from styletune_training.synthesis.imitation import Imitated
from styletune_training.synthesis.prompt_files import read_fields

PromptBuilder = Literal["rewrite", "translate", "qa"]

SUFFIX = ".toml"

KEEP = ", keeping {marks} unchanged"
"""Stands before the last colon above a text that holds marks: a small model that has read of marks writes them
everywhere, and one that reads of them on a line of their own answers that line."""

_NAME = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*")


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its answer, both Markdown, shown to the model before its own text; marks stand in both as they do there."""

    text: str = field(metadata=key("text", values.text))
    answer: str = field(metadata=key("answer", values.text))
    lang: str | None = field(default=None, metadata=key("lang", values.language))
    """Code of the language of ``text``; it is shown with texts in this language only. ``None``: with all."""

    answer_lang: str | None = field(default=None, metadata=key("answer_lang", values.language))
    """Likewise of ``answer``."""


@dataclass(frozen=True, slots=True)
class SynthesisPrompt:
    """What a model is told. ``{text}``, ``{language}``, ``{author_language}``, ``{section}`` and ``{imitated}`` are filled in."""

    name: str
    builder: PromptBuilder = field(metadata=key("builder", prompt_values.builder))
    description: str = field(metadata=key("description", prompt_values.one_line))
    """For people."""

    system: str = field(metadata=key("system", prompt_values.system))
    user: str = field(metadata=key("user", prompt_values.user))
    temperature: float = field(default=0.7, metadata=key("temperature", prompt_values.temperature))
    """0 is greedy."""

    kinds: tuple[str, ...] = field(default=(), metadata=key("kinds", values.kinds))
    """Kinds of paragraphs that it is for; none: all that its builder takes."""

    examples: tuple[Example, ...] = field(default=(), metadata=key("examples", prompt_values.tables_of(Example)))
    imitated: str = ""
    """What ``{imitated}`` stands for; empty until ``imitating`` gives it."""

    @property
    def version(self) -> str:
        """Eight hexadecimal digits that follow from all that the model gets to see, and from nothing else."""
        examples = [[one.text, one.answer, one.lang, one.answer_lang] for one in self.examples]
        seen = [self.builder, self.system, self.user, self.temperature, examples, self.imitated, KEEP]
        data = json.dumps(seen).encode("ascii")
        return hashlib.blake2b(data, digest_size=4, person=b"styletune:prompt").hexdigest()

    @property
    def id(self) -> str:
        """Name and version, as pairs keep it: ``rewrite-formal@1f3a9c20``."""
        return f"{self.name}@{self.version}"

    @property
    def needs_imitated(self) -> bool:
        """Whether it is of use only with drafts to imitate."""
        return "imitated" in prompt_values.slots(self.system) | prompt_values.slots(self.user)

    def takes(self, kind: str) -> bool:
        """Tell whether it is for a kind of paragraphs."""
        return not self.kinds or "all" in self.kinds or kind in self.kinds

    def imitating(self, imitated: Imitated) -> "SynthesisPrompt":
        """Return the prompt with drafts to imitate; one that has no place for them stays as it is."""
        return replace(self, imitated=imitated.shown) if self.needs_imitated else self


def load_prompts(root: Path) -> dict[str, SynthesisPrompt]:
    """Read all prompts by name: those of ``.styletune/prompts`` go before those that come with styletune.

    Raises ``SettingsError`` with one line for each problem of all files.
    """
    found, problems = dict(_shipped()), list[str]()
    for path in _own(root):
        try:
            prompt = _read(path, root)
        except SettingsError as error:
            problems.append(str(error))
        else:
            found[prompt.name] = prompt
    if problems:
        raise SettingsError("\n".join(problems))
    return found


def copy_prompts(root: Path) -> list[Path]:
    """Write the shipped prompts to ``.styletune/prompts``; a file that is there already is left alone.

    Returns what was written. Raises ``FileError``.
    """
    folder = state_folder(root) / PROMPTS
    there = {_normal(path.name) for path in folder.iterdir()} if folder.is_dir() else set[str]()
    written: list[Path] = []
    for name, data in _shipped_files().items():
        if _normal(name + SUFFIX) not in there:
            write_atomic(folder / (name + SUFFIX), data)
            written.append(folder / (name + SUFFIX))
    return written


def _own(root: Path) -> list[Path]:
    folder = root / STATE / PROMPTS
    try:
        paths = [path for path in folder.iterdir() if path.name.lower().endswith(SUFFIX) and path.name[0] != "."]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"{STATE}/{PROMPTS} cannot be read: {in_words(error)}.") from error
    return sorted(paths, key=lambda path: _normal(path.name))


def _read(path: Path, root: Path) -> SynthesisPrompt:
    from styletune.memory.rule_text import read_text  # noqa: PLC0415 - most projects have no prompts of their own

    shown = path.relative_to(root).as_posix()
    name = _normal(path.name)[: -len(SUFFIX)]
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{shown}: name it with letters, digits, - and _ only; pairs keep the name.")
    return parse_prompt(name, read_text(path, shown), shown)


def parse_prompt(name: str, text: str, shown: str) -> SynthesisPrompt:
    """Read the text of a prompt file; ``shown`` names it in messages. Raises ``SettingsError``, one line a problem."""
    return SynthesisPrompt(name, **read_fields(text, shown, SynthesisPrompt))


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, SynthesisPrompt]:
    return {name: parse_prompt(name, data.decode(), name + SUFFIX) for name, data in _shipped_files().items()}


def _shipped_files() -> dict[str, bytes]:
    return dict(sorted(_packaged()))


def _packaged() -> Iterator[tuple[str, bytes]]:
    for entry in files("styletune_training.synthesis").joinpath("prompts").iterdir():
        if entry.name.endswith(SUFFIX):
            yield entry.name.removesuffix(SUFFIX), entry.read_bytes()


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name)
