import os
import pickle
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from styletune_training.corpus import reading
from styletune_training.corpus.document import CorpusDocument
from styletune_training.corpus.reading import READER, FoundFile, read_document, reader_of
from styletune_training.corpus.source import Excluded, Source

from styletune.errors import UsageError
from styletune.files.atomic import digest

POST = """---
title: On naming
date: 2019-03-01 10:22:00 +0200
tags: [go, Naming]
---

# Names

A name is the shortest documentation there is, and the one that everybody has to read.

```go
x := 1
```
"""
POSTS = Source("posts", "posts")


def read(
    text: str | bytes, name: str = "posts/a.md", source: Source = POSTS, post: str | None = None
) -> CorpusDocument:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(FoundFile(path.absolute(), name, post or name), source)


def test_a_post_is_read_with_all_that_is_known_of_it() -> None:
    document = read(POST)
    found = Path("posts/a.md").stat()
    assert replace(document, paragraphs=()) == CorpusDocument(
        id="posts/a.md",
        post="posts/a.md",
        source=POSTS.id,
        stamp=(found.st_size, found.st_mtime_ns),
        reader=reader_of(POSTS),
        content=digest(POST.encode()),
        role="post",
        format="markdown",
        lang="en",
        title="On naming",
        date="2019-03-01",
        tags=("go", "Naming"),
        left_out={"code": 1},
    )
    assert [(one.text, one.line) for one in document.paragraphs] == [
        ("On naming", 2),
        ("Names", 7),
        ("A name is the shortest documentation there is, and the one that everybody has to read.", 9),
    ]


def test_reading_twice_gives_the_same_and_it_travels_between_workers() -> None:
    document = read(POST)
    assert read_document(FoundFile(Path("posts/a.md").absolute(), "posts/a.md", "posts/a.md"), POSTS) == document
    assert pickle.loads(pickle.dumps((FoundFile(Path("x"), "x", "x"), document)))[1] == document  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("text", "name", "source", "skipped"),
    [
        (POST.replace("tags", "draft: true\ntags"), "posts/a.md", POSTS, "draft"),
        (POST.replace("tags", "draft: true\ntags"), "posts/a.md", replace(POSTS, drafts=True), None),
        (POST, "posts/_drafts/a.md", POSTS, "draft"),
        (POST, "posts/a.md", replace(POSTS, excluded=Excluded(tags=("GO",))), 'tag "GO"'),
        (POST, "posts/a.md", replace(POSTS, excluded=Excluded(paths=("a.*",))), "matches a.*"),
        (POST, "posts/a.md", replace(POSTS, excluded=Excluded(since="2019-01-01")), "from 2019-01-01 on"),
        (POST, "posts/a.md", replace(POSTS, excluded=Excluded(texts=("x := \\d",))), "holds “x := 1”"),
        ("```\ncode\n```\n", "posts/a.md", POSTS, "no prose"),
        ("", "posts/a.md", POSTS, "no prose"),
        ("\n\n", "posts/a.txt", POSTS, "no prose"),
    ],
)
def test_what_is_not_used_says_why_and_holds_nothing(text: str, name: str, source: Source, skipped: str | None) -> None:
    document = read(text, name, source)
    assert document.skipped == skipped
    assert bool(document.paragraphs) is (skipped is None)
    assert document.reader == reader_of(source)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"Text \x00\x01\x02 and more", "posts/a.md", "NUL"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "posts/a.md", "PNG"),
        (b"not a PDF at all", "posts/a.pdf", "PDF"),
        (b"not a document", "posts/a.docx", ""),
        (b"x", "posts/a.xyz", ".xyz"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_skipped_in_words(data: bytes, name: str, words: str) -> None:
    document = read(data, name)
    assert document.skipped
    assert words in document.skipped
    assert not document.paragraphs


def test_a_file_that_cannot_be_opened_is_tried_again_next_time() -> None:
    missing = read_document(FoundFile(Path("gone.md").absolute(), "gone.md", "gone.md"), POSTS)
    assert missing.skipped == "it cannot be read: there is no such file or folder"
    assert missing.reader == ""
    Path("loop.md").symlink_to("loop.md")
    loop = read_document(FoundFile(Path("loop.md").absolute(), "loop.md", "loop.md"), POSTS)
    assert loop.skipped == "it cannot be read: its symbolic links lead in a circle"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for() -> None:
    os.mkfifo("pipe.md")
    document = read_document(FoundFile(Path("pipe.md").absolute(), "pipe.md", "pipe.md"), POSTS)
    assert stat.S_ISFIFO(Path("pipe.md").stat().st_mode)
    assert document.skipped is not None
    assert "pipe" in document.skipped


def test_a_package_that_is_missing_leaves_the_file_to_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, data: bytes) -> None:
        raise UsageError("reading .pdf files needs the package pdfminer. Install it: pip install 'styletune[corpus]'")

    monkeypatch.setattr(reading, "as_markdown", refuse)
    document = read(POST)
    assert document.skipped is not None
    assert "pip install 'styletune[corpus]'" in document.skipped
    assert document.reader == ""


