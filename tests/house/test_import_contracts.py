"""Who may import whom: by reading the sources, and by looking at what is loaded at run time."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HEAVY = (
    "torch",
    "transformers",
    "peft",
    "textual",
    "llama_cpp",
    "openai",
    "py3langid",
    "numpy",
    "yaml",
    "jinja2",
    "rich",
    "pyromark",
    "rapidfuzz",
    "tomlkit",
    "defusedxml",
    "watchdog",
    "bs4",
    "mammoth",
    "pdfminer",
)

OF_EDITS = ("styletune.edits", "styletune.learning", "styletune.exchange", "styletune.watch")
"""Packages that a run does without as long as nobody edited an output."""


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True)


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.argv = ['styletune', '--help']\nfrom styletune.cli import main\ntry: main()\nexcept SystemExit: pass",
        "import sys; sys.argv = ['styletune', 'rewrite', '--help']\nfrom styletune.cli import main\ntry: main()\nexcept SystemExit: pass",
        "import sys; sys.argv = ['styletune', 'watch', '--help']\nfrom styletune.cli import main\ntry: main()\nexcept SystemExit: pass",
        "import sys; sys.argv = ['styletune', 'memory', '--help']\nfrom styletune.cli import main\ntry: main()\nexcept SystemExit: pass",
        "import sys; sys.argv = ['styletune', 'corpus', '--help']\nfrom styletune.cli import main\ntry: main()\nexcept SystemExit: pass",
        "import sys; sys.argv = ['styletune', 'synthesize', '--help']\nfrom styletune.cli import main\ntry: main()\nexcept SystemExit: pass",
        "import styletune_tui.status_glyphs",
        "import styletune_training",
    ],
    ids=[
        "--help",
        "rewrite --help",
        "watch --help",
        "memory --help",
        "corpus --help",
        "synthesize --help",
        "styletune_tui",
        "styletune_training",
    ],
)
def test_starting_up_loads_no_heavy_package(code: str) -> None:
    loaded = (
        python(f"{code}\nimport sys; print(); print('loaded:', *sorted(sys.modules))").stdout.splitlines()[-1].split()
    )
    assert loaded[0] == "loaded:"
    assert not set(loaded) & {*HEAVY, *OF_EDITS}


@pytest.mark.parametrize(("flags", "allowed"), [(["--quiet"], set[str]()), ([], {"rich"})])
def test_a_file_that_is_up_to_date_loads_no_heavy_package(tmp_path: Path, flags: list[str], allowed: set[str]) -> None:
    post = tmp_path / "post.md"
    post.write_text("A paragraph of some words.\n")
    code = (
        "import sys; from styletune.cli import main\ntry: main()\nexcept SystemExit as end: assert not end.code\n"
        "print('loaded:', *sorted(sys.modules))"
    )
    first, again = (python(code, "rewrite", str(post), "--model", "echo", *flags).stdout.split() for _ in range(2))
    assert "pyromark" in first
    assert again[0] == "loaded:"
    not_needed = {*HEAVY, *OF_EDITS, "huggingface_hub", "sqlite3", "regex", "styletune.draft_loop", "styletune.guards"}
    assert set(again) & not_needed <= allowed


def test_a_base_install_reads_markdown_and_says_what_other_formats_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = tmp_path / "absent"
    absent.mkdir()
    (absent / "sitecustomize.py").write_text(
        "import sys\nsys.modules.update(dict.fromkeys(('bs4', 'mammoth', 'markdownify', 'pdfminer')))\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(absent))
    posts = tmp_path / "posts"
    posts.mkdir()
    (posts / "a.md").write_text("# One\n\nA paragraph of some words that is long enough to be taken.\n")
    command = [sys.executable, "-m", "styletune", "corpus", "add", "posts"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 document: 1 new" in done.stderr
    for suffix in ("html", "docx", "pdf"):
        (posts / f"b.{suffix}").write_bytes(b"%PDF-1.4 PK <p>words</p>")
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    for suffix in ("html", "docx", "pdf"):
        (line,) = (line for line in done.stderr.splitlines() if line.startswith(f"Error: posts/b.{suffix}: "))
        assert "pip install 'styletune[corpus]'" in line


def test_import_contracts_hold(repository: Path, tmp_path: Path) -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [tool, "--no-logo", "--cache-dir", tmp_path], cwd=repository, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def mentions(tree: ast.AST) -> Iterator[str]:
    """Yield every module name that a source imports, by statement or by ``import_module("...")``."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name))],
            ):
                yield name


def sources(repository: Path) -> Iterator[tuple[str, set[str]]]:
    for folder in ("styletune", "tui/styletune_tui", "training/styletune_training"):
        for path in sorted((repository / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            yield path.relative_to(repository).as_posix(), {name.partition(".")[0] for name in mentions(tree)}


def importers(repository: Path, package: str) -> list[str]:
    return [path for path, imported in sources(repository) if package in imported]


def test_only_the_llama_modules_load_llama_cpp_late_or_early(repository: Path) -> None:
    found = importers(repository, "llama_cpp")
    assert found
    assert [path for path in found if not path.startswith("styletune/engines/llama")] == []


def test_only_one_module_knows_the_markdown_parser(repository: Path) -> None:
    assert importers(repository, "pyromark") == ["styletune/markdown/parser.py"]


@pytest.mark.parametrize("package", ["torch", "transformers", "peft"])
def test_nothing_but_training_loads_a_training_library(repository: Path, package: str) -> None:
    assert not [path for path in importers(repository, package) if not path.startswith("training/")]


def test_a_late_import_is_seen_too() -> None:
    tree = ast.parse(
        "import importlib\nimport a.b\nfrom c import d\nimportlib.import_module('e.f')\nimport_module('g')"
    )
    assert set(mentions(tree)) == {"importlib", "a.b", "c", "e.f", "g"}
