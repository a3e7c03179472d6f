"""A document of the corpus and its paragraphs, as they are kept between runs."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from styletune.markdown.segments import Kind

Role = Literal["post", "note"]
Format = Literal["markdown", "text", "html", "docx", "pdf"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A stretch of the author's prose that stands for itself. Made by ``paragraph``."""

    id: str
    """Follows from the text alone: equal paragraphs have one id, wherever they stand."""

    kind: Kind
    text: str
    """Markdown in one line unless it holds hard breaks. Links are inline, so that nothing outside is needed to read it."""

    line: int
    """Where it begins in the file, from 1; 0 for a file whose lines are its converter's."""

    lang: str | None = None
    """Code of its language where it differs from the document's."""


def paragraph(kind: Kind, text: str, line: int = 0, lang: str | None = None) -> Paragraph:
    """Make a paragraph; texts that differ in white space alone have one id."""
    return Paragraph(paragraph_id(text), kind, text.strip(), line, lang)


def paragraph_id(text: str) -> str:
    """Name a paragraph by its text."""
    normal = " ".join(text.split()).encode("utf-8", "surrogatepass")
    return "a" + hashlib.blake2b(normal, digest_size=8, person=b"styletune:para").hexdigest()


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """One file of the author, read; also one that is not used, with the reason."""

    id: str
    """Where it is: POSIX path relative to the project, or absolute outside of it. Unique."""

    post: str
    """What it is a version of: the id without its language (``posts/a.md`` for ``posts/a.zh.md``). It decides about the
    split, so that a post and its translations are never parted, and is ``doc`` of all its pairs."""

    source: str
    """Id of the ``Source`` it came with."""

    stamp: tuple[int, int]
    """Size in bytes and time of last change in nanoseconds, when it was read."""

    reader: str
    """What decided how it was read: version of the reader and settings of the source. It is read again when this or
    ``stamp`` differs."""

    content: str = ""
    """Hash of the file's bytes."""

    role: Role = "post"
    format: Format = "markdown"
    lang: str | None = None
    """Code of the language of most of it: what name or header say, else what it looks like."""

    title: str | None = None
    date: str | None = None
    """``YYYY-MM-DD``."""

    tags: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict[str, int])
    """Blocks that are not used: how many, by reason in words (``code``, ``quotation``, ``too short``)."""

    skipped: str | None = None
    """Why nothing of it is used, in words: ``draft``, ``tag "ai"``, ``no prose``, ``a PDF of scans: ...``."""

    @property
    def words(self) -> int:
        """Number of its words; a CJK character counts as 0.6."""
        from styletune.text.tokens import length  # noqa: PLC0415 - loads tables that few need

        return round(sum(length(one.text) for one in self.paragraphs))
