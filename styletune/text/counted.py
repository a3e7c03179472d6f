"""Numbers with their nouns."""


def counted(count: int, noun: str) -> str:
    """Write a number with its noun: ``1 pair``, ``2 entries of the glossary``."""
    of = " into " if " into " in noun else " of "
    head, of, rest = noun.partition(of)
    if count != 1:
        head = f"{head[:-1]}ies" if head.endswith("ry") else f"{head}s"
    return f"{count} {head}{of}{rest}"
