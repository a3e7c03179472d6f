"""The translation memory: what it keeps, whom it keeps waiting, and what damages it without anybody noticing more."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.files.lock import locked
from styletune.memory import translation_memory
from styletune.memory.entry import Entry
from styletune.memory.translation_memory import FILE, TranslationMemory, check

DONE = Entry("Hello", "Guten Tag")
FAILED = Entry("Hello", None, ("the rewrite lost a link",), attempts=4)
RESCUED = Entry("Hello", "Salü\n⟦1⟧\x00", attempts=3, rescued_by="sentences")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".styletune" / FILE


@contextmanager
def opened(path: Path) -> Iterator[TranslationMemory]:
    with closing(TranslationMemory(path)) as memory:
        yield memory


def fill(path: Path, entries: int = 200) -> None:
    with opened(path) as memory:
        for number in range(entries):
            memory.keep(f"key {number}", Entry(f"source {number} " * 20, f"target {number} " * 20))
        assert memory.notices == []


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


@pytest.mark.parametrize("entry", [DONE, FAILED, RESCUED])
def test_an_entry_comes_back_in_another_run(path: Path, entry: Entry):
    with opened(path) as memory:
        memory.keep("key", entry)
    with opened(path) as memory:
        assert memory.find(["key", "other"]) == {"key": entry}


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ENTRIES = st.builds(Entry, TEXTS, st.none() | TEXTS, st.lists(TEXTS).map(tuple), st.integers(0, 9), st.none() | TEXTS)


@given(entries=st.dictionaries(TEXTS, ENTRIES, max_size=5))
def test_any_entry_comes_back_under_any_key(tmp_path_factory: pytest.TempPathFactory, entries: dict[str, Entry]):
    path = tmp_path_factory.mktemp("memory") / FILE
    with opened(path) as memory:
        for key, entry in entries.items():
            memory.keep(key, entry)
        assert memory.notices == []
    with opened(path) as memory:
        assert memory.find(list(entries)) == entries


def test_text_that_no_encoding_can_hold_is_kept_as_well(path: Path):
    entry = Entry("\ud800", "\udfff!")
    with opened(path) as memory:
        memory.keep("\udc80", entry)
        assert memory.find(["\udc80"]) == {"\udc80": entry}
        assert memory.notices == []


def test_a_later_entry_takes_the_place_of_an_earlier_one(path: Path):
    with opened(path) as memory:
        memory.keep("key", FAILED)
        memory.keep("key", DONE)
        assert memory.find(["key"]) == {"key": DONE}


def test_more_keys_than_a_query_can_hold_are_found(path: Path):
    fill(path, 1200)
    with opened(path) as memory:
        assert len(memory.find([f"key {number}" for number in range(5000)])) == 1200


def test_a_memory_that_was_never_needed_makes_no_file_and_loads_no_database(tmp_path: Path):
    script = (
        "import sys; from pathlib import Path; from styletune.memory.translation_memory import TranslationMemory\n"
        "memory = TranslationMemory(Path('.styletune/memory.sqlite')); assert memory.find(['key']) == {}\n"
        "memory.close(); print('sqlite3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert list(tmp_path.iterdir()) == []


def test_the_files_are_closed_to_others_and_hidden_from_git(path: Path):
    old = os.umask(0o000)
    try:
        memory = TranslationMemory(path)
        memory.keep("key", DONE)
        assert {name: path.with_name(name).stat().st_mode & 0o777 for name in names(path) if FILE in name} == {
            FILE: 0o600, f"{FILE}-wal": 0o600, f"{FILE}-shm": 0o600,
        }  # fmt: skip
        memory.close()
    finally:
        os.umask(old)
    assert "*" in (path.parent / ".gitignore").read_text().splitlines()


def test_an_entry_survives_a_kill_right_after_it_was_kept(path: Path):
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from styletune.memory.entry import Entry; from styletune.memory.translation_memory import TranslationMemory\n"
        "TranslationMemory(Path(sys.argv[1])).keep('key', Entry('a', 'b')); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, path], check=False).returncode == -9
    with opened(path) as memory:
        assert memory.find(["key"]) == {"key": Entry("a", "b")}
        assert memory.notices == []


class TestSeveralProcesses:
    WRITER = """
import sys, time
from pathlib import Path
from styletune.memory.entry import Entry
from styletune.memory.translation_memory import TranslationMemory
print("ready", flush=True)
sys.stdin.read()  # all begin when the test closes the pipes
memory = TranslationMemory(Path(sys.argv[1]))
slowest = 0.0
for number in range(int(sys.argv[3])):
    started = time.perf_counter()
    memory.keep(f"{sys.argv[2]} {number}", Entry(sys.argv[2], str(number)))
    slowest = max(slowest, time.perf_counter() - started)
    assert memory.find([f"{sys.argv[2]} {number}"]), number
