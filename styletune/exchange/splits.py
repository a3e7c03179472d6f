"""Which documents a model learns from, and which it is judged by.

A document belongs to a split by a hash of its id alone. It therefore never moves: not when posts are added or
removed, not when stages run again, not on another machine. All pairs of one document share its split, so that no
paragraph of a held-out post is seen in training through another pair.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

Split = Literal["train", "valid", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

_SCALE = 2**64


@dataclass(frozen=True, slots=True)
class Fractions:
    """Shares of documents that are held out; the rest is trained on."""

    valid: float = 0.1
    """Share in 0..1 that steers training, such as when to stop."""

    test: float = 0.1
    """Share in 0..1 that only the final evaluation sees."""

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for shares outside 0..1 or without room for training."""
        for name, share in (("valid", self.valid), ("test", self.test)):
            if not 0 <= share <= 1:
                raise ValueError(f"{name} is {share}, which is not a share between 0 and 1")
        if self.valid + self.test >= 1:
            raise ValueError(f"valid ({self.valid}) and test ({self.test}) leave nothing to train on")


def split_of(doc: str, fractions: Fractions = Fractions()) -> Split:
    """Return the split of a document id.

    ``test`` takes the lowest hashes and ``valid`` the highest: a changed ``valid`` share never moves a document into
    or out of ``test``, so evaluations stay comparable.
    """
    position = _position(doc)
    if position < int(fractions.test * _SCALE):
        return "test"
    if position >= _SCALE - int(fractions.valid * _SCALE):
        return "valid"
    return "train"


def _position(doc: str) -> int:
    """Return where a document stands in 0..2**64-1; ids are compared byte by byte, without Unicode folding."""
    digest = hashlib.blake2b(_bytes(doc), digest_size=8, person=b"styletune:split")
    return int.from_bytes(digest.digest(), "big")


def _bytes(doc: str) -> bytes:
    """Return a file name's own bytes; a name out of a JSON file may hold surrogates that no file name has."""
    try:
        return doc.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return doc.encode("utf-8", "surrogatepass")
