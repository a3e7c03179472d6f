"""The verb, as a person meets it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from styletune_training.corpus.source import Excluded, GitOptions, Source
from styletune_training.corpus.sources import Sources
from styletune_training.corpus.store import Corpus
from typer.testing import CliRunner

from styletune.cli import app

TEXT = "This is a paragraph about {} that is long enough to be taken, and it says something of its own.\n"


@pytest.fixture
def root(own_home: Path) -> Path:
    Path("styletune.toml").write_text("")
    write("posts/a.md", "posts/b.md")
    return Path.cwd()


def write(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(TEXT.format(name))


def add(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["corpus", "add", *words])
    assert result.exit_code == code, result.output
    return result.output


def as_json(*words: str, code: int = 0) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["corpus", "add", "--json", *words])
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_posts_are_added_and_the_next_step_is_named(root: Path) -> None:
    said = add("posts")
    assert "2 documents: 2 new" in said
    assert "en: 2 documents, 2 paragraphs" in said
    assert "styletune corpus stats" in said
    assert Sources(root).all() == (Source("posts", "posts"),)
    assert "2 documents: 2 unchanged" in add()


def test_options_become_settings_of_the_source(root: Path) -> None:
    add("posts", "--notes", "--lang", "English", "--drafts", "--exclude", "b.md", "--exclude-tag", "ai")
    assert Sources(root).all() == (
        Source("notes", "posts", lang="en", drafts=True, excluded=Excluded(paths=("b.md",), tags=("ai",))),
    )


def test_a_source_that_is_added_again_keeps_what_was_said_of_it(root: Path) -> None:
    add("posts", "--lang", "en", "--exclude", "b.md")
    add("posts")
    assert Sources(root).all()[0].lang == "en"
    add("posts", "--drafts")
    again = Sources(root).all()[0]
    assert (again.lang, again.drafts, again.excluded.paths) == (None, True, ("b.md",))


def test_what_is_skipped_is_told_by_reason(root: Path) -> None:
    Path("posts/c.md").write_text("---\ndraft: true\n---\n" + TEXT.format("drafts"))
    Path("posts/d.md").write_bytes(Path("posts/a.md").read_bytes())
    said = add("posts")
    assert "1 document (draft): posts/c.md" in said
    assert "1 document (a copy of another): posts/d.md" in said
    assert as_json()["skipped"] == {"a copy of another": ["posts/d.md"], "draft": ["posts/c.md"]}


def test_what_cannot_be_read_is_an_error_and_the_rest_is_taken(root: Path) -> None:
    Path("posts/c.md").write_bytes(b"\x00\x01\x02binary\xff" * 50)
    Path("p.jsonl").write_text('{"doc": "x", "source": "One.", "target": "Two."}\nrubbish\n')
    said = add("posts", "--pairs", "p.jsonl", code=1)
    assert "Error: posts/c.md: " in said
    assert "p.jsonl:2" in said
    assert "Pairs in p.jsonl: 1 human" in said
    found = as_json(code=1)
    assert (found["documents"]["used"], len(found["failures"])) == (2, 2)


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        (["nowhere", "empty"], ["nowhere does not exist", "empty holds no post"]),
        (["*.rst"], ["*.rst matches no file"]),
        (["p.jsonl"], ["styletune corpus add --pairs p.jsonl"]),
        (["posts", "--lang", "klingon", "--exclude-text", "("], ["--lang: Unknown language", '--exclude-text "("']),
        (["posts", "--exclude-since", "May"], ['--exclude-since "May" is no date']),
        (["posts", "--since", "2020-01-01"], ["--since is for --git, which is not there. To leave out posts"]),
        (["--git", ".", "--since", "x", "--least-change", "0.9"], ['--since "x" is no date', "--least-change 0.9"]),
        (["--drafts", "--exclude", "x"], ["--drafts says how a PATH is read", "--exclude says"]),
        (["--pairs", "none.jsonl", "--git", "none"], ["--pairs none.jsonl: there is no", "--git none: there is no"]),
        ([], ["Nothing was added to the corpus yet"]),
    ],
)
def test_all_problems_are_told_at_once_and_nothing_is_kept(root: Path, words: list[str], problems: list[str]) -> None:
    Path("empty").mkdir()
    Path("p.jsonl").write_text("{}\n")
    said = add(*words, code=2)
    assert [problem for problem in problems if problem not in said] == []
    assert not (root / ".styletune").exists()


def test_without_a_path_the_projects_posts_are_taken(root: Path) -> None:
    Path("styletune.toml").write_text('posts = ["posts/**/*.md"]\n')
    assert "2 documents: 2 new" in add()
    assert Sources(root).all() == (Source("posts", "posts/**/*.md"),)


def test_of_the_projects_folders_those_with_posts_are_taken(root: Path) -> None:
    Path("styletune.toml").write_text('posts = ["posts/*.md", "later/**/*.md"]\n')
    assert "2 documents: 2 new" in add()
    assert Sources(root).all() == (Source("posts", "posts/*.md"),)


def test_without_posts_in_the_projects_folders_another_one_is_asked_for(root: Path) -> None:
    Path("styletune.toml").write_text('posts = ["later/**/*.md"]\n')
    said = add(code=2)
    assert "no post where this project's settings look for them (later/**/*.md)" in said
    assert "styletune corpus add FOLDER" in said


def test_one_post_alone_is_warned_of(root: Path) -> None:
    assert "one post only" in add("posts/a.md")


def test_pairs_alone_are_nothing_to_synthesize_from(root: Path) -> None:
    Path("pairs.jsonl").write_text(
        '{"source": "It is stated that he was late.", "target": "He was late.", "doc": "a"}\n'
    )
    said = add("--pairs", "pairs.jsonl")
    assert "styletune corpus stats shows whether it is enough." in said
    assert "synthesize" not in said


def test_what_lies_outside_of_the_project_is_named_from_the_working_folder(root: Path) -> None:
    folder = root.parent / "old"
    folder.mkdir(exist_ok=True)
    (folder / "x.md").write_text("---\ndraft: true\n---\n" + TEXT.format("drafts"))
    (folder / "y.pdf").write_bytes(b"no PDF")
    said = add("../old", code=1)
    assert "(draft): ../old/x.md" in said
    assert "../old/y.pdf: " in said
    assert str(folder) not in said


def test_trying_keeps_nothing(root: Path) -> None:
    assert "Nothing was kept; it would be 2 documents: 2 new" in add("posts", "--dry-run")
    assert not (root / ".styletune").exists()


def test_paths_mean_what_they_mean_in_the_working_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("sub/c.md")
    monkeypatch.chdir("sub")
    add("c.md", "../posts/*.md")
    assert [source.path for source in Sources(root).all()] == ["sub/c.md", "posts/*.md"]
    assert len(Corpus(root).documents()) == 3


def test_a_history_is_a_source_with_its_options(root: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    who = ("-c", "user.name=me", "-c", "user.email=me@example.org")
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    add("--git", ".", "--author", "me", "--most-change", "0.5")
    assert Sources(root).all() == (Source("git", ".", git=GitOptions(authors=("me",), most=0.5)),)


@pytest.mark.parametrize(("git", "problem"), [((), "not in a git repository"), (("init", "-q"), "no commits yet")])
def test_a_folder_without_a_history_is_no_source(root: Path, git: tuple[str, ...], problem: str) -> None:
    subprocess.run(["git", *git] if git else ["true"], check=True)
    assert problem in " ".join(add("--git", ".", code=2).split())
    assert Sources(root).all() == ()


def test_quiet_says_nothing_but_errors(root: Path) -> None:
    assert add("posts", "--quiet") == ""


def test_a_killed_run_goes_on_where_it_was(root: Path) -> None:
    write(*(f"many/{number:03}.md" for number in range(70)))
    file = Corpus(root).file
    command = [sys.executable, "-m", "styletune", "corpus", "add", "many", "--jobs", "1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while not (file.exists() and file.stat().st_size) and process.poll() is None:
            os.sched_yield()
        process.send_signal(signal.SIGKILL)
    kept = {document.id: document for document in Corpus(root).documents()}
    found = as_json()["documents"]
    assert len(Corpus(root).documents()) == found["used"] == 70
    assert found["unchanged"] == len(kept) > 0
