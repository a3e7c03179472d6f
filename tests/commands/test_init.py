"""``styletune init``."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from styletune.config.load import load_config
from styletune.config.schema import Endpoint, FileSettings, HeaderSettings, Prices, Profile
from styletune.config.site import PRESETS
from styletune.config.tables import keys
from styletune.project import state_folder

FILES = ("styletune.toml", ".stylerules", ".styletune/glossary.toml", ".styletune/.gitignore")


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    folder = tmp_path / "my blog"
    folder.mkdir()
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def uncommented(text: str) -> str:
    """Take the # away from every line that is a setting."""
    return re.sub(r"(?m)^#(?=[\w\[\"])", "", text)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_new_project_has_settings_that_load(cli, blog: Path, preset: str):
    assert cli("init", blog, "--preset", preset).code == 0
    assert set(contents(blog)) == set(FILES)
    config = load_config(blog)
    assert config.top.model is None
    assert config.profiles == ()
    assert config.endpoints == {}


@pytest.mark.parametrize("preset", PRESETS)
def test_every_key_stands_in_the_settings_and_works_once_its_sign_is_taken_away(cli, blog: Path, preset: str):
    cli("init", blog, "--preset", preset)
    text = uncommented((blog / "styletune.toml").read_text())
    text = re.sub(r"(?m)^(set = .*)\n(set = .*)$", r"\1", text)
    (blog / "styletune.toml").write_text(text)
    (blog / "work.stylerules").touch()
    config = load_config(blog)
    assert config.for_file(blog / config.profiles[0].paths[0].replace("**", "a.md")).profile == "work"
    assert config.endpoints["server"].prices == Prices(0.15, 0.60)
    known = [*keys(FileSettings), *keys(HeaderSettings), *keys(Profile), *keys(Endpoint), *keys(Prices)]
    written = set(re.findall(r"(?:^|[{,.] ?)(\w+) =", text, re.MULTILINE)) | set(re.findall(r"\[[\w.]*?(\w+)\]", text))
    assert {key.rsplit(".", 1)[-1] for key in known} <= written


def test_what_is_shown_as_a_default_is_the_default(cli, blog: Path):
    cli("init", blog)
    text = (blog / "styletune.toml").read_text()
    for key in ("examples", "prompt_budget", "isolate"):
        (blog / "styletune.toml").write_text("".join(re.findall(rf"(?m)^#({key} = .*\n)", text)))
        assert load_config(blog).top == FileSettings()
        assert (blog / "styletune.toml").read_text()


def test_nothing_of_the_starter_texts_reaches_a_prompt_or_the_glossary(cli, blog: Path):
    cli("init", blog)
    rules = re.sub(r"<!--.*?-->", "", (blog / ".stylerules").read_text(), flags=re.DOTALL)
    assert re.findall(r"\S.*", rules) == ["## Voice", "## Rules", "## Plan and progress"]
    glossary = (blog / ".styletune" / "glossary.toml").read_text()
    assert all(line.startswith("#") for line in glossary.splitlines() if line)


def test_the_starter_files_are_what_the_memory_reads(cli, blog: Path):
    glossary = pytest.importorskip("styletune.memory.glossary")
    rule_file = pytest.importorskip("styletune.memory.rule_file")
    cli("init", blog)
    rules = rule_file.read_rule_file(blog / ".stylerules")
    assert rules.rules == ()
    path = blog / ".styletune" / "glossary.toml"
    empty = glossary.read_glossary(path, "glossary.toml")
    assert (empty.terms_for("zh"), empty.never_say_for("zh")) == ((), ())
    path.write_text(uncommented(path.read_text()))
    assert glossary.read_glossary(path, "glossary.toml").terms["zh"] == {"pull request": "拉取请求"}


def test_a_second_time_changes_nothing(cli, blog: Path):
    cli("init", blog)
    before = contents(blog)
    done = cli("init", blog)
    assert done.code == 0
    assert contents(blog) == before
    assert done.err.count("is there already.") == len(FILES)


def test_what_was_there_is_left_alone_and_named(cli, blog: Path):
    (blog / "styletune.toml").write_text('model = "mine"\n')
    (blog / ".stylerules").symlink_to("nowhere.md")
    (blog / ".styletune").mkdir()
    (blog / ".styletune" / ".gitignore").write_text("mine\n")
    done = cli("init", blog)
    assert done.code == 0
    assert (blog / "styletune.toml").read_text() == 'model = "mine"\n'
    assert not (blog / "nowhere.md").exists()
    assert (blog / ".styletune" / ".gitignore").read_text() == "mine\n"
    assert done.err.count("it was left as it is.") == 3
    assert (blog / ".styletune" / "glossary.toml").exists()


