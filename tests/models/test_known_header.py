import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from styletune.errors import ModelError
from styletune.models import known_header as module
from styletune.models.gguf_header import Header, read_header
from styletune.models.known_header import known_header


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files whose headers were really read."""
    found: list[Path] = []

    def count(path: Path) -> Header:
        found.append(path)
        return read_header(path)

    monkeypatch.setattr(module, "read_header", count)
    return found


def record() -> Path:
    (found,) = (platformdirs.user_cache_path("styletune") / "models").glob("*.header.json")
    return found


def test_what_is_remembered_is_what_was_read(model: Path, reads: list[Path]) -> None:
    assert known_header(model) == known_header(model) == read_header(model)
    assert reads == [model]


def test_all_kinds_of_values_survive(tmp_path: Path, build_gguf: Any, reads: list[Path]) -> None:
    metadata = {"a": True, "b": 3, "c": 0.5, "d": "\u00fc\x00", "e": ["x", "y"], "f": [1, 2], "g": [], "h": [""] * 300}
    (tmp_path / "m.gguf").write_bytes(build_gguf(metadata))
    known_header(tmp_path / "m.gguf")
    again = known_header(tmp_path / "m.gguf")
    assert again == read_header(tmp_path / "m.gguf")
    assert [type(value) for value in again.metadata.values()][:4] == [bool, int, float, str]
    assert len(reads) == 1


def test_the_embedded_model_is_remembered_whole(embedded_model: Path, reads: list[Path]) -> None:
    known_header(embedded_model)
    assert known_header(embedded_model) == read_header(embedded_model)
    assert len(reads) == 1


def test_a_changed_file_is_read_again(model: Path, reads: list[Path], tiny: bytes) -> None:
    known_header(model)
    os.truncate(model, len(tiny) - 64)
    with pytest.raises(ModelError, match="is incomplete"):
        known_header(model)
    with pytest.raises(ModelError, match="is incomplete"):  # a failure is not remembered
        known_header(model)
    assert len(reads) == 3


def test_another_file_in_its_place_is_read(model: Path, build_gguf: Any, reads: list[Path]) -> None:
    known_header(model)
    status = model.stat()
    other = model.with_name("other")
    other.write_bytes(build_gguf(version=2))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(model)
    assert known_header(model).version == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda values: values.pop("found"),
        lambda values: values["found"].pop("tensors"),
        lambda values: values["found"].update(tensors=[["a", "Q9_9", [1], 0]]),
        lambda values: values["found"].update(tensors=3),
        lambda values: values["found"].update(values=[]),
        lambda values: values["found"].update(lists=[]),
        lambda values: values["found"].update(lists={"a": [1]}),
        lambda values: values["found"].update(file_size="much"),
        lambda values: values.update(found=[]),
    ],
)
def test_a_damaged_record_costs_only_another_reading(
    model: Path, reads: list[Path], damage: Callable[[dict[str, Any]], object]
) -> None:
    before = known_header(model)
    values = json.loads(record().read_bytes())
    damage(values)
    record().write_text(json.dumps(values))
    assert known_header(model) == before
    assert len(reads) == 2


def test_a_header_with_huge_texts_is_not_kept(tmp_path: Path, build_gguf: Any, reads: list[Path]) -> None:
    (tmp_path / "m.gguf").write_bytes(build_gguf({"a": "x" * (2 << 20)}))
    assert known_header(tmp_path / "m.gguf") == known_header(tmp_path / "m.gguf")
    assert len(reads) == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no such file"):
        known_header(tmp_path / "none.gguf")
