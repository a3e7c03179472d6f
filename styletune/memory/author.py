"""The author's paragraphs that are nearest to a segment, for one draft."""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from styletune.errors import FileError
from styletune.files.atomic import read_bytes
from styletune.files.naming import without_language
from styletune.memory.nearest import NearestParagraphs
from styletune.memory.posts import Post, Posts, language_of, paragraphs, usual_language
from styletune.text.sentences import sentences
from styletune.text.tokens import length

SHOWN = 20
"""Words of a paragraph that a prompt shows; CJK characters count as 0.6 words."""


class Library:
    """The posts of a project and an index for each of their languages, shared by all drafts of a run."""

    def __init__(self, root: Path, globs: Sequence[str]) -> None:
        self._posts = Posts(root, globs)
        self._found: tuple[Post, ...] = ()
        self._indexes: dict[str | None, tuple[NearestParagraphs, list[Path]]] = {}

    @property
    def is_known(self) -> bool:
        """Whether the posts were read before, so that reading them is quick."""
        return self._posts.are_known

    def read(self) -> tuple[Post, ...]:
        """Return the posts as they are now. Raises ``SettingsError`` if a glob names none."""
        found = self._posts.read()
        if found != self._found:
            self._found = found
            self._indexes.clear()
        return found

    def index(self, lang: str | None) -> tuple[NearestParagraphs, list[Path]]:
        """Return the index of the paragraphs in a language (``None``: in any) and the post of each."""
        if lang not in self._indexes:
            chosen = [(text, post.path) for post in self._found if _speaks(post, lang) for text in post.paragraphs]
            self._indexes[lang] = NearestParagraphs([text for text, _ in chosen]), [path for _, path in chosen]
        return self._indexes[lang]


@lru_cache(maxsize=4)
def library(root: Path, globs: tuple[str, ...]) -> Library:
    """Return the one library that a process has of some posts."""
    return Library(root, globs)


class AuthorParagraphs:
    """Chooses the author's paragraphs for one draft; posts are read when the first are asked for.

    Never a paragraph of the draft itself, of the same post in another language, of styletune's own work
    (``written``), or a near-copy of the segment.
    """

    def __init__(
        self, posts: Library, *, lang: str | None, draft: Path | None, written: Callable[[Path], bool]
    ) -> None:
        self._posts = posts
        self._lang = lang
        self._draft = draft
        self._written = written
        self._index: tuple[NearestParagraphs, list[Path]] | None = None
        self._usable: dict[Path, bool] = {}

    @property
    def are_known(self) -> bool:
        """Whether the posts were read before, so that reading them is quick."""
        return self._posts.is_known

    def nearest(self, text: str, count: int) -> list[tuple[str, Path]]:
        """Return the ``opening`` of up to ``count`` paragraphs, best first, each with its post.

        Raises ``SettingsError`` if a glob names no post.
        """
        if self._index is None:
            found = self._posts.read()
            self._index = self._posts.index(self._lang or self._language_of_draft(text) or usual_language(found))
        index, owners = self._index
        numbers = index.nearest(text, count, usable=lambda number: self._is_usable(owners[number]))
        return [(opening(index.paragraphs[number]), owners[number]) for number in numbers]

    def _language_of_draft(self, text: str) -> str | None:
        try:
            found = paragraphs(read_bytes(self._draft), self._draft.suffix) if self._draft else ()
            return language_of(tuple(found)) or language_of((text,))
        except FileError:  # a draft from standard input may have a name that does not exist
            return language_of((text,))

    def _is_usable(self, post: Path) -> bool:
        if post not in self._usable:
            self._usable[post] = not (self._is_draft(post) or self._written(post))
        return self._usable[post]

    def _is_draft(self, post: Path) -> bool:
        if self._draft is None:
            return False
        here, there = (Path(os.path.realpath(path)) for path in (self._draft, post))
        same_name = without_language(here.name) == without_language(there.name)
        return here == there or (here.parent == there.parent and same_name)


def opening(paragraph: str) -> str:
    """Return the first sentences of a paragraph, ``SHOWN`` words at most, but at least one sentence.

    Whole paragraphs lead small models to write on in them: docs/memory.md has the figures.
    """
    text = ""
    for sentence in sentences(paragraph):
        if text and length(text + sentence) > SHOWN:
            break
        text += sentence
    return text.rstrip()


def _speaks(post: Post, lang: str | None) -> bool:
    """Tell whether a post is in a language; a post that tells no region or script stands for each of them."""
    if lang is None or post.lang is None:
        return lang is None
    either_is_general = "-" not in post.lang or "-" not in lang
    return post.lang == lang or (either_is_general and post.lang.split("-")[0] == lang.split("-")[0])
