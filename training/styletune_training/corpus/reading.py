"""One file of the author, read: its header, its paragraphs, their languages, and whether it is used at all."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from styletune.errors import FileError, UsageError
from styletune.files.atomic import digest, read_bytes
from styletune.files.failures import in_words
from styletune.markdown.front_matter import FrontMatter
from styletune.markdown.header_scan import Format
from styletune.markdown.segments import Kind
from styletune.markdown.skeleton import Skeleton, read, read_body
from styletune_training.corpus.dates import date_in_path
from styletune_training.corpus.document import CorpusDocument, Paragraph, Role
from styletune_training.corpus.exclusion import excluded_by, excluded_path
from styletune_training.corpus.formats import LARGEST, Converted, as_markdown
from styletune_training.corpus.header import Header, header_of
from styletune_training.corpus.languages import language_in_id, with_languages
from styletune_training.corpus.paragraphs import prose_of
from styletune_training.corpus.source import Source

READER = "1"
"""Version of everything that decides what a file gives; documents that another one read are read again."""

_NOT_READ = ""
"""Stands for the reader of a file that could not be read: it may be readable next time, with the same stamp."""

_DRAFTS = "_drafts"
"""Folder of Jekyll's and Hexo's drafts."""

_OPEN_HEADER = re.compile(
    rb"---[ \t]*\r?\n(?=(?i:title|date|layout|author|tags|categories|slug|draft|lang|description|summary):)"
    rb"(?P<lines>(?:[A-Za-z][\w-]*:(?:[ \t][^\r\n]*)?\r?\n(?:(?:[ \t]+|-[ \t])[^\r\n]*\r?\n)*)+)"
)
"""A header whose second fence is missing."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a source."""

    path: Path
    """Where it is to be opened."""

    id: str
    """``CorpusDocument.id``."""

    post: str
    """``CorpusDocument.post``."""


def reader_of(source: Source) -> str:
    """Name what decides how the files of a source are read: the version of the reader, and the source's settings."""
    settings = {"kind": source.kind, "path": source.path, "lang": source.lang, "drafts": source.drafts}
    text = json.dumps([settings, asdict(source.excluded)], sort_keys=True)
    return f"{READER}-" + hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def read_document(file: FoundFile, source: Source) -> CorpusDocument:
    """Read a file; one that cannot be read, or is not to be used, comes back with ``skipped``.

    A document that could not be read has no ``reader``, so that it is tried again.
    """
    role: Role = "note" if source.kind == "notes" else "post"
    document = CorpusDocument(file.id, file.post, source.id, stamp=(0, 0), reader=_NOT_READ, role=role)
    try:
        found = file.path.stat()
        document = replace(document, stamp=(found.st_size, found.st_mtime_ns))
        if reason := excluded_path(source, file.path, file.id) or _too_large(found.st_size):
            return replace(document, reader=reader_of(source), skipped=reason)
        data = read_bytes(file.path)
    except OSError as error:
        return replace(document, skipped=f"it cannot be read: {in_words(error)}")
    except FileError as error:
        return replace(document, skipped=str(error).removeprefix(f"{file.path} "))
    document = replace(document, content=digest(data))
    try:
        return _read(replace(document, reader=reader_of(source)), as_markdown(file.id, data), source)
    except FileError as error:
        return replace(document, reader=reader_of(source), skipped=str(error))
    except UsageError as error:  # a package is missing: once it is there, the file can be read
        return replace(document, skipped=str(error))


def _read(document: CorpusDocument, converted: Converted, source: Source) -> CorpusDocument:
    """Read what a file became."""
    skeleton, matter = _parsed(converted)
    header = _with_file(header_of(matter, converted.data), converted, document.id)
    prose = prose_of(skeleton, has_lines=converted.has_lines)
    declared = source.lang or language_in_id(document.id, document.post) or header.lang
    lang, paragraphs = with_languages(prose.paragraphs, declared)
    document = replace(
        document,
        format=converted.format,
        lang=source.lang or lang,
        title=header.title or _first_heading(paragraphs),
        date=header.date,
        tags=header.tags,
    )
    reason = "draft" if header.draft and not source.drafts else None
    reason = reason or excluded_by(source.excluded, tags=header.tags, day=header.date, text=converted.data.decode())
    if reason or not paragraphs:
        return replace(document, left_out=dict(prose.left_out), skipped=reason or "no prose")
    return replace(document, paragraphs=paragraphs, left_out=dict(prose.left_out))


def _parsed(converted: Converted) -> tuple[Skeleton, FrontMatter | None]:
    """Parse a file, and find its header; one that is never closed ends with the last line that looks like one."""
    data = converted.data
    if converted.format not in {"markdown", "text"}:
        return read_body(data, converted.suffix), None
    skeleton = read(data, converted.suffix)
    opened = _OPEN_HEADER.match(data) if skeleton.matter is None else None
    if opened is None:
        return skeleton, skeleton.matter
    start, end = opened.span("lines")
    return read_body(data, converted.suffix, base=end), FrontMatter(Format.PLAIN, opened["lines"], start, end)


def _with_file(header: Header, converted: Converted, name: str) -> Header:
    """Add what the file says beside its text, and what its name and its folders say."""
    return Header(
        title=header.title or converted.title,
        date=header.date or converted.date or date_in_path(name),
        tags=header.tags or converted.tags,
        lang=header.lang or converted.lang,
        draft=header.draft or _DRAFTS in PurePosixPath(name).parts[:-1],
    )


def _first_heading(paragraphs: tuple[Paragraph, ...]) -> str | None:
    return next((one.text for one in paragraphs[:3] if one.kind is Kind.HEADING), None)


def _too_large(size: int) -> str | None:
    if size <= LARGEST:
        return None
    return f"the file has {size >> 20} MiB; {LARGEST >> 20} MiB is the most that is read. Split it, or leave it out."
