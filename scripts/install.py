"""Create ``.venv`` and install styletune into it: one line of progress, and one sentence when it fails.

Usage: ``python3 scripts/install.py embedded[,dev]``. Only the standard library is used, and the syntax is one that
older Pythons can read, so that they can say that they are too old or hand over to a newer one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
LOG = ROOT / "build" / "install.log"

PHASES = (
    (
        re.compile(r"\s*Building wheel for llama[-_]cpp[-_]python.*: started"),
        "building llama.cpp, about 6 minutes, once",
    ),
    (re.compile(r"\s*Building (?:wheel|editable) for (\S+).*: started"), "building {}"),
    (re.compile(r"\s*Installing collected packages: .*"), "installing"),
    (re.compile(r"\s*(?:Collecting|Obtaining) ([\w.-]+)"), "fetching {}"),
)
"""What a line of pip's output says about where it is."""


class InstallError(Exception):
    """Signal a failed installation; the message is one sentence for the user."""


def main(arguments: list[str]) -> int:
    """Install the extras named on the command line; return the exit code."""
    try:
        _use_a_new_enough_python(arguments)
        extras = [name for argument in arguments for name in argument.split(",")]
        install(ROOT, extras or ["embedded"], log=LOG)
    except InstallError as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; run the same command again to go on from here.", file=sys.stderr)
        return 130
    return 0


def install(root: Path, extras: list[str], *, log: Path) -> None:
    """Bring ``root/.venv`` up to date with ``pyproject.toml``; at once when nothing has changed.

    Raises ``InstallError``.
    """
    venv = root / ".venv"
    python = venv / "bin" / "python"
    digest = _digest(root)
    stamps = [venv / ("-".join([".installed", *extras[: count + 1]])) for count in range(len(extras))]
    if stamps[-1].exists() and stamps[-1].read_text() == digest and _is_usable(python):
        stamps[-1].touch()
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    if not _is_usable(python):
        _create(venv, log)
    target = f"{root}[{','.join(extras)}]"
    pip = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    command = [*pip, "-c", str(root / "constraints-dev.txt"), "-e", target]
    if _run(command, log):
        raise InstallError(explain(log.read_text(errors="replace"), compiler=has_compiler(), platform=sys.platform))
    for stamp in stamps:
        stamp.write_text(digest)


def explain(log: str, *, compiler: bool, platform: str) -> str:
    """Return one sentence that says why pip failed and what to do about it.

    ``compiler`` tells whether this machine has a C and a C++ compiler, ``platform`` is a ``sys.platform``.
    """
    for pattern, sentence in _PLAIN_CAUSES:
        if re.search(pattern, log):
            return sentence
    if re.search(_COMPILER_MISSING, log) or (_building(log) and not compiler):
        return _MAC_COMPILER if platform == "darwin" else _LINUX_COMPILER
    if re.search(_NETWORK, log):
        return f"No package registry could be reached: check the network, then run make again; {_see_log()}."
    if missing := re.search(r"No matching distribution found for (\S+)", log):
        version = ".".join(map(str, sys.version_info[:2]))
        return f"The package registry offers no {missing[1]} for Python {version}; {_see_log()}."
    what = "A compiler is there, but llama.cpp did not build with it" if _building(log) else "pip failed"
    return f"{what}; {_see_log()}."


_PLAIN_CAUSES = (
    (
        r"No space left on device|Errno 28",
        "The disk is full: free some space, then run make again.",
    ),
    (
        r"Killed signal|fatal error: Killed|out of memory|Cannot allocate memory",
        "The compiler ran out of memory while it built llama.cpp: try CMAKE_BUILD_PARALLEL_LEVEL=1 make demo.",
    ),
)
_COMPILER_MISSING = (
    r"No CMAKE_C(XX)?_COMPILER could be found|CMAKE_C(XX)?_COMPILER not set|Could not find the compiler specified"
    r"|xcrun: error|xcode-select: (error|note)"
)
_MAC_COMPILER = (
    "llama.cpp is built on this Mac once, and that needs the Xcode command-line tools: "
    "run xcode-select --install, then make again."
)
_LINUX_COMPILER = (
    "llama.cpp is built on this machine once, and that needs a C and C++ compiler: run sudo apt install "
    "build-essential (Debian, Ubuntu) or sudo dnf install gcc gcc-c++ (Fedora), then make again."
)
_NETWORK = (
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|ConnectTimeoutError|ReadTimeoutError"
    r"|Network is unreachable|Connection refused|Connection reset|ProxyError|SSLError|Max retries exceeded|HTTP error 5\d\d"
)


