"""``.styletune/rules/*.md``: rules for some files, one task or some languages, as their front matter says."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from styletune.errors import SettingsError, UsageError
from styletune.files.failures import in_words
from styletune.memory.rule_text import cut_rules, in_order, position, read_lines, read_text
from styletune.task import TaskName

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

KEYS = ("globs", "task", "lang", "always")
_ALIKE = 60
"""Least likeness, of 100, of a key that is offered for an unknown one."""

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class ScopedRules:
    """One file of scoped rules."""

    rules: tuple[str, ...]
    globs: tuple[str, ...] = ()
    """Drafts they are for, relative to the project; empty: all."""

    tasks: tuple[TaskName, ...] = get_args(TaskName)
    langs: tuple[str, ...] = ()
    """Languages of the output that they are for; empty: all."""

    always: bool = True
    """They stand in the shared part of the prompt; unless it is said, those without ``globs`` do."""

    places: tuple[str, ...] = ()
    """``FILE:LINE`` of each rule."""

    def apply(self, path: Path | None, root: Path, *, task: TaskName, lang: str | None) -> bool:
        """Tell whether the rules are for a draft; ``None`` is standard input without a name."""
        if task not in self.tasks or (self.langs and not _is_one_of(lang, self.langs)):
            return False
        if not self.globs:
            return True
        from styletune.config.globs import path_matches  # noqa: PLC0415 - only rules with globs need it

        return path is not None and path_matches(path, self.globs, root=root)


def _is_one_of(lang: str | None, langs: tuple[str, ...]) -> bool:
    return lang is not None and any(lang == code or lang.startswith(f"{code}-") for code in langs)


def read_scoped_rules(folder: Path, shown: str) -> tuple[ScopedRules, ...]:
    """Read all rule files of a folder, in the order of their names; a missing folder holds none.

    ``shown`` names the folder in messages. Raises ``SettingsError`` with all problems of all files.
    """
    found: list[ScopedRules] = []
    problems: list[str] = []
    for name in _names(folder, shown):
        try:
            found.append(read_one(folder / name, f"{shown}/{name}"))
        except SettingsError as error:
            problems.append(str(error))
    if problems:
        raise SettingsError("\n".join(problems))
    return tuple(found)


def _names(folder: Path, shown: str) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(".md") and entry.name[0] != ".")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"{shown} cannot be read: {in_words(error)}.") from error


def read_one(path: Path, shown: str) -> ScopedRules:
    """Read one file of scoped rules. Raises ``SettingsError`` with line and column of each problem."""
    text = read_text(path, shown)
    header, body, first = _split(text, shown)
    lines, problems = read_lines(body, shown, first=first)
    reader = _Header(header, shown, problems)
    rules = cut_rules(lines)
    if not rules and not problems:
        problems.append(f"{shown}:{first}:1 no rule stands here. Write some, or remove the file.")
    if problems:
        raise SettingsError(in_order(problems, shown))
    return reader.scope(tuple(rule.text for rule in rules), tuple(f"{shown}:{rule.line}" for rule in rules))


def _split(text: str, shown: str) -> tuple[str, str, int]:
    """Cut a file into its header, its body and the number of the body's first line."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return "", text, 1
    closing = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in (_FENCE, "...")), None)
    if closing is None:
        raise SettingsError(f"{shown}:1:1 this header is never closed. End it with a line ---")
    return "\n".join(lines[1:closing]), "\n".join(lines[closing + 1 :]), closing + 2


def _advice(error: "MarkedYAMLError") -> str:
    pattern = "alias" in f"{error.context} {error.problem}"  # what an asterisk without quotes is read as
    return 'Put patterns in quotes: globs: "*.md"' if pattern else "Write lines such as task: translate"


