"""The author's own paragraphs, out of the posts of a blog; what was read once is kept in the user's cache."""

import hashlib
import json
import os
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import escape
from html import unescape
from pathlib import Path
from typing import Any

from styletune import __version__
from styletune.errors import FileError, SettingsError, UsageError
from styletune.files.discovery import find_inputs
from styletune.files.naming import language_in_name
from styletune.markdown.document import Document
from styletune.markdown.header_scan import find_extent, written_value
from styletune.markdown.marks import Piece
from styletune.markdown.segments import Kind
from styletune.text.sentences import ends_sentence
from styletune.text.tokens import length
from styletune.text.wrap import unwrap

SCHEMA = 1
SHORTEST, LONGEST = 15, 90
"""Words of a paragraph that shows a voice and leaves room for others; CJK characters count as 0.6 words."""

_SAMPLE = 4000
"""Characters that identify a language well enough."""

_MOST_BYTES = 4 << 20
"""A larger file is an export or a log, and would take a minute."""


_EMPHASIS = re.compile(r"(?<!\\)(?:(?<!\s)\*{1,3}|\*{1,3}(?!\s)|(?<![\w\\])_{1,3}(?=\S)|(?<=[^\s\\])_{1,3}(?!\w))")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNREAD = re.compile(r"\[\^|</?(?:a|abbr|b|em|i|mark|small|span|strong|u)\b[^>]*>$|<!--")
"""Marks that a reader does not miss: footnote references, plain tags, comments."""


@dataclass(frozen=True, slots=True)
class Post:
    """What is kept of a post."""

    path: Path
    lang: str | None
    """Code of the language: what the name or the header says, else what the text looks like."""

    paragraphs: tuple[str, ...]
    """Plain text, without Markdown."""


