"""The verbs of the Makefile, as make itself understands them."""

import subprocess
from pathlib import Path

import pytest
import yaml

VERBS = ["demo", "test", "check", "fix", "bench", "docs", "soak", "clean"]


def plan(repository: Path, verb: str) -> str:
    """What make would run on a fresh machine."""
    command = ["make", "--dry-run", "--no-print-directory", verb, "VENV=absent"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_exists_and_is_listed_by_help(repository: Path, verb: str) -> None:
    assert plan(repository, verb)
    done = subprocess.run(["make", "-s", "help"], cwd=repository, capture_output=True, text=True, check=True)
    assert f"make {verb} " in done.stdout.expandtabs()


def test_the_demo_installs_the_embedded_model_and_nothing_for_training(repository: Path) -> None:
    installs = [line.split("install.py ")[1] for line in plan(repository, "demo").splitlines() if "install.py" in line]
    assert installs == ["embedded"]


def test_tests_install_what_the_demo_does_and_the_tools(repository: Path) -> None:
    installs = [line.split("install.py ")[1] for line in plan(repository, "test").splitlines() if "install.py" in line]
    assert installs == ["embedded,dev"]


def test_continuous_integration_runs_the_same_script_on_linux_and_on_a_mac(repository: Path) -> None:
    workflow = yaml.safe_load((repository / ".github" / "workflows" / "ci.yml").read_text())
    job = workflow["jobs"]["test"]
    assert job["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest"]
    assert any(step.get("run") == ".ci/run" for step in job["steps"])
    assert "make test" in (repository / ".ci" / "run").read_text().splitlines()


def test_the_ci_script_can_be_executed(repository: Path) -> None:
    assert (repository / ".ci" / "run").stat().st_mode & 0o111 == 0o111
