"""What a paragraph refers to elsewhere in its document, written into the paragraph itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from styletune.markdown.marks import Mark, Piece
from styletune.markdown.parser import Event, parse
from styletune.markdown.pieces import matching_end
from styletune.markdown.runs import Run, Source, link_end
from styletune.markdown.skeleton import Skeleton

_BY_LABEL = frozenset({"Reference", "Collapsed", "Shortcut"})
_STAND_IN = re.compile(r"%x(\d+)x%")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]*\}|\{[ \t]*[.#][\w-][^{}\n]*\}")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BARE = re.compile(r"(?:[^\s()<>]|\([^\s()<>]*\))+")
"""A destination that needs no brackets around it."""

_LINE_BREAK = re.compile(r"[ \t]*\r?\n[ \t>]*")


class Target(NamedTuple):
    """Where a link leads, as it is written in an inline link."""

    destination: str
    title: str


Targets = Mapping[str, Target]
"""Label of a definition, in one spelling, to what it defines."""


class Edit(NamedTuple):
    """Bytes of the document that read otherwise in a paragraph that stands for itself."""

    start: int
    end: int
    text: str


def link_targets(skeleton: Skeleton) -> Targets:
    """Find what the reference links of a document lead to.

    The parser tells where a link leads, but not how that is written, and what is opaque to it not at all; so the
    document is parsed once more, with a numbered word for each opaque part.
    """
    if not any(_is_reference(event) for run in skeleton.structure.runs for event in run.events):
        return {}
    text, cursor = "", skeleton.body
    source = skeleton.source
    for number, span in enumerate(source.opaque):
        text += source.text(cursor, span.start) + f"%x{number}x%"
        cursor = span.end
    text += source.text(cursor, len(source.data))
    links = (event.value for event in parse(text.encode()) if _is_reference(event))
    return {_label(link["id"]): _target(link, source) for link in links}


def edits(run: Run, source: Source, targets: Targets) -> list[Edit]:
    """List what of a run must read otherwise: reference links inline; footnotes, comments and attributes out."""
    found = [
        Edit(span.start, span.end, "")
        for span in source.opaque_in(run.start, run.end)
        if _ATTRIBUTES.fullmatch(source.text(*span))
    ]
    for index, event in enumerate(run.events):
        if event.name == "FootnoteReference" or (event.name == "InlineHtml" and str(event.value).startswith("<!--")):
            found.append(Edit(event.start, event.end, ""))
        elif _is_reference(event) and (target := targets.get(_label(event.value["id"]))):
            found.append(_inline_tail(run.events, index, source, target))
    return sorted(found)


def rewritten(mark: Mark, changes: Sequence[Edit], source: Source) -> Mark:
    """Return a mark with the edits that lie in it, in one line."""
    inside = [edit for edit in changes if mark.start <= edit.start and edit.end <= mark.end]
    if mark.role == "break":
        return mark
    if not inside:
        return replace(mark, raw=_LINE_BREAK.sub(" ", mark.raw))
    raw, cursor = "", mark.start
    for edit in inside:
        raw += source.text(cursor, edit.start) + edit.text
        cursor = edit.end
    raw = _LINE_BREAK.sub(" ", raw + source.text(cursor, mark.end))
    return replace(mark, raw=raw, role="link" if mark.role == "label" else mark.role, label="")


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Take out the marks of which nothing is left, with the space that stood in front of them where it is too much."""
    out: list[Piece] = []
    gap = False
    for piece in pieces:
        if isinstance(piece, Mark) and not piece.raw.strip() and piece.role != "break":
            gap = True
            continue
        if gap and out and isinstance(last := out[-1], str) and _closes_up(piece):
            out[-1] = last.rstrip(" \t\n")
        gap = False
        if isinstance(piece, str) and out and isinstance(last := out[-1], str):
            out[-1] = last + piece
        else:
            out.append(piece)
    return tuple(out)


def _closes_up(piece: Piece) -> bool:
    """Tell whether no space belongs in front of what follows."""
    text = piece if isinstance(piece, str) else piece.raw
    return text[:1].isspace() or text[:1] in ".,;:!?)”’»…，。；：！？）」』、"


def _is_reference(event: Event) -> bool:
    return event.type == "start" and event.name in {"Link", "Image"} and event.value["link_type"] in _BY_LABEL


def _label(text: str) -> str:
    return " ".join(text.casefold().split())


def _target(link: Mapping[str, str], source: Source) -> Target:
    """Write destination and title as an inline link has them; what is opaque stays as it is."""
    destination, title = (_spelled(text, source) for text in (link["dest_url"], link["title"]))
    if not _BARE.fullmatch(destination):
        destination = "<" + re.sub(r"(?<!\\)[<>]", lambda sign: "\\" + sign[0], destination) + ">"
    return Target(destination, title.replace('"', '\\"'))


def _spelled(text: str, source: Source) -> str:
    """Escape what the parser took the escapes off, and put the opaque parts back."""
    parts = _STAND_IN.split(text)
    for index, part in enumerate(parts):
        if index % 2 and int(part) < len(source.opaque):
            parts[index] = source.text(*source.opaque[int(part)])
        else:
            parts[index] = _ENTITY.sub("&amp;", " ".join(part.split("\n")).replace("\\", "\\\\"))
    return "".join(parts)


def _inline_tail(events: Sequence[Event], index: int, source: Source, target: Target) -> Edit:
    event = events[index]
    inner = events[index + 1 : matching_end(events, index)]
    opening = 2 if event.name == "Image" else 1
    after = max((link_end(item, source) for item in inner), default=event.start + opening)
    end = link_end(event, source)
    close = source.data.index(b"]", after, end)
    title = f' "{target.title}"' if target.title else ""
    return Edit(after, end, source.text(after, close) + f"]({target.destination}{title})")
