"""An independent Markdown parser, to judge what happened to a document."""

import re
from collections import Counter

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin, index
from mdit_py_plugins.footnote import footnote_plugin

_is_escaped = index.is_escaped
# The plugin looks for a backslash before the first character of a text, and finds the last one.
index.is_escaped = lambda state, position, mod=0: position > 0 and _is_escaped(state, position, mod)

ORACLE = (
    MarkdownIt("commonmark", {"html": True})
    .enable(["table", "strikethrough"])
    .use(footnote_plugin)
    .use(dollarmath_plugin, allow_labels=False, allow_digits=False, allow_space=False)
)
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\[\[.*?\]\]|\{[#:.].*?\}|https?://[^\s)>\]\"`]+")
# To CommonMark, the body of an admonition or a tab is code; as the body of a list item it is what its author means.
_ADMONITION = re.compile(r"^([ \t]*)(?:(?:!!!|\?\?\?)[ \t](?=\S)|===[ \t](?=[\"']))", re.MULTILINE)
_PROSE_IN_HTML = re.compile(rb"markdown=[\"']?(1|block|span)")
_KEPT_CONTENT = {"code_inline", "code_block", "fence", "html_inline", "html_block", "math_inline", "math_block"}


def structure(markdown: bytes) -> tuple[list[tuple[str, str, str]], list[Counter[tuple[str, str, str]]]]:
    """Return the block tokens in order, and the inline constructs of every block, as markdown-it-py sees them."""
    blocks, inlines = [], []
    prose_in_html = _PROSE_IN_HTML.search(markdown) is not None
    for token in ORACLE.parse(_ADMONITION.sub(r"\1-   ", markdown.decode()), {}):
        if token.type == "inline":
            inlines.append(Counter(_construct(child) for child in token.children or () if child.type not in _TEXT))
        elif token.type == "html_block" and prose_in_html:
            blocks.append((token.type, "", " ".join(re.findall(r"<[^>]*>", token.content))))
        else:
            blocks.append(_construct(token))
    return blocks, inlines


_TEXT = {"text", "softbreak", "text_special"}


def _construct(token: Token) -> tuple[str, str, str]:
    attributes = {key: value for key, value in token.attrs.items() if key not in {"alt", "title"}}
    content = token.content if token.type in _KEPT_CONTENT else ""
    return (token.type, token.markup if token.type != "link_open" else "", f"{attributes}{token.info}{content}")


def constants(markdown: bytes) -> Counter[str]:
    """Count the tags, addresses and numbers in a text."""
    text = markdown.decode()
    return Counter([*_TAG.findall(text), *re.findall(r"\d+", text)])


def letters_swapped(text: str) -> str:
    """Change every letter outside marks and entities: what an ideal, blind translator would do."""
    parts = re.split(r"(⟦\d+⟧|&#?\w+;)", text)
    swapped = (part if index % 2 else re.sub(r"[^\W\d_]", _swap, part) for index, part in enumerate(parts))
    return "".join(swapped)


def _swap(match: re.Match[str]) -> str:
    return {"a": "á", "ø": "o"}.get(match[0], "ø")
