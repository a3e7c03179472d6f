"""Which files of a repository make a model, and in which quantization."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from styletune.errors import ModelError, UsageError

_QUANTIZATION = re.compile(
    r"(?:^|[-._/])((?:UD-)?(?:I?Q[1-8]_(?:XXS|XS|NL|S|M|[01]|K(?:_(?:XXL|XL|L|M|S))?)|TQ[12]_0|MXFP4(?:_MOE)?|NVFP4"
    r"|BF16|FP?16|FP?32))(?=$|[-./])",
    re.IGNORECASE,
)
SHARD = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})")
"""How llama.cpp's gguf-split names one of several files, without the suffix."""

_NO_MODEL = ("mmproj", "imatrix", "-vocab", "draft", "mtp-")
"""Parts of the names of files that are no language model of their own."""

_PREFERRED = ("Q4_K_M", "Q4_K_S", "Q4_0", "IQ4_XS", "Q5_K_M", "Q5_K_S", "Q5_0", "Q6_K", "Q8_0", "Q3_K_M", "BF16", "F16")
"""What is taken where nobody says which: the best of those that fit on a laptop comes first."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository."""

    path: str
    """Relative to the repository, with ``/``."""

    size: int
    """Bytes."""

    sha256: str | None = None
    """Of its content; small files have only the other hash."""

    git_sha1: str = ""
    """Name of the blob in git."""

    @property
    def name(self) -> str:
        """Its name without folders."""
        return PurePosixPath(self.path).name


@dataclass(frozen=True, slots=True)
class Offer:
    """A model in one quantization: one file, or all of its shards in order."""

    quantization: str
    """Empty if the names do not tell."""

    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def offers(files: Sequence[RemoteFile]) -> list[Offer]:
    """List the models among the files of a repository, smallest first; incomplete sets of shards are left out."""
    groups: dict[tuple[str, int], dict[int, RemoteFile]] = defaultdict(dict)
    for file in files:
        path = PurePosixPath(file.path)
        if path.suffix.lower() != ".gguf" or any(part in path.name.lower() for part in _NO_MODEL):
            continue
        shard = SHARD.fullmatch(path.stem)
        stem = str(path.parent / (shard["stem"] if shard else path.stem))
        groups[stem, int(shard["count"]) if shard else 1][int(shard["number"]) if shard else 1] = file
    whole = [
        Offer(quantization_of(stem), tuple(shards[number] for number in sorted(shards)))
        for (stem, count), shards in groups.items()
        if sorted(shards) == list(range(1, count + 1))
    ]
    return sorted(whole, key=lambda offer: (offer.size, offer.files[0].path))


def quantization_of(stem: str) -> str:
    """Read the quantization off a file's path; empty if it does not tell."""
    found = _QUANTIZATION.findall(stem)
    name = found[-1].upper() if found else ""
    return {"FP16": "F16", "FP32": "F32"}.get(name, name)


def choose_offer(known: Sequence[Offer], wanted: str | None, *, usual: str | None, repository: str) -> Offer:
    """Choose one of the models of a repository.

    Arguments: ``wanted`` is a quantization or a file that the user asks for; ``usual`` is the model's own choice.
    Raises ``ModelError`` for a repository without models, and ``UsageError`` that lists what there is.
    """
    if not known:
        raise ModelError(
            f"{repository} holds no .gguf model. Its weights may be in another format: look for a repository whose name "
            "ends in -GGUF."
        )
    if wanted is not None:
        return _one(_matching(known, wanted), known, f"{wanted} is not there", repository)
    if len(known) == 1:
        return known[0]
    for quantization in (usual, *_PREFERRED):
        found = [offer for offer in known if offer.quantization == quantization]
        if found:
            return _one(found, known, "", repository)
    raise UsageError(f"{repository} has {listed(known)}. Say which one you want with --quantization.")


def listed(known: Sequence[Offer]) -> str:
    """List offers with their sizes, for a message."""
    return ", ".join(f"{offer.quantization or offer.files[0].name} ({gigabytes(offer.size)})" for offer in known)


def gigabytes(size: int) -> str:
    """Write bytes as people do: ``98 MB``, ``2.5 GB``."""
    if size < 1_000_000:  # noqa: PLR2004 - below, megabytes tell nothing
        return f"{size / 1000:.0f} kB"
    return f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"  # noqa: PLR2004 - a gigabyte


def _matching(known: Sequence[Offer], wanted: str) -> list[Offer]:
    by_quantization = [offer for offer in known if offer.quantization == wanted.upper().replace("-", "_")]
    exact = by_quantization or [offer for offer in known if offer.quantization == wanted.upper()]
    return exact or [offer for offer in known if any(wanted in {file.path, file.name} for file in offer.files)]


def _one(found: Sequence[Offer], known: Sequence[Offer], missing: str, repository: str) -> Offer:
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(f"{repository}: {missing}. It has {listed(known)}. Name one of them with --quantization.")
    names = ", ".join(offer.files[0].path for offer in found)
    raise UsageError(
        f"{repository} has several models in {found[0].quantization}: {names}. Name one of these files with --quantization."
    )
