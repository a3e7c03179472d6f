"""A file of the author as Markdown, and what it says of itself."""

import re
from dataclasses import dataclass
from datetime import date

from styletune.errors import UsageError
from styletune_training.corpus.document import Format

_ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")


@dataclass(frozen=True, slots=True)
class Converted:
    """A file after its conversion."""

    data: bytes
    """UTF-8 Markdown. Only that of Markdown and text files may begin with front matter."""

    suffix: str
    """``.md`` or ``.mdx``: how ``data`` is to be parsed."""

    format: Format
    """What the file was."""

    title: str | None = None
    """What the file says beside its text; front matter in ``data`` is not read here."""

    date: str | None = None
    """``YYYY-MM-DD``."""

    lang: str | None = None
    """Code of a language, as the file declares it."""

    tags: tuple[str, ...] = ()
    has_lines: bool = False
    """Whether a line of ``data`` is the same line of the file."""


def as_date(text: object) -> str | None:
    """Return the day with which a text begins, as ``YYYY-MM-DD``; ``None`` if there is none in the calendar."""
    found = _ISO.match(str(text or "").strip().removeprefix("D:"))
    try:
        return date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None


def as_lang(text: object) -> str | None:
    """Return the code of a declared language, without the country that programs add unasked; ``None`` if unknown."""
    from styletune.text.language import base_language, language_code  # noqa: PLC0415 - most files declare none

    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return base_language(language_code(text.split(".")[0]))
    except UsageError:
        return None


def as_tags(*lists: object) -> tuple[str, ...]:
    """Join lists of tags, each with commas or semicolons between them, in their order and without doubles."""
    names = (" ".join(name.split()) for one in lists for name in re.split(r"[,;，；、]", str(one or "")))
    return tuple(dict.fromkeys(name for name in names if name))
