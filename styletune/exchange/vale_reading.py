"""Vocabularies and styles of Vale, read as entries for the glossary."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from styletune.errors import FileError
from styletune.exchange.vale import OURS, RULES, as_phrases
from styletune.files.atomic import read_bytes
from styletune.memory.glossary import ANY
from styletune.text.language import language_code

_STYLES_PATH = re.compile(r"^\s*StylesPath\s*=\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_RULES = (".yml", ".yaml")
_LISTS = ("accept.txt", "reject.txt")
_NO_TEXT = re.compile(r"\$\d|\((?:s|es)\)")
"""What stands in a suggestion for a part of what was found, or for either number."""

_LONGEST = 120
"""Characters that a glossary takes."""


@dataclass(slots=True)
class Entries:
    """What is to be added for one language of outputs, or for all."""

    keep: dict[str, None] = field(default_factory=dict[str, None])
    never_say: dict[str, None] = field(default_factory=dict[str, None])
    terms: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def count(self) -> int:
        """Number of entries."""
        return len(self.keep) + len(self.never_say) + len(self.terms)

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Yield each entry with its kind."""
        yield from (("keep", f'"{word}"') for word in self.keep)
        yield from (("term", f'"{word}" = "{target}"') for word, target in self.terms.items())
        yield from (("never_say", f'"{phrase}"') for phrase in self.never_say)


@dataclass(slots=True)
class ValeStyles:
    """What was found in a folder of Vale's."""

    by_lang: defaultdict[str | None, Entries] = field(default_factory=lambda: defaultdict(Entries))
    """``None``: every language."""

    left_out: list[str] = field(default_factory=list[str])
    """What has no counterpart in a glossary, with file and, where there are any, lines."""

    broken: list[str] = field(default_factory=list[str])
    """Files that are no YAML, with line and column."""

    read: int = 0
    """Files that were vocabularies or rules."""


def read_vale(place: Path, *, lang: str | None = None) -> ValeStyles:
    """Read a vocabulary, a style, a folder of styles, or a project with a ``.vale.ini``.

    Arguments: ``lang`` is the language of rules that do not show what it is. Raises ``FileError`` if nothing of Vale's
    is there, or if a file cannot be read.
    """
    found = ValeStyles()
    for path in _files(place):
        shown = path.relative_to(place).as_posix() if path != place else path.name
        if path.name in _LISTS:
            _read_list(path, shown, found)
        else:
            _read_rule(path, shown, found, lang)
    if not found.read and not found.broken:
        raise FileError(
            f"{place} holds nothing of Vale's. Name a folder with accept.txt, reject.txt, or rules such as Terms.yml."
        )
    for entries in found.by_lang.values():
        _without_contradictions(entries)
    return found


def _files(place: Path) -> list[Path]:
    """List what may be Vale's; a project says itself where its styles are."""
    if not place.is_dir():
        return [place]
    settings = place / ".vale.ini"
    if settings.is_file() and (said := _STYLES_PATH.search(read_bytes(settings).decode("utf-8", "replace"))):
        place = place / said[1] if (place / said[1]).is_dir() else place
    paths = sorted(path for path in place.rglob("*") if path.is_file())
    return [path for path in paths if path.name in _LISTS or (path.suffix in _RULES and not _is_settings(path, place))]


def _is_settings(path: Path, place: Path) -> bool:
    """Tell whether a file belongs to Vale itself or is hidden."""
    parts = path.relative_to(place).parts
    return "config" in parts or any(part.startswith(".") for part in parts)


