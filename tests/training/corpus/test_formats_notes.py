"""What note apps add to Markdown becomes plain text; code and other Markdown stay as they are, line for line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.corpus.formats import as_markdown


def read(text: str, name: str = "note.md") -> str:
    return as_markdown(name, text.encode()).data.decode()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("See [[Page]] and [[a/Page|it]].", "See Page and it."),
        ("[[Page#Part]] and [[#Part]] and [[#^b1|there]]", "Page and Part and there"),
        ("Look: ![[picture.png]] here", "Look: here"),
        ("A sentence. ^abc123", "A sentence."),
        ("status:: done\n\nText", "\n\nText"),
        ("标签:: 写作\n正文", "\n正文"),
        ("- id:: 64a1\n- Text", "\n- Text"),
        ("- TODO Write\n  SCHEDULED: <2024-01-02 Tue>", "- Write\n  "),
        ("- Text ((64a1b2c3-aaaa-bbbb))", "- Text"),
        ("Due [due:: tomorrow], (at:: noon)", "Due tomorrow, noon"),
        ("An ==important== and ^^marked^^ word", "An important and marked word"),
        ("Before %%a\ncomment%% after", "Before \n after"),
        ("#tag #写作/随笔 #two-words#\n\nText", "\n\nText"),
        ("Text with a #tag in it, [[x]]", "Text with a #tag in it, x"),
        ("> [!note] Title\n> Body\n> > [!tip]\n> > More", "###### Title\nBody\n\nMore"),
        ("> [!quote]\n> Theirs [[x]]", "> [!quote]\n> Theirs x"),
        ("{{[[TODO]]}} Call #[[Some One]]", "Call Some One"),
        ("![p](:/0123456789abcdef0123456789abcdef) [f](:/0123456789abcdef0123456789abcdef)", " f"),
        (":LOGBOOK:\nCLOCK: x\n:END:\nText", "\n\n\nText"),
    ],
)
def test_an_addition_becomes_plain_text(text: str, plain: str) -> None:
    assert read(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "Inline `[[ -f x ]]` and `a::b`.",
        "```bash\nif [[ -f x ]]; then\n#tag\nkey:: value\n```\n\n[x](y)\n",
        "    [[ indented ]]\n    code:: x\n",
        "{{< highlight rust >}}\n#[derive(Debug)]\nIo(io::Error)\n\n#tag\n{{< /highlight >}}\n",
        "Call [`std::fs`](u) or [std::fs](u), if a == b, and c == d.",
        "https://example.org/?a==b&c==d",
        "std::vector<int> is #1, and 50%% of C++::x",
        "# Heading\n\n#!/bin/bash\n",
        "---\ntags: ['[[x]]']\nkey:: y\n---\nText\n",
        "> A quotation [1].\n",
        "x^2 and a ^ b\n",
    ],
)
def test_what_is_no_addition_stays(text: str) -> None:
    assert read(text) == text


def test_tags_of_their_own_line_are_kept_as_tags() -> None:
    assert as_markdown("a.md", "#go #写作/随笔\n\nText `x`\n#late\n".encode()).tags == ("go", "写作/随笔", "late")
    assert as_markdown("a.md", b"```\n#no\n```\n[[x]]\n").tags == ()


NOTION = """# My page

Created: March 3, 2024 10:20 AM
Tags: writing, life
Status: Done

<aside>
💡 A thought.

</aside>

See [Other](Other%200123456789abcdef0123456789abcdef.md).
"""


def test_properties_of_notion_are_read_and_emptied() -> None:
    found = as_markdown("My page 0123456789abcdef0123456789abcdef.md", NOTION.encode())
    assert (found.title, found.date, found.tags) == ("My page", "2024-03-03", ("writing", "life"))
    assert found.data.decode().split() == ["#", "My", "page", "💡", "A", "thought.", "See", "Other."]
    assert found.data.count(b"\n") == NOTION.count("\n")


def test_the_same_text_under_another_name_is_left_alone() -> None:
    assert read(NOTION, "My page.md") == NOTION


@pytest.mark.parametrize("value", ["2024/03/03", "2024年3月3日", "Mar 3, 2024", "2024-03-03T10:00", "3 March 2024"])
def test_dates_of_notion_are_read_in_the_forms_it_writes(value: str) -> None:
    page = f"# P\n\nDate: {value}\n\nText\n"
    assert as_markdown("P 0123456789abcdef0123456789abcdef.md", page.encode()).date == "2024-03-03"


PIECES = st.sampled_from(
    [
        "[[a|b]]",
        "![[c]]",
        "`[[d]]`",
        "```\n[[e]]\n```\n",
        "\n",
        "\n\n",
        "%%",
        "x:: y",
        "> [!note] t\n> u\n",
        "#t",
        "- ",
        "==m==",
        "文字",
        " ",
        "{{< x >}}",
        "((64a1b2c3-a))",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_lines_keep_their_numbers_and_nothing_is_left_to_do(text: str) -> None:
    once = read(text)
    assert once.count("\n") == text.count("\n") or not text.strip()


def test_mdx_is_named_as_such() -> None:
    assert as_markdown("a.MDX", b"import x from 'y'\n\nText").suffix == ".mdx"
    assert as_markdown("a.mkd", b"Text").suffix == ".md"
