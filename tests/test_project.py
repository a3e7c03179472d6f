"""Where a project begins."""

import subprocess
from pathlib import Path

import pytest

from styletune.project import project_root, state_folder


@pytest.mark.parametrize(
    ("markers", "root"),
    [
        ([], "blog/posts"),
        (["blog/.git"], "blog"),
        (["blog/styletune.toml"], "blog"),
        (["blog/.styletune"], "blog"),
        (["blog/styletune.toml", "blog/posts/.git"], "blog"),  # what we know of counts before what git knows of
        (["blog/styletune.toml", "blog/posts/.styletune"], "blog/posts"),
        (["styletune.toml", "blog/.git"], "."),
        ([".git", "blog/.git"], "blog"),
    ],
)
def test_the_nearest_marker_above_a_file_is_its_project(tmp_path: Path, markers: list[str], root: str):
    (tmp_path / "blog" / "posts").mkdir(parents=True)
    for marker in markers:
        (tmp_path / marker).mkdir() if not marker.endswith(".toml") else (tmp_path / marker).touch()
    assert project_root(tmp_path / "blog" / "posts" / "a.md") == tmp_path / root


def test_a_file_without_a_project_belongs_to_the_folder_that_was_named(tmp_path: Path):
    (tmp_path / "posts" / "deep").mkdir(parents=True)
    path = tmp_path / "posts" / "deep" / "a.md"
    assert project_root(path, otherwise=tmp_path / "posts") == tmp_path / "posts"
    (tmp_path / ".git").mkdir()
    assert project_root(path, otherwise=tmp_path / "posts") == tmp_path


def test_git_sees_of_the_state_folder_only_what_people_write(tmp_path: Path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    folder = state_folder(tmp_path)
    (folder / "rules" / "deep").mkdir(parents=True)
    for name in (
        "glossary.toml",
        "rules/zh.md",
        "rules/deep/x.md",
        "rules/x.tmp",
        "corrections.jsonl",
        "memory.sqlite",
    ):
        (folder / name).touch()
    command = ["git", "-C", tmp_path, "ls-files", "--others", "--exclude-standard"]
    seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert seen == [".styletune/glossary.toml", ".styletune/rules/zh.md"]  # and a run alone leaves nothing to commit


def test_an_ignore_file_of_the_state_folder_stays_as_it_was_edited(tmp_path: Path):
    folder = state_folder(tmp_path)
    (folder / ".gitignore").write_text("*\n!outputs.jsonl\n")
    assert state_folder(tmp_path) == folder
    assert (folder / ".gitignore").read_text() == "*\n!outputs.jsonl\n"
