"""Measure what lets more segments through the guards: marks such as ⟦1⟧, or Markdown left visible to the model.

    python benchmarks/marks_vs_markdown.py [FILE ...] [--model PATH] [--to LANG]

Without FILE it takes examples/draft.md, without --model the embedded one. Informational: nothing fails.
"""

import argparse
import contextlib
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from styletune import engines
from styletune.draft import Draft, DraftOptions
from styletune.draft_loop import run_draft
from styletune.engines.protocol import Engine
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode
from styletune.models.choice import resolve_model
from styletune.task import REWRITE_KINDS, TRANSLATE_KINDS, Task

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "draft.md"
_QUOTED = re.compile(r"⟦\d+⟧|`.*`|“.*”|https?://\S+|\d[\d.,]*")


def main() -> None:
    """Run both modes on the same files with the same engine and print a table."""
    options = _arguments()
    task = Task("translate", target_lang=options.to) if options.to else Task("rewrite")
    documents = [Document.parse(path.read_bytes(), suffix=path.suffix) for path in options.files]
    with contextlib.closing(engines.open_engine(resolve_model(options.model))) as engine:
        print(f"{engine.name}, {task.name}, {len(documents)} file(s)")
        print(
            f"{'mode':<10}{'segments':>10}{'passed':>10}{'unchanged':>11}{'with marks':>12}{'passed':>10}{'seconds':>10}"
        )
        for mode in options.modes:
            _measure(mode, documents, engine, task)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[EXAMPLE], metavar="FILE")
    parser.add_argument("--model", help="path of a GGUF file, or any name that --model of styletune takes")
    parser.add_argument("--to", metavar="LANG", help="translate into this language instead of rewriting")
    parser.add_argument("--modes", nargs="+", type=MarkMode, default=list(MarkMode), help="modes to compare")
    return parser.parse_args()


def _measure(mode: MarkMode, documents: list[Document], engine: Engine, task: Task) -> None:
    options = DraftOptions(kinds=TRANSLATE_KINDS if task.name == "translate" else REWRITE_KINDS, mode=mode)
    start = time.perf_counter()
    drafts = [run_draft(document, engine, task, options=options) for document in documents]
    seconds = time.perf_counter() - start
    rows = [row for document, draft in zip(documents, drafts, strict=True) for row in _rows(document, draft, options)]
    marked = [passed for passed, _, has_marks in rows if has_marks]
    counts = (sum(passed for passed, _, _ in rows), sum(same for _, same, _ in rows))
    print(f"{mode:<10}{len(rows):>10}{counts[0]:>10}{counts[1]:>11}{len(marked):>12}{sum(marked):>10}{seconds:>10.1f}")
    for reason, count in _reasons(drafts).most_common(5):
        print(f"{'':<12}{count:>4} x {reason}")


def _rows(document: Document, draft: Draft, options: DraftOptions) -> Iterator[tuple[bool, bool, bool]]:
    """Yield whether a segment passed, whether it came back as it was, and whether it holds marks."""
    for report in draft.segments:
        if report.kind in options.kinds:
            passed = report.status != "flagged"
            yield passed, passed and report.target == report.source, bool(document.marks(report.id))


def _reasons(drafts: list[Draft]) -> Counter[str]:
    """Count reasons whatever they quote: ``the mark ⟦3⟧ is missing`` counts as ``the mark … is missing``."""
    reasons = [reason for draft in drafts for report in draft.segments for reason in report.reasons]
    return Counter(_QUOTED.sub("…", reason) for reason in reasons)


if __name__ == "__main__":
    main()
