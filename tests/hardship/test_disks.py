"""Disks that are full or closed, and limits: each file is old or new, and what can be done is done.

Disks are mounted where only the process of the test sees them, so that nothing is left behind.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from styletune.cli import app
from styletune.files.records import Records

TEXT = "We walked to the old harbour.\n\nThe boats came home late.\n"
STYLETUNE = [sys.executable, "-c", "from styletune.cli import main; main()"]
OWN_MOUNTS = ["unshare", "--mount", "--propagation", "private"]


@pytest.fixture(scope="module")
def mounts() -> None:
    """Skip where the user may not mount."""
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare")
    done = subprocess.run([*OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this user may not mount")


def on_disk(size: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the shell with a small disk at ``disk`` that nobody else sees."""
    Path("disk").mkdir(exist_ok=True)
    lines = f'set -u; mount -t tmpfs -o size={size},nr_inodes=200 tmpfs disk; styletune() {{ {_quoted()} "$@" --model pseudo; }}\n'
    command = [*OWN_MOUNTS, "sh", "-c", lines + script]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _quoted() -> str:
    return " ".join(f"'{word}'" for word in STYLETUNE)


def whole(path: Path, *allowed: str) -> bool:
    return (path.read_text() if path.exists() else "") in allowed


def strays() -> list[Path]:
    return list(Path().rglob(".styletune-*.tmp"))


@pytest.mark.usefixtures("mounts")
class TestFull:
    @pytest.mark.parametrize("how", ["", "--in-place"])
    def test_files_are_whole_and_a_run_on_an_emptied_disk_does_the_rest(self, how: str):
        paragraph = "The harbour was full of boats. " * 100 + "\n\n"
        Path("posts").mkdir()
        for number in range(8):
            Path(f"posts/{number}.md").write_text(f"Number {number}.\n\n" + paragraph * 4)
        done = on_disk(
            "250k",
            f"cp posts/* disk; head -c 60k /dev/zero > disk/ballast; styletune rewrite disk {how} --quiet; echo first $?;"
            "mkdir first; cp disk/*.md first; ls -A disk | grep tmp; rm disk/ballast; mount -o remount,size=5m disk;"
            f"styletune rewrite disk {how} --quiet; echo second $?; mkdir second; cp -r disk/. second",
        )
        assert done.stdout == "first 2\nsecond 0\n", done.stderr
        assert "the disk is full" in done.stderr
        assert "in a way it should not" not in done.stderr
        for number in range(8):
            name = f"{number}.md" if how else f"{number}.rewritten.md"
            final = Path("second", name).read_text()
            assert final.startswith("Ńúḿƀéŕ")
            assert whole(Path("first", name), final, Path(f"posts/{number}.md").read_text() if how else "")
            assert how or Path(f"first/{number}.md").read_text() == Path(f"posts/{number}.md").read_text()
        assert Records(Path("second")).notices == []

    def test_a_full_disk_with_room_for_nothing_is_said(self):
        Path("a.md").write_text(TEXT)
        done = on_disk(
            "40k", "cp a.md disk; cat /dev/zero > disk/ballast; styletune rewrite disk --in-place; cat disk/a.md"
        )
        assert "the disk is full" in done.stderr
        assert done.stdout == TEXT


@pytest.mark.usefixtures("mounts")
def test_a_disk_that_may_only_be_read_is_said_and_another_place_works():
    Path("a.md").write_text(TEXT)
    done = on_disk(
        "1m",
        "cp a.md disk; mount -o remount,ro disk; styletune rewrite disk/a.md; echo $?;"
        "styletune rewrite disk/a.md --in-place; echo $?; styletune rewrite disk/a.md --output out/; echo $?;"
        "styletune rewrite disk/a.md --diff > patch; echo $?; styletune restore disk/a.md",
    )
    assert done.stdout == "2\n2\n0\n0\n", done.stderr
    assert done.stderr.count("the disk is read-only") == 2
    assert "in a way it should not" not in done.stderr
    assert Path("out/a.md").read_text() != TEXT


