"""The watch goes on whatever becomes of folders, threads and the system's limits."""

import errno
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from watchdog.observers import Observer
from watchdog.observers.api import EventEmitter

from styletune.files.discovery import SUFFIXES
from styletune.watch import doubts, folders, hints, rescan
from styletune.watch import senses as sensing
from styletune.watch.senses import Senses

QUIET = 0.03
LONG = 20.0
"""Seconds after which a wait has failed."""

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")


def wanted(path: Path) -> bool:
    return path.suffix in SUFFIXES and not path.name.startswith(".")


def until(senses: Senses, done: Callable[[set[Path]], bool]) -> set[Path]:
    """Wait for paths to be handed out, and return all that were."""
    seen: set[Path] = set()
    deadline = senses._clock() + LONG
    while not done(seen):
        assert senses._clock() < deadline, f"only {seen} was handed out; notices: {senses.notices}"
        seen |= senses.changed(0.05)
    return seen


def until_noticed(senses: Senses, words: str) -> None:
    until(senses, lambda seen: any(words in notice for notice in senses.notices))


def hears_of(senses: Senses, path: Path) -> bool:
    """Save a file, and tell whether it is handed out."""
    path.write_text(f"{path.read_text() if path.exists() else ''}More.", encoding="utf-8")
    return path in until(senses, lambda seen: path in seen)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "posts").mkdir()
    return tmp_path / "posts"


Watch = Callable[..., Senses]


