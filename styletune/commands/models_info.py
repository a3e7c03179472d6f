"""``styletune models info``: what a model's files hold."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from styletune.commands.models_project import project_model
from styletune.commands.models_settings import InfoSettings
from styletune.errors import UsageError
from styletune.models.choice import ModelChoice, resolve_model
from styletune.models.facts import ModelFacts, read_facts
from styletune.models.memory_need import CONTEXT
from styletune.models.registry import MANY, KnownModel, registry
from styletune.models.repository_files import gigabytes
from styletune.terminal.console import Console, printable


def run(settings: InfoSettings, console: Console) -> int:
    """Print the facts."""
    name = settings.name if settings.name is not None else project_model()[0]
    choice = resolve_model(name)
    if choice.path is None:
        raise UsageError(f"{name} has no file to look at. Name a model of styletune models list, or a .gguf file.")
    facts, known = read_facts(choice.path), registry().get(choice.known_as)
    if settings.json:
        console.write_json(_values(facts, choice))
    else:
        console.write(_text(facts, known).encode("utf-8", "backslashreplace"))
    return 0


def _values(facts: ModelFacts, choice: ModelChoice) -> dict[str, Any]:
    values = asdict(facts)
    return values | {
        "files": [str(file) for file in facts.files],
        "shares": dict(facts.shares),
        "known_as": choice.known_as or None,
    }


def _text(facts: ModelFacts, known: KnownModel | None) -> str:
    """Write one fact a line; paths stay in one piece, so that they can be copied."""
    lines = [(label, line) for label, words in _lines(facts, known) for line in printable(words).split("\n")]
    width = max(len(label) for label, _ in lines) + 2
    return "".join(f"{label:<{width}}{line}\n" for label, line in lines)


def _lines(facts: ModelFacts, known: KnownModel | None) -> Iterator[tuple[str, str]]:
    yield "file", "\n".join(str(file) for file in facts.files)
    yield "name", (known.title if known else facts.name) or "not said"
    yield "architecture", facts.architecture
    yield "parameters", f"{facts.parameters / 1e6:,.0f} million"
    yield "quantization", f"{facts.bits_per_weight:.2f} bits a weight: {_shares(facts)}"
    yield "size", gigabytes(facts.file_size)
    yield "memory", f"about {gigabytes(facts.memory)} with {CONTEXT:,} tokens of context"
    yield "context", f"{facts.context:,} tokens" if facts.context else "not said"
    yield "tokenizer", f"{facts.tokenizer or 'not said'}, {facts.vocabulary:,} tokens"
    yield "answer ends at", " ".join(facts.end_tokens) or "not said"
    yield "chat template", _template(facts)
    yield "languages", _languages(facts, known)
    yield "licence", facts.licence or (known.licence if known else "") or "not said"
    if facts.manifest is not None:
        yield "tuned by", facts.manifest.tuned_by or "styletune"
        yield "tuned for", ", ".join(facts.manifest.tasks) or "not said"
        yield "tuned from", facts.manifest.base_model or "not said"


def _shares(facts: ModelFacts) -> str:
    return ", ".join(f"{share:.0%} {name}" if share >= 0.005 else f"a little {name}" for name, share in facts.shares)  # noqa: PLR2004 - below, it would round to nothing


def _template(facts: ModelFacts) -> str:
    template = facts.template
    if template is None:
        return "none: a base model, which follows no instructions"
    if template.system_role is None:
        return f"{template.family}, but {template.problem}"
    role = "has a system role" if template.system_role else "has no system role; the first user turn takes it in"
    return f"{template.family}, {role}"


def _languages(facts: ModelFacts, known: KnownModel | None) -> str:
    named = facts.manifest.languages if facts.manifest else ()
    named = named or (known.languages if known else ()) or facts.languages
    return "a hundred and more" if MANY in named else " ".join(named) or "not said"
