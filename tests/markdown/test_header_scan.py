"""Front matter by its fences and signs alone."""

import pytest

from styletune.markdown import front_matter
from styletune.markdown.header_scan import written_value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nlang: en\n---\n", "en"),
        ("---\nlang: 'zh-hans' # mine\n---\n", "zh-hans"),
        ('---\r\nLang: "en"\r\n---\r\n', "en"),
        ("\ufeff---\nlanguage: en\n...\n", "en"),
        ("---\ntitle: '\nlang: en\n---\n", "en"),  # even where the header is broken
        ("---\nparams:\n  lang: en\n---\n", None),  # another key's own
        ("---\nlanguages: en\n---\n", None),
        ("---\nlang:en\n---\n", None),
        ("---\nlang: a b\n---\n", None),
        ("---\nlang: en\n", None),  # never closed
        ("---\n\ntext\n\n---\n\nlang: en\n", None),
        ('+++\nlang = "en"\n+++\n', "en"),
        ("+++\n\"lang\" = 'en'\n[params]\nlang = 'de'\n+++\n", "en"),
        ("+++\n[params]\nlang = 'de'\n+++\n", None),
        ("+++\nlang: en\n+++\n", None),
        ('{"title": "x", "Lang": "en"}\n', "en"),
        ('{"params": {"lang": "en"}}\n', None),
        ('{"lang": ["en"]}\n', None),
        ("Title: x\nLang: en\n\ntext", "en"),
        ("Title: x\n\nLang: en\n", None),
        ("text\nlang: en\n", None),
        ("", None),
    ],
)
def test_a_short_value_is_read_without_a_parser(text: str, expected: str | None):
    assert written_value(text.encode(), ("lang", "language")) == expected


@pytest.mark.parametrize(
    "text", ["---\n" + "a: b\n" * 100_000, "{" * 100_000, '{"a":' * 100_000, "Title: x\n" * 100_000]
)
def test_hostile_headers_take_no_time_and_raise_nothing(text: str):
    assert written_value(text.encode(), ("lang",)) is None
    front_matter.find(text.encode())
