"""The models on this machine: which one a run takes, which others there are, and which would fit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from styletune.config.schema import Config
from styletune.doctor.finding import Finding, Remedy, sized
from styletune.doctor.machine import Memory, shown
from styletune.engines.llama_threads import candidates, measured_threads
from styletune.errors import ModelMissingError, StyletuneError
from styletune.models.choice import ModelChoice, resolve_model
from styletune.models.installed import Installed, installed, pull_again, unfinished
from styletune.models.memory_need import cache_per_token, memory_need
from styletune.models.registry import EMBEDDED, registry
from styletune.models.weights import check_gguf, read_weights

_HEADROOM = 0.8
"""Share of the memory that a model may take: people have other programs open."""


def default_model(config: Config) -> tuple[ModelChoice | None, Finding]:
    """Find the model that a run takes when none is named; ``None`` if there is none."""
    name = config.top.model
    if (endpoint := config.endpoints.get(name or "")) is not None:
        text = f"{endpoint.model} at {', '.join(endpoint.base_url)} (endpoint {endpoint.name})"
        return ModelChoice("openai", url=endpoint.base_url[0], model=endpoint.model), Finding("model", "good", text)
    try:
        choice = resolve_model(name, also_known=tuple(config.endpoints))
    except ModelMissingError as error:
        first, _, rest = str(error).partition(" Four ways")
        command = "styletune models pull qwen3-4b" if rest else _last_command(first)
        return None, Finding(
            "model",
            "broken",
            first,
            Remedy("A run needs a model; styletune models list shows which there are.", command),
        )
    except StyletuneError as error:
        remedy = Remedy("Name a model that is here; this lists them.", "styletune models list")
        return None, Finding("model", "broken", str(error).splitlines()[0], remedy)
    return choice, Finding("model", "good", _described(name, choice))


def profile_findings(config: Config) -> Iterator[Finding]:
    """Look at the models of profiles that have one of their own."""
    for profile in config.profiles:
        if profile.settings.model != config.top.model:
            _, finding = default_model(replace(config, top=profile.settings))
            yield replace(finding, text=f"profile {profile.name}: {finding.text}")


def _last_command(message: str) -> str:
    return message.rpartition("Run: ")[2] if "Run: " in message else ""


def _described(name: str | None, choice: ModelChoice) -> str:
    if choice.path is None:
        return choice.source if not choice.model else f"{choice.model} at {choice.url}"
    whose = "styletune.toml" if name else "the embedded one" if choice.known_as == EMBEDDED else ""
    return f"{choice.path.name} ({', '.join([*([whose] if whose else []), sized(_size(choice.path))])})"


def _size(path: Path) -> int:
    return read_weights(path).file_size


def fit_findings(choice: ModelChoice | None, memory: Memory) -> Iterator[Finding]:
    """Compare the memory with what the chosen model needs, and with what the known ones would."""
    if memory.total is None:
        yield Finding("memory", "absent", "this system does not say how much there is")
        return
    text = sized(memory.total) + (f", {sized(memory.available)} available" if memory.available is not None else "")
    yield _memory(choice, memory, text)
    models = sorted(registry().values(), key=lambda model: model.memory)
    fitting = [model.name for model in models if model.memory <= memory.total * _HEADROOM]
    large = [model.name for model in models if model.name not in fitting]
    text = f"{', '.join(fitting) or 'no known model'} would fit" + (f"; too large: {', '.join(large)}" if large else "")
    yield Finding("fit", "good" if fitting else "warning", text)


def _memory(choice: ModelChoice | None, memory: Memory, text: str) -> Finding:
    if choice is None or choice.path is None or memory.total is None:
        return Finding("memory", "good", text)
    weights = read_weights(choice.path)
    need = memory_need(weights.tensor_size, cache_per_token(weights.header))
    if need > memory.total:
        say = f"The model takes {sized(need)} while it runs. Choose a smaller one; this lists them by what they need."
        return Finding(
            "memory", "warning", f"{text}; the model needs {sized(need)}", Remedy(say, "styletune models list")
        )
    if memory.available is not None and need > memory.available:
        say = f"The model takes {sized(need)} while it runs. Close other programs before you begin."
        return Finding("memory", "warning", f"{text}; the model needs {sized(need)}", Remedy(say))
    return Finding("memory", "good", f"{text}; the model needs {sized(need)}")


def installed_findings() -> Iterator[Finding]:
    """Look at the models that were pulled or added, and at downloads that broke off."""
    models = installed()
    sound = [model for model in models if not _trouble(model)]
    if sound:
        yield Finding("installed", "good", ", ".join(f"{model.name} ({sized(model.size)})" for model in sound))
    for model in models:
        if trouble := _trouble(model):
            command = (
                f"styletune models rm {model.name}"
                if model.origin == "added"
                else f"styletune models pull {model.base or model.repository}"
            )
            say = f"Put the file of {model.name} back, or:" if model.origin == "added" else f"Fetch {model.name} again."
            yield Finding("installed", "warning", f"{model.name}: {trouble}", Remedy(say, command))
    for name, count in unfinished():
        remedy = Remedy(f"Go on with the download of {name}.", pull_again(name))
        yield Finding("download", "warning", f"{name} was not finished; {sized(count)} are there", remedy)


def _trouble(model: Installed) -> str:
    gone = [file for file in model.files if not file.exists()]
    if gone:
        return f"{shown(gone[0])} does not exist any more"
    try:
        check_gguf(model.path)
    except StyletuneError as error:
        return str(error).splitlines()[0]
    return ""


def thread_findings(choice: ModelChoice | None) -> Iterator[Finding]:
    """Say how many threads were found to be the fastest for the chosen model."""
    if choice is None or choice.path is None or len(candidates()) == 1:
        return
    found = measured_threads(choice.path)
    if found is None:
        counts = " or ".join(map(str, candidates()))
        yield Finding("threads", "absent", f"not measured yet ({counts}); the first run with the model does")
        return
    count, when = found
    yield Finding(
        "threads", "good", f"{count} of {candidates()[-1]} are the fastest; measured by {when:%Y-%m-%d %H:%M}"
    )
