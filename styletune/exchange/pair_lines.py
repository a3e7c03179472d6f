"""A file of training pairs that another program or a person wrote."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from styletune.errors import FileError, UsageError
from styletune.exchange.pair import Pair, from_line
from styletune.files.failures import in_words


class PairLines:
    """The pairs of one file, and the lines that are none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []
        """Lines that could not be read, each with its number."""

    def pairs(self) -> Iterator[Pair]:
        """Read the file line by line; a bad line is noted and the rest is still read. Raises ``FileError``.

        What another project learned from its author is a person's work here.
        """
        self.problems.clear()
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    if not line.strip():
                        continue
                    try:
                        pair = from_line(line)
                    except UsageError as error:
                        self.problems.append(f"{self.path}:{number} {error}")
                    else:
                        yield replace(pair, origin="human") if pair.origin == "correction" else pair
        except OSError as error:
            raise FileError(f"{self.path} cannot be read: {in_words(error)}.") from error
