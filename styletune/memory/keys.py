"""What a finished segment depends on: the key of the translation memory.

Context that only ranks or illustrates (the author's nearest paragraphs) is recorded with a run and is no part of the
key; a change of it leaves finished segments finished. Computing a key loads no tokenizer and no model.
"""

import hashlib
import json
from collections.abc import Sequence

from styletune import __version__
from styletune.memory.recall import Term
from styletune.task import Task

SCHEMA = 1


def run_key(  # noqa: PLR0913 - whatever a result depends on
    task: Task, *, template: str, rules: str, model: str, seed: int, examples: int
) -> str:
    """Return a hash of what all segments of a file's run depend on.

    Arguments: ``template`` is the fingerprint of the prompt template, ``rules`` that of the rules that apply to the
    file, ``model`` the identity of the model, ``examples`` the number of the author's paragraphs in a prompt.
    """
    return _hash([SCHEMA, task.name, task.source_lang, task.target_lang, template, rules, model, seed, examples])


def segment_key(run: str, shown: str, terms: Sequence[Term]) -> str:
    """Return the key of one segment: its text as the model sees it, and the glossary terms that stand in it."""
    return _hash([run, shown, [[term.source, term.target] for term in terms]])


def flagged_key(key: str) -> str:
    """Return the key under which a failure is kept; another version of styletune tries again."""
    return _hash([key, "flagged", __version__])


def _hash(values: object) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
