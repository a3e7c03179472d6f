"""Where the draft changed under a person's text, the person decides, and nothing else in the file changes."""

from pathlib import Path

import pytest

from styletune.errors import FileError, SourceChangedError, UsageError
from styletune.files.atomic import digest
from styletune.files.records import Block, OutputState, Record, Records
from styletune.learning import conflicts
from styletune.learning.conflicts import decide, open_conflicts
from styletune.learning.corrections import Corrections
from styletune.markdown.document import Document

WHY = ("its source changed since you edited it",)

OUTPUTS = {
    "paragraph": ("# Title\n\nMine.\n\nRest.\n", "Mine.", "Theirs."),
    "wrapped quote": ("> One\n> line.\n>\n> Mine,\n> wrapped.\n\nRest.\n", "Mine,\nwrapped.", "Theirs\nis longer,\nhere."),
    "list item": ("- Mine\n  goes on.\n- Rest.\n", "Mine\ngoes on.", "Theirs\ngoes on, too."),
    "Windows": ("Mine\r\ngoes on.\r\n\r\nRest.\r\n", "Mine\ngoes on.", "Theirs\ngoes on."),
    "twice": ("Mine.\n\nMine.\n\nRest.\n", "Mine.", "Theirs."),
    "with an image": ("See ![my cat](cat.png) now.\n\nRest.\n", "See ![my cat](cat.png) now.", "See ![a dog](dog.png), now."),
    "split in two": ("Mine,\n\nin two.\n\nRest.\n", "Mine,\n\nin two.", "Theirs."),
    "Chinese": ("我的句子。\n\n其他。\n", "我的句子。", "他们的句子。"),
    "cell": ("| a | b |\n|---|---|\n| Mine | Rest |\n", "Mine", "Theirs"),
    "front matter": ("---\ntitle: Mine\n---\n\nRest.\n", "Mine", "Theirs"),
}  # fmt: skip


def project(root: Path, text: str, pinned: str, written: str | None) -> Records:
    (root / "out.md").write_bytes(text.encode())
    segments = Document.parse(text.encode()).segments
    blocks = [Block(segment.id, None, 1, "paragraph", "s", "Source.", "Was.", segment.source) for segment in segments]
    at = next((index for index, segment in enumerate(segments) if segment.source == pinned), 0)
    blocks[at] = Block(segments[at].id, WHY, 1, "paragraph", "s", "The new source.", written, pinned)
    records = Records(root)
    records.add(Record("out.md", "in.md", digest(b"in"), digest(text.encode()), "rewrite", None, "echo",
                       "2026-11-20T12:00:00+00:00", tuple(blocks), "key", text=text))  # fmt: skip
    return records


@pytest.fixture(params=OUTPUTS.values(), ids=list(OUTPUTS))
def case(request: pytest.FixtureRequest) -> tuple[str, str, str]:
    return request.param


def expected(text: str, mine: str, new: str) -> str:
    """Replace the first occurrence of a text whose lines have prefixes."""
    newline = "\r\n" if "\r\n" in text else "\n"
    prefix = "> " if text.startswith(">") else "  " if text.startswith("- ") else ""
    old, put = (part.replace("\n\n", f"{newline}{newline}").replace("\n", newline + prefix) if prefix or newline != "\n"
                else part for part in (mine, new))  # fmt: skip
    return text.replace(old, put, 1)


def test_keeping_changes_no_file_and_ends_the_conflict(tmp_path: Path, case: tuple[str, str, str]):
    text, mine, theirs = case
    records = project(tmp_path, text, mine, theirs)
    (conflict,) = open_conflicts(records)
    assert (conflict.source, conflict.mine, conflict.suggestion) == ("The new source.", mine, theirs)
    decide(records, conflict, "keep")
    assert open_conflicts(Records(tmp_path)) == []
    assert (tmp_path / "out.md").read_bytes() == text.encode()
    (learned,) = Corrections(tmp_path).all()
    assert (learned.source, learned.written, learned.edited, learned.how) == ("The new source.", theirs, mine, "review")
    kept = next(block for block in records.outputs()[0].blocks if block.source == "The new source.")
    assert (kept.pinned, kept.reasons) == (mine, None)


