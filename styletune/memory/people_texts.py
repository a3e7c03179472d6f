"""What people made of texts: corrections, and pairs that were brought from elsewhere; read once for all drafts."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

from styletune.errors import SettingsError
from styletune.memory.earlier_text import EarlierText, Standing
from styletune.memory.likeness import Pool
from styletune.memory.memory_files import Stamp, attempt, stamp
from styletune.project import CORRECTIONS, PAIRS, STATE
from styletune.text.wrap import unwrap

if TYPE_CHECKING:
    from styletune.exchange.pair import Pair
    from styletune.learning.correction import Correction
    from styletune.task import TaskName

_WRITTEN_BY_PEOPLE = frozenset({"human", "aligned"})
"""Origins of pairs whose targets a person wrote."""


_PARTED = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text must be for to be of use."""

    task: "TaskName"
    source_lang: str | None
    target_lang: str | None

    def fits(self, task: str, source_lang: str | None, target_lang: str | None) -> bool:
        """Tell whether a text of a task and of languages is of use; a language that nobody knows fits any."""
        if task != self.task or not same_language(source_lang, self.source_lang):
            return False
        if self.task == "rewrite":
            return same_language(target_lang, self.source_lang)
        return target_lang is not None and same_language(target_lang, self.target_lang)


class PeopleTexts:
    """The texts that are of use to one task and pair of languages, newest first.

    What was deleted, or became several paragraphs, is none of them: it cannot take the place of one paragraph.
    """

    def __init__(self, corrected: Sequence[EarlierText], brought: Sequence[EarlierText]) -> None:
        self.corrected = Pool([text for text in corrected if _is_one_for_one(text)])
        self.brought = Pool([text for text in brought if _is_one_for_one(text)])

    def __bool__(self) -> bool:
        return bool(self.corrected.texts or self.brought.texts)

    def settled(self, source: str) -> str | None:
        """Return the one text that people wrote for exactly this text; ``None`` if there is none, or several."""
        targets = self._settled.get(_spaced(source), {})
        return next(iter(targets.values())) if len(targets) == 1 else None

    @cached_property
    def _settled(self) -> dict[str, dict[str, str]]:
        """Map sources to their targets; spacing makes no difference between two."""
        found: dict[str, dict[str, str]] = {}
        for text in (*self.corrected.texts, *self.brought.texts):
            if text.approved:
                found.setdefault(_spaced(text.source), {}).setdefault(_spaced(text.target), text.target)
        return found


def people_texts(root: Path, wanted: Wanted) -> PeopleTexts:
    """Read what people made of texts in a project. Raises ``SettingsError`` that names each malformed line."""
    files = (root / STATE / CORRECTIONS, root / STATE / PAIRS)
    if not any(os.path.lexists(file) for file in files):
        return _NOTHING
    return _read(root, wanted, tuple(stamp(file) for file in files))


def same_language(one: str | None, other: str | None) -> bool:
    """Tell whether two codes mean one language; a code without region or script stands for each of them."""
    if one is None or other is None or one == other:
        return True
    return ("-" not in one or "-" not in other) and one.split("-")[0] == other.split("-")[0]


_NOTHING = PeopleTexts((), ())


@lru_cache(maxsize=8)
def _read(root: Path, wanted: Wanted, _stamps: Stamp) -> PeopleTexts:
    from styletune.exchange.pairs import Pairs  # noqa: PLC0415 - a project without the files needs neither
    from styletune.learning.corrections import Corrections  # noqa: PLC0415 - see above

    problems: list[str] = []
    corrections = attempt(Corrections(root).live, problems) or []
    pairs = attempt(Pairs(root).all, problems) or []
    if problems:
        raise SettingsError("\n".join(problems))
    return PeopleTexts(
        [_corrected(found) for found in reversed(corrections) if _is_of_use(found, wanted)],
        [_brought(found) for found in reversed(pairs) if _is_of_use(found, wanted)],
    )


def _is_of_use(found: "Correction | Pair", wanted: Wanted) -> bool:
    return wanted.fits(found.task, found.source_lang, found.target_lang)


def _corrected(found: "Correction") -> EarlierText:
    return EarlierText(found.source, found.edited, Standing.CORRECTED, found.id)


def _brought(found: "Pair") -> EarlierText:
    origin = f"{STATE}/{PAIRS} {found.id}"
    return EarlierText(found.source, found.target, Standing.BROUGHT, origin, found.origin in _WRITTEN_BY_PEOPLE)


def _is_one_for_one(text: EarlierText) -> bool:
    return all(part.strip() and not _PARTED.search(part.strip()) for part in (text.source, text.target))


def _spaced(text: str) -> str:
    return " ".join(unwrap(normalize("NFC", text)).split())
