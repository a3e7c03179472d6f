"""Reads prompt files: every problem at once, each with its line."""

import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from styletune.config.given import Given, KeyPath, Problem
from styletune.config.tables import read_table
from styletune.errors import SettingsError
from styletune.memory.rule_text import position


def read_fields(text: str, shown: str, table: type) -> dict[str, Any]:
    """Read the fields that the keys of a TOML text set.

    Arguments: ``shown`` names the file in messages; ``table`` is a class whose fields describe their keys. Raises
    ``SettingsError`` with one line a problem: ``FILE:LINE: ...``.
    """
    given = Given(_parse(text, shown), (), Path())
    found = read_table(given, table)
    known = (problem for problem in given.problems if problem.path)  # what is missing at the top has a name of its own
    problems = [*known, *_missing(given, table)]
    if problems:
        raise SettingsError("\n".join(_lines(text, shown, problems)))
    return found


def _parse(text: str, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said, _, place = str(error).removesuffix(")").partition(" (at ")
        numbers = [int(word) for word in place.replace(",", " ").split() if word.isdigit()]
        line, column = numbers if len(numbers) == 2 else position(text, len(text))  # noqa: PLR2004 - line and column
        hint = 'Texts stand in quotes, longer ones between """ and """.'
        raise SettingsError(f"{shown}:{line}:{column}: this is no TOML: {said}. {hint}") from error
    except RecursionError as error:
        raise SettingsError(f"{shown}: its lists and tables are nested too deeply.") from error


def _missing(given: Given, table: type) -> Iterator[Problem]:
    """Find keys that the file needs and lacks."""
    for field in fields(table):
        required = "key" in field.metadata and field.default is MISSING
        if required and field.metadata["key"] not in (given.members() or {}):
            yield Problem((), f'"{field.metadata["key"]}" is missing.')


def _lines(text: str, shown: str, problems: list[Problem]) -> list[str]:
    from styletune.config.positions import positions  # noqa: PLC0415 - a file without problems needs no positions

    places = positions(text)

    def line(path: KeyPath) -> int:
        while path and path not in places:
            path = path[:-1]
        return places[path].line if path else 1

    found = [(line(problem.path), problem.text) for problem in problems]
    return [f"{shown}:{number}: {words}" for number, words in dict.fromkeys(sorted(found, key=lambda one: one[0]))]
