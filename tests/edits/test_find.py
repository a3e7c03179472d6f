import pytest

from styletune.edits.edit import Change
from styletune.edits.find import find_edits
from styletune.files.record import Block
from styletune.markdown.document import Document

POST = """# Coffee

It was a lack of consistency. On certain days the coffee was delightful.

- The water was always filtered and boiled.
- A kitchen scale proved to be essential.

Each cup was given a line in a text file.

![A brown notebook](n.jpg)
"""
REWRITTEN = frozenset({"paragraph", "list_item"})


def blocks_of(text, kinds=REWRITTEN, **texts):
    segments = Document.parse(text.encode()).segments
    return [
        Block(segment.id, kind=segment.kind, source=f"draft of {segment.id}", written=segment.source)
        for segment in segments
        if segment.kind in kinds
    ]


def found(before, after):
    edits = find_edits(blocks_of(before), Document.parse(after.encode()).segments)
    return [(len(edit.blocks), [segment.source for segment in edit.segments], edit.change) for edit in edits]


CUP = "Each cup was given a line in a text file."
CASES = {
    "nothing": (POST, []),
    "a word": (POST.replace("essential", "vital"), [(1, ["A kitchen scale proved to be vital."], Change.WORDING)]),
    "a formatter": (
        POST.replace("- ", "* ").replace("On certain", "\nOn certain").replace(" \n", "\n"),
        [(1, ["It was a lack of consistency.\nOn certain days the coffee was delightful."], Change.SPACING)],
    ),
    "a comma": (POST.replace("file.", "file!"), [(1, [CUP.replace(".", "!")], Change.TYPOGRAPHY)]),
    "moved": (POST.replace(f"{CUP}\n\n", "").replace("- The water", f"{CUP}\n\n- The water"), []),
    "added": (POST.replace(CUP, f"{CUP}\n\nAnd then I wrote a paragraph of my own about kettles."), []),
    "a heading, which was no block": (POST.replace("# Coffee", "# Tea and cake"), []),
    "made a list item": (POST.replace(CUP, f"- {CUP}"), []),
    "deleted": (POST.replace(f"{CUP}\n\n", ""), [(1, [], Change.WORDING)]),
    "split": (
        POST.replace("consistency. On", "consistency.\n\nOn"),
        [(1, ["It was a lack of consistency.", "On certain days the coffee was delightful."], Change.TYPOGRAPHY)],
    ),
    "merged": (
        POST.replace("boiled.\n- A", "boiled. A"),
        [(2, ["The water was always filtered and boiled. A kitchen scale proved to be essential."], Change.TYPOGRAPHY)],
    ),
    "emptied": ("", [(1, [], Change.WORDING)] * 4),
}


@pytest.mark.parametrize("case", CASES)
def test_edits_are_what_changed_and_nothing_else(case):
    after, expected = CASES[case]
    assert found(POST, after) == expected


def test_an_edit_knows_what_was_written_and_from_what():
    (edit,) = find_edits(blocks_of(POST), Document.parse(CASES["merged"][0].encode()).segments)
    first, second = edit.blocks
    assert edit.source == f"{first.source}\n\n{second.source}"
    assert edit.written == f"{first.written}\n\n{second.written}"
    assert edit.text == "The water was always filtered and boiled. A kitchen scale proved to be essential."


def test_a_pinned_block_is_compared_with_what_a_person_made_of_it():
    block = Block(
        "1", kind="paragraph", source="a draft", written="A cup was given a line.", pinned="Each cup got a line."
    )
    assert find_edits([block], Document.parse(b"Each cup got a line.\n").segments) == []
    (edit,) = find_edits([block], Document.parse(b"Each cup got its line.\n").segments)
    assert edit.text == "Each cup got its line."


def test_edits_come_in_the_order_of_the_blocks():
    after = (
        POST.replace("filtered", "clean")
        .replace("certain", "some")
        .replace(f"{CUP}\n\n", "")
        .replace("# Coffee", CUP.replace("text", "plain"))
    )
    edits = find_edits(blocks_of(POST), Document.parse(after.encode()).segments)
    assert [edit.blocks[0].written[:6] for edit in edits] == ["It was", "The wa", "Each c"]


@pytest.mark.parametrize(
    ("before", "after", "edited"),
    [
        ("我买了磨豆机。\n\n每杯咖啡都有记录。\n", "每杯咖啡都有纪录。\n\n我买了磨豆机。\n", "每杯咖啡都有纪录。"),
        (
            "ミルを買った。\n\n一杯ごとに記録した。\n",
            "一杯ごとに全部記録した。\n\nミルを買った。\n",
            "一杯ごとに全部記録した。",
        ),
    ],
)
def test_characters_are_words_in_Chinese_and_Japanese(before, after, edited):  # noqa: N802 - names of languages
    assert found(before, after) == [(1, [edited], Change.WORDING)]
