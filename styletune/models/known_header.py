"""Headers that were read and found to be right, so that they need not be read again for every run.

A vocabulary has several hundred thousand entries; passing over them takes longer than everything else a run does that
finds all its answers in the translation memory.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from styletune.models.file_records import keep, recall, stamp
from styletune.models.gguf_header import Array, Header, Tensor, Value, read_header
from styletune.models.gguf_types import TENSOR_TYPES

_TYPES = {kind.name: kind for kind in TENSOR_TYPES.values()}


def known_header(path: Path) -> Header:
    """Return the header of a file, from the cache if the file is the same as it was. Raises ``ModelError``."""
    try:
        known = stamp(path)
    except OSError:
        return read_header(path)  # which says what is wrong
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        found = recall(path, "header", known)
        if found is not None:
            return _from_record(path, cast("Mapping[str, Any]", found))
    header = read_header(path)
    keep(path, "header", known, _record(header))
    return header


def _record(header: Header) -> dict[str, Any]:
    return {
        "file_size": header.file_size,
        "version": header.version,
        "values": {key: value for key, value in header.metadata.items() if not isinstance(value, Array)},
        "lists": {
            key: [value.count, value.offset, value.items]
            for key, value in header.metadata.items()
            if isinstance(value, Array)
        },
        "tensors": [[tensor.name, tensor.type.name, tensor.shape, tensor.offset] for tensor in header.tensors],
        "data_offset": header.data_offset,
    }


def _from_record(path: Path, found: Mapping[str, Any]) -> Header:
    values = cast("dict[str, Value]", found["values"])
    lists = {str(key): _array(entry) for key, entry in found["lists"].items()}
    return Header(
        path=path,
        file_size=int(found["file_size"]),
        version=int(found["version"]),
        metadata=values | lists,
        tensors=tuple(_tensor(entry) for entry in found["tensors"]),
        data_offset=int(found["data_offset"]),
    )


def _array(entry: list[Any]) -> Array:
    count, offset, items = entry
    return Array(int(count), int(offset), None if items is None else tuple(items))


def _tensor(entry: list[Any]) -> Tensor:
    name, kind, shape, offset = entry
    return Tensor(str(name), _TYPES[kind], tuple(int(size) for size in shape), int(offset))
