"""Every format becomes Markdown that our own engine reads as the same text; what cannot be read is said in words."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.corpus import formats
from styletune_training.corpus.converted import as_date, as_lang, as_tags
from styletune_training.corpus.escaping import escape, escape_start
from styletune_training.corpus.formats import FORMATS, as_markdown

from styletune.errors import FileError
from styletune.markdown.document import Document
from styletune.markdown.parser import Event

FRENCH = "Le café était fermé ce matin, et nous avons marché longtemps dans la ville. C’était « très » beau.\n"
GERMAN = "Heute war das Wetter schön, und wir sind im Park spazieren gegangen; über die Brücke und zurück.\n"
SIMPLIFIED = "今天天气很好，我们去公园散步。写博客是一件很有意思的事情，可以记录生活。\n"
TRADITIONAL = "今天天氣很好，我們去公園散步。寫部落格是一件很有意思的事情，可以記錄生活。\n"
JAPANESE = "今日はとても良い天気です。ブログを書くのは楽しいですね。公園まで散歩しました。\n"
RUSSIAN = "Сегодня хорошая погода, и мы идём гулять в парк. Писать в блог очень интересно.\n"


@pytest.mark.parametrize("name", ["post.md", "post.txt", "post.HTML"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (GERMAN, "utf-16-le"),
        (FRENCH, "cp1252"),
        (GERMAN, "latin-1"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
    ],
)
def test_a_text_is_read_in_the_encoding_it_was_written_in(name: str, text: str, encoding: str) -> None:
    assert as_markdown(name, text.encode(encoding)).data.decode().strip() == text.strip()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.md", "Příliš žluťoučký kůň úpěl ďábelské ódy, a to není všechno.".encode("cp1250"), "cannot be told"),
        ("a.txt", b"abc\xff\xfe\x81\x8d", "cannot be told"),
        ("a.md", b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG image, not Markdown. Leave it out"),
        ("a.markdown", b"some\x00thing\xff", "NUL bytes"),
        ("a.html", b"<p>some\x00thing\xff</p>", "NUL bytes"),
        ("a.rtf", b"{\\rtf1}", "files that end in .rtf are not read. Known are .md,"),
        ("LICENSE", b"text", "files that end in nothing are not read"),
        ("a.html", b"<div>" * 30_000 + b"x", "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(name: str, data: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        as_markdown(name, data)


def test_a_page_may_name_its_encoding() -> None:
    page = '<meta charset="iso-8859-2"><p>Zażółć gęślą jaźń, proszę bardzo.</p>'.encode("iso-8859-2")
    assert as_markdown("a.html", page).data.decode().strip() == "Zażółć gęślą jaźń, proszę bardzo."


def test_a_file_that_is_too_large_is_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LARGEST", 2 << 20)
    assert as_markdown("a.md", b"x" * (2 << 20)).data
    with pytest.raises(FileError, match="has 2 MiB; 2 MiB is the most that is read"):
        as_markdown("a.md", b"x" * ((2 << 20) + 1))


@pytest.mark.parametrize("name", [f"a{suffix}" for suffix in FORMATS])
@pytest.mark.parametrize("data", [b"", b" \n\n"])
def test_an_empty_file_is_an_empty_text(name: str, data: bytes) -> None:
    converted = as_markdown(name, data)
    assert (converted.data, converted.format) == (b"", FORMATS[name[1:]])


@pytest.mark.parametrize(("module", "name"), [("bs4", "a.html"), ("mammoth", "a.docx"), ("pdfminer", "a.pdf")])
def test_a_missing_package_is_named_with_the_command(module: str, name: str) -> None:
    code = (
        "import sys\n"
        f"sys.modules[{module!r}] = None\n"
        "from styletune.errors import UsageError\n"
        "from styletune_training.corpus.formats import as_markdown\n"
        "as_markdown('a.md', b'text'), as_markdown('a.txt', b'text')\n"
        f"try: as_markdown({name!r}, b'text')\n"
        "except UsageError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"needs the package {module}" in done.stdout
    assert "pip install 'styletune[corpus]'" in done.stdout


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-03-04T10:00:00+02:00", "2021-03-04"),
        ("D:20210304102030+01'00'", "2021-03-04"),
        ("2021/03/04", "2021-03-04"),
        ("2021-02-30", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_date_is_a_day_of_the_calendar(text: str | None, day: str | None) -> None:
    assert as_date(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [("en-US", "en"), ("zh_CN.UTF-8", "zh"), ("Klingon", None), ("", None), (None, None), (7, None)],
)
def test_a_declared_language_is_a_known_code(text: object, code: str | None) -> None:
    assert as_lang(text) == code


def test_tags_are_parted_and_each_comes_once() -> None:
    assert as_tags("go, rust；写作", None, "rust", " two  words ") == ("go", "rust", "写作", "two words")


def shown(markdown: str) -> list[str]:
    """What stands in a text for a reader: of each block its text, escapes undone."""
    document = Document.parse(markdown.encode())
    return ["".join(of_reader(document, one) for one in run.events) for run in document.structure.runs]


def of_reader(document: Document, event: Event) -> str:
    return document.data[event.start : event.end].decode() if event.name == "Text" else f"<{event.name}>"


SIGNS = st.text(st.sampled_from("ab1 中。*_`~[](){}<>#+-=|!$%^&;:.,?@\\/'\""), min_size=1, max_size=24)


@given(SIGNS.map(str.strip).filter(lambda text: any(map(str.isalnum, text))))
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    written = escape_start(escape(text))
    seen = shown(written)
    assert seen == [text] or is_of_our_own(text), (text, written, seen)


def is_of_our_own(text: str) -> bool:
    """Tell a text whose signs stay marks in Markdown too: formulas, emoji, addresses."""
    return any(sign in text for sign in ("\\(", "\\[", "\\\\", "@", "://", "www.")) or text.count(":") > 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("snake_case, 2 * 3 and $5 to $10", "snake_case, 2 * 3 and $5 to $10"),
        ("*stars* and __init__", "\\*stars\\* and \\_\\_init\\_\\_"),
        ("a [link](here) and [1]", "a \\[link](here) and [1]"),
        ("{{ tag }} [[page]]", "{\\{ tag }} [\\[page]]"),
        ("see https://example.org/a_b_*c*.html", "see https://example.org/a_b_*c*.html"),
        ("1. first", "1\\. first"),
        ("# no heading", "\\# no heading"),
        ("“引用”，*强调*。", "“引用”，\\*强调\\*。"),
    ],
)
def test_nothing_is_escaped_that_needs_no_escape(text: str, written: str) -> None:
    assert escape_start(escape(text)) == written


def test_corpora_come_through_as_they_are(corpora: Path) -> None:
    paths = sorted((corpora / "burntsushi-blog").glob("*.md"))
    assert paths
    assert [path.name for path in paths if as_markdown(path.name, path.read_bytes()).data != path.read_bytes()] == []
