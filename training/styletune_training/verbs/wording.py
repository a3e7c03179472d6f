"""Words that the verbs of training have in common."""

from collections.abc import Mapping
from itertools import islice


def direction(source: str | None, target: str | None) -> str:
    """Write the languages of a pair: ``en → zh``, ``en`` where both are the same, ``?`` for one that is not known."""
    return " → ".join(dict.fromkeys(lang or "?" for lang in (source, target)))


def listed(counts: Mapping[str, int], *, most: int) -> str:
    """Write numbers by reason, in their order; of very many the first ``most``, and how many more there are."""
    named = ", ".join(f"{reason} {count}" for reason, count in islice(counts.items(), most))
    more = len(counts) - most
    return named if more <= 0 else f"{named} and {more} more {'reason' if more == 1 else 'reasons'}"
