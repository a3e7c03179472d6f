"""Documents survive kills, damaged lines and being written again and again."""

import multiprocessing
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.corpus.store import Corpus, corpus_lock

from styletune.errors import Cancelled
from styletune.markdown.segments import Kind


def document(name: str, text: str = "Some words.", **more: object) -> CorpusDocument:
    made = CorpusDocument(
        name, name, "s1", (3, 1_700_000_000_123_456_789), "1", paragraphs=(paragraph(Kind.PARAGRAPH, text, 3, "en"),)
    )
    return replace(made, **more)  # type: ignore[arg-type]


RICH = document(
    "笔记/é.md", "第一行  \n第二行 “quoted”", tags=("a", "b"), left_out={"code": 2}, date="2024-01-02", lang="zh"
)


def test_what_was_put_is_read_by_id(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    assert corpus.documents() == ()
    corpus.put([document("b.md"), RICH])
    corpus.put([document("a.md", skipped="draft")])
    assert Corpus(tmp_path).documents() == (document("a.md", skipped="draft"), document("b.md"), RICH)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1), text=st.text(), title=st.none() | st.text())
def test_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, name: str, text: str, title: str | None
) -> None:
    corpus = Corpus(tmp_path_factory.mktemp("any"))
    corpus.put([document(name, text, title=title)])
    assert corpus.documents() == (document(name, text, title=title),)


def test_a_name_that_is_no_utf_8_comes_back(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.put([document("caf\udce9.md")])
    assert [one.id for one in corpus.documents()] == ["caf\udce9.md"]


def test_lines_that_cannot_be_read_are_told_once_and_cost_no_document(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.put([document("a.md"), document("b.md")])
    with corpus.file.open("ab") as file:
        file.write(b'{broken\n{"id": "a.md"}\n[]\n')
    assert len(corpus.documents()) == 2
    assert len(corpus.notices) == 3
    corpus.compact()
    assert len(corpus.notices) == 3, "whoever asked may still tell"
    assert corpus.documents() == (document("a.md"), document("b.md"))
    assert corpus.notices == []


def test_the_last_line_of_a_document_counts(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.put([document("a.md", "old")])
    corpus.put([document("a.md", "new")])
    assert corpus.documents() == (document("a.md", "new"),)


def test_removed_documents_are_counted_and_stay_away(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.put([document("a.md"), document("b.md"), document("c.md")])
    assert corpus.remove(["a.md", "never.md"]) == 1
    assert [one.id for one in Corpus(tmp_path).documents()] == ["b.md", "c.md"]
    corpus.put([document("a.md", "again")])
    assert len(corpus.documents()) == 3


@pytest.mark.parametrize("cut", [1, 20, 150])
def test_half_a_last_line_is_what_a_kill_left_and_the_next_one_replaces_it(tmp_path: Path, cut: int) -> None:
    corpus = Corpus(tmp_path)
    corpus.put([document("a.md"), document("b.md")])
    corpus.file.write_bytes(corpus.file.read_bytes()[:-cut])
    assert [one.id for one in corpus.documents()] == (["a.md"] if cut > 1 else ["a.md", "b.md"])
    assert corpus.notices == []
    corpus.put([document("c.md")])
    assert [one.id for one in corpus.documents()] == (["a.md", "c.md"] if cut > 1 else ["a.md", "b.md", "c.md"])


def test_a_line_that_cannot_be_read_is_named_and_the_rest_counts(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.put([document("a.md")])
    with corpus.file.open("ab") as file:
        file.write(b'{"id": "b.md", "new": true}\nrubbish\n')
    corpus.put([document("c.md")])
    assert [one.id for one in corpus.documents()] == ["a.md", "c.md"]
    assert [notice.split(" ")[0] for notice in corpus.notices] == [
        ".styletune/corpus/documents.jsonl:2",
        ".styletune/corpus/documents.jsonl:3",
    ]


def test_lines_of_no_use_are_dropped_once_they_are_most(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    for number in range(5):
        corpus.put([document("a.md", f"text {number}"), document("b.md")])
    corpus.compact()
    assert corpus.file.read_bytes().count(b"\n") == 2
    assert corpus.documents() == (document("a.md", "text 4"), document("b.md"))


def test_a_file_whose_lines_count_is_left_alone(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.put([document("a.md"), document("b.md")])
    corpus.put([document("b.md", "new")])
    before = corpus.file.read_bytes()
    corpus.compact()
    assert corpus.file.read_bytes() == before


def _put_many(root: Path, letter: str) -> None:
    for number in range(20):
        Corpus(root).put([document(f"{letter}{number}.md")])


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    others = [context.Process(target=_put_many, args=(tmp_path, letter)) for letter in "ab"]
    for one in others:
        one.start()
    for one in others:
        one.join()
    assert len(Corpus(tmp_path).documents()) == 40


def test_a_second_writer_waits_for_the_first_and_says_so_once(tmp_path: Path) -> None:
    told, inside, leave = [], threading.Event(), threading.Event()

    def first() -> None:
        with corpus_lock(tmp_path, on_wait=lambda: None):
            inside.set()
            leave.wait(30)

    def waiting() -> None:
        told.append("waiting")
        leave.set()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(30)
    with corpus_lock(tmp_path, on_wait=waiting):
        assert told == ["waiting"]
    thread.join()


def test_waiting_can_be_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    with corpus_lock(tmp_path, on_wait=lambda: None), pytest.raises(Cancelled):  # noqa: SIM117
        with corpus_lock(tmp_path, stop=stop, on_wait=stop.set):
            pass
