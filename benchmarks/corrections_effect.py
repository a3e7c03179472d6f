"""Does the memory pull a model's text towards the author? Twenty corrections, before and after.

    python benchmarks/corrections_effect.py FOLDER [--model NAME] [--count 20] [--budget 600]

The first paragraphs of the posts in FOLDER are rewritten. An author with fixed habits (contractions, plain words; the
table below) edits each result, and the edits become the corrections of a project. Two things are rewritten then, once
without and once with that memory: the same paragraphs, to each of which the author has added a sentence, and as many
other paragraphs. Printed is how far the model's text is from what the author would make of it, in tokens changed for
100 tokens written, and how many answers passed the guards. Informational: nothing fails.
"""

import argparse
import contextlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from styletune import engines
from styletune.config.schema import FileSettings
from styletune.draft import DraftOptions, Known
from styletune.draft_loop import run_draft
from styletune.edits.words import distance
from styletune.engines.protocol import Engine
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections, new_id
from styletune.markdown.document import Document
from styletune.markdown.segments import Kind
from styletune.memory.project_memory import open_memory
from styletune.memory.recall import Memory, NoMemory
from styletune.models.choice import resolve_model
from styletune.report import SegmentReport
from styletune.task import Task

WORDS = range(25, 61)
"""Length of the paragraphs."""

ADDED = "That took a whole afternoon."
HABITS = (
    (r"\bdo not\b", "don't"), (r"\bdoes not\b", "doesn't"), (r"\bis not\b", "isn't"), (r"\bcannot\b", "can't"),
    (r"\bit is\b", "it's"), (r"\bIt is\b", "It's"), (r"\bI am\b", "I'm"), (r"\bI have\b", "I've"), (r"\bthat is\b", "that's"),
    (r"\bin order to\b", "to"), (r"\bHowever, ", "But "), (r"\bTherefore, ", "So "), (r"\bAdditionally, ", "And "),
    (r"\butiliz(e|es|ed|ing)\b", "use"), (r"\bvery ", ""), (r"\breally ", ""), (r"\bthrough\b", "via"),
    (r"\bthe\b", "that"), (r"\bThe\b", "That"), (r"\band\b", "&"),
)  # fmt: skip
"""What the author changes wherever it stands; the last ones occur in nearly every paragraph, so that there is a habit
to learn whatever the model writes."""


def habit(text: str) -> str:
    """Return what the author makes of a text."""
    for pattern, new in HABITS:
        text = re.sub(pattern, new, text)
    return text


@dataclass(frozen=True)
class Measured:
    """How far the answers to some paragraphs are from the author's text."""

    changed: int
    written: int
    passed: int
    asked: int

    def __str__(self) -> str:
        per_hundred = 100 * self.changed / max(self.written, 1)
        return f"{per_hundred:5.1f} of 100 tokens to change, {self.passed} of {self.asked} passed"


def main() -> None:
    """Rewrite three times and print the distances."""
    options = _arguments()
    found = _paragraphs(options.folder)
    known, others = found[: options.count], found[options.count : 2 * options.count]
    grown = [f"{text} {ADDED}" for text in known]
    with (
        contextlib.closing(engines.open_engine(resolve_model(options.model))) as engine,
        tempfile.TemporaryDirectory() as root,
    ):
        written = _rewritten(engine, known, NoMemory())
        _learn(Path(root), written)
        memory = open_memory(
            Path(root), FileSettings(prompt_budget=options.budget), task="rewrite", source_lang="en", target_lang=None,
            path=None, examples=0,
        )  # fmt: skip
        print(f"{engine.name}, {len(written)} corrections, a budget of {options.budget} tokens")
        for name, texts in (("the same, one sentence longer", grown), ("other paragraphs", others)):
            for how, remembered in (("without", NoMemory()), ("with", memory)):
                print(f"{name:<30} {how:<8} {_measured(_rewritten(engine, texts, remembered))}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--model", help="any name that --model of styletune takes but an endpoint's")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--budget", type=int, default=600)
    return parser.parse_args()


def _paragraphs(folder: Path) -> list[str]:
    """Return plain paragraphs, one of each post."""
    found: list[str] = []
    for path in sorted(folder.rglob("*.md")):
        segments = Document.parse(path.read_bytes(), suffix=path.suffix).segments
        texts = (" ".join(segment.source.split()) for segment in segments if segment.kind is Kind.PARAGRAPH)
        plain = (text for text in texts if len(text.split()) in WORDS and not re.search(r"[`\[<*_$\\{]", text))
        found += [text for text in plain if habit(text) != text][:1]
    return found


def _rewritten(engine: Engine, texts: Sequence[str], memory: Memory) -> list[SegmentReport]:
    document = Document.parse("\n\n".join(texts).encode())
    draft = run_draft(
        document, engine, Task("rewrite", source_lang="en"), options=DraftOptions(), known=Known(memory=memory)
    )
    return list(draft.segments)


def _learn(root: Path, written: Sequence[SegmentReport]) -> None:
    corrections = [
        Correction(
            id="",
            time="2026-01-01T00:00:00+00:00",
            task="rewrite",
            source_lang="en",
            target_lang=None,
            doc=f"{number}.md",
            kind="paragraph",
            source=report.source,
            written=report.target,
            edited=habit(report.target),
            how="learn",
            output=f"{number}.rewritten.md",
        )
        for number, report in enumerate(written)
    ]
    Corrections(root).add([replace(each, id=new_id(each)) for each in corrections])


def _measured(reports: Sequence[SegmentReport]) -> Measured:
    """Compare each answer with what the author would make of it; what was kept counts as it stands."""
    pairs = [distance(report.target, habit(report.target)) for report in reports]
    return Measured(
        sum(changed for changed, _ in pairs),
        sum(length for _, length in pairs),
        sum(report.status != "flagged" for report in reports),
        len(reports),
    )


if __name__ == "__main__":
    main()
