"""Elements of HTML as Markdown, through markdownify, where its results would not read back as the same text."""

# ruff: noqa: ARG002 - markdownify passes these arguments by name

import re
from collections.abc import Iterable
from typing import Any, cast

import regex
from bs4 import Tag
from bs4.element import NavigableString, PageElement
from markdownify import MarkdownConverter

from styletune_training.corpus.escaping import escape, escape_start

_OPTIONS: dict[str, Any] = {
    "heading_style": "atx",
    "bullets": "-",
    "newline_style": "backslash",
    "wrap": True,  # with no width: line breaks of the file are spaces
    "wrap_width": None,
    "table_infer_header": True,
    "sub_symbol": "<sub>",
    "sup_symbol": "<sup>",
}
_INLINE = frozenset({"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em"}) | {
    *("font", "i", "ins", "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub"),
    *("sup", "tex-formula", "time", "tt", "u", "var", "wbr"),
}
_EDGES = regex.compile(r"(\s*)(.*?)(\s*)", regex.DOTALL)
_STOPS = regex.compile(r"(.*?)([，。：；！？、”’）》」』】…—.,:;!?\"']*)", regex.DOTALL)
_OPENERS = regex.compile(r"([“‘（《「『【—\"']*)(.*)", regex.DOTALL)
_LETTER = regex.compile(r"[^\s\p{P}\p{S}]")
_SIGN = regex.compile(r"[\p{P}\p{S}]")
_BLANK_LINES = re.compile(r"\n{3,}")
_FENCE_LANGUAGE = re.compile(r"(?:language|lang|brush|highlight-source)[-:]\s*([\w+#-]+)")
_EMOJI = frozenset({"emoji", "wp-smiley", "twemoji"})


def markdown(elements: Iterable[Tag]) -> str:
    """Return what elements show, in Markdown; in the order given, a blank line between them."""
    converter = cast("Any", _Converter(**_OPTIONS))  # its stubs leave out most of it
    texts = [str(converter.process_tag(element)).strip() for element in elements]
    return _BLANK_LINES.sub("\n\n", "\n\n".join(text for text in texts if text)) + "\n"


class _Converter(MarkdownConverter):
    """Differs where markdownify gives text that Markdown reads in another way."""

    _at_start = False

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        self._at_start = _opens_block(el)
        return str(cast("Any", super()).process_text(el, parent_tags=parent_tags))

    def escape(self, text: str, parent_tags: set[str]) -> str:
        escaped = escape(text)
        if parent_tags & {"td", "th"}:
            return escaped.replace("|", r"\|")
        return escape_start(escaped) if self._at_start else escaped

    def convert_b(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return _emphasised("**", el, text, parent_tags, {"b", "strong"})

    convert_strong = convert_b

    def convert_em(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return _emphasised("*", el, text, parent_tags, {"i", "em"})

    convert_i = convert_em

    def convert_del(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return _emphasised("~~", el, text, parent_tags, {"s", "del", "strike"})

    convert_s = convert_del

    def convert_q(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"“{text}”"

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Break a line; two breaks part paragraphs, and one at the end of a block is nothing."""
        if "_inline" in parent_tags:
            return " "
        before, after = _neighbour(el, after=False), _neighbour(el, after=True)
        if isinstance(after, Tag) and after.name == "br":
            return ""
        if after is None or (isinstance(after, Tag) and after.name not in {*_INLINE, "img"}):
            return ""
        return "\n\n" if isinstance(before, Tag) and before.name == "br" else "\\\n"

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Link a text; a link around blocks is their text."""
        href = el.get("href")
        if not isinstance(href, str) or "\n\n" in text.strip():
            return text
        el["href"] = re.sub(r"\s", "%20", href.strip()).replace("(", "%28").replace(")", "%29")
        return str(cast("Any", super()).convert_a(el, text, parent_tags))

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep a picture that is described; one that travels within the page keeps its description alone."""
        alt, source = (" ".join(str(el.get(name) or "").split()) for name in ("alt", "src"))
        if not alt or _EMOJI & set(str(el.get("class") or "").replace("'", " ").split()):
            return alt
        if "_inline" in parent_tags or not source or source.startswith("data:"):
            return escape(alt)
        target = source.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
        return f"![{escape(alt)}]({target})"

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Fence code, with more backticks than there are in it."""
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
        code = text.strip("\n")
        return f"\n\n{fence}{_language(el)}\n{code}\n{fence}\n\n" if code.strip() else ""

    def convert_tex_formula(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Let TeX stand as it is."""
        return "".join(el.strings)

    def convert_dt(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{text.strip()}\n\n"

    convert_dd = convert_dt
    convert_summary = convert_dt
    convert_address = convert_dt
    convert_center = convert_dt


def _opens_block(text: NavigableString) -> bool:
    """Tell whether a text begins a line of Markdown."""
    element: PageElement = text
    while True:
        before = _neighbour(element, after=False)
        if before is not None:
            return isinstance(before, Tag) and before.name not in {*_INLINE, "img"}
        parent = element.parent
        if parent is None or parent.name not in _INLINE:
            return True
        if parent.name in {"b", "strong", "i", "em", "s", "del", "a", "code", "kbd", "samp"}:
            return False  # their sign stands in front
        element = parent


def _neighbour(element: PageElement, *, after: bool) -> PageElement | None:
    """Return what stands beside an element, white space passed over."""
    found = element.next_sibling if after else element.previous_sibling
    while isinstance(found, NavigableString) and not found.strip():
        found = found.next_sibling if after else found.previous_sibling
    return found


def _emphasised(sign: str, el: Tag, text: str, parent_tags: set[str], same: set[str]) -> str:
    """Emphasise a text so that Markdown sees it: the signs stand where CommonMark lets them open and close.

    Punctuation goes outside where a letter follows (``**注意**：这``); what would not be seen is not emphasised
    (https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run).
    """
    if parent_tags & (same | {"_noformat"}) or "\n\n" in text or not text.strip():
        return text
    left, right = _outside(el, after=False), _outside(el, after=True)
    before, inner, after = _groups(_EDGES, text)
    if not after and _LETTER.match(right):
        inner, after = _groups(_STOPS, inner)
    if not before and _LETTER.match(left):
        before, inner = _groups(_OPENERS, inner)
    opens = not _SIGN.match(inner[:1]) or bool(before) or not _LETTER.match(left)
    closes = not _SIGN.match(inner[-1:]) or bool(after) or not _LETTER.match(right)
    return f"{before}{sign}{inner}{sign}{after}" if inner and opens and closes else text


def _outside(el: Tag, *, after: bool) -> str:
    """Return the character beside an element."""
    beside = el.next_sibling if after else el.previous_sibling
    if isinstance(beside, Tag) and beside.name not in {"span", "font", "a", "u", "mark"}:
        return ""
    text = beside.get_text() if beside is not None else ""
    return text[:1] if after else text[-1:]


def _groups(pattern: "regex.Pattern[str]", text: str) -> tuple[str, ...]:
    """Cut a text as a pattern that matches every text does."""
    found = pattern.fullmatch(text)
    return tuple(str(group) for group in found.groups()) if found else (text,)


def _language(pre: Tag) -> str:
    """Return the language of code, as highlighters write it."""
    for element in (pre, *pre.find_all("code"), *pre.find_parents("div", limit=2)):
        found = _FENCE_LANGUAGE.search(" ".join(element.get_attribute_list("class")) if element.get("class") else "")
        if found:
            return found[1]
    return ""
