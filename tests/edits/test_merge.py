import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scripted_edits import generated, script

from styletune.edits.hunks import says
from styletune.edits.merge import Conflict, chunks, merge3
from styletune.errors import FileError
from styletune.markdown.document import Document

NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
BASE = [f"The story of {name} is long, and {name} tells it to the {name} tree every single day." for name in NAMES]
GAMMA = BASE[2]
OURS = GAMMA.replace("every single day", "at night, as gamma likes it")
THEIRS = GAMMA.replace("is long", "was short once")
NEW = "Nobody had ever heard of penguins before the ship arrived."
OTHER = "Breakfast is served in the small room beside the harbour."


def post(paragraphs):
    return "".join(f"{paragraph}\n\n" for paragraph in paragraphs).rstrip("\n").encode() + b"\n"


def merged(ours, theirs, base=BASE):
    result = merge3(chunks(post(base)), chunks(post(ours)), chunks(post(theirs)))
    return [segment.source for segment in Document.parse(b"".join(result.chunks)).segments], result.conflicts


def with_gamma(text):
    return [*BASE[:2], text, *BASE[3:]]


def moved_down(text=GAMMA):
    return [*BASE[:2], *BASE[3:5], text, BASE[5]]


def moved_up(text=GAMMA):
    return [text, *BASE[:2], *BASE[3:]]


WITHOUT = [*BASE[:2], *BASE[3:]]
HALVES = GAMMA.split(", and ")

AGREED = {
    "changed by us": (with_gamma(OURS), BASE, with_gamma(OURS)),
    "changed by them": (BASE, with_gamma(THEIRS), with_gamma(THEIRS)),
    "neighbours changed by both": (
        with_gamma(OURS),
        [*BASE[:3], f"{BASE[3]} By hand.", *BASE[4:]],
        [*BASE[:2], OURS, f"{BASE[3]} By hand.", *BASE[4:]],
    ),
    "put in by them behind what we changed": (
        with_gamma(OURS),
        [*BASE[:3], NEW, *BASE[3:]],
        [*BASE[:2], OURS, NEW, *BASE[3:]],
    ),
    "put in by them before what we changed": (
        with_gamma(OURS),
        [*BASE[:2], NEW, *BASE[2:]],
        [*BASE[:2], NEW, OURS, *BASE[3:]],
    ),
    "put in by us behind what they changed": (
        [*BASE[:3], NEW, *BASE[3:]],
        with_gamma(THEIRS),
        [*BASE[:2], THEIRS, NEW, *BASE[3:]],
    ),
    "put in by both at one place": (
        [*BASE[:3], NEW, *BASE[3:]],
        [*BASE[:3], OTHER, *BASE[3:]],
        [*BASE[:3], NEW, OTHER, *BASE[3:]],
    ),
    "appended by both": ([*BASE, NEW], [*BASE, OTHER], [*BASE, NEW, OTHER]),
    "appended by them while we change the last one": (
        [*BASE[:5], BASE[5].replace("long", "longer")],
        [*BASE, NEW],
        [*BASE[:5], BASE[5].replace("long", "longer"), NEW],
    ),
    "appended by them while we delete the last one": (BASE[:5], [*BASE, NEW], [*BASE[:5], NEW]),
    "put in front by them while we change the first one": (
        [BASE[0].replace("long", "longer"), *BASE[1:]],
        [NEW, *BASE],
        [NEW, BASE[0].replace("long", "longer"), *BASE[1:]],
    ),
    "moved by them, changed by us": (with_gamma(OURS), moved_down(), moved_down(OURS)),
    "moved by us, changed by them": (moved_down(), with_gamma(THEIRS), moved_down(THEIRS)),
    "moved by both to one place": (moved_down(), moved_down(), moved_down()),
    "moved by both to two places": (moved_up(), moved_down(), moved_down()),
    "moved and changed by us, moved by them": (moved_up(OURS), moved_down(), moved_down(OURS)),
    "moved by us, deleted by them": (moved_down(), WITHOUT, WITHOUT),
    "put in by us where they delete": ([*BASE[:2], NEW, *BASE[2:]], [BASE[0], *BASE[3:]], [BASE[0], NEW, *BASE[3:]]),
    "deleted by both": (WITHOUT, WITHOUT, WITHOUT),
    "neighbours deleted by both": (WITHOUT, [*BASE[:3], *BASE[4:]], [*BASE[:2], *BASE[4:]]),
    "moved by us in among what they merged": (
        [*BASE[:2], *BASE[3:5], GAMMA, BASE[5]],
        [*BASE[:4], f"{BASE[4]} {BASE[5]}"],
        [*BASE[:2], BASE[3], f"{BASE[4]} {BASE[5]}", GAMMA],
    ),
    "split by them": (BASE, [*BASE[:2], *HALVES, *BASE[3:]], [*BASE[:2], *HALVES, *BASE[3:]]),
}

