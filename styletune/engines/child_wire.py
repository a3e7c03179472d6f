"""What an engine and the child that runs it say to each other.

Each message is a pickle behind its length. Both ends are the same program, started from the same folders, so a
pickle is as trustworthy here as the code itself.
"""

import os
import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from styletune import errors
from styletune.engines.protocol import Capabilities, Engine, Job, Prefix, Result
from styletune.errors import EngineError, StyletuneError

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """How to make an engine in another interpreter."""

    target: str
    """Import path of a class or a function, such as ``styletune.engines.llama:LlamaEngine``."""

    arguments: tuple[Any, ...] = ()
    """Values that can be pickled, as all that follow."""

    keywords: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def make(self) -> Engine:
        """Import the target and call it."""
        module, _, name = self.target.partition(":")
        factory = cast("Callable[..., Engine]", getattr(import_module(module), name))
        return factory(*self.arguments, **self.keywords)


# From the parent to the child.


@dataclass(frozen=True, slots=True)
class Make:
    """Make the engine; answered by ``Ready`` or ``Ended``."""

    spec: EngineSpec


@dataclass(frozen=True, slots=True)
class Open:
    """Take a prefix; answered by ``Ended``."""

    prefix: Prefix


@dataclass(frozen=True, slots=True)
class Run:
    """Begin a run, whose jobs are asked for one by one; answered by ``Ended`` when it is over."""


@dataclass(frozen=True, slots=True)
class Give:
    """One job of the run, or ``None`` when there are no more."""

    job: Job | None


@dataclass(frozen=True, slots=True)
class Stop:
    """Cancel the run."""


@dataclass(frozen=True, slots=True)
class Close:
    """Free the engine and end."""


# From the child to the parent.


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine is made."""

    name: str
    capabilities: Capabilities
    local: bool


@dataclass(frozen=True, slots=True)
class Asks:
    """The engine wants one more job."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """New text of a job."""

    job: str
    piece: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A job is done."""

    result: Result


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of the engine, in a form that survives the way."""

    kind: str
    """Name of the nearest class in ``styletune.errors``."""

    message: str

    def error(self) -> StyletuneError:
        """Make the error again."""
        return cast("type[StyletuneError]", getattr(errors, self.kind))(self.message)


@dataclass(frozen=True, slots=True)
class Ended:
    """A command is carried out, or has failed."""

    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Dying:
    """The child cannot go on and ends itself."""

    why: str


ToChild = Make | Open | Run | Give | Stop | Close
FromChild = Ready | Asks | Wrote | Finished | Ended | Dying


def failure_of(error: Exception) -> Failure:
    """Describe an error by the nearest class that both ends know; one that nobody foresaw becomes ``EngineError``."""
    if isinstance(error, StyletuneError):
        kind = next(kind for kind in type(error).__mro__ if kind.__module__ == errors.__name__)
        return Failure(kind.__name__, str(error))
    reason = f"{type(error).__name__}: {error}".rstrip(": ").replace("\n", " ")
    return Failure(EngineError.__name__, f"The engine failed in a way it should not ({reason}).")


def send(descriptor: int, message: ToChild | FromChild) -> None:
    """Write one message to a pipe. Raises ``OSError`` when nobody reads it any more."""
    body = pickle.dumps(message)
    data = memoryview(_LENGTH.pack(len(body)) + body)
    while data:
        data = data[os.write(descriptor, data) :]


def receive(descriptor: int) -> Any | None:  # noqa: ANN401 - each end knows which messages it gets
    """Read one message from a pipe; ``None`` when the other end is gone, even if it went in the middle of one."""
    head = _read(descriptor, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    body = _read(descriptor, length)
    return None if body is None else pickle.loads(body)  # noqa: S301 - the other end is this same program


def _read(descriptor: int, count: int) -> bytes | None:
    # Plain descriptors have no lock that a thread could still hold when the interpreter ends.
    pieces: list[bytes] = []
    while count:
        try:
            piece = os.read(descriptor, min(count, 1 << 20))
        except OSError:
            return None
        if not piece:
            return None
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
