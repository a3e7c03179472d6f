"""``styletune doctor``, with each thing broken that can be."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from styletune.doctor import llama, packages

Report = Callable[[], tuple[int, dict[str, list[dict[str, Any]]]]]


@pytest.fixture
def report(cli) -> Report:
    """Run ``doctor --json`` and return the exit code, and its findings by name."""

    def run() -> tuple[int, dict[str, list[dict[str, Any]]]]:
        done = cli("doctor", "--json")
        assert done.err == ""
        values = json.loads(done.out)
        assert values["usable"] == (done.code == 0)
        found: dict[str, list[dict[str, Any]]] = {}
        for finding in values["findings"]:
            found.setdefault(finding["name"], []).append(finding)
        return done.code, found

    return run


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch, embedded_model: Path) -> None:
    """Let llama.cpp be as it should be, without loading it each time."""
    build = {"version": "0.3.36", "gpu": False, "backends": {"CPU": ["AVX", "AVX2", "F16C", "FMA"]}}
    monkeypatch.setattr(llama, "_probe", lambda: (build, "", ""))


@pytest.fixture
def fake_llama(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a llama_cpp of the test's own in the place of the installed one."""

    def install(code: str) -> None:
        package = tmp_path / "fake" / "llama_cpp"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("__version__ = '9.9'\n")
        (package / "llama_cpp.py").write_text(code)
        monkeypatch.syspath_prepend(tmp_path / "fake")

    return install


def tree(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


@pytest.mark.model
def test_a_sound_machine_is_told_so_and_nothing_is_written(cli, embedded_model, own_home):
    done = cli("doctor")
    text = done.out.decode()
    assert (done.code, done.err) == (0, "")
    assert embedded_model.name in text
    assert f"llama.cpp      {packages.version('llama-cpp-python')}" in text
    assert "✗" not in text
    assert ": ready" in text.splitlines()[0]
    cache = str(own_home / "cache")  # what stood in a model's header is remembered there
    written = [path for path in tree(own_home.parent) if not path.startswith(cache)]
    assert written == [str(own_home), str(own_home.parent / "work")]


def test_it_works_from_a_console_that_knows_no_unicode(embedded_model):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "60"}
    command = [sys.executable, "-m", "styletune", "doctor"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    text = done.stdout.decode("ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "export LC_ALL=C.UTF-8" in text
    commands = [line for line in text.splitlines() if line.startswith("     ")]
    assert max(len(line) for line in text.splitlines() if line not in commands) <= 60


def test_without_a_model_the_way_to_one_comes_first(cli, report, sound, monkeypatch):
    monkeypatch.setattr("styletune.models.choice.embedded_path", lambda: None)
    code, found = report()
    assert code == 1
    assert found["model"][0]["state"] == "broken"
    assert found["model"][0]["remedy"]["command"] == "styletune models pull qwen3-4b"
    lines = cli("doctor").out.decode().splitlines()
    assert lines[0].endswith("1 thing would stop a run")
    assert lines[1].split()[:2] == ["✗", "model"]
    done = cli("doctor", "-q")
    assert (done.code, done.out) == (1, b"")
    assert done.err.startswith("Error: model: No model was named and none is installed")


@pytest.mark.usefixtures("embedded_model")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os.kill(os.getpid(), 4)", "crashes when it is loaded (it was built for another processor)"),
        ("import os; os.abort()", "crashes when it is loaded (signal 6)"),
        ("raise OSError('libggml.so: undefined symbol')", "cannot be loaded: libggml.so: undefined symbol"),
        ("import os; os._exit(1)", "gives no reason"),
        ("import threading; threading.Event().wait()", "does not load within 1 seconds"),
    ],
)
def test_a_llama_that_does_not_load_is_named_with_the_command_that_builds_it_again(
    report, fake_llama, monkeypatch, code, words
):
    if "Event" in code:
        monkeypatch.setattr(llama, "_PROBE_SECONDS", 1.0)
    fake_llama(code)
    exit_code, found = report()
    assert exit_code == 1
    assert words in found["llama.cpp"][0]["text"]
    command = found["llama.cpp"][0]["remedy"]["command"]
    assert command.startswith('env -u SOURCE_DATE_EPOCH CMAKE_ARGS="-DGGML_NATIVE=on" ')
    assert command.endswith("--force-reinstall --no-cache-dir --no-deps --no-binary llama-cpp-python llama-cpp-python")


