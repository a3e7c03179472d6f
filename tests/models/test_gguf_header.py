import os
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from styletune.errors import ModelError
from styletune.models.gguf_header import Array, read_header, read_string_items
from styletune.models.gguf_types import SCALAR_FORMATS, TENSOR_TYPES


def write(path: Path, data: bytes, *, size: int | None = None) -> Path:
    """Write a file; ``size`` lengthens it with zeros that take no space on the disk."""
    path.write_bytes(data)
    if size is not None:
        os.truncate(path, size)
    return path


def test_the_vocabulary_can_be_looked_up_without_reading_all_of_it(embedded_model: Path) -> None:
    header = read_header(embedded_model)
    found = read_string_items(header, "tokenizer.ggml.tokens", {0, 2, 49_151, 49_152, -1})
    assert found == {0: "<|endoftext|>", 2: "<|im_end|>", 49_151: "ectable"}
    assert read_string_items(header, "no.such.list", {0}) == {}


def test_the_types_of_tensors_are_those_of_the_reference() -> None:
    constants = pytest.importorskip("gguf.constants", reason="gguf comes with the dev extra")
    for kind, (weights, size) in constants.GGML_QUANT_SIZES.items():
        ours = TENSOR_TYPES[int(kind)]
        assert (ours.name, ours.weights, ours.size) == (kind.name, weights, size)


def test_a_short_list_is_kept_and_a_long_one_is_skipped(model: Path) -> None:
    header = read_header(model)
    assert header.strings("general.languages") == ("en",)
    tokens = header.metadata["tokenizer.ggml.tokens"]
    assert isinstance(tokens, Array)
    assert (tokens.count, tokens.items) == (400, None)
    assert [tensor.name for tensor in header.tensors][-1] == "output_norm.weight"


@pytest.mark.parametrize("version", [2, 3])
def test_both_versions_in_use_are_read(tmp_path: Path, build_gguf: Any, version: int) -> None:
    assert read_header(write(tmp_path / "m.gguf", build_gguf(version=version))).version == version


def test_values_of_every_type_are_read(tmp_path: Path, build_gguf: Any) -> None:
    wanted = {kind: struct.unpack(form, struct.pack(form, 1))[0] for kind, form in SCALAR_FORMATS.items()}
    metadata = {
        f"type.{kind}": struct.pack("<I", kind) + struct.pack(SCALAR_FORMATS[kind], value)
        for kind, value in wanted.items()
    }
    header = read_header(write(tmp_path / "m.gguf", build_gguf(metadata)))
    assert header.metadata == {f"type.{kind}": value for kind, value in wanted.items()}


def test_another_alignment_is_honoured(tmp_path: Path, build_gguf: Any) -> None:
    path = write(tmp_path / "m.gguf", build_gguf({"general.alignment": 8}, alignment=8))
    header = read_header(path)
    assert header.data_offset % 8 == 0
    assert [tensor.offset for tensor in header.tensors] == [0, 272, 344]


def entry(key: bytes, kind: int, value: bytes = b"") -> bytes:
    return struct.pack("<Q", len(key)) + key + struct.pack("<I", kind) + value


def tensor(name: bytes, shape: tuple[int, ...], kind: int, offset: int = 0, *, dimensions: int | None = None) -> bytes:
    head = struct.pack("<Q", len(name)) + name + struct.pack("<I", len(shape) if dimensions is None else dimensions)
    return head + struct.pack(f"<{len(shape)}Q", *shape) + struct.pack("<IQ", kind, offset)


