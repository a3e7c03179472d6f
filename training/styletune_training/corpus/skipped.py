"""Why documents are not used: reasons that follow from others, choices of a person, and failures to read."""

from styletune_training.corpus.document import CorpusDocument

WRITTEN = "styletune wrote it"
COPY, RENDERED = "a copy of ", "rendered from "
"""Beginnings of reasons, before the name of another document."""

_DERIVED = (COPY, RENDERED)
_CHOSEN = (WRITTEN, *_DERIVED, "no prose", "draft", 'tag "', "from ", "matches ", "holds ", "--exclude-text")
"""Beginnings of the reasons that are no failure to read."""

_KINDS = {COPY: "a copy of another", RENDERED: "rendered from Markdown beside it", "holds ": "holds what was excluded"}


def is_derived(document: CorpusDocument) -> bool:
    """Tell whether a document is not used because another one says the same; that is looked at anew each time."""
    return document.skipped is not None and document.skipped.startswith(_DERIVED)


def is_unreadable(document: CorpusDocument) -> bool:
    """Tell whether a document is not used because its file cannot be read."""
    return document.skipped is not None and not document.skipped.startswith(_CHOSEN)


def kind_of(reason: str) -> str:
    """Leave out of a reason what is each document's own, so that documents can be counted by it."""
    return next((kind for beginning, kind in _KINDS.items() if reason.startswith(beginning)), reason)
