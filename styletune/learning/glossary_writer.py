"""Entries put into ``.styletune/glossary.toml``, and taken out of it, without touching anything else in the file."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from styletune.errors import SettingsError, UsageError
from styletune.learning.hand_written import change_text, readable
from styletune.memory.glossary import ANY, parse_glossary
from styletune.project import GLOSSARY, STATE, state_folder
from styletune.text.language import language_code

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

SHOWN = f"{STATE}/{GLOSSARY}"

EntryKind = Literal["term", "keep", "never_say"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the glossary, as it is added or removed."""

    kind: EntryKind
    text: str
    """The term, the word that is kept, or the phrase that is never said."""

    rendering: str = ""
    """Of a term."""

    lang: str = ANY
    was: str = ""
    """The rendering that it replaces."""

    def __str__(self) -> str:
        """Show the entry as the file has it."""
        scope = "" if self.lang == ANY else f" ({self.lang})"
        if self.kind == "term":
            return f'"{self.text}" = "{self.rendering}"{scope}' + (f', which was "{self.was}"' if self.was else "")
        return f'{self.kind} "{self.text}"{scope}'


def add_entries(  # noqa: PLR0913 -- one argument for each kind of entry
    root: Path,
    *,
    keep: Iterable[str] = (),
    never_say: Iterable[str] = (),
    terms: Mapping[str, str] | None = None,
    lang: str | None = None,
    why: str = "",
) -> list[Entry]:
    """Add entries to a project's glossary and return those that were not there yet; a rendering is replaced.

    Arguments: ``lang`` is the language of the outputs they are for, ``None`` every language; ``why`` becomes a comment
    behind each. Raises ``UsageError`` if the glossary would contradict itself, ``SettingsError`` if it cannot be read,
    and ``FileError``; nothing is changed then.
    """
    code = ANY if lang is None else language_code(lang)
    wanted = [
        *(Entry("keep", _plain(text), lang=code) for text in keep),
        *(Entry("never_say", _plain(text), lang=code) for text in never_say),
        *(Entry("term", _plain(text), _plain(rendering), code) for text, rendering in (terms or {}).items()),
    ]
    added: list[Entry] = []

    def change(document: "TOMLDocument") -> None:
        added[:] = [new for entry in wanted if (new := _add(document, entry, " ".join(why.split()))) is not None]

    state_folder(root)
    _change(root, change)
    return added


def remove_entries(root: Path, unwanted: Callable[[Entry], bool]) -> list[Entry]:
    """Remove entries from a project's glossary and return them. Raises as ``add_entries`` does."""
    removed: list[Entry] = []

    def change(document: "TOMLDocument") -> None:
        removed.clear()
        for kind in ("keep", "never_say"):
            removed.extend(_remove_listed(document, kind, unwanted))
        removed.extend(_remove_terms(document, unwanted))

    if (root / STATE / GLOSSARY).exists():
        _change(root, change)
    return removed


def _change(root: Path, change: "Callable[[TOMLDocument], None]") -> None:
    def changed(text: str) -> str:
        import tomlkit  # noqa: PLC0415 -- only changes need it
        from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 -- likewise

        parse_glossary(text, SHOWN)  # its own problems are named before any of ours
        try:
            document = tomlkit.parse(text)
            change(document)
            new = tomlkit.dumps(document)
        except TOMLKitError as error:
            raise SettingsError(f"{SHOWN} cannot be changed: {error}. Nothing was changed.") from error
        readable(lambda: parse_glossary(new, SHOWN))
        return new

    change_text(root / STATE / GLOSSARY, SHOWN, changed)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _add(document: Any, entry: Entry, why: str) -> Entry | None:  # noqa: ANN401 -- tomlkit's types say little
    return _add_term(document, entry, why) if entry.kind == "term" else _add_listed(document, entry, why)


def _add_listed(document: Any, entry: Entry, why: str) -> Entry | None:  # noqa: ANN401 -- see above
    import tomlkit  # noqa: PLC0415 -- only changes need it

    value = document.get(entry.kind)
    if value is None and entry.lang == ANY:
        document[entry.kind] = value = tomlkit.array()
    elif value is None or (isinstance(value, list) and entry.lang != ANY):
        value = _made_table(document, entry.kind, value)
    if not isinstance(value, list):
        key = _key(value, entry.lang)
        if key is None:
            key = entry.lang
            value[key] = tomlkit.array()
        value = value[key]
    array = cast("Any", value)
    if any(_plain(str(known)) == entry.text for known in array):
        return None
    _append(array, entry.text, why)
    return entry


def _append(array: Any, text: str, why: str) -> None:  # noqa: ANN401 -- see above
    if not why:
        array.append(text)
    elif len(array):
        array.add_line(text, comment=why)
    else:
        array.add_line(text, comment=why)
        array.add_line(indent="")


def _made_table(document: Any, kind: str, everywhere: Any) -> Any:  # noqa: ANN401 -- see above
    """Make tables by language of a list for every language."""
    import tomlkit  # noqa: PLC0415 -- only changes need it

    table = tomlkit.table()
    if everywhere is not None:
        document.remove(kind)
        table[ANY] = everywhere
    document[kind] = table
    return document[kind]


def _add_term(document: Any, entry: Entry, why: str) -> Entry | None:  # noqa: ANN401 -- see above
    import tomlkit  # noqa: PLC0415 -- only changes need it
    from tomlkit.items import InlineTable  # noqa: PLC0415 -- likewise

    if "terms" not in document:
        document["terms"] = tomlkit.table(is_super_table=True)
    tables = document["terms"]
    key = _key(tables, entry.lang)
    if key is None:
        key = entry.lang
        tables[key] = tomlkit.table()
    table = tables[key]
    name = next((known for known in table if _plain(str(known)) == entry.text), entry.text)
    was = _plain(str(table[name])) if name in table else ""
    if was == entry.rendering:
        return None
    table[name] = entry.rendering
    if why and not isinstance(table, InlineTable):
        table.value.item(name).comment(why)
    return Entry("term", entry.text, entry.rendering, entry.lang, was)


def _key(tables: Any, lang: str) -> str | None:  # noqa: ANN401 -- see above
    """Find the key of a language, which a person may have written in full."""
    return next((str(name) for name in tables if _code(str(name)) == lang), None)


def _code(name: str) -> str:
    with suppress(UsageError):
        return ANY if name == ANY else language_code(name)
    return name


def _remove_listed(document: Any, kind: EntryKind, unwanted: Callable[[Entry], bool]) -> list[Entry]:  # noqa: ANN401
    value: Any = document.get(kind)
    if value is None:
        return []
    by_lang: dict[str, Any] = (
        {ANY: value} if isinstance(value, list) else {_code(str(name)): value[name] for name in value}
    )
    removed: list[Entry] = []
    for lang, array in by_lang.items():
        for index in reversed(range(len(array))):
            entry = Entry(kind, _plain(str(array[index])), lang=lang)
            if unwanted(entry):
                del array[index]
                removed.append(entry)
    return removed


def _remove_terms(document: Any, unwanted: Callable[[Entry], bool]) -> list[Entry]:  # noqa: ANN401 -- see above
    removed: list[Entry] = []
    for name, table in document.get("terms", {}).items():
        for word in list(table):
            entry = Entry("term", _plain(str(word)), _plain(str(table[word])), _code(str(name)))
            if unwanted(entry):
                table.remove(word)
                removed.append(entry)
    return removed
