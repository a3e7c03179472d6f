"""What is to be done with a draft."""

from dataclasses import dataclass
from typing import Literal

from styletune.markdown.segments import Kind

TaskName = Literal["rewrite", "translate"]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done with each segment."""

    name: TaskName
    target_lang: str | None = None
    """Language code; set for ``translate``."""

    source_lang: str | None = None
    """Language code; ``None`` leaves it to the model."""


REWRITE_KINDS = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM})
"""What ``rewrite`` touches by default: other people's words and short labels are left alone."""

TRANSLATE_KINDS = frozenset(Kind)
