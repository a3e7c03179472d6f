"""Which language a file is written in: by its name, its front matter or its text."""

from pathlib import Path

from styletune.errors import FileError, UsageError
from styletune.files.naming import language_in_name
from styletune.markdown.header_scan import written_value

_SAMPLE = 4000
"""Characters of prose that identify a language well enough."""

_LOOKED_AT = 64 * 1024
"""Bytes of a file in which so much prose is looked for; parsing all of a long file would only take time."""


def declared_language(path: Path, data: bytes, *, place: str | None = None) -> str | None:
    """Return the language that a file's name, its folder (``place``) or its front matter declares, as a code."""
    return language_in_name(path) or place or _in_front_matter(data)


def already_in(target: str, path: Path, data: bytes, *, place: str | None = None, by_text: bool = True) -> bool:
    """Tell whether a file is in the target language already.

    What its name, its folder (``place``) or its front matter declares decides. Only without all three, and with
    ``by_text``, the text itself is looked at; a guess never tells scripts or regions of one language apart
    (``zh-hans`` and ``zh-hant``).
    """
    from styletune.text.language import base_language  # noqa: PLC0415 -- loads tables that other verbs do not need

    declared = declared_language(path, data, place=place)
    if declared is not None:
        same_base = base_language(declared) == base_language(target)
        return declared == target or (same_base and "-" not in declared + target)
    if not by_text or "-" in target:
        return False
    return _in_text(data, path.suffix) == target


def _in_front_matter(data: bytes) -> str | None:
    from styletune.text.language import language_code  # noqa: PLC0415 -- loads tables that other verbs do not need

    written = written_value(data[:_LOOKED_AT], ("lang", "language"))
    try:
        return language_code(written.replace("_", "-")) if written else None
    except UsageError:
        return None


def _in_text(data: bytes, suffix: str) -> str | None:
    from styletune.markdown.document import Document  # noqa: PLC0415 -- the parser loads only where it is needed
    from styletune.text.language import identify  # noqa: PLC0415 -- the language model loads only where it is needed

    try:
        segments = Document.parse(_beginning(data), suffix=suffix).segments
    except FileError:
        return None  # reported when the file's turn comes
    return identify("\n".join(segment.source for segment in segments)[:_SAMPLE])


def _beginning(data: bytes) -> bytes:
    """Cut a long file at a line end, so that no character is cut."""
    return data if len(data) <= _LOOKED_AT else data[: data.rfind(b"\n", 0, _LOOKED_AT) + 1] or data
