"""One synthesis a project at a time."""

import os
import subprocess
import sys

import pytest
from styletune_training.synthesis.run_lock import only_run

from styletune.errors import FileError, UsageError

HOLD = """
import sys, pathlib
from styletune_training.synthesis.run_lock import only_run
with only_run(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_told_who_holds_the_project(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        words = rf"already \(process {other.pid} on .* since 20.*stop it"
        with pytest.raises(UsageError, match=words) as caught, only_run(tmp_path):
            pass
        assert "what it has made is kept" in str(caught.value)
        other.kill()
    with only_run(tmp_path):  # the system has freed it
        assert str(os.getpid()) in (tmp_path / ".styletune/corpus/synthesis.lock").read_text()
    assert (tmp_path / ".styletune/corpus/synthesis.lock").read_text() == ""


def test_it_is_free_again_after_a_failure(tmp_path):
    for _ in range(2):
        with pytest.raises(KeyError), only_run(tmp_path):
            raise KeyError


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / ".styletune").mkdir()
    (tmp_path / ".styletune/corpus").write_text("")
    with pytest.raises(FileError, match=r"synthesis\.lock cannot be written"), only_run(tmp_path):
        pass
