"""The header of a GGUF file, read without trusting it.

llama.cpp and its friends allocate what a header asks for and may abort the process over a bad one. This reader comes
first: it knows the size of the file, follows no count that the file is too short for, keeps no more than it was asked
for, and gives up on a header that is longer than any real one. It is as strict as llama.cpp's own loader, so that a
file that passes here is not turned down there for its form.

Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import math
import os
import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from styletune.errors import ModelError
from styletune.files.failures import in_words
from styletune.models.file_kind import what_it_is
from styletune.models.gguf_cursor import AGAIN, Cursor, Scalar
from styletune.models.gguf_types import ARRAY, SCALAR_FORMATS, STRING, TENSOR_TYPES, TensorType

_VERSIONS = (2, 3)
_LONGEST_KEY = 65_535
_LONGEST_STRING = 16 << 20
_MOST_ENTRIES = 65_536
_MOST_TENSORS = 131_072
_MOST_KEPT = 256
"""Items of an array that is kept; longer ones are skipped over."""

_LONGEST_NAME = 63
_MOST_DIMENSIONS = 4
_MOST_WEIGHTS = 2**63 - 1
_ALIGNMENT = 32
_LENGTH_SIZE = 8
"""Bytes of the length before each text."""


@dataclass(frozen=True, slots=True)
class Array:
    """A metadata value that is a list."""

    count: int
    offset: int
    """Where its first item begins in the file."""

    items: tuple[Scalar, ...] | None
    """The items; ``None`` if they are many."""


Value = Scalar | Array


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of a model, without its weights."""

    name: str
    type: TensorType
    shape: tuple[int, ...]
    offset: int
    """Where its weights begin, in bytes from the start of the data."""

    @property
    def weights(self) -> int:
        """Number of weights."""
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """Bytes of its weights."""
        return self.weights // self.type.weights * self.type.size


