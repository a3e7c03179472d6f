"""Measure what the ladder rescues: segments that pass at once, with another sample, sentence by sentence, or never.

    python benchmarks/ladder.py [FILE ...] [--model NAME] [--to LANG] [--from LANG]

Without FILE it takes examples/draft.md, without --model the embedded one. The second answers are asked for only where
the first one failed, so that one run tells of both: what the guards let through before the ladder, and with it.
Informational: nothing fails.
"""

import argparse
import contextlib
import time
from collections import Counter
from pathlib import Path

from styletune import engines
from styletune.draft import DraftOptions
from styletune.draft_loop import run_draft
from styletune.markdown.document import Document
from styletune.models.choice import resolve_model
from styletune.report import SegmentReport
from styletune.task import REWRITE_KINDS, TRANSLATE_KINDS, Task

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "draft.md"


def main() -> None:
    """Run the files once and print what each rung did."""
    options = _arguments()
    task = Task("translate", options.to, options.source) if options.to else Task("rewrite", None, options.source)
    kinds = TRANSLATE_KINDS if options.to else REWRITE_KINDS
    reports: list[SegmentReport] = []
    start = time.perf_counter()
    with contextlib.closing(engines.open_engine(resolve_model(options.model))) as engine:
        for path in options.files:
            document = Document.parse(path.read_bytes(), suffix=path.suffix)
            draft = run_draft(document, engine, task, options=DraftOptions(kinds=kinds, seed=options.seed))
            reports += [report for report in draft.segments if report.kind in kinds]
        print(f"{engine.name}, {task.name}, {len(options.files)} file(s), {time.perf_counter() - start:.0f} s")
    _print(reports)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[EXAMPLE], metavar="FILE")
    parser.add_argument("--model", help="any name that --model of styletune takes but an endpoint's")
    parser.add_argument("--to", metavar="LANG", help="translate into this language instead of rewriting")
    parser.add_argument("--from", dest="source", metavar="LANG", help="language of the files")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _print(reports: list[SegmentReport]) -> None:
    rungs = Counter("kept" if report.status == "flagged" else report.rescued_by or "first" for report in reports)
    time_of_first = sum(report.ms for report in reports if report.attempts == 1)
    whole = sum(report.ms for report in reports)
    passed = len(reports) - rungs["kept"]
    print(f"{len(reports)} segments: {rungs['first']} passed at once, {passed} with the ladder")
    for rung in ("sample", "sentences", "kept"):
        print(f"  {rung:<10}{rungs[rung]:>5}")
    print(f"  segments that went up the ladder took {1 - time_of_first / max(whole, 1):.0%} of the generation time")
    reasons = Counter(report.reasons[0].split("“")[0] for report in reports if report.reasons)
    for reason, count in reasons.most_common(8):
        print(f"{count:>6} x {reason}")


if __name__ == "__main__":
    main()