class Posts:
    """The posts that some globs name."""

    def __init__(self, root: Path, globs: Sequence[str]) -> None:
        self.root = root
        self.globs = tuple(globs)
        self._known: dict[str, tuple[list[int], Post]] | None = None
        """Path to size and time of last change, and what was read then."""

    def read(self) -> tuple[Post, ...]:
        """Return all posts; only those that changed since they were last read are read again.

        Posts that cannot be read as text are passed over. Raises ``SettingsError`` if a glob names no post.
        """
        known = self._load() if self._known is None else self._known
        paths = self._paths()
        now: dict[str, tuple[list[int], Post]] = {}
        try:
            for path in paths:
                if (stamp := _stamp(path)) is not None:
                    name = os.fspath(path)
                    same = name in known and known[name][0] == stamp
                    now[name] = known[name] if same else (stamp, _read_post(path))
        except BaseException:
            self._save(known | now)  # stopped half-way: what was read stays read
            raise
        if now != known:
            self._save(now)
        self._known = now
        return tuple(post for _, post in now.values())

    @property
    def are_known(self) -> bool:
        """Whether they were read before, so that reading them is quick."""
        return self._known is not None or self._cache.exists()

    def _paths(self) -> list[Path]:
        patterns = [os.path.join(escape(os.fspath(self.root)), glob) for glob in self.globs]  # noqa: PTH118 - not a path
        try:
            return [found.path for found in find_inputs(patterns)]
        except UsageError as error:
            missing = ", ".join(
                glob for glob, pattern in zip(self.globs, patterns, strict=True) if pattern in str(error)
            )
            raise SettingsError(
                f"posts in styletune.toml: {missing or error} names no Markdown file below {self.root}. "
                "Name the folders that hold your own posts."
            ) from error

    @property
    def _cache(self) -> Path:
        from platformdirs import user_cache_dir  # noqa: PLC0415 - runs without --examples need none

        name = hashlib.sha256(os.fsencode(os.path.realpath(self.root))).hexdigest()[:16]
        return Path(user_cache_dir("styletune")) / "posts" / f"{name}.json"

    def _load(self) -> dict[str, tuple[list[int], Post]]:
        """Read the cache; one that is missing, damaged or of another version is empty."""
        try:
            found = json.loads(self._cache.read_bytes())
            if found["version"] != [SCHEMA, __version__]:
                return {}
            return {name: _from_cache(name, entry) for name, entry in found["posts"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def _save(self, posts: dict[str, tuple[list[int], Post]]) -> None:
        from styletune.files.atomic import write_atomic  # noqa: PLC0415 - nothing changed, nothing is written

        entries = {name: [stamp, post.lang, post.paragraphs] for name, (stamp, post) in posts.items()}
        text = json.dumps({"version": [SCHEMA, __version__], "posts": entries}, ensure_ascii=False)
        try:  # like itself: a new file is private, because drafts may be among the posts
            write_atomic(self._cache, text.encode("utf-8", "surrogatepass"), like=self._cache)
        except FileError:
            return  # a cache that cannot be written costs time only


def _stamp(path: Path) -> list[int] | None:
    """Return size and time of last change; ``None`` if the file is gone by now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns]


def _from_cache(name: str, entry: Any) -> tuple[list[int], Post]:  # noqa: ANN401 - whatever JSON holds
    stamp, lang, paragraphs = entry
    size, changed = stamp
    if not isinstance(lang, str | None) or not all(isinstance(text, str) for text in paragraphs):
        raise TypeError("a field of another type")
    return [int(size), int(changed)], Post(Path(name), lang, tuple(paragraphs))


def _read_post(path: Path) -> Post:
    try:
        data = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
        found = tuple(paragraphs(data, path.suffix))
    except (OSError, FileError):
        data, found = b"", ()  # its own run says what is wrong with it
    return Post(path, _declared_language(path, data) or language_of(found), found)


def _declared_language(path: Path, data: bytes) -> str | None:
    from styletune.text.language import language_code  # noqa: PLC0415 - posts that are known need none

    written = language_in_name(path) or written_value(data, ("lang", "language"))
    try:
        return language_code(written) if written else None
    except UsageError:
        return None


def paragraphs(data: bytes, suffix: str) -> Iterator[str]:
    """Yield the paragraphs of a post that show how its author writes, as plain text. Raises ``FileError``."""
    header = find_extent(data, len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0)
    body = data[header.end :] if header else data  # the parser of a header takes longer than the rest
    for slot in Document.parse(body, suffix=suffix).slots:
        if slot.segment.kind is Kind.PARAGRAPH:
            text = plain_text(slot.pieces)
            if text is not None and SHORTEST <= length(text) <= LONGEST and _is_whole(text):
                yield text


def plain_text(pieces: Sequence[Piece]) -> str | None:
    """Return a paragraph without its Markdown; ``None`` if it cannot be read without it (formulas, images, tags)."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += _ESCAPE.sub(r"\1", _EMPHASIS.sub("", piece))
        elif piece.role == "break":
            text += "\n"
        elif piece.role in {"link", "label"}:
            before, _, label = text.rpartition("[")
            text = before + label
        elif piece.raw.startswith("`"):
            text += piece.raw.strip("`").strip()
        elif not _UNREAD.match(piece.raw):
            return None
    return unescape(unwrap(text)).strip()


def _is_whole(text: str) -> bool:
    """Tell whether a paragraph ends with a sentence, and does not lead over to code or a list."""
    return ends_sentence(text) and not text.endswith((":", "："))


def language_of(texts: Sequence[str]) -> str | None:
    """Return the base code of the language of some paragraphs; ``None`` if it is unclear."""
    from styletune.text.language import identify  # noqa: PLC0415 - posts that are known need none

    return identify("\n".join(texts)[:_SAMPLE]) if texts else None


def usual_language(posts: Sequence[Post]) -> str | None:
    """Return the language that most posts are in."""
    counts = Counter(post.lang for post in posts if post.lang is not None)
    return counts.most_common(1)[0][0] if counts else None
