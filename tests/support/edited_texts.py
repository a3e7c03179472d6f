"""Corrections as a person leaves them behind, in as few words as a test needs."""

from dataclasses import replace
from typing import Any

from styletune.learning.correction import Correction
from styletune.learning.corrections import new_id


def correction(written: str | None, edited: str, doc: str = "a.md", **more: Any) -> Correction:
    """Make a correction of a rewrite, or, with ``target_lang``, of a translation."""
    values: dict[str, Any] = {
        "time": "2026-11-20T12:00:00+00:00",
        "task": "translate" if "target_lang" in more else "rewrite",
        "source_lang": "en",
        "target_lang": None,
        "kind": "paragraph",
        "source": f"Source of {written}",
        "how": "run",
        "model": "echo",
        "output": doc.replace(".md", ".out.md"),
    }
    made = Correction(id="", doc=doc, written=written, edited=edited, **{**values, **more})
    return replace(made, id=new_id(made))


def spread(pairs: list[tuple[str, str]], **more: Any) -> list[Correction]:
    """Make one correction of each pair, in several drafts."""
    return [correction(old, new, f"post-{number}.md", **more) for number, (old, new) in enumerate(pairs)]
