"""Reads ``styletune.toml``: every problem at once, each with its line."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from styletune.config.given import Given, KeyPath, Problem
from styletune.config.schema import Config, Endpoint, FileSettings, Prices, Profile
from styletune.config.tables import Found, read_table
from styletune.errors import SettingsError
from styletune.files.failures import in_words
from styletune.project import SETTINGS

_TAKEN = ("echo", "pseudo")
"""Names of engines that are built in."""

_KEY_TUPLE = re.compile(r"\('[^()]*\)")
"""Keys as the parser shows them: ``('profiles', 'work')``."""

_SYNTAX_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def load_config(root: Path) -> Config:
    """Read the settings of the project in a folder; without the file, the defaults.

    Raises ``SettingsError`` with one line a problem: ``styletune.toml:12: ...``.
    """
    file = root / SETTINGS
    data = _read(file)
    if data is None:
        return Config(root)
    text = _decode(file, data)
    given = Given(_parse(file, text), (), root)
    found = read_table(given, Config, FileSettings)
    given.problems.extend(_clashes(found))
    if given.problems:
        raise SettingsError("\n".join(_lines(file, text, given.problems)))
    return _config(root, found)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        if file.is_symlink():
            raise SettingsError(f"{_shown(file)}: it is a symbolic link that leads nowhere.") from None
        return None
    except OSError as error:
        raise SettingsError(f"{_shown(file)}: it cannot be read: {in_words(error)}.") from error


def _decode(file: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")  # some editors begin every file with a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise SettingsError(f"{_shown(file)}:{line}: {byte}. Save the file as UTF-8.") from error


def _parse(file: Path, text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - most folders have no settings

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_syntax(file, text, str(error))) from error
    except RecursionError as error:
        raise SettingsError(f"{_shown(file)}: its lists and tables are nested too deeply.") from error


def _syntax(file: Path, text: str, reason: str) -> str:
    place = _SYNTAX_PLACE.search(reason)
    words = _KEY_TUPLE.sub(_dotted, reason[: place.start()] if place else reason)
    if place is None or place["line"] is None:
        line, column = text.count("\n") + (not text.endswith("\n")), len(text.rsplit("\n", 1)[-1]) + 1
    else:
        line, column = int(place["line"]), int(place["column"])
    hint = " Texts stand in quotes." if words.lower().startswith("invalid value") else ""
    return f"{_shown(file)}:{line}:{column}: this is no TOML: {words[:1].lower()}{words[1:]}.{hint}"


def _dotted(keys: re.Match[str]) -> str:
    return "[" + ".".join(re.findall(r"'([^']*)'", keys[0])) + "]"


def _clashes(found: Found) -> Iterator[Problem]:
    """Find names and paths that cannot mean what they say."""
    for name in _named(found, "endpoints"):
        if name in _TAKEN or name.startswith("openai:") or name.endswith(".gguf") or "/" in name or not name.strip():
            words = f'--model {name} means something else: give the endpoint "{name}" another name.'
            yield Problem(("endpoints", name), words)
    owners: dict[str, str] = {}
    for name, profile in _named(found, "profiles").items():
        if not name.strip():
            yield Problem(("profiles", name), "a profile needs a name: [profiles.NAME].")
        paths: tuple[str, ...] = profile.get("paths") or ()
        for number, path in enumerate(paths):
            owner = owners.setdefault(path, name)
            if owner != name:
                where: KeyPath = ("profiles", name, "paths", number)
                yield Problem(where, f'profile "{owner}" has the path "{path}" already, and the first one counts.')


def _named(found: Found, tables: str) -> dict[str, Found]:
    named: dict[str, Found] = found.get(tables) or {}
    return named


def _lines(file: Path, text: str, problems: list[Problem]) -> list[str]:
    """Write the problems down in the order of the file."""
    from styletune.config.positions import positions  # noqa: PLC0415 - a file without problems needs no positions

    places = positions(text)

    def line(path: KeyPath) -> int:
        while path and path not in places:
            path = path[:-1]
        return places[path].line if path else 1

    numbered = sorted(((line(problem.path), problem.text) for problem in problems), key=lambda item: item[0])
    return [f"{_shown(file)}:{number}: {words}" for number, words in dict.fromkeys(numbered)]


def _config(root: Path, found: Found) -> Config:
    tables = ("profiles", "endpoints")
    top = _over(FileSettings(), {name: value for name, value in found.items() if name not in tables})
    profiles = tuple(
        Profile(name, profile["paths"], replace(_over(top, profile), profile=name))
        for name, profile in _named(found, "profiles").items()
    )
    endpoints = {name: _endpoint(name, endpoint) for name, endpoint in _named(found, "endpoints").items()}
    return Config(root, top, profiles, endpoints)


def _over(base: FileSettings, found: Found) -> FileSettings:
    """Put what a table gives over other settings; a key replaces the same key as a whole."""
    changes = {name: value for name, value in found.items() if name != "paths"}
    header = replace(base.header, **found.get("header", {}))
    return replace(base, **{**changes, "header": header})


def _endpoint(name: str, found: Found) -> Endpoint:
    prices = Prices(**found["prices"]) if "prices" in found else None
    others = {field: value for field, value in found.items() if field != "prices"}
    return Endpoint(name, prices=prices, **others)


def _shown(file: Path) -> str:
    """Write a path as short as it gets from here."""
    try:
        relative = os.path.relpath(file)
    except ValueError:  # another drive
        return str(file)
    return str(file) if relative.startswith("..") else relative
