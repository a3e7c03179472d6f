"""The README tells the truth: its commands run, its links lead somewhere, its file tree is the tree."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "models" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]


def blocks(language: str, page: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def commands(program: str) -> list[list[str]]:
    """The commands of a program in the README's shell blocks, without comments and pipes."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    words = [shlex.split(line.partition(" | ")[0], comments=True) for line in lines]
    return [command[1:] for command in words if command and command[0] == program]


def without_a_model(arguments: list[str]) -> list[str]:
    """The same command with an engine that every machine has."""
    if "--model" in arguments:
        place = arguments.index("--model")
        arguments = arguments[:place] + arguments[place + 2 :]
    return [*arguments, "--model", "echo"]


@pytest.mark.parametrize(
    "arguments", [each for each in commands("styletune") if each[0] in {"rewrite", "translate"}], ids=" ".join
)
def test_every_styletune_command_runs(arguments: list[str]) -> None:
    Path("posts").mkdir()
    Path("styletune.toml").write_text('posts = ["posts/*.md"]\n')
    for name in ("post.md", "posts/one.md"):
        Path(name).write_text("# Title\n\n" + "A sentence that says something in English.\n" * 12)
    Path("article.zh.md").write_text("# 标题\n\n这是一个关于火车的句子，写得很简单。\n")
    command = [sys.executable, "-m", "styletune", *without_a_model(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if "--check" in arguments else 0), done.stderr


def test_the_commands_of_the_corpus_run_one_after_the_other() -> None:
    folder = Path("content/posts")
    folder.mkdir(parents=True)
    for number in range(12):
        post = folder / f"{number}.md"
        post.write_text(f"# Post {number}\n\nWe took the train number {number}, and it was late again that day.\n")
    for command in (["init", "-q"], ["add", "content"], ["commit", "-q", "-m", "Posts"]):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *command], check=True)
    found = [each for each in commands("styletune") if each[0] in {"corpus", "synthesize"}]
    assert {tuple(arguments[:2]) for arguments in found} > {("corpus", "add"), ("corpus", "stats"), ("corpus", "list")}
    for arguments in found:
        words = without_a_model(arguments) if arguments[0] == "synthesize" else arguments
        done = subprocess.run([sys.executable, "-m", "styletune", *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (arguments, done.stderr)
    assert Path("pairs.html").is_file()


def test_the_readme_shows_all_verbs() -> None:
    verbs = {"rewrite", "translate", "corpus", "synthesize", "--install-completion"}
    assert {arguments[0] for arguments in commands("styletune")} >= verbs


def test_completion_can_be_installed() -> None:
    done = subprocess.run([sys.executable, "-m", "styletune", "--help"], capture_output=True, text=True, check=True)
    assert "--install-completion" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_command_is_a_verb_of_the_makefile(page: Path) -> None:
    used = re.findall(r"\bmake ([a-z]+)\b(?=[`\s])", " ".join(blocks("sh", page.read_text(encoding="utf-8"))))
    defined = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(used) <= set(defined)


def test_every_extra_that_is_named_exists() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = re.findall(r"styletune\[([a-z,]+)\]", README)
    assert named
    assert {extra for names in named for extra in names.split(",")} <= set(extras)


def test_the_vim_filter_gives_back_the_whole_file_with_only_those_lines_changed() -> None:
    (line,) = (line for block in blocks("vim") for line in block.splitlines() if line.startswith(":%!"))
    source = "# One\n\nTwo words.\n\nThree words.\n"
    arguments = shlex.split(
        line.removeprefix(":%!styletune").removesuffix(" 2>/dev/null").replace("10:20", "3:3").replace("%", "post.md")
    )
    command = [sys.executable, "-m", "styletune", *arguments, "--model", "pseudo"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout != source
    assert done.stdout.replace(done.stdout.splitlines()[2], "Two words.") == source


def test_the_vs_code_task_rewrites_the_block_at_the_cursor() -> None:
    (task,) = json.loads(blocks("json")[0])["tasks"]
    Path("post.md").write_text("# One\n\nTwo words.\n\nThree words.\n")
    values = {"${file}": "post.md", "${lineNumber}:${lineNumber}": "5:5"}
    arguments = [values.get(argument, argument) for argument in task["args"]]
    assert task["command"] == "styletune"
    command = [sys.executable, "-m", "styletune", *arguments, "--model", "pseudo"]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0
    changed = Path("post.md").read_text()
    assert changed.startswith("# One\n\nTwo words.\n\n")
    assert "Three" not in changed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def listed() -> set[str]:
    """The paths of the README's file tree, put together from its indents."""
    (block,) = blocks("text", README.partition("<!-- files:start -->")[2])
    paths: set[str] = set()
    folders: list[str] = []
    for line in block.splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        folders = [*folders[:depth], name]
        paths.add("".join(folders))
    return paths


def test_every_path_of_the_file_tree_exists() -> None:
    assert [path for path in listed() if not (ROOT / path).exists()] == []


def test_the_file_tree_leaves_no_source_file_out() -> None:
    git = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    files = [Path(line) for line in done.stdout.splitlines() if (ROOT / line).exists()]
    sources = {
        path.as_posix()
        for path in files
        if path.suffix == ".py" and path.name != "__init__.py" and path.parts[0] != "tests"
    }
    tops = {path.parts[0] + ("/" if len(path.parts) > 1 else "") for path in files}
    assert (sources | tops) - listed() == set(), "run make docs"


def test_the_command_line_page_is_what_the_program_says() -> None:
    """``make docs`` writes it."""
    command = [sys.executable, str(ROOT / "scripts" / "cli_reference.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
