"""Histories made for a test, in one call of git however many commits they have."""

import os
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

AUTHOR = "Ann Author <ann@example.org>"
_BEGIN = datetime(2020, 1, 1, 12, tzinfo=UTC)


@dataclass
class History:
    """Commits, one a day from 1 January 2020 on unless a day is named."""

    _stream: list[bytes] = field(default_factory=list)
    count: int = 0
    """How many there are."""

    def commit(  # noqa: PLR0913 - each says something of its own
        self,
        files: dict[str, str | bytes | None],
        *,
        author: str | bytes = AUTHOR,
        subject: str = "Edit",
        day: str | None = None,
        moves: dict[str, str] | None = None,
        branch: str = "main",
        merge: int | None = None,
        onto: int | None = None,
        mode: str = "100644",
    ) -> int:
        """Add a commit and return its number; ``None`` deletes a file, ``moves`` renames files before it."""
        self.count += 1
        when = datetime.fromisoformat(f"{day}T12:00:00+00:00") if day else _BEGIN + timedelta(days=self.count - 1)
        who = author.encode() if isinstance(author, str) else author
        self._say(f"commit refs/heads/{branch}\nmark :{self.count}\n".encode())
        for role in (b"author", b"committer"):
            self._say(role + b" " + who + f" {int(when.timestamp())} +0000\n".encode())
        self._data(subject.encode())
        if onto is not None:
            self._say(f"from :{onto}\n".encode())
        if merge is not None:
            self._say(f"merge :{merge}\n".encode())
        for old, new in (moves or {}).items():
            self._say(b"R " + _quoted(old) + b" " + _quoted(new) + b"\n")
        for path, content in files.items():
            if content is None:
                self._say(b"D " + _quoted(path) + b"\n")
            else:
                self._say(f"M {mode} inline ".encode() + _quoted(path) + b"\n")
                self._data(content.encode() if isinstance(content, str) else content)
        return self.count

    def write(self, folder: Path, *, bare: bool = False) -> Path:
        """Make the repository."""
        git("init", "-q", *(["--bare"] if bare else []), "--initial-branch=main", str(folder))
        done = subprocess.run(
            ["git", "-C", str(folder), "fast-import", "--quiet"],
            input=b"".join(self._stream),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        if not bare:
            git("-C", str(folder), "reset", "-q", "--hard", "main")
        return folder

    def _say(self, line: bytes) -> None:
        self._stream.append(line)

    def _data(self, content: bytes) -> None:
        self._stream.append(f"data {len(content)}\n".encode() + content + b"\n")


def git(*arguments: str) -> str:
    """Run git and return what it prints."""
    done = subprocess.run(["git", *arguments], capture_output=True, check=True)
    return os.fsdecode(done.stdout).strip()


def _quoted(path: str) -> bytes:
    raw = os.fsencode(path)
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
