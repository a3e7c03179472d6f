"""Reading a repository through the command ``git``: nothing in it is written, and nothing is fetched.

What a user has configured (pagers, signatures, colours, filters, hooks) has no say in what is read.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import IO, TYPE_CHECKING, cast

from styletune.errors import Cancelled, FileError, UsageError

if TYPE_CHECKING:
    from io import BufferedReader

_CONFIG = (
    "core.quotePath=false",
    "core.fsmonitor=false",
    "core.attributesFile=" + os.devnull,
    "log.showSignature=false",
    "log.showRoot=true",
    "diff.orderFile=" + os.devnull,
    "diff.renameLimit=1000",
    "log.follow=false",
    "diff.ignoreSubmodules=all",
    "color.ui=false",
)
_OFFLINE = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat", "LC_ALL": "C"}
_CHUNK = 1 << 16
_SUBMODULE = b"160000"

LARGEST = 4 << 20
"""Bytes of a file that is read; a larger one is an export or a log."""


class Repository:
    """A repository, or a folder inside of one: its history and the files in it, read by hash."""

    def __init__(self, folder: Path) -> None:
        """Look whether ``folder`` is, or is in, a repository with commits.

        Raises ``UsageError`` with what to do if it is not, and where git is missing or does not trust the folder.
        """
        self.folder = folder
        self._git = _find_git()
        if not folder.is_dir():
            raise UsageError(_no_folder(folder))
        self.prefix = self.ask("rev-parse", "--show-prefix")
        """Path of the folder below the repository's root, ending with ``/``; empty for the root."""

        self.head = self._head()

    def ask(self, *arguments: str) -> str:
        """Run a git command and return what it prints. Raises ``UsageError`` in words if it fails."""
        done = subprocess.run(self._command(arguments), env=_environment(), capture_output=True, check=False)
        if done.returncode:
            raise self.failure(done.stderr)
        return os.fsdecode(done.stdout).rstrip("\n")

    def entries(self, arguments: Sequence[str], stop: Event | None = None) -> Iterator[bytes]:
        """Run a git command and yield what it prints between NULs, as it comes.

        Raises ``UsageError`` if it fails, and ``Cancelled`` when ``stop`` is set.
        """
        with self._running(arguments) as running:
            rest, printed = b"", cast("BufferedReader", running.stdout)
            while chunk := printed.read1(_CHUNK):
                if stop is not None and stop.is_set():
                    raise Cancelled("Cancelled.")
                *whole, rest = (rest + chunk).split(b"\0")
                yield from whole
            if rest:
                yield rest
            if running.wait():
                raise self.failure(running.stderr.read() if running.stderr else b"")

    @contextmanager
    def blobs(self) -> "Generator[Blobs]":
        """Open the store of file contents."""
        with self._running(["cat-file", "--batch"]) as running:
            yield Blobs(self, running)

    def files(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return the paths of all files in the last commit, and of the submodules, from the root."""
        files: set[str] = set()
        modules: list[str] = []
        inside = ["--", self.prefix] if self.prefix else []
        for entry in self.entries(["ls-tree", "-r", "-z", "--full-tree", self.head, *inside]):
            facts, _, path = entry.partition(b"\t")
            name = os.fsdecode(path)
            if facts.startswith(_SUBMODULE):
                modules.append(name)
            else:
                files.add(name)
        return frozenset(files), tuple(modules)

    @property
    def cut_off(self) -> str:
        """Where the history of a shallow clone ends, as git keeps it; empty for a whole history."""
        if self.ask("rev-parse", "--is-shallow-repository") != "true":
            return ""
        path = self.folder / self.ask("rev-parse", "--git-path", "shallow")
        try:
            return path.read_text("ascii", errors="replace")
        except OSError:
            return "shallow"

    def failure(self, said: bytes) -> UsageError | FileError:
        """Say in words why a git command failed."""
        text = os.fsdecode(said).strip()
        return _in_words(self.folder, text)

    def _head(self) -> str:
        try:
            return self.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except FileError:
            raise UsageError(
                f"{self.folder}: this repository has no commits yet, so there is no history to read."
            ) from None

    @contextmanager
    def _running(self, arguments: Sequence[str]) -> "Generator[subprocess.Popen[bytes]]":
        running = subprocess.Popen(
            self._command(arguments),
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            yield running
        finally:
            running.kill()
            running.communicate()

    def _command(self, arguments: Sequence[str]) -> list[str]:
        config = [part for setting in _CONFIG for part in ("-c", setting)]
        return [self._git, "--no-pager", "-C", str(self.folder.absolute()), *config, *arguments]


class Blobs:
    """Contents of files by their hashes."""

    def __init__(self, repository: Repository, running: "subprocess.Popen[bytes]") -> None:
        self._repository = repository
        self._running = running

    def read(self, name: str) -> bytes | None:
        """Return what a hash names; ``None`` if it is larger than ``LARGEST`` or not on this machine."""
        stdin, stdout = cast("IO[bytes]", self._running.stdin), cast("IO[bytes]", self._running.stdout)
        try:
            stdin.write(name.encode("ascii") + b"\n")
            stdin.flush()
        except OSError:
            raise self._failure() from None
        header = stdout.readline().split()
        if not header:
            raise self._failure()
        if len(header) != 3:  # noqa: PLR2004 - hash, kind and size; or hash and "missing"
            return None
        size = int(header[2])
        if size > LARGEST:
            _pass_over(stdout, size + 1)
            return None
        return stdout.read(size + 1)[:-1]

    def _failure(self) -> UsageError | FileError:
        return self._repository.failure(self._running.stderr.read() if self._running.stderr else b"")


def _pass_over(stream: IO[bytes], size: int) -> None:
    while size > 0:
        size -= len(stream.read(min(size, _CHUNK))) or size


def _find_git() -> str:
    found = shutil.which("git")
    if found is None:
        how = {"darwin": "xcode-select --install", "win32": "winget install Git.Git"}
        raise UsageError(
            "git is not installed, and a history is read with it. "
            f"Install it: {how.get(sys.platform, 'sudo apt install git')} (or see https://git-scm.com/downloads)"
        )
    return found


def _environment() -> Mapping[str, str]:
    """Leave out what git's own hooks and a user's shell say about other repositories, and about tracing."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith("GIT_CONFIG") or name == "GIT_EXEC_PATH"
    }
    return {**kept, **_OFFLINE, **_QUIET}


