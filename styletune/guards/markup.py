"""Guards of what is not prose: marks, links, code and emphasis."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import regex

from styletune.guards.finding import GuardContext
from styletune.markdown.marks import LINK_MARK, MARK
from styletune.markdown.parser import Event, parse

_BRACKETS = regex.compile(r"[⟦⟧]")
_BARE_URL = regex.compile(r"https?://[^\s<>⟦⟧\[\]()（）\"'，。、；：！？]+")
_REFERENCE = regex.compile(r"\]\[([^\[\]\n]+)\]")

_EMPHASIS_NAMES = {"Strong": "bold text", "Emphasis": "emphasis", "Strikethrough": "struck-out text"}
_EXCERPT = 60
_LONGEST_BLOCKS = {
    "List": "a list", "Heading": "a heading", "Table": "a table", "BlockQuote": "a quotation", "Rule": "a horizontal rule",
    "HtmlBlock": "a block of HTML", "CodeBlock": "a block of code", "FootnoteDefinition": "a footnote",
}  # fmt: skip


def marks(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """Every mark of the source stands in the target exactly as often, and no other does."""
    wanted, found = (Counter(int(number) for number in MARK.findall(text)) for text in (source, target))
    for number in wanted - found:
        yield f"{_named(number, context)} is missing"
    for number in found - wanted:
        yield f"{_named(number, context)} {'stands there twice' if wanted[number] else 'was added'}"
    loose = [len(_BRACKETS.findall(MARK.sub("", text))) for text in (source, target)]
    if loose[1] > loose[0]:
        yield "a mark is damaged"


def links(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """Links keep their shape and their destinations."""
    wanted, found = (set(LINK_MARK.findall(text)) for text in (source, target))
    everywhere = set(MARK.findall(target))
    for number in sorted((wanted - found) & everywhere):
        yield f"{_named(int(number), context)} lost its text"
    for number in sorted((found - wanted) & set(MARK.findall(source))):
        yield f"{_named(int(number), context)} became the target of a link"
    yield from _differences(_destinations(source), _destinations(target), "the link to {}")


def code(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """Code spans that the model can see come out as they went in."""
    yield from _differences(_values(source, "Code"), _values(target, "Code"), "the code `{}`")


def html(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """HTML tags that the model can see come out as they went in."""
    yield from _differences(_values(source, "InlineHtml"), _values(target, "InlineHtml"), "the tag {}")


def emphasis(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """As much is bold, emphasised and struck out as before, as a Markdown parser sees it."""
    wanted, found = (_started(text) for text in (source, target))
    for name, words in _EMPHASIS_NAMES.items():
        if found[name] < wanted[name]:
            yield f"{words} was lost"
        elif found[name] > wanted[name]:
            yield f"{words} was added"


def blocks(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """One paragraph comes back as one paragraph, not as a list or an article."""
    wanted, found = (_started(text) for text in (source, target))
    for name, words in _LONGEST_BLOCKS.items():
        if found[name] > wanted[name]:
            yield f"it came back as {words}" if not wanted[name] else f"it came back with {words} more"
    if found["Paragraph"] > max(wanted["Paragraph"], 1) and found["List"] <= wanted["List"]:
        yield f"it came back as {found['Paragraph']} paragraphs"


def _named(number: int, context: GuardContext) -> str:
    return context.mark_names.get(number) or f"the mark ⟦{number}⟧"


def _differences(wanted: Counter[str], found: Counter[str], words: str) -> Iterator[str]:
    for value in wanted - found:
        yield f"{words.format(_short(value))} is missing"
    for value in found - wanted:
        yield f"{words.format(_short(value))} was added"


def _short(value: str) -> str:
    return value if len(value) <= _EXCERPT else value[: _EXCERPT - 1] + "…"


@lru_cache(maxsize=16)
def _events(text: str) -> tuple[Event, ...]:
    """Parse a text once for all guards that look at its source or target."""
    return tuple(parse(text.encode(errors="replace")))


def _started(text: str) -> Counter[str]:
    names = Counter(event.name for event in _events(text) if event.type == "start" or event.name == "Rule")
    names["HtmlBlock"] = 0 if text.lstrip().startswith("<") else names["HtmlBlock"]
    return names


def _values(text: str, name: str) -> Counter[str]:
    return Counter(str(event.value) for event in _events(text) if event.type == "leaf" and event.name == name)


def _destinations(text: str) -> Counter[str]:
    """Count destinations of links and images and bare URLs; marks are the business of another guard."""
    events = [event for event in _events(text) if event.type == "start" and event.name in {"Link", "Image"}]
    found = Counter(str(event.value.get("dest_url", "")) for event in events)
    linked = [(event.start, event.end) for event in events]
    raw = text.encode(errors="replace")
    outside = "".join(raw[a:b].decode(errors="replace") for a, b in _gaps(linked, len(raw)))
    found.update(_bare_urls(outside))
    return Counter({url: count for url, count in found.items() if url and not MARK.search(url)})


def _gaps(taken: list[tuple[int, int]], end: int) -> Iterator[tuple[int, int]]:
    at = 0
    for start, stop in taken:
        if start > at:
            yield at, start
        at = max(at, stop)
    yield at, end


def _bare_urls(text: str) -> Counter[str]:
    return Counter(url.rstrip(".,;:!?*_") for url in _BARE_URL.findall(text)) + Counter(
        f"[{label}]" for label in _REFERENCE.findall(text)
    )
