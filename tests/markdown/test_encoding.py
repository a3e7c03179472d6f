"""Files that are no UTF-8 text are told from each other, and the advice names the right command."""

import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from styletune.errors import FileError
from styletune.markdown.document import Document
from styletune.markdown.encoding import why_no_text

ENGLISH = "# A walk\n\nWe went to the harbour, and it was “closed”.\n"
FRENCH = "# Été\n\nL'été dernier, nous étions à la mer ; ça m'a plu. Où êtes-vous allés après Noël ?\n"
CHINESE = "# 散步\n\n我们昨天去了港口，看见很多船回来。天气很好，大家都很高兴，孩子们在岸边玩水。\n"
TRADITIONAL = "# 散步\n\n我們昨天去了港口，看見很多船回來。天氣很好，大家都很高興，孩子們在岸邊玩水。\n"
JAPANESE = "# 散歩\n\n昨日は港まで歩いて、船が帰ってくるのを見ました。とても楽しかったです。\n"
KOREAN = "# 산책\n\n어제 우리는 항구까지 걸어가서 배가 돌아오는 것을 보았습니다. 날씨가 좋았습니다.\n"
RUSSIAN = "# Прогулка\n\nВчера мы пошли в порт и смотрели, как возвращаются лодки. Было очень хорошо.\n"


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (ENGLISH, "utf-16", "UTF-16"),
        (CHINESE, "utf-16", "UTF-16"),
        ("\ufeff" + CHINESE, "utf-16-be", "UTF-16"),
        (ENGLISH, "utf-16-le", "UTF-16LE"),
        (ENGLISH, "utf-16-be", "UTF-16BE"),
        ("plain words\n", "utf-16-le", "UTF-16LE"),
        (CHINESE, "utf-16-le", "UTF-16LE"),
        (CHINESE, "utf-16-be", "UTF-16BE"),
        (RUSSIAN, "utf-16-le", "UTF-16LE"),
        (CHINESE, "utf-32", "UTF-32"),
        (FRENCH, "latin1", "latin1"),
        (FRENCH.replace("'", "’"), "cp1252", "WINDOWS-1252"),
        (ENGLISH, "cp1252", "WINDOWS-1252"),
        (CHINESE, "gb18030", "GB18030"),
        (TRADITIONAL, "big5", "BIG5"),
        (JAPANESE, "shift_jis", "SHIFT_JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (KOREAN, "euc_kr", "EUC-KR"),
        (RUSSIAN, "cp1251", "WINDOWS-1251"),
        (RUSSIAN, "koi8_r", "KOI8-R"),
        (CHINESE * 5000, "gb18030", "GB18030"),
        (CHINESE * 5000, "utf-16-le", "UTF-16LE"),
    ],
)
def test_the_advice_turns_the_file_into_the_text_it_was(tmp_path: Path, text: str, encoding: str, named: str):
    reason = why_no_text(text.encode(encoding))
    assert reason is not None
    assert f"iconv -f {named} -t UTF-8 FILE > NEW.md" in reason
    (tmp_path / "FILE").write_bytes(text.encode(encoding))
    command = reason.partition("for example: ")[2]
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)  # noqa: S602 -- the command that is advised
    converted = (tmp_path / "NEW.md").read_bytes()
    assert converted.decode().removeprefix("\ufeff") == text.removeprefix("\ufeff")
    assert why_no_text(converted) is None


def archive(*members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for member in members:
            zipped.writestr(member, "application/vnd.oasis.opendocument.text")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
        (archive("[Content_Types].xml", "word/document.xml"), "a Word document, not Markdown. Convert it first"),
        (archive("letter.md"), "a ZIP archive"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "a gzip archive"),
        (b"ok\nbad \xff byte\n", "line 2: byte 0xff is not UTF-8"),
        (b"\xff\xfe\x00", "NUL bytes"),
        (b"a\x00b", "NUL bytes"),
        (bytes(100), "NUL bytes"),
        (bytes(range(256)) * 4, "NUL bytes"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, words: str):
    with pytest.raises(FileError, match=r"\w") as caught:
        Document.parse(data)
    assert words in str(caught.value)


def test_an_opendocument_text_is_named():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert "an OpenDocument text" in (why_no_text(file.getvalue()) or "")


@pytest.mark.parametrize("text", ["", "\ufeffText.\n", "%PDF-1.7 is how it begins", "PK\x03\x04", CHINESE, "\x7fELF"])
def test_utf_8_is_text_whatever_it_begins_with(text: str):
    assert why_no_text(text.encode()) is None
