from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.synthesis.chunks import LONGEST, chunks
from styletune_training.synthesis.imitation import Imitated
from styletune_training.synthesis.items import plan
from styletune_training.synthesis.prompts import load_prompts

from styletune.errors import UsageError
from styletune.exchange.splits import split_of
from styletune.markdown.segments import Kind

WORDS = "one two three four five six seven eight nine ten"


def _document(name, *texts, lang="en", role="post", kind=Kind.PARAGRAPH, **more):
    made = tuple(text if not isinstance(text, str) else paragraph(kind, text, 1) for text in texts)
    return CorpusDocument(name, name, "s", (0, 0), "r", lang=lang, role=role, paragraphs=made, **more)


def _posts(count, size=8):
    texts = [[f"Post {post} says thing {number} in {WORDS}." for number in range(size)] for post in range(count)]
    return [_document(f"posts/{post}.md", *own) for post, own in enumerate(texts)]


@pytest.fixture
def prompts(tmp_path):
    return load_prompts(tmp_path)


def _plan(documents, prompts, builders=("rewrite",), **more):
    return plan(documents, prompts, builders=builders, model="m", **more)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (Kind.PARAGRAPH, "Four words are few.", "too short"),
        (Kind.LIST_ITEM, f"An item: {WORDS}.", None),
        (Kind.PARAGRAPH, "这一段话有十个汉字吗？", None),
        (Kind.PARAGRAPH, "太短的段落。", "too short"),
        (Kind.PARAGRAPH, "これは十分に長い段落です。", None),
        (Kind.PARAGRAPH, "word " * 351, "more than 350 words"),
        (Kind.PARAGRAPH, "字" * 600, "more than 350 words"),
        (Kind.PARAGRAPH, "See `a b c`, `d e f` and `g h i`.", "mostly code or links"),
        (Kind.PARAGRAPH, "Use `a`, `b`, `c`, `d`, `e`, `f` and `g` for that here now.", "mostly code or links"),
        (Kind.PARAGRAPH, "See [the docs of it all](https://example.org/a/very/long/way/to/it), which say more.", None),
        (Kind.QUOTE, f"Somebody said {WORDS}.", "a quotation"),
        (Kind.HEADING, "Introduction", "too short"),
    ],
)
def test_a_paragraph_is_rewritten_or_left_out_with_a_reason(prompts, kind, text, reason):
    found = _plan([_document("a.md", text, kind=kind)], prompts)
    assert dict(found.left_out) == ({} if reason is None else {reason: 1})
    assert len(found.items) == (reason is None)
    assert bool(found.notes) == (reason is not None)


def test_a_stable_fifth_of_the_headings_is_in_the_mix(prompts):
    documents = [_document(f"{name}.md", f"How to do thing {name}", kind=Kind.HEADING) for name in range(300)]
    found = _plan(documents, prompts)
    assert 30 < len(found.items) < 90
    assert found.left_out["a heading or a label: one in 5 is taken"] == 300 - len(found.items)
    assert {prompts[item.prompt.split("@")[0]].takes("heading") for item in found.items} == {True}


def test_an_item_knows_its_paragraph_and_depends_on_nothing_else(prompts):
    (item,) = _plan([_document("b.zh.md", "这一段话有十个汉字吗？", lang="zh")], prompts).items
    assert (item.doc, item.task, item.source_lang, item.target_lang, item.model) == (
        "b.zh.md",
        "rewrite",
        "zh",
        "zh",
        "m",
    )
    assert item.prompt == prompts[item.prompt.split("@")[0]].id
    moved = _document("a/c.md", f"Another of {WORDS}.", "这一段话有十个汉字吗？", lang="zh")
    assert item.id in {other.id for other in _plan([moved], prompts).items}
    assert item.id not in {other.id for other in plan([moved], prompts, builders=["rewrite"], model="n").items}


