"""A Word document as Markdown: through mammoth to HTML, and from there like any page."""

import io
import re
import zipfile
from importlib import import_module
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from styletune.errors import FileError
from styletune_training.corpus.converted import Converted, as_date, as_lang, as_tags
from styletune_training.corpus.html import body, parsed
from styletune_training.corpus.html_markdown import markdown
from styletune_training.corpus.html_post import tidy

_MAMMOTH: Any = import_module("mammoth")  # it has no types

_LARGEST = 256 << 20
"""Bytes of all that is packed in a document, pictures and the like left out."""

_OLD = b"\xd0\xcf\x11\xe0"
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Code'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='macro'] => pre:separator('\\n')
p[style-name='Preformatted Text'] => pre:separator('\\n')
r[style-name='HTML Code'] => code
r[style-name='Verbatim Char'] => code
p[style-name^='toc '] =>
p[style-name^='TOC '] =>
p[style-name='header'] =>
p[style-name='footer'] =>
"""
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
}
_DAMAGED = "the Word document is damaged ({}). Open it in Word or LibreOffice, save it anew, and add that."


def from_docx(_path_name: str, data: bytes) -> Converted:
    """Return the text of a document; comments, deleted text and pictures are left out.

    Headings, lists, tables and links come over; a footnote stands at the end. Raises ``FileError``.
    """
    if data.startswith(_OLD):
        raise FileError("it is protected by a password, or an old .doc. Save it as .docx without a password.")
    said = _opened(data)
    try:
        result = _MAMMOTH.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            convert_image=_no_picture,
            external_file_access=False,
        )
        page = parsed(str(result.value))
    except Exception as error:
        raise FileError(_DAMAGED.format(f"{type(error).__name__}: {error}")) from error
    return Converted(body(markdown([tidy(page)])), ".md", "docx", *said)


def _no_picture(_picture: object) -> list[object]:
    return []


def _opened(data: bytes) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    """Check what is packed in a document, and return title, date, language and tags of its properties."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check(packed)
            return _properties(packed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise FileError(_DAMAGED.format(error)) from error


def _check(packed: zipfile.ZipFile) -> None:
    if "word/document.xml" not in packed.namelist():
        raise FileError("it is no Word document: word/document.xml is missing in it. Save it as .docx from Word.")
    parts = [part for part in packed.infolist() if part.filename.endswith((".xml", ".rels"))]
    size = sum(part.file_size for part in parts)
    if size > _LARGEST:
        raise FileError(f"unpacked, its text has {size >> 20} MiB; {_LARGEST >> 20} MiB is the most that is read.")
    for part in parts:
        if _DECLARATION.search(packed.read(part)[:4096]):
            raise FileError(f"{part.filename} in it declares entities, which no Word document does. It is not read.")


def _properties(packed: zipfile.ZipFile) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    try:
        root = ElementTree.fromstring(packed.read("docProps/core.xml"))
    except (KeyError, ElementTree.ParseError, DefusedXmlException):
        return None, None, None, ()
    said = {
        name: root.findtext(name, namespaces=_NAMESPACES) for name in ("dc:title", "dcterms:created", "dc:language")
    }
    title = " ".join((said["dc:title"] or "").split()) or None
    keywords = as_tags(root.findtext("cp:keywords", namespaces=_NAMESPACES))
    return title, as_date(said["dcterms:created"]), as_lang(said["dc:language"]), keywords
