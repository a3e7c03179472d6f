"""What stands in a settings file, value by value, and what is wrong with it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

KeyPath = tuple[str | int, ...]
"""Keys from the top of the file; a number counts the entries of a list or of ``[[tables]]``, from 0."""

_SORTS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "a text"),
    (list, "a list"),
    (dict, "a table"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    path: KeyPath
    """Where: the keys down to it."""

    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A value that stands in the file."""

    value: object
    path: KeyPath
    root: Path
    """The project's folder, which paths in the file start from."""

    problems: list[Problem] = field(default_factory=list[Problem])
    """Shared by all values of one file."""

    @property
    def name(self) -> str:
        """The keys down to the value as one would write them in front of it."""
        return ".".join(key for key in self.path if isinstance(key, str))

    @property
    def sort(self) -> str:
        """What kind of TOML value it is, in words; never the text of one, which may be a secret."""
        words = next((words for kind, words in _SORTS if isinstance(self.value, kind)), "a date or a time")
        shown = str(self.value).lower() if isinstance(self.value, bool | int | float) else ""
        return f"{words} ({shown})" if shown else words

    def refuse(self, text: str) -> None:
        """Say what is wrong with it."""
        self.problems.append(Problem(self.path, text))

    def refuse_unless(self, wanted: str) -> None:
        """Say that something of another sort is wanted."""
        self.refuse(f"{self.name} must be {wanted}, but it is {self.sort}.")

    def inner(self, key: str | int, value: object) -> "Given":
        """Return a value inside this one."""
        return Given(value, (*self.path, key), self.root, self.problems)

    def members(self) -> Mapping[str, object] | None:
        """Return the keys and values of a table; a problem and ``None`` if it is none."""
        value = self.value
        if isinstance(value, dict):
            return cast("dict[str, object]", value)
        heading = f"[{self.name}]" if self.name else "a table"
        self.refuse(f"{self.name} must be a table, but it is {self.sort}. Write {heading} and its keys below it.")
        return None


Reader = Callable[[Given], object]
"""Turns a given value into a setting; ``None`` after a problem."""


def near(name: str, known: Iterable[str]) -> str | None:
    """Return the name that a misspelt one may mean."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    return next(iter(get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)), None)


def nearest(name: str, known: Collection[str]) -> str:
    """Name what a misspelt name may mean, or all there is, as a sentence."""
    meant = near(name, known)
    return f'Did you mean "{meant}"?' if meant else f"Known are: {', '.join(known)}."
