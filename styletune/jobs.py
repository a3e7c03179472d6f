"""From a part of a segment to a job for an engine."""

from styletune import prompts
from styletune.engines.protocol import Job
from styletune.ladder import Part, Rung
from styletune.memory.recall import Recall
from styletune.task import Task

_SHORT_TOKENS = frozenset({"zh", "ja", "ko", "th", "ar", "he", "hi", "ru", "uk", "el"})
"""Languages that vocabularies made for English spend many tokens on."""


def make_job(number: int, part: Part, task: Task, recall: Recall, *, seed: int) -> Job:
    """Make the job that asks for a part of a segment; each rung of the ladder samples with a seed of its own."""
    user = prompts.build_user(
        task.name,
        source=part.text,
        target_lang=task.target_lang,
        glossary=[(term.source, term.target) for term in recall.glossary],
        rules=recall.rules,
        voice=recall.voice if part.rung is Rung.FIRST else (),  # a small model does better without
        examples=[(example.source, example.target) for example in recall.examples] if part.rung is Rung.FIRST else (),
    )
    limit = token_limit(part.text, task.target_lang)
    return Job(str(number), user, part.text, max_tokens=limit, temperature=part.temperature, seed=seed + part.rung - 1)


def token_limit(text: str, target_lang: str | None) -> int:
    """Bound the tokens of an answer: about three times what its source takes, more for scripts with short tokens."""
    size = len(text.encode())
    wide = len(text) < 0.8 * size or target_lang in _SHORT_TOKENS
    return 48 + round(size * (1.2 if wide else 0.6))
