"""What stands between the paragraphs of a merged file: never less than a paragraph needs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import TypeAlias

from styletune.edits.hunks import says

Run: TypeAlias = tuple[bytes, ...]

_MARKER = re.compile(rb"[ \t]*(?:(?:[-*+>]|#{1,6}|\d{1,9}[.)])[ \t]*)+")
"""What a line of a list, a quote or a heading begins with."""


def parted(merged: Sequence[bytes], *sides: Sequence[bytes]) -> list[bytes]:
    """Return merged chunks with every text parted from the next as it is in one of the sides.

    Where a text comes to stand before another one and the blanks between them are those of neither, they are replaced
    by what stands before the second on its own side, or behind the first, or else mostly; otherwise two paragraphs would be one.
    """
    before: dict[bytes, Run] = {}
    behind: dict[bytes, Run] = {}
    proper: set[tuple[Run, bytes]] = set()
    usual: Counter[Run] = Counter()
    for text, run, following in chain.from_iterable(_parts(side) for side in sides):
        if text and following:
            proper |= {(run, b"<" + text), (run, b">" + following)}
            before.setdefault(following, run)
            behind.setdefault(text, run)
            usual[run] += _is_blank(run) and b"\n" in b"".join(run)
    result: list[bytes] = []
    for text, run, following in _parts(_without_bare_markers(merged, sides)):
        result += [text] if text else []
        is_proper = not text or not following or {(run, b"<" + text), (run, b">" + following)} & proper
        if is_proper or text.endswith(b"\n"):
            result += run
        elif run and not _is_blank(run):
            result += run if b"\n" in b"".join(run) else before.get(following, run)
        else:
            options = [before.get(following, ()), behind.get(text, ())]
            blank = next((option for option in options if option and _is_blank(option)), options[0] or run)
            result += blank or next((option for option, _ in usual.most_common(1)), ())
    return result


def _without_bare_markers(merged: Sequence[bytes], sides: Sequence[Sequence[bytes]]) -> list[bytes]:
    """Take out the markers whose text is not in a merge, each with its line."""
    known = {pair for side in sides for pair in pairwise([*side, b""])}
    kept: list[bytes] = []
    line_is_gone = False
    for chunk, following in pairwise([*merged, b""]):
        is_end, line_is_gone = line_is_gone and not chunk.strip(), False
        if _MARKER.fullmatch(chunk) and (chunk, following) not in known and _is_no_text(following):
            line_is_gone = True
        elif not is_end:
            kept.append(chunk)
    return kept


def _is_no_text(chunk: bytes) -> bool:
    return not chunk.strip() or _MARKER.fullmatch(chunk) is not None


def _parts(chunks: Sequence[bytes]) -> Iterator[tuple[bytes, Run, bytes]]:
    """Yield each text with the run behind it and the text behind that; an empty one stands at either end."""
    text, run = b"", list[bytes]()
    for chunk in chunks:
        if says(chunk):
            yield text, tuple(run), chunk
            text, run = chunk, []
        else:
            run.append(chunk)
    yield text, tuple(run), b""


def _is_blank(run: Run) -> bool:
    return not b"".join(run).strip()