def _building(log: str) -> bool:
    return bool(
        re.search(r"Building wheel for llama[-_]cpp[-_]python.*: (?:started|finished with status 'error')", log)
    )


def _see_log() -> str:
    return f"pip's own words are in {_shown(LOG)}"


def has_compiler() -> bool:
    """Tell whether C and C++ sources can be compiled here."""
    if sys.platform == "darwin":  # cc and c++ exist on every Mac, but only ask for the tools that are missing
        return subprocess.run(["xcode-select", "-p"], capture_output=True, check=False).returncode == 0
    wanted = ((os.environ.get("CC"), "cc", "gcc", "clang"), (os.environ.get("CXX"), "c++", "g++", "clang++"))
    return all(any(name and shutil.which(name.split()[0]) for name in names) for names in wanted)


def phase_of(line: str) -> str | None:
    """Return what pip is doing, in words, if the line starts something worth telling."""
    for pattern, words in PHASES:
        if found := pattern.match(line):
            return words.format(*found.groups())
    return None


def _use_a_new_enough_python(arguments: list[str]) -> None:
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        if found := shutil.which(name):
            os.execv(found, [found, __file__, *arguments])  # noqa: S606  (replaces this process on purpose)
    mine = ".".join(map(str, sys.version_info[:3]))
    raise InstallError(
        f"styletune needs Python 3.11 or newer and this is {mine}: name one, as in make PYTHON=python3.12"
    )


def _digest(root: Path) -> str:
    """Return a hash of everything that decides what gets installed; lint settings do not."""
    import tomllib  # noqa: PLC0415  (absent from the old Pythons that must get as far as their error message)

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    deciding = [project["build-system"], project["project"], project["tool"]["hatch"]]
    text = json.dumps(deciding, sort_keys=True) + (root / "constraints-dev.txt").read_text(encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def _is_usable(python: Path) -> bool:
    """Tell whether a virtual environment's Python runs, is new enough and has pip."""
    if not python.exists():
        return False
    question = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    return subprocess.run([str(python), "-c", question], capture_output=True, check=False).returncode == 0


def _create(venv: Path, log: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(venv)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        log.write_text(done.stdout + done.stderr)
        shutil.rmtree(venv, ignore_errors=True)
        raise InstallError(
            f"{sys.executable} cannot create a virtual environment: on Debian and Ubuntu run sudo apt install "
            f"python3-venv, elsewhere see {_shown(log)}."
        )


def _run(command: list[str], log: Path) -> int:
    """Run pip, its output in the log and its progress on one line; return its exit code."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    # llama.cpp leaves the processor's vector instructions out, silently, when a reproducible build is asked for.
    environment.pop("SOURCE_DATE_EPOCH", None)
    progress = Progress()
    with log.open("w", encoding="utf-8") as file:
        pip = subprocess.Popen(
            command, env=environment, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert pip.stdout is not None
        with pip, progress:
            for line in pip.stdout:
                file.write(line)
                progress.phase(phase_of(line))
    return pip.returncode


class Progress:
    """One line on a terminal that says what goes on and for how long; elsewhere, one line for each slow phase."""

    def __init__(self) -> None:
        self._words = "starting"
        self._start = time.monotonic()
        self._over = threading.Event()
        self._live = sys.stderr.isatty()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> None:
        """Start showing."""
        if self._live:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        """Stop showing and leave no half line behind."""
        self._over.set()
        if self._live:
            self._thread.join()
            sys.stderr.write("\r\x1b[K")

    def phase(self, words: str | None) -> None:
        """Take note of what goes on now; ``None`` is no news."""
        if words is None or words == self._words:
            return
        self._words = words
        if not self._live and not words.startswith("fetching"):
            self._line(words)

    def _tick(self) -> None:
        while True:
            sys.stderr.write(f"\r\x1b[K{self._elapsed()}  {self._words}")
            sys.stderr.flush()
            if self._over.wait(1):
                return

    def _line(self, words: str) -> None:
        print(f"{self._elapsed()}  {words}", file=sys.stderr, flush=True)

    def _elapsed(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._start), 60)
        return f"installing styletune [{minutes}:{seconds:02}]"


def _shown(path: Path) -> str:
    """Return a path the way a person in the checkout would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
