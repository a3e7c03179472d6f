"""Segment every Markdown file under a folder, change all of its prose, and count what else changed (it must be 0).

Run: python benchmarks/markdown_corpus.py FOLDER
"""

import statistics
import sys
import time
from pathlib import Path

from styletune.engines.protocol import Job, Prefix
from styletune.engines.pseudo import PseudoEngine
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode


def outside(document: Document) -> bytes:
    """Return the bytes of a document that belong to no outermost segment."""
    out, cursor = bytearray(), 0
    for segment in document.segments:
        if segment.start >= cursor:
            out += document.data[cursor : segment.start] + b"\x00"
            cursor = segment.end
    return bytes(out + document.data[cursor:])


def differing(before: bytes, after: bytes) -> int:
    """Count positions that differ."""
    return sum(a != b for a, b in zip(before, after, strict=False)) + abs(len(before) - len(after))


def pseudo(document: Document, engine: PseudoEngine) -> bytes:
    """Return the document with all of its prose pseudo-localized."""
    shown = [document.shown(segment.id, MarkMode.MASKED) for segment in document.segments]
    results = engine.run(Job(str(index), text, text) for index, text in enumerate(shown))
    texts = {int(result.id): result.text for result in results}
    return document.replace({s.id: texts[index] for index, s in enumerate(document.segments)}).data


def main(folder: Path) -> int:
    """Measure one folder and print the figures; return the exit code."""
    files = sorted([*folder.rglob("*.md"), *folder.rglob("*.mdx")])
    engine = PseudoEngine()
    engine.open(Prefix(""))
    seconds: list[float] = []
    segments = size = echoed = changed = kept = 0
    for file in files:
        data = file.read_bytes()
        started = time.perf_counter()
        document = Document.parse(data, suffix=file.suffix)
        seconds.append(time.perf_counter() - started)
        segments, size = segments + len(document.segments), size + len(data)
        shown = {segment.id: document.shown(segment.id, MarkMode.MASKED) for segment in document.segments}
        echoed += differing(data, document.replace(shown).data)
        after = Document.parse(pseudo(document, engine), suffix=file.suffix)
        changed += differing(outside(document), outside(after))
        kept += sum(old.source == new.source for old, new in zip(document.segments, after.segments, strict=True))
    print(f"files {len(files)}, bytes {size:,}, segments {segments:,}")
    print(f"echo: bytes that differ {echoed}")
    print(f"pseudo: bytes changed outside prose {changed}, segments left unchanged {kept}")
    print(f"time to segment all: {sum(seconds):.2f} s, median {1000 * statistics.median(seconds):.1f} ms a file")
    return 1 if echoed or changed or kept else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
