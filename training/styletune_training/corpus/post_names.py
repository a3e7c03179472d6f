"""Which files are versions of one post in several languages, by their names alone.

A post is named as its file is, without the language: ``posts/a.md`` for ``posts/a.zh.md``, ``posts/a-en.md`` and
``en/posts/a.md``. A language behind a dash and that of a folder could as well be words (``check-it.md``, notes on
computer science in ``cs/``): they count only where a file beside has the same name without it or with another
language, or where the project writes in that language.

What lies outside of the project is named by the folder that was added and the path below it: it keeps its name, and so
its split, on another disk.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from styletune.errors import UsageError
from styletune.files.naming import without_language
from styletune.text.language import base_language, language_code

_TAG = re.compile(r"[A-Za-z]{2}(?:[-_](?:[A-Za-z]{2}|[A-Za-z]{4}))?")
_BEHIND_A_DASH = re.compile(r"(?P<stem>.+)(?P<sign>[-_])(?P<tag>[A-Za-z]{2}(?:[-_](?:[A-Za-z]{2}|[A-Za-z]{4}))?)")
_LONG_TAG = re.compile(r"(?P<stem>.+)(?P<sign>[-_])(?P<tag>[A-Za-z]{2}[-_](?:[A-Za-z]{2}|[A-Za-z]{4}))")
_EVERYWHERE = frozenset({"index", "_index", "readme"})
"""Names that files of any folder have, so that two of them say nothing about their folders."""

_Parts = tuple[str, ...]


class PostNames:
    """The posts of a set of files, all of which are looked at to tell languages from words."""

    def __init__(self, ids: Collection[str], languages: Collection[str] = (), *, outside: Sequence[str] = ()) -> None:
        """Learn the names of all files.

        Arguments: ``ids`` are POSIX paths; ``languages`` the codes of those that the project writes in; ``outside`` the
        folders that were added and lie outside of the project, in the order in which they were added.
        """
        self._languages = frozenset(map(base_language, languages))
        self._labels = _labels(outside, {PurePosixPath(name).parts[0] for name in ids})
        self._all = {self._parts(name) for name in ids}
        self._bare = {(*parts[:-1], without_language(parts[-1])) for parts in self._all}
        self._folders = self._language_folders()
        self._stems = self._stems_and_tags()

    def post(self, name: str) -> str:
        """Return the name of the post that a file is a version of; a file need not be one of those that are known."""
        parts = self._without_folder(self._parts(name))
        bare = without_language(parts[-1])
        if bare == parts[-1]:
            bare = self._without_dash(parts)
        return "/".join((*parts[:-1], bare))

    def _parts(self, name: str) -> _Parts:
        """Cut a path; one below a folder that was added begins with the name of that folder."""
        parts = _parts(name)
        for folder, label in self._labels.items():
            if parts[: len(folder)] == folder and len(parts) > len(folder):
                return (*label, *parts[len(folder) :])
        return parts

    def _language_folders(self) -> set[tuple[_Parts, str]]:
        """Find the folders that stand for languages, each as the folders above and its name."""
        tags: defaultdict[tuple[_Parts, _Parts], set[str]] = defaultdict(set)
        for parts in self._bare:
            for place in _tagged(parts):
                tags[parts[:place], parts[place + 1 :]].add(parts[place])
        sure = {(above, tag) for above, rest in tags for tag in tags[above, rest] if self._written_in(above, tag)}
        for (above, rest), found in tags.items():
            telling = "/".join(rest).rpartition(".")[0].casefold() not in _EVERYWHERE
            if telling and (len(found) > 1 or (*above, *rest) in self._bare):
                sure.update((above, tag) for tag in found)
        return sure

    def _written_in(self, above: _Parts, tag: str) -> bool:
        """Tell whether a folder of the project, not one above it, is named by a language of the project."""
        return above[:1] != ("",) and base_language(_code(tag) or "") in self._languages

    def _without_folder(self, parts: _Parts) -> _Parts:
        for place in _tagged(parts):
            if (parts[:place], parts[place]) in self._folders:
                return (*parts[:place], *parts[place + 1 :])
        return parts

    def _stems_and_tags(self) -> dict[_Parts, set[str]]:
        """Map each name to the languages that stand behind it; "" for the name alone."""
        found: defaultdict[_Parts, set[str]] = defaultdict(set)
        for whole in self._bare:
            parts = self._without_folder(whole)
            found[parts].add("")
            for bare, tag in _dashed(parts[-1]):
                found[*parts[:-1], bare].add(base_language(_code(tag) or ""))
        return dict(found)

    def _without_dash(self, parts: _Parts) -> str:
        for bare, tag in _dashed(parts[-1]):
            lang = base_language(_code(tag) or "")
            if self._stems.get((*parts[:-1], bare), set()) - {lang} or lang in self._languages:
                return bare
        return parts[-1]


def below_added(name: str, post: str) -> str:
    """Return a document's id from the folder on that was added; all of it for a document inside of the project.

    Arguments: ``name`` is the id, ``post`` what it is a version of.
    """
    parts, there = _parts(name), _parts(post)
    if parts[:1] != ("",) or there[:1] == ("",):
        return "/".join(parts)
    starts = (start for start in range(len(parts) - len(there), 0, -1) if parts[start] == there[0])
    return "/".join(parts[next(starts, 0) :])


def _labels(folders: Sequence[str], inside: Collection[str]) -> dict[_Parts, _Parts]:
    """Name folders by their last parts, with as many as tell them from other folders and from languages."""
    labels: dict[_Parts, _Parts] = {}
    for folder in map(_parts, folders):
        if any(folder[: len(other)] == other for other in labels):
            continue
        names = (folder[-count:] for count in range(1, len(folder)))
        free = (name for name in names if name not in labels.values() and name[0] not in inside)
        labels[folder] = next((name for name in free if not _is_tag(name[0])), folder)
    return labels


def _is_tag(name: str) -> bool:
    return _TAG.fullmatch(name) is not None and _code(name) is not None


def _parts(name: str) -> _Parts:
    """Cut a path; the same name on another disk may have its accents in another form."""
    return tuple(unicodedata.normalize("NFC", name).split("/"))


def _tagged(parts: _Parts) -> Iterator[int]:
    """Yield the places of folders whose name is a language's code."""
    return (place for place, part in enumerate(parts[:-1]) if _is_tag(part))


def _dashed(name: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to read a name as one with a language behind a dash, the longest language first."""
    stem, dot, suffix = name.rpartition(".")
    for pattern in (_LONG_TAG, _BEHIND_A_DASH):
        found = pattern.fullmatch(stem)
        if found is not None and _code(found["tag"]):
            yield f"{found['stem']}{dot}{suffix}", found["tag"]


@lru_cache(maxsize=1024)
def _code(tag: str) -> str | None:
    try:
        return language_code(tag)
    except UsageError:
        return None
