"""What git does to a watched project, with real repositories."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from styletune.watch.repository import Repository


@pytest.fixture
def git(tmp_path: Path):
    def run(*arguments: str, at: int = 0) -> None:
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        if at:
            environment |= {"GIT_COMMITTER_DATE": f"{at} +0000", "GIT_AUTHOR_DATE": f"{at} +0000"}
        names = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *names, *arguments], check=True, capture_output=True, env=environment, cwd=tmp_path)

    run("init")
    return run


def test_a_commit_is_told_once_with_the_time_of_the_one_before(git, tmp_path: Path):
    repository = Repository(tmp_path)
    assert repository.committed_since() is None
    git("commit", "--allow-empty", "-m", "1", at=1_700_000_000)
    assert repository.committed_since() == datetime.fromtimestamp(0, UTC)
    git("commit", "--allow-empty", "-m", "2", at=1_700_000_100)
    assert repository.committed_since() == datetime.fromtimestamp(1_700_000_000, UTC)
    assert repository.committed_since() is None


def test_what_was_committed_before_the_start_is_no_news(git, tmp_path: Path):
    git("commit", "--allow-empty", "-m", "1")
    assert Repository(tmp_path).committed_since() is None


def test_a_checkout_is_no_commit(git, tmp_path: Path):
    git("commit", "--allow-empty", "-m", "1")
    repository = Repository(tmp_path)
    git("checkout", "-b", "other")
    git("checkout", "main")
    assert repository.committed_since() is None


def test_a_repository_that_comes_later_is_seen(tmp_path: Path, git):
    assert Repository(tmp_path).busy is None
    (tmp_path / ".git" / "index.lock").touch()
    assert Repository(tmp_path).busy == "another git command"
