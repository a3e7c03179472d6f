"""What there is, in numbers: the corpus, the pairs that come of it, and what was dropped."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from styletune.exchange.pair import Origin, PairTask
from styletune.exchange.splits import SPLITS, Split, split_of
from styletune.text.tokens import length
from styletune_training.corpus.document import CorpusDocument
from styletune_training.corpus.skipped import is_unreadable, kind_of
from styletune_training.pairs.distance import quartiles
from styletune_training.training_set.sufficiency import Held, Verdict, verdict
from styletune_training.training_set.training_pair import DroppedPair, TrainingPair, TrainingSet

UNREADABLE = "cannot be read"
"""Reason under which documents are counted whose files nothing could be made of; each says more itself."""

_EXAMPLES = 3
"""Drops of one reason that are quoted."""


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """What there is in one language."""

    documents: int
    """Those that are mostly in it."""

    paragraphs: int
    words: int
    """A CJK character counts as 0.6."""


@dataclass(frozen=True, slots=True)
class CorpusCount:
    """The author's documents."""

    documents: int
    """Those that are used."""

    posts: int
    """The same, translations of one post counted once."""

    languages: Mapping[str, LanguageCount]
    """By code, ``?`` where it is unknown; most words first."""

    formats: Mapping[str, int]
    splits: Mapping[Split, int]
    """Posts in each."""

    skipped: Mapping[str, int]
    """Documents that are not used, by reason."""

    left_out: Mapping[str, int]
    """Blocks of used documents that are not, by reason."""


@dataclass(frozen=True, slots=True)
class PairCount:
    """Pairs of one task, direction and origin."""

    task: PairTask
    langs: tuple[str | None, str | None]
    origin: Origin
    splits: Mapping[Split, int]


@dataclass(frozen=True, slots=True)
class PromptCount:
    """What one version of a prompt gave with one model."""

    prompt: str
    model: str
    kept: int
    dropped: int
    distances: tuple[float, float, float] | None
    """Quartiles of the distance between source and target; ``None`` between languages."""


@dataclass(frozen=True, slots=True)
class DropCount:
    """What was dropped for one reason."""

    reason: str
    origins: Mapping[Origin, int]
    examples: tuple[str, ...]
    """Some of them: the place and what was wrong."""


@dataclass(frozen=True, slots=True)
class Summary:
    """All of it."""

    corpus: CorpusCount
    pairs: tuple[PairCount, ...]
    prompts: tuple[PromptCount, ...]
    dropped: tuple[DropCount, ...]
    """Most frequent first."""

    moved: int
    """Pairs that were moved to ``train`` because something all but the same is in another split."""

    preferences: int
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = field(default=())


def summarize(documents: Sequence[CorpusDocument], found: TrainingSet) -> Summary:
    """Count documents and pairs."""
    return Summary(
        corpus=_corpus(documents),
        pairs=_pairs(found.pairs),
        prompts=_prompts(found),
        dropped=_dropped(found.dropped),
        moved=sum(one.moved for one in found.pairs),
        preferences=len(found.preferences),
        verdicts=tuple(verdict(held) for held in _held(found.pairs)),
        notes=found.notes,
    )


def _corpus(documents: Sequence[CorpusDocument]) -> CorpusCount:
    used = [document for document in documents if document.skipped is None]
    splits = Counter(split_of(post) for post in {document.post for document in used})
    return CorpusCount(
        documents=len(used),
        posts=splits.total(),
        languages=count_languages(used),
        formats=_by_count(document.format for document in used),
        splits={split: splits[split] for split in SPLITS},
        skipped=_by_count(_why_not_used(one, one.skipped) for one in documents if one.skipped is not None),
        left_out=dict(sum((Counter(document.left_out) for document in used), Counter[str]()).most_common()),
    )


def _why_not_used(document: CorpusDocument, skipped: str) -> str:
    return UNREADABLE if is_unreadable(document) else kind_of(skipped)


def count_languages(documents: Iterable[CorpusDocument]) -> Mapping[str, LanguageCount]:
    """Count documents by the language of most of each, paragraphs and words by their own; most words first.

    A language that is not known is named ``?``.
    """
    numbers, paragraphs, words = Counter[str](), Counter[str](), defaultdict[str, float](float)
    for document in documents:
        numbers[document.lang or "?"] += 1
        for paragraph in document.paragraphs:
            lang = paragraph.lang or document.lang or "?"
            paragraphs[lang] += 1
            words[lang] += length(paragraph.text)
    counts = {lang: LanguageCount(numbers[lang], paragraphs[lang], round(words[lang])) for lang in {*numbers, *words}}
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1].words, entry[0])))


def _by_count(values: Iterable[str]) -> Mapping[str, int]:
    return dict(Counter(values).most_common())


def _pairs(pairs: Iterable[TrainingPair]) -> tuple[PairCount, ...]:
    counts: defaultdict[tuple[PairTask, tuple[str | None, str | None], Origin], Counter[Split]] = defaultdict(Counter)
    for one in pairs:
        pair = one.pair
        counts[pair.task, (pair.source_lang, pair.target_lang), pair.origin][pair.split] += 1
    found = [PairCount(*key, splits={split: splits[split] for split in SPLITS}) for key, splits in counts.items()]
    return tuple(sorted(found, key=lambda one: (one.task, *map(str, one.langs), one.origin)))


def _held(pairs: Iterable[TrainingPair]) -> list[Held]:
    """Count by task and direction; identity pairs teach restraint, they are not enough of anything."""
    groups: defaultdict[tuple[PairTask, tuple[str | None, str | None]], list[TrainingPair]] = defaultdict(list)
    for one in pairs:
        if one.pair.origin != "identity":
            groups[one.pair.task, (one.pair.source_lang, one.pair.target_lang)].append(one)
    return [
        Held(*key, *_sizes(group, len), *_sizes(group, lambda part: len({one.pair.doc for one in part})))
        for key, group in sorted(groups.items(), key=lambda entry: (-len(entry[1]), str(entry[0])))
    ]


def _sizes(group: Sequence[TrainingPair], size: Callable[[Sequence[TrainingPair]], int]) -> list[int]:
    return [size([one for one in group if one.pair.split == split]) for split in SPLITS]


def _prompts(found: TrainingSet) -> tuple[PromptCount, ...]:
    kept: defaultdict[tuple[str, str], list[TrainingPair]] = defaultdict(list)
    dropped: Counter[tuple[str, str]] = Counter()
    for one in found.pairs:
        if one.pair.generator is not None:
            kept[one.pair.generator.prompt, one.pair.generator.model].append(one)
    for lost in found.dropped:
        if lost.pair.generator is not None:
            dropped[lost.pair.generator.prompt, lost.pair.generator.model] += 1
    return tuple(
        PromptCount(*key, len(kept[key]), dropped[key], quartiles([one.distance for one in kept[key]]))
        for key in sorted({*kept, *dropped})
    )


def _dropped(dropped: Iterable[DroppedPair]) -> tuple[DropCount, ...]:
    groups: defaultdict[str, list[DroppedPair]] = defaultdict(list)
    for one in dropped:
        groups[one.reason].append(one)
    return tuple(
        DropCount(
            reason,
            dict(Counter(one.pair.origin for one in group)),
            tuple(_example(one) for one in group[:_EXAMPLES]),
        )
        for reason, group in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    )


def _example(one: DroppedPair) -> str:
    return one.place if one.words == one.reason else f"{one.place}: {one.words.removeprefix(f'{one.reason}: ')}"
