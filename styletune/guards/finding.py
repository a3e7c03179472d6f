"""What a guard knows, and what it says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from styletune.engines.protocol import Finish
from styletune.markdown.marks import MarkMode
from styletune.memory.recall import Term
from styletune.task import TaskName


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why an output may not replace its source."""

    guard: str
    """Name of the guard, a key of ``GUARDS``."""

    reason: str
    """What is wrong, in words: ``the number 42 is missing``."""


@dataclass(frozen=True, slots=True)
class GuardContext:
    """How an output came about."""

    task: TaskName
    source_lang: str | None = None
    """Language code; ``None`` when it is not known."""

    target_lang: str | None = None
    """Language code; set for ``translate``."""

    finish: Finish = "stop"
    trusted_text: bool = False
    """The engine's text is correct by construction: only the structural guards run."""

    mask_mode: MarkMode = MarkMode.MASKED
    mark_names: Mapping[int, str] = field(default_factory=dict[int, str])
    """What marks stand for, by number, as it reads in a reason: ``the link https://example.org``."""

    prompt: tuple[str, ...] = ()
    """Texts of the prompt (system message, examples) that must not show up in the output."""

    examples: tuple[str, ...] = ()
    """Texts of the prompt whose wording an answer may take up, but which it must not repeat."""

    glossary: tuple[Term, ...] = ()
    """Terms of the glossary that stand in the source, for this target language."""

    never_say: tuple[str, ...] = ()
    """Words and phrases that must not stand in the output unless they stand in the source."""

    @property
    def output_lang(self) -> str | None:
        """Language that the output should be in, where it is known."""
        return self.target_lang or self.source_lang


Guard: TypeAlias = Callable[[str, str, GuardContext], Iterable[str]]
"""Yields the reasons against a target; called as ``guard(source, target, context)``."""
