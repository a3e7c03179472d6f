"""Files are replaced whole or not at all."""

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from styletune.errors import FileError, SourceChangedError
from styletune.files.atomic import digest, present, read_bytes, remove_strays, sync_folders, write_atomic


def names(folder: Path = Path()) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_gets_the_bytes_and_the_permissions_of_the_umask(tmp_path: Path):
    old = os.umask(0o027)
    try:
        write_atomic(tmp_path / "deep" / "new.md", b"text")
    finally:
        os.umask(old)
    assert (tmp_path / "deep" / "new.md").read_bytes() == b"text"
    assert stat.S_IMODE((tmp_path / "deep" / "new.md").stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o664])
def test_permissions_of_a_replaced_file_are_kept(tmp_path: Path, mode: int):
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_atomic(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", mode)


def test_a_link_is_written_through_and_stays_a_link(tmp_path: Path):
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.md"
    target.write_bytes(b"old")
    link = tmp_path / "link.md"
    link.symlink_to(target)
    write_atomic(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path / "real") == ["a.md"]


def test_a_link_that_leads_nowhere_makes_its_target(tmp_path: Path):
    (tmp_path / "link.md").symlink_to("target.md")
    write_atomic(tmp_path / "link.md", b"new")
    assert (tmp_path / "target.md").read_bytes() == b"new"


def test_links_in_a_circle_are_an_error_in_words(tmp_path: Path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(FileError, match="circle"):
        write_atomic(tmp_path / "a", b"x")


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path):
    read_end, write_end = os.pipe()
    try:
        write_atomic(Path(f"/dev/fd/{write_end}"), b"through")
        assert os.read(read_end, 10) == b"through"
    finally:
        os.close(read_end)
        os.close(write_end)
    write_atomic(Path(os.devnull), b"x")
    assert not Path(os.devnull).is_file()


def test_a_changed_source_is_left_alone(tmp_path: Path):
    path = tmp_path / "a.md"
    path.write_bytes(b"someone else's")
    with pytest.raises(SourceChangedError, match="changed by someone else"):
        write_atomic(path, b"ours", expect=digest(b"what we read"))
    assert path.read_bytes() == b"someone else's"
    assert names(tmp_path) == ["a.md"]
    write_atomic(path, b"ours", expect=digest(b"someone else's"))
    assert path.read_bytes() == b"ours"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("folder", "is a folder"),
        ("file/below", "a part of its path is a file"),
        ("x" * 300, "the name is too long"),
    ],
)
def test_what_cannot_be_written_is_said_in_words(tmp_path: Path, path: str, words: str):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileError, match=words):
        write_atomic(tmp_path / path, b"x")


@pytest.mark.parametrize("read_only", ["folder", "folder/a.md"])
def test_read_only_files_and_folders_are_respected(tmp_path: Path, read_only: str):
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "a.md"
    path.write_bytes(b"old")
    (tmp_path / read_only).chmod(0o555)
    if os.access(tmp_path / read_only, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(FileError, match=r"read-only|permission"):
        write_atomic(path, b"new")
    (tmp_path / "folder").chmod(0o755)
    assert path.read_bytes() == b"old"


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path):
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from styletune.errors import FileError; from styletune.files.atomic import write_atomic\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_atomic(Path(sys.argv[1]), b'x' * 5000)\n"
        "except FileError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert "too large for this disk. Nothing was changed" in done.stdout
    assert names(tmp_path) == ["a.md"]
    assert path.read_bytes() == b"old"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000


KILLED_AT_EVERY_LINE = """
import os, signal, sys
from collections.abc import Callable
from pathlib import Path
from styletune.files import atomic

path, old, new = Path(sys.argv[1]), b"old" * 20000, b"new" * 30000
for stop_at in range(1, 500):
    atomic._swept.clear()  # each round stands for a new process
    atomic.write_atomic(path, old)
    child = os.fork()
    if child == 0:
        lines = 0
        def trace(frame, event, _):
            global lines
            if frame.f_code.co_filename != atomic.__file__:
                return None
            lines += 1
            if lines == stop_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace
        sys.settrace(trace)
        atomic.write_atomic(path, new)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    found = path.read_bytes()
    assert found in (old, new), f"torn at line {stop_at}"
    print("strays", len(os.listdir(path.parent)) - 1)
    if os.WIFEXITED(status):
        assert found == new
        print("points", stop_at)
        break
"""


