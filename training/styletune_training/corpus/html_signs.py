"""Elements of a page by what themes call them: one pass over a page, where selectors take one for each name."""

from bs4 import Tag


class Signs:
    """Names, ids, roles, classes and properties of elements; one that has any of them fits."""

    def __init__(
        self, *, names: str = "", ids: str = "", roles: str = "", classes: str = "", itemprops: str = ""
    ) -> None:
        self._names = frozenset(names.split())
        self._classes = frozenset(classes.split())
        self._others = [
            (key, frozenset(values.split())) for key, values in (("id", ids), ("role", roles), ("itemprop", itemprops))
        ]

    def fit(self, tag: Tag) -> bool:
        """Tell whether an element has one of the signs."""
        if tag.name in self._names or not self._classes.isdisjoint(values(tag, "class")):
            return True
        return any(not known.isdisjoint(values(tag, key)) for key, known in self._others if known)

    def find(self, within: Tag) -> list[Tag]:
        """List the elements inside another one that fit, outer ones first."""
        return [tag for tag in within.find_all(True) if self.fit(tag)]


def values(tag: Tag, key: str) -> list[str]:
    """Return the values of an attribute, those that stand in one attribute each for itself."""
    value = tag.get(key)
    return (value.split() if isinstance(value, str) else list(value)) if value else []
