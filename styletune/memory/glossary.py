"""``.styletune/glossary.toml``: how terms are rendered, what is kept as it is, what is never said."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from styletune.errors import SettingsError, UsageError
from styletune.memory.recall import Term
from styletune.memory.rule_text import position, read_text

ANY = "any"
"""Stands for every language."""

_TABLES = ("keep", "never_say", "terms")
_MOST_CHARACTERS = 120
_ALIKE = 60
"""Least likeness, of 100, of a key that is offered for an unknown one."""

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Glossary:
    """All of a glossary file, by language; ``any`` stands for every language."""

    terms: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    keep: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    never_say: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def terms_for(self, lang: str | None) -> tuple[Term, ...]:
        """List the terms for an output in a language; ``None``: those for every language.

        What is said for the language itself goes before what is said for every language.
        """
        found: dict[str, Term] = {}
        for name in reversed(_scopes(lang)):  # the more special one comes last and wins
            scope = None if name == ANY else name
            found |= {word: Term(word, None, scope) for word in self.keep.get(name, ())}
            found |= {word: Term(word, target, scope) for word, target in self.terms.get(name, {}).items()}
        return tuple(found.values())

    def never_say_for(self, lang: str | None) -> tuple[str, ...]:
        """List what must not stand in an output in a language; where that is unknown, all there is."""
        names = list(self.never_say) if lang is None else _scopes(lang)
        return tuple(dict.fromkeys(phrase for name in names for phrase in self.never_say.get(name, ())))


def _scopes(lang: str | None) -> list[str]:
    """List the keys that hold for a language: ``zh-hans``, ``zh``, ``any``."""
    if lang is None:
        return [ANY]
    base = lang.split("-", 1)[0]
    return [*dict.fromkeys((lang, base)), ANY]


def read_glossary(path: Path, shown: str) -> Glossary:
    """Read a glossary; ``shown`` names it in messages.

    Raises ``SettingsError`` with one line for each problem of the whole file, each with its line number.
    """
    return parse_glossary(read_text(path, shown), shown)


def parse_glossary(text: str, shown: str) -> Glossary:
    """Read the text of a glossary; ``shown`` names it in messages. Raises ``SettingsError`` as ``read_glossary`` does."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_syntax(error, text, shown)) from error
    reader = _Reader(values)
    if reader.problems:
        raise SettingsError("\n".join(_placed(reader.problems, text, shown)))
    return reader.glossary


def _syntax(error: tomllib.TOMLDecodeError, text: str, shown: str) -> str:
    """Put the place in front of what the parser says, which names it at the end."""
    said, _, place = str(error).removesuffix(")").partition(" (at ")
    numbers = [int(word) for word in place.replace(",", " ").split() if word.isdigit()]
    line, column = numbers if len(numbers) == 2 else position(text, len(text))  # noqa: PLR2004 - line and column
    return f"{shown}:{line}:{column} this is no TOML: {said}. Strings stand in quotes, lists in [ ]."


def _placed(problems: list[tuple[KeyPath, str]], text: str, shown: str) -> list[str]:
    from styletune.config.positions import positions  # noqa: PLC0415 - only errors need it

    places = positions(text)

    def line(path: KeyPath) -> int:
        return places[path].line if path in places else line(path[:-1]) if path else 1

    return [f"{shown}:{number} {message}" for number, message in sorted((line(path), said) for path, said in problems)]


