"""Print what a user sees of the faults of a server: the message, the segments that are lost, the exit code.

    python benchmarks/endpoint_faults.py [NAME ...]

Each line is a run of the real command on a draft of six paragraphs, against a local server that fails on purpose.
Waiting is shortened (a second of silence instead of one or two minutes), and nothing leaves the machine.
"""

import argparse
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, TypeAlias

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tests" / "support"))
faulty: Any = importlib.import_module("openai_server")

Exchange: TypeAlias = Any
Server: TypeAlias = Any
Handler: TypeAlias = Callable[[Exchange], None]

WORDS = ("one", "two", "three", "four", "five", "six")
DRAFT = "\n\n".join(f"The paragraph with number {word} says hello to the reader." for word in WORDS) + "\n"
COMMAND = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
from functools import partial
from styletune.engines import openai_endpoint as engine
engine.Patience = partial(engine.Patience, load=1.0, first=1.0, between=1.0, backoff=0.02, busy=0.02)
from styletune.cli import main
main()
"""


def rewrite(exchange: Exchange) -> None:
    """Answer with the paragraph and one word more."""
    text = exchange.user.rsplit("\n", 1)[-1] + " Indeed."
    if not exchange.body["stream"]:
        exchange.respond(200, faulty.whole(text, "stop", 50), "application/json")
        return
    exchange.begin()
    for start in range(0, len(text), 8):
        exchange.say(text[start : start + 8])
    exchange.say(None, "stop")
    exchange.end()


def once(fault: Handler) -> Handler:
    """Let the first request meet a fault."""
    return lambda exchange: (fault if exchange.number == 1 else rewrite)(exchange)


def third(fault: Handler) -> Handler:
    """Let every request for the third paragraph meet a fault."""
    return lambda exchange: (fault if "number three says" in exchange.user else rewrite)(exchange)


def limited(value: str) -> Handler:
    """Ask to come back later."""
    return faulty.status(429, "slow down", headers={"Retry-After": value})


def ask_and_wait(exchange: Exchange) -> None:
    """Ask to come back in a minute, and see whether the client stays."""
    limited("60")(exchange)
    exchange.wait_until_left()


def in_a_second(exchange: Exchange) -> None:
    """Ask to come back at a time of day."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    faulty.status(429, "slow down", headers={"Retry-After": date})(exchange)


def drip(exchange: Exchange) -> None:
    """Answer slowly, but never stay silent for as long as a second."""
    exchange.begin()
    for word in (exchange.user.rsplit("\n", 1)[-1] + " Indeed.").split(" ")[:14]:
        exchange.say(f"{word} ")
        time.sleep(0.15)
    exchange.say(None, "stop")
    exchange.end()


def refuse_seed(exchange: Exchange) -> None:
    """Take every parameter but one."""
    (faulty.status(400, "Unknown parameter: seed") if "seed" in exchange.body else rewrite)(exchange)


def die_after(count: int) -> Handler:
    """Answer some requests, then break the next off and refuse all connections."""

    def handle(exchange: Exchange) -> None:
        if exchange.number <= count:
            rewrite(exchange)
            return
        exchange.begin()
        exchange.say("The par")
        exchange.server.close()

    return handle


