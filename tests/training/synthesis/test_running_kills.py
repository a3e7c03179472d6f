"""A synthesis that is killed at any moment loses nothing that was made, and pays for nothing twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

KILLS = Path(__file__).parents[2] / "support" / "synthesis_kills.py"


def killed(folder: Path, kills: int, *how: str) -> dict[str, Any]:
    command = [sys.executable, KILLS, folder, str(kills), "1", *how]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def test_nothing_is_paid_twice_and_all_is_made_in_the_end(tmp_path: Path):
    figures = killed(tmp_path / "projects", 4)
    assert figures["problems"] == []
    assert figures["kills"] >= 4


def test_a_tool_that_does_not_note_its_requests_is_found_out(tmp_path: Path):
    """The counts that the test above relies on do see what is paid twice."""
    problems = killed(tmp_path / "projects", 4, "careless")["problems"]
    assert any("paid" in problem or "not finished" in problem for problem in problems)
