"""Small GGUF files, built byte by byte, and a hub to pull them from."""

import struct
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hub_server import Hub, running_hub
from pulling import REPOSITORY, Cli, Finished, Recorder
from typer.testing import CliRunner

from styletune.cli import app

Metadata = Mapping[str, object]
TensorSpec = tuple[str, int, tuple[int, ...], int]
"""Name, number of its type, shape, bytes of its data."""

BuildGguf = Callable[..., bytes]

WEIGHTS: tuple[TensorSpec, ...] = (
    ("token_embd.weight", 8, (64, 4), 272),
    ("blk.0.attn_q.weight", 2, (64, 2), 72),
    ("output_norm.weight", 0, (8,), 32),
)

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

LLAMA: dict[str, object] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "general.languages": ["en"],
    "llama.block_count": 2,
    "llama.context_length": 128,
    "llama.embedding_length": 64,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.tokens": [f"tok{number}" for number in range(400)],
    "tokenizer.ggml.eos_token_id": 7,
    "tokenizer.chat_template": CHATML,
}


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: object) -> bytes:
    """Write a value with the number of its type before it."""
    match value:
        case bool():
            return struct.pack("<I?", 7, value)
        case int():
            return struct.pack("<II", 4, value)
        case float():
            return struct.pack("<If", 6, value)
        case str():
            return struct.pack("<I", 8) + _text(value)
        case list():
            items = [_value(item) for item in value] or [_value("")]
            return (
                struct.pack("<I", 9)
                + items[0][:4]
                + struct.pack("<Q", len(value))
                + b"".join(item[4:] for item in items[: len(value)])
            )
        case bytes():
            return value
    raise AssertionError(value)


def build(
    metadata: Metadata | None = None, tensors: Sequence[TensorSpec] = WEIGHTS, *, version: int = 3, alignment: int = 32
) -> bytes:
    """Write a GGUF file; data are zeros."""
    metadata = LLAMA if metadata is None else metadata
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    head += b"".join(_text(key) + _value(value) for key, value in metadata.items())
    data = b""
    for name, kind, shape, size in tensors:
        head += _text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        head += struct.pack("<IQ", kind, len(data))
        data += bytes(size)
        data += bytes(-len(data) % alignment)
    return head + bytes(-len(head) % alignment) + data


def shards(metadata: Mapping[str, object] | None = None) -> list[bytes]:
    """Write a model in two files, one tensor in the first and two in the second."""
    splits = ([WEIGHTS[0]], list(WEIGHTS[1:]))
    first = dict(LLAMA if metadata is None else metadata)
    parts: list[bytes] = []
    for number, tensors in enumerate(splits):
        entries = first if number == 0 else {}
        counts = {
            "split.no": struct.pack("<IH", 2, number),
            "split.count": struct.pack("<IH", 2, 2),
            "split.tensors.count": struct.pack("<Ii", 5, 3),
        }
        parts.append(build({**entries, **counts}, tensors))
    return parts


@pytest.fixture
def tiny() -> bytes:
    return build()


@pytest.fixture
def model(tmp_path: Path, tiny: bytes) -> Path:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(tiny)
    return path


@pytest.fixture(scope="session")
def build_gguf() -> BuildGguf:
    return build


@pytest.fixture
def shard_bytes() -> list[bytes]:
    return shards()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Generator[Hub]:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("styletune.models.download._PAUSE", 0.0)
    with running_hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def big(build_gguf: Any) -> bytes:
    """A model large enough to come in several pieces."""
    data: bytes = build_gguf(None, [("a", 0, (1024, 256), 1 << 20)])
    return data


@pytest.fixture
def tiny_hub(hub: Hub, big: bytes) -> Hub:
    hub.files[REPOSITORY] = {"README.md": b"# Tiny", "tiny-Q4_K_M.gguf": big, "tiny-Q8_0.gguf": big + bytes(64)}
    return hub


@pytest.fixture
def models() -> Cli:
    def run(*arguments: str | Path) -> Finished:
        result = CliRunner().invoke(app, ["models", *(str(argument) for argument in arguments)])
        return Finished(result.exit_code, result.stdout, result.stderr)

    return run
