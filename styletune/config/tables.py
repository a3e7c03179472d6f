"""From the fields of settings classes to the tables of a file: names, checks and defaults are written down once."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from functools import lru_cache
from typing import Any, NamedTuple, Union, cast

from styletune.config.given import Given, Reader, near, nearest

Found = dict[str, Any]
"""Names of fields to the values that the file gives them."""

_SECRETS = frozenset(
    {"key", "api_key", "apikey", "token", "api_token", "secret", "password", "authorization", "bearer"}
)


class Leaf(NamedTuple):
    """A key that holds a value."""

    field: str
    read: Reader
    required: bool


Tree = dict[str, Union[Leaf, "Tree"]]


def key(name: str, read: Reader) -> Mapping[str, object]:
    """Describe, as metadata of a field, the key that sets it; dots stand for tables."""
    return {"key": name, "read": read}


def keys(*classes: type) -> Iterator[str]:
    """List the keys of settings classes as they are written, tables before a dot."""
    for field in _keyed(classes):
        yield field.metadata["key"]


class Table:
    """A reader of a table that sets the fields of ``classes``; what it gives is a ``Found``."""

    def __init__(self, *classes: type) -> None:
        self.classes = classes

    def __call__(self, given: Given) -> Found:
        """Read the table."""
        return read_table(given, *self.classes)


def named_tables(*classes: type) -> Reader:
    """Make a reader of tables with names of the user's choice; it gives a ``Found`` for each name."""

    def read(given: Given) -> dict[str, Found]:
        members = given.members() or {}
        return {name: read_table(given.inner(name, value), *classes) for name, value in members.items()}

    return read


def read_table(given: Given, *classes: type) -> Found:
    """Read a table; problems are kept in ``given``."""
    found: Found = {}
    _read(given, _tree(classes), _Top(given.name, _tree(classes)), found)
    return found


class _Top(NamedTuple):
    """The table around all that is read at once."""

    name: str
    tree: Tree


def _read(given: Given, tree: Tree, top: _Top, found: Found) -> None:
    members = given.members()
    for name, value in (members or {}).items():
        item, entry = given.inner(name, value), tree.get(name)
        if entry is None:
            item.refuse(_unknown(name, given, tree, top))
        elif isinstance(entry, Leaf):
            found[entry.field] = entry.read(item)
        else:
            _read(item, entry, top, found)
    for name, entry in tree.items():
        if members is not None and isinstance(entry, Leaf) and entry.required and name not in members:
            given.refuse(f'[{given.name}] has no "{name}", which it needs.')


def _unknown(name: str, given: Given, tree: Tree, top: _Top) -> str:
    if name.lower().replace("-", "_") in _SECRETS:
        return (
            f'"{name}" cannot be set here. Keys are read from the environment: '
            "name the variable with key_env in [endpoints.NAME]."
        )
    where = f"in [{given.name}]" if given.name else "at the top"
    return f'unknown key "{name}" {where}. {_hint(name, tree, top)}'


def _hint(name: str, tree: Tree, top: _Top) -> str:
    """Say what was meant: a key of this table, a key of another one, or else what there is."""
    if name in top.tree and tree is not top.tree:  # such as a key that was put at the end of the file
        return f"It belongs into [{top.name}]." if top.name else "It belongs above the first [table] of the file."
    if near(name, tree):
        return nearest(name, tree)
    if homes := _homes(name, top):
        return f"It belongs into {homes}."
    elsewhere = near(name, [key for _, keys in _tables(top.tree) for key in keys])
    return f'Did you mean "{elsewhere}" in {_homes(elsewhere, top)}?' if elsewhere else nearest(name, tree)


def _homes(name: str, top: _Top) -> str:
    """Name the tables below the top in which a key is known."""
    above = f"{top.name}." if top.name else ""
    return " or ".join(f"[{above}{table}]" for table, keys in _tables(top.tree) if name in keys)


def _tables(tree: Tree, above: str = "") -> Iterator[tuple[str, Tree]]:
    """List the tables below the top and what is known in each."""
    for name, entry in tree.items():
        inner = _inner(entry)
        if inner:
            yield f"{above}{name}", inner
            yield from _tables(inner, f"{above}{name}.")


def _inner(entry: Leaf | Tree) -> Tree:
    if isinstance(entry, Leaf):
        return _tree(entry.read.classes) if isinstance(entry.read, Table) else {}
    return entry


@lru_cache
def _tree(classes: tuple[type, ...]) -> Tree:
    root: Tree = {}
    for field in _keyed(classes):
        *tables, name = field.metadata["key"].split(".")
        here = root
        for table_name in tables:
            inner = here.setdefault(table_name, {})
            here = cast("Tree", inner)
        required = field.default is MISSING and field.default_factory is MISSING
        here[name] = Leaf(field.name, field.metadata["read"], required)
    return root


def _keyed(classes: tuple[type, ...]) -> list[Field[Any]]:
    return [field for cls in classes for field in fields(cls) if "key" in field.metadata]