@pytest.fixture
def watch() -> Iterator[Watch]:
    started: list[Senses] = []

    def start(*roots: Path, poll: bool = False, quiet: float = QUIET, observer: type | None = None) -> Senses:
        senses = Senses(roots, wanted=wanted, quiet=quiet, poll=poll, observer=observer)
        started.append(senses)
        senses.start()
        return senses

    yield start
    for senses in started:
        senses.stop()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let looks follow each other fast, so that tests need not wait for them."""
    monkeypatch.setattr(sensing, "RESCAN", 0.05)
    monkeypatch.setattr(sensing, "POLL", 0.05)
    monkeypatch.setattr(sensing, "_HEARTBEAT", 0.05)
    monkeypatch.setattr(doubts, "GRACE", 0.2)


class TestWaiting:
    def test_nothing_is_returned_when_nothing_happens(self, folder: Path, watch: Watch):
        (folder / "a.md").write_text("Here before.")
        assert watch(folder).changed(0.2) == frozenset()

    def test_another_thread_can_end_the_wait(self, folder: Path, watch: Watch):
        senses = watch(folder)
        threading.Timer(0.05, senses.wake).start()
        before = senses._clock()
        assert senses.changed(LONG) == frozenset()
        assert senses._clock() - before < LONG / 2

    def test_a_call_to_end_the_wait_is_not_lost_if_nobody_waits_yet(self, folder: Path, watch: Watch):
        senses = watch(folder)
        senses.wake()
        before = senses._clock()
        senses.changed(LONG)
        assert senses._clock() - before < LONG / 2

    def test_files_of_a_folder_that_was_away_between_two_looks_are_handed_out(self, folder: Path, watch: Watch):
        """Whoever worked on them meanwhile did not find them."""
        (folder / "deep").mkdir()
        path = folder / "deep" / "a.md"
        path.write_text("Here before.")
        senses = watch(folder)
        (folder / "deep").rename(folder / "away")
        (folder / "away").rename(folder / "deep")
        assert path in until(senses, lambda seen: path in seen)

    def test_a_file_that_is_written_without_a_pause_is_handed_out_before_it_rests(self, folder: Path, watch: Watch):
        path, senses, enough = folder / "log.md", watch(folder, quiet=QUIET), threading.Event()

        def write() -> None:
            while not enough.wait(0.005):
                with path.open("a") as file:
                    file.write("More. ")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            until(senses, lambda seen: path in seen)
        finally:
            enough.set()
            writer.join()
        path.write_text("The end.")
        until(senses, lambda seen: path in seen)

    @pytest.mark.parametrize("text", ["", "Text.\n\n```python\nprint(", "---\ntitle: Winter\n"])
    def test_what_looks_half_written_waits_longer_than_what_does_not(self, folder: Path, watch: Watch, text: str):
        senses = watch(folder, quiet=0.15)
        half, whole = folder / "a.md", folder / "b.md"
        half.write_text(text)
        whole.write_text("Whole.")
        assert until(senses, lambda seen: whole in seen) == {whole}
        assert until(senses, lambda seen: half in seen) == {half}

    def test_an_event_from_before_the_watch_is_not_a_change(self, folder: Path, watch: Watch):
        """A Mac tells of saves up to half a minute old."""
        old, new = folder / "old.md", folder / "new.md"
        old.write_text("Here before.")
        senses = watch(folder)
        senses._box.file(os.path.realpath(old), sure=True)
        new.write_text("Just saved.")
        assert until(senses, lambda seen: new in seen) == {new}

    def test_an_event_counts_where_the_disk_keeps_times_too_coarsely_to_tell(
        self, folder: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(sensing, "HISTORY", 0.0)
        path = folder / "a.md"
        path.write_text("cold")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        senses = watch(folder)
        path.write_text("warm")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        assert until(senses, bool) == {path}

    @pytest.mark.usefixtures("impatient")
    def test_polling_waits_until_a_coarse_clock_can_tell_the_next_save_apart(
        self, folder: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(rescan, "TICK", 1.2)
        path, senses = folder / "a.md", watch(folder, poll=True, quiet=0.2)
        path.write_text("cold")
        second = int(time.time())
        os.utime(path, (second, second))
        assert until(senses, bool) == {path}
        assert time.time() - second >= 1.2

    def test_an_error_in_the_filter_reaches_the_caller(self, folder: Path, watch: Watch):
        senses = watch(folder)
        (folder / "a.md").write_text("New.")

        def broken(path: Path) -> bool:
            raise LookupError(path)

        senses._wanted = broken
        with pytest.raises(LookupError, match=r"a\.md"):
            until(senses, lambda seen: False)


class TestRoots:
    def test_a_root_behind_a_link_gives_names_behind_the_link(self, folder: Path, watch: Watch):
        (folder.parent / "blog").symlink_to(folder)
        senses = watch(folder.parent / "blog")
        (folder / "a.md").write_text("Saved under the real name.")
        assert until(senses, bool) == {folder.parent / "blog" / "a.md"}

    def test_a_link_inside_a_root_is_followed_and_a_new_one_too(self, folder: Path, watch: Watch):
        far = folder.parent / "far"
        far.mkdir()
        (folder / "link").symlink_to(far)
        senses = watch(folder)
        (far / "a.md").write_text("New.")
        assert until(senses, bool) == {folder / "link" / "a.md"}
        (folder.parent / "farther").mkdir()
        (folder.parent / "farther" / "b.md").write_text("Old.")
        (folder / "second").symlink_to(folder.parent / "farther")
        assert until(senses, bool) == {folder / "second" / "b.md"}

    def test_a_relative_root_gives_relative_names(self, folder: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.chdir(folder.parent)
        senses = watch(Path("posts"))
        (folder / "a.md").write_text("New.")
        assert until(senses, bool) == {Path("posts/a.md")}

    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    def test_accents_come_out_as_they_are_on_the_disk(self, folder: Path, watch: Watch, form: str):
        path = folder / unicodedata.normalize(form, "café") / unicodedata.normalize(form, "été.md")
        path.parent.mkdir()
        assert hears_of(watch(folder), path)
        assert hears_of(watch(path), path)

    def test_a_file_behind_a_link_is_followed_where_it_really_is(self, folder: Path, watch: Watch):
        (folder / "real.txt").write_text("Old.")
        (folder / "deep").mkdir()
        link = folder / "deep" / "a.md"
        link.symlink_to(folder / "real.txt")
        senses = watch(link)
        (folder / "real.txt").write_text("New.")
        assert until(senses, bool) == {link}

    def test_files_and_folders_can_be_watched_together(self, folder: Path, watch: Watch):
        single, beside = folder.parent / ".stylerules", folder / "a.md"
        senses = Senses([folder, single], wanted=lambda path: path == single or wanted(path), quiet=QUIET, poll=False)
        senses.start()
        try:
            assert senses.notices == [f"{single} is not there. It is watched again as soon as it returns."]
            assert hears_of(senses, single)
            assert hears_of(senses, beside)
        finally:
            senses.stop()

    def test_a_root_that_goes_is_waited_for_and_handed_out_whole_when_it_returns(
        self, folder: Path, watch: Watch, impatient: None
    ):
        paths = {folder / "a.md", folder / "deep" / "b.md"}
        (folder / "deep").mkdir()
        for path in paths:
            path.write_text("Text.")
        senses = watch(folder)
        folder.rename(folder.parent / "away")
        until_noticed(senses, "posts is not there. It is watched again as soon as it returns.")
        assert senses.changed(10 * QUIET) == frozenset(), "files out of sight are not deleted files"
        (folder.parent / "away").rename(folder)
        assert until(senses, lambda seen: paths <= seen) == paths
        assert senses.notices[-1].endswith("posts is there again.")
        assert hears_of(senses, folder / "deep" / "b.md")
        assert senses._deaths == 0

    def test_a_disk_that_is_taken_out_leaves_an_empty_folder_and_is_waited_for(
        self, folder: Path, watch: Watch, impatient: None
    ):
        (folder / "a.md").write_text("Text.")
        senses = watch(folder)
        folder.rename(folder.parent / "disk")
        folder.mkdir()
        until_noticed(senses, "posts is not there.")
        folder.rmdir()
        (folder.parent / "disk").rename(folder)
        assert until(senses, lambda seen: folder / "a.md" in seen) == {folder / "a.md"}
        assert hears_of(senses, folder / "a.md")

    @pytest.mark.parametrize("poll", [False, True], ids=["events", "poll"])
    def test_a_root_may_come_later(self, tmp_path: Path, watch: Watch, impatient: None, poll: bool):
        senses = watch(tmp_path / "deep" / "posts", poll=poll)
        assert senses.notices == [
            f"{tmp_path / 'deep' / 'posts'} is not there. It is watched again as soon as it returns."
        ]
        path = tmp_path / "deep" / "posts" / "a.md"
        path.parent.mkdir(parents=True)
        assert hears_of(senses, path)

    def test_a_root_that_is_deleted_and_made_again_is_watched_again(self, folder: Path, watch: Watch, impatient: None):
        (folder / "a.md").write_text("Text.")
        senses = watch(folder)
        for _ in range(3):
            shutil.rmtree(folder)
            until(senses, lambda seen: folder / "a.md" in seen or folder in senses._absent)
            folder.mkdir()
            assert hears_of(senses, folder / "a.md")
        assert not senses._polling


class TestFailures:
    def test_a_dead_observer_is_replaced_once_and_then_files_are_polled(
        self, folder: Path, watch: Watch, impatient: None
    ):
        path, senses = folder / "a.md", watch(folder)
        for deaths in (1, 2):
            assert senses._folders is not None
            senses._folders._observer.stop()
            until(senses, lambda seen, deaths=deaths: senses._deaths == deaths)
            assert hears_of(senses, path)
            assert senses._polling is (deaths == 2)
        assert senses.notices == [
            "The system's events ended twice without a reason. The files are looked at every second instead."
        ]

    def test_deaths_that_lie_far_apart_do_not_add_up(
        self, folder: Path, watch: Watch, impatient: None, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(sensing, "_CALM", 0.0)
        senses = watch(folder)
        for _ in range(3):
            dead = senses._folders
            assert dead is not None
            dead._observer.stop()
            until(senses, lambda seen, dead=dead: senses._folders is not dead)
            assert hears_of(senses, folder / "a.md")
        assert not senses._polling

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_a_thread_that_dies_of_an_event_is_replaced_and_the_save_is_not_lost(
        self, folder: Path, watch: Watch, impatient: None
    ):
        deadly = [True]

        class Mortal(Observer):  # type: ignore[misc, valid-type]
            def __init__(self) -> None:
                super().__init__()
                self._emitter_class = _mortal(self._emitter_class, deadly)

        path, senses = folder / "a.md", watch(folder, observer=Mortal)
        path.write_text("This kills it.")
        until(senses, lambda seen: path in seen)
        until(senses, lambda seen: senses._deaths == 1)
        assert hears_of(senses, path)
        assert senses.notices == []

    def test_a_system_that_says_nothing_is_found_out(self, folder: Path, watch: Watch, impatient: None):
        class Mute(Observer):  # type: ignore[misc, valid-type]
            def dispatch_events(self, event_queue: object) -> None:
                self.event_queue.get(block=True)

        path, senses = folder / "a.md", watch(folder, observer=Mute)
        assert hears_of(senses, path)
        until(senses, lambda seen: senses._deaths == 1)
        assert hears_of(senses, path)
        until_noticed(senses, "a.md changed and the system did not say so, as happens on network folders.")
        assert hears_of(senses, path)

    @pytest.mark.parametrize(
        ("number", "given", "setting"),
        [
            (errno.ENOSPC, 0, "fs.inotify.max_user_watches=524288"),
            (errno.ENOSPC, 2, "fs.inotify.max_user_watches=524288"),
            (errno.EMFILE, 1, "fs.inotify.max_user_instances=1024"),
        ],
    )
    @pytest.mark.usefixtures("impatient")
    def test_without_watches_files_are_polled_and_the_limit_to_raise_is_named(
        self, folder: Path, watch: Watch, number: int, given: int, setting: str
    ):
        class Limited(Observer):  # type: ignore[misc, valid-type]
            def __init__(self) -> None:
                super().__init__()
                self._emitter_class = _limited(self._emitter_class, number, given)

        for name in "xyz":
            (folder / name).mkdir()
        senses = watch(folder, observer=Limited)
        assert len(senses.notices) == 1
        assert f"sudo sysctl {setting}." in senses.notices[0]
        assert hears_of(senses, folder / "z" / "a.md")

    def test_an_observer_that_cannot_be_made_is_no_obstacle(self, folder: Path, watch: Watch, impatient: None):
        class Refused(Observer):  # type: ignore[misc, valid-type]
            def __init__(self) -> None:
                raise OSError(errno.EMFILE, "inotify instance limit reached")

        senses = watch(folder, observer=Refused)
        assert "fs.inotify.max_user_instances" in senses.notices[0]
        assert not logging.getLogger("watchdog").handlers
        assert hears_of(senses, folder / "a.md")

    @on_linux
    def test_the_real_limit_of_the_system_is_met_and_named(self, folder: Path):
        for number in range(5):
            (folder / str(number)).mkdir()
        script = f"""
