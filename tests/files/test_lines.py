"""Lines appended to a file, whatever became of its last writer."""

import os
from pathlib import Path

import pytest

from styletune.files.lines import append_line


def is_json(line: bytes) -> bool:
    return line.endswith(b"}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"{new}\n"),
        (b"{old}\n", b"{old}\n{new}\n"),
        (b"{old}\n{ha", b"{old}\n{new}\n"),  # its writer was killed
        (b"{ha", b"{new}\n"),
        (b"{old}", b"{old}\n{new}\n"),  # an editor saved it without the last line break
        (b"{" + b"x" * 10_000 + b"}\n{" + b"y" * 10_000, b"{" + b"x" * 10_000 + b"}\n{new}\n"),
    ],
)
def test_half_lines_are_cut_off_and_whole_ones_kept(tmp_path: Path, before: bytes, after: bytes):
    path = tmp_path / "lines"
    path.write_bytes(before)
    append_line(path, b"{new}\n", whole=is_json)
    assert path.read_bytes() == after


def test_a_file_is_made_where_none_is(tmp_path: Path):
    append_line(tmp_path / "lines", b"{new}\n", whole=is_json)
    assert (tmp_path / "lines").read_bytes() == b"{new}\n"


def test_a_line_that_fits_only_in_part_is_not_there_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "lines"
    path.write_bytes(b"{old}\n")
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    with pytest.raises(OSError, match="No space left"):
        append_line(path, b"{new}\n", whole=is_json)
    assert path.read_bytes() == b"{old}\n"
