"""The draft loop with engines that need no model, and the laws that hold through it."""

from collections import Counter
from threading import Event

import oracle
import pytest
from hypothesis import given
from markdown_documents import documents

from styletune.draft import DraftOptions, is_chosen
from styletune.draft_loop import run_draft
from styletune.engines.echo import EchoEngine
from styletune.engines.pseudo import PseudoEngine
from styletune.engines.scripted import Reply, ScriptedEngine
from styletune.errors import Cancelled, EngineError
from styletune.jobs import token_limit
from styletune.markdown.document import Document
from styletune.markdown.segments import Kind
from styletune.task import REWRITE_KINDS, TRANSLATE_KINDS, Task

REWRITE = Task("rewrite", source_lang="en")
TO_CHINESE = Task("translate", target_lang="zh", source_lang="en")
EVERYTHING = DraftOptions(kinds=TRANSLATE_KINDS)

DRAFT = b"""---
title: The title
---

# Heading

The first paragraph has 3 words more than `this` one.

> A quote of somebody.

- An item with some text in it.

The last paragraph says goodbye to [all of you](https://example.org).
"""


def better(text: str) -> str:
    """Return a rewrite that passes the guards."""
    return text.replace("paragraph", "passage").replace("An item", "One item")


class Follower:
    def __init__(self) -> None:
        self.plan = 0
        self.texts: dict[str, str] = {}
        self.reports = []

    def planned(self, segments):
        self.plan += segments

    def text(self, segment_id, piece):
        self.texts[segment_id] = self.texts.get(segment_id, "") + piece

    def done(self, report):
        self.reports.append(report)


@given(data=documents())
def test_the_echo_engine_gives_the_same_bytes(data):
    draft = run_draft(Document.parse(data), EchoEngine(), TO_CHINESE, options=EVERYTHING)
    assert draft.data == data
    assert all(report.status == "unchanged" for report in draft.segments)


@given(data=documents())
def test_the_pseudo_engine_changes_every_segment_and_nothing_else(data):
    document = Document.parse(data)
    draft = run_draft(document, PseudoEngine(), TO_CHINESE, options=EVERYTHING)
    after = Document.parse(draft.data)
    assert [report.reasons for report in draft.segments if report.status != "new"] == []
    assert oracle.structure(data[document.body :]) == oracle.structure(draft.data[after.body :])
    assert oracle.constants(data) == oracle.constants(draft.data)
    assert [segment.kind for segment in after.segments] == [segment.kind for segment in document.segments]


def test_rewrite_sends_the_authors_own_prose_only():
    engine = ScriptedEngine(lambda job: better(job.source))
    draft = run_draft(Document.parse(DRAFT), engine, REWRITE, options=DraftOptions(kinds=REWRITE_KINDS))
    assert len(engine.jobs) == 3
    assert draft.data == DRAFT.replace(b" paragraph", b" passage").replace(b"An item", b"One item")
    assert Counter(report.status for report in draft.segments) == {"new": 3, "unchanged": 3}


def test_reports_tell_where_each_segment_stands_in_document_order():
    engine = ScriptedEngine(
        lambda job: Reply(better(job.source), tokens_in=7, tokens_out=5, seconds=0.25), reverse=True
    )
    draft = run_draft(Document.parse(DRAFT), engine, REWRITE, options=DraftOptions())
    assert [report.line for report in draft.segments] == sorted(report.line for report in draft.segments)
    first = next(report for report in draft.segments if report.status == "new")
    assert DRAFT[first.start : first.end].decode() == first.source
    assert first.target == "The first passage has 3 words more than `this` one."
    assert (first.tokens_in, first.tokens_out, first.ms) == (7, 5, 250)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "empty"),
        ("The first passage has 4 words more than ⟦1⟧ one.", "3"),
        ("The first passage has 3 words more than this one.", "`this`"),
        (Reply("The first passage has 3 words more", finish="length"), "cut off"),
        ("the same words over and over " * 20 + "⟦1⟧ 3", ""),
    ],
)
def test_an_answer_that_fails_a_guard_keeps_the_source_and_says_why(reply, reason):
    engine = ScriptedEngine(lambda job: reply if "first" in job.source else better(job.source))
    draft = run_draft(Document.parse(DRAFT), engine, REWRITE, options=DraftOptions())
    flagged = [report for report in draft.segments if report.status == "flagged"]
    assert [report.line for report in flagged] == [7]
    assert reason in "; ".join(flagged[0].reasons)
    assert flagged[0].target == flagged[0].source
    assert b"The first paragraph has 3 words more than `this` one." in draft.data
    assert b"The last passage" in draft.data


def test_a_text_that_only_the_second_parse_can_refuse_is_flagged_too():
    engine = ScriptedEngine(lambda job: job.source.replace("goodbye", "~~goodbye~~"))
    draft = run_draft(Document.parse(DRAFT), engine, REWRITE, options=DraftOptions())
    assert draft.data == DRAFT
    assert [report.line for report in draft.segments if report.status == "flagged"] == [13]