def _text(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not UTF-8 (byte {error.start + 1}). Save it as UTF-8.") from error


def _read_list(path: Path, shown: str, found: ValeStyles) -> None:
    found.read += 1
    entries = found.by_lang[None]
    accepted = path.name == "accept.txt"
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip() or line.startswith("# "):
            continue
        phrases = _phrases(line, star=not accepted)
        if not phrases:
            found.left_out.append(f"{shown}:{number} {line.strip()}")
        (entries.keep if accepted else entries.never_say).update(dict.fromkeys(phrases))


def _phrases(expression: str, *, star: bool = False, any_case: bool = False) -> tuple[str, ...]:
    phrases = as_phrases(expression, star=star, any_case=any_case)
    return phrases if all(len(phrase) <= _LONGEST for phrase in phrases) else ()


def _read_rule(path: Path, shown: str, found: ValeStyles, lang: str | None) -> None:
    text = _text(path)
    rule = _rule(text, shown, found)
    if "extends" not in rule:
        return
    found.read += 1
    if text.startswith(OURS + RULES):
        found.left_out.append(f"{shown} this comes from the rules of a .stylerules. Copy that file instead")
        return
    ours = text.partition("\n")[0].removeprefix(OURS).strip() if text.startswith(OURS) else None
    code = _language(rule) or lang if ours is None else None if ours == ANY else language_code(ours)
    entries = found.by_lang[code]
    if rule["extends"] == "substitution":
        _read_swaps(rule, shown, entries, found, forbid=ours is None)
    elif rule["extends"] == "existence":
        _read_tokens(rule, shown, entries, found)
    else:
        found.left_out.append(f"{shown} rules that extend {rule['extends']} have no counterpart in a glossary")


def _rule(text: str, shown: str, found: ValeStyles) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - vocabularies are plain lists

    try:
        # Every scalar is a text: a swap of "no" for "none" is no truth value.
        values: object = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts, lists and maps only
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        found.broken.append(f"{shown}{place} this is no YAML: {error.problem or 'it cannot be read'}")
        return {}
    except (yaml.YAMLError, RecursionError) as error:
        found.broken.append(f"{shown} this is no YAML: {' '.join(str(error).split())}")
        return {}
    return cast("dict[str, Any]", values) if isinstance(values, dict) else {}


def _language(rule: Mapping[str, Any]) -> str | None:
    """Return the language that the texts of a rule look like."""
    from styletune.text.language import identify  # noqa: PLC0415 - vocabularies need none

    return identify(" ".join([str(rule.get("message", "")), *_values(rule)]))


def _values(rule: Mapping[str, Any]) -> list[str]:
    """List the texts of a rule."""
    tokens: object = rule.get("tokens")
    listed = cast("list[object]", tokens) if isinstance(tokens, list) else list(dict(_swaps(rule)).values())
    return [token for token in listed if isinstance(token, str)]


def _swaps(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is swapped for what; a list of maps keeps their order."""
    swap: object = rule.get("swap")
    groups = cast("list[object]", swap) if isinstance(swap, list) else [swap]
    for group in groups:
        if isinstance(group, dict):
            for observed, expected in cast("dict[object, object]", group).items():
                if isinstance(observed, str) and isinstance(expected, str):
                    yield observed, expected


def _read_swaps(rule: Mapping[str, Any], shown: str, entries: Entries, found: ValeStyles, *, forbid: bool) -> None:
    """Read what is said instead of what; a style of others also forbids what is replaced."""
    any_case = rule.get("ignorecase") == "true"
    for observed, expected in _swaps(rule):
        phrases = _phrases(observed, any_case=any_case)
        rendering = " ".join(expected.partition("|")[0].split())  # of several suggestions, the first
        if not phrases or _NO_TEXT.search(rendering) or len(rendering) > _LONGEST:
            found.left_out.append(f"{shown} {observed}: {expected}")
            continue
        for phrase in phrases:
            if phrase != rendering:
                _swap(phrase, rendering, entries, forbid=forbid)


def _swap(phrase: str, rendering: str, entries: Entries, *, forbid: bool) -> None:
    if all(any(char.isalnum() for char in text) for text in (phrase, rendering)):
        entries.terms[phrase] = rendering
    if forbid:
        entries.never_say[phrase] = None


def _read_tokens(rule: Mapping[str, Any], shown: str, entries: Entries, found: ValeStyles) -> None:
    any_case = rule.get("ignorecase") == "true"
    for token in _values(rule):
        phrases = _phrases(token, star=True, any_case=any_case)
        if not phrases:
            found.left_out.append(f"{shown} {token}")
        entries.never_say.update(dict.fromkeys(phrases))
    if rule.get("raw"):
        found.left_out.append(f"{shown} raw: an expression that is no phrase")


def _without_contradictions(entries: Entries) -> None:
    """Forbid no phrase that stands inside a rendering or in what is kept: "app" where "mobile app" is wanted."""
    wanted = [text.casefold() for text in (*entries.terms.values(), *entries.keep)]
    for phrase in [phrase for phrase in entries.never_say if any(phrase.casefold() in text for text in wanted)]:
        del entries.never_say[phrase]
