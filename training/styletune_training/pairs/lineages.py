"""Posts of a history under all the names that they had."""

from collections.abc import Collection, Iterator

from styletune_training.pairs.chains import Chains
from styletune_training.pairs.git_log import FileChange


class Lineages:
    """Follows files through renamings, so that each belongs to the post that it is today."""

    def __init__(self, files: Collection[str]) -> None:
        """Name the files of the last commit."""
        self._files = files
        self._by_path: dict[str, Chains] = {}
        """Also by names that a post no longer has: a branch may still know it by them."""

        self._all: list[Chains] = []

    def follow(self, change: FileChange) -> Chains:
        """Return the post that a change belongs to; changes come as they were made, parents first."""
        known = self._by_path.get(change.old_path)
        if known is None or (change.status == "A" and known.path != change.path):
            known = Chains(change.path)
            self._all.append(known)
        if change.status == "R" and (known.path == change.old_path or known.path not in self._files):
            known.path = change.path
        self._by_path[change.path] = self._by_path[change.old_path] = known
        return known

    def all(self) -> Iterator[Chains]:
        """Yield the posts in the order in which they came to be."""
        return iter(self._all)
