"""How many tokens the parts of a prompt take: counted with the model's own vocabulary where it is on this machine."""

from typing import TYPE_CHECKING, Any, Protocol

from styletune.commands.explained_prompt import Prompt
from styletune.engines.protocol import Job, Prefix
from styletune.errors import ModelError
from styletune.memory.budget import estimate_tokens
from styletune.memory.recall import Recall
from styletune.prompts import build_user, rules_text
from styletune.task import Task

if TYPE_CHECKING:
    from styletune.commands.chosen_model import Chosen
    from styletune.engines.llama_vocabulary import LlamaVocabulary


class Counter(Protocol):
    """Counts tokens."""

    @property
    def why_estimated(self) -> str | None:
        """Say why the counts are an estimate; ``None`` if they are the model's own."""
        ...

    def count(self, text: str) -> int:
        """Count the tokens of a text."""
        ...

    def count_prompt(self, prefix: Prefix, user: str) -> int | None:
        """Count those of a whole prompt, chat template included; ``None`` if that is not known."""
        ...

    def render(self, prefix: Prefix, user: str) -> str | None:
        """Return a whole prompt as the model's chat template writes it; ``None`` if that is not known."""
        ...

    def close(self) -> None:
        """Free what was loaded."""
        ...


def counter_for(chosen: "Chosen | None") -> Counter:
    """Return what counts the tokens of a model; ``None`` is no model at all. Weights are not loaded."""
    if chosen is None:
        return _Estimate("no model was named and none is installed")
    if chosen.choice.path is None:
        return _Estimate(f"{chosen.name} has no vocabulary on this machine")
    from styletune.engines.llama_vocabulary import LlamaVocabulary  # noqa: PLC0415 - llama.cpp is loaded when needed

    try:
        return _Own(LlamaVocabulary(chosen.choice.path))
    except ModelError as error:
        return _Estimate(str(error).split(". ", 1)[0].rstrip("."))


class _Own:
    """The vocabulary of the model itself."""

    why_estimated = None

    def __init__(self, vocabulary: "LlamaVocabulary") -> None:
        self._vocabulary = vocabulary
        self.count = vocabulary.count
        self.count_prompt = vocabulary.count_prompt
        self.render = vocabulary.render
        self.close = vocabulary.close


class _Estimate:
    def __init__(self, why: str) -> None:
        self.why_estimated = why

    def count(self, text: str) -> int:
        return estimate_tokens(text)

    def count_prompt(self, prefix: Prefix, user: str) -> int | None:  # noqa: ARG002 - the protocol's
        return None

    def render(self, prefix: Prefix, user: str) -> str | None:  # noqa: ARG002 - the protocol's
        return None

    def close(self) -> None:
        pass


def count_parts(prompt: Prompt, job: Job, task: Task, rules: str, counter: Counter) -> dict[str, int]:
    """Count the tokens of each part of a prompt; parts that are empty are left out.

    ``job`` is one of the prompt's, ``rules`` are those that every paragraph gets. The parts of a text take together about as many tokens as the text: a token may reach over a border.
    """
    prefix = prompt.prefix
    system = prefix.system.removesuffix(rules_text(rules)) if rules.strip() else prefix.system
    slots = _slots(job, task, prompt.recall)
    texts = {
        "system message": system.strip(),
        "rules for every paragraph": rules_text(rules) if rules.strip() else "",
        "fixed example": "\n".join(text for turns in prefix.examples for text in turns),
        **slots,
        "instruction and paragraph": build_user(task.name, source=job.source, target_lang=task.target_lang),
    }
    counts = {name: counter.count(text) for name, text in texts.items() if text}
    total = counter.count_prompt(prefix, job.user)
    if total is not None:
        counts["chat template"] = max(total - sum(counts.values()), 0)
    return counts | {"total": sum(counts.values()) if total is None else total}


def _slots(job: Job, task: Task, recall: Recall) -> dict[str, str]:
    """Return the text of each slot of the user turn, as the turn holds it."""
    bare = build_user(task.name, source=job.source, target_lang=task.target_lang)

    def slot(**filled: Any) -> str:  # noqa: ANN401 - the slots of a prompt
        text = build_user(task.name, source=job.source, target_lang=task.target_lang, **filled)
        return text.removesuffix(bare).strip()

    return {
        "terms": slot(glossary=[(term.source, term.target) for term in recall.glossary]),
        "rules for this file": slot(rules=recall.rules),
        "your own paragraphs": slot(voice=recall.voice),
        "corrections and fuzzy matches": slot(examples=[(one.source, one.target) for one in recall.examples]),
    }
