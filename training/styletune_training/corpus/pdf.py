"""A PDF as Markdown: its lines in reading order, put together to paragraphs again."""

import io
import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, cast

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTFigure, LTImage, LTPage, LTTextBox, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text

from styletune.errors import FileError
from styletune_training.corpus.converted import Converted, as_date, as_lang, as_tags
from styletune_training.corpus.pdf_paragraphs import Line, as_paragraphs

_MOST_PAGES = 1500
_LEAST_CHARACTERS = 25
"""Characters a page, on average, below which a PDF with pictures is one of scans."""

_UNREADABLE = 0.1
"""Share of letters without a meaning (``(cid:12)``) from which a text is lost."""

_SCANS = (
    "a PDF of scans: its pages are pictures, and nothing in it is text. Recognise the text first, for example:"
    " ocrmypdf in.pdf out.pdf, and add out.pdf."
)
_LOCKED = "it is protected by a password. Save it without one, for example: qpdf --decrypt --password=… in.pdf out.pdf"
_DAMAGED = "the PDF is damaged ({}). Print it to a new PDF from a viewer that still opens it, and add that."
_NO_LETTERS = (
    "its fonts do not say which letters they show, so its text comes out as numbers. Recognise it from its pages:"
    " ocrmypdf --force-ocr in.pdf out.pdf"
)
_NO_TITLES = ("untitled", "microsoft word", "powerpoint", ".doc", ".tex", ".indd", ".pdf", "document", "无标题")


def from_pdf(_path_name: str, data: bytes) -> Converted:
    """Return the text of a PDF: paragraphs, headings by the size of their letters, lists.

    Running heads, page numbers and line breaks are taken out. Raises ``FileError``, also for scans and for documents
    of more than 1,500 pages.
    """
    with _quiet():
        try:
            said = _properties(data)
            pages = list(extract_pages(io.BytesIO(data), laparams=LAParams(), maxpages=_MOST_PAGES + 1))
        except PDFPasswordIncorrect as error:
            raise FileError(_LOCKED) from error
        except PDFEncryptionError as error:
            raise FileError(f"{_LOCKED} ({error})") from error
        except Exception as error:
            raise FileError(_DAMAGED.format(f"{type(error).__name__}: {error}".rstrip(": "))) from error
    if len(pages) > _MOST_PAGES:
        raise FileError(f"it has more than {_MOST_PAGES} pages. Split it, or leave it out.")
    lines = [list(_lines(page)) for page in pages]
    _check(pages, lines)
    text = as_paragraphs(lines)
    return Converted(b"\n" + text.encode("utf-8", "replace") if text else b"", ".md", "pdf", *said)


@contextmanager
def _quiet() -> Generator[None]:
    """Keep pdfminer from reporting each oddity of a file; what matters is raised."""
    logger = logging.getLogger("pdfminer")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _check(pages: list[LTPage], lines: list[list[Line]]) -> None:
    text = "".join(line.text for page in lines for line in page)
    pictures = any(True for page in pages for _ in _pictures(page))
    if pictures and len("".join(text.split())) < _LEAST_CHARACTERS * len(pages):
        raise FileError(_SCANS)
    if text.count("(cid:") > _UNREADABLE * len(text) / len("(cid:12)"):
        raise FileError(_NO_LETTERS)


def _pictures(element: object) -> Iterator[LTImage]:
    if isinstance(element, LTImage):
        yield element
    elif isinstance(element, (LTPage, LTFigure)):
        for part in cast("Any", element):
            yield from _pictures(part)


def _lines(page: LTPage) -> Iterator[Line]:
    """Yield the lines of a page in reading order."""
    for block, box in enumerate(part for part in cast("Any", page) if isinstance(part, LTTextBox)):
        for line in cast("Any", box):
            if isinstance(line, LTTextLine) and line.get_text().strip():
                yield _line(line, block, page)


def _line(line: LTTextLine, block: int, page: LTPage) -> Line:
    letters = [part for part in cast("Any", line) if isinstance(part, LTChar)]
    sizes = sorted(round(letter.size, 1) for letter in letters)
    fixed = sum(
        any(name in letter.fontname.lower() for name in ("mono", "courier", "consol", "menlo")) for letter in letters
    )
    return Line(
        text=line.get_text().rstrip("\n"),
        left=line.x0,
        right=line.x1,
        top=line.y1 / page.height if page.height else 0,
        bottom=line.y0 / page.height if page.height else 0,
        y=line.y0,
        size=sizes[len(sizes) // 2] if sizes else round(line.height, 1),
        block=block,
        code=2 * fixed > len(letters),
    )


def _properties(data: bytes) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    document = PDFDocument(PDFParser(io.BytesIO(data)))
    info: dict[str, object] = {}
    for part in reversed(cast("Any", document).info):
        info.update(cast("dict[str, object]", part))
    title = " ".join((_text(info.get("Title")) or "").split())
    named = title if title and not any(sign in title.lower() for sign in _NO_TITLES) else None
    lang = as_lang(_text(document.catalog.get("Lang")))
    return named, as_date(_text(info.get("CreationDate"))), lang, as_tags(_text(info.get("Keywords")))


def _text(value: object) -> str | None:
    found: object = resolve1(value)
    return decode_text(found) if isinstance(found, bytes) else None
