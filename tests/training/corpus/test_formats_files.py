"""Word documents, PDFs and plain text: real files, made here, come back as the text that went in."""

import io
import logging
import zipfile
from datetime import UTC, datetime

import docx
import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission, EncryptionMethod
from styletune_training.corpus.formats import as_markdown

from styletune.errors import FileError

LONG = (
    "This paragraph goes on for a while, so that it is wrapped at the margin of the page and must be put together again "
    "when it is read. It has a second sentence, with a well-known word and the number 42 in it."
)


def word(document: "docx.document.Document") -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def article() -> bytes:
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.language, properties.keywords = "On writing", "zh-CN", "life, 写作"
    properties.created = datetime(2020, 5, 6, tzinfo=UTC)
    document.add_heading("On writing", 0)
    document.add_heading("First part", 1)
    paragraph = document.add_paragraph("Text with *stars*, ")
    paragraph.add_run("bold").bold = True
    paragraph.add_run(" and ")
    paragraph.add_run("slanted").italic = True
    paragraph.add_run(" 中文，").bold = None
    paragraph.add_run("强调：").bold = True
    paragraph.add_run("后面。")
    for text, style in (("one", "List Bullet"), ("two", "List Bullet"), ("first", "List Number"), ("Theirs.", "Quote")):
        document.add_paragraph(text, style=style)
    table = document.add_table(2, 2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("A", "B|C", "1", "2"), strict=True):
        cell.text = text
    document.add_paragraph("- no list")
    return word(document)


ARTICLE = """# On writing

# First part

Text with \\*stars\\*, **bold** and *slanted* 中文，**强调**：后面。

- one
- two

1. first

> Theirs.

| A | B\\|C |
| --- | --- |
| 1 | 2 |

\\- no list"""