@dataclass(frozen=True, slots=True)
class Header:
    """What a GGUF file says about itself."""

    path: Path
    file_size: int
    """Bytes of the whole file."""

    version: int
    metadata: Mapping[str, Value]
    tensors: tuple[Tensor, ...]
    data_offset: int
    """Where the weights begin, in bytes from the start of the file."""

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a short list of strings; empty if the key is missing or holds something else."""
        value = self.metadata.get(key)
        items = value.items or () if isinstance(value, Array) else ()
        return tuple(item for item in items if isinstance(item, str))

    def text(self, key: str) -> str | None:
        """Return a string; ``None`` if the key is missing or holds something else."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        """Return a whole number; ``None`` if the key is missing or holds something else."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_header(path: Path) -> Header:
    """Read and check the header of a GGUF file.

    Raises ``ModelError`` that says what is wrong with the file, or what it is instead of a GGUF model.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
            raise ModelError(f"{path} is {kind}; a model is a .gguf file.")
        with path.open("rb", buffering=0) as file:
            return _parse(path, Cursor(file, os.fstat(file.fileno()).st_size, path))
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {in_words(error)}.") from error


def read_string_items(header: Header, key: str, wanted: set[int]) -> dict[int, str]:
    """Read some items of a long list of strings, such as the vocabulary.

    Arguments: ``wanted`` are indices; those outside of the list are left out. Raises ``ModelError``.
    """
    array = header.metadata.get(key)
    if not isinstance(array, Array):
        return {}
    found: dict[int, str] = {}
    try:
        with header.path.open("rb", buffering=0) as file:
            cursor = Cursor(file, header.file_size, header.path)
            cursor.skip(array.offset)
            at = 0
            for index in sorted(index for index in wanted if 0 <= index < array.count):
                cursor.skip_strings(index - at)
                found[index], at = cursor.string(_LONGEST_STRING), index + 1
    except OSError as error:
        raise ModelError(f"{header.path} cannot be read: {in_words(error)}.") from error
    return found


def _parse(path: Path, cursor: Cursor) -> Header:
    version = _version(path, cursor)
    tensor_count, entry_count = cursor.number("<Q"), cursor.number("<Q")
    if entry_count > _MOST_ENTRIES or tensor_count > _MOST_TENSORS:
        raise cursor.fail(f"it claims {entry_count:,} entries and {tensor_count:,} tensors")
    metadata = _metadata(cursor, entry_count)
    tensors = _tensors(cursor, tensor_count)
    alignment = _alignment(cursor, metadata)
    data_offset = _padded(cursor.place, alignment)
    _check_layout(cursor, tensors, data_offset, alignment)
    return Header(path, cursor.size, version, metadata, tensors, data_offset)


def _version(path: Path, cursor: Cursor) -> int:
    head = cursor.file.read(512)
    if not head.startswith(b"GGUF"):
        raise ModelError(f"{path} is not a GGUF model: {what_it_is(head)}.")
    cursor.skip(4)
    version = cursor.number("<I")
    if version in _VERSIONS:
        return version
    if version & 0xFFFF == 0 and version:
        raise ModelError(f"{path} is a GGUF file for big-endian machines, which this one is not. Fetch the usual file.")
    raise ModelError(f"{path} has GGUF version {version}; versions 2 and 3 are known. Convert the model again.")


def _metadata(cursor: Cursor, count: int) -> dict[str, Value]:
    metadata: dict[str, Value] = {}
    for _ in range(count):
        key = cursor.string(_LONGEST_KEY)
        if not key or key in metadata:
            raise cursor.fail(f"its entry {key[:80]!r} is there twice" if key else "an entry has no name")
        metadata[key] = _value(cursor, key, cursor.number("<I"))
    return metadata


def _value(cursor: Cursor, key: str, kind: int) -> Value:
    return _array(cursor, key) if kind == ARRAY else _single(cursor, key, kind)


def _single(cursor: Cursor, key: str, kind: int) -> Scalar:
    if kind == STRING:
        return cursor.string(_LONGEST_STRING)
    if kind in SCALAR_FORMATS:
        return cursor.scalar(SCALAR_FORMATS[kind])
    raise cursor.fail(f"its entry {key[:80]!r} has the unknown type {kind}")


def _array(cursor: Cursor, key: str) -> Array:
    kind, count = cursor.number("<I"), cursor.number("<Q")
    if kind != STRING and kind not in SCALAR_FORMATS:
        raise cursor.fail(f"its entry {key[:80]!r} is a list of the unknown type {kind}")
    width = _LENGTH_SIZE if kind == STRING else struct.calcsize(SCALAR_FORMATS[kind])
    cursor.check(count * width)
    offset = cursor.place
    if kind == STRING:
        cursor.expect_strings(count)
    if count <= _MOST_KEPT:
        return Array(count, offset, tuple(_single(cursor, key, kind) for _ in range(count)))
    if kind == STRING:
        cursor.skip_strings(count)
    else:
        cursor.skip(count * width)
    return Array(count, offset, None)


def _tensors(cursor: Cursor, count: int) -> tuple[Tensor, ...]:
    tensors: dict[str, Tensor] = {}
    for _ in range(count):
        tensor = _tensor(cursor)
        if tensor.name in tensors:
            raise cursor.fail(f"its tensor {tensor.name!r} is there twice")
        tensors[tensor.name] = tensor
    return tuple(tensors.values())


def _tensor(cursor: Cursor) -> Tensor:
    name = cursor.string(_LONGEST_NAME)
    dimensions = cursor.number("<I")
    if not 1 <= dimensions <= _MOST_DIMENSIONS:
        raise cursor.fail(f"its tensor {name!r} has {dimensions} dimensions")
    shape = tuple(cursor.number("<Q") for _ in range(dimensions))
    number = cursor.number("<I")
    kind = TENSOR_TYPES.get(number)
    if kind is None:
        raise ModelError(
            f"{cursor.path} stores its tensor {name!r} in type {number}, which is unknown or was given up. Fetch another "
            "quantization of the model, such as Q4_K_M."
        )
    if not 0 < math.prod(shape) <= _MOST_WEIGHTS or shape[0] % kind.weights:
        raise cursor.fail(f"its tensor {name!r} has the impossible shape {' x '.join(map(str, shape))}")
    return Tensor(name, kind, shape, cursor.number("<Q"))


def _alignment(cursor: Cursor, metadata: Mapping[str, Value]) -> int:
    value = metadata.get("general.alignment", _ALIGNMENT)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1 or value & (value - 1):
        raise cursor.fail(f"its alignment is {value if not isinstance(value, Array) else 'a list'}, no power of two")
    return value


def _check_layout(cursor: Cursor, tensors: tuple[Tensor, ...], data_offset: int, alignment: int) -> None:
    """Make sure that the tensors lie one behind the other, and all of them inside the file."""
    end = 0
    for tensor in tensors:
        if tensor.offset != end:
            raise cursor.fail(f"the weights of {tensor.name!r} are not where they should be")
        end = _padded(tensor.offset + tensor.size, alignment)
    missing = data_offset + tensors[-1].offset + tensors[-1].size - cursor.size if tensors else 0
    if missing > 0:
        raise ModelError(
            f"{cursor.path} is incomplete: {missing:,} of {cursor.size + missing:,} bytes are missing at its end. {AGAIN}"
        )


def _padded(place: int, alignment: int) -> int:
    return (place + alignment - 1) // alignment * alignment
