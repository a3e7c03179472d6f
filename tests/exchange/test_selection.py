"""What is worth training on is exported, once, and always in the same order."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from styletune.exchange.pair import make_pair
from styletune.exchange.pairs import Pairs
from styletune.exchange.selection import corrected_ids, preferences, training_pairs
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections

SOURCE = "In order to get started, you will want to install the package."
WRITTEN = "To begin, you should install the package."
EDITED = "First, install the package."


def correction(source: str = SOURCE, written: str | None = WRITTEN, edited: str = EDITED, **more: object) -> Correction:
    made = Correction(
        "", "2026-11-16T10:00:00+00:00", "rewrite", "en", "en", "a.md", "paragraph", source, written, edited, "learn",
        output="a.rewritten.md",
    )  # fmt: skip
    return replace(made, **more)


Learn = Callable[[Iterable[Correction]], Path]


@pytest.fixture
def learn(tmp_path: Path) -> Learn:
    def add(corrections: Iterable[Correction]) -> Path:
        Corrections(tmp_path).add(corrections)
        return tmp_path

    return add


def test_a_correction_is_a_pair_and_a_preference(learn: Learn) -> None:
    root = learn([correction()])
    (pair,) = training_pairs(root).items
    assert (pair.doc, pair.source, pair.target, pair.origin, pair.generator) == (
        "a.md",
        SOURCE,
        EDITED,
        "correction",
        None,
    )
    (preference,) = preferences(root).items
    assert (preference.prompt_source, preference.chosen, preference.rejected) == (SOURCE, EDITED, WRITTEN)
    assert preference.id.startswith("f")


@pytest.mark.parametrize(
    ("written", "edited", "pairs", "preferred"),
    [
        ("One two.", "One three.", 1, 1),
        ('He said "no".', "He said “no”.", 1, 0),
        ("One two\nthree.", "One two three.", 0, 0),
        ("我说：'好'。", "我说：“好”。", 1, 0),
        ("我们去北京。", "咱们去北京。", 1, 1),
        ("这是一个软体。", "这是一个软件。", 1, 1),
        (None, "One two.", 1, 0),
        ("One two.", "", 0, 0),
    ],
)
def test_trivial_edits_are_dropped(learn: Learn, written: str | None, edited: str, pairs: int, preferred: int) -> None:
    root = learn([correction(written=written, edited=edited)])
    assert len(training_pairs(root).items) == pairs
    assert len(preferences(root).items) == preferred
    assert sum(training_pairs(root).dropped.values()) == 1 - pairs
    assert sum(preferences(root).dropped.values()) == 1 - preferred


def test_what_was_superseded_is_not_exported(learn: Learn) -> None:
    root = learn([correction(edited="A first try at it.")])
    (first,) = Corrections(root).all()
    learn([correction(supersedes=first.id)])
    assert [pair.target for pair in training_pairs(root).items] == [EDITED]


def test_of_near_duplicates_in_a_document_the_latest_is_kept(learn: Learn) -> None:
    again = correction(SOURCE.replace("package.", "packages."), edited=EDITED.replace("package.", "packages."))
    root = learn([correction(), replace(again, output="b.md")])
    selection = training_pairs(root)
    assert [pair.target for pair in selection.items] == ["First, install the packages."]
    assert selection.dropped == {"near-duplicates": 1}


def test_near_duplicates_in_two_documents_are_both_kept(learn: Learn) -> None:
    again = correction(SOURCE.replace("package.", "packages."), edited=EDITED.replace("package.", "packages."))
    root = learn([correction(), replace(again, doc="b.md", output="b.md")])
    assert [pair.doc for pair in training_pairs(root).items] == ["a.md", "b.md"]


def test_the_same_pair_in_two_documents_is_exported_once_so_that_none_is_on_both_sides_of_the_split(
    learn: Learn,
) -> None:
    root = learn([correction(doc="b.md"), correction(doc="a.md", output="x.md", edited=f" {EDITED}")])
    selection = training_pairs(root)
    assert len(selection.items) == 1
    assert selection.dropped == {"duplicates": 1}


def test_imported_pairs_are_not_compared_for_likeness(tmp_path: Path) -> None:
    pages = [
        make_pair("a", "translate", ("en", "de"), (f"Page {n} of 99", f"Seite {n} von 99"), origin="human")
        for n in range(9)
    ]
    Pairs(tmp_path).add(pages)
    assert training_pairs(tmp_path).items == tuple(pages)


def test_pairs_are_ordered_by_document(learn: Learn) -> None:
    root = learn(
        [correction(f"Text {doc} is this one.", edited=f"Other {doc} words.", doc=doc, output=doc) for doc in "cab"]
    )
    assert [pair.doc for pair in training_pairs(root).items] == ["a", "b", "c"]


def test_an_import_of_ones_own_export_is_known(learn: Learn) -> None:
    root = learn([correction()])
    (pair,) = training_pairs(root).items
    assert corrected_ids(root) == {pair.id}
    Pairs(root).add([replace(pair, origin="human")])
    assert training_pairs(root).items == (pair,)


def test_a_project_without_memory_has_nothing(tmp_path: Path) -> None:
    assert training_pairs(tmp_path).items == preferences(tmp_path).items == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("task", "target_lang", "langs"), [("translate", "zh", ("en", "zh")), ("rewrite", None, ("en", "en"))]
)
def test_a_language_that_nobody_named_is_recognised_and_changes_no_id(
    learn: Learn, task: str, target_lang: str | None, langs: tuple[str, str]
) -> None:
    root = learn([correction(task=task, source_lang=None, target_lang=target_lang)])
    (pair,) = training_pairs(root).items
    assert (pair.source_lang, pair.target_lang) == langs
    assert corrected_ids(root) == {pair.id}
