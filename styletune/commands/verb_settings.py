"""What every verb's settings have in common."""

from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass(frozen=True, kw_only=True)
class VerbSettings:
    """How much a verb says."""

    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print more, and where errors arise.")] = False

    @property
    def returns_input(self) -> bool:
        """Whether a failure must leave the input on standard output."""
        return False

    def check_all(self) -> None:
        """Raise ``UsageError`` that names every setting that cannot work."""
