"""Put the file tree into README.md: each source file with the first sentence of its own docstring."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START, END = "<!-- files:start -->", "<!-- files:end -->"
WIDTH = 120

NOTES = {
    ".ci/": "what continuous integration runs",
    ".github/": "continuous integration on Linux and macOS",
    ".gitignore": "what is never committed: weights, caches, builds",
    "CHANGELOG.md": "what is new, for users",
    "CONTRIBUTING.md": "the verbs of a contributor, and what reviewers look for",
    "LICENSE": "MIT",
    "Makefile": "demo, test, check, fix, bench, docs, soak, clean",
    "README.md": "this page",
    "benchmarks/": "measurements, one command each",
    "constraints-dev.txt": "exact versions of the linters and test tools",
    "docs/": "how it works, what it guarantees, what was tried",
    "examples/": "a draft to try things on",
    "models/": "base models that are known by name",
    "pyproject.toml": "packaging, and the settings of every tool",
    "scripts/": "installation, test data, generated documentation",
    "styletune/": "the core: Markdown, prompts, engines, guards, command line",
    "tests/": "a mirror of the packages; house/ tests the project itself",
    "training/": "from posts to a model",
    "tui/": "the review app",
}
"""What stands beside files and folders that have no docstring; one that is missing here shows as a gap in the tree."""


def files() -> list[Path]:
    """Return every file of the project that git does not ignore, relative to its root."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    lines = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(Path(line) for line in set(lines) if (ROOT / line).exists())


def entries(paths: list[Path]) -> Iterator[str]:
    """Yield the paths that the tree shows: top-level entries, packages and their modules; folders end in a slash."""
    shown = [path for path in paths if len(path.parts) == 1 or (path.suffix == ".py" and path.parts[0] != "tests")]
    names: set[str] = {path.as_posix() for path in shown if path.name != "__init__.py"}
    names |= {folder.as_posix() + "/" for path in shown for folder in path.parents if folder.parts}
    names |= {path.parts[0] + "/" for path in paths if len(path.parts) > 1}
    yield from sorted(names, key=lambda name: [(part != "", part) for part in re.split(r"(?<=/)", name)])


def note(entry: str) -> str:
    """Return what a file or folder is for."""
    if entry in NOTES:
        return NOTES[entry]
    source = ROOT / entry / "__init__.py" if entry.endswith("/") else ROOT / entry
    if source.suffix != ".py" or not source.exists():
        return ""
    summary = (ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "").partition("\n\n")[0]
    sentences: list[str] = re.split(r"(?<=[^.])\.(?:\s|$)", " ".join(summary.split()))
    return sentences[0].replace("``", "")


def tree() -> str:
    """Return the block between the markers."""
    rows = [(_indented(entry), note(entry)) for entry in entries(files())]
    column = max(len(name) for name, _ in rows) + 2
    lines = [_cut(f"{name:{column}}{text}").rstrip() for name, text in rows]
    return "\n".join([START, "```text", *lines, "```", END])


def _indented(entry: str) -> str:
    parts: list[str] = re.findall(r"[^/]+/?", entry)
    return "  " * (len(parts) - 1) + parts[-1]


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 2].rsplit(" ", 1)[0].rstrip(",;:") + " …"


if __name__ == "__main__":
    page = ROOT / "README.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(START)
    page.write_text(before + tree() + rest.partition(END)[2], encoding="utf-8")
