"""A few of the author's own paragraphs are to stay as they are."""

from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.training_set.candidates import Candidate, Home
from styletune_training.training_set.identity import SHARE, identity_candidates

from styletune.exchange.pair import make_pair
from styletune.markdown.segments import Kind


def rewrites(count: int, *, kind: Kind = Kind.PARAGRAPH) -> tuple[list[Candidate], dict[str, Home]]:
    document = CorpusDocument("a.md", "a.md", "s", (0, 0), "r")
    texts = [paragraph(kind, f"Paragraph number {number} of the author.") for number in range(count)]
    pairs = [make_pair("a.md", "rewrite", ("en", "en"), ("A draft.", one.text), origin="synthesized") for one in texts]
    homes = {one.id: Home(document, one, number) for number, one in enumerate(texts)}
    return [Candidate(pair, "a.md") for pair in pairs], homes


def targets(candidates: list[Candidate], homes: dict[str, Home]) -> set[str]:
    return {one.pair.target for one in identity_candidates(candidates, homes)}


def test_a_few_per_cent_of_the_targets_come_back_as_they_are() -> None:
    found = identity_candidates(*rewrites(2000))
    assert 0.5 * SHARE < len(found) / 2000 < 1.5 * SHARE
    assert all(one.pair.source == one.pair.target and one.pair.origin == "identity" for one in found)
    assert {(one.pair.task, one.pair.source_lang, one.pair.target_lang, one.pair.doc) for one in found} == {
        ("rewrite", "en", "en", "a.md")
    }


def test_there_is_one_at_least_and_none_of_nothing() -> None:
    assert len(identity_candidates(*rewrites(1))) == len(identity_candidates(*rewrites(3))) == 1
    assert identity_candidates([], {}) == []


def test_what_is_added_changes_nothing_for_the_others() -> None:
    few, many = targets(*rewrites(500)), targets(*rewrites(1000))
    assert few == {text for text in many if int(text.split()[2]) < 500}


def test_headings_are_no_prose() -> None:
    assert identity_candidates(*rewrites(50, kind=Kind.HEADING)) == []


def test_a_paragraph_with_several_drafts_stays_once() -> None:
    candidates, homes = rewrites(300)
    assert len(identity_candidates([*candidates, *candidates], homes)) == len(identity_candidates(candidates, homes))
