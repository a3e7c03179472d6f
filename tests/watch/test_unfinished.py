"""What looks half-written is waited for once; everything else is not."""

import os
import time
from pathlib import Path

import pytest

from styletune.watch.unfinished import looks_unfinished


@pytest.mark.parametrize(
    ("text", "unfinished"),
    [
        ("", True),
        ("Text.", False),
        ("文字。", False),
        ("```\ncode", True),
        ("```\ncode\n```", False),
        ("```\ncode\n```\n\n~~~\nmore", True),
        ("~~~\n```\n~~~\n", False),
        ("````\n```\n````\n", False),
        ("````\n```\n", True),
        ("```\n``` not the end\n", True),
        ("```code``` in a line\n", False),
        ("- item\n\n  ```\n  code\n  ```\n", False),
        ("> ```\n> code\n", True),
        ("---\ntitle: Winter\n", True),
        ("---\ntitle: Winter\n---\n\nText.", False),
        ("---\ntitle: Winter\n...\n\nText.", False),
        ("\ufeff---\r\ntitle: 冬\r\n---\r\n", False),
        ("+++\ntitle = 'Winter'\n", True),
        ("+++\ntitle = 'Winter'\n+++\n", False),
        ("Text.\n\n---\n", False),
        ("---- \nText.\n", False),
    ],
)
def test_empty_files_and_open_fences_and_headers_look_unfinished(tmp_path: Path, text: str, unfinished: bool):
    path = tmp_path / "a.md"
    path.write_bytes(text.encode())
    assert looks_unfinished(path, within=60) is unfinished


@pytest.mark.parametrize("text", ["", "```\ncode"])
def test_what_was_written_long_ago_is_finished(tmp_path: Path, text: str):
    path = tmp_path / "a.md"
    path.write_text(text)
    for moment in (time.time() - 61, time.time() + 61):  # a clock of another machine may be ahead
        os.utime(path, (moment, moment))
        assert not looks_unfinished(path, within=60)


def test_other_files_are_unfinished_only_if_they_are_empty(tmp_path: Path):
    path = tmp_path / "styletune.toml"
    path.write_text("+++\n```\n")
    assert not looks_unfinished(path, within=60)
    path.write_text("")
    assert looks_unfinished(path, within=60)


@pytest.mark.parametrize("name", ["missing.md", "folder.md", "pipe.md", "nul\0.md"])
def test_what_is_no_file_is_not_read(tmp_path: Path, name: str):
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    assert not looks_unfinished(tmp_path / name, within=60)
