"""Headers that were changed at random, and the real one they come from."""

import math
import os
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.errors import ModelError
from styletune.models.gguf_header import Array, Header, read_header
from styletune.models.gguf_types import SCALAR_FORMATS

HUGE = (0, 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**63, 2**64 - 1)
"""Numbers that break readers which trust them."""


def write(path: Path, data: bytes, *, size: int | None = None) -> Path:
    """Write a file; ``size`` lengthens it with zeros that take no space on the disk."""
    path.write_bytes(data)
    if size is not None:
        os.truncate(path, size)
    return path


def assert_inside(header: Header) -> None:
    """The law of the reader: whatever it accepts describes weights that are really there."""
    for tensor in header.tensors:
        assert tensor.offset >= 0
        assert header.data_offset + tensor.offset + tensor.size <= header.file_size


@st.composite
def mutations(draw: st.DrawFn, size: int) -> list[tuple[str, int, bytes]]:
    """Draw changes to a file: overwrite, insert, delete or cut, mostly where the header's own numbers are."""
    place = st.one_of(st.integers(0, min(400, size - 1)), st.integers(0, size - 1))
    number = st.sampled_from(HUGE).map(lambda value: struct.pack("<Q", value))
    content = st.one_of(number, st.binary(min_size=1, max_size=12))
    change = st.tuples(st.sampled_from(["overwrite", "insert", "delete", "cut"]), place, content)
    return draw(st.lists(change, min_size=1, max_size=4))


def mutated(data: bytes, changes: list[tuple[str, int, bytes]]) -> bytes:
    for kind, place, content in changes:
        match kind:
            case "overwrite":
                data = data[:place] + content + data[place + len(content) :]
            case "insert":
                data = data[:place] + content + data[place:]
            case "delete":
                data = data[:place] + data[place + len(content) :]
            case _:
                data = data[: max(place, 1)]
    return data


def check_law(path: Path) -> None:
    with suppress(ModelError):
        assert_inside(read_header(path))


@given(data=st.data())
def test_a_mutated_small_header_gives_a_header_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, small: bytes, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "mutated.gguf"
    check_law(write(path, mutated(small, data.draw(mutations(len(small))))))


@given(data=st.data())
def test_a_mutated_real_header_gives_a_header_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, real_header: tuple[bytes, bytes, int], data: st.DataObject
) -> None:
    """The vocabulary between the metadata and the tensors is left out of the draw: it would take all the hits."""
    front, back, size = real_header
    path = tmp_path_factory.getbasetemp() / "real.gguf"
    changed = mutated(front, data.draw(mutations(len(front)))), mutated(back, data.draw(mutations(len(back))))
    check_law(write(path, b"".join(changed), size=size))


@pytest.fixture(scope="module")
def small(build_gguf: Callable[..., bytes]) -> bytes:
    return build_gguf()


@pytest.fixture(scope="module")
def real_header(embedded_model: Path) -> tuple[bytes, bytes, int]:
    """The embedded model's header, cut down to a vocabulary of a few tokens, in front of as many bytes of weights."""
    header = read_header(embedded_model)
    data = embedded_model.read_bytes()[: header.data_offset]
    for key in ("tokenizer.ggml.tokens", "tokenizer.ggml.token_type", "tokenizer.ggml.merges"):
        data = shortened(data, key)
    first = data.index(b"token_embd.weight") - 8
    return data[:first], data[first:], len(data) + header.file_size - header.data_offset


def shortened(data: bytes, key: str) -> bytes:
    """Cut a list in the metadata down to 300 items."""
    at = data.index(key.encode()) + len(key) + 4
    kind, count = struct.unpack_from("<IQ", data, at)
    begin = end = at + 12
    kept = begin
    for index in range(count):
        end += 8 + struct.unpack_from("<Q", data, end)[0] if kind == 8 else struct.calcsize(SCALAR_FORMATS[kind])
        if index == 299:
            kept = end
    return data[:at] + struct.pack("<IQ", kind, 300) + data[begin:kept] + data[end:]


def test_the_shortened_real_header_is_valid_to_begin_with(
    tmp_path: Path, real_header: tuple[bytes, bytes, int], embedded_model: Path
) -> None:
    front, back, size = real_header
    header = read_header(write(tmp_path / "real.gguf", front + back, size=size + 64))
    assert_inside(header)
    original = read_header(embedded_model)
    assert sum(math.prod(tensor.shape) for tensor in header.tensors) == sum(t.weights for t in original.tensors)


def test_a_header_is_read_as_the_reference_reader_reads_it(
    tmp_path: Path, real_header: tuple[bytes, bytes, int]
) -> None:
    gguf = pytest.importorskip("gguf", reason="gguf comes with the dev extra")
    front, back, size = real_header
    path = write(tmp_path / "real.gguf", front + back, size=size + 64)
    reference, header = gguf.GGUFReader(path), read_header(path)
    assert header.data_offset == reference.data_offset
    ours = [(tensor.name, tensor.type.name, tensor.shape, tensor.size) for tensor in header.tensors]
    assert ours == [
        (tensor.name, tensor.tensor_type.name, tuple(map(int, tensor.shape)), int(tensor.n_bytes))
        for tensor in reference.tensors
    ]
    for key, value in header.metadata.items():
        expected = reference.fields[key].contents()
        if isinstance(value, Array):
            assert value.count == len(expected)
            assert value.items is None or list(value.items) == expected
        else:
            assert value == expected
