"""Which files need no translation."""

from pathlib import Path

import pytest

from styletune.files.written_in import already_in
from styletune.markdown.document import Document

ENGLISH = "The garden had been quiet all morning, and nobody thought that the rain would come before the evening.\n" * 4
CHINESE = "花园整个上午都很安静，没有人想到傍晚之前会下雨。\n" * 4
CODE = "```python\nfor line in open('the file'): print(line, 'and the rest of the words')\n```\n" * 9


@pytest.mark.parametrize(
    ("target", "name", "text", "expected"),
    [
        # the name decides
        ("en", "a.en.md", CHINESE, True),
        ("en", "a.zh.md", ENGLISH, False),
        ("en", "a.en-gb.md", CHINESE, False),
        ("en-gb", "a.en-gb.md", CHINESE, True),
        ("zh-hans", "a.zh-hans.md", "", True),
        ("zh-hans", "a.zh-hant.md", CHINESE, False),
        # then the front matter
        ("en", "a.md", f"---\ntitle: x\nlang: en\n---\n{CHINESE}", True),
        ("en", "a.md", f"---\nlanguage: 'zh'\n---\n{ENGLISH}", False),
        ("en", "a.md", f'+++\nlang = "en"\n+++\n{CHINESE}', True),
        ("en", "a.md", f'{{\n  "lang": "en",\n  "title": "x"\n}}\n{CHINESE}', True),
        ("en", "a.md", f"Title: x\nLang: en\n\n{CHINESE}", True),
        ("en", "a.md", f"---\r\nLang: en\r\n---\r\n{CHINESE}", True),
        ("en", "a.md", f"\ufeff---\nlang: en\n---\n{CHINESE}", True),
        ("en", "a.md", f"Title: x\n\nlang: en\n\n{CHINESE}", False),  # the body is no header
        ("en", "a.md", f"---\ntitle: x\n---\n\nlang: en\n\n{CHINESE}", False),
        ("en", "a.md", f"---\nlang: klingon-dialect\n---\n{ENGLISH}", True),  # no language: the text decides
        # then the text
        ("en", "a.md", ENGLISH, True),
        ("zh", "a.md", CHINESE, True),
        ("en", "a.md", CHINESE, False),
        ("zh", "a.md", ENGLISH, False),
        ("en", "a.md", CODE + CHINESE, False),  # code is no prose
        ("zh-hant", "a.md", CHINESE, False),  # a guess knows no script
        ("en", "a.md", "Ok\n", False),
        ("en", "a.md", "", False),
    ],
)  # fmt: skip
def test_name_front_matter_and_text_tell_the_language(target: str, name: str, text: str, expected: bool):
    assert already_in(target, Path(name), text.encode()) is expected


def test_the_beginning_of_a_long_file_tells_its_language(monkeypatch):
    parsed: list[int] = []
    parse = Document.parse
    monkeypatch.setattr(
        Document, "parse", lambda data, *, suffix: (parsed.append(len(data)), parse(data, suffix=suffix))[1]
    )
    text = "Die Boote im Hafen lagen ganz still, und über dem Wasser ging die Sonne auf.\n\n"
    assert already_in("de", Path("long.md"), text.encode() * 20000)
    assert 0 < parsed[0] < 100_000
    assert already_in("de", Path("long.md"), text.replace("\n", " ").encode() * 2000)  # one line only


def test_a_guess_can_be_left_out():
    assert not already_in("en", Path("a.md"), ENGLISH.encode(), by_text=False)
    assert already_in("en", Path("a.en.md"), ENGLISH.encode(), by_text=False)


def test_a_file_that_is_no_text_is_left_to_its_own_error():
    assert not already_in("en", Path("a.md"), b"\xff\xfe\x00binary")