def test_a_build_that_is_slower_than_it_could_be_is_a_warning_with_the_command_that_mends_it(
    report, sound, monkeypatch
):
    monkeypatch.setattr(llama, "processor_flags", lambda: frozenset({"avx", "avx512f"}))
    assert report()[1]["llama.cpp"][0]["state"] == "good"
    monkeypatch.setattr(
        llama, "_probe", lambda: ({"version": "1", "gpu": False, "backends": {"CPU": ["SSE3"]}}, "", "")
    )
    code, found = report()
    assert (code, found["llama.cpp"][0]["state"]) == (0, "warning")
    assert "this processor has AVX too" in found["llama.cpp"][0]["text"]
    assert found["llama.cpp"][0]["remedy"]["command"].startswith("env -u SOURCE_DATE_EPOCH CMAKE_ARGS=")


def test_an_idle_gpu_of_a_mac_is_a_warning(report, sound, monkeypatch):
    monkeypatch.setattr(llama.sys, "platform", "darwin")
    monkeypatch.setattr(llama.platform, "machine", lambda: "arm64")
    finding = llama._gpu({"gpu": False, "backends": {"CPU": ["NEON"]}})
    assert finding.state == "warning"
    assert finding.remedy
    assert "-DGGML_METAL=on" in finding.remedy.command
    assert llama._gpu({"gpu": True, "backends": {"Metal": [], "CPU": []}}).text == "used through Metal"