def test_equal_paragraphs_are_made_once_for_the_first_document(prompts):
    first, second = _document("a.md", f"It is {WORDS}."), _document("b.md", f"It  is {WORDS}.", f"Or {WORDS}.")
    found = _plan([second, first], prompts)
    assert sorted(item.doc for item in found.items) == ["a.md", "b.md"]
    assert found.left_out == {"the same as one before": 1}


def test_skipped_documents_and_other_roles_give_nothing(prompts):
    skipped = _document("a.md", f"It is {WORDS}.", skipped="draft")
    found = _plan([skipped, _document("n.md", f"A note of {WORDS}.", role="note")], prompts, ["rewrite", "qa"])
    assert [item.task for item in found.items] == ["qa"]
    assert found.notes == ("There are no posts for rewrite. Add some: styletune corpus add POSTS",)


@pytest.mark.parametrize(
    ("langs", "taken"),
    [
        (("en", "zh"), ["zh", "zh-hans"]),
        (("en", "zh-hans"), ["zh", "zh-hans"]),
        (("en", None), ["de", "zh", "zh-hans"]),
        (("zh", "en"), ["en"]),
    ],
)
def test_translations_are_made_of_what_is_in_the_language_to_be_learnt(prompts, langs, taken):
    texts = {
        "en": "A text in English.",
        "de": "Ein deutscher Text.",
        "zh": "一段话。",
        "zh-hans": "另一段话。",
        None: "?!",
    }
    documents = [_document(f"{lang}.md", text, lang=lang) for lang, text in texts.items()]
    found = _plan(documents, prompts, ["translate"], source_lang=langs[0], target_lang=langs[1])
    assert sorted(item.target_lang for item in found.items) == taken
    assert {item.source_lang for item in found.items} == {langs[0]}
    assert found.left_out["its language is not known"] == 1
    assert found.left_out.get("in another language", 0) == 4 - len(taken)


def test_a_paragraph_in_another_language_than_its_document_is_known_by_its_own(prompts):
    mixed = replace(paragraph(Kind.PARAGRAPH, "这一段话有十个汉字吗？"), lang="zh")
    found = _plan(
        [_document("a.md", mixed, f"It is {WORDS}.")], prompts, ["translate"], source_lang="en", target_lang="zh"
    )
    assert [item.text for item in found.items] == ["这一段话有十个汉字吗？"]


@pytest.mark.parametrize(
    ("langs", "said"), [((None, "zh"), "--from LANG"), (("zh", "zh-hant"), "nothing is to be translated")]
)
def test_languages_that_cannot_work_are_refused(prompts, langs, said):
    with pytest.raises(UsageError, match=said):
        _plan(_posts(1), prompts, ["translate"], source_lang=langs[0], target_lang=langs[1])


def test_prompts_share_the_paragraphs_evenly_and_one_paragraph_gets_different_ones(prompts):
    found = _plan(_posts(25), prompts)
    shares = Counter(item.prompt.split("@")[0] for item in found.items)
    assert set(shares) == {"rewrite-default", "rewrite-formal", "rewrite-expand", "rewrite-condense"}
    assert min(shares.values()) > 25
    twice = _plan(_posts(5), prompts, per_paragraph=2)
    by_paragraph = defaultdict(set)
    for item in twice.items:
        by_paragraph[item.paragraph].add(item.prompt)
    assert {len(names) for names in by_paragraph.values()} == {2}
    assert {item.id for item in _plan(_posts(5), prompts).items} < {item.id for item in twice.items}
    assert len(_plan(_posts(1, 1), prompts, per_paragraph=99).items) == 4


def test_drafts_are_imitated_only_if_they_are_given(prompts):
    with_drafts = _plan(_posts(10), prompts, imitate=Imitated("stiff and long"))
    imitating = [item for item in with_drafts.items if item.prompt.startswith("rewrite-imitate@")]
    assert imitating
    assert with_drafts.prompts[imitating[0].prompt].imitated == "stiff and long"
    assert imitating[0].prompt != prompts["rewrite-imitate"].id
    assert set(with_drafts.prompts) == {item.prompt for item in with_drafts.items}
    only = {"rewrite-formal": prompts["rewrite-formal"]}
    assert "--imitate changes nothing" in _plan(_posts(1), only, imitate=Imitated("stiff")).notes[0]


