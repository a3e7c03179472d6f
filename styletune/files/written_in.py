"""Which language a file is written in: by its name, its front matter or its text."""

import re
from pathlib import Path

from styletune.errors import FileError, UsageError
from styletune.files.naming import language_in_name

_CLOSED_BY = {"---": ("---", "..."), "+++": ("+++",), "{": ("}",)}
_FIELD = re.compile(
    r"""\s*["']?(?:lang|language)["']?\s*[:=]\s*["']?(?P<code>[A-Za-z]{2,3}(?:[-_]\w+)*)["']?\s*,?\s*""", re.IGNORECASE
)
_PELICAN = re.compile(r"[A-Za-z][\w-]*:(?:\s|$)")
_HEADER_LINES = 200
"""Front matter is over by then."""

_SAMPLE = 4000
"""Characters of prose that identify a language well enough."""

_LOOKED_AT = 64 * 1024
"""Bytes of a file in which so much prose is looked for; parsing all of a long file would only take time."""


def already_in(target: str, path: Path, data: bytes, *, by_text: bool = True) -> bool:
    """Tell whether a file is in the target language already.

    What its name or its front matter declares decides. Only without both, and with ``by_text``, the text itself is
    looked at; a guess never tells scripts or regions of one language apart (``zh-hans`` and ``zh-hant``).
    """
    from styletune.text.language import base_language  # noqa: PLC0415 -- loads tables that other verbs do not need

    declared = language_in_name(path) or _in_front_matter(data)
    if declared is not None:
        same_base = base_language(declared) == base_language(target)
        return declared == target or (same_base and "-" not in declared + target)
    if not by_text or "-" in target:
        return False
    return _in_text(data, path.suffix) == target


def _in_front_matter(data: bytes) -> str | None:
    from styletune.text.language import language_code  # noqa: PLC0415 -- loads tables that other verbs do not need

    for line in _header(data):
        field = _FIELD.fullmatch(line)
        if field is not None:
            try:
                return language_code(field["code"].replace("_", "-"))
            except UsageError:
                return None
    return None


def _header(data: bytes) -> list[str]:
    """List the lines of the front matter: fenced (YAML, TOML, JSON) or, as Pelican has it, up to an empty line."""
    text = data[: _HEADER_LINES * 200].decode("utf-8-sig", errors="replace")
    lines = text.splitlines()[:_HEADER_LINES]
    closing = _CLOSED_BY.get(lines[0].strip()) if lines else None
    header: list[str] = []
    for line in lines[1 if closing else 0 :]:
        if line.strip() in closing if closing else not _PELICAN.match(line):
            break
        header.append(line)
    return header


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
