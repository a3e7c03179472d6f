"""What is exported for training: pairs and preferences out of corrections and of imported pairs."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from styletune.exchange.pair import Pair, content_id, make_pair
from styletune.exchange.pairs import Pairs
from styletune.task import TaskName

if TYPE_CHECKING:
    from styletune.learning.correction import Correction

_UNKNOWN: Mapping[str, str | None] = MappingProxyType({})
_ALIKE = 95.0
"""Likeness, of 100, from which two corrections of one document are the same one twice."""


@dataclass(frozen=True, slots=True)
class Preference:
    """A text that a person prefers to another, both made from the same source."""

    id: str
    doc: str
    task: TaskName
    prompt_source: str
    chosen: str
    rejected: str


_Item = TypeVar("_Item", Pair, Preference)


@dataclass(frozen=True, slots=True)
class Selection(Generic[_Item]):
    """What is worth training on."""

    items: tuple[_Item, ...]
    """By document, then in the order in which they came to be."""

    dropped: Mapping[str, int]
    """Why others were left out, in words, and how many."""


def training_pairs(root: Path) -> Selection[Pair]:
    """Select the pairs that a project can train on: live corrections, then what was imported.

    Only corrections are compared for likeness: imported texts are units of their own, such as "Page 1" and "Page 2".
    Raises ``SettingsError`` for files that cannot be read.
    """
    dropped: Counter[str] = Counter()
    live = _live(root)
    languages = _languages(live)
    corrected = [_pair(correction, languages) for correction in _worth(live, _says_something, dropped)]
    corrected = _latest(corrected, lambda pair: (pair.source, pair.target), dropped)
    return Selection(_by_doc([*corrected, *Pairs(root).all()], dropped), dropped)


def preferences(root: Path) -> Selection[Preference]:
    """Select what a person preferred to styletune's own text, word by word. Raises ``SettingsError``."""
    dropped: Counter[str] = Counter()
    found = [_preference(correction) for correction in _worth(_live(root), _is_preferred, dropped)]
    found = _latest(found, lambda one: (one.prompt_source, one.chosen, one.rejected), dropped)
    return Selection(_by_doc(found, dropped), dropped)


def corrected_ids(root: Path) -> set[str]:
    """Return the ids of the pairs that corrections give: importing one's own export adds nothing."""
    return {_pair(correction).id for correction in _live(root) if correction.source.strip()}


def _live(root: Path) -> "list[Correction]":
    from styletune.learning.corrections import Corrections  # noqa: PLC0415 - reads a file that may not be there

    return list(Corrections(root).live())


def _worth(
    corrections: "Iterable[Correction]", why_not: "Callable[[Correction], str | None]", dropped: Counter[str]
) -> "list[Correction]":
    found: list[Correction] = []
    for correction in corrections:
        reason = (
            "without text" if not (correction.source.strip() and correction.edited.strip()) else why_not(correction)
        )
        if reason is None:
            found.append(correction)
        else:
            dropped[reason] += 1
    return found


def _says_something(correction: "Correction") -> str | None:
    """Say why a correction makes no pair: quotation marks are worth learning, a formatter's line breaks are not."""
    from styletune.edits.change import change  # noqa: PLC0415 - a project without corrections needs none
    from styletune.edits.edit import Change  # noqa: PLC0415 - likewise

    if correction.written is None:
        return None
    return "white space only" if (change(correction.written, correction.edited) or 0) <= Change.SPACING else None


def _is_preferred(correction: "Correction") -> str | None:
    """Say why a correction makes no preference: between texts with the same words, nothing is to be preferred."""
    from styletune.edits.change import change  # noqa: PLC0415 - a project without corrections needs none
    from styletune.edits.edit import Change  # noqa: PLC0415 - likewise

    if correction.written is None:
        return "nothing of styletune's was there before"
    return "trivial edits" if (change(correction.written, correction.edited) or 0) < Change.WORDING else None


def _languages(corrections: "Iterable[Correction]") -> dict[str, str | None]:
    """Recognise the languages of drafts that nobody named, each from all of it that was corrected."""
    from styletune.text.language import identify  # noqa: PLC0415 - a project without corrections needs none

    texts: defaultdict[str, list[str]] = defaultdict(list)
    for correction in corrections:
        if correction.source_lang is None:
            texts[correction.doc].append(correction.source)
    return {doc: identify("\n\n".join(sources)) for doc, sources in texts.items()}


def _pair(correction: "Correction", languages: Mapping[str, str | None] = _UNKNOWN) -> Pair:
    source_lang = correction.source_lang or languages.get(correction.doc)
    rewritten = source_lang if correction.task == "rewrite" else None
    langs = source_lang, correction.target_lang or rewritten
    texts = correction.source, correction.edited
    return make_pair(correction.doc, correction.task, langs, texts, origin="correction")


def _preference(correction: "Correction") -> Preference:
    task, source, chosen, rejected = correction.task, correction.source, correction.edited, correction.written or ""
    name = content_id("f", task, correction.target_lang, source, chosen, rejected)
    return Preference(name, correction.doc, task, source.strip(), chosen.strip(), rejected.strip())


def _latest(items: list[_Item], texts: Callable[[_Item], tuple[str, ...]], dropped: Counter[str]) -> list[_Item]:
    """Keep the latest of those in one document that are all but equal in every text."""
    kept: defaultdict[tuple[str, str], list[_Item]] = defaultdict(list)
    chosen: list[_Item] = []
    for item in reversed(items):
        near = kept[item.doc, item.task]
        if any(item.id == other.id for other in near):
            dropped["duplicates"] += 1
        elif any(_alike(texts(item), texts(other)) for other in near):
            dropped["near-duplicates"] += 1
        else:
            near.append(item)
            chosen.append(item)
    return chosen[::-1]


def _alike(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - a project without corrections needs none

    return all(ratio(one, other, score_cutoff=_ALIKE) >= _ALIKE for one, other in zip(left, right, strict=True))


def _by_doc(items: Iterable[_Item], dropped: Counter[str]) -> tuple[_Item, ...]:
    """Leave out what is there twice, also in another document, and order the rest by document."""
    unique: dict[str, _Item] = {}
    for item in items:
        if item.id in unique:
            dropped["duplicates"] += 1
        else:
            unique[item.id] = item
    return tuple(sorted(unique.values(), key=lambda item: item.doc))
