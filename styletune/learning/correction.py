"""What is learned from a person's edits, as ``.styletune/corrections.jsonl`` keeps it."""

from dataclasses import dataclass
from typing import Literal

from styletune.task import TaskName

SCHEMA = 1

How = Literal["watch", "run", "learn", "review"]
"""Who saw the edit: the watcher, the next run, ``memory learn`` or ``memory review``."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A text of styletune that a person made their own. All texts are Markdown as it stands in the file."""

    id: str
    """Starts with ``c``; what forgets, supersedes and rules refer to."""

    time: str
    """UTC, ISO 8601."""

    task: TaskName
    source_lang: str | None
    target_lang: str | None
    doc: str
    """The draft, relative to the project, with ``/``."""

    kind: str
    """Kind of the segment, as in reports."""

    source: str
    """The draft's text."""

    written: str | None
    """What styletune wrote; ``None`` where it had written nothing."""

    edited: str
    """What the person made of it; may hold several paragraphs, parted by a blank line."""

    how: How
    model: str = ""
    output: str = ""
    """The edited file, named like ``doc``."""

    supersedes: str | None = None
    """The earlier correction of the same block."""


@dataclass(frozen=True, slots=True)
class KeptBlock:
    """How much of one block a person kept."""

    id: str
    """Of the block: hash of the output's name and the source's text."""

    length: int
    """Tokens that styletune had written: words, or characters in unspaced scripts."""

    distance: int
    """Tokens that were changed, added or taken away; 0 for a block that was left alone."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A person has looked at an output: what of it was kept, block by block. Holds no text."""

    time: str
    output: str
    task: TaskName
    lang: str | None
    model: str
    blocks: tuple[KeptBlock, ...]