def test_a_word_document_keeps_its_structure() -> None:
    found = as_markdown("a.docx", article())
    assert found.data.decode().strip() == ARTICLE
    assert (found.title, found.date, found.lang, found.tags) == ("On writing", "2020-05-06", "zh", ("life", "写作"))
    assert (found.format, found.has_lines) == ("docx", False)


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    """Change a part of a packed document."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name)
            assert name != part or old.encode() in text
            after.writestr(name, text.replace(old.encode(), new.encode(), 1) if name == part else text)
    return buffer.getvalue()


def test_deleted_text_goes_and_inserted_text_stays() -> None:
    document = docx.Document()
    document.add_paragraph("Kept PLACE text.")
    new = (
        '</w:t></w:r><w:del w:id="1" w:author="a"><w:r><w:delText>gone</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="a"><w:r><w:t>added</w:t></w:r></w:ins><w:r><w:t xml:space="preserve">'
    )
    data = changed(word(document), "word/document.xml", "Kept PLACE text.", f"Kept {new} text.")
    assert as_markdown("a.docx", data).data.decode().strip() == "Kept added text."


def test_comments_and_pictures_stay_out() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Said.")
    document.add_comment(paragraph.runs, text="A remark", author="Other", initials="o")
    document.add_picture(io.BytesIO(PIXEL))
    assert as_markdown("a.docx", word(document)).data.decode().strip() == "Said."


def bomb() -> bytes:
    return changed(article(), "word/document.xml", "First part", "x" * (3 << 20))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 broken", "damaged .* Open it in Word or LibreOffice"),
        (b"no zip at all", "damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "protected by a password, or an old .doc"),
        (changed(article(), "word/document.xml", "</w:document>", ""), "damaged"),
        (
            changed(article(), "word/document.xml", "<w:document", "<!DOCTYPE x [<!ENTITY a 'b'>]><w:document"),
            "entities",
        ),
    ],
    ids=["cut short", "text", "locked", "broken XML", "entities"],
)
def test_a_word_document_that_cannot_be_read_is_said_in_words(data: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        as_markdown("a.docx", data)


def test_a_packed_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("styletune_training.corpus.docx._LARGEST", 2 << 20)
    with pytest.raises(FileError, match="2 MiB is the most"):
        as_markdown("a.docx", bomb())


def test_another_packed_file_is_no_word_document() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("a.txt", "text")
    with pytest.raises(FileError, match=r"word/document\.xml is missing"):
        as_markdown("a.docx", buffer.getvalue())


class Book(FPDF):
    """A PDF with running heads and page numbers."""

    def header(self) -> None:
        self.set_font("Helvetica", size=9)
        self.cell(0, 8, "My Collected Posts", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", size=9)
        self.cell(0, 8, f"Page {self.page_no()} of 9", align="C")

    def block(self, text: str, size: float = 11, font: str = "Times") -> None:
        self.set_font(font, size=size)
        self.multi_cell(0, size / 2, text, new_x="LMARGIN", new_y="NEXT")
        self.ln(size / 4)


def text_of(number: int) -> str:
    """A paragraph that no other one is like."""
    return f"{chr(65 + number) * 4} {LONG.replace('page', 'page' + chr(97 + number) * 2)}"


def book(paragraphs: int = 24) -> Book:
    pdf = Book()
    pdf.set_title("On writing")
    pdf.set_lang("en")
    pdf.set_keywords("life, writing")
    pdf.set_creation_date(datetime(2020, 5, 6, tzinfo=UTC))
    pdf.add_page()
    pdf.block("On writing", 22)
    for number in range(paragraphs):
        if number % 8 == 0:
            pdf.block(f"Part {number}", 15)
        pdf.block(text_of(number))
    return pdf


def test_a_pdf_is_put_together_from_its_lines() -> None:
    found = as_markdown("a.pdf", bytes(book().output()))
    blocks = found.data.decode().strip().split("\n\n")
    wanted = ["# On writing"]
    for number in range(24):
        wanted += [f"## Part {number}"] if number % 8 == 0 else []
        wanted.append(text_of(number))
    assert blocks == wanted
    assert (found.title, found.date, found.lang, found.tags) == ("On writing", "2020-05-06", "en", ("life", "writing"))


def test_double_spaced_lines_are_still_paragraphs() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    paragraphs = [LONG.replace("42", str(number)) for number in range(3)]
    pdf.multi_cell(0, 8.5, "\n\n".join(["A heading", *paragraphs]))
    blocks = as_markdown("a.pdf", bytes(pdf.output())).data.decode().strip().split("\n\n")
    assert blocks == ["A heading", *paragraphs]


def test_hyphens_at_line_ends_go_and_lists_and_code_are_seen() -> None:
    pdf = book(1)
    pdf.block("A word is hyphen-\nated here, and a well-\nknown one is not.\n")
    pdf.block("- first item\n- second item\n")
    pdf.block("def main():\n    return 1", font="Courier")
    blocks = as_markdown("a.pdf", bytes(pdf.output())).data.decode().strip().split("\n\n")
    assert "A word is hyphenated here, and a well-known one is not." in blocks
    assert "- first item\n- second item" in blocks
    assert any(block.startswith("```\ndef main():") for block in blocks)


def picture() -> bytes:
    from PIL import Image  # noqa: PLC0415 - comes with fpdf2

    buffer = io.BytesIO()
    Image.new("L", (60, 80), 200).save(buffer, "PNG")
    return buffer.getvalue()


PIXEL = picture()


def scans() -> bytes:
    pdf = FPDF()
    for _ in range(3):
        pdf.add_page()
        pdf.image(io.BytesIO(PIXEL), 0, 0, 210, 297)
    return bytes(pdf.output())


def locked() -> bytes:
    pdf = book(1)
    pdf.set_encryption("owner", "user", EncryptionMethod.RC4, AccessPermission.none())
    return bytes(pdf.output())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (scans(), r"a PDF of scans.* ocrmypdf in\.pdf out\.pdf"),
        (b"%PDF-1.4\nnothing", "damaged"),
        (b"plain text", "damaged"),
    ],
    ids=["scans", "cut short", "text"],
)
def test_a_pdf_that_cannot_be_read_is_said_in_words(data: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        as_markdown("a.pdf", data)


@pytest.mark.filterwarnings("ignore::Warning:cryptography")
def test_a_locked_pdf_is_said_to_be_locked() -> None:
    with pytest.raises(FileError, match=r"protected by a password.* qpdf --decrypt"):
        as_markdown("a.pdf", locked())


def test_reading_a_pdf_says_nothing_and_leaves_the_log_as_it_was(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    logger = logging.getLogger("pdfminer")
    level = logger.level
    data = bytes(book(2).output()).replace(b"/MediaBox", b"/MediaBux")
    as_markdown("a.pdf", data)
    assert (logger.level, caplog.records, capfd.readouterr()) == (level, [], ("", ""))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("A *b*\nc.\n\n\nD", "A \\*b\\*\nc.\n\n\nD"),
        ("Title\n=====\nText", "Title\n=====\nText"),
        ("标题\n----\n正文", "标题\n----\n正文"),
        ("One line\nand another\n-----", "One line\nand another\n***"),
        ("a\n\n* * *\n\nb", "a\n\n***\n\nb"),
        ("* one\n* two *x*\n  more", "- one\n- two \\*x\\*\n  more"),
        ("• 一\n• 二", "- 一\n- 二"),
        ("1) a\n2) b", "1) a\n2) b"),
        ("Text\n- not a list", "Text\n\\- not a list"),
        ("See\n\n    code *x*\n      more", "See\n\n    code *x*\n      more"),
        ("> a *b*\n> c", "> a \\*b\\*\n> c"),
        ("　　第一段。\n\n　　第二段。", "第一段。\n\n第二段。"),
        ("    all\n    moved\n\n    in", "all\nmoved\n\nin"),
        ("# no heading\r\n\r\n<b>text</b>", "\\# no heading\n\n\\<b>text\\</b>"),
        ("Title: a\nDate: 2020-01-02\n\nText", "Title: a\nDate: 2020-01-02\n\nText"),
    ],
)
def test_plain_text_is_markdown_line_for_line(text: str, markdown: str) -> None:
    found = as_markdown("a.txt", text.encode())
    assert (found.data.decode(), found.has_lines) == (markdown, True)


def test_lines_that_are_paragraphs_are_parted() -> None:
    lines = ["这一段很长，" * 20 + "完。", "第二段。", "“第三段。”"]
    found = as_markdown("a.txt", "\n".join(lines).encode())
    assert (found.data.decode().split(), found.has_lines) == (lines, False)
    assert "\n\n第二段。" in found.data.decode()