@pytest.mark.usefixtures("mounts")
def test_an_output_may_lie_on_another_disk():
    Path("a.md").write_text(TEXT)
    Path("link.rewritten.md").symlink_to("disk/elsewhere.md")
    done = on_disk(
        "1m",
        "styletune rewrite a.md --output disk/ && cat disk/a.md; cp a.md link.md;"
        "styletune rewrite link.md && cat disk/elsewhere.md; ls -A disk",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Ŵé ŵáĺķéď") == 2
    assert Path("link.rewritten.md").is_symlink()
    assert strays() == []


@contextmanager
def files_limited(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size in bytes; Python ignores the signal that comes with it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


ROOM = 40_000
"""Bytes that are enough for every file."""


@pytest.mark.parametrize("limit", [0, 50, 300, 700, 1500, 5000, 9000, ROOM])
def test_whatever_cannot_be_written_any_more_the_next_run_mends(limit: int):
    """A limit on the size of files cuts a write at any byte, as a full disk does, for any user and on any system."""
    times = {"a.md": 3, "b.md": 100}
    for name, count in times.items():
        Path(name).write_text(TEXT * count)
    command = ["rewrite", *times, "--in-place", "--model", "pseudo"]
    with files_limited(limit):
        first = CliRunner().invoke(app, command)
    assert first.exit_code == (0 if limit == ROOM else 2), first.stderr
    assert "in a way it should not" not in first.stderr
    after_first = {name: Path(name).read_text() for name in times}
    assert CliRunner().invoke(app, command).exit_code == 0
    for name, count in times.items():
        assert Path(name).read_text().count("Ŵé ŵáĺķéď") == count
        assert after_first[name] in (TEXT * count, Path(name).read_text())
        assert CliRunner().invoke(app, ["restore", name]).exit_code == 0
        assert Path(name).read_text() == TEXT * count
    assert Records(Path()).notices == []
    assert strays() == []


class TestPermissions:
    @pytest.fixture
    def as_others(self) -> list[str]:
        """Return what takes a command the privilege of the superuser to write and read everywhere."""
        if os.geteuid() != 0:
            return []
        drop = "-dac_override,-dac_read_search,-fowner,-linux_immutable"
        prefix = ["setpriv", f"--bounding-set={drop}", f"--inh-caps={drop}"]
        if shutil.which("setpriv") is None or subprocess.run([*prefix, "true"], check=False).returncode:
            pytest.skip("the superuser's privileges cannot be dropped here")
        return prefix

    @pytest.fixture(autouse=True)
    def posts(self) -> None:
        for name in ("closed/a.md", "open/b.md", "open/c.md"):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(TEXT)
        Path("styletune.toml").touch()

    def rewrite(self, as_others: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*as_others, *STYLETUNE, "rewrite", *arguments, "--model", "pseudo"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    @pytest.mark.parametrize("how", [[], ["--in-place"]])
    def test_a_folder_that_may_not_be_written_keeps_its_files(self, as_others: list[str], how: list[str]):
        Path("closed").chmod(0o555)
        done = self.rewrite(as_others, ".", *how)
        Path("closed").chmod(0o755)
        assert done.returncode == 2
        assert "closed/a" in done.stderr
        assert "you have no permission" in done.stderr
        assert [path.name for path in Path("closed").iterdir()] == ["a.md"]
        assert Path("closed/a.md").read_text() == TEXT
        assert Path("open/b.md" if how else "open/b.rewritten.md").read_text() != TEXT

    def test_a_file_that_may_not_be_written_is_not_replaced(self, as_others: list[str]):
        Path("closed/a.md").chmod(0o444)
        done = self.rewrite(as_others, ".", "--in-place")
        assert done.returncode == 2
        assert "closed/a.md cannot be written: it is read-only" in done.stderr
        assert Path("closed/a.md").read_text() == TEXT
        assert Path("open/b.md").read_text() != TEXT

    @pytest.mark.parametrize("how", [[], ["--in-place"], ["--check"]])
    def test_a_file_that_may_not_be_read_is_named_and_the_rest_is_done(self, as_others: list[str], how: list[str]):
        Path("open/b.md").chmod(0)
        done = self.rewrite(as_others, "open", *how)
        assert done.returncode == (1 if how == ["--check"] else 2), done.stderr
        assert how == ["--check"] or "open/b.md cannot be read: you have no permission" in done.stderr
        assert "in a way it should not" not in done.stderr
        assert how != ["--in-place"] or Path("open/c.md").read_text() != TEXT

    def test_a_project_whose_memory_may_not_be_written_is_said(self, as_others: list[str]):
        Path(".styletune").mkdir(mode=0o555)
        done = self.rewrite(as_others, "open")
        Path(".styletune").chmod(0o755)
        assert done.returncode == 2
        assert ".styletune" in done.stderr
        assert "you have no permission" in done.stderr
        assert "in a way it should not" not in done.stderr
        assert sorted(path.name for path in Path("open").iterdir()) == ["b.md", "c.md"]