HTML = "<!doctype html><html><head><title>Welcome</title></head></html>"
NO_CHOICES = json.dumps({"choices": []})
TOO_LONG = "This model's maximum context length is 64 tokens"
FAULTS: dict[str, list[Handler | None]] = {
    "no fault": [rewrite],
    "429 once, Retry-After in seconds": [once(limited("1"))],
    "429 once, Retry-After as a date": [once(in_a_second)],
    "429 for ever, at one paragraph": [third(limited("0"))],
    "429 for ever": [limited("0")],
    "429, come back tomorrow": [limited("86400")],
    "429, out of quota": [faulty.status(429, "You exceeded your quota", code="insufficient_quota")],
    "500 once": [once(faulty.status(500))],
    "500 for ever, at one paragraph": [third(faulty.status(500))],
    "500 for ever": [faulty.status(500)],
    "503 twelve times while the model loads": [faulty.in_turn(*[faulty.status(503, "Loading model")] * 12, rewrite)],
    "silence before headers, once": [once(faulty.hang)],
    "silence before headers, at one paragraph": [third(faulty.hang)],
    "silence in mid stream, once": [once(faulty.hang_after("The par"))],
    "silence in mid stream, at one paragraph": [third(faulty.hang_after("The par"))],
    "slow drip": [drip],
    "cut stream, once": [once(faulty.cut_after("The par"))],
    "cut stream, at one paragraph": [third(faulty.cut_after("The par"))],
    "web page, at one paragraph": [third(faulty.answer(HTML, "text/html"))],
    "broken event, at one paragraph": [third(faulty.stream("{not json"))],
    "no choices, at one paragraph": [third(faulty.stream(NO_CHOICES))],
    "plain text as the type": [third(faulty.answer("It works!", "text/plain"))],
    "content filter, at one paragraph": [third(faulty.stream(faulty.chunk({}, "content_filter")))],
    "prompt too long, at one paragraph": [third(faulty.status(400, TOO_LONG))],
    "400, seed is unknown": [refuse_seed],
    "refused connection": [None],
    "401": [faulty.status(401, "bad key")],
    "403": [faulty.status(403, "not yours")],
    "404": [faulty.status(404, "model not found")],
    "two servers, one never ran": [None, rewrite],
    "two servers, one dies in mid stream": [die_after(1), rewrite],
    "one server, dies in mid stream": [die_after(2)],
    "Ctrl-C in mid stream": [third(faulty.hang_after("The par"))],
    "Ctrl-C before headers": [faulty.hang],
    "Ctrl-C while Retry-After is waited for": [ask_and_wait],
}
"""Name to the servers of a run; ``None`` is an address where nothing listens."""


def main() -> None:
    """Run the command against each fault and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="part of a fault's name")
    names = parser.parse_args().names
    print("| fault | what the user sees | segments lost | exit | seconds |\n|---|---|---|---|---|")
    for name, handlers in FAULTS.items():
        if not names or any(part in name for part in names):
            print(f"| {name} | {' | '.join(_row(name, handlers))} |", flush=True)


def _row(name: str, handlers: list[Handler | None]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        urls = [_address(servers, handler) for handler in handlers]
        settings = f'[endpoints.test]\nbase_url = {json.dumps([url for url, _ in urls])}\nmodel = "m"\njobs = 2\n'
        Path(folder, "styletune.toml").write_text(settings, encoding="utf-8")
        Path(folder, "draft.md").write_text(DRAFT, encoding="utf-8")
        began = time.perf_counter()
        code, out, err = _run(folder, urls[0][1] if name.startswith("Ctrl-C") else None)
        seconds = time.perf_counter() - began
    for number, (url, _) in enumerate(urls, 1):
        err = err.replace(url, "URL" if len(urls) == 1 else f"URL{number}")
    return [_seen(err), _lost(out), str(code), f"{seconds:.1f}"]


def _address(servers: ExitStack, handler: Handler | None) -> tuple[str, Server]:
    server = faulty.Server(handler or rewrite)
    if handler is None:
        server.close()
    else:
        servers.callback(server.close)
    return server.url, server


def _run(folder: str, interrupted: Server | None) -> tuple[int, str, str]:
    command = [sys.executable, "-c", COMMAND, "rewrite", "draft.md", "--model", "test", "--json"]
    environment = {**os.environ, "HOME": folder, "OPENAI_API_KEY": "sk-test", "COLUMNS": "1000"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        if interrupted is not None:
            interrupted.waiting.wait(60)
            run.send_signal(signal.SIGINT)
        out, err = run.communicate()
        if interrupted is not None and not interrupted.left.wait(10):
            err += "THE CONNECTION STAYED OPEN"
    return run.returncode, out, err


def _seen(err: str) -> str:
    """Join what was said, without the line that counts segments."""
    lines = [line.strip() for line in err.splitlines() if " -> " not in line]
    return "<br>".join(lines).replace("|", "\\|") or "nothing"


def _lost(out: str) -> str:
    segments = [segment for report in json.loads(out or "[]") for segment in report["segments"]]
    if not segments:
        return "all (no file written)"
    flagged = [segment for segment in segments if segment["status"] == "flagged"]
    return f"{len(flagged)} of {len(segments)}"


if __name__ == "__main__":
    main()
