"""The AI drafts that an author really gets, for prompts that imitate them: described in words, or shown."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from styletune.errors import FileError, UsageError
from styletune.files.atomic import is_regular, read_bytes
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode
from styletune.markdown.segments import Kind
from styletune.parts import split_long
from styletune.text.tokens import length
from styletune_training.corpus.formats import as_markdown

SHORTEST, LONGEST = 40, 120
"""Words of an excerpt that shows how its writer writes; CJK characters count as 0.6 words."""

EXCERPTS = 3
_LEAST = 15
"""Words of an excerpt that is taken if a file holds no better one."""

_LONGEST_DESCRIPTION = 1500
"""Characters."""

_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\s[^()]*)?\)|\[[^\[\]]*\])")
_NAMES_A_FILE = re.compile(r"\S+\.(?:md|markdown|txt|html?|docx|pdf)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Imitated:
    """What is to be imitated: a description, or excerpts."""

    description: str = ""
    excerpts: tuple[str, ...] = ()
    """Plain text, best first; an answer must not repeat them."""

    @property
    def shown(self) -> str:
        """What a prompt holds of it."""
        if not self.excerpts:
            return self.description
        return "\n\n".join(f"Excerpt {number}: {text}" for number, text in enumerate(self.excerpts, 1))


def read_imitated(given: str) -> Imitated:
    """Take a description, or choose excerpts of the file that is named.

    The choice follows from the texts alone. Raises ``UsageError`` for a file that is missing or holds no prose, and
    ``FileError`` for one that cannot be read.
    """
    path = Path(given).expanduser() if "\n" not in given and "\0" not in given else None
    if path is not None and is_regular(path):
        return Imitated(excerpts=_excerpts(path))
    description = " ".join(given.split())
    if not description:
        raise UsageError("--imitate is empty. Describe the drafts you get, or name a file with some.")
    if path is not None and (_NAMES_A_FILE.fullmatch(given) or os.path.isdir(path)):  # noqa: PTH112 - long names raise
        found = "is a folder. Name one file of it" if os.path.isdir(path) else "is no file. Check the name"  # noqa: PTH112
        raise UsageError(f"--imitate {given} {found}, or describe the drafts in words.")
    if len(description) > _LONGEST_DESCRIPTION:
        raise UsageError(
            f"--imitate has {len(description)} characters, and every request would hold them. "
            f"Keep it below {_LONGEST_DESCRIPTION}, or put drafts into a file and name it."
        )
    return Imitated(description)


def _excerpts(path: Path) -> tuple[str, ...]:
    texts = [part.strip() for text in _paragraphs(path) for part in split_long(text, LONGEST)]
    fitting = [text for text in dict.fromkeys(texts) if length(text) >= _LEAST]
    if not fitting:
        raise UsageError(
            f"--imitate {path} holds no paragraph of {_LEAST} words or more. Give it a few paragraphs of such drafts."
        )
    fitting.sort(key=lambda text: (not SHORTEST <= length(text) <= LONGEST, _order(text)))
    return tuple(fitting[:EXCERPTS])


def _paragraphs(path: Path) -> list[str]:
    data = read_bytes(path)
    try:
        converted = as_markdown(path.name, data)
    except FileError as error:
        raise FileError(f"--imitate {path}: {error}") from error
    document = Document.parse(converted.data, suffix=converted.suffix)
    found = [segment.id for segment in document.segments if segment.kind is Kind.PARAGRAPH]
    return [" ".join(_LINK.sub(r"\1", document.shown(name, MarkMode.VISIBLE)).split()) for name in found]


def _order(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=b"styletune:imit").digest()
