"""What an alignment says: which old texts became which new ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Texts that belong together, by their indexes."""

    old: tuple[int, ...]
    """Several if they were merged, none if the text was added."""

    new: tuple[int, ...]
    """Several if the text was split, none if it was deleted."""


def in_order(links: Iterable[Link]) -> list[Link]:
    """Sort links as the new texts stand; a deleted text follows what it followed before."""
    known = list(links)
    places = {old: link.new[0] for link in known if link.new for old in link.old}
    return sorted(known, key=lambda link: _place(link, places))


def complete(links: Iterable[Link], olds: int, news: int) -> list[Link]:
    """Add what no link mentions as deleted and added, so that links part both sides; sorted."""
    known = list(links)
    linked_old = {index for link in known for index in link.old}
    linked_new = {index for link in known for index in link.new}
    return in_order([*known, *_missing(linked_old, linked_new, olds, news)])


def _missing(linked_old: set[int], linked_new: set[int], olds: int, news: int) -> Iterator[Link]:
    yield from (Link((index,), ()) for index in range(olds) if index not in linked_old)
    yield from (Link((), (index,)) for index in range(news) if index not in linked_new)


def _place(link: Link, places: dict[int, int]) -> tuple[int, int, int]:
    if link.new:
        return link.new[0], 0, 0
    before = next((places[old] for old in range(link.old[0], -1, -1) if old in places), -1)
    return before, 1, link.old[0]
