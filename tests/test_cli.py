"""The command as a process: help, exit codes, signals, pipes."""

import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from styletune.markdown.segments import Kind

COMMAND = [sys.executable, "-m", "styletune"]
HEAVY = {
    "torch", "transformers", "textual", "llama_cpp", "openai", "numpy", "yaml", "py3langid", "jinja2", "pyromark",
    "rich", "rapidfuzz", "regex",
}  # fmt: skip


def names(folder: Path = Path()) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def styletune(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, check=False)


@pytest.mark.parametrize("arguments", [["--help"], ["rewrite", "--help"], ["translate", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]):
    script = (
        "import sys; from styletune.cli import app\n"
        f"try: app({arguments!r})\nexcept SystemExit as end: assert not end.code\n"
        "print('LOADED', *{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rsplit("LOADED", 1)[1].split())
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_help_lists_the_verbs_in_the_order_a_new_user_meets_them():
    text = styletune("--help").stdout.decode()
    assert text.index("\n  rewrite ") < text.index("\n  translate ")


def test_help_has_a_short_flag_and_names_every_kind_of_segment():
    done = styletune("rewrite", "-h")
    assert done.returncode == 0
    text = done.stdout.decode()
    assert all(kind in text for kind in Kind)


def test_streams_that_are_closed_from_the_start_are_errors_in_words():
    Path("post.md").write_text("A boat.\n")
    for arguments, closed, words in (
        ("rewrite - --model echo", "<&-", b"Standard input is closed"),
        ("rewrite post.md --model echo -o -", ">&-", b"Standard output is closed"),
    ):
        script = f'exec "$0" -m styletune {arguments} {closed}'
        done = subprocess.run(["sh", "-c", script, sys.executable], capture_output=True, check=False)
        assert done.returncode == 2
        assert words in done.stderr
        assert b"Traceback" not in done.stderr


def test_the_bare_command_prints_its_help():
    done = styletune()
    assert b"Usage: styletune" in done.stdout + done.stderr
    assert b"rewrite" in done.stdout + done.stderr


def test_the_version_is_printed():
    from styletune import __version__  # noqa: PLC0415

    assert styletune("--version").stdout.decode() == f"styletune {__version__}\n"


def test_shell_completion_is_offered_to_the_shell_that_asks():
    line = shlex.join([*COMMAND, "--show-completion"])
    done = subprocess.run(["bash", "-c", f"{line}; exit $?"], capture_output=True, check=False)
    assert b"complete" in done.stdout


@pytest.mark.parametrize(
    "arguments", [["rewrite", "-", "--nonsense"], ["translate", "-"], ["rewrite", "--jobs", "x", "-"]]
)
def test_arguments_that_are_not_understood_give_the_editor_its_text_back(arguments: list[str]):
    done = styletune(*arguments, stdin=b"my text\r\n\xff")
    assert (done.returncode, done.stdout) == (2, b"my text\r\n\xff")
    assert done.stderr


def test_an_unknown_option_of_a_run_on_files_prints_no_data():
    done = styletune("rewrite", "a.md", "-o", "-", "--nonsense", stdin=b"unread")
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("arguments", [["-o", "-"], ["--show"], ["--json"]])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_goes_away_is_no_failure(arguments: list[str], stream: str):
    Path("post.md").write_text("A line that is quite long, as lines of prose are.\n\n" * 1200)
    command = [*COMMAND, "rewrite", "--model", "pseudo", *arguments, "post.md"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    gone, kept = (process.stdout, process.stderr) if stream == "stdout" else (process.stderr, process.stdout)
    gone.close()
    text = kept.read().decode()
    kept.close()
    assert process.wait() == 0
    assert "Broken" not in text
    assert "Exception" not in text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")
def test_a_full_disk_behind_standard_output_is_said_in_words():
    Path("post.md").write_text("Text.\n")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "rewrite", "--model", "echo", "post.md", "-o", "-"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert b"Standard output cannot be written: the disk is full." in done.stderr


SLOW = """
import sys, time
from threading import Event
import styletune.engines
from styletune.engines.protocol import Capabilities, Result
from styletune.errors import Cancelled

class Slow:
    name, local, capabilities = "slow", True, Capabilities(trusted_text=True)
    def open(self, prefix): pass
    def close(self): print("closed", file=sys.stderr, flush=True)
    def run(self, jobs, *, stop=None, on_text=None):
        for job in jobs:
            if "wait" in job.source:
                print("waiting", file=sys.stderr, flush=True)
                if DEAF:
                    Event().wait(100)
                stop.wait(100)
                raise Cancelled("Stopped.")
            yield Result(job.id, job.source.upper(), "stop", 0, 1, 0.0)

styletune.engines.open_engine = lambda choice, **options: Slow()
from styletune.cli import main
main()
"""


def interrupted(*arguments: str, signals: list[int], deaf: bool = False, stdin: bytes = b"") -> tuple[int, bytes, str]:
    """Run with an engine that waits at a paragraph with that word, send signals there, and return what became."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"DEAF = {deaf}\n{SLOW}", *arguments, "--model", "echo"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(stdin)
    process.stdin.close()
    process.stdin = None
    heard = b""
    while b"waiting" not in heard:
        line = process.stderr.readline()
        assert line, heard
        heard += line
    process.send_signal(signals[0])
    for number in signals[1:]:
        while b"Stopping" not in heard:
            heard += process.stderr.readline()
        process.send_signal(number)
    out, rest = process.communicate(timeout=60)
    return process.returncode, out, (heard + rest).decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_run_and_keeps_what_was_finished(number: int):
    Path("a.md").write_text("Done before.\n")
    Path("b.md").write_text("Please wait here.\n")
    code, _, errors = interrupted("rewrite", "a.md", "b.md", "--in-place", signals=[number])
    assert code == 130
    assert "Stopped." in errors
    assert "closed" in errors
    assert Path("a.md").read_text() == "DONE BEFORE.\n"
    assert Path("b.md").read_text() == "Please wait here.\n"
    assert names() == [".styletune", "a.md", "b.md"]


def test_a_second_ctrl_c_ends_at_once_even_if_the_engine_is_deaf():
    Path("b.md").write_text("Please wait here.\n")
    code, _, errors = interrupted("rewrite", "b.md", signals=[signal.SIGINT, signal.SIGINT], deaf=True)
    assert code == 130
    assert "closed" not in errors
    assert names() == ["b.md"]


@pytest.mark.parametrize("deaf", [False, True])
def test_a_stopped_filter_gives_the_editor_its_text_back(deaf: bool):
    signals = [signal.SIGINT, signal.SIGINT] if deaf else [signal.SIGINT]
    code, out, _ = interrupted("rewrite", "-", signals=signals, deaf=deaf, stdin=b"Done.\n\nPlease wait.\n")
    assert (code, out) == (130, b"Done.\n\nPlease wait.\n")


AT_ONCE = """
import signal
from styletune import cli
from styletune.commands.settings import RewriteSettings
RewriteSettings.__init__ = lambda *_, **__: signal.raise_signal(signal.SIGTERM)
cli.main()
"""


def test_a_filter_that_is_stopped_before_it_begins_gives_the_editor_its_text_back():
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, "rewrite", "-"], input=b"My text.\n", capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (130, b"My text.\n")


def test_a_stopped_run_still_reports_what_was_finished():
    Path("a.md").write_text("Done before.\n")
    Path("b.md").write_text("Please wait here.\n")
    code, out, _ = interrupted("rewrite", "a.md", "b.md", "--json", signals=[signal.SIGINT])
    assert code == 130
    assert [(report["path"], (report["error"] or {}).get("code")) for report in json.loads(out)] == [
        ("a.md", None),
        ("b.md", "cancelled"),
    ]
