"""What was added to the corpus of a project: ``.styletune/corpus/sources.json``."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from styletune.errors import SettingsError
from styletune.files.atomic import read_bytes, write_atomic
from styletune.files.lock import locked
from styletune.project import CORPUS, STATE, state_folder
from styletune_training.corpus.source import Excluded, GitOptions, Source, SourceKind

FILE = "sources.json"

_Part = TypeVar("_Part", Excluded, GitOptions)


class Sources:
    """The sources of one project, in the order in which they were added."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def file(self) -> Path:
        """The file they are kept in; it may not exist yet."""
        return self.root / STATE / CORPUS / FILE

    def all(self) -> tuple[Source, ...]:
        """Read all sources. Raises ``SettingsError`` for a file that a person broke, and ``FileError``."""
        if not self.file.exists():
            return ()
        try:
            values = json.loads(read_bytes(self.file).decode("utf-8-sig"))
            return tuple(map(_source, _listed(values)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise SettingsError(
                f"{STATE}/{CORPUS}/{FILE} cannot be read: {_in_words(error)}. Repair it, or remove it and add your posts "
                "again with styletune corpus add; what was read of them is kept."
            ) from error

    def put(self, sources: Iterable[Source]) -> tuple[Source, ...]:
        """Add sources, or replace those of their kind and path; return all. Raises ``SettingsError``, ``FileError``."""
        with locked(state_folder(self.root) / "lock"):
            known = self.all()
            every = with_added(known, sources)
            if every != known:
                self._write(every)
        return every

    def remove(self, id: str) -> None:  # noqa: A002 - the field's name
        """Remove a source by its id; one that is not there is gone already."""
        with locked(state_folder(self.root) / "lock"):
            known = self.all()
            kept = [source for source in known if source.id != id]
            if len(kept) < len(known):
                self._write(kept)

    def _write(self, sources: Sequence[Source]) -> None:
        text = json.dumps([_values(source) for source in sources], ensure_ascii=False, indent=2)
        write_atomic(self.file, text.encode("utf-8", "backslashreplace") + b"\n")


def with_added(known: Sequence[Source], added: Iterable[Source]) -> tuple[Source, ...]:
    """Add sources to others, or replace those of their kind and path; posts and notes replace each other."""
    every = list(known)
    for source in added:
        alike = {"posts", "notes"} if source.kind in {"posts", "notes"} else {source.kind}
        same = [number for number, one in enumerate(every) if one.path == source.path and one.kind in alike]
        if same:
            every[same[0]] = source
        else:
            every.append(source)
    return tuple(every)


def _values(thing: Any) -> dict[str, Any]:  # noqa: ANN401 - a source or a part of one
    """List the fields that say something: those that differ from their default."""
    named: dict[str, Any] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if value != _default(field):
            named[field.name] = _values(value) if isinstance(value, Excluded | GitOptions) else value
    return named


def _default(field: Field[Any]) -> object:
    return object() if field.default is MISSING else field.default


def _listed(values: object) -> list[dict[str, Any]]:
    if not isinstance(values, list):
        raise TypeError("it is no list of sources")
    return cast("list[dict[str, Any]]", values)


def _source(values: dict[str, Any]) -> Source:
    known = {field.name for field in fields(Source)}
    _only(values, known)
    kind, path = values["kind"], values["path"]
    if kind not in get_args(SourceKind):
        raise ValueError(f'"kind" is {json.dumps(kind)}; known are {", ".join(get_args(SourceKind))}')
    lang, drafts = values.get("lang"), values.get("drafts", False)
    if not isinstance(path, str) or not isinstance(lang, str | None) or not isinstance(drafts, bool):
        raise TypeError('"path" and "lang" are texts, and "drafts" is true or false')
    excluded, git = _part(Excluded, values.get("excluded", {})), _part(GitOptions, values.get("git", {}))
    return Source(cast("SourceKind", kind), path, lang, drafts, excluded, git)


def _part(kind: type[_Part], values: dict[str, Any]) -> _Part:
    """Read options; a list becomes a tuple, and each value has the type of its default."""
    defaults: dict[str, Any] = {field.name: field.default for field in fields(kind)}
    _only(values, set(defaults))
    for name, value in values.items():
        if not _fits(value, defaults[name]):
            raise TypeError(f'"{name}" is {json.dumps(value)}, which it cannot be')
    lists = {name for name, default in defaults.items() if isinstance(default, tuple)}
    found: dict[str, Any] = {name: tuple(value) if name in lists else value for name, value in values.items()}
    return kind(**found)


def _fits(value: object, default: object) -> bool:
    if isinstance(default, tuple):
        return isinstance(value, list) and all(isinstance(one, str) for one in cast("list[object]", value))
    if isinstance(default, float):
        return isinstance(value, int | float) and 0 <= value <= 1
    return isinstance(value, str | None)


def _only(values: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f'"{unknown[0]}" is unknown; known are {", ".join(sorted(known))}')


def _in_words(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno} is no JSON ({error.msg})"
    if isinstance(error, KeyError):
        return f'"{error.args[0]}" is missing in one of its sources'
    return str(error)
