"""What a user gets: the wheel, in an environment of its own, outside the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

PACKAGES = {"styletune", "styletune_tui", "styletune_training"}


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=repository, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel; its dependencies are borrowed from the running one, so nothing is fetched."""
    root = tmp_path_factory.mktemp("installed")
    venv.create(root, symlinks=True)
    python = root / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--isolated", "install"]
    subprocess.run([*pip, "-q", "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    (packages,) = root.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return root


def run(installed: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [installed / "bin" / command, *arguments], capture_output=True, text=True, check=False, env=environment
    )


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    names = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    (metadata,) = names - PACKAGES
    assert metadata.endswith(".dist-info")
    assert names - {metadata} == PACKAGES


def test_every_package_is_typed(wheel: Path) -> None:
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(zipfile.ZipFile(wheel).namelist())


def test_every_source_file_is_in_the_wheel(wheel: Path, repository: Path) -> None:
    folders = [
        repository / "styletune",
        repository / "tui" / "styletune_tui",
        repository / "training" / "styletune_training",
    ]
    sources = {path.relative_to(folder.parent).as_posix() for folder in folders for path in folder.rglob("*.py")}
    assert sources
    assert sources - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_everything_that_is_read_at_run_time_is_in_the_wheel(wheel: Path, repository: Path) -> None:
    folder = repository / "training"
    files = {
        path.relative_to(folder).as_posix()
        for kind in ("toml", "html", "css", "js")
        for path in folder.rglob(f"*.{kind}")
    }
    assert {
        "styletune_training/training_set/page.js",
        "styletune_training/synthesis/prompts/rewrite-formal.toml",
    } < files
    assert files - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_the_licence_travels_along(wheel: Path) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_the_registry_of_models_is_found_inside_the_package(installed: Path, repository: Path) -> None:
    code = (
        "from importlib.resources import files; print(files('styletune').joinpath('registry.toml').read_text(), end='')"
    )
    assert run(installed, "python", "-c", code).stdout == (repository / "models" / "registry.toml").read_text()


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_packages_come_from_the_environment_and_not_from_the_checkout(installed: Path, package: str) -> None:
    done = run(installed, "python", "-c", f"import {package}; print({package}.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(installed), done.stderr


def test_the_command_knows_its_version(installed: Path) -> None:
    done = run(installed, "styletune", "--version")
    assert (done.returncode, done.stdout) == (0, "styletune 0.1.0\n")


def test_the_command_explains_itself(installed: Path) -> None:
    done = run(installed, "styletune", "--help")
    assert done.returncode == 0
    assert "rewrite" in done.stdout
    assert "translate" in done.stdout


def test_a_draft_goes_through_without_a_model(installed: Path) -> None:
    draft = "# One\n\nTwo *three* `four`.\n"
    Path("x.md").write_text(draft)
    done = run(installed, "styletune", "rewrite", "x.md", "--model", "echo")
    assert done.returncode == 0, done.stderr
    assert Path("x.rewritten.md").read_text() == draft


def test_prompts_and_the_page_come_along(installed: Path) -> None:
    prompts = run(installed, "styletune", "synthesize", "--list-prompts", "--json")
    assert "rewrite-formal@" in prompts.stdout, prompts.stderr
    line = '{"doc": "a.md", "source": "It is of importance to wait for a while.", "target": "Wait a bit."}'
    Path("p.jsonl").write_text(line)
    assert run(installed, "styletune", "corpus", "add", "--pairs", "p.jsonl").returncode == 0
    done = run(installed, "styletune", "corpus", "list", "--page", "page.html")
    assert done.returncode == 0, done.stderr
    assert "It is of importance" in Path("page.html").read_text()
