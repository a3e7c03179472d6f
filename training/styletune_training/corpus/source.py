"""What was added to the corpus, and how it is to be read."""

import hashlib
from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["posts", "notes", "pairs", "git"]


@dataclass(frozen=True, slots=True)
class Excluded:
    """Documents of a folder that are left out, such as those an AI wrote."""

    paths: tuple[str, ...] = ()
    """Globs, relative to the folder."""

    tags: tuple[str, ...] = ()
    """Tags or categories of the header, compared without case."""

    texts: tuple[str, ...] = ()
    """Regular expressions that are looked for in the file."""

    since: str | None = None
    """``YYYY-MM-DD``: documents from that day on are left out."""

    before: str | None = None
    """``YYYY-MM-DD``: documents from before that day are left out."""


@dataclass(frozen=True, slots=True)
class GitOptions:
    """Which rewritten paragraphs of a history count."""

    since: str | None = None
    """``YYYY-MM-DD``: commits from that day on."""

    until: str | None = None
    """``YYYY-MM-DD``: commits up to that day."""

    authors: tuple[str, ...] = ()
    """Parts of the names or addresses of authors that count; none: all."""

    skip: tuple[str, ...] = ()
    """Commits that do not count: beginnings of their hashes, or regular expressions on their subjects."""

    least: float = 0.05
    """Share of a paragraph's words that must have changed, 0..1."""

    most: float = 0.7
    """Share of a paragraph's words that may have changed, 0..1."""


@dataclass(frozen=True, slots=True)
class Source:
    """A folder, a file or a repository that was added. It is named by kind and path: adding it again replaces it."""

    kind: SourceKind
    path: str
    """POSIX path relative to the project, or absolute outside of it."""

    lang: str | None = None
    """Code of the language of all of it, if the person said so."""

    drafts: bool = False
    """Whether posts that are marked as drafts are used, too."""

    excluded: Excluded = Excluded()
    git: GitOptions = GitOptions()

    @property
    def id(self) -> str:
        """Short name that files are called by."""
        named = f"{self.kind}\0{self.path}".encode("utf-8", "surrogateescape")
        return "s" + hashlib.blake2b(named, digest_size=4, person=b"styletune:src").hexdigest()
