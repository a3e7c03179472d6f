"""What a model says the last corrections have in common: a proposal like any other, if it says anything at all."""

from collections.abc import Sequence
from threading import Event

from styletune.engines.protocol import Engine, Job, Prefix
from styletune.errors import EngineError, UsageError
from styletune.guards.clean import clean
from styletune.guards.phrases import CHAT, PREAMBLE, REMARK, THINKING_ALOUD
from styletune.learning.correction import Correction
from styletune.learning.observed import before
from styletune.learning.proposal import Proposal, evidence_of, lang_of, proposal_id
from styletune.prompts import build_summary
from styletune.text.inline import prose
from styletune.text.sentences import ends_sentence, sentences
from styletune.text.tokens import length, words

LAST = 8
"""Corrections that a model is shown: the rest of its memory is short."""

_LONGEST_SHOWN = 60
"""Words of a text that a model is shown; of longer ones the opening."""

_MOST_TOKENS = 80
_LEAST_WORDS, _MOST_WORDS = 3, 40
_ECHO = 75
"""Likeness, 0 to 100, from which a sentence is a copy of what was shown."""


def suggest(engine: Engine, corrections: Sequence[Correction], *, stop: Event | None = None) -> Proposal:
    """Ask a model for a summary of the last corrections, and check that it is one.

    Raises ``UsageError`` if there are too few corrections, or if the answer is no use, with the reason; ``EngineError``
    and ``Cancelled`` as the engine does.
    """
    shown = [correction for correction in corrections if before(correction) and correction.edited.strip()][-LAST:]
    if len(shown) < 2:  # noqa: PLR2004 -- one correction has nothing in common with any other
        raise UsageError("There are too few corrections for a summary yet: two are needed at least.")
    texts = [(_opening(before(one)), _opening(one.edited)) for one in shown]
    prefix, user = build_summary(texts)
    answer = _ask(engine, prefix, user, stop)
    sentence = _first_sentence(answer)
    if reason := _why_no_rule(sentence, answer, texts, prefix):
        raise UsageError(
            f"The model's summary is no use: {reason}. Nothing was proposed; a larger model may do better."
        )
    langs = {lang_of(one) for one in shown}
    lang = langs.pop() if len(langs) == 1 else None
    files = len({one.doc or one.output for one in shown})
    return Proposal(
        proposal_id("summary", sentence.casefold()), "summary", sentence, lang,
        evidence=evidence_of(shown), count=len(shown), files=files,
    )  # fmt: skip


def _ask(engine: Engine, prefix: Prefix, user: str, stop: Event | None) -> str:
    engine.open(prefix)
    job = Job("summary", user, user, max_tokens=_MOST_TOKENS)
    result = next(iter(engine.run([job], stop=stop)))
    if result.finish in ("failed", "context"):
        raise EngineError(result.error or "The corrections do not fit into the model's context.")
    return clean(user, result.text)


def _opening(text: str) -> str:
    shown = ""
    for sentence in sentences(" ".join(text.split())):
        if shown and length(shown + sentence) > _LONGEST_SHOWN:
            break
        shown += sentence
    return shown.strip()


def _first_sentence(answer: str) -> str:
    line = next((line.strip() for line in answer.splitlines() if line.strip()), "")
    return next(iter(sentences(line.lstrip("-*• "))), "").strip().strip('"“”')


def _why_no_rule(sentence: str, answer: str, texts: Sequence[tuple[str, str]], prefix: Prefix) -> str:
    """Say why a sentence can be no rule, in words; empty if it can."""
    if any(pattern.search(answer) for pattern in (PREAMBLE, CHAT, REMARK, THINKING_ALOUD)):
        return "it talks about the task"
    if len(words(sentence)) < _LEAST_WORDS or length(sentence) > _MOST_WORDS:
        return "it is no sentence of a usual length"
    if not ends_sentence(sentence):
        return "it breaks off"
    if sentence.casefold().startswith(("before:", "after:", "the rule")) or "⟦" in sentence:
        return "it repeats the prompt"
    shown = [*(text for pair in texts for text in pair), prefix.system]
    return "it copies the corrections" if any(_is_echo(sentence, text) for text in shown) else ""


def _is_echo(sentence: str, text: str) -> bool:
    from rapidfuzz.fuzz import partial_ratio, ratio  # noqa: PLC0415 -- only an answer of a model needs it

    parts = [part.strip().casefold() for part in sentences(prose(text))]
    mine = sentence.casefold()
    return any(
        ratio(mine, part) >= _ECHO or (len(part) >= len(mine) and partial_ratio(mine, part) >= _ECHO) for part in parts
    )
