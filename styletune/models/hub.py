"""A hub that speaks the protocol of huggingface.co: what a repository holds, and its files.

``HF_ENDPOINT`` names another hub or a mirror, ``HF_TOKEN`` a token for it; a token that ``hf auth login`` has stored is
used too. Requests are made with huggingface_hub's own session and errors, but files are fetched here: its download
functions start again from nothing when they are interrupted.
"""

import re
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from styletune import __version__
from styletune.errors import ModelError, UsageError
from styletune.models.hub_faults import ENDPOINT, ConnectionLost, endpoint, explained, token
from styletune.models.repository_files import RemoteFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as lost."""

_PART = 206
_BAD_RANGE = 416


@dataclass(frozen=True, slots=True)
class Repository:
    """What a hub says of a repository."""

    name: str
    commit: str
    """The state of the repository that the files belong to."""

    files: tuple[RemoteFile, ...]
    gated: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A file on its way."""

    begin: int
    """Bytes from the start of the file at which the pieces begin: the server may not be able to go on in the middle."""

    pieces: "Iterator[bytes]"


def is_repository(name: str) -> bool:
    """Tell whether a name has the form OWNER/REPOSITORY."""
    return bool(_REPOSITORY.fullmatch(name))


def read_repository(name: str) -> Repository:
    """Ask the hub for the files of a repository. Raises ``ModelError`` that says what to do."""
    hub = _load()
    try:
        with explained(name):
            response = hub.session.get(
                f"{endpoint()}/api/models/{name}", params={"blobs": "true"}, headers=_headers(), timeout=_TIMEOUT
            )
            hub.raise_for_status(response)
            answer: Any = response.json()
    except ConnectionLost as lost:
        raise ModelError(f"{endpoint()} cannot be reached: {lost}. Check the network, then run this again.") from lost
    return _repository(name, answer)


@contextmanager
def open_file(repository: Repository, file: RemoteFile, *, begin: int) -> Generator[Part]:
    """Open a file of a repository at ``begin`` bytes from its start.

    Raises ``ConnectionLost`` when the connection breaks, also while pieces are read, and ``ModelError`` for what trying
    again cannot mend.
    """
    hub = _load()
    headers = _headers() | {"Accept-Encoding": "identity"} | ({"Range": f"bytes={begin}-"} if begin else {})
    url = hub.url(repository.name, file.path, revision=repository.commit, endpoint=endpoint())
    with ExitStack() as open_until_done:
        with explained(repository.name):
            stream = hub.session.stream("GET", url, headers=headers, timeout=_TIMEOUT)
            response = open_until_done.enter_context(stream)
            if response.status_code == _BAD_RANGE:
                raise ConnectionLost("the server has no such part of the file")
            hub.raise_for_status(response)
        resumed = response.status_code == _PART and _range_begin(response.headers) == begin
        yield Part(begin if resumed else 0, _pieces(repository, response))


def _pieces(repository: Repository, response: Any) -> "Iterator[bytes]":  # noqa: ANN401 - of a library that loads late
    with explained(repository.name):
        yield from response.iter_bytes()


@dataclass(frozen=True, slots=True)
class _Hub:
    """The parts of huggingface_hub that are used."""

    session: Any
    raise_for_status: Any
    url: Any


def _load() -> _Hub:
    try:
        hub: Any = import_module("huggingface_hub")
        http: Any = import_module("huggingface_hub.utils")
    except ImportError as error:
        raise ModelError(
            "huggingface_hub is not installed, so no model can be downloaded. Run: pip install 'styletune[local]'"
        ) from error
    return _Hub(http.get_session(), http.hf_raise_for_status, hub.hf_hub_url)


def _headers() -> dict[str, str]:
    """Say who asks, and nothing of the machine: huggingface_hub's own headers would tell more."""
    key = {"Authorization": f"Bearer {found}"} if (found := token()) else {}
    return {"User-Agent": f"styletune/{__version__}"} | key


def _repository(name: str, answer: object) -> Repository:
    try:
        values = cast("Mapping[str, Any]", answer)
        files = tuple(_remote_file(entry) for entry in values["siblings"])
        return Repository(name, str(values["sha"]), files, gated=bool(values.get("gated")))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{endpoint()} does not answer like a hub. Check {ENDPOINT}.") from error


def _remote_file(entry: Mapping[str, Any]) -> RemoteFile:
    large: Mapping[str, Any] = entry.get("lfs") or {}
    sha256 = large.get("sha256") or large.get("oid")
    size = int(large.get("size") or entry.get("size") or 0)
    return RemoteFile(str(entry["rfilename"]), size, str(sha256) if sha256 else None, str(entry.get("blobId") or ""))


def _range_begin(headers: Mapping[str, str]) -> int | None:
    found = re.match(r"bytes (\d+)-", headers.get("content-range", ""))
    return int(found[1]) if found else None


def check_repository_name(name: str) -> None:
    """Raise ``UsageError`` for a name that no repository can have."""
    if not is_repository(name):
        raise UsageError(
            f"{name} is neither a known model nor of the form OWNER/REPOSITORY. Run: styletune models list"
        )
