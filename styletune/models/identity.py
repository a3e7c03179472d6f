"""What a result depends on, as far as the model goes: its weights, not its name."""

import hashlib
from contextlib import suppress
from pathlib import Path
from threading import Event

from styletune import __version__
from styletune.errors import Cancelled, ModelError
from styletune.files.failures import in_words
from styletune.models.choice import ModelChoice
from styletune.models.file_records import keep, recall, stamp
from styletune.models.weights import shard_paths

_PIECE = 1 << 20
_HEX_DIGITS = 64


def model_identity(choice: ModelChoice, *, stop: Event | None = None) -> str:
    """Name what the results of a model depend on.

    That is the content of its files, or the address and name at a server. The first call for a file reads all of it;
    later calls look its hash up for as long as the file stays the same. Raises ``ModelError`` when it cannot be read
    and ``Cancelled`` when ``stop`` is set meanwhile.
    """
    if choice.path is not None:
        hashes = [_content_hash(path, stop) for path in shard_paths(choice.path)]
        whole = hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()
        return f"sha256:{whole}"
    if choice.source == "openai":
        return f"openai:{choice.url}#{choice.model}"
    return f"{choice.source}:{__version__}"


def remember_hash(path: Path, sha256: str) -> None:
    """Remember the SHA-256 of a file that is known already, so that it need not be read again."""
    with suppress(OSError):
        keep(path, "hash", stamp(path), sha256)


def _content_hash(path: Path, stop: Event | None) -> str:
    try:
        before = stamp(path)
        known = recall(path, "hash", before)
        if isinstance(known, str) and len(known) == _HEX_DIGITS:
            return known
        found = _hash(path, stop)
        if stamp(path) != before:
            raise ModelError(f"{path} changed while it was read. Wait until it is complete, then run this again.")
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {in_words(error)}.") from error
    keep(path, "hash", before, found)
    return found


def _hash(path: Path, stop: Event | None) -> str:
    content = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            if stop is not None and stop.is_set():
                raise Cancelled
            content.update(piece)
    return content.hexdigest()
