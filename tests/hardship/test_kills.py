"""Runs that are killed or stopped at any moment break nothing and leave nothing behind."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

KILL_RUNS = Path(__file__).parent.parent / "support" / "kill_runs.py"


def interrupted(folder: Path, kills: int, how: str) -> dict[str, Any]:
    command = [sys.executable, KILL_RUNS, folder, str(kills), "1", how]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def test_two_hundred_kills_break_no_file_and_leave_none_behind(tmp_path: Path):
    figures = interrupted(tmp_path, 200, "kill")
    print(figures)  # noqa: T201 -- the figures are wanted whether it fails or not
    assert figures["problems"] == []
    assert figures["kills"] == 200
    died = figures["died"]
    assert sum(died.values()) - died.get("elsewhere", 0) >= 60, "too few kills fell into a write or a commit"
    assert {"write", "record", "commit", "elsewhere"} <= died.keys()


def test_signals_end_a_run_with_130_and_what_was_finished_is_kept(tmp_path: Path):
    figures = interrupted(tmp_path, 30, "stop")
    assert figures["problems"] == []
    assert figures["kills"] == 30


def test_a_tool_that_writes_into_files_themselves_is_found_out(tmp_path: Path):
    """The looks that the tests above rely on do see broken files."""
    assert any("neither old nor new" in problem for problem in interrupted(tmp_path, 400, "torn")["problems"])
