"""One writer at a time; the system frees the lock of a process that dies."""

import subprocess
import sys
from pathlib import Path

from styletune.files.lock import locked, locked_within

HOLDER = """
import sys
from pathlib import Path
from styletune.files.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_that_is_free_is_held_and_given_back(tmp_path: Path):
    for _ in range(2):
        with locked_within(tmp_path / "lock", 0) as held:
            assert held


def test_a_lock_that_is_not_given_back_in_time_is_not_held(tmp_path: Path):
    with locked(tmp_path / "lock"), locked_within(tmp_path / "lock", 0.05) as held:
        assert not held


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "lock"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with locked_within(tmp_path / "lock", 0) as held:
            assert not held
        holder.kill()
        holder.wait()
        with locked_within(tmp_path / "lock", 0) as held:
            assert held
