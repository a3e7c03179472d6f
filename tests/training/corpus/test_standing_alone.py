"""The law: a paragraph reads the same without its document."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.corpus.references import link_targets
from styletune_training.corpus.standing_alone import pieces_alone, text_alone

from styletune.markdown.document import Document
from styletune.markdown.marks import Mark, MarkMode
from styletune.markdown.segments import Kind
from styletune.markdown.skeleton import read
from styletune.markdown.slots import Slot, find_slots

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "corpora"

DEFINITIONS = """

[bstr]: https://docs.rs/bstr "Bytes (as text)"
[two words]: </a b>
[site]: {{ site.url }}/x?a=1&amp;copy;
[bar]: /p_(x)_y
[断]: https://example.org/中文

[^1]: A note that explains it.
"""


def texts(markdown: str, suffix: str = ".md") -> list[str | None]:
    """Read all that stands above the definitions."""
    body = markdown + DEFINITIONS
    skeleton = read(body.encode(), suffix)
    targets = link_targets(skeleton)
    slots = [slot for slot in find_slots(skeleton) if slot.segment.start < len(markdown.encode())]
    outer = [slot for slot in slots if slot.segment.kind not in {Kind.ALT, Kind.TITLE}]
    return [text_alone(slot, pieces_alone(slot, skeleton, targets)) for slot in outer]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("See [the docs][bstr] now.", 'See [the docs](https://docs.rs/bstr "Bytes (as text)") now.'),
        ("See [`bstr`][bstr] now.", 'See [`bstr`](https://docs.rs/bstr "Bytes (as text)") now.'),
        ("See [bar] and [bar][].", "See [bar](/p_(x)_y) and [bar](/p_(x)_y)."),
        ("See [Two\nWords].", "See [Two Words](</a b>)."),
        ("See [site].", "See [site](<{{ site.url }}/x?a=1&amp;copy;>)."),
        ("See [断开][断]。", "See [断开](https://example.org/中文)。"),
        ("A ![picture of it][bar] here.", "A ![picture of it](/p_(x)_y) here."),
        ("[![a picture][bar]][two words] stands here.", "[![a picture](/p_(x)_y)](</a b>) stands here."),
        ("See [nothing] and [no][thing].", "See [nothing] and [no][thing]."),
        ("One[^1] and [^1] two [^1]. End.[^1]", "One and two. End."),
        ("文字 [^1]，还有[^1]。", "文字，还有。"),
        ("One <!-- two --> three.", "One three."),
        ('A [link](/a){:target="_blank"} and `code`{.sh} here.\n{: .lead}', "A [link](/a) and `code` here."),
        ("A [post]({% post_url 2010-01-01-x %}) here.", "A [post]({% post_url 2010-01-01-x %}) here."),
        ("One\nline\nof three.", "One line of three."),
        ("中文在\n这里 and\nthere。", "中文在这里 and there。"),
        ("日本語の\n文です。", "日本語の文です。"),
        ("Hard  \nbreak\\\nstays.", "Hard  \nbreak\\\nstays."),
        ("A `code\nspan` and <b\nid=x>tag</b>.", "A `code span` and <b id=x>tag</b>."),
        ("# 1. A heading", "A heading"),
        ("## A `heading` {#id}", "A `heading`"),
        ("**All of it is bold.**[^1]", "All of it is bold."),
        ("- [ ] a task [bar]", "a task [bar](/p_(x)_y)"),
        ("> [!tip] Mine\n> A callout of\n> two lines.", "A callout of two lines."),
        ("Caf&eacute; &mdash; th&#233; &amp; 2 &lt; 3&nbsp;&copy;.", "Café — thé &amp; 2 &lt; 3&nbsp;©."),
        ("A note^[inside of it] here.", "A note^[inside of it] here."),
        ("It is $5 or $6, in 2*3*4 or a_b_c.", "It is $5 or $6, in 2*3*4 or a_b_c."),
        ("\\# no heading, \\[no link\\].", "\\# no heading, \\[no link\\]."),
        ("a | b\n\nc", "a | b"),
    ],
)
def test_what_a_paragraph_refers_to_is_written_into_it(markdown: str, text: str) -> None:
    assert texts(markdown)[0] == text


@pytest.mark.parametrize(
    "markdown",
    [
        "| # of things | x |\n|--|--|\n",
        "| - minus this | x |\n|--|--|\n",
        "# > 5 of them",
        "# 1) 2) two numbers",
        "x\n\nTitle: this would be a header.",
    ],
)
def test_what_would_be_a_block_of_another_kind_is_left_out(markdown: str) -> None:
    assert None in texts(markdown)


def test_an_expression_of_mdx_does_not_stand_alone() -> None:
    assert texts("Text with {expression} in it.", ".mdx") == [None]


def test_fields_of_a_header_are_text_that_may_look_like_markup() -> None:
    data = b'---\ntitle: "2. Using `foo` & *bar*"\n---\n'
    skeleton = read(data, ".md")
    (slot,) = find_slots(skeleton)
    assert text_alone(slot, pieces_alone(slot, skeleton, {})) == "Using `foo` & *bar*"


WORDS = st.sampled_from(
    ["word", "中文", "ab-c", "x_y", "2019.", "1)", "it's", "#", "-", "+", ">", "é&eacute;", "a:b", "Title:"]
)
BITS = st.sampled_from(
    [
        "[bar]", "[text][bstr]", "[`c`][two words]", "![alt][bar]", "[site][]", "[^1]", "`code`", "``a ` b``", "*em*",
        "**strong**", "[in](/x 'T')", "<b>", "</b>", "<!-- c -->", "\n", "  \n", "\\\n", "{{< tag >}}", "$x^2$",
        "https://example.org/a_b", "\\*", "&amp;", "{:.c}", "[[wiki]]", "~~gone~~", "[*em* `c`][bstr]", ":smile:",
        "[![alt][bar]][bstr]", "|", "[no][thing]", "$5", "“q”", "_", "*", "`", "[", "](", "<a href='x'>t</a>", "⟦1⟧",
    ]
)  # fmt: skip
MARKDOWN = st.lists(st.one_of(WORDS, BITS), min_size=1, max_size=12).flatmap(
    lambda parts: st.sampled_from(["", " ", "\n"]).map(lambda joint: (joint or " ").join(parts))
)
LEADS = st.sampled_from(["", "- ", "1. ", "## ", "> [!note]\n> ", "    ", "***", "| "])


@given(LEADS, MARKDOWN)
def test_a_text_that_is_kept_reads_alone_as_in_its_document(lead: str, markdown: str) -> None:
    body = lead + markdown + DEFINITIONS
    skeleton = read(body.encode(), ".md")
    targets = link_targets(skeleton)
    for slot in find_slots(skeleton):
        text = text_alone(slot, pieces_alone(slot, skeleton, targets))
        if text is not None:
            _check(slot, text)


def _check(slot: Slot, text: str) -> None:
    document = Document.parse(text.encode())
    segments = [one for one in document.segments if one.kind not in {Kind.ALT, Kind.TITLE}]
    assert [one.kind for one in segments] == [Kind.PARAGRAPH]
    assert segments[0].source == text
    if slot.segment.kind is Kind.FRONT_MATTER:  # plain text, which may look like anything
        return
    assert not document.data.count(b"[^1]") or "[^1]" in slot.segment.source.replace("[^1]", "", 1)
    roles = [mark.role for mark in document.marks(segments[0].id)]
    before: list[str] = [
        "link" if mark.role == "label" else mark.role for mark in slot.pieces if isinstance(mark, Mark)
    ]
    assert len(roles) <= len(before)
    remaining = iter(before)
    assert all(role in remaining for role in roles)
    assert "\n" not in text or "break" in roles
    assert "⟦" not in document.shown(segments[0].id, MarkMode.VISIBLE) or "⟦" in text


@pytest.mark.slow
@pytest.mark.skipif(not CORPORA.exists(), reason="the shared corpora are not here")
def test_in_real_posts_all_but_a_few_in_a_thousand_stand_alone() -> None:
    kept, lost = 0, []
    for path in sorted(CORPORA.rglob("*.md"))[::12]:
        skeleton = read(path.read_bytes(), ".md")
        targets = link_targets(skeleton)
        for slot in find_slots(skeleton):
            text = text_alone(slot, pieces_alone(slot, skeleton, targets))
            if text is None:
                lost.append(f"{path.name}:{slot.segment.line}")
            else:
                kept += 1
                _check(slot, text)
    assert kept > 500
    assert len(lost) <= kept / 500, lost


@pytest.mark.slow
@pytest.mark.skipif(not CORPORA.exists(), reason="the shared corpora are not here")
def test_what_the_examples_of_the_specification_keep_reads_the_same() -> None:
    for example in json.loads((CORPORA / "commonmark" / "spec.json").read_text("utf-8")):
        skeleton = read(example["markdown"].encode(), ".md")
        targets = link_targets(skeleton)
        for slot in find_slots(skeleton):
            if (text := text_alone(slot, pieces_alone(slot, skeleton, targets))) is not None:
                document = Document.parse(text.encode())
                outer = [one for one in document.segments if one.kind not in {Kind.ALT, Kind.TITLE}]
                assert [one.source for one in outer] == [text], example["example"]
