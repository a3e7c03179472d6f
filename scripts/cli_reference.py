"""Write docs/cli.md: the help of every verb, as the program itself prints it."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "cli.md"
INTRODUCTION = "# The command line\n\nThe program's own help, written by `make docs`."
RUN = "import sys; sys.argv[0] = 'styletune'; from styletune.cli import main; main()"
"""Runs the program under its own name, installed or not."""

PLAIN = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}


def help_of(*verb: str) -> str:
    """Return what ``styletune VERB --help`` prints on a terminal of 80 columns."""
    command = [sys.executable, "-c", RUN, *verb, "--help"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("_TYPER", "FORCE_"))}
    done = subprocess.run(command, env={**kept, **PLAIN}, capture_output=True, encoding="utf-8", check=True)
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def verbs(*above: str) -> list[tuple[str, ...]]:
    """Return the verbs that a help lists, in its order, each followed by verbs of its own."""
    names = re.findall(r"^[│|\s]*([a-z][a-z-]+)  ", help_of(*above).partition("Commands")[2], re.MULTILINE)
    return [verb for name in names for verb in ((*above, name), *verbs(*above, name))]


def page() -> str:
    """Return the whole page."""
    parts = [INTRODUCTION]
    for verb in ((), *verbs()):
        parts += [f"## `{' '.join(('styletune', *verb))}`", f"```text\n{help_of(*verb)}\n```"]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(
            None if PAGE.read_text(encoding="utf-8") == page() else "docs/cli.md is not what --help says: run make docs"
        )
    PAGE.write_text(page(), encoding="utf-8")
