"""Front matter whose text is replaced in place."""

import pytest

from styletune.errors import FileError
from styletune.markdown import front_matter
from styletune.markdown.document import Document
from styletune.markdown.segments import Kind


def header_texts(text: str, keys: tuple[str, ...]) -> dict[str, str]:
    document = Document.parse(text.encode(), header_keys=keys)
    segments = [segment for segment in document.segments if segment.kind is Kind.FRONT_MATTER]
    return {segment.source: segment.id for segment in segments}


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: A\ndeck: B\n---\nText\n",
        '+++\ntitle = "A"\ndeck = "B"\n+++\nText\n',
        '{"title": "A", "deck": "B"}\nText\n',
        "Title: A\nDeck: B\n\nText\n",
    ],
)
def test_the_keys_whose_text_is_prose_can_be_chosen(text: str):
    assert set(header_texts(text, ("title", "deck"))) == {"A", "B"}
    assert set(header_texts(text, ("deck",))) == {"B"}
    assert not header_texts(text, ())


@pytest.mark.parametrize(
    "text", ["---\ndeck: B\n---\n", '+++\ndeck = "B"\n+++\n', '{"deck": "B"}\n', "Title: x\nDeck: B\n\n"]
)
def test_a_chosen_key_gets_its_new_text(text: str):
    document = Document.parse(text.encode(), header_keys=("deck",))
    replaced = document.replace({document.segments[0].id: 'Uno: "dos"'})
    assert not replaced.refused
    found = front_matter.find(replaced.data)
    assert found is not None
    loaded = front_matter.load(found)
    assert loaded is not None
    assert dict(loaded).popitem()[1] == 'Uno: "dos"'


@pytest.mark.parametrize("new", ["2020", "no", "true", "1.5", "null", "2020-01-01"])
def test_a_text_that_yaml_would_read_as_something_else_is_quoted(new: str):
    document = Document.parse(b"---\ntitle: Word\n---\n")
    replaced = document.replace({document.segments[0].id: new})
    assert replaced.data == f'---\ntitle: "{new}"\n---\n'.encode()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('+++\nx = """\ntitle = "no"\n"""\ntitle = "A"\n+++\n', 'title = "B"'),  # what looks like a key inside a text
        ("+++\n'title' = 'A'\n+++\n", "'title' = 'B'"),
        ('{"x": {"title": "no"}, "title": "A"}\n', '"title": "B"'),
        ('{"x": "\\"title\\": \\"no\\"", "title" : "A"}\n', '"title" : "B"'),
    ],
)
def test_the_value_of_the_right_key_is_found(text: str, place: str):
    document = Document.parse(text.encode())
    (segment,) = document.segments
    assert document.replace({segment.id: "B"}).data.decode() == text.replace(place.replace("B", "A"), place)


def test_a_file_that_is_no_text_is_refused_whatever_its_keys():
    with pytest.raises(FileError):
        Document.parse(b"\xff", header_keys=("a",))
