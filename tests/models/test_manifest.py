import json
from pathlib import Path
from typing import Any

import pytest

from styletune.errors import ModelError
from styletune.models.gguf_header import read_header
from styletune.models.manifest import MANIFEST, Manifest, read_manifest

VALUES = {
    "tasks": ["rewrite", "translate"],
    "languages": ["en", "ZH_Hans"],
    "base_model": "qwen3-4b",
    "template_fingerprints": {"rewrite.masked": "abc"},
    "tuned_by": "styletune 0.4",
}
EXPECTED = Manifest(("rewrite", "translate"), ("en", "zh-hans"), "qwen3-4b", {"rewrite.masked": "abc"}, "styletune 0.4")


def test_a_model_that_was_not_tuned_has_none(model: Path) -> None:
    assert read_manifest(read_header(model)) is None


def test_the_file_beside_the_weights_is_read(model: Path) -> None:
    (model.parent / MANIFEST).write_text(json.dumps(VALUES | {"seen": 3}))
    assert read_manifest(read_header(model)) == EXPECTED


def test_the_metadata_are_read(tmp_path: Path, build_gguf: Any) -> None:
    metadata = {
        "general.architecture": "llama",
        "styletune.tasks": ["rewrite", "translate"],
        "styletune.languages": ["en", "ZH_Hans"],
        "styletune.base_model": "qwen3-4b",
        "styletune.template_fingerprint.rewrite.masked": "abc",
        "styletune.tuned_by": "styletune 0.4",
    }
    (tmp_path / "m.gguf").write_bytes(build_gguf(metadata))
    assert read_manifest(read_header(tmp_path / "m.gguf")) == EXPECTED


def test_the_file_counts_where_both_speak(tmp_path: Path, build_gguf: Any) -> None:
    metadata = {"general.architecture": "llama", "styletune.languages": ["en"], "styletune.base_model": "a"}
    (tmp_path / "m.gguf").write_bytes(build_gguf(metadata))
    (tmp_path / MANIFEST).write_text('{"base_model": "b"}')
    assert read_manifest(read_header(tmp_path / "m.gguf")) == Manifest(languages=("en",), base_model="b")


def test_the_manifest_of_another_model_in_the_folder_is_left_alone(model: Path) -> None:
    (model.parent / MANIFEST).write_text(json.dumps(VALUES | {"file": "other.gguf"}))
    assert read_manifest(read_header(model)) is None
    (model.parent / MANIFEST).write_text(json.dumps(VALUES | {"file": model.name}))
    assert read_manifest(read_header(model)) == EXPECTED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no valid JSON"),
        ("[1]", "must hold a table"),
        ("[" * 100_000, "is no valid JSON"),
        ('{"tasks": "rewrite"}', "tasks must be a list of texts"),
        ('{"languages": [1]}', "languages must be a list of texts"),
        ('{"base_model": 1}', "base_model must be a text"),
        ('{"template_fingerprints": {"a": 1}}', "template_fingerprints must be a table of texts"),
    ],
)
def test_a_damaged_manifest_is_named(model: Path, text: str, words: str) -> None:
    (model.parent / MANIFEST).write_text(text)
    with pytest.raises(ModelError, match=words) as caught:
        read_manifest(read_header(model))
    assert MANIFEST in str(caught.value)


def test_a_folder_with_the_name_of_the_manifest_is_none(model: Path) -> None:
    (model.parent / MANIFEST).mkdir()
    assert read_manifest(read_header(model)) is None
