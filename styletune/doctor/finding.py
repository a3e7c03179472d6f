"""What a look at one thing has found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["broken", "warning", "good", "absent"]
"""``broken`` stops a run, ``warning`` makes it slower or may surprise, ``absent`` is something nobody needs yet."""

ORDER: tuple[State, ...] = ("broken", "warning", "good", "absent")


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about a finding."""

    say: str
    """A sentence."""

    command: str = ""
    """What to type, as it is; empty where no command can do it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """What it is: one or two words."""

    state: State
    text: str
    """How it is, on one line."""

    remedy: Remedy | None = None
    detail: str = ""
    """More for ``--verbose``."""


def sized(count: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:  # noqa: PLR2004 - the step between decimal units
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB" if count < 100 else f"{count:.0f} GB"  # noqa: PLR2004 - three digits are enough
