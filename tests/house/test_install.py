"""A failed installation ends in one sentence that says what to do; an unchanged one is not repeated."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

FETCHED = "Collecting llama-cpp-python<0.4,>=0.3.30\n"
BUILDING = "Building wheels for collected packages: llama-cpp-python\n  Building wheel for llama-cpp-python (pyproject.toml): started\n"
BROKEN = "  Building wheel for llama-cpp-python (pyproject.toml): finished with status 'error'\n  error: subprocess-exited-with-error\n"
NO_COMPILER = (
    FETCHED
    + BUILDING
    + """      *** CMake build failed
      CMake Error at CMakeLists.txt:3 (project):
        No CMAKE_CXX_COMPILER could be found.
      -- Configuring incomplete, errors occurred!
"""
    + BROKEN
)
COMPILER_NAMED_BUT_GONE = (
    FETCHED
    + BUILDING
    + """      *** Configuring CMake...
      CMake Error at CMakeDetermineCCompiler.cmake:48 (message):
        Could not find the compiler specified in the environment variable CC:

        gcc.
      CMake Error: CMAKE_C_COMPILER not set, after EnableLanguage
"""
    + BROKEN
)
OFFLINE = """WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by
'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection:
[Errno -3] Temporary failure in name resolution')': /simple/hatchling/
ERROR: Could not find a version that satisfies the requirement hatchling>=1.27 (from versions: none)
ERROR: No matching distribution found for hatchling>=1.27
"""


@pytest.fixture
def installer(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("install", repository / "scripts" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["install"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("log", "compiler", "platform", "words"),
    [
        (NO_COMPILER, False, "linux", "needs a C and C++ compiler: run sudo apt install build-essential"),
        (NO_COMPILER, False, "linux", "sudo dnf install gcc gcc-c++ (Fedora)"),
        (COMPILER_NAMED_BUT_GONE, True, "linux", "needs a C and C++ compiler"),
        (NO_COMPILER, False, "darwin", "xcode-select --install"),
        (FETCHED + BUILDING + BROKEN, False, "linux", "needs a C and C++ compiler"),
        (BUILDING + "xcrun: error: invalid active developer path\n" + BROKEN, True, "darwin", "xcode-select --install"),
        (BUILDING + "ggml.c:12: error: unknown type name\n" + BROKEN, True, "linux", "did not build with it"),
        (
            BUILDING + "c++: fatal error: Killed signal terminated program cc1plus\n" + BROKEN,
            True,
            "linux",
            "ran out of memory",
        ),
        (BUILDING + "error: No space left on device\n" + BROKEN, True, "linux", "The disk is full"),
        (OFFLINE, True, "linux", "No package registry could be reached"),
        (OFFLINE, False, "linux", "No package registry could be reached"),
        (
            "ERROR: No matching distribution found for pyromark<0.11\n",
            True,
            "linux",
            "offers no pyromark<0.11 for Python",
        ),
        ("ERROR: something new\n", True, "linux", "build/install.log"),
        ("", True, "linux", "build/install.log"),
    ],
)
def test_a_failure_is_explained_in_one_sentence(
    installer: ModuleType, log: str, compiler: bool, platform: str, words: str
) -> None:
    sentence: str = installer.explain(log, compiler=compiler, platform=platform)
    assert words in sentence
    assert "\n" not in sentence
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")
    assert "CMake" not in sentence


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "  Building wheel for llama-cpp-python (pyproject.toml): started",
            "building llama.cpp, about 6 minutes, once",
        ),
        (
            "  Building wheel for llama_cpp_python (pyproject.toml): started",
            "building llama.cpp, about 6 minutes, once",
        ),
        ("  Building editable for styletune (pyproject.toml): started", "building styletune"),
        ("Collecting rapidfuzz>=3.10 (from styletune==0.1.0)", "fetching rapidfuzz"),
        ("Installing collected packages: typer, rich", "installing"),
        ("  Using cached rich-15.0.0-py3-none-any.whl (310 kB)", None),
        ("  Building wheel for llama-cpp-python (pyproject.toml): still running...", None),
    ],
)
def test_pips_output_becomes_a_line_of_progress(installer: ModuleType, line: str, words: str | None) -> None:
    assert installer.phase_of(line) == words


@pytest.fixture
def checkout(tmp_path: Path, repository: Path) -> Path:
    """A checkout whose environment has a pip that prints what it finds in ``pip-says`` and fails if that has an error."""
    root = tmp_path / "checkout"
    (root / "scripts").mkdir(parents=True)
    for name in ("pyproject.toml", "constraints-dev.txt", "scripts/install.py"):
        (root / name).write_bytes((repository / name).read_bytes())
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f"""#!/bin/sh
[ "$1" = -c ] && exit 0
echo "$* SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" >> '{root}/calls'
while IFS= read -r line; do echo "$line"; done < '{root}/pip-says'
while IFS= read -r line; do case "$line" in *rror*) exit 1;; esac; done < '{root}/pip-says'
exit 0
"""
    )
    python.chmod(0o755)
    (root / "pip-says").write_text("Successfully installed styletune\n")
    return root


def install(checkout: Path, *extras: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("CC", "CXX")}
    environment |= {"SOURCE_DATE_EPOCH": "315532800"} | ({"PATH": path} if path is not None else {})
    command = [sys.executable, str(checkout / "scripts" / "install.py"), *extras]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def calls(checkout: Path) -> list[str]:
    return (checkout / "calls").read_text().splitlines()


def test_without_a_compiler_the_user_reads_how_to_get_one_and_no_build_log(checkout: Path, tmp_path: Path) -> None:
    (checkout / "pip-says").write_text(NO_COMPILER)
    (empty := tmp_path / "empty").mkdir()
    done = install(checkout, "embedded", path=str(empty))
    assert done.returncode == 1
    wanted = "Xcode command-line tools" if sys.platform == "darwin" else "C and C++ compiler"
    assert wanted in done.stderr.splitlines()[-1]
    assert "CMake" not in done.stdout + done.stderr
    assert "No CMAKE_CXX_COMPILER could be found" in (checkout / "build" / "install.log").read_text()


def test_a_failed_installation_is_tried_again_the_next_time(checkout: Path) -> None:
    (checkout / "pip-says").write_text(OFFLINE)
    assert install(checkout, "embedded").returncode == 1
    (checkout / "pip-says").write_text("Successfully installed styletune\n")
    assert install(checkout, "embedded").returncode == 0
    assert len(calls(checkout)) == 2


def test_an_unchanged_project_is_not_installed_again(checkout: Path) -> None:
    assert install(checkout, "embedded").returncode == 0
    assert install(checkout, "embedded").returncode == 0
    assert len(calls(checkout)) == 1


def test_lint_settings_do_not_cause_an_installation_and_dependencies_do(checkout: Path) -> None:
    install(checkout, "embedded")
    project = checkout / "pyproject.toml"
    project.write_text(project.read_text().replace("line-length = 120", "line-length = 119"))
    install(checkout, "embedded")
    assert len(calls(checkout)) == 1
    project.write_text(project.read_text().replace('"rich>=13.9"', '"rich>=14.0"'))
    install(checkout, "embedded")
    assert len(calls(checkout)) == 2


def test_the_tests_environment_serves_the_demo_too(checkout: Path) -> None:
    install(checkout, "embedded,dev")
    install(checkout, "embedded")
    assert len(calls(checkout)) == 1


def test_vector_instructions_are_not_lost_to_a_reproducible_build(checkout: Path) -> None:
    install(checkout, "embedded")
    assert calls(checkout)[0].endswith("SOURCE_DATE_EPOCH=")


def test_only_the_extras_asked_for_are_installed(checkout: Path) -> None:
    install(checkout, "embedded")
    assert "[embedded] " in calls(checkout)[0]


def test_a_python_that_is_too_old_hands_over_or_says_so(
    installer: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 6, "final", 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installer.main(["embedded"]) == 1
    assert "styletune needs Python 3.11 or newer and this is 3.9.6" in capsys.readouterr().err
    newer = tmp_path / "python3.12"
    newer.touch()
    newer.chmod(0o755)
    newer.write_text('#!/bin/sh\necho "handed over: $*"\n')
    monkeypatch.setattr(os, "execv", replace_process)
    with pytest.raises(SystemExit) as end:
        installer.main(["embedded"])
    assert str(end.value).startswith("handed over: ")
    assert str(end.value).endswith("install.py embedded")


def replace_process(path: str, arguments: list[str]) -> None:
    """Run a program and end, as ``execv`` does."""
    raise SystemExit(subprocess.run([path, *arguments[1:]], capture_output=True, text=True, check=True).stdout.strip())