def test_without_llama_the_command_that_installs_it_is_named(report, monkeypatch, embedded_model):
    real = packages.version
    monkeypatch.setattr(packages, "version", lambda name: None if name == "llama-cpp-python" else real(name))
    monkeypatch.setattr(llama.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    code, found = report()
    assert (code, found["llama.cpp"][0]["state"]) == (1, "broken")
    assert found["llama.cpp"][0]["remedy"]["command"].endswith("'styletune[embedded]'")
    assert found["compiler"][0]["remedy"]["command"] == "sudo apt-get install build-essential"
    assert "local" in [finding["text"].split()[0] for finding in found["extra"]]


@pytest.mark.parametrize("model", ['model = "far"', "model = 'openai:http://localhost:1/v1#m'", 'model = "echo"'])
def test_who_runs_no_model_here_needs_no_llama(report, fake_llama, model):
    fake_llama("import os; os.abort()")
    Path("styletune.toml").write_text(
        f'{model}\n[endpoints.far]\nbase_url = "https://far.example/v1"\nmodel = "m"\nkey_env = "FAR_KEY"\n'
    )
    code, found = report()
    assert (code, found["llama.cpp"][0]["state"]) == (0, "warning")


def test_the_model_of_each_profile_is_looked_at(report, sound):
    Path("styletune.toml").write_text(
        '[profiles.de]\npaths = ["de/**"]\nmodel = "ech"\n[profiles.fr]\npaths = ["fr/**"]\nmodel = "pseudo"\n'
    )
    code, found = report()
    assert code == 1
    assert [(finding["state"], finding["text"].split(":")[0]) for finding in found["model"]] == [
        ("broken", "profile de"),
        ("good", found["model"][1]["text"]),
        ("good", "profile fr"),
    ]


def test_settings_and_rules_that_stop_a_run_are_named_with_their_lines(report, sound):
    Path("styletune.toml").write_text("modle = 'x'\n\nexamples = -1\n")
    Path(".stylerules").write_text("## Rules\n- Be short.\n\n## Rules\n- Again.\n")
    code, found = report()
    assert code == 1
    assert [finding["text"].split()[0] for finding in found["settings"]] == ["styletune.toml:1:", "styletune.toml:3:"]
    assert found["rules"][0]["text"].startswith(".stylerules:4:1 ")


def test_the_project_around_the_folder_is_the_one_that_is_looked_at(report, sound, monkeypatch):
    Path("styletune.toml").write_text('model = "echo"\n')
    Path("posts").mkdir()
    monkeypatch.chdir("posts")
    _, found = report()
    assert found["model"][0]["text"] == "echo"
    assert "styletune.toml" in found["project"][0]["text"]


@pytest.mark.parametrize(
    ("content", "state", "words"), [(b"SQLite format 3\0" + b"no" * 900, "warning", "damaged"), (None, "good", "whole")]
)
def test_a_damaged_translation_memory_is_noticed_and_left_where_it_is(report, sound, content, state, words):
    from styletune.memory.entry import Entry  # noqa: PLC0415
    from styletune.memory.translation_memory import TranslationMemory  # noqa: PLC0415

    path = Path.cwd() / ".styletune" / "memory.sqlite"
    path.parent.mkdir()
    store = TranslationMemory(path)
    store.keep("key", Entry("source", "target"))
    store.close()
    if content is not None:
        path.write_bytes(content)
    before = path.read_bytes()
    code, found = report()
    assert (code, found["memory file"][0]["state"]) == (0, state)
    assert words in found["memory file"][0]["text"]
    assert path.read_bytes() == before


def test_keys_are_looked_for_and_never_shown(cli, report, sound, monkeypatch):
    monkeypatch.setenv("SET_KEY", "sk-secret")
    Path("styletune.toml").write_text(
        '[endpoints.one]\nbase_url = "https://one.example/v1"\nmodel = "m"\nkey_env = "SET_KEY"\n'
        '[endpoints.two]\nbase_url = "https://two.example/v1"\nmodel = "m"\nkey_env = "UNSET_KEY"\n'
        '[endpoints.here]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "m"\nkey_env = "UNSET_KEY"\n'
    )
    code, found = report()
    assert code == 0
    states = {finding["text"].split(":")[0]: finding["state"] for finding in found["endpoint"]}
    assert states == {"one": "good", "two": "warning", "here": "good"}
    assert "export UNSET_KEY=..." in cli("doctor").out.decode()
    assert b"sk-secret" not in cli("doctor", "--json").out + cli("doctor", "-v").out


def test_a_home_that_cannot_be_written_is_a_warning(report, sound, own_home):
    (own_home / "cache").write_text("a file where the folder should be")
    code, found = report()
    assert (code, found["cache folder"][0]["state"]) == (0, "warning")
    assert "cannot be written" in found["cache folder"][0]["text"]


def test_models_that_are_gone_and_downloads_that_broke_off_are_named(report, sound, own_home, embedded_model, tmp_path):
    from styletune.models.installed import Installed, add_installed, models_folder  # noqa: PLC0415

    add_installed(Installed("mine", "added", (embedded_model,)))
    add_installed(Installed("lost", "added", (tmp_path / "lost.gguf",)))
    (models_folder() / "qwen3-4b").mkdir()
    (models_folder() / "qwen3-4b" / "x.gguf.part").write_bytes(b"12345")
    code, found = report()
    assert code == 0
    assert [finding["state"] for finding in found["installed"]] == ["warning", "good"]
    assert found["installed"][0]["remedy"]["command"] == "styletune models rm lost"
    assert found["installed"][1]["text"].startswith("mine (98 MB)")
    assert found["download"][0]["remedy"]["command"] == "styletune models pull qwen3-4b"


def test_a_folder_that_is_gone_is_told_in_words(cli):
    Path("gone").mkdir()
    os.chdir("gone")
    Path.cwd().rmdir()
    done = cli("doctor")
    assert (done.code, done.out) == (2, b"")
    assert "does not exist any more" in done.err


def test_a_check_that_fails_itself_does_not_hide_the_others(report, sound, monkeypatch):
    def broken() -> None:
        raise RuntimeError("no\nreason")

    monkeypatch.setattr("styletune.doctor.models_here.installed", broken)
    code, found = report()
    assert (code, found["installed"][0]["state"]) == (0, "warning")
    assert "RuntimeError: no reason" in found["installed"][0]["text"]
    assert found["system"][0]["state"] == "good"


def test_threads_are_told_once_they_are_measured(report, sound, embedded_model, monkeypatch):
    from styletune.engines import llama_threads  # noqa: PLC0415

    monkeypatch.setattr("styletune.doctor.models_here.candidates", lambda: [1, 2])
    assert report()[1]["threads"][0]["state"] == "absent"
    llama_threads.choose_threads(llama_threads.cache_key(embedded_model), float, counts=[1, 2])
    assert report()[1]["threads"][0]["text"].startswith("1 of 2 are the fastest; measured by 20")
