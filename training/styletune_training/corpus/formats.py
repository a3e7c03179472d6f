"""Files in several formats, as Markdown."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType

from styletune.errors import FileError, UsageError
from styletune_training.corpus.converted import Converted
from styletune_training.corpus.document import Format

__all__ = ["FORMATS", "LARGEST", "Converted", "as_markdown"]

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx"), "markdown"),
        **dict.fromkeys((".txt", ".text"), "text"),
        **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
        ".docx": "docx",
        ".pdf": "pdf",
    }
)
"""Formats by suffix, in lower case."""

LARGEST = 64 << 20
"""Bytes of the largest file that is read; of a .docx, also of all that is packed in it."""


def as_markdown(path_name: str, data: bytes) -> Converted:
    """Return a file's text as Markdown; its suffix says what the file is.

    Nothing outside of ``data`` is looked at: pictures are not loaded, and no program is run. Raises ``FileError``
    with what to do for a file that cannot be read, and ``UsageError`` if a package for its format is not installed.
    """
    suffix = PurePath(path_name).suffix.lower()
    if suffix not in FORMATS:
        raise FileError(f"files that end in {suffix or 'nothing'} are not read. Known are {', '.join(FORMATS)}.")
    if len(data) > LARGEST:
        raise FileError(
            f"the file has {len(data) >> 20} MiB; {LARGEST >> 20} MiB is the most that is read. Split it, or leave it out."
        )
    if not data.strip():
        return Converted(b"", ".md", FORMATS[suffix], has_lines=True)
    return _converter(FORMATS[suffix])(path_name, data)


def _converter(form: Format) -> Callable[[str, bytes], Converted]:
    """Load what reads a format, and nothing that reads another."""
    if form == "markdown":
        from styletune_training.corpus.notes import from_markdown  # noqa: PLC0415 - see above

        return from_markdown
    if form == "text":
        from styletune_training.corpus.plain_text import from_text  # noqa: PLC0415 - see above

        return from_text
    try:
        return _converter_of_extra(form)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "styletune_training":
            raise
        raise UsageError(
            f"reading .{form} files needs the package {error.name}. Install it: pip install 'styletune[corpus]'"
        ) from error


def _converter_of_extra(form: Format) -> Callable[[str, bytes], Converted]:
    if form == "html":
        from styletune_training.corpus.html import from_html  # noqa: PLC0415 - see above

        return from_html
    if form == "docx":
        from styletune_training.corpus.docx import from_docx  # noqa: PLC0415 - see above

        return from_docx
    from styletune_training.corpus.pdf import from_pdf  # noqa: PLC0415 - see above

    return from_pdf
