"""From an item and its prompt to a job for an engine."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from styletune.engines.protocol import Job, Prefix
from styletune.jobs import token_limit
from styletune.memory.budget import estimate_tokens
from styletune.text.language import base_language, language_name
from styletune_training.synthesis.made import Item
from styletune_training.synthesis.masking import mask
from styletune_training.synthesis.prompt_values import above_text, fill
from styletune_training.synthesis.prompts import KEEP, Example, SynthesisPrompt

_QUESTION_TOKENS = 128
_SAME_LANGUAGE = "the language of the text"
_COLONS = (":", "：")
_GAP = "\n\n"
_NO_SECTION = "what they say below"
TEMPLATE_TOKENS = 12
"""Tokens that a chat template puts around a turn, about."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """About how many tokens an item takes; a server's own count may differ by a third."""

    tokens_in: int
    tokens_out: int


def job(item: Item, prompt: SynthesisPrompt, *, seed: int = 0) -> tuple[Prefix, Job]:
    """Make the job that asks for an item, and the prefix that it shares with others.

    Arguments: ``prompt`` is the one that ``item.prompt`` names in ``Plan.prompts``. Items of one prompt and the same
    languages have equal prefixes. The job's id is the item's; ``seed`` and the item decide about the sampling.
    """
    shown, marks = (item.text, ()) if prompt.builder == "qa" else _masked(item.text)
    made = Job(
        item.id,
        _turn(prompt, _contents(item, prompt), shown, marks),
        shown,
        max_tokens=_QUESTION_TOKENS if prompt.builder == "qa" else token_limit(shown, item.source_lang),
        temperature=prompt.temperature,
        seed=_seed(item.id, seed),
    )
    return prefix(item, prompt), made


def prefix(item: Item, prompt: SynthesisPrompt) -> Prefix:
    """Make the part of the prompt that an item shares with others."""
    contents = _contents(item, prompt)
    shown = [one for one in prompt.examples if _fits(one, item)]
    return Prefix(fill(prompt.system, contents), tuple(_example(one, prompt, contents) for one in shown))


def estimate(item: Item, prompt: SynthesisPrompt) -> Estimate:
    """Estimate the tokens of an item, without its model's tokenizer."""
    shared, own = job(item, prompt)
    turns = [shared.system, own.user, *(text for turns in shared.examples for text in turns)]
    answer = _QUESTION_TOKENS // 4 if prompt.builder == "qa" else round(1.1 * estimate_tokens(own.source))
    return Estimate(sum(estimate_tokens(text) + TEMPLATE_TOKENS for text in turns), answer)


def _example(example: Example, prompt: SynthesisPrompt, contents: Mapping[str, str]) -> tuple[str, str]:
    """Show an example as its own text is shown."""
    contents = {**contents, "section": _NO_SECTION}
    if prompt.builder == "qa":
        return _turn(prompt, contents, example.text, ()), example.answer
    paragraph = mask(example.text)
    return _turn(prompt, contents, paragraph.shown, paragraph.marks), paragraph.masked(example.answer)


def _masked(text: str) -> tuple[str, tuple[str, ...]]:
    paragraph = mask(text)
    return paragraph.shown, paragraph.marks


def _turn(prompt: SynthesisPrompt, contents: Mapping[str, str], text: str, marks: tuple[str, ...]) -> str:
    """Fill the user turn; marks are named only where there are some."""
    start = above_text(prompt.user)
    above = prompt.user[:start]
    if marks:
        above = _keeping(above, KEEP.format(marks=" ".join(marks)))
    return fill(above + prompt.user[start:], {**contents, "text": text})


def _keeping(above: str, keep: str) -> str:
    """Say what is to be kept, in the sentence that introduces the text where it ends with a colon."""
    said = above.rstrip()
    gap = above[len(said) :]
    if said.endswith(_COLONS):
        return f"{said[:-1]}{keep}{said[-1]}{gap}"
    return f"{said}{gap}{keep.removeprefix(', ').capitalize()}:{gap or _GAP}"


def _contents(item: Item, prompt: SynthesisPrompt) -> Mapping[str, str]:
    return {
        "language": _name(item.source_lang),
        "author_language": _name(item.target_lang),
        "section": item.section or _NO_SECTION,
        "imitated": prompt.imitated,
    }


def _name(code: str | None) -> str:
    return language_name(code) if code else _SAME_LANGUAGE


def _fits(example: Example, item: Item) -> bool:
    """Tell whether an example is in the item's languages: another one would pull the answer over."""
    both = (example.lang, item.target_lang), (example.answer_lang, item.source_lang)
    return all(code is None or (own is not None and base_language(code) == base_language(own)) for code, own in both)


def _seed(item_id: str, seed: int) -> int:
    digest = hashlib.blake2b(f"{item_id} {seed}".encode(), digest_size=4, person=b"styletune:seed").digest()
    return int.from_bytes(digest, "big") >> 1
