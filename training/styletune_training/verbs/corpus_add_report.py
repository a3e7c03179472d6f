"""What ``styletune corpus add`` did, for people and for programs."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from styletune.terminal.console import Console
from styletune.text.counted import counted
from styletune_training.corpus.document import CorpusDocument
from styletune_training.corpus.importing import Imported
from styletune_training.corpus.skipped import is_unreadable, kind_of
from styletune_training.pairs.mining import MinedSource
from styletune_training.training_set.summary import count_languages
from styletune_training.verbs.shown_paths import shortened
from styletune_training.verbs.wording import listed

_NAMED = 3
"""Documents that are named as examples of a reason."""

_FAILURES = 20
"""Failures that are named one by one."""

_REASONS = 6
"""Reasons for which pairs were dropped that are named."""

_MIXED = 0.2
"""Share of a document's paragraphs in another language from which on the document is mixed."""


@dataclass(frozen=True)
class Report:
    """All that happened."""

    imported: Imported
    mined: Sequence[MinedSource]
    dry_run: bool

    @property
    def has_changed(self) -> bool:
        """Whether there is anything new to be told of the documents."""
        return bool(self.imported.new or self.imported.changed or self.imported.gone)

    @cached_property
    def used(self) -> list[CorpusDocument]:
        """The documents that count."""
        return [document for document in self.imported.documents if document.skipped is None]

    @cached_property
    def skipped(self) -> dict[str, list[str]]:
        """Names of the readable documents that do not count, by reason; the most frequent first."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for document in self.imported.documents:
            if document.skipped is not None and not is_unreadable(document):
                found[kind_of(document.skipped)].append(document.id)
        return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))

    @cached_property
    def failures(self) -> list[str]:
        """What could not be read, each with its place."""
        found = [f"{one.id}: {one.skipped}" for one in self.imported.documents if is_unreadable(one)]
        found += [
            f"{one.path} holds nothing any more; what was read of it is kept. Remove it: styletune corpus remove {one.path}"
            for one in self.imported.missing
        ]
        for one in self.mined:
            if one.failure is not None:
                found.append(_failure(one))
            found += one.mined.problems
        return found

    @cached_property
    def languages(self) -> dict[str, Mapping[str, int]]:
        """Documents, paragraphs and words by language; the one with most words first."""
        return {lang: asdict(count) for lang, count in count_languages(self.used).items()}

    def notes(self) -> Iterator[str]:
        """Say what a person should know."""
        yield from self.imported.notices
        yield from dict.fromkeys(note for one in self.mined for note in one.mined.notes)
        posts = {document.post for document in self.used}
        if len(posts) == 1:
            yield "There is one post only: nothing can be held out to see whether a model has learnt your voice. Add more."
        mixed = [document.id for document in self.used if _is_mixed(document)]
        if mixed:
            yield f"{counted(len(mixed), 'document')} in more than one language: {_some(mixed)}. Each paragraph counts for its own language."

    def as_json(self) -> dict[str, Any]:
        """Return what a program needs."""
        imported = self.imported
        return {
            "dry_run": self.dry_run,
            "documents": {
                "total": len(imported.documents),
                "used": len(self.used),
                "new": list(imported.new),
                "changed": list(imported.changed),
                "gone": list(imported.gone),
                "unchanged": imported.unchanged,
            },
            "languages": self.languages,
            "skipped": self.skipped,
            "pairs": [_pairs_as_json(one) for one in self.mined],
            "failures": self.failures,
            "notes": list(self.notes()),
        }


def tell(report: Report, console: Console, names: Mapping[str, str]) -> None:
    """Tell a person what was done, and what can be done next; ``names`` are what paths outside of the project are called."""
    console.summary(_headline(report))
    for lang, counts in report.languages.items() if report.has_changed else ():
        name = "language not recognised" if lang == "?" else lang
        numbers = ", ".join(f"{count:,} {noun if count != 1 else noun[:-1]}" for noun, count in counts.items())
        console.notice(f"  {name}: {numbers}")
    for reason, documents in report.skipped.items():
        line = f"Not used: {counted(len(documents), 'document')} ({reason}): {_some(documents)}"
        console.notice(shortened(line, names))
    for one in report.mined:
        if one.mined.pairs or one.mined.dropped:
            console.notice(shortened(_pairs_line(one), names))
    for failure in report.failures[:_FAILURES]:
        console.error(shortened(failure, names))
    if len(report.failures) > _FAILURES:
        console.error(f"and {len(report.failures) - _FAILURES} more; all of them: --json")
    for note in report.notes():
        console.notice(shortened(note, names))
    console.notice(_next(report))


def _headline(report: Report) -> str:
    imported = report.imported
    counts = (("new", len(imported.new)), ("changed", len(imported.changed)), ("gone", len(imported.gone)))
    parts = [f"{count} {name}" for name, count in (*counts, ("unchanged", imported.unchanged)) if count]
    would = "Nothing was kept; it would be " if report.dry_run else ""
    pairs = sum(len(one.mined.pairs) for one in report.mined)
    if not imported.documents and pairs:
        return f"{would}{counted(pairs, 'pair')}"
    total = counted(len(imported.documents), "document")
    return would + total + (f": {', '.join(parts)}" if parts else "")


def _next(report: Report) -> str:
    if report.dry_run:
        return "To keep it, run the same without --dry-run."
    if not report.used and not any(one.mined.pairs for one in report.mined):
        return "Nothing of it can be used. Add other posts, or see why: styletune corpus list"
    if not report.used:
        return "Next: styletune corpus stats shows whether it is enough."
    return "Next: styletune corpus stats shows whether it is enough; styletune synthesize --pilot 20 tries what a model makes of it."


def _pairs_line(one: MinedSource) -> str:
    where = "translations" if one.source is None else one.source.path
    origins = Counter(pair.pair.origin for pair in one.mined.pairs)
    found = ", ".join(f"{count} {origin}" for origin, count in origins.most_common()) or "none"
    dropped = dict(sorted(one.mined.dropped.items(), key=lambda item: (-item[1], item[0])))
    return f"Pairs in {where}: {found}{f' (not taken: {listed(dropped, most=_REASONS)})' if dropped else ''}"


def _pairs_as_json(one: MinedSource) -> dict[str, Any]:
    return {
        "source": one.source.path if one.source is not None else None,
        "kind": one.source.kind if one.source is not None else "translations",
        "fresh": one.fresh,
        "origins": dict(Counter(pair.pair.origin for pair in one.mined.pairs)),
        "dropped": dict(one.mined.dropped),
        "problems": [*one.mined.problems, *([_failure(one)] if one.failure is not None else [])],
    }


def _failure(one: MinedSource) -> str:
    where = one.source.path if one.source is not None else "translations"
    words = one.failure or ""
    return words if where in words else f"{where}: {words}"


def _is_mixed(document: CorpusDocument) -> bool:
    others = sum(paragraph.lang not in {None, document.lang} for paragraph in document.paragraphs)
    return others > _MIXED * len(document.paragraphs)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