def head(entries: int, tensors: int, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, entries)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (head(0, 0)[:12], "ends inside its header"),
        (head(2**63, 0), "claims 9,223,372,036,854,775,808 entries"),
        (head(0, 2**40), "claims 0 entries and 1,099,511,627,776 tensors"),
        (head(1, 0) + struct.pack("<Q", 2**64 - 1), "holds a text of 18,446,744,073,709,551,615 bytes"),
        (head(1, 0) + entry(b"a", 8, struct.pack("<Q", 10_000)), "ends inside its header"),
        (head(1, 0) + entry(b"", 4, b"\1\0\0\0"), "an entry has no name"),
        (head(2, 0) + 2 * entry(b"a", 4, b"\1\0\0\0"), "'a' is there twice"),
        (head(1, 0) + entry(b"a", 99), "the unknown type 99"),
        (head(1, 0) + entry(b"a", 9, struct.pack("<IQ", 9, 1)), "a list of the unknown type 9"),
        (head(1, 0) + entry(b"a", 9, struct.pack("<IQ", 4, 2**62)), "ends inside its header"),
        (head(1, 0) + entry(b"a", 9, struct.pack("<IQ", 8, 2**62)), "ends inside its header"),
        (head(1, 0) + entry(b"a", 9, struct.pack("<IQQ", 8, 300, 2**64 - 1)) + bytes(3000), "ends inside its header"),
        (head(1, 0) + entry(b"general.alignment", 4, struct.pack("<I", 24)), "no power of two"),
        (head(1, 0) + entry(b"general.alignment", 4, struct.pack("<I", 0)), "no power of two"),
        (head(1, 0) + entry(b"general.alignment", 7, b"\1"), "no power of two"),
        (head(1, 0) + entry(b"general.alignment", 9, struct.pack("<IQ", 4, 0)), "no power of two"),
        (head(0, 1) + tensor(b"t" * 64, (8,), 0), "a text of 64 bytes where at most 63"),
        (head(0, 1) + tensor(b"t", (), 0, dimensions=0), "has 0 dimensions"),
        (head(0, 1) + tensor(b"t", (8,), 0, dimensions=5), "has 5 dimensions"),
        (head(0, 1) + tensor(b"t", (0, 8), 0), "impossible shape 0 x 8"),
        (head(0, 1) + tensor(b"t", (2**40, 2**40), 0), "impossible shape"),
        (head(0, 1) + tensor(b"t", (33,), 2), "impossible shape 33"),
        (head(0, 1) + tensor(b"t", (8,), 4), "type 4, which is unknown or was given up"),
        (head(0, 1) + tensor(b"t", (8,), 2**31), "unknown or was given up"),
        (head(0, 2) + 2 * tensor(b"t", (8,), 0), "'t' is there twice"),
        (head(0, 1) + tensor(b"t", (8,), 0, 32) + bytes(400), "'t' are not where they should be"),
        (head(0, 2) + tensor(b"t", (8,), 0) + tensor(b"u", (8,), 0) + bytes(400), "'u' are not where they should be"),
        (head(0, 1) + tensor(b"t", (1000,), 0) + bytes(64), "is incomplete: 3,9"),
    ],
)
def test_a_damaged_header_is_named_as_such(tmp_path: Path, data: bytes, words: str) -> None:
    path = write(tmp_path / "model.gguf", data)
    with pytest.raises(ModelError) as caught:
        read_header(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied", "web page"),
        (b'{"error":"Repository not found"}', "JSON"),
        (b"PK\x03\x04rest", "zip"),
        (b"\x80\x02}q\x00(X", "pickle"),
        (struct.pack("<Q", 100) + b'{"weights"', "safetensors"),
        (struct.pack("<I", 0x67676D6C) + bytes(40), "old GGML format"),
        (struct.pack("<I", 0x67676A74) + bytes(40), "old GGJT format"),
        (struct.pack("<I", 0x67676D66) + bytes(40), "old GGMF format"),
        (bytes(257) + b"ustar\x0000" + bytes(300), "tar archive"),
        (b"\x1f\x8b\x08" + bytes(range(100)), "gzip"),
        (b"\x00" * 64, "begins with zeros"),
        (b"Just some notes.\n", "text file"),
        (bytes(range(200, 255)), "does not begin with the bytes GGUF"),
        (b"GGU", "text file"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1; versions 2 and 3"),
        (b"GGUF" + struct.pack("<IQQ", 4, 0, 0), "version 4; versions 2 and 3"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big-endian"),
    ],
)
def test_a_file_that_is_no_gguf_says_what_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    path = write(tmp_path / "model.gguf", data)
    with pytest.raises(ModelError) as caught:
        read_header(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_folder_a_pipe_and_a_missing_file_are_no_models(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")
    for path, words in [
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.gguf", "no regular file"),
        (Path("/dev/zero"), "no regular file"),
        (tmp_path / "none.gguf", "there is no such file"),
        (tmp_path / ("n" * 300), "the name is too long"),
    ]:
        with pytest.raises(ModelError, match=words):
            read_header(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(model: Path) -> None:
    model.chmod(0)
    with pytest.raises(ModelError, match="you have no permission"):
        read_header(model)


def test_lists_of_texts_share_one_limit(tmp_path: Path, build_gguf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("styletune.models.gguf_cursor.MOST_STRINGS", 700)
    texts = ["" for _ in range(400)]
    read_header(write(tmp_path / "m.gguf", build_gguf({"a": texts})))
    with pytest.raises(ModelError, match="claims to hold more than 700 texts"):
        read_header(write(tmp_path / "m.gguf", build_gguf({"a": texts, "b": texts})))


def test_a_model_cut_anywhere_is_noticed(tmp_path: Path, tiny: bytes) -> None:
    end = read_header(write(tmp_path / "whole.gguf", tiny)).tensors[-1]
    last = read_header(tmp_path / "whole.gguf").data_offset + end.offset + end.size
    for size in [*range(200), *range(200, last, 97), last - 1]:
        path = write(tmp_path / "cut.gguf", tiny[:size])
        with pytest.raises(ModelError):
            read_header(path)
    read_header(write(tmp_path / "cut.gguf", tiny[:last]))


@pytest.mark.parametrize(
    "data",
    [
        head(65_536, 131_072) + bytes(1000),
        head(1, 0) + entry(b"a", 9, struct.pack("<IQ", 8, 2_000_001)),
        head(1, 0) + entry(b"a", 9, struct.pack("<IQ", 8, 2**33)),
        head(1, 0) + entry(b"a", 9, struct.pack("<IQ", 0, 2**33)),
        head(1, 0) + entry(b"a", 8, struct.pack("<Q", 2**33)),
    ],
)
def test_a_claim_costs_no_memory_even_where_the_file_is_large(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path / "m.gguf", data, size=2**36)  # a file that seems to justify any claim
    tracemalloc.start()
    try:
        with pytest.raises(ModelError):
            read_header(path)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
