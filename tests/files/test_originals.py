"""The last originals of in-place runs."""

from pathlib import Path

import pytest

from styletune.errors import FileError
from styletune.files.originals import KEPT, copy_of, keep_original, original_bytes, originals


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


def test_bytes_that_are_kept_already_become_the_latest(tmp_path: Path):
    for data in (b"one", b"two", b"one"):
        keep_original(tmp_path, "a.md", data)
    assert [original_bytes(tmp_path, original) for original in originals(tmp_path, "a.md")] == [b"two", b"one"]


def test_a_copy_that_changed_on_the_disk_is_not_taken_for_the_original(tmp_path: Path):
    keep_original(tmp_path, "a.md", b"old")
    (found,) = originals(tmp_path)
    copy_of(tmp_path, found).write_bytes(b"0ld")
    with pytest.raises(FileError, match="is damaged"):
        original_bytes(tmp_path, found)