@given(st.integers(1, 12), st.integers(0, 11))
def test_another_post_changes_nothing_for_the_others(tmp_path_factory, count, added):
    prompts = load_prompts(tmp_path_factory.getbasetemp())
    posts = _posts(12, 2)
    some = posts[:count]
    before = {item.id: item for item in _plan(some, prompts).items}
    after = {
        item.id: item for item in _plan([*some, *posts[added : added + 1]] if added >= count else some, prompts).items
    }
    assert before.items() <= after.items()


def test_the_order_of_documents_makes_no_difference(prompts):
    posts = _posts(9)
    assert _plan(posts, prompts) == _plan(reversed(posts), prompts)


def test_however_early_it_ends_all_posts_have_had_their_turn(prompts):
    posts = [*_posts(9, 3), _document("z/long.md", *[f"Long {number}: {WORDS}." for number in range(200)])]
    items = _plan(posts, prompts).items
    for end in range(10, 31, 10):
        turns = Counter(item.doc for item in items[:end])
        assert set(turns.values()) == {end // 10}


def test_items_are_counted_by_the_split_of_their_document(prompts):
    found = _plan(_posts(40, 2), prompts)
    assert found.splits == Counter(split_of(item.doc) for item in found.items)
    assert set(found.splits) == {"train", "valid", "test"}


def test_a_note_is_cut_at_its_headings_and_a_list_is_a_list_again():
    note = _document(
        "n.md",
        paragraph(Kind.HEADING, "Rename a branch", 1),
        paragraph(Kind.PARAGRAPH, "There are two ways:", 3),
        paragraph(Kind.LIST_ITEM, "use `git branch -m`,", 5),
        paragraph(Kind.LIST_ITEM, "or make a new one.", 6),
        paragraph(Kind.PARAGRAPH, "Both work.", 8),
        paragraph(Kind.HEADING, "On a server", 10),
        paragraph(Kind.PARAGRAPH, "Push it with:", 12),
        title="Git notes",
    )  # fmt: skip
    first, second = chunks(note)
    assert first.text.text == "There are two ways:\n\n- use `git branch -m`,\n- or make a new one.\n\nBoth work."
    assert (first.section, first.text.line, first.dangling) == ("Git notes > Rename a branch", 3, False)
    assert (second.section, second.dangling) == ("Git notes > On a server", True)


def test_long_sections_are_cut_between_paragraphs_and_nothing_is_lost():
    texts = [f"Part {number}. " + "字" * 180 for number in range(9)]
    found = chunks(_document("n.md", *texts, lang="zh", role="note"))
    assert [text for chunk in found for text in chunk.text.text.split("\n\n")] == texts
    assert len(found) == 5
    assert LONGEST == 300


def test_questions_are_planned_for_chunks_with_what_stands_above_them(prompts):
    note = _document("n.md", paragraph(Kind.HEADING, "Swap", 1), f"It is {WORDS}.", role="note", title="Clojure")
    code = _document("o.md", f"Do it like this and {WORDS}:", role="note")
    found = _plan([note, code], prompts, ["qa"])
    (item,) = found.items
    assert (item.task, item.section, item.text) == ("qa", "Clojure > Swap", f"It is {WORDS}.")
    assert item.paragraph == chunks(note)[0].text.id
    assert found.left_out == {"it announces code or a picture, which was left out": 1}


def test_a_builder_without_prompts_says_so(prompts):
    found = _plan(_posts(1), {"qa-question": prompts["qa-question"]})
    assert found.notes == (
        "None of the chosen prompts is for rewrite. All there are: styletune synthesize --list-prompts",
    )
