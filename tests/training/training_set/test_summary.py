"""Counts of documents, pairs, prompts and drops."""

from dataclasses import astuple, replace

import pytest
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.training_set.summary import summarize
from styletune_training.training_set.training_pair import DroppedPair, TrainingPair, TrainingSet

from styletune.exchange.pair import Generator, Origin, Pair, make_pair
from styletune.exchange.splits import split_of
from styletune.markdown.segments import Kind

NOTHING = TrainingSet((), (), ())
PROMPT = Generator("m", "rewrite-formal@00000001")


def document(
    name: str, *, lang: str = "en", text: str = "four words of text", skipped: str | None = None
) -> CorpusDocument:
    texts = () if skipped else (paragraph(Kind.PARAGRAPH, text),)
    post = name.replace(f".{lang}.", ".")
    return CorpusDocument(
        name, post, "s1", (1, 1), "r", lang=lang, paragraphs=texts, left_out={"code": 2}, skipped=skipped
    )


def pair(number: int, *, doc: str = "a.md", origin: Origin = "synthesized") -> Pair:
    generator = PROMPT if origin == "synthesized" else None
    return make_pair(
        doc, "rewrite", ("en", "en"), (f"source {number}", f"target {number}"), origin=origin, generator=generator
    )


def test_documents_are_counted_by_language_and_posts_once() -> None:
    documents = [document("a.md"), document("a.zh.md", lang="zh", text="四个字。"), document("b.md", skipped="draft")]
    counts = summarize(documents, NOTHING).corpus
    assert (counts.documents, counts.posts) == (2, 1)
    assert {lang: (count.documents, count.words) for lang, count in counts.languages.items()} == {
        "en": (1, 4),
        "zh": (1, 2),
    }
    assert counts.skipped == {"draft": 1}
    assert counts.left_out == {"code": 4}
    assert counts.splits[split_of("a.md")] == 1
    assert sum(counts.splits.values()) == 1


def test_a_paragraph_in_another_language_counts_for_its_own() -> None:
    mixed = document("a.md", text="four words of text")
    french = replace(paragraph(Kind.PARAGRAPH, "un mot de plus ici"), lang="fr")
    counts = summarize([replace(mixed, paragraphs=(*mixed.paragraphs, french))], NOTHING).corpus.languages
    assert {lang: astuple(count) for lang, count in counts.items()} == {"fr": (0, 1, 5), "en": (1, 1, 4)}


def test_documents_that_are_not_used_are_counted_by_kinds_of_reasons() -> None:
    reasons = ["a copy of a.md", "a copy of b.md", "rendered from c.md", "holds “x y”", "holds “x  z”", "draft"]
    found = [document(f"{number}.md", skipped=reason) for number, reason in enumerate(reasons)]
    assert summarize(found, NOTHING).corpus.skipped == {
        "a copy of another": 2, "holds what was excluded": 2, "rendered from Markdown beside it": 1, "draft": 1
    }  # fmt: skip


def test_pairs_are_counted_by_task_direction_and_origin() -> None:
    kept = tuple(TrainingPair(pair(number), "a.md:1", 0.5) for number in range(3))
    git = TrainingPair(pair(9, origin="git"), "b", 0.1, moved=True)
    found = summarize([], TrainingSet((*kept, git), (), ()))
    assert [(count.origin, sum(count.splits.values())) for count in found.pairs] == [("git", 1), ("synthesized", 3)]
    assert found.moved == 1


def test_prompts_are_told_apart_by_version_and_say_what_was_dropped() -> None:
    kept = tuple(TrainingPair(pair(number), "a.md:1", distance) for number, distance in enumerate((0.2, 0.4, 0.6)))
    dropped = (DroppedPair(pair(7), "a.md:9", "numbers", "the number 42 is missing"),)
    (count,) = summarize([], TrainingSet(kept, dropped, ())).prompts
    assert (count.prompt, count.model, count.kept, count.dropped) == ("rewrite-formal@00000001", "m", 3, 1)
    assert count.distances == pytest.approx((0.3, 0.4, 0.5))


def test_drops_are_grouped_by_reason_with_examples() -> None:
    lost = [DroppedPair(pair(number), f"a.md:{number}", "numbers", "42 is missing") for number in range(5)]
    lost.append(DroppedPair(pair(8, origin="git"), "x", "near copy", "hardly anything changed"))
    numbers, copies = summarize([], TrainingSet((), tuple(lost), ())).dropped
    assert (numbers.reason, dict(numbers.origins)) == ("numbers", {"synthesized": 5})
    assert numbers.examples[0] == "a.md:0: 42 is missing"
    assert len(numbers.examples) == 3
    assert (copies.reason, dict(copies.origins)) == ("near copy", {"git": 1})


def test_identity_pairs_are_not_enough_of_anything() -> None:
    only = TrainingSet((TrainingPair(pair(1, origin="identity"), "a", 0.0),), (), ())
    assert summarize([], only).verdicts == ()
