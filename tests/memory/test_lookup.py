"""The translation memory as a run on one file sees it."""

from dataclasses import dataclass, field

import pytest

from styletune.draft import DraftOptions, Known
from styletune.draft_loop import run_draft
from styletune.engines.scripted import Reply, ScriptedEngine
from styletune.errors import Cancelled
from styletune.markdown.document import Document
from styletune.memory.entry import Entry
from styletune.memory.keys import run_key
from styletune.memory.recall import NoMemory, Term
from styletune.task import REWRITE_KINDS, Task

REWRITE = Task("rewrite", source_lang="en")
TEXT = b"The first paragraph is short.\n\nThe second paragraph is as short.\n\nThe third one has `code` in it.\n"


@dataclass
class Book:
    """A store in memory."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def find(self, keys):
        return {key: self.entries[key] for key in keys if key in self.entries}

    def keep(self, key, entry):
        self.entries[key] = entry


def better(job):
    return job.source.replace("paragraph", "passage").replace("third", "last")


def run(book, text=TEXT, *, answer=better, task=REWRITE, memory=None, seed=0, model="m"):  # noqa: PLR0913
    engine = ScriptedEngine(answer)
    draft = run_draft(
        Document.parse(text), engine, task, options=DraftOptions(kinds=REWRITE_KINDS, seed=seed),
        known=Known(memory or NoMemory(), book, model),
    )  # fmt: skip
    return engine, draft


def test_an_unchanged_file_asks_the_engine_for_nothing():
    book = Book()
    _, first = run(book)
    engine, second = run(book)
    assert second.data == first.data
    assert [report.status for report in second.segments] == ["cached"] * 3
    assert (engine.prefixes, engine.jobs) == ([], [])


def test_one_changed_paragraph_costs_one_segment():
    book = Book()
    run(book)
    engine, draft = run(book, TEXT.replace(b"as short", b"much longer than that"))
    assert [job.source for job in engine.jobs] == ["The second paragraph is much longer than that."]
    assert b"second passage is much longer" in draft.data


def test_another_link_target_under_the_same_text_costs_nothing():
    book = Book()
    text = b"See [the manual](https://example.org/old) first.\n"
    run(book, text, answer=lambda job: job.source.replace("first", "before all"))
    engine, draft = run(book, text.replace(b"old", b"new"))
    assert engine.jobs == []
    assert draft.data == b"See [the manual](https://example.org/new) before all.\n"


@pytest.mark.parametrize(
    "changed",
    [
        {"task": Task("rewrite", source_lang="de")},
        {"seed": 1},
        {"model": "another"},
        {"memory": NoMemory(fingerprint="other rules")},
    ],
)
def test_whatever_a_result_depends_on_makes_it_another_key(changed):
    book = Book()
    run(book)
    engine, _ = run(book, **changed)
    assert len(engine.jobs) == 3


def test_a_term_of_the_glossary_concerns_the_segments_it_stands_in():
    @dataclass(frozen=True)
    class OneTerm(NoMemory):
        def terms(self, source):
            return (Term("code", "code"),) if "third" in source else ()

    book = Book()
    run(book)
    engine, _ = run(book, memory=OneTerm())
    assert [job.source for job in engine.jobs] == ["The third one has ⟦1⟧ in it."]


def test_a_failure_is_known_too_and_another_version_tries_again(monkeypatch):
    book = Book()
    _, first = run(book, answer=lambda job: "")
    engine, second = run(book)
    assert engine.jobs == []
    assert [(report.status, report.reasons) for report in second.segments] == [
        ("flagged", report.reasons) for report in first.segments
    ]
    monkeypatch.setattr("styletune.memory.keys.__version__", "99.0")
    engine, third = run(book)
    assert [report.status for report in third.segments] == ["new"] * 3


def test_what_was_finished_before_a_stop_is_not_lost():
    book = Book()

    def answer(job):
        if "third" in job.source:
            return Cancelled("The run was stopped.")
        return better(job)

    with pytest.raises(Cancelled):
        run(book, answer=answer)
    engine, draft = run(book)
    assert [job.source for job in engine.jobs] == ["The third one has ⟦1⟧ in it."]
    assert [report.status for report in draft.segments] == ["cached", "cached", "new"]


def test_a_failed_server_is_not_remembered():
    book = Book()
    run(book, answer=lambda job: Reply("", finish="failed", error="the server broke"))
    assert book.entries == {}


def test_keys_need_no_secret_order_of_their_parts():
    """The same parts give the same key in every process: no hash that is salted per run."""
    key = run_key(REWRITE, template="t", rules="r", model="m", seed=0, examples=0)
    assert key == run_key(Task("rewrite", None, "en"), template="t", rules="r", model="m", seed=0, examples=0)
    assert len(key) == 64