class _Header:
    """Takes a header apart; what is wrong goes to ``problems``."""

    def __init__(self, text: str, shown: str, problems: list[str]) -> None:
        self._shown = shown
        self._problems = problems
        self._places: dict[str, tuple[int, int]] = {}
        self._values = self._load(text) if text.strip() else {}

    def scope(self, rules: tuple[str, ...], places: tuple[str, ...]) -> ScopedRules:
        """Return the rules with what the header says; ``problems`` was empty."""
        globs: tuple[str, ...] = self._values.get("globs", ())
        always: bool = self._values.get("always", not globs)
        tasks: tuple[TaskName, ...] = self._values.get("task", get_args(TaskName))
        return ScopedRules(rules, globs, tasks, self._values.get("lang", ()), always, places)

    def _refuse(self, key: str, message: str) -> None:
        line, column = self._places.get(key, (1, 1))
        self._problems.append(f"{self._shown}:{line + 1}:{column} {message}")  # behind the line ---

    def _load(self, text: str) -> dict[str, Any]:
        written = self._parse(text)
        values = {key: self._read(key, value) for key, value in written.items() if self._is_known(key)}
        if values.get("always") and values.get("globs"):
            self._refuse("always", "always: true is for every draft, and globs name some. Remove one of the two.")
        return values

    def _parse(self, text: str) -> Mapping[str, object]:
        import yaml  # noqa: PLC0415 - most projects have no rules with a header

        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
            value: object = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            self._places[""] = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self._refuse("", f"the header is no YAML: {error.problem or 'it cannot be read'}. {_advice(error)}")
            return {}
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            offset = getattr(error, "position", 0)
            self._places[""] = position(text, offset if isinstance(offset, int) else 0)
            self._refuse("", "the header is no YAML. Write lines such as task: translate")
            return {}
        if not isinstance(node, yaml.MappingNode) or not isinstance(value, dict):
            self._refuse("", "the header must hold lines such as task: translate")
            return {}
        self._note_places(node)
        return {str(key): item for key, item in cast("dict[object, object]", value).items()}

    def _note_places(self, node: Any) -> None:  # noqa: ANN401 - a node of YAML, whose types say nothing
        for key, _ in node.value:
            name = str(key.value)
            place = (key.start_mark.line + 1, key.start_mark.column + 1)
            if name in self._places:
                first = self._places[name][0] + 1
                self._places[name] = place
                self._refuse(name, f'"{name}" stands here a second time; the first is in line {first}.')
            self._places[name] = place

    def _is_known(self, key: str) -> bool:
        if key in KEYS:
            return True
        from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - only an error needs it
        from rapidfuzz.process import extractOne  # noqa: PLC0415 - only an error needs it

        near = extractOne(key.casefold(), KEYS, scorer=ratio, score_cutoff=_ALIKE)
        hint = f'Did you mean "{near[0]}"?' if near else f"Known are {', '.join(KEYS)}."
        self._refuse(key, f'unknown key "{key}". {hint}')
        return False

    def _read(self, key: str, value: object) -> object:
        if key == "always":
            if not isinstance(value, bool):
                self._refuse(key, "always must be true or false.")
            return value is True
        texts = tuple(self._texts(key, value))
        if key == "task" and (wrong := [text for text in texts if text not in get_args(TaskName)]):
            self._refuse(key, f'unknown task "{wrong[0]}". Known are {", ".join(get_args(TaskName))}.')
        return tuple(self._code(text) for text in texts) if key == "lang" else texts

    def _texts(self, key: str, value: object) -> Iterator[str]:
        """Yield the texts of a list, or of one text; ``globs`` may stand in one text with commas."""
        one = isinstance(value, str)
        entries = str(value).split(",") if one and key == "globs" else [value] if one else value
        if not isinstance(entries, list) or not entries:
            self._refuse(key, f"{key} must be a text in quotes or a list of them.")
            return
        for entry in cast("list[object]", entries):
            if isinstance(entry, str) and entry.strip():
                yield entry.strip()
            else:
                hint = ' Quote it: "no" is read as a truth value.' if isinstance(entry, bool) else ""
                self._refuse(key, f"{key} must hold texts.{hint}")

    def _code(self, text: str) -> str:
        from styletune.text.language import language_code  # noqa: PLC0415 - only rules for a language need the table

        try:
            return language_code(text)
        except UsageError as error:
            self._refuse("lang", str(error))
            return text
