"""From all that a project has to what it can train on: judged, without duplicates, split without leaks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from styletune.exchange.pair import Origin
from styletune.exchange.selection import preferences
from styletune_training.corpus.document import CorpusDocument
from styletune_training.corpus.store import Corpus
from styletune_training.pairs.mined_pairs import MinedPairs
from styletune_training.training_set.candidates import PREFERRED, Candidate, Home, gather
from styletune_training.training_set.gate_cache import Verdict
from styletune_training.training_set.identity import identity_candidates
from styletune_training.training_set.likeness import like_groups
from styletune_training.training_set.splitting import without_leaks
from styletune_training.training_set.training_pair import DroppedPair, TrainingPair, TrainingSet
from styletune_training.training_set.verdicts import judge, judge_all

_COMPARED: frozenset[Origin] = frozenset({"human", "aligned", "chat", "synthesized"})
"""Origins whose pairs may be all but the same as another. What a person changed is the point of the other ones."""


@dataclass(frozen=True, slots=True)
class _Judged:
    candidate: Candidate
    verdict: Verdict


def assemble(
    root: Path,
    *,
    documents: Iterable[CorpusDocument] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
) -> TrainingSet:
    """Assemble the training set of a project: each pair that it has is kept, or dropped with a reason.

    Arguments: ``documents`` are those of the corpus, for who has read them already; ``on_progress(done, total)`` is called while pairs are judged, which is remembered between calls. Raises
    ``Cancelled`` soon after ``stop`` is set, ``SettingsError`` and ``FileError`` for files that cannot be read, and
    ``UsageError`` where a package is missing.
    """
    candidates, homes, notes = gather(root, Corpus(root).documents() if documents is None else documents)
    sound = [one for one in candidates if one.fault is None]
    verdicts = judge_all(root, [one.pair for one in sound], on_progress=on_progress, stop=stop)
    judged = sorted(map(_Judged, sound, verdicts), key=_preference)
    dropped = [_faulty(one) for one in candidates if one.fault is not None]
    dropped += [_refused(one) for one in judged if one.verdict.faults]
    kept = [one for one in judged if not one.verdict.faults]
    kept += _identity(kept, homes)
    numbers = like_groups(root, (text for one in kept for text in _texts(one)))
    kept, again = _unique(kept, numbers)
    pairs = _split(kept, numbers)
    order = sorted([*dropped, *again], key=lambda one: (one.pair.doc, one.place, one.pair.id, one.reason, one.words))
    preferred = *preferences(root).items, *MinedPairs(root).preferences()
    return TrainingSet(tuple(pairs), tuple(order), preferred, tuple(notes))


def _preference(one: _Judged) -> tuple[object, ...]:
    """Order pairs so that of two that say the same the better one comes first, and one that is trained on already."""
    pair = one.candidate.pair
    return PREFERRED.index(pair.origin), pair.split != "train", *_standing(one.candidate)


def _standing(one: Candidate) -> tuple[object, ...]:
    """Order pairs as they stand in their documents, whatever order they came in."""
    prompt = one.pair.generator.prompt if one.pair.generator else ""
    return one.pair.doc, one.position, PREFERRED.index(one.pair.origin), one.place, one.pair.id, prompt


def _faulty(one: Candidate) -> DroppedPair:
    words = one.fault or ""
    return DroppedPair(one.pair, one.place, words.partition(":")[0].strip(), words)


def _refused(one: _Judged) -> DroppedPair:
    first = one.verdict.faults[0]
    words = "; ".join(dict.fromkeys(finding.reason for finding in one.verdict.faults))
    return DroppedPair(one.candidate.pair, one.candidate.place, first.guard, words)


def _identity(kept: Sequence[_Judged], homes: Mapping[str, Home]) -> list[_Judged]:
    rewrites = [one.candidate for one in kept if one.candidate.pair.task == "rewrite"]
    added = identity_candidates((one for one in rewrites if one.pair.origin != "identity"), homes)
    judged = [_Judged(one, judge(one.pair)) for one in added]
    return [one for one in judged if not one.verdict.faults]


def _texts(one: _Judged) -> tuple[str, str]:
    return one.candidate.pair.source, one.candidate.pair.target


def _unique(judged: Iterable[_Judged], numbers: Mapping[str, int]) -> tuple[list[_Judged], list[DroppedPair]]:
    """Keep the first of those that are the same, and of those whose sources and targets are all but the same."""
    kept: list[_Judged] = []
    dropped: list[DroppedPair] = []
    same: dict[str, Candidate] = {}
    near: dict[tuple[object, ...], Candidate] = {}
    for one in judged:
        candidate, pair = one.candidate, one.candidate.pair
        like = pair.task, pair.target_lang, numbers[pair.source], numbers[pair.target]
        if pair.id in same:
            words = f"the same pair is at {same[pair.id].place}"
            dropped.append(DroppedPair(pair, candidate.place, "duplicate", words))
        elif pair.origin in _COMPARED and like in near:
            words = f"all but the same pair is at {near[like].place}"
            dropped.append(DroppedPair(pair, candidate.place, "near duplicate", words))
        else:
            kept.append(one)
            same[pair.id] = candidate
            if pair.origin != "identity":
                near.setdefault(like, candidate)
    return kept, dropped


def _split(kept: Sequence[_Judged], numbers: Mapping[str, int]) -> list[TrainingPair]:
    found = [
        TrainingPair(pair, one.candidate.place, one.verdict.distance, moved=pair.split != one.candidate.pair.split)
        for one, pair in zip(kept, without_leaks([one.candidate.pair for one in kept], numbers), strict=True)
    ]
    places = {one.candidate.pair.id: _standing(one.candidate) for one in kept}
    return sorted(found, key=lambda one: places[one.pair.id])