memory.close()
assert not memory.notices, memory.notices
"""

    @pytest.mark.parametrize(("processes", "entries"), [(2, 300), (8, 60)])
    def test_they_write_at_once_without_losing_anything_or_each_other(self, path: Path, processes: int, entries: int):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", self.WRITER, path, str(number), str(entries)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            for number in range(processes)
        ]  # fmt: skip
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.close()
            writer.stdin = None
        assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [(b"", 0)] * processes
        keys = [f"{number} {entry}" for number in range(processes) for entry in range(entries)]
        with opened(path) as memory:
            assert {key: found.target for key, found in memory.find(keys).items()} == {
                key: key.split()[1] for key in keys
            }
        assert check(path) is None

    @pytest.fixture
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(translation_memory, "PATIENCE", 0.05)

    @pytest.mark.usefixtures("impatient")
    def test_one_that_holds_the_database_for_long_is_worked_around_and_told_of_once(self, path: Path):
        fill(path)
        with opened(path) as memory, closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            memory.keep("new 1", DONE)
            memory.keep("new 2", DONE)
            assert memory.find(["new 1", "key 7"]).keys() == {"new 1", "key 7"}, "readers wait for no writer"
            assert [notice.split("(")[0] for notice in memory.notices] == [
                f"The translation memory {path} is held by another program; this run goes on without it."
            ]
            other.execute("ROLLBACK")
            memory.keep("new 3", DONE)
        with opened(path) as memory:
            assert memory.find(["new 1", "new 2", "new 3"]).keys() == {"new 1", "new 2", "new 3"}

    @pytest.mark.usefixtures("impatient")
    def test_only_the_first_call_waits_for_one_that_holds_the_lock_of_the_project(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        slept: list[float] = []
        sleep = time.sleep
        monkeypatch.setattr(time, "sleep", lambda seconds: (slept.append(seconds), sleep(seconds)))
        path.parent.mkdir()
        with locked(path.parent / "lock"), opened(path) as memory:
            memory.keep("a", DONE)
            assert slept
            slept.clear()
            for key in "bcdefg":
                memory.keep(key, DONE)
            assert slept == []
            assert len(memory.notices) == 1
            assert memory.find(list("abcdefgh")).keys() == set("abcdefg")


def overwritten(at: int, length: int, byte: bytes = b"\xa5") -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(byte * length)

    return damage


def folder(path: Path) -> None:
    path.unlink()
    (path / "below").mkdir(parents=True)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def statements(*lines: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for line in lines:
                connection.execute(line)

    return damage


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no database": lambda path: path.write_text("Dear diary, " * 1000),
    "shorter than a header": lambda path: path.write_bytes(b"SQLite"),
    "zeroes": lambda path: path.write_bytes(bytes(8192)),
    "cut in the middle": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut within a page": lambda path: os.truncate(path, 4096 + 99),
    "first page lost": overwritten(100, 3000),
    "page size lost": overwritten(16, 2),
    "an inner page lost": overwritten(4096, 4096),
    "most pages lost": overwritten(2 * 4096, 20 * 4096, b"\x00"),
    "folder": folder,
    "pipe": pipe,
    "log is a folder": lambda path: path.with_name(f"{FILE}-wal").mkdir(),
    "another program's": statements("DROP TABLE entries", "CREATE TABLE notes (text)", "PRAGMA user_version = 0"),
    "another program's of our version": statements("DROP TABLE entries", "CREATE TABLE entries (key, entry)"),
    "with a trigger": statements("CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END"),
    "negative version": statements("PRAGMA user_version = -1"),
}


class TestDamage:
    @pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
    def test_a_damaged_database_is_set_aside_and_a_new_one_begun(self, path: Path, damage: Callable[[Path], None]):
        fill(path)
        damage(path)
        assert "damaged" in (check(path) or "")
        with opened(path) as memory:
            found = memory.find([f"key {number}" for number in range(200)])
            assert all(entry.target == f"target {key.split()[1]} " * 20 for key, entry in found.items())
            memory.keep("new", DONE)
            assert memory.find(["new"]) == {"new": DONE}
            (notice,) = memory.notices
        assert f"{path} is damaged. It was set aside as {FILE}.damaged-" in notice
        assert any(name.startswith(f"{FILE}.damaged-") for name in names(path))
        assert check(path) is None
        with opened(path) as memory:
            assert memory.find(["new"]) == {"new": DONE}
            assert memory.notices == []

    @pytest.mark.parametrize("name", sorted(DAMAGE.keys() - {"log is a folder"}))  # the log is in use
    def test_damage_under_an_open_database_is_noticed_or_harmless(self, path: Path, name: str):
        fill(path, 500)
        with opened(path) as memory:
            memory.find(["key 1"])
            DAMAGE[name](path)
            found = memory.find([f"key {number}" for number in range(500)])
            assert all(entry.target == f"target {key.split()[1]} " * 20 for key, entry in found.items())
            memory.keep("new", DONE)
            memory.find(["new"])
            assert len(memory.notices) <= 2


class TestSingleRows:
    @pytest.mark.parametrize(
        "change",
        [
            "entry = replace(entry, 'target', 'tarGet')",
            "entry = 'null'",
            "entry = x'ff'",
            "entry = CAST(x'fffe' AS TEXT)",
            "sum = x'00'",
            "key = 'key 6' || key",
        ],
    )
    def test_a_row_that_changed_on_the_disk_is_not_found_and_can_be_kept_again(self, path: Path, change: str):
        fill(path, 10)
        statements(f"UPDATE entries SET {change} WHERE key = 'key 5'")(path)  # noqa: S608 -- a test's own text
        with opened(path) as memory:
            assert memory.find(["key 4", "key 5"]).keys() == {"key 4"}
            memory.keep("key 5", DONE)
            assert memory.find(["key 5"]) == {"key 5": DONE}
            assert memory.notices == []

    def test_a_row_under_the_key_of_another_is_not_found(self, path: Path):
        fill(path, 2)
        statements("DELETE FROM entries WHERE key = 'key 1'", "UPDATE entries SET key = 'key 1'")(path)
        with opened(path) as memory:
            assert memory.find(["key 0", "key 1"]) == {}


def test_only_the_last_damaged_database_is_kept(path: Path):
    path.parent.mkdir()
    for _ in range(3):
        path.write_text("no database at all, only text")
        with opened(path) as memory:
            memory.keep("key", DONE)
            assert len(memory.notices) == 1
    assert len([name for name in names(path) if "damaged" in name]) == 1


def test_a_log_left_behind_by_another_database_is_no_harm(path: Path):
    fill(path, 50)
    memory = TranslationMemory(path)
    memory.keep("late", DONE)
    log = path.with_name(f"{FILE}-wal").read_bytes()
    assert log
    memory.close()
    path.unlink()
    path.with_name(f"{FILE}-wal").write_bytes(log)
    fill(path, 3)
    assert check(path) is None
    with opened(path) as memory:
        assert memory.find(["key 2", "late"]).keys() == {"key 2"}


def test_a_database_of_a_newer_version_is_left_alone(path: Path):
    fill(path, 1)
    statements("PRAGMA user_version = 99", "PRAGMA journal_mode = DELETE")(path)
    before = path.read_bytes()
    with opened(path) as memory:
        assert memory.find(["key 0"]) == {}
        memory.keep("new", DONE)
        (notice,) = memory.notices
        assert "cannot be used (a newer version of styletune made it); this run goes on without it." in notice
    assert path.read_bytes() == before
    assert "newer version" in (check(path) or "")


def test_an_empty_file_becomes_a_database(path: Path):
    path.parent.mkdir()
    path.touch()
    fill(path, 1)
    assert check(path) is None


def test_a_file_in_the_place_of_the_folder_is_an_answer_in_words(path: Path):
    path.parent.write_text("")
    with opened(path) as memory:
        memory.keep("key", DONE)
        assert memory.find(["key"]) == {"key": DONE}, "within a run nothing is lost"
        assert [notice.partition("(")[2] for notice in memory.notices] == [
            "a part of its path is a file, not a folder); this run goes on without it."
        ]


def test_a_disk_without_shared_memory_gets_a_database_without_a_log(path: Path, monkeypatch: pytest.MonkeyPatch):
    connect = sqlite3.connect
    fill(path, 5)  # with a log, before the folder came to that disk
    without_shared_memory = lambda address, **more: connect(f"{address}&vfs=unix-dotfile", **more)  # noqa: E731
    monkeypatch.setattr(sqlite3, "connect", without_shared_memory)
    fill(path.parent / "b" / FILE, 5)
    fill(path, 10)
    for database in (path, path.parent / "b" / FILE):
        with opened(database) as memory:
            assert len(memory.find([f"key {number}" for number in range(10)])) in (5, 10)
            assert memory.notices == []
        with closing(connect(database)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_the_entries_used_longest_ago_go_when_the_memory_is_full(path: Path, monkeypatch: pytest.MonkeyPatch):
    fill(path, 3000)
    today = time.time()
    monkeypatch.setattr(time, "time", lambda: today + 86400)
    with opened(path) as memory:
        assert len(memory.find(["key 5", "key 6"])) == 2
    limit = 2_000_000
    with closing(TranslationMemory(path, limit=limit)) as memory:
        for number in range(600):
            memory.keep(f"new {number}", DONE)
        assert memory.find(["key 5", "key 6", "key 7", "key 2999", "new 0", "new 599"]).keys() == {
            "key 5", "key 6", "key 2999", "new 0", "new 599",
        }  # fmt: skip
    with closing(sqlite3.connect(path)) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    assert (pages - free) * size <= limit


def test_a_disk_that_fills_up_costs_only_what_is_new(path: Path):
    fill(path, 20)
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from styletune.memory.entry import Entry; from styletune.memory.translation_memory import TranslationMemory\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))\n"
        "memory = TranslationMemory(Path(sys.argv[1]))\n"
        "for number in range(50): memory.keep(f'new {number}', Entry('x' * 9000, 'y'))\n"
        "print(len(memory.find(['key 3', 'new 49'])), *memory.notices); memory.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("2 The translation memory"), done.stdout
    assert done.stdout.count("goes on without it") == 1
    with opened(path) as memory:
        assert memory.find(["key 3"]).keys() == {"key 3"}
        assert memory.notices == []
    assert check(path) is None


def test_a_check_of_no_database_finds_nothing_and_makes_nothing(path: Path):
    assert check(path) is None
    assert not path.parent.exists()
