"""Patches, judged by git itself."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from styletune.files.patch import unified_patch

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

TEXTS = {
    "plain": (b"one\ntwo\nthree\n", b"one\n2\nthree\n"),
    "no newline at the end": (b"one\ntwo", b"one\n2"),
    "newline gained": (b"one\ntwo", b"one\ntwo\n"),
    "newline lost": (b"one\ntwo\n", b"one\ntwo"),
    "CRLF": (b"one\r\ntwo\r\nthree\r\n", b"one\r\n2\r\nthree\r\n"),
    "lone CR and form feed": (b"a\rb\x0cc\nd\n", b"a\rB\x0cc\nd\n"),
    "BOM and Chinese": ("\ufeff一\n二\u2028三\n".encode(), "\ufeff一\n贰\u2028三\n".encode()),
    "far apart": (b"x\n" * 40 + b"y\n" * 40, b"X\n" + b"x\n" * 39 + b"y\n" * 39 + b"Y\n"),
    "lines that look like headers": (b"-- a\n++ b\n\\ c\n", b"-- A\n++ B\n\\ C\n"),
    "trailing space": (b"one  \ntwo\n", b"1  \ntwo\n"),
}
NAMES = [
    "post.md",
    "my posts/a b.md",
    "文章/é.md",
    "🎈 x.md",
    'quote".md',
    "tab\there.md",
    "back\\slash.md",
    "-dash.md",
    "b/a/b.md",
]


def apply(patch: bytes, folder: Path) -> None:
    done = subprocess.run(["git", "apply", "-"], input=patch, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode() + patch.decode()


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))


def check(path: Path, old: bytes, new: bytes, here: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(old)
    os.chdir(here)  # the test's own folder comes back with its fixtures
    apply(unified_patch(path, old, new), here)
    assert path.read_bytes() == new


@pytest.mark.parametrize("repository", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_git_applies_changes_of_any_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, repository: bool):
    if repository:
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
    check(tmp_path / "post.md", *TEXTS[text], tmp_path)


@pytest.mark.parametrize("repository", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_git_applies_patches_for_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, repository: bool):
    if repository:
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
    check(tmp_path / name, b"one\ntwo", b"one\n2", tmp_path)


@pytest.mark.parametrize("name", ["posts/a.md", "posts/posts/a.md", "posts/deep/a b.md", "posts/b/posts/文.md"])
def test_git_applies_patches_from_a_subfolder_of_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    check(tmp_path / name, b"one\ntwo\n", b"one\n2\n", tmp_path / "posts")


def test_patches_of_several_files_apply_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    patch = b""
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_bytes(b"old")
        patch += unified_patch(Path(name), b"old", b"new")
    apply(patch, tmp_path)
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "b.md").read_bytes() == b"new"


def test_no_change_is_no_patch(tmp_path: Path):
    assert unified_patch(tmp_path / "a.md", b"same", b"same") == b""
