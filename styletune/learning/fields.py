"""Between dataclasses and the objects of a JSON file, which people may have edited."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def to_object(value: "DataclassInstance") -> dict[str, Any]:
    """Return the fields of a dataclass as JSON has them."""
    return asdict(value)


def from_object(cls: type[T], values: Mapping[str, object]) -> T:
    """Make a dataclass of a JSON object. Raises ``ValueError`` that names the field that is wrong."""
    hints = _hints(cls)
    needed = {field.name for field in fields(cls) if field.default is MISSING and field.default_factory is MISSING}
    if missing := sorted(needed - values.keys()):
        raise ValueError(f'the field "{missing[0]}" is missing')
    if unknown := sorted(values.keys() - hints.keys()):
        raise ValueError(f'the field "{unknown[0]}" is unknown')
    return cls(**{name: _value(hints[name], value, name) for name, value in values.items()})


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, value: object, name: str) -> object:  # noqa: ANN401 -- a type
    """Check a value against the type of its field; lists become tuples, and objects the dataclasses they stand for."""
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise ValueError(f'the field "{name}" is no list')
        return tuple(_value(get_args(hint)[0], item, name) for item in cast("Sequence[object]", value))
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise ValueError(f'the field "{name}" is no object')
        return from_object(hint, cast("dict[str, object]", value))
    if not _fits(hint, value):
        raise ValueError(f'the field "{name}" is not {_in_words(hint)}')
    return value


def _fits(hint: Any, value: object) -> bool:  # noqa: ANN401 -- a type
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if isinstance(hint, UnionType):
        return any(_fits(part, value) for part in get_args(hint))
    return isinstance(value, hint) and not (isinstance(value, bool) and hint is not bool)


def _in_words(hint: Any) -> str:  # noqa: ANN401 -- a type
    if get_origin(hint) is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    if isinstance(hint, UnionType):
        return " or ".join(_in_words(part) for part in get_args(hint))
    return {str: "a text", int: "a whole number", float: "a number", NoneType: "null"}.get(hint, str(hint))