def test_a_huge_file_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 10)
    document = read(POST)
    assert document.skipped is not None
    assert "is the most that is read" in document.skipped
    assert document.content == ""


@pytest.mark.parametrize(
    ("text", "name", "post", "source", "lang"),
    [
        ("写文章最难的地方在于弄清楚自己到底想对读者说什么。", "posts/a.zh-hans.md", "posts/a.md", POSTS, "zh-hans"),
        ("写文章最难的地方在于弄清楚自己到底想对读者说什么。", "posts/a.md", "posts/a.md", POSTS, "zh"),
        ("文章を書くときに一番難しいのは、何を伝えたいのかです。", "ja/a.md", "a.md", POSTS, "ja"),
        ("---\nlang: pt-BR\n---\nOlá.", "posts/a.md", "posts/a.md", POSTS, "pt-br"),
        (POST, "posts/a.md", "posts/a.md", replace(POSTS, lang="en-gb"), "en-gb"),
    ],
)
def test_the_language_is_declared_or_found_out(text: str, name: str, post: str, source: Source, lang: str) -> None:
    assert read(text, name, source, post).lang == lang


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Why: a story\ntags: [ai\n---\n\nThe body is read all the same.\n",
        "---\ntitle: Why: a story\n\nThe body is read all the same.\n",
        "---\ntitle: Why: a story\nThe body is read all the same.\n",
    ],
    ids=["invalid", "never closed", "no end at all"],
)
def test_a_broken_header_loses_nothing_of_the_body(text: str) -> None:
    document = read(text)
    assert document.paragraphs[-1].text.endswith("The body is read all the same.")
    assert document.skipped is None


def test_a_header_that_is_never_closed_is_no_prose_and_lines_stay_true() -> None:
    document = read("---\ntitle: A story\ndate: 2019-03-01\n\nThe body is read all the same.\n")
    assert (document.title, document.date) == ("A story", "2019-03-01")
    assert [(one.text, one.line) for one in document.paragraphs] == [("The body is read all the same.", 5)]


def test_title_and_date_come_from_text_and_name_where_the_header_is_silent() -> None:
    document = read("# A story\n\nOnce upon a time there was one.\n", "posts/2019-03-01-story.md")
    assert (document.title, document.date) == ("A story", "2019-03-01")


def test_notes_are_notes_and_other_formats_keep_their_own() -> None:
    document = read(
        b"First paragraph of a plain note.\n\nThe second one of it.\n", "notes/a.txt", Source("notes", "notes")
    )
    assert (document.role, document.format) == ("note", "text")
    assert [one.text for one in document.paragraphs] == ["First paragraph of a plain note.", "The second one of it."]


def test_other_encodings_are_read() -> None:
    text = "Café und Öl kosten heute etwas mehr als gestern – das ist für viele nicht schön."
    assert read(text.encode("cp1252")).paragraphs[0].text == text
    assert read(text.encode("utf-16")).paragraphs[0].text == text
    assert read(b"\xef\xbb\xbf" + POST.encode()).title == "On naming"


def test_the_reader_changes_with_what_decides_how_a_source_is_read() -> None:
    sources = [
        POSTS,
        replace(POSTS, lang="en"),
        replace(POSTS, drafts=True),
        replace(POSTS, kind="notes"),
        replace(POSTS, excluded=Excluded(tags=("ai",))),
        replace(POSTS, excluded=Excluded(texts=("ai",))),
    ]
    readers = [reader_of(source) for source in sources]
    assert len(set(readers)) == len(readers)
    assert all(reader.startswith(READER) for reader in readers)
    assert reader_of(replace(POSTS)) == readers[0]
