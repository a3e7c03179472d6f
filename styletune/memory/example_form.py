"""Earlier texts as a model sees them: with marks in the place of code and links, equal ones under equal numbers."""

import re
from collections import Counter

from styletune.markdown.document import Document
from styletune.markdown.marks import MARK, Mark, MarkMode

_REFERENCE = re.compile(r"\]\[([^\[\]\n]+)\]")
_FOOTNOTE = re.compile(r"\[(\^[^\[\]\s]+)\]")
_IMAGE = re.compile(r"!\[[^\]]*\]")


def as_shown(source: str, target: str) -> tuple[str, str] | None:
    """Return a text and what it became as a model sees them.

    Both are Markdown. ``None`` if they cannot be shown so: one of them is more than one paragraph, or they do not
    hold the same code and links.
    """
    before, after = _shown(source), _shown(target)
    if before is None or after is None:
        return None
    numbers = _same_numbers(before[1], after[1])
    if numbers is None:
        return None
    return before[0], MARK.sub(lambda mark: f"⟦{numbers[int(mark[1])]}⟧", after[0])


def mark_count(shown: str) -> int:
    """Count the marks of a text as a model sees it."""
    return len(MARK.findall(shown))


def _shown(text: str) -> tuple[str, list[str]] | None:
    """Show a text that stands alone; return it and what each of its marks stands for."""
    text = text.strip()
    if not text or MARK.search(text):
        return None
    document = Document(text.encode("utf-8", "replace") + _definitions(text))
    whole = next(iter(document.segments), None)
    if whole is None or whole.source != text or _beside(document, whole.end, len(text.encode("utf-8", "replace"))):
        return None
    shown = document.shown(whole.id, MarkMode.MASKED)
    return shown, [_named(mark) for mark in document.marks(whole.id)]


def _definitions(text: str) -> bytes:
    """Define what a text refers to: without a definition, a reference is no mark."""
    links = {f"[{label}]: #" for label in _REFERENCE.findall(text)}
    notes = {f"[{label}]: -" for label in _FOOTNOTE.findall(text)}
    return "".join(f"\n\n{line}" for line in sorted(links | notes)).encode("utf-8", "replace")


def _beside(document: Document, end: int, length: int) -> bool:
    """Tell whether the text holds segments behind its first."""
    return any(end <= segment.start < length for segment in document.segments)


def _named(mark: Mark) -> str:
    """Name what a mark stands for; the description of an image is translated with the text."""
    return f"{mark.role} {_IMAGE.sub('![]', mark.raw)}"


def _same_numbers(source: list[str], target: list[str]) -> dict[int, int] | None:
    """Return the number in the source of each mark of the target; ``None`` if they are not the same marks."""
    if Counter(source) != Counter(target):
        return None
    free = list(enumerate(source, 1))
    numbers: dict[int, int] = {}
    for number, name in enumerate(target, 1):
        match = next(pair for pair in free if pair[1] == name)
        free.remove(match)
        numbers[number] = match[0]
    return numbers
