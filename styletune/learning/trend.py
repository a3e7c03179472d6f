"""How much of what styletune wrote was kept, week by week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from styletune.learning.correction import KeptBlock, Looked


@dataclass(frozen=True, slots=True)
class Week:
    """The blocks that a person first looked at in one week."""

    start: date
    """A Monday."""

    blocks: int
    untouched: int
    """Blocks that were left as they were written."""

    length: int
    """Tokens that styletune had written: words, or characters in unspaced scripts."""

    distance: int
    """Tokens that were changed, added or taken away, as far as is known today."""

    @property
    def kept(self) -> float:
        """Share of what was written that was kept, 0 to 1.

        1 minus the edit distance over the length, as in PRELUDE (Gao et al. 2024, arXiv 2404.15269).
        """
        return max(0.0, 1 - self.distance / self.length) if self.length else 1.0


def weekly(looked: Iterable[Looked]) -> list[Week]:
    """Sum up what was kept by ISO week (UTC), oldest first; weeks in which nothing was looked at are left out.

    Each block counts once, in the week of the first look at it and with what the last look found, so that a block
    which is edited for a month does not count four times.
    """
    first: dict[str, date] = {}
    latest: dict[str, KeptBlock] = {}
    for look in sorted(looked, key=lambda look: datetime.fromisoformat(look.time)):
        for block in look.blocks:
            first.setdefault(block.id, _monday(look.time))
            latest[block.id] = block
    by_week: dict[date, list[KeptBlock]] = {}
    for block_id, start in first.items():
        by_week.setdefault(start, []).append(latest[block_id])
    return [_week(start, by_week[start]) for start in sorted(by_week)]


def _monday(time: str) -> date:
    day = datetime.fromisoformat(time).astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def _week(start: date, blocks: list[KeptBlock]) -> Week:
    return Week(
        start,
        len(blocks),
        sum(block.distance == 0 for block in blocks),
        sum(block.length for block in blocks),
        sum(block.distance for block in blocks),
    )
