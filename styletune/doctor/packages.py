"""Which parts of styletune are installed, and the command that installs another."""

import importlib.util
import re
import shlex
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from styletune.doctor.finding import Finding, Remedy

EXTRAS = {
    "local": "models on this machine",
    "embedded": "a small model that is there at once",
    "tui": "the review app",
    "corpus": "reading posts for training",
    "train": "tuning a model to your voice",
    "eval": "measuring a tuned model",
}
"""What each extra is for, in the order of the list."""

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_OWN_EXTRAS = re.compile(r"styletune\[([\w, -]+)\]")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([\w-]+)['"]""")


def package_findings() -> Iterator[Finding]:
    """Look at styletune's own packages and at its extras."""
    missing = [name for name in required("") if version(name) is None]
    if missing:
        text = f"{', '.join(missing)} cannot be found, which styletune needs"
        yield Finding("packages", "broken", text, Remedy("Install styletune's packages again.", install("styletune")))
    there = [extra for extra in EXTRAS if not absent(extra)]
    if there:
        found = "; ".join(f"{extra} ({_versions(extra)})" for extra in there)
        yield Finding("extras", "good", found)
    for extra, purpose in EXTRAS.items():
        if lacking := absent(extra):
            text = f"{extra} is not installed: {purpose}"
            remedy = Remedy(f"For {purpose}:", install(f"styletune[{extra}]"))
            yield Finding("extra", "absent", text, remedy, detail=f"without {', '.join(lacking)}")


def absent(extra: str) -> list[str]:
    """List the packages of an extra that are not installed."""
    return [name for name in required(extra) if version(name) is None]


@cache
def required(extra: str) -> tuple[str, ...]:
    """List the packages that an extra needs; an empty name stands for styletune itself."""
    try:
        lines = metadata.requires("styletune") or []
    except metadata.PackageNotFoundError:
        return ()
    found: list[str] = []
    for line in lines:
        name, mark = _NAME.match(line), _EXTRA.search(line)
        if name is None or (mark[1] if mark else "") != extra:
            continue
        others = _OWN_EXTRAS.match(line)
        found += (
            [package for other in others[1].split(",") for package in required(other.strip())] if others else [name[0]]
        )
    return tuple(dict.fromkeys(found))


def version(package: str) -> str | None:
    """Return the version of an installed package; ``None`` if it is not there."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def install(requirement: str, *options: str, needs: str = "") -> str:
    """Return the command that installs something beside this styletune, however that came to this machine.

    Arguments: ``options`` are pip's; ``needs`` stands before the command, such as variables for a build.
    """
    words = [*_installer(), *options, requirement]
    return f"{needs} {shlex.join(words)}".strip()


def _installer() -> list[str]:
    where = Path(sys.prefix)
    if where.parent.name == "venvs" and "pipx" in where.parts:
        return ["pipx", "runpip", where.name, "install"]
    if importlib.util.find_spec("pip") is None:  # environments that uv made have none
        return ["uv", "pip", "install", "--python", str(where)]
    return [sys.executable, "-m", "pip", "install"]


def _versions(extra: str) -> str:
    return ", ".join(f"{name} {version(name)}" for name in required(extra))
