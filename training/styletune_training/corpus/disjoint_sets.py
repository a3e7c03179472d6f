"""Numbers that belong together, put together two at a time."""


class DisjointSets:
    """Sets of numbers that grow together; each is known by the least number in it."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def first(self, number: int) -> int:
        """Return the number that a set is known by; one that was never joined is alone."""
        while (above := self._above.get(number, number)) != number:
            self._above[number] = number = self._above.get(above, above)
        return number

    def join(self, one: int, other: int) -> None:
        """Make one set of two."""
        first, second = sorted((self.first(one), self.first(other)))
        if first != second:
            self._above[second] = first
