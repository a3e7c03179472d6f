"""Is a model fit for a task? Asked before it is loaded."""

from styletune.errors import ModelError, UsageError
from styletune.models.choice import ModelChoice
from styletune.models.manifest import Manifest, read_manifest
from styletune.models.registry import KnownModel, registry
from styletune.models.weights import read_weights
from styletune.task import TaskName
from styletune.text.language import base_language, language_name


def unfit(choice: ModelChoice, task: TaskName, *, source_lang: str | None, target_lang: str | None) -> str | None:
    """Say why a model may be a poor choice; ``None`` if nothing speaks against it.

    Languages are codes; ``None`` where nothing is known. Raises ``ModelError`` for a tuned model whose manifest leaves
    out the task or a language: it was never taught them. What the makers of a base model do not name is a mere notice.
    """
    if choice.path is None:
        return None
    languages = [code for code in (source_lang, target_lang) if code]
    header = read_weights(choice.path).header
    manifest = read_manifest(header)
    if manifest is not None:
        _refuse(choice.path.name, manifest, task, languages)
        return None
    known = registry().get(choice.known_as)
    named = known.languages if known else tuple(base_language(code) for code in header.strings("general.languages"))
    unknown = [code for code in languages if not _among(code, named, known)]
    if not named or not unknown:
        return None
    title = known.title if known else choice.path.name
    return (
        f"The makers of {title} name {_listed(named)} as what it was made for, and not {_listed(unknown)}: expect "
        "poor results. Run: styletune models list, and choose a model that knows more."
    )


def _refuse(name: str, manifest: Manifest, task: TaskName, languages: list[str]) -> None:
    if manifest.tasks and task not in manifest.tasks:
        raise ModelError(
            f"{name} was tuned to {' and '.join(manifest.tasks)}, not to {task}. Name another model with --model."
        )
    known = tuple(base_language(code) for code in manifest.languages)
    unknown = [code for code in languages if known and base_language(code) not in known]
    if unknown:
        raise ModelError(
            f"{name} was tuned on {_listed(manifest.languages)} and knows no {_listed(unknown)}. Name another model with "
            "--model."
        )


def _among(code: str, named: tuple[str, ...], known: KnownModel | None) -> bool:
    return known.knows(code) if known else base_language(code) in named


def _listed(codes: tuple[str, ...] | list[str]) -> str:
    """Name languages; a code that is not known stands for itself."""
    names: list[str] = []
    for code in dict.fromkeys(codes):
        try:
            names.append(language_name(code))
        except UsageError:
            names.append(code)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