class _Reader:
    """Takes the parsed file apart; what is wrong is collected, not raised."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.problems: list[tuple[KeyPath, str]] = []
        self._tables: dict[tuple[str, str], str] = {}
        """Table and language code to the key as it is written."""
        for key in values:
            if key not in _TABLES:
                self._refuse((key,), _unknown_key(key))
        self.glossary = Glossary(
            dict(self._terms(values.get("terms", {}))),
            dict(self._lists("keep", values.get("keep", []))),
            dict(self._lists("never_say", values.get("never_say", []))),
        )
        if not self.problems:
            self._check_conflicts()

    def _refuse(self, path: KeyPath, message: str) -> None:
        self.problems.append((path, message))

    def _lists(self, key: str, value: object) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Read a list for every language, or a table of lists by language."""
        by_lang = cast("dict[str, object]", value) if isinstance(value, dict) else {ANY: value}
        for name, entries in by_lang.items():
            path: KeyPath = (key, name) if isinstance(value, dict) else (key,)
            lang = self._lang(key, name)
            if not isinstance(entries, list):
                self._refuse(path, f'{key} must be a list of texts, such as {key} = ["GGUF"].')
                continue
            listed = cast("list[object]", entries)
            sign = key == "never_say"  # a dash is worth forbidding, too
            found = [self._phrase((*path, index), entry, sign=sign) for index, entry in enumerate(listed)]
            yield lang, tuple(dict.fromkeys(phrase for phrase in found if phrase is not None))

    def _terms(self, value: object) -> Iterator[tuple[str, dict[str, str]]]:
        if not isinstance(value, dict):
            self._refuse(
                ("terms",), 'terms must be tables by language, such as [terms.zh] and below it "disk" = "磁盘".'
            )
            return
        entries = cast("dict[str, object]", value)
        for name, renderings in entries.items():
            if isinstance(renderings, dict):
                lang = self._lang("terms", name)
                yield lang, dict(self._renderings(("terms", name), cast("dict[str, object]", renderings)))
            else:
                stray = f'"{name}" has no language. Put it below [terms.zh] or another code, or below [terms.{ANY}].'
                self._refuse(("terms", name), stray)

    def _renderings(self, path: KeyPath, entries: dict[str, object]) -> Iterator[tuple[str, str]]:
        for word, rendering in entries.items():
            if word in _TABLES and not isinstance(rendering, str):
                self._refuse((*path, word), f"{word} belongs above the first [table] of the file.")
                continue
            source = self._phrase((*path, word), word)
            target = self._phrase((*path, word), rendering)
            if source is not None and target is not None:
                yield source, target

    def _lang(self, table: str, name: str) -> str:
        from styletune.text.language import language_code  # noqa: PLC0415 - a list for every language needs no table

        code = name
        try:
            code = ANY if name == ANY else language_code(name)
        except UsageError as error:
            self._refuse((table, name), f'{error} "{ANY}" stands for every language.')
        first = self._tables.setdefault((table, code), name)
        if first != name:
            self._refuse((table, name), f'{table} has the same language as "{first}" already. Make one of the two.')
        return code

    def _phrase(self, path: KeyPath, value: object, *, sign: bool = False) -> str | None:
        if not isinstance(value, str):
            self._refuse(path, "a text in quotes is wanted here.")
            return None
        text = " ".join(value.split())
        if not text.strip("* ") or not (sign or any(char.isalnum() for char in text)):
            self._refuse(path, f'"{text}" holds no word.')
        elif len(text) > _MOST_CHARACTERS:
            self._refuse(path, f'"{text[:30]}…" has more than {_MOST_CHARACTERS} characters. Write a rule instead.')
        else:
            return text
        return None

    def _check_conflicts(self) -> None:
        """Refuse what says one thing here and the opposite there, as far as it holds for one language."""
        glossary = self.glossary
        for lang in {*glossary.terms, *glossary.keep, *glossary.never_say} - {ANY} or {ANY}:
            never = {phrase.casefold() for phrase in glossary.never_say_for(lang)}
            for name in _scopes(lang):
                for word, target in glossary.terms.get(name, {}).items():
                    path = ("terms", self._tables["terms", name], word)
                    if word in glossary.keep.get(name, ()) and target != word:
                        self._refuse(path, f'"{word}" is rendered as "{target}" here and kept as it is by keep.')
                    if target.casefold() in never:
                        self._refuse(path, f'"{word}" is rendered as "{target}", which never_say forbids.')
                for word in glossary.keep.get(name, ()):
                    if word.casefold() in never:
                        self._refuse(("keep",), f'"{word}" is kept as it is, and never_say forbids it.')
        self.problems = list(dict.fromkeys(self.problems))


def _unknown_key(key: str) -> str:
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - only an error needs it
    from rapidfuzz.process import extractOne  # noqa: PLC0415 - only an error needs it

    near = extractOne(key.casefold(), _TABLES, scorer=ratio, score_cutoff=_ALIKE)
    hint = f'Did you mean "{near[0]}"?' if near else f"Known are {', '.join(_TABLES)}."
    return f'unknown key "{key}". {hint}'
