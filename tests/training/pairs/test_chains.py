"""Laws of what becomes of one paragraph."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from styletune_training.corpus.document import paragraph
from styletune_training.pairs.chains import Chains
from styletune_training.pairs.rewritten import Limits, ParagraphEdit, why_no_rewrite

from styletune.markdown.segments import Kind

WIDE = Limits(0, 1)
STATES = [
    "In order to make use of the tool, it is necessary to install the package first of all.",
    "To use the tool, it is necessary to install the package first.",
    "To use the tool, it is enough to install the package first.",
    "To use the tool, just install the package first.",
    "Using the tool takes nothing but to install the package.",
]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(range(len(STATES))), min_size=2, max_size=12))
def test_a_paragraph_gives_one_pair_at_most_from_its_first_wording_to_its_last_where_that_is_a_rewriting(order):
    order = [state for at, state in enumerate(order) if at == 0 or order[at - 1] != state]
    chains, dropped = Chains("a.md"), Counter[str]()
    texts = [paragraph(Kind.PARAGRAPH, STATES[state]) for state in order]
    for number, (old, new) in enumerate(pairwise(texts)):
        chains.add([ParagraphEdit(old, new)], str(number), reworded=True)
    found = list(chains.rewritings(WIDE, dropped))
    if len(order) == 1 or order[0] == order[-1]:
        assert found == []
        return
    assert len(found) + dropped.total() == 1
    if why_no_rewrite(texts[0].text, texts[-1].text, WIDE) is None:
        assert [(one.before, one.after.paragraph) for one in found] == [(texts[0], texts[-1])]
    assert all(order.index(STATES.index(one.before.text)) < len(order) - 1 for one in found)
    assert all(why_no_rewrite(one.before.text, one.after.paragraph.text, WIDE) is None for one in found)
