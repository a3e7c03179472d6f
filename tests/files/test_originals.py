"""The last originals of in-place runs."""

from pathlib import Path

from styletune.files.originals import KEPT, keep_original, original_bytes, originals


def test_originals_come_back_as_they_were(tmp_path: Path):
    keep_original(tmp_path, "文 a.md", b"\xef\xbb\xbfold\r\n")
    (found,) = originals(tmp_path, "文 a.md")
    assert original_bytes(tmp_path, found) == b"\xef\xbb\xbfold\r\n"


def test_only_the_last_ten_of_each_file_are_kept_and_unused_copies_go(tmp_path: Path):
    keep_original(tmp_path, "b.md", b"version 0")
    for number in range(KEPT + 3):
        keep_original(tmp_path, "a.md", b"version %d" % number)
    kept = [original_bytes(tmp_path, original) for original in originals(tmp_path, "a.md")]
    assert kept == [b"version %d" % number for number in range(3, KEPT + 3)]
    assert [original_bytes(tmp_path, original) for original in originals(tmp_path, "b.md")] == [b"version 0"]
    assert len(list((tmp_path / ".styletune" / "originals").iterdir())) == KEPT + 1


def test_a_project_without_originals_has_none(tmp_path: Path):
    assert originals(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_cannot_be_read_hides_no_other(tmp_path: Path):
    keep_original(tmp_path, "a.md", b"old")
    listing = tmp_path / ".styletune" / "originals.jsonl"
    listing.write_text("{torn\n" + listing.read_text())
    assert len(originals(tmp_path)) == 1
