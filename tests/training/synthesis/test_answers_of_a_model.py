from pathlib import Path

import pytest
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.synthesis.answers import answer
from styletune_training.synthesis.asking import job
from styletune_training.synthesis.imitation import Imitated
from styletune_training.synthesis.items import plan
from styletune_training.synthesis.prompts import load_prompts

from styletune.engines import open_engine
from styletune.markdown.segments import Kind
from styletune.models.choice import ModelChoice

pytestmark = pytest.mark.model

TEXTS = (
    "I moved the blog to a small server last week, and it has been quiet ever since.",
    "Run `make` twice if the first build fails; the second one usually works.",
)
KNOWN = {
    "unchanged",
    "marks",
    "refused",
    "remark",
    "preamble",
    "form",
    "cut off",
    "prompt leaked",
    "thinking",
    "control",
}


def test_a_real_model_is_asked_and_all_it_says_is_kept_or_named(embedded_model: Path, tmp_path: Path):
    made = tuple(paragraph(Kind.PARAGRAPH, text, 1) for text in TEXTS)
    documents = [CorpusDocument("a.md", "a.md", "s", (0, 0), "r", lang="en", paragraphs=made)]
    shortest = {"rewrite-imitate": load_prompts(tmp_path)["rewrite-imitate"]}
    planned = plan(documents, shortest, builders=["rewrite"], model="m", imitate=Imitated("stiff reports"))
    by_id = {item.id: item for item in planned.items}
    asked = [job(item, planned.prompts[item.prompt]) for item in planned.items]
    assert len({shared for shared, _ in asked}) == 1
    engine = open_engine(ModelChoice("file", path=embedded_model), parallel=3)
    try:
        engine.open(asked[0][0])
        results = list(engine.run([own for _, own in asked]))
    finally:
        engine.close()
    found = [answer(by_id[result.id], planned.prompts[by_id[result.id].prompt], result) for result in results]
    assert sorted(one.target for one in found) == sorted(TEXTS)
    assert all(one.tokens_out > 0 and one.source for one in found)
    assert {one.fault.partition(":")[0] for one in found if one.fault} <= KNOWN
    assert any(one.source.split() != one.target.split() for one in found)
    for one in found:
        if one.fault is None and "`make`" in one.target:
            assert "`make`" in one.source
