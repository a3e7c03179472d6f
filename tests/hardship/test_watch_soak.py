"""A watched folder over many saves, with watchers and engines killed all the time, is as if nothing had happened."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WATCH_SOAK = Path(__file__).parent.parent / "support" / "watch_soak.py"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it takes fork and signals")


def soaked(folder: Path, saves: int, seed: int, how: str = "json") -> dict[str, Any]:
    command = [sys.executable, WATCH_SOAK, folder, str(saves), str(seed), how]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    print(figures)  # noqa: T201 -- the figures are wanted whether it fails or not
    return figures


def check(figures: dict[str, Any], *, saves: int, kills: int) -> None:
    """Check what must hold of any soak."""
    assert figures["problems"] == [], f"seed {figures['seed']}"
    assert figures["saves"] >= saves
    assert figures["kills"] >= kills
    assert figures["inside"] >= 0.3 * figures["kills"], "too few kills fell into a write or a commit"
    assert figures["working"] <= 2 * figures["most_work"], "the watcher keeps itself busy"


def test_saves_with_kills_leave_what_a_clean_run_gives(tmp_path: Path):
    figures = soaked(tmp_path, 50, 1)
    check(figures, saves=50, kills=5)
    assert figures["died"]["engine"] >= 1
    assert figures["edits"] >= 1


def test_a_watcher_that_writes_into_files_themselves_is_found_out(tmp_path: Path):
    """The looks that the test above relies on do see broken files."""
    problems = soaked(tmp_path, 200, 1, "torn")["problems"]
    assert any("none of the states" in problem for problem in problems)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_three_hundred_saves_take_no_more_and_more_memory(tmp_path: Path, seed: int):
    check(soaked(tmp_path, 300, seed), saves=300, kills=30)
