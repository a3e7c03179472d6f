"""What looks half-written is waited for once; everything else is not."""

import os
import time
from pathlib import Path

import pytest

from styletune.watch.unfinished import SavesUnderWay, looks_unfinished


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


def test_work_on_a_draft_that_was_written_a_moment_ago_is_put_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path, saves = tmp_path / "a.md", SavesUnderWay(60.0)
    path.write_text("Half of a sa")
    assert saves.put_off(path) == 60.0
    later = time.time() + 31
    monkeypatch.setattr(time, "time", lambda: later)
    assert saves.put_off(path) == 0.0


def test_a_program_that_sets_the_time_of_a_file_back_does_not_hide_that_it_writes(tmp_path: Path):
    path = tmp_path / "a.md"
    path.write_text("Half of a sa")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    assert SavesUnderWay(60.0).put_off(path) == 60.0


def test_a_file_that_is_written_all_the_time_is_taken_as_it_is_after_a_while(tmp_path: Path):
    path, saves = tmp_path / "a.md", SavesUnderWay(60.0)
    path.write_text("A log")
    put_offs = [saves.put_off(path) for _ in range(40)]
    assert 0.0 in put_offs
    assert put_offs.count(60.0) > put_offs.count(0.0)


def test_without_a_quiet_time_nothing_is_put_off(tmp_path: Path):
    path = tmp_path / "a.md"
    path.write_text("")
    assert SavesUnderWay(0.0).put_off(path) == 0.0
