import pytest
from styletune_training.corpus.header import Header, header_of

from styletune.markdown import front_matter


def read(text: str) -> Header:
    data = text.encode()
    return header_of(front_matter.find(data), data)


HUGO = """+++
title = "On Naming"
date = 2019-03-01T10:22:00+02:00
draft = true
tags = ["go", "Naming"]
categories = ["Go"]
+++
Text.
"""
JEKYLL = """---
layout: post
title:  "On Naming"
date:   2019-03-01 10:22:00 +0200
tags: go naming
categories: [essays, "long reads"]
lang: zh_CN
published: false
---
Text.
"""
PELICAN = """Title: On Naming
Date: 2010-12-03 10:20
Category: open source
Tags: go, long reads
Lang: de
Status: draft

Text.
"""
JSON = """{"title": "On Naming", "date": "2019-03-01", "tags": ["go"], "draft": false}
Text.
"""


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (HUGO, Header("On Naming", "2019-03-01", ("go", "Naming"), None, draft=True)),
        (JEKYLL, Header("On Naming", "2019-03-01", ("go", "naming", "essays", "long reads"), "zh-cn", draft=True)),
        (PELICAN, Header("On Naming", "2010-12-03", ("go", "long reads", "open source"), "de", draft=True)),
        (JSON, Header("On Naming", "2019-03-01", ("go",), None, draft=False)),
        ("Text without a header.", Header()),
        ("---\n---\nText.", Header()),
    ],
    ids=["hugo", "jekyll", "pelican", "json", "none", "empty"],
)
def test_headers_of_several_programs_say_the_same(text: str, header: Header) -> None:
    assert read(text) == header


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        ("tags: go", ("go",)),
        ("tags: 写作，工具、博客", ("写作", "工具", "博客")),
        ('tags: ["#ai", " AI ", ""]', ("ai",)),
        ("tags:\n  - go\n  - long reads", ("go", "long reads")),
        ("category: open source", ("open source",)),
        ("keywords: one, two words", ("one", "two words")),
        ("Tags: [a]\nCATEGORIES: [b]", ("a", "b")),
        ("tags:\n  - name: go\n  - name: rust", ("go", "rust")),
        ("tags: 2019", ("2019",)),
        ("tags: ~", ()),
        ("tags:", ()),
        ("tags: {a: b}", ()),
    ],
)
def test_tags_are_written_in_many_ways(lines: str, tags: tuple[str, ...]) -> None:
    assert read(f"---\ntitle: x\n{lines}\n---\n").tags == tags


def test_tags_of_a_table_of_taxonomies_count() -> None:
    assert read('+++\ntitle = "x"\n[taxonomies]\ntags = ["go"]\n+++\n').tags == ("go",)


@pytest.mark.parametrize(
    ("line", "draft"),
    [
        ("draft: true", True),
        ("draft: 'yes'", True),
        ("draft: false", False),
        ("published: false", True),
        ("published: 2019-03-01", False),
        ("publish: false", True),
        ("status: hidden", True),
        ("status: published", False),
        ("is_todo: 1", True),
        ("is_todo: 0", False),
        ("draft:", False),
    ],
)
def test_drafts_say_so_in_many_ways(line: str, draft: bool) -> None:
    assert read(f"---\ntitle: x\n{line}\n---\n").draft is draft


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        ("lang: en", "en"),
        ("language: zh-Hans", "zh-hans"),
        ("locale: en_US.UTF-8", "en-us"),
        ("lang: [en, de]", None),
        ("lang: klingon-ish", None),
        ("lang: ''", None),
    ],
)
def test_a_language_is_a_code_or_nothing(line: str, lang: str | None) -> None:
    assert read(f"---\ntitle: x\n{line}\n---\n").lang == lang


def test_of_a_broken_header_the_lines_that_can_be_read_count() -> None:
    broken = '---\ntitle: Why: a story\ntags: [ai, "go"\ndate: 2019-03-01\nlang: en\ndraft: true\n---\nText.\n'
    assert read(broken) == Header("Why: a story", "2019-03-01", ("ai", "go"), "en", draft=True)


def test_quotation_marks_around_a_title_are_not_part_of_it() -> None:
    assert read('Title: "On Naming"\nDate: 2019-03-01\n\nText.').title == "On Naming"


def test_a_number_is_a_title_and_a_flag_is_none() -> None:
    assert read("---\ntitle: 2019\n---\n").title == "2019"
    assert read("+++\ntitle = true\n+++\n").title is None