DISPUTED = {
    "changed by both": (with_gamma(OURS), with_gamma(THEIRS), with_gamma(THEIRS)),
    "changed by us, deleted by them": (with_gamma(OURS), WITHOUT, WITHOUT),
    "deleted by us, changed by them": (WITHOUT, with_gamma(THEIRS), with_gamma(THEIRS)),
    "changed by us, split by them": (
        with_gamma(OURS),
        [*BASE[:2], *HALVES, *BASE[3:]],
        [*BASE[:2], *HALVES, *BASE[3:]],
    ),
    "changed by us, moved and changed by them": (with_gamma(OURS), moved_down(THEIRS), moved_down(THEIRS)),
    "moved and changed by us, changed by them": (moved_down(OURS), with_gamma(THEIRS), moved_down(THEIRS)),
    "moved and changed by both": (moved_up(OURS), moved_down(THEIRS), moved_down(THEIRS)),
    "moved and changed by us, deleted by them": (moved_down(OURS), WITHOUT, WITHOUT),
    "deleted by us, moved by them": (WITHOUT, moved_down(), moved_down()),
    "moved by us, split by them": (
        moved_down(),
        [*BASE[:2], *HALVES, *BASE[3:]],
        [*BASE[:2], *HALVES, *BASE[3:]],
    ),
    "two versions of one paragraph put in at one place": (
        [*BASE[:3], NEW, *BASE[3:]],
        [*BASE[:3], NEW.replace("penguins", "seals"), *BASE[3:]],
        [*BASE[:3], NEW.replace("penguins", "seals"), *BASE[3:]],
    ),
}


@pytest.mark.parametrize("case", AGREED)
def test_what_does_not_contradict_is_brought_together(case):
    ours, theirs, expected = AGREED[case]
    assert merged(ours, theirs) == (expected, ())


@pytest.mark.parametrize("case", DISPUTED)
def test_what_contradicts_stays_as_the_person_has_it_and_is_reported(case):
    ours, theirs, expected = DISPUTED[case]
    texts, conflicts = merged(ours, theirs)
    assert texts == expected
    assert len(conflicts) == 1


def test_a_conflict_tells_where_it_stands_in_all_three():
    sides = [chunks(post(side)) for side in (BASE, [NEW, *with_gamma(OURS)], with_gamma(THEIRS))]
    (conflict,) = merge3(*sides).conflicts
    shown = [
        b"".join(side[place.start : place.stop]).decode().strip()
        for side, place in zip(sides, (conflict.base, conflict.ours, conflict.theirs), strict=True)
    ]
    assert shown == [GAMMA, OURS, THEIRS]


def test_conflicts_come_in_the_order_of_the_base():
    a, b, c = b"an apple is red and round", b"a bear is brown and big", b"a cat is black and small"
    base, ours, theirs = [a, b, c], [a + b" now", b, c + b" now"], [a + b" then", b, c + b" then"]
    assert merge3(base, ours, theirs).conflicts == (
        Conflict(range(1), range(1), range(1)),
        Conflict(range(2, 3), range(2, 3), range(2, 3)),
    )


def test_changes_of_neighbouring_list_items_do_not_conflict():
    base = "# Fruit\n\n- one apple\n- two pears\n- three plums\n"
    ours = base.replace("two pears", "two PEARS")
    theirs = base.replace("one apple", "one red apple").replace("- three", "- two figs\n- three")
    result = merge3(*(chunks(text.encode()) for text in (base, ours, theirs)))
    assert b"".join(result.chunks).decode() == "# Fruit\n\n- one red apple\n- two PEARS\n- two figs\n- three plums\n"
    assert result.conflicts == ()


def test_a_paragraph_that_a_person_wrapped_stays_wrapped_while_others_change():
    wrapped = with_gamma(GAMMA.replace(", ", ",\n"))
    texts, conflicts = merged([BASE[0], BASE[1].replace("long", "longer"), *BASE[2:]], wrapped)
    assert texts == [BASE[0], BASE[1].replace("long", "longer"), *wrapped[2:]]
    assert not conflicts


def test_everything_new_from_us_keeps_the_paragraphs_of_a_person():
    ours = [
        text.replace("The story of", "What we know about").replace("tells it to", "whispers it to") for text in BASE
    ]
    texts, conflicts = merged(ours, with_gamma(THEIRS))
    assert texts == [*ours[:2], THEIRS, *ours[3:]]
    assert len(conflicts) == 1


MARKDOWN = """---
title: A post
---

# Heading

A paragraph with ![an image](a.png "Its title") and a
second line.

- item *one*
- item two

  its second paragraph

> quoted
> text

```python
x = 1

y = 2
```

| a | b |
|---|---|
| 1 x | 2 |
"""


