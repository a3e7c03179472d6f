import pytest
from styletune_training.corpus.paragraphs import Prose, prose_of

from styletune.markdown.segments import Kind
from styletune.markdown.skeleton import read


def prose(markdown: str) -> Prose:
    return prose_of(read(markdown.encode(), ".md"))


POST = """---
title: On naming things
description: Why names matter more than you think.
tags: [go]
---

# Names

A name is the shortest
documentation there is.

- Keep names short and clear.
- Use `snake_case` for variables.

| What | A good name for it |
|------|--------------------|
| a counter of lines | `count` |

```go
x := 1
```

    more := code

> Naming is hard, somebody once said.

![A tag cloud of names](tags.png "Names in a cloud")

Names age, too.[^1]

[^1]: They do so slowly, at least in my experience.
"""


def test_all_kinds_of_the_authors_prose_are_kept() -> None:
    found = prose(POST)
    assert [(one.kind, one.text, one.line) for one in found.paragraphs] == [
        (Kind.FRONT_MATTER, "On naming things", 2),
        (Kind.FRONT_MATTER, "Why names matter more than you think.", 3),
        (Kind.HEADING, "Names", 7),
        (Kind.PARAGRAPH, "A name is the shortest documentation there is.", 9),
        (Kind.LIST_ITEM, "Keep names short and clear.", 12),
        (Kind.LIST_ITEM, "Use `snake_case` for variables.", 13),
        (Kind.CELL, "A good name for it", 15),
        (Kind.CELL, "a counter of lines", 17),
        (Kind.ALT, "A tag cloud of names", 27),
        (Kind.TITLE, "Names in a cloud", 27),
        (Kind.PARAGRAPH, "Names age, too.", 29),
        (Kind.FOOTNOTE, "They do so slowly, at least in my experience.", 31),
    ]
    assert found.left_out == {"code": 2, "quotation": 1, "too short": 1}


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("> Somebody else said this.", "quotation"),
        ("“I have never seen anything like it.” — Jane Doe", "quotation"),
        ('"I have never seen anything like it."', "quotation"),
        ("«Je n'ai jamais rien vu de tel.»", "quotation"),
        ("「こんなものは見たことがありません。」——田中", "quotation"),
        ("“这样的东西我从来没有见过，真的没有。”（某人）", "quotation"),
        ("- [One](#one)\n- [Two and three](#two)", "table of contents"),
        ("1. [A post](a.md)\n2. [Another one](b.md), [a third](c.md)", "links"),
        ("[source](https://example.org)", "links"),
        ("Table of contents", "boilerplate"),
        ("*Originally published at [example.org](https://example.org).*", "boilerplate"),
        ("This post was originally published on my old blog.", "boilerplate"),
        ("© 2019 Jane Doe. All rights reserved.", "boilerplate"),
        ("Last updated: May 3rd, 2020", "boilerplate"),
        ("By Jane Doe", "boilerplate"),
        ("Discuss this post on Hacker News.", "boilerplate"),
        ("← Previous post", "boilerplate"),
        ("转载请注明出处：https://example.org", "boilerplate"),
        ("本文首发于我的博客，欢迎讨论。", "boilerplate"),
        ("作者：张三", "boilerplate"),
        ("無断転載を禁じます。", "boilerplate"),
        ("Ursprünglich erschienen auf example.org", "boilerplate"),
        ("For example:", "too short"),
        ("比如：", "too short"),
        ("- Linux", "too short"),
        ("`a`, `b` and `c`, `d`.", "mostly code"),
        ("{{< figure src=x.png >}} and a few words behind it.", "template tag"),
        ("{% if site.dev %}Some text for developers.{% endif %}", "template tag"),
        ("Title: this reads as a header when it is alone.", "cannot stand alone"),
    ],
)
def test_blocks_that_are_no_prose_of_the_author_are_counted_with_their_reason(block: str, reason: str) -> None:
    found = prose(f"First comes a whole sentence.\n\n{block}\n")
    assert [one.text for one in found.paragraphs] == ["First comes a whole sentence."]
    assert set(found.left_out) == {reason}


@pytest.mark.parametrize(
    "block",
    [
        "Why not?",
        "好的。",
        "He called it “a very good idea”, and I agree.",
        "“I don't know,” she said. “Do you know it?”",
        "> [!note]\n> This is the author's own note.",
        "- [Rust](https://rust-lang.org) is what I use for it.",
        "Next, we look at the numbers and see what they say.",
        "Author: the person or the organization that began the project and owns it.",
        "Copyright law is harder than you think, and this post says why.",
        "By now you have seen enough of it.",
        "By Monday Evening we had finished.",
        "Share this with care, because it tells of things that were said in private and that some people would mind.",
        "Run `make` and read what it says.",
        "See [the post]({{< ref post.md >}}) for more about it.",
        "这是一个很短的句子。",
        "これは短い文です。",
        "— No lo sé —dijo él.",
        "This article is about licences, and about why I chose one over another.",
    ],
)
def test_blocks_that_only_look_like_them_are_kept(block: str) -> None:
    assert sum(prose(f"{block}\n\nThe end of it.\n").left_out.values()) == 0


def test_the_words_over_a_credit_are_somebody_elses() -> None:
    found = prose(
        "Mine it is.\n\nHere they speak, not I.\n\n— Jane Doe, [On Things](https://example.org)\n\nMine again.\n"
    )
    assert [one.text for one in found.paragraphs] == ["Mine it is.", "Mine again."]
    assert found.left_out == {"quotation": 2}


def test_an_element_with_a_credit_is_a_quotation_as_a_whole() -> None:
    aside = '<aside markdown="1">\nFirst thing they said.\n\nSecond thing they said.\n\n<p markdown="1">\n— Jane Doe\n</p>\n</aside>'
    own = '<div markdown="1">\nThis box is my own.\n</div>'
    found = prose(f"Mine it is.\n\n{own}\n\n{aside}\n\nMine again.\n")
    assert [one.text for one in found.paragraphs] == ["Mine it is.", "This box is my own.", "Mine again."]
    assert found.left_out == {"quotation": 3}


def test_a_name_at_the_very_end_signs_the_post() -> None:
    found = prose("Thank you for reading this.\n\n— Jane\n")
    assert [one.text for one in found.paragraphs] == ["Thank you for reading this."]


def test_equal_paragraphs_have_one_id_wherever_they_stand() -> None:
    one, two = prose("Some words stand here.\n\n- Some words\n  stand here.\n").paragraphs
    assert one.id == two.id
    assert one.kind != two.kind


def test_without_lines_of_the_file_all_are_zero() -> None:
    found = prose_of(read(b"Some words stand here.", ".md"), has_lines=False)
    assert [one.line for one in found.paragraphs] == [0]


def test_nothing_gives_nothing() -> None:
    assert prose("") == Prose((), prose("").left_out)
    assert not prose("```\ncode\n```\n").paragraphs


@pytest.mark.parametrize(
    "text",
    [
        "By " + "A" * 5000,
        "By " + "Aa " * 5000,
        "— " + "](a" * 3000,
        "word " + "“" * 9000,
        '"' + "a " * 9000,
        "copyright " * 3000,
    ],
    ids=["one name", "many names", "credit", "marks", "open", "words"],
)
def test_what_begins_like_a_pattern_and_goes_on_for_ever_comes_to_an_end(text: str) -> None:
    assert len(prose(text).paragraphs) + sum(prose(text).left_out.values()) == 1
