import os
from pathlib import Path
from typing import Any

import pytest

from styletune.errors import ModelError
from styletune.models.weights import check_gguf, read_weights, shard_paths


@pytest.fixture
def sharded(tmp_path: Path, shard_bytes: list[bytes]) -> Path:
    for number, data in enumerate(shard_bytes, 1):
        (tmp_path / f"big-0000{number}-of-00002.gguf").write_bytes(data)
    return tmp_path / "big-00001-of-00002.gguf"


def test_the_sizes_are_those_of_the_tensors(model: Path) -> None:
    weights = read_weights(model)
    assert weights.parameters == 64 * 4 + 64 * 2 + 8
    assert weights.tensor_size == 272 + 72 + 32
    assert weights.bits_per_weight == pytest.approx(8 * 376 / 392)
    assert weights.shares == [("Q8_0", 256 / 392), ("Q4_0", 128 / 392), ("F32", 8 / 392)]
    assert weights.file_size == model.stat().st_size


def test_the_bits_of_the_embedded_model_are_not_those_of_its_name(embedded_model: Path) -> None:
    weights = read_weights(embedded_model)
    assert weights.bits_per_weight == pytest.approx(5.7437, abs=1e-4)  # Q4_1 alone would be 5
    assert [name for name, _ in weights.shares] == ["Q4_1", "Q8_0", "F32"]


def test_shards_are_one_model(sharded: Path) -> None:
    weights = read_weights(sharded)
    assert [shard.path.name for shard in weights.shards] == ["big-00001-of-00002.gguf", "big-00002-of-00002.gguf"]
    assert weights.parameters == 392
    assert weights.architecture == "llama"


def test_a_missing_shard_is_named(sharded: Path) -> None:
    sharded.with_name("big-00002-of-00002.gguf").unlink()
    with pytest.raises(ModelError, match=r"1 of them are missing beside it: big-00002-of-00002\.gguf"):
        check_gguf(sharded)


def test_a_later_shard_points_to_the_first(sharded: Path) -> None:
    with pytest.raises(ModelError, match=r"is part 2 of 2 of a model\. Name the first: .*big-00001"):
        check_gguf(sharded.with_name("big-00002-of-00002.gguf"))


def test_a_shard_under_another_name_is_noticed(sharded: Path, tmp_path: Path) -> None:
    alone = sharded.rename(tmp_path / "alone.gguf")
    with pytest.raises(ModelError, match="one of 2 parts, and its name says 1"):
        check_gguf(alone)


def test_a_shard_twice_is_noticed(sharded: Path) -> None:
    sharded.with_name("big-00002-of-00002.gguf").write_bytes(sharded.read_bytes())
    with pytest.raises(ModelError, match="is not part 2 of"):
        check_gguf(sharded)


def test_shards_of_different_models_are_noticed(sharded: Path, build_gguf: Any) -> None:
    other = build_gguf({"split.no": 1, "split.count": 2}, [("a", 0, (8,), 32)])
    sharded.with_name("big-00002-of-00002.gguf").write_bytes(other)
    with pytest.raises(ModelError, match="hold 2 tensors where there should be 3"):
        check_gguf(sharded)


def test_a_truncated_shard_is_noticed(sharded: Path) -> None:
    second = sharded.with_name("big-00002-of-00002.gguf")
    os.truncate(second, second.stat().st_size - 40)
    with pytest.raises(ModelError, match=r"big-00002-of-00002\.gguf is incomplete"):
        check_gguf(sharded)


def test_a_single_file_may_be_numbered(tmp_path: Path, tiny: bytes) -> None:
    path = tmp_path / "m-00001-of-00001.gguf"
    path.write_bytes(tiny)
    assert shard_paths(path) == (path,)
    check_gguf(path)


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"general.architecture": "llama", "general.type": "adapter"}, "a LoRA adapter"),
        ({"general.architecture": "clip"}, "looks at pictures"),
        ({"general.type": "imatrix"}, "statistics for quantizing"),
        ({"general.type": "mmproj", "general.architecture": "clip"}, "looks at pictures"),
        ({"general.name": "x"}, "does not say which architecture"),
        ({"general.architecture": 3}, "does not say which architecture"),
    ],
)
def test_a_gguf_that_is_no_language_model_says_what_it_is(
    tmp_path: Path, build_gguf: Any, metadata: dict[str, object], words: str
) -> None:
    (tmp_path / "m.gguf").write_bytes(build_gguf(metadata))
    with pytest.raises(ModelError, match=words):
        check_gguf(tmp_path / "m.gguf")


def test_a_vocabulary_alone_is_no_model(tmp_path: Path, build_gguf: Any) -> None:
    (tmp_path / "m.gguf").write_bytes(build_gguf(None, []))
    with pytest.raises(ModelError, match="a vocabulary without weights"):
        check_gguf(tmp_path / "m.gguf")


def test_a_file_is_read_again_when_it_changed(model: Path, tiny: bytes) -> None:
    check_gguf(model)
    model.write_bytes(tiny[:-100])
    with pytest.raises(ModelError):
        check_gguf(model)


def test_an_unchanged_file_is_read_once(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_weights(model)
    monkeypatch.setattr("styletune.models.weights.known_header", None)
    assert read_weights(model) is first
