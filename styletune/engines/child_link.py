"""The parent's end of an engine in a process of its own: one spawned child, from its start to its end."""

import json
import os
import re
import signal
import subprocess
import sys
import weakref
from collections import deque
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread, current_thread
from typing import IO

from styletune.engines.child_wire import Close, Dying, EngineSpec, FromChild, Make, ToChild, receive, send
from styletune.errors import EngineError
from styletune.files.failures import in_words

# The child finds its modules where this process finds them, whatever folder it is started in.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); from styletune.engines.child_host import main; main()"
)

_LAST_WORDS = 20
_LONGEST_WORD = 300
"""Characters of a line that go into a message."""

_REAP_SECONDS, _END_SECONDS, _OBEY_SECONDS = 5.0, 3.0, 1.0
"""What a child gets to be gone after its pipe broke, to free its engine, and to obey when it is told to end."""

_NO_MEMORY = re.compile(r"bad_alloc|mem_buffer|memory|cannot allocate|failed to allocate", re.IGNORECASE)
"""What llama.cpp and the C++ library say last when an allocation fails and nobody checks for that."""

_BUILD_FOLDER = re.compile(r"\S*[/\\](?=[^/\\\s]+:\d+:)")
"""Where llama.cpp was compiled, before the name of a source file."""

_ADVICE = {
    "memory": "Close other programs, or use a smaller model or fewer --jobs.",
    "crash": "Fetch the model again or use another one, and upgrade llama-cpp-python.",
    "ended": "Run it again; if it ends like this each time, run it without --isolate to see why.",
}


class ChildDiedError(Exception):
    """Signal that the child is gone; never seen outside of the engine."""

    def __init__(self, cause: str, advice: str) -> None:
        super().__init__(cause)
        self.cause = cause
        """Why, as far as can be told: ``signal 9 (SIGKILL), so the machine is probably short of memory``."""

        self.advice = advice
        """What to do about it: a sentence."""


class ChildLink:
    """Starts a child, lets it make an engine, and carries messages.

    The child is spawned, never forked, so it inherits neither threads nor locks. It ends when this process ends,
    because its pipe does. Raises ``EngineError`` when the system starts no process.
    """

    def __init__(self, spec: EngineSpec) -> None:
        self._process = _spawn()
        self._heard: SimpleQueue[FromChild | None] = SimpleQueue()
        self._words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._dying: str | None = None
        # Threads know the streams and not this object: forgetting it ends the child.
        self._threads = (
            Thread(target=_listen, args=(_stream(self._process.stdout), self._heard), daemon=True),
            Thread(target=_overhear, args=(_stream(self._process.stderr), self._words), daemon=True),
        )
        for thread in self._threads:
            thread.start()
        self._end = weakref.finalize(self, _end, self._process, self._threads)
        self.send(Make(spec))

    @property
    def pid(self) -> int:
        """Number of the child's process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._process.poll() is None

    @property
    def last_words(self) -> tuple[str, ...]:
        """What the child printed last, line by line: where a library that gives up says why."""
        return tuple(self._words)

    def send(self, message: ToChild) -> None:
        """Say something; a child that is gone is noticed when its answer is awaited."""
        try:
            send(_stream(self._process.stdin).fileno(), message)
        except (OSError, ValueError):
            return

    def receive(self, seconds: float) -> FromChild | None:
        """Wait for what the child says next; ``None`` if it says nothing for so long.

        Raises ``ChildDiedError`` once everything the child said is heard and it is gone.
        """
        try:
            message = self._heard.get(timeout=seconds)
        except Empty:
            return None
        if isinstance(message, Dying):
            self._dying = message.why
            return self.receive(_REAP_SECONDS)
        if message is None:
            self._heard.put(None)
            raise self._death()
        return message

    def close(self) -> None:
        """End the child, gently first; may be called twice."""
        self._end()

    def kill(self) -> None:
        """End the child at once."""
        self._process.kill()
        self._end()

    def _death(self) -> ChildDiedError:
        try:
            code = self._process.wait(_REAP_SECONDS)
        except subprocess.TimeoutExpired:  # it closed its pipe and goes on without us
            self._process.kill()
            code = 0
        self._end()
        word = self._words[-1][:_LONGEST_WORD] if self._words else ""
        return _why(code, word, self._dying)


def _spawn() -> subprocess.Popen[bytes]:
    # A backtrace by a debugger, which ggml starts when it gives up, may take longer than the user waits.
    environment = {"GGML_NO_BACKTRACE": "1", **os.environ}
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", _START, json.dumps(sys.path)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
    except OSError as error:
        raise EngineError(f"No process can be started for the model: {in_words(error)}. {_ADVICE['memory']}") from error


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise AssertionError("all three streams of a child are pipes")
    return stream


def _listen(stream: IO[bytes], heard: "SimpleQueue[FromChild | None]") -> None:
    try:
        while (message := receive(stream.fileno())) is not None:
            heard.put(message)
    finally:
        heard.put(None)


def _overhear(stream: IO[bytes], words: deque[str]) -> None:
    rest = b""
    while piece := stream.read(1 << 16):
        *lines, rest = (rest + piece).split(b"\n")
        rest = rest[-(1 << 16) :]
        words.extend(text for line in lines if (text := line.decode("utf-8", "replace").strip()))
    if text := rest.decode("utf-8", "replace").strip():
        words.append(text)


def _end(process: subprocess.Popen[bytes], threads: tuple[Thread, ...]) -> None:
    """Let the child go: ask it to free its engine, then end its input, then come SIGTERM and SIGKILL."""
    stdin = _stream(process.stdin)
    with suppress(OSError):
        send(stdin.fileno(), Close())
    steps = (
        (None, _END_SECONDS),
        (stdin.close, _OBEY_SECONDS),
        (process.terminate, _OBEY_SECONDS),
        (process.kill, None),
    )
    for step, seconds in steps:
        if step is not None:
            step()
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            break
    stdin.close()
    for thread in threads:
        if thread is not current_thread():  # whoever happens to collect garbage may be one of them
            thread.join(_END_SECONDS)
    for stream in (process.stdout, process.stderr):
        _stream(stream).close()


def _why(code: int, word: str, dying: str | None) -> ChildDiedError:
    """Say what an exit code means. Source: POSIX wait; Windows gives status codes as large numbers."""
    said = f": {_BUILD_FOLDER.sub('', word)}" if word else ""
    if dying is not None:
        return ChildDiedError(dying, _ADVICE["memory"])
    if code == -getattr(signal, "SIGKILL", 9):
        return ChildDiedError("signal 9, SIGKILL: the machine is probably short of memory", _ADVICE["memory"])
    if _NO_MEMORY.search(word):
        return ChildDiedError(f"it ran out of memory{said}", _ADVICE["memory"])
    if code < 0:
        return ChildDiedError(f"signal {-code}, {_signal_name(-code)}{said}", _ADVICE["crash"])
    if code > 0xFF:  # noqa: PLR2004 - larger than any exit code: a Windows status such as an access violation
        return ChildDiedError(f"status {code:#x}{said}", _ADVICE["crash"])
    return ChildDiedError(f"exit code {code}{said}", _ADVICE["ended"])


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