def _no_folder(folder: Path) -> str:
    if folder.exists():
        return f"{folder} is a file. Name the folder of the repository, or one inside of it."
    return f"{folder}: there is no such folder. Name the folder of the repository, or one inside of it."


def _in_words(folder: Path, said: str) -> UsageError | FileError:
    if "not a git repository" in said:
        return UsageError(f"{folder} is not in a git repository. Name a folder that git keeps a history of.")
    if "dubious ownership" in said or "safe.directory" in said:
        trust = f"git config --global --add safe.directory '{folder.absolute()}'"
        return UsageError(f"{folder} belongs to another user, so git does not read it. If you trust it, run: {trust}")
    if "promisor" in said or "transport" in said or "lazy fetch" in said:
        fetch = f"git -C '{folder}' fetch --refetch --no-filter"
        return FileError(
            f"{folder}: this is a partial clone; the texts of old commits are not on this machine. Fetch them: {fetch}"
        )
    if "xcrun" in said:
        return UsageError("git is not installed, and a history is read with it. Install it: xcode-select --install")
    first = said.splitlines()[0].removeprefix("fatal: ").removeprefix("error: ") if said else "it gives no reason"
    return FileError(f"{folder}: git cannot read this repository: {first}. Check it with: git -C '{folder}' fsck")
