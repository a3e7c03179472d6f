"""Examples for one draft's segments: the nearest corrections, and fuzzy matches of the translation memory."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from unicodedata import normalize

from styletune.files import names
from styletune.memory.earlier_text import EarlierText, Standing, numbers, plain
from styletune.memory.example_form import as_shown, mark_count
from styletune.memory.likeness import Pool, likeness
from styletune.memory.people_texts import PeopleTexts, Wanted
from styletune.memory.recall import Example
from styletune.memory.written_blocks import WrittenFile, written_blocks

MOST = 3
"""Examples in one prompt."""

_CORRECTION = re.compile(r"c[0-9a-z]+")


class Examples:
    """Chooses examples for the segments of one draft.

    What styletune wrote in the same draft earlier is never an example, or an answer would depend on the one before
    it. What a person made of it is.
    """

    def __init__(self, root: Path, wanted: Wanted, people: PeopleTexts, draft: Path | None) -> None:
        self._root = root
        self._wanted = wanted
        self._people = people
        self._draft = draft

    def ranked(self, shown: str, left_out: list[str]) -> Iterator[Example]:
        """Yield examples for a segment as the model sees it, best first; what is passed over is added to ``left_out``."""
        wanted, marks = plain(shown), mark_count(shown)
        sources: set[str] = set()
        for text, like in self._candidates(wanted):
            pair = as_shown(text.source, text.target)
            if pair is None or pair[0] in sources or not _marks_agree(text, mark_count(pair[0]), marks):
                if pair is not None and text.standing is Standing.CORRECTED and mark_count(pair[0]) > marks:
                    left_out.append(f"{called(text.origin)}: it holds code or links, and this paragraph has fewer")
                continue
            sources.add(pair[0])
            yield Example(*pair, text.origin, like)

    def _candidates(self, wanted: str) -> Iterator[tuple[EarlierText, float]]:
        """List fuzzy matches, people's before ours, then what was corrected in texts that are less like it."""
        if not wanted:
            return
        corrected = self._people.corrected.fuzzy(wanted)
        yield from corrected
        for pool in (self._people.brought, self._written):
            yield from (found for found in pool.fuzzy(wanted) if numbers(found[0].plain) == numbers(wanted))
        known = {id(text) for text, _ in corrected}
        for text in self._people.corrected.nearest(wanted):
            if id(text) not in known:
                yield text, likeness(wanted, text.plain)

    @cached_property
    def _written(self) -> Pool:
        files = (file for file in written_blocks(self._root).files() if self._is_of_use(file))
        return Pool([text for file in files for text in file.texts])

    def _is_of_use(self, file: WrittenFile) -> bool:
        fits = bool(file.texts) and self._wanted.fits(file.task, file.source_lang, file.target_lang)
        return fits and not self._is_draft(file.source)

    def _is_draft(self, source: str | None) -> bool:
        if self._draft is None or source is None:
            return False
        if _folded(Path(source).name) != _folded(self._draft.name):  # most names differ, and asking the disk is slow
            return False
        return names.place(self._root / source) == self._place

    @cached_property
    def _place(self) -> str:
        return names.place(self._draft) if self._draft else ""


def called(origin: str) -> str:
    """Name an example in messages."""
    return f"the correction {origin}" if _CORRECTION.fullmatch(origin) else f"the example of {origin}"


def _marks_agree(text: EarlierText, there: int, here: int) -> bool:
    """Tell whether an example leads to no mark that the segment lacks; a fuzzy match has to have as many."""
    return there <= here if text.standing is Standing.CORRECTED else there == here


def _folded(name: str) -> str:
    return normalize("NFC", name).casefold()
