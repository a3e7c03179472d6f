"""A model's weights on disk: one GGUF file, or several shards that belong together."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from styletune.errors import ModelError
from styletune.files.failures import in_words
from styletune.models.gguf_header import Header, Tensor, Value
from styletune.models.known_header import known_header
from styletune.models.repository_files import SHARD

_NO_MODELS = {
    "adapter": "a LoRA adapter, not a model of its own. Merge it into its base model first",
    "imatrix": "statistics for quantizing a model, not a model. Choose a file without imatrix in its name",
    "mmproj": "the part of a model that looks at pictures. Choose the file without mmproj in its name",
    "vocab": "a vocabulary without weights. Choose another file",
}


@dataclass(frozen=True, slots=True)
class Weights:
    """What the headers of a model's files say."""

    shards: tuple[Header, ...]
    """One header a file, in order; the first holds the metadata."""

    @property
    def path(self) -> Path:
        """The file that llama.cpp is given."""
        return self.shards[0].path

    @property
    def header(self) -> Header:
        """The header with the metadata."""
        return self.shards[0]

    @property
    def metadata(self) -> Mapping[str, Value]:
        """The metadata of the model."""
        return self.header.metadata

    @property
    def architecture(self) -> str:
        """llama.cpp's name of the architecture, such as ``qwen3``."""
        return self.header.text("general.architecture") or ""

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All tensors of all files."""
        return tuple(tensor for shard in self.shards for tensor in shard.tensors)

    @property
    def parameters(self) -> int:
        """Number of weights."""
        return sum(tensor.weights for tensor in self.tensors)

    @property
    def tensor_size(self) -> int:
        """Bytes of all weights."""
        return sum(tensor.size for tensor in self.tensors)

    @property
    def file_size(self) -> int:
        """Bytes of all files."""
        return sum(shard.file_size for shard in self.shards)

    @property
    def bits_per_weight(self) -> float:
        """Bits that one weight takes on average, as the tensors are really stored."""
        return 8 * self.tensor_size / self.parameters

    @property
    def shares(self) -> list[tuple[str, float]]:
        """Types of tensors with the share (0 to 1) of weights stored in each, largest first."""
        counts: Counter[str] = Counter()
        for tensor in self.tensors:
            counts[tensor.type.name] += tensor.weights
        return [(name, count / counts.total()) for name, count in counts.most_common()]


def check_gguf(path: Path) -> None:
    """Make sure that a file is a whole model, before llama.cpp sees it.

    Raises ``ModelError`` that says what is wrong with the file, or what it is instead of a GGUF model.
    """
    read_weights(path)


def read_weights(path: Path) -> Weights:
    """Read and check the headers of a model's files; ``path`` is the file or the first shard.

    Raises ``ModelError``.
    """
    try:
        stamps = tuple(_stamp(shard) for shard in shard_paths(path))
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {in_words(error)}.") from error
    return _read_weights(path, stamps)


def shard_paths(path: Path) -> tuple[Path, ...]:
    """List the files that belong together by their names; a file of another name stands alone.

    Raises ``ModelError`` if one is missing or ``path`` is not the first.
    """
    named = SHARD.fullmatch(path.stem) if path.suffix.lower() == ".gguf" else None
    if named is None or named["count"] == "00001":
        return (path,)
    count = int(named["count"])
    paths = tuple(path.with_name(f"{named['stem']}-{number:05}-of-{count:05}.gguf") for number in range(1, count + 1))
    if path.name != paths[0].name and paths[0].exists():
        raise ModelError(f"{path} is part {int(named['number'])} of {count} of a model. Name the first: {paths[0]}")
    missing = [part.name for part in paths if not part.exists()]
    if missing and path.exists():
        listed = ", ".join(missing[:3]) + (" ..." if len(missing) > 3 else "")  # noqa: PLR2004 - as many as are listed
        raise ModelError(
            f"{path} is one of {count} parts of a model, and {len(missing)} of them are missing beside it: {listed}. "
            "Fetch them into the same folder."
        )
    return paths


def _stamp(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return str(path), status.st_size, status.st_mtime_ns


@lru_cache(maxsize=8)
def _read_weights(path: Path, _stamps: tuple[tuple[str, int, int], ...]) -> Weights:
    """Read headers once for as long as the files stay the same: a run asks several times."""
    weights = Weights(tuple(known_header(shard) for shard in shard_paths(path)))
    _check_kind(weights)
    _check_shards(weights)
    return weights


def _check_kind(weights: Weights) -> None:
    kind = weights.header.text("general.type") or "model"
    if weights.architecture == "clip":
        kind = "mmproj"
    if kind in _NO_MODELS:
        raise ModelError(f"{weights.path} is {_NO_MODELS[kind]}.")
    if not weights.architecture:
        raise ModelError(
            f"{weights.path} does not say which architecture it has, so it is no language model that llama.cpp could run."
        )
    if not weights.tensors:
        raise ModelError(f"{weights.path} is {_NO_MODELS['vocab']}.")


def _check_shards(weights: Weights) -> None:
    count = weights.header.number("split.count") or 1
    if count != len(weights.shards):
        raise ModelError(
            f"{weights.path} says that it is one of {count} parts, and its name says {len(weights.shards)}. Give all "
            "parts the names back that they had on the server, such as model-00001-of-00003.gguf."
        )
    if count == 1:
        return
    for number, shard in enumerate(weights.shards):
        if (shard.number("split.count"), shard.number("split.no")) != (count, number):
            raise ModelError(f"{shard.path} is not part {number + 1} of {weights.path}. Fetch it again.")
    wanted = weights.header.number("split.tensors.count")
    if wanted is not None and wanted != len(weights.tensors):
        raise ModelError(
            f"{weights.path} and its other parts hold {len(weights.tensors)} tensors where there should be {wanted}: they "
            "come from different models. Fetch them again."
        )
