"""The value of ``--kinds``."""

from collections.abc import Iterator
from difflib import get_close_matches

from styletune.markdown.segments import Kind

ALL = "all"


def parse_kinds(value: str | None, *, default: frozenset[Kind]) -> frozenset[Kind]:
    """Read a list of kinds that ``unknown_kinds`` has nothing against; ``None`` is the verb's default."""
    if value is None:
        return default
    names = _names(value)
    return frozenset(Kind) if ALL in names else frozenset(Kind(name) for name in names)


def unknown_kinds(value: str) -> Iterator[str]:
    """Say what is wrong with a list of kinds, one sentence for each unknown name."""
    known = [*(kind.value for kind in Kind), ALL]
    names = _names(value)
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
            yield f"--kinds: {name} is no kind of segment; {hint}"
    if not names:
        yield f"--kinds names no kind; known are {', '.join(known)}."


def _names(value: str) -> list[str]:
    return [name.strip().replace("-", "_").lower() for name in value.split(",") if name.strip()]