from pathlib import Path
Path("/proc/sys/user/max_inotify_watches").write_text("3")
from styletune.watch.senses import Senses
path = Path({str(folder)!r}, "4", "a.md")
senses = Senses([path.parent.parent], wanted=lambda path: path.suffix == ".md", quiet={QUIET}, poll=False)
senses.start()
path.write_text("New.")
seen = frozenset()
while path not in seen:
    seen |= senses.changed({LONG})
senses.stop()
print(*senses.notices)
"""
        own_limits = ["unshare", "--user", "--map-root-user"]
        with suppress(FileNotFoundError):
            tried = subprocess.run([*own_limits, "test", "-w", "/proc/sys/user/max_inotify_watches"], check=False)
            if tried.returncode == 0:
                done = subprocess.run(
                    [*own_limits, sys.executable, "-c", script],
                    capture_output=True,
                    text=True,
                    check=True,
                    timeout=LONG,
                )
                assert "raise fs.inotify.max_user_watches" in done.stdout
                assert done.stderr == ""
                return
        pytest.skip("this system gives no user namespaces")

    def test_too_many_folders_are_polled(
        self, folder: Path, watch: Watch, impatient: None, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(folders, "MOST", 3)
        senses = watch(folder)
        assert senses.notices == []
        for name in "xyz":
            (folder / name).mkdir()
        until_noticed(senses, "The system cannot watch these folders (there are 4 of them).")
        assert hears_of(senses, folder / "z" / "a.md")

    def test_a_flood_of_events_leads_to_a_look_at_everything(
        self, folder: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(hints, "MOST", 20)
        senses = watch(folder)
        for number in range(100):
            (folder / f"{number}.md").write_text("New.")
        assert len(until(senses, lambda seen: len(seen) == 100)) == 100
        assert len(senses._box._hints.files) <= 21

    def test_what_the_library_complains_of_leads_to_a_look_and_is_not_printed(
        self, folder: Path, watch: Watch, capfd: pytest.CaptureFixture[str]
    ):
        path, senses = folder / "a.md", watch(folder)
        senses._box.take()
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed")
        assert senses._box.take()[0].lost
        assert hears_of(senses, path)
        assert capfd.readouterr().err == ""


class TestCost:
    @on_linux
    def test_only_folders_that_are_entered_cost_a_watch(self, folder: Path, watch: Watch):
        for name in ("2024", "2025/deep", ".git/objects/ab", "node_modules/left-pad/lib"):
            (folder / name).mkdir(parents=True)
        before = _system_watches()
        senses = watch(folder)
        assert _system_watches() - before == 4
        (folder / "2026").mkdir()
        assert hears_of(senses, folder / "2026" / "a.md")
        assert _system_watches() - before == 5
        shutil.rmtree(folder / "2025")
        until(senses, lambda seen: _system_watches() - before == 3)

    def test_what_is_gone_is_forgotten(self, folder: Path, watch: Watch):
        senses, threads = watch(folder), threading.active_count()
        for number in range(20):
            (folder / f"{number}").mkdir()
            assert hears_of(senses, folder / f"{number}" / "a.md")
            shutil.rmtree(folder / f"{number}")
        assert hears_of(senses, folder / "last.md")
        until(senses, lambda seen: len(senses._seen.folders) == 1)
        until(senses, lambda seen: not len(senses._settling))
        assert set(senses._seen.files) == {folder / "last.md"}
        assert threading.active_count() == threads
        assert not senses._box._hints.files

    def test_stopping_gives_everything_back(self, folder: Path, watch: Watch):
        threads, handlers = threading.active_count(), len(logging.getLogger("watchdog").handlers)
        descriptors = _descriptors()
        for _ in range(3):
            senses = watch(folder)
            assert hears_of(senses, folder / "a.md")
            senses.stop()
        assert threading.active_count() == threads
        assert len(logging.getLogger("watchdog").handlers) == handlers
        assert _descriptors() == descriptors

    @pytest.mark.parametrize("poll", [False, True], ids=["events", "poll"])
    def test_waiting_costs_next_to_nothing(self, folder: Path, watch: Watch, poll: bool):
        for number in range(200):
            (folder / f"{number}.md").write_text("Text.")
        senses = watch(folder, poll=poll)
        used, began = _processor_seconds(), senses._clock()
        assert senses.changed(0.7) == frozenset()
        assert (_processor_seconds() - used) / (senses._clock() - began) < 0.1


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system


def _descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def _system_watches() -> int:
    """Count the watches that the kernel keeps for this process."""
    count = 0
    for info in Path("/proc/self/fdinfo").iterdir():
        with suppress(OSError):
            count += info.read_text().count("inotify wd:")
    return count


def _mortal(emitter: type[EventEmitter], deadly: list[bool]) -> type[EventEmitter]:
    """Make an emitter that dies of the first event."""

    class Mortal(emitter):  # type: ignore[misc, valid-type]
        def queue_event(self, event: object) -> None:
            if deadly:
                deadly.clear()
                raise OSError(errno.EIO, "the system's queue broke")
            super().queue_event(event)

    return Mortal


def _limited(emitter: type[EventEmitter], number: int, given: int) -> type[EventEmitter]:
    """Make an emitter that the system lets start only so many times."""
    left = [given]

    class Limited(emitter):  # type: ignore[misc, valid-type]
        def on_thread_start(self) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(number, "the system gives no more")
            super().on_thread_start()

    return Limited