def test_a_process_killed_at_any_line_of_the_write_leaves_a_whole_file(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EVERY_LINE, str(tmp_path / "a.md")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) > 30, "the write was traced"
    assert "strays 1" in done.stdout, "some kills fell between creating and replacing"
    assert "strays 2" not in done.stdout, "the next write removes what a dead process left"
    assert names(tmp_path) == ["a.md"]


@pytest.mark.parametrize(("mode", "expected"), [(0o600, 0o600), (0o640, 0o640), (0o444, 0o644), (0o755, 0o644)])
def test_a_new_file_is_closed_to_whom_its_source_is_closed(tmp_path: Path, mode: int, expected: int):
    source, path = tmp_path / "draft.md", tmp_path / "draft.en.md"
    source.touch()
    source.chmod(mode)
    old = os.umask(0o022)
    try:
        write_atomic(path, b"new", like=source)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == expected


def test_many_writes_into_a_folder_look_through_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    looked: list[Path] = []
    monkeypatch.setattr("styletune.files.atomic.remove_strays", looked.append)
    for number in range(3):
        write_atomic(tmp_path / f"{number}.md", b"text")
    assert looked == [tmp_path]


def test_only_strays_of_dead_processes_of_this_machine_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    monkeypatch.setattr("styletune.files.atomic._host", lambda: "0000cafe")
    kept = [
        f".styletune-0000cafe-{os.getppid()}-0123abcd.tmp",
        f".styletune-0000cafe-{os.getpid()}-0123abcd.tmp",
        f".styletune-0000beef-{dead.pid}-0123abcd.tmp",
        ".styletune-notes.tmp",
        "post.md",
    ]
    gone = [f".styletune-0000cafe-{dead.pid}-0123abcd.tmp", f".styletune-0000cafe-{os.getppid()}-4567abcd.tmp"]
    for name in (*kept, *gone):
        (tmp_path / name).touch()
    os.utime(tmp_path / gone[1], (0, 0))  # its process number was given to someone else since
    remove_strays(tmp_path)
    assert names(tmp_path) == sorted(kept)


def test_an_unreadable_file_is_an_error_in_words(tmp_path: Path):
    with pytest.raises(FileError, match=r"none\.md cannot be read: there is no such file"):
        read_bytes(tmp_path / "none.md")


@pytest.mark.parametrize(("make", "words"), [(os.mkfifo, "it is a pipe"), (os.mkdir, "it is a folder")])
def test_what_is_no_file_is_not_read(tmp_path: Path, make: Callable[[Path], None], words: str):
    make(tmp_path / "a.md")
    with pytest.raises(FileError, match=words):
        read_bytes(tmp_path / "a.md")


def test_a_device_that_never_ends_is_not_read():
    with pytest.raises(FileError, match="it is a device, not a file"):
        read_bytes(Path("/dev/zero"))


def test_a_file_that_was_deleted_meanwhile_is_not_brought_back_nor_is_its_folder(tmp_path: Path):
    with pytest.raises(SourceChangedError, match="was deleted by someone else"):
        write_atomic(tmp_path / "gone" / "a.md", b"ours", expect=digest(b"what we read"))
    assert names(tmp_path) == []


def test_a_name_that_cannot_be_is_an_error_in_words(tmp_path: Path):
    assert present(tmp_path)
    assert not present(tmp_path / "none")
    with pytest.raises(FileError, match="the name is too long"):
        present(tmp_path / ("x" * 300))


@pytest.mark.parametrize("name", ["x" * 255, "海" * 85])
def test_the_longest_name_can_be_written(tmp_path: Path, name: str):
    for data in (b"old", b"new"):
        write_atomic(tmp_path / name, data)
    assert names(tmp_path) == [name]


def test_each_folder_is_synced_once_after_all_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("a/1.md", "a/2.md", "b/1.md", "gone/1.md"):
        write_atomic(tmp_path / name, b"text")
    (tmp_path / "gone" / "1.md").unlink()
    (tmp_path / "gone").rmdir()
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    sync_folders()
    here = {(tmp_path / name).stat().st_ino for name in "ab"}
    assert here <= set(synced)
    assert len(synced) == len(set(synced))
    synced.clear()
    sync_folders()
    assert synced == []


def test_a_folder_that_was_moved_away_is_not_made_again_for_what_lies_beside_its_source(tmp_path: Path):
    source = tmp_path / "posts" / "a.md"
    with pytest.raises(FileError, match="cannot be written"):
        write_atomic(tmp_path / "posts" / "a.rewritten.md", b"new", like=source)
    assert not (tmp_path / "posts").exists()
    write_atomic(tmp_path / "out" / "a.md", b"new", like=source)
    assert (tmp_path / "out" / "a.md").read_bytes() == b"new"
