"""What is tried after an answer has failed, in order, and what is remembered of it."""

from collections import Counter

import pytest

from styletune.draft import DraftOptions, Known
from styletune.draft_loop import run_draft
from styletune.engines.scripted import Reply, ScriptedEngine
from styletune.ladder import SAMPLE_TEMPERATURE, Attempt, Part, Rung
from styletune.markdown.document import Document
from styletune.task import REWRITE_KINDS, Task

REWRITE = Task("rewrite", source_lang="en")
TEXT = "The server had 3 disks and a fan. It ran for 40 days without a break. Nobody looked at it."
BETTER = "There were 3 disks and a fan in the server. It ran 40 days on end. Nobody looked at it once."
WRONG = "There were 4 disks and a fan in the server. It ran 40 days on end. Nobody looked at it once."
BY_SENTENCE = {
    "The server had 3 disks and a fan.": "There were 3 disks and a fan in the server.",
    "It ran for 40 days without a break.": "It ran 40 days on end.",
    "Nobody looked at it.": "Nobody looked at it once.",
}


def draft(answer, **more):
    engine = ScriptedEngine(answer)
    known = Known(**more) if more else None
    result = run_draft(
        Document.parse(TEXT.encode()), engine, REWRITE, options=DraftOptions(kinds=REWRITE_KINDS, seed=5), known=known
    )
    return engine, result.segments[0]


def test_a_first_answer_that_passes_is_asked_for_once():
    engine, report = draft(lambda job: BETTER)
    assert (report.status, report.attempts, report.rescued_by) == ("new", 1, None)
    assert [job.temperature for job in engine.jobs] == [0]


def test_a_second_answer_is_sampled_with_a_seed_of_its_own():
    engine, report = draft(lambda job: BETTER if job.temperature else WRONG)
    assert (report.status, report.attempts, report.rescued_by) == ("new", 2, "sample")
    assert report.target == BETTER
    assert [(job.temperature, job.seed) for job in engine.jobs] == [(0, 5), (SAMPLE_TEMPERATURE, 6)]


def test_the_third_try_goes_sentence_by_sentence():
    engine, report = draft(lambda job: BY_SENTENCE.get(job.source.strip(), WRONG))
    assert (report.status, report.attempts, report.rescued_by) == ("new", 3, "sentences")
    assert report.target == BETTER
    assert [job.source.strip() for job in engine.jobs] == [TEXT, TEXT, *BY_SENTENCE]
    assert [job.temperature for job in engine.jobs[2:]] == [0, 0, 0]


def test_after_the_third_try_the_source_stays_with_the_first_answers_reason():
    later = iter([BETTER.replace("40", "41")])

    def answer(job):
        if job.source.strip() in BY_SENTENCE:
            return ""
        return next(later) if job.temperature else WRONG

    engine, report = draft(answer)
    assert (report.status, report.attempts, report.rescued_by) == ("flagged", 3, None)
    assert report.target == report.source == TEXT
    assert "4" in " ".join(report.reasons)
    assert "41" not in " ".join(report.reasons)
    assert len(engine.jobs) == 3  # once the first sentence has failed, the others cannot save the segment


def test_one_sentence_is_sampled_once_and_then_given_up():
    engine = ScriptedEngine(lambda job: "")
    result = run_draft(
        Document.parse(b"Only one sentence stands here."), engine, REWRITE, options=DraftOptions(kinds=REWRITE_KINDS)
    )
    assert len(engine.jobs) == 2
    assert result.segments[0].status == "flagged"


def test_sentences_that_pass_alone_are_judged_once_more_together():
    """Each sentence may say so much more; three of them together say too much."""
    repeated = "The one same sentence that stands everywhere."
    engine = ScriptedEngine(
        lambda job: WRONG if len(job.source) > 50 else {**BY_SENTENCE, "Nobody looked at it.": repeated, "It ran for 40 days without a break.": f"40 days. {repeated}"}[job.source.strip()]
    )  # fmt: skip
    result = run_draft(Document.parse(TEXT.encode()), engine, REWRITE, options=DraftOptions(kinds=REWRITE_KINDS))
    assert result.segments[0].status == "flagged"
    assert result.segments[0].attempts == 3


def test_a_failure_of_the_engine_on_one_segment_is_not_tried_again_and_flags_only_that_segment():
    engine = ScriptedEngine(
        lambda job: Reply("", finish="failed", error="the server answered with nonsense") if "first" in job.source else job.source.upper()
    )  # fmt: skip
    text = b"The first paragraph.\n\nThe second paragraph.\n"
    result = run_draft(Document.parse(text), engine, REWRITE, options=DraftOptions(kinds=REWRITE_KINDS))
    assert Counter(report.status for report in result.segments) == {"flagged": 1, "new": 1}
    assert result.segments[0].reasons == ("the server answered with nonsense",)
    assert len(engine.jobs) == 2


def test_a_sentence_without_words_is_its_own_answer():
    attempt = Attempt("a", [Part("a", "One sentence here. ⟦1⟧. 42!", Rung.SAMPLE)])
    attempt.climb(attempt.parts[0], ["wrong"])
    assert [(part.text.strip(), part.answer is not None) for part in attempt.parts] == [
        ("One sentence here.", False),
        ("⟦1⟧.", True),
        ("42!", True),
    ]


@pytest.mark.parametrize("rung", list(Rung))
def test_only_the_second_rung_samples(rung):
    assert (Part("a", "text", rung).temperature > 0) == (rung is Rung.SAMPLE)
