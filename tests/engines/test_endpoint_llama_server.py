"""The endpoint engine against llama-cpp-python's own server with the embedded model."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from openai_server import engine_at

from styletune.engines.protocol import Job, Prefix
from styletune.errors import Cancelled

pytestmark = pytest.mark.model

PREFIX = Prefix("You repeat what you are told.")
JOBS = [Job(str(number), f"Repeat: The sky is blue {number}.", "x", max_tokens=16) for number in range(4)]


@pytest.fixture(scope="module")
def llama_server(embedded_model: Path) -> Iterator[str]:
    """Start the server as its manual says; its standard settings drop an answer when the next request comes."""
    command = [sys.executable, "-m", "llama_cpp.server", "--model", embedded_model, "--port", "0"]
    limits = ["--host", "127.0.0.1", "--n_ctx", "512", "--n_threads", "1", "--verbose", "false"]
    with subprocess.Popen(
        [*command, *limits],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"},
    ) as server:
        assert server.stderr is not None
        lines: list[str] = []
        for line in server.stderr:
            lines.append(line)
            if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
                break
        else:
            pytest.fail("".join(lines))
        drain = threading.Thread(target=lambda: [None for _ in server.stderr or ()], daemon=True)
        drain.start()
        yield f"{found[1]}/v1"
        server.kill()
        drain.join()


@pytest.fixture(scope="module")
def alone(llama_server: str) -> dict[str, str]:
    """Answers that were asked for one after the other."""
    with engine_at(llama_server, parallel=1, prefix=PREFIX) as engine:
        return {result.id: result.text for result in engine.run(JOBS)}


def test_jobs_are_answered_as_they_stream(llama_server: str, alone: dict[str, str]) -> None:
    heard: dict[str, list[str]] = {}
    with engine_at(llama_server, parallel=1, prefix=PREFIX) as engine:
        results = list(engine.run(JOBS, on_text=lambda job, piece: heard.setdefault(job, []).append(piece)))
    assert all("sky" in text.lower() for text in alone.values())
    assert {result.id: result.text for result in results} == alone
    assert {job: "".join(pieces) for job, pieces in heard.items()} == alone
    assert all(len(pieces) > 2 for pieces in heard.values())
    assert {result.finish for result in results} <= {"stop", "length"}


def test_a_server_that_drops_answers_is_asked_less_at_a_time(llama_server: str, alone: dict[str, str]) -> None:
    with engine_at(llama_server, parallel=4, retries=4, backoff=0.05, prefix=PREFIX) as engine:
        results = {result.id: result for result in engine.run(JOBS)}
    assert {name: result.error for name, result in results.items()} == dict.fromkeys(alone, "")
    assert {name: result.text for name, result in results.items()} == alone


def test_a_prompt_that_is_too_long_is_told_from_a_broken_connection(llama_server: str) -> None:
    """The server opens the stream before it looks at the prompt, and then breaks off without a word."""
    with engine_at(llama_server, prefix=PREFIX) as engine:
        (result,) = engine.run([Job("1", "word " * 600, "x", max_tokens=8)])
    assert (result.finish, result.error) == ("context", "")


def test_a_stop_in_the_middle_leaves_the_server_free(llama_server: str, alone: dict[str, str]) -> None:
    stop = threading.Event()
    with engine_at(llama_server, parallel=1, prefix=PREFIX) as engine:
        long = Job("long", "Write a long story.", "x", max_tokens=300)
        with pytest.raises(Cancelled):
            list(engine.run([long], stop=stop, on_text=lambda _job, _piece: stop.set()))
        (result,) = engine.run(JOBS[:1])
    assert result.text == alone["0"]