def test_taking_replaces_that_text_alone(tmp_path: Path, case: tuple[str, str, str]):
    text, mine, theirs = case
    records = project(tmp_path, text, mine, theirs)
    decide(records, open_conflicts(records)[0], "take")
    assert (tmp_path / "out.md").read_bytes().decode() == expected(text, mine, theirs)
    assert open_conflicts(Records(tmp_path)) == []
    assert Corrections(tmp_path).all() == []
    (record,) = Records(tmp_path).outputs()
    assert records.state(tmp_path / "out.md") is OutputState.OURS
    assert record.text == expected(text, mine, theirs)
    there = {segment.id: segment.source for segment in Document.parse((tmp_path / "out.md").read_bytes()).segments}
    assert all(there[block.id] == block.current for block in record.blocks if block.id in there)
    assert sum(block.current == theirs and block.pinned is None for block in record.blocks) == 1


def test_a_text_of_ones_own_is_put_in_and_pinned(tmp_path: Path):
    records = project(tmp_path, "# T\n\nMine.\n\nRest.\n", "Mine.", "Theirs.")
    decide(records, open_conflicts(records)[0], text="Mine again,\non two lines.\n\nAnd two paragraphs.")
    assert (tmp_path / "out.md").read_text() == "# T\n\nMine again,\non two lines.\n\nAnd two paragraphs.\n\nRest.\n"
    block = next(block for block in Records(tmp_path).outputs()[0].blocks if block.source == "The new source.")
    assert (block.pinned, block.in_conflict) == ("Mine again,\non two lines.\n\nAnd two paragraphs.", False)
    assert [one.edited for one in Corrections(tmp_path).all()] == [block.pinned]


@pytest.mark.parametrize("text", ["", "Mine.\n\n```\nnever closed", "<!--", "[a]: b"])
def test_a_text_that_would_change_more_is_refused(tmp_path: Path, text: str):
    records = project(tmp_path, "# T\n\nMine.\n\nRest.\n", "Mine.", "Theirs.")
    with pytest.raises(UsageError, match=r"change more|empty"):
        decide(records, open_conflicts(records)[0], text=text)
    assert (tmp_path / "out.md").read_text() == "# T\n\nMine.\n\nRest.\n"
    assert len(open_conflicts(Records(tmp_path))) == 1


def test_a_file_that_was_changed_is_left_alone(tmp_path: Path):
    records = project(tmp_path, "Mine.\n\nRest.\n", "Mine.", "Theirs.")
    (tmp_path / "out.md").write_text("Mine.\n\nRest, edited.\n")
    with pytest.raises(SourceChangedError, match="nothing was decided"):
        decide(records, open_conflicts(records)[0], "take")
    assert (tmp_path / "out.md").read_text() == "Mine.\n\nRest, edited.\n"
    assert len(open_conflicts(Records(tmp_path))) == 1


def test_a_save_right_before_the_write_is_kept_and_the_conflict_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    records = project(tmp_path, "Mine.\n\nRest.\n", "Mine.", "Theirs.")
    real = conflicts.write_atomic

    def after_a_save(path: Path, data: bytes, **options: str) -> None:
        path.write_text("Saved.\n")
        real(path, data, **options)

    monkeypatch.setattr(conflicts, "write_atomic", after_a_save)
    with pytest.raises(SourceChangedError):
        decide(records, open_conflicts(records)[0], "take")
    assert (tmp_path / "out.md").read_text() == "Saved.\n"
    assert len(open_conflicts(Records(tmp_path))) == 1


def test_a_file_that_is_gone_is_said(tmp_path: Path):
    records = project(tmp_path, "Mine.\n\nRest.\n", "Mine.", "Theirs.")
    (tmp_path / "out.md").unlink()
    with pytest.raises(FileError, match="is gone"):
        decide(records, open_conflicts(records)[0], "take")


def test_without_a_suggestion_there_is_nothing_to_take(tmp_path: Path):
    records = project(tmp_path, "Mine.\n\nRest.\n", "Mine.", None)
    with pytest.raises(UsageError, match="no suggestion"):
        decide(records, open_conflicts(records)[0], "take")


def test_a_conflict_that_was_settled_meanwhile_is_not_settled_again(tmp_path: Path):
    records = project(tmp_path, "Mine.\n\nRest.\n", "Mine.", "Theirs.")
    (conflict,) = open_conflicts(records)
    decide(records, conflict, "keep")
    with pytest.raises(SourceChangedError, match="meanwhile"):
        decide(records, conflict, "take")
