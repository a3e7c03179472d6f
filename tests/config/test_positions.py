"""Where the keys and values of a TOML text stand."""

import json
import tomllib
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.config.positions import Place, positions


@dataclass
class Writer:
    """Writes TOML in many ways and notes in which line each key was first heard of."""

    draw: Any
    text: str = ""
    lines: dict[tuple[Any, ...], int] = field(default_factory=dict)

    @property
    def line(self) -> int:
        return self.text.count("\n") + 1

    def note(self, path: tuple[Any, ...], line: int | None = None) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line or self.line)

    def blank(self, *, lines: bool = False) -> None:
        choices = ["", " ", "\t "] + ([' # a [comment] = "x\n', "\n", "\r\n", "\n\n # = ]\n"] if lines else [])
        self.text += self.draw(st.sampled_from(choices))

    def key(self, key: str) -> None:
        styles = [json.dumps(key)]
        if key.isidentifier() and key.isascii():
            styles.append(key)
        if "'" not in key and "\n" not in key:
            styles.append(f"'{key}'")
        self.text += self.draw(st.sampled_from(styles))

    def keys(self, keys: tuple[str, ...]) -> None:
        for number, key in enumerate(keys):
            if number:
                self.blank()
                self.text += "."
                self.blank()
            self.key(key)

    def pair(self, above: tuple[Any, ...], keys: tuple[str, ...], value: Any) -> None:
        path, line = (*above, *keys), self.line
        self.note(path)
        self.keys(keys)
        self.blank()
        self.text += "="
        self.blank()
        self.value(path, value)
        assert self.lines[path] == line

    def value(self, path: tuple[Any, ...], value: Any) -> None:
        if isinstance(value, list):
            self.text += "["
            for number, entry in enumerate(value):
                self.blank(lines=True)
                self.note((*path, number))
                self.value((*path, number), entry)
                self.blank(lines=True)
                if number < len(value) - 1 or self.draw(st.booleans()):
                    self.text += ","
            self.blank(lines=True)
            self.text += "]"
        elif isinstance(value, dict):
            self.text += "{"
            for number, (key, entry) in enumerate(value.items()):
                self.text += "," if number else ""
                self.blank()
                self.pair(path, (key,), entry)
                self.blank()
            self.text += "}"
        elif isinstance(value, str):
            self.string(value)
        else:
            self.text += json.dumps(value)

    def string(self, value: str) -> None:
        styles = [json.dumps(value), f'"""\n{json.dumps(value)[1:-1]}"""', f'"""\\\n   {json.dumps(value)[1:-1]}"""']
        if "'" not in value:
            styles += [f"'''\n{value}'''"] + ([f"'{value}'"] if "\n" not in value else [])
        if value[:1].isspace():
            styles.pop(2)
        self.text += self.draw(st.sampled_from(styles))

    def end_line(self) -> None:
        self.blank()
        self.text += self.draw(st.sampled_from(["\n", "\r\n", " # [not] = 'a key'\n", "\n\n"]))

    def table(self, path: tuple[Any, ...], members: dict[str, Any]) -> None:
        """Write a table: values first, then tables with headers or dotted keys."""
        later: dict[str, Any] = {}
        for key, value in members.items():
            as_tables = isinstance(value, dict) or (
                isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value)
            )
            if as_tables and self.draw(st.booleans()):
                later[key] = value
                continue
            if isinstance(value, dict) and len(value) and self.draw(st.booleans()):
                for inner, entry in value.items():
                    self.pair(path, (key, inner), entry)
                    self.end_line()
                continue
            self.pair(path, (key,), value)
            self.end_line()
        for key, value in later.items():
            entries = value if isinstance(value, list) else [value]
            for number, entry in enumerate(entries):
                inner = (*path, key, number) if isinstance(value, list) else (*path, key)
                self.blank()
                self.note(inner)
                opening, closing = ("[[", "]]") if isinstance(value, list) else ("[", "]")
                self.text += opening
                self.blank()
                self.keys(tuple(part for part in inner if isinstance(part, str)))
                self.blank()
                self.text += closing
                self.end_line()
                self.table(inner, entry)


keys = st.one_of(
    st.sampled_from(["a", "b_1", "model", "x.y", "中文", 'q"', "it's", "", "a b"]), st.text("ab.#=[]", max_size=3)
)
texts = st.text(st.sampled_from("ab \n#'\"\\[]{}=,中é\t"), max_size=8)
scalars = st.one_of(texts, st.integers(-9, 99), st.booleans(), st.floats(0, 9).map(lambda number: round(number, 2)))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=8,
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[tuple[Any, ...], int]]:
    data = draw(st.dictionaries(keys, values, max_size=4))
    writer = Writer(draw)
    writer.blank(lines=True)
    writer.table((), data)
    return writer.text, data, writer.lines


def every_path(value: Any, path: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} | {deep for key, entry in entries for deep in every_path(entry, (*path, key))}


@given(documents())
def test_every_key_of_a_generated_document_has_the_line_in_which_it_was_written(document):
    text, data, lines = document
    assert tomllib.loads(text) == data  # or the test's own writer is wrong
    places = positions(text)
    assert {path: place.line for path, place in places.items()} == lines
    assert set(places) == every_path(data) - {()}


@given(documents())
def test_the_range_of_a_value_is_its_own_spelling(document):
    text, data, _ = document
    for path, place in positions(text).items():
        if place.is_header or place.start == place.end:
            continue
        spelled = text[place.start : place.end]
        value: Any = data
        for key in path:
            value = value[key]
        assert tomllib.loads(f"x = {spelled}") == {"x": value}


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ('a = """\n\n"""\nb = 1\n', ("b",), 4),
        ("a = '''it's''''\nb = 1\n", ("b",), 2),  # four quotes: the first belongs to the text
        ("d = 1979-05-27 07:32:00Z # x\nb = 1", ("b",), 2),
        ("a.b.c = 1\r\na.b.d = 2\r\n", ("a", "b", "d"), 2),
        ("[[p]]\n[[p]]\n[p.x.y]\nz = 1\n", ("p", 1, "x", "y", "z"), 4),
        ("[a]\n[a.'b.c']\nd = [\n1,\n# 2\n3]\n", ("a", "b.c", "d", 1), 6),
        ('"\\u0061" = 1\n', ("a",), 1),
        ("[x.y]\n[x]\nz = 1\n", ("x",), 1),  # where it is first heard of
        ("n = -inf\nm = 0x1F\n", ("m",), 2),
    ],
)
def test_corners_of_the_grammar(text: str, path: tuple[Any, ...], line: int):
    tomllib.loads(text)
    assert positions(text)[path].line == line


def test_an_empty_text_has_no_places():
    assert positions("") == {} == positions("# nothing\n\n")


def test_a_header_is_told_from_a_list_that_looks_alike():
    places = positions("a = [\n  [1],\n]\n[b]\n")
    assert [path for path, place in places.items() if place.is_header] == [("b",)]
    assert places[("a",)] == Place(1, 4, 14)
