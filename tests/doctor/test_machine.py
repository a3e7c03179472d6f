from pathlib import Path
from types import SimpleNamespace

import pytest

from styletune.doctor import machine
from styletune.doctor.machine import Memory

GB = 10**9


@pytest.mark.parametrize(
    ("limit", "used", "memory"),
    [
        ("max", "5", Memory(8 * GB, 4 * GB)),
        (str(2 * GB), str(GB), Memory(2 * GB, GB)),
        (str(2 * GB), str(3 * GB), Memory(2 * GB, 0)),
        (str(99 * GB), str(GB), Memory(8 * GB, 4 * GB)),
        (None, None, Memory(8 * GB, 4 * GB)),
    ],
)
def test_the_limit_of_a_container_counts(tmp_path: Path, limit: str | None, used: str | None, memory: Memory) -> None:
    if limit and used:
        (tmp_path / "memory.max").write_text(limit)
        (tmp_path / "memory.current").write_text(used)
    assert machine._within_container(Memory(8 * GB, 4 * GB), tmp_path) == memory


def test_the_machine_of_the_tests_has_memory_and_a_name() -> None:
    here = machine.memory()
    assert here.total is not None
    assert here.total > GB / 4
    (finding,) = machine.system_findings()
    assert "Python 3." in finding.text


@pytest.mark.parametrize(
    ("free", "states"),
    [
        (90 * GB, ["good", "good", "good"]),
        (GB, ["good", "warning", "good"]),
        (10**6, ["broken", "warning", "warning"]),
    ],
)
def test_a_full_disk_stops_a_run_only_where_the_drafts_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, states: list[str]
) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert [finding.state for finding in machine.disk_findings(tmp_path)] == states


def test_a_folder_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine.os, "access", lambda path, mode: path != tmp_path)
    first = next(machine.disk_findings(tmp_path))
    assert (first.state, first.text) == ("warning", f"{tmp_path}, but {tmp_path} cannot be written")
    assert first.remedy
    assert "--output" in first.remedy.say
