"""The command line in the test's own process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from styletune.cli import app


@dataclass
class Finished:
    """What a command answered."""

    code: int
    out: bytes
    err: str


Cli = Callable[..., Finished]


def run_command(*arguments: str | Path, stdin: bytes = b"") -> Finished:
    """Run a command, such as ``run_command("corpus", "stats")``."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
    return Finished(result.exit_code, result.stdout_bytes, result.stderr)