@pytest.mark.parametrize(
    "data", [MARKDOWN, MARKDOWN.replace("\n", "\r\n"), MARKDOWN.rstrip(), "", "\n\n", "中文。\n\n日本語。"]
)
def test_chunks_join_to_the_same_bytes(data):
    assert b"".join(chunks(data.encode())) == data.encode()
    assert b"" not in chunks(data.encode())


def test_chunks_are_segments_and_lines_between_them():
    found = [chunk.decode() for chunk in chunks(MARKDOWN.encode())]
    assert 'A paragraph with ![an image](a.png "Its title") and a\nsecond line.' in found
    assert {"item *one*", "item two", "its second paragraph", "```python\nx = 1\n\ny = 2\n```", "A post"} <= set(found)
    assert "Its title" not in found


def test_what_is_no_text_cannot_be_cut():
    with pytest.raises(FileError, match="not UTF-8"):
        chunks(b"caf\xe9 au lait")


some = st.lists(
    st.sampled_from([*(text.encode() for text in BASE), OURS.encode(), THEIRS.encode(), b"\n", b"- ", b"}"]), max_size=9
)


def test_a_paragraph_changed_alike_by_both_that_we_moved_to_the_end_is_no_conflict_and_ends_its_line():
    base, theirs, ours = (
        b"# Post\n\nThe frozen ship entered that orchard.\n\nThe leaking ship crossed that island.\n",
        b"# Post\n\nThe frozen ship entered that orchard. I have seen it.\n\nThe leaking ship crossed that island.\n",
        b"# Post\n\nThe leaking ship crossed that island.\n\nThe frozen ship entered that orchard. I have seen it.\n",
    )
    result = merge3(chunks(base), chunks(ours), chunks(theirs))
    assert b"".join(result.chunks) == ours
    assert result.conflicts == ()


@given(some, some)
def test_where_one_side_changed_nothing_the_other_is_taken(base, side):
    assert merge3(base, base, side).chunks == side
    assert merge3(base, side, base).chunks == side
    assert merge3(base, side, side).chunks == side
    assert not any(merge3(base, *sides).conflicts for sides in ((base, side), (side, base), (side, side)))


def texts_of(chunks):
    return {chunk for chunk in chunks if says(chunk)}


@given(some, some, some)
def test_nothing_is_made_up_and_nothing_of_a_person_is_lost(base, ours, theirs):
    result = merge3(base, ours, theirs).chunks
    assert set(result) <= set(base) | set(ours) | set(theirs)
    assert texts_of(theirs) - set(base) <= set(result)
    assert {text for text in texts_of(theirs) & set(ours) if base.count(text) < 2} <= set(result)
    assert not texts_of(result) & (set(base) - set(ours) - set(theirs))


@given(some, some, some)
def test_the_sides_may_change_places_where_they_agree(base, ours, theirs):
    one, other = merge3(base, ours, theirs), merge3(base, theirs, ours)
    if not one.conflicts and not other.conflicts:
        assert texts_of(one.chunks) == texts_of(other.chunks)


@given(some, some, some)
def test_conflicts_lie_within_their_sides_and_do_not_repeat(base, ours, theirs):
    conflicts = merge3(base, ours, theirs).conflicts
    for conflict in conflicts:
        for place, side in ((conflict.base, base), (conflict.ours, ours), (conflict.theirs, theirs)):
            assert 0 <= place.start <= place.stop <= len(side)
    assert len(set(conflicts)) == len(conflicts)


@given(st.integers(0, 10**6))
@example(27571)  # ours moves a paragraph to where theirs has another one
def test_merged_documents_hold_whole_paragraphs_of_either_side(seed):
    base = generated("en", 8, seed % 7)
    others = generated("en", 8, 1000)
    ours, theirs = (script(base, others, seed + step).new for step in (0, 10**7))
    texts, _ = merged(ours, theirs, base)
    assert set(texts) <= set(ours) | set(theirs)
    assert set(theirs) - set(base) <= set(texts)
    assert set(theirs) & set(ours) <= set(texts)
    assert all(texts.count(text) <= max(ours.count(text), theirs.count(text)) for text in texts if len(text) > 20)


def test_a_thousand_paragraphs_merge_without_comparing_all_with_all():
    base = [
        f"Paragraph {number} tells the story number {number} in its own {number} words.".encode()
        for number in range(2000)
    ]
    ours = [text.replace(b"story", b"tale") if number % 50 == 0 else text for number, text in enumerate(base)]
    theirs = [text.replace(b"story", b"saga") if number % 50 == 7 else text for number, text in enumerate(base)]
    result = merge3(base, ours, theirs)
    assert result.conflicts == ()
    assert sum(b"tale" in chunk for chunk in result.chunks) == sum(b"saga" in chunk for chunk in result.chunks) == 40
