"""One watcher a project."""

import json
import os
import subprocess
import sys
from pathlib import Path
from platform import node

import pytest

from styletune.errors import FileError, UsageError
from styletune.watch.watch_lock import FILE, WatchLocks, holder

HOLD = """
import sys
from pathlib import Path
from styletune.watch.watch_lock import WatchLocks
with WatchLocks() as locks:
    locks.hold(Path(sys.argv[1]))
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path):
    """Let another process hold the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_watcher_learns_who_the_first_is_and_how_to_stop_it(tmp_path: Path, other):
    with WatchLocks() as locks, pytest.raises(UsageError) as caught:
        locks.hold(tmp_path)
    assert f"process {other.pid}" in str(caught.value)
    assert f"kill {other.pid}" in str(caught.value)


def test_the_lock_of_a_killed_watcher_is_free(tmp_path: Path, other):
    other.kill()
    other.wait()
    left_behind = holder(tmp_path)
    assert left_behind is not None
    assert left_behind.pid == other.pid
    with WatchLocks() as locks:
        locks.hold(tmp_path)
        now = holder(tmp_path)
        assert now is not None
        assert (now.pid, now.host) == (os.getpid(), node())


def test_a_lock_is_free_after_its_block_and_its_file_stays(tmp_path: Path):
    for _ in range(2):
        with WatchLocks() as locks:
            locks.hold(tmp_path)
            locks.hold(tmp_path)
    assert (tmp_path / ".styletune" / FILE).read_bytes() == b""
    assert holder(tmp_path) is None


def test_a_name_that_leads_to_the_same_project_is_the_same_lock(tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with WatchLocks() as locks:
        locks.hold(tmp_path / "real")
        locks.hold(tmp_path / "link")


def test_several_projects_are_held_until_the_end_and_one_that_is_taken_frees_none(tmp_path: Path, other):
    with WatchLocks() as locks:
        locks.hold(tmp_path / "a")
        with pytest.raises(UsageError):
            locks.hold(tmp_path)
        with WatchLocks() as more, pytest.raises(UsageError):
            more.hold(tmp_path / "a")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", json.dumps({"pid": "x"}).encode(), b'{"pid": 1}']
)
def test_a_damaged_file_names_nobody_and_is_no_obstacle(tmp_path: Path, content: bytes):
    (tmp_path / ".styletune").mkdir()
    (tmp_path / ".styletune" / FILE).write_bytes(content)
    assert holder(tmp_path) is None
    with WatchLocks() as locks:
        locks.hold(tmp_path)
        found = holder(tmp_path)
        assert found is not None
        assert found.pid == os.getpid()


def test_where_no_file_can_be_written_the_reason_is_told(tmp_path: Path):
    (tmp_path / ".styletune").write_text("a file")
    with WatchLocks() as locks, pytest.raises(FileError) as caught:
        locks.hold(tmp_path)
    assert "watch.lock cannot be written" in str(caught.value)