def test_preambles_and_fences_around_an_answer_are_taken_off():
    engine = ScriptedEngine(lambda job: f"Here is the rewritten paragraph:\n\n{better(job.source)}")
    draft = run_draft(Document.parse(DRAFT), engine, REWRITE, options=DraftOptions())
    assert b"Here is" not in draft.data
    assert b"The first passage" in draft.data


def test_lines_choose_the_blocks_that_touch_them():
    engine = ScriptedEngine(lambda job: better(job.source))
    options = DraftOptions(lines=(11, 12))
    draft = run_draft(Document.parse(DRAFT), engine, REWRITE, options=options)
    assert draft.data == DRAFT.replace(b"An item", b"One item")


def test_a_finished_document_opens_no_engine():
    document = Document.parse(DRAFT)
    finished = {segment.id: () for segment in document.segments}
    flagged = document.segments[2].id
    engine = ScriptedEngine()
    draft = run_draft(document, engine, REWRITE, options=DraftOptions(finished=finished | {flagged: ("too long",)}))
    assert engine.prefixes == []
    assert draft.data == DRAFT
    assert [report.reasons for report in draft.segments if report.status == "flagged"] == [("too long",)]


def test_a_long_segment_goes_in_parts_and_comes_back_whole():
    sentences = " ".join(f"This is sentence number {n} of a paragraph that goes on and on." for n in range(60))
    engine = ScriptedEngine(lambda job: better(job.source))
    draft = run_draft(Document.parse(sentences.encode()), engine, REWRITE, options=DraftOptions())
    assert len(engine.jobs) > 1
    assert draft.data.decode() == better(sentences)


def test_a_segment_too_long_for_the_context_is_halved_until_it_fits():
    text = "One sentence with 1 number. Another with 2 of them. A third paragraph part with 3. And the 4 last words."
    engine = ScriptedEngine(lambda job: Reply("", finish="context") if len(job.source) > 60 else better(job.source))
    draft = run_draft(Document.parse(text.encode()), engine, REWRITE, options=DraftOptions())
    assert draft.data.decode() == better(text)


def test_one_sentence_too_long_for_the_context_is_flagged_as_that():
    engine = ScriptedEngine(lambda job: Reply("", finish="context"))
    draft = run_draft(Document.parse(b"One sentence only.\n"), engine, REWRITE, options=DraftOptions())
    assert draft.segments[0].status == "flagged"
    assert "context" in draft.segments[0].reasons[0]


def test_the_follower_hears_of_every_segment():
    follower = Follower()
    engine = ScriptedEngine(lambda job: Reply(better(job.source), pieces=("a", "b")))
    run_draft(Document.parse(DRAFT), engine, REWRITE, options=DraftOptions(), observer=follower)
    assert follower.plan == len(follower.reports) == 3
    assert set(follower.texts) == {report.id for report in follower.reports}
    assert set(follower.texts.values()) == {"ab"}


def test_a_stop_ends_the_run_as_cancelled():
    stop = Event()
    engine = ScriptedEngine(lambda job: Reply("x", before=stop.set))
    with pytest.raises(Cancelled):
        run_draft(Document.parse(DRAFT), engine, REWRITE, options=DraftOptions(), stop=stop)


def test_a_broken_engine_is_an_engine_error():
    with pytest.raises(EngineError, match="broken"):
        run_draft(Document.parse(DRAFT), ScriptedEngine([EngineError("broken")]), REWRITE, options=DraftOptions())


def test_links_to_a_heading_that_changed_are_noted():
    source = b"# My heading\n\n## Fixed one {#fixed}\n\nSee [there](#my-heading) and [here](#fixed).\n"
    draft = run_draft(Document.parse(source), PseudoEngine(), TO_CHINESE, options=EVERYTHING)
    assert len(draft.notes) == 1
    assert draft.notes[0].startswith("line 5: the link #my-heading points at the heading of line 1")


def test_kinds_and_lines_decide_together():
    document = Document.parse(DRAFT)
    options = DraftOptions(kinds=frozenset({Kind.HEADING}), lines=(5, 5))
    assert [s.source for s in document.segments if is_chosen(document, s, options)] == ["Heading"]


@pytest.mark.parametrize(("text", "lang"), [("word " * 100, None), ("字" * 100, "en"), ("word " * 100, "zh")])
def test_the_token_limit_leaves_room_for_a_longer_answer(text, lang):
    assert token_limit(text, lang) > len(text.encode()) // 2


def test_an_echo_needs_no_guards_and_a_change_does(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr("styletune.guards.check", lambda source, target, *, context: asked.append(target) or [])
    run_draft(Document.parse(DRAFT), EchoEngine(), REWRITE, options=EVERYTHING)
    assert asked == []
    run_draft(Document.parse(DRAFT), ScriptedEngine(lambda job: job.source), REWRITE, options=EVERYTHING)
    assert len(asked) == 6, "a model that gives the source back is looked at all the same"
