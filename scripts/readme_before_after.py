"""Put a real before and after into README.md: the embedded model at work on examples/draft.md, failures included."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DRAFT = "examples/draft.md"
START, END = "<!-- before-after:start -->", "<!-- before-after:end -->"
CHANGED, FLAGGED = 3, 2
"""How many of each are shown; the totals below them count all."""


def report() -> dict[str, Any]:
    """Rewrite the example as a user would and return the report of its file."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "styletune", "rewrite", DRAFT, "--json", "--no-cache", "--quiet"]
        command += ["--output", str(Path(folder) / "draft.rewritten.md")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        sys.exit(done.stderr)
    files: list[dict[str, Any]] = json.loads(done.stdout)
    return files[0]


def block(file: dict[str, Any]) -> str:
    """Return the Markdown that stands between the markers."""
    segments: list[dict[str, Any]] = file["segments"]
    changed = [segment for segment in segments if segment["source"] != segment["target"]]
    flagged = [segment for segment in segments if segment["status"] == "flagged"]
    rows = [_row(segment) for segment in [*_spread(changed, CHANGED), *_spread(flagged, FLAGGED)]]
    summary = (
        f"{len(changed)} of the draft's {len(segments)} segments were rewritten, {len(flagged)} were flagged and kept "
        "their text. Every other byte of the file is as it was. (Made by `make docs`.)"
    )
    return "\n".join(
        [
            START,
            f"`{DRAFT}` through `{file['model']}`, as it came out:",
            "",
            "| line | before | after |",
            "|---:|---|---|",
            *rows,
            "",
            summary,
            END,
        ]
    )


def _row(segment: dict[str, Any]) -> str:
    if segment["status"] == "flagged":
        after = f"*flagged, kept as it was:* {_cell('; '.join(segment['reasons']))}"
    else:
        after = _cell(segment["target"])
    return f"| {segment['line']} | {_cell(segment['source'])} | {after} |"


def _cell(text: str) -> str:
    """Return text for a table cell; a bar would end the cell and a footnote has no body here."""
    return " ".join(text.split()).replace("|", "\\|").replace("[^", "\\[^")


def _spread(segments: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Return ``count`` segments at even distances, so that nobody picks the flattering ones."""
    if len(segments) <= count:
        return segments
    return [segments[index * len(segments) // count] for index in range(count)]


def fill(readme: str, new: str) -> str:
    """Return a README with its block replaced. Raises ``ValueError`` when the markers are gone."""
    before, start, rest = readme.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"README.md has no {START} and {END}")
    return before + new + after


if __name__ == "__main__":
    page = ROOT / "README.md"
    page.write_text(fill(page.read_text(encoding="utf-8"), block(report())), encoding="utf-8")