def test_settings_that_were_there_are_looked_over(cli, blog: Path):
    (blog / "styletune.toml").write_text("\nmodle = 'x'\n")
    done = cli("init", blog)
    assert done.code == 2
    assert "styletune.toml:2: unknown key" in done.err
    assert (blog / ".stylerules").exists()


def seen_by_git(blog: Path) -> list[str]:
    command = ["git", "-C", blog, "ls-files", "--others", "--exclude-standard", ".styletune"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("earlier", [None, "run", "init"])
@pytest.mark.parametrize("flag", [None, "--commit-memory"])
def test_git_sees_corrections_only_if_that_was_asked_for(cli, blog: Path, earlier: str | None, flag: str | None):
    subprocess.run(["git", "init", "-q", blog], check=True)
    if earlier == "init":
        cli("init", blog)
    elif earlier == "run":
        state_folder(blog)
    assert cli("init", blog, *([flag] if flag else [])).code == 0
    for name in ("corrections.jsonl", "outputs.jsonl", "memory.sqlite", "originals/x.md"):
        path = blog / ".styletune" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    shared = {".styletune/.gitignore", ".styletune/glossary.toml"}
    asked = {".styletune/corrections.jsonl", ".styletune/outputs.jsonl"} if flag else set()
    assert set(seen_by_git(blog)) == shared | asked


def test_an_ignore_file_of_ones_own_is_told_how_to_let_git_see_corrections(cli, blog: Path):
    (blog / ".styletune").mkdir()
    (blog / ".styletune" / ".gitignore").write_text("mine\n")
    assert "add the lines !corrections.jsonl" in cli("init", blog, "--commit-memory").err


def test_committing_is_not_taken_back(cli, blog: Path):
    cli("init", blog, "--commit-memory")
    before = contents(blog)
    cli("init", blog)
    assert contents(blog) == before


def test_the_working_folder_is_meant_without_a_name_and_the_next_commands_are_named(cli, blog: Path, monkeypatch):
    monkeypatch.chdir(blog)
    (blog / "hugo.toml").touch()
    (blog / "content" / "en" / "posts").mkdir(parents=True)
    (blog / "content" / "en" / "posts" / "_index.md").touch()
    (blog / "content" / "en" / "posts" / "first post.md").touch()
    done = cli("init")
    assert done.code == 0
    assert done.out == b""
    assert "This is Hugo (hugo.toml)" in done.err
    assert "styletune rewrite 'content/en/posts/first post.md'\n" in done.err
    assert "Wrote styletune.toml." in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing dir"], "missing dir does not exist. Make it first: mkdir -p 'missing dir'"),
        (["file"], "file is a file. Name the blog's folder."),
        (["link"], "link is a symbolic link that leads nowhere."),
        ([".", "--preset", "hugoo"], "--preset hugoo is unknown; known are hugo, jekyll, pelican, plain."),
    ],
)
def test_wrong_use_is_named_and_writes_nothing(cli, blog: Path, monkeypatch, arguments: list[str], said: str):
    monkeypatch.chdir(blog)
    (blog / "file").touch()
    (blog / "link").symlink_to("nowhere")
    done = cli("init", *arguments)
    assert done.code == 2
    assert said in done.err
    assert set(contents(blog)) == {"file"}


def test_a_file_in_the_way_of_the_state_folder_is_named(cli, blog: Path):
    (blog / ".styletune").touch()
    done = cli("init", blog)
    assert done.code == 2
    assert "glossary.toml cannot be written: a part of its path is a file, not a folder" in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_named(cli, blog: Path):
    blog.chmod(0o500)
    done = cli("init", blog)
    blog.chmod(0o700)
    assert done.code == 2
    assert "cannot be written: you have no permission" in done.err


def test_settings_further_up_that_no_longer_count_are_named(cli, blog: Path):
    cli("init", blog)
    (blog / "sub").mkdir()
    assert f"The settings in {blog / 'styletune.toml'} no longer count in this folder." in cli("init", blog / "sub").err
    assert "no longer count" not in cli("init", blog / "sub").err


def test_quiet_says_nothing(cli, blog: Path):
    assert cli("init", blog, "-q").err == ""


def test_memory_of_runs_before_there_were_settings_is_named_as_it_hides_them(cli):
    Path("posts").mkdir()
    Path("posts/x.md").write_text("A paragraph.\n")
    assert cli("rewrite", "posts", "--model", "echo").code == 0
    assert "mv posts/.styletune posts/.styletune-before" in cli("init").err
    Path("posts/styletune.toml").write_text("")  # a project of its own, on purpose
    assert "mv " not in cli("init").err


def test_a_folder_that_can_be_watched_is_named(cli):
    Path("posts").mkdir()
    Path("posts/x.md").write_text("A paragraph.\n")
    assert "styletune watch posts " in cli("init").err
