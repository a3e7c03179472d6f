"""From what a model said to what is kept: cleaned, marks put back, and why it is no pair where it is none."""

from collections.abc import Iterator
from dataclasses import dataclass

from styletune import guards
from styletune.engines.protocol import Result
from styletune.files.records import now
from styletune.guards import form, markup
from styletune.guards.finding import GuardContext
from styletune.markdown.marks import MarkError
from styletune_training.pairs.refusals import refuses
from styletune_training.synthesis import phrases
from styletune_training.synthesis.asking import prefix
from styletune_training.synthesis.made import Item, Made
from styletune_training.synthesis.masking import mask
from styletune_training.synthesis.prompts import SynthesisPrompt

NO_ANSWER = "no answer"
CUT_OFF = "cut off"
REFUSED = "refused"
UNCHANGED = "unchanged"
COPIES_SAMPLE = "copies the sample"

_FORM = {
    "control": form.control, "thinking": form.thinking, "preamble": form.preamble, "remark": form.remark,
    "prompt leaked": form.leakage, "form": markup.blocks,
}  # fmt: skip
"""What a fault is counted under, and the guard that finds it. What is said and whether it is true is the gate's."""


def answer(item: Item, prompt: SynthesisPrompt, result: Result) -> Made:
    """Make of a result what is kept of it; what it cost is not known here.

    Arguments: ``prompt`` is the one that ``item.prompt`` names in ``Plan.prompts``. What a fault is counted under stands
    before its first colon.
    """
    found = _read(item, prompt, result)
    return Made(
        item.id, item.doc, item.paragraph, item.task, item.prompt, item.model, item.source_lang, item.target_lang,
        found.source, item.text, result.finish, result.tokens_in, result.tokens_out, 0.0, "", round(result.seconds, 3),
        now(), found.fault,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    source: str
    fault: str | None = None


def _read(item: Item, prompt: SynthesisPrompt, result: Result) -> _Read:
    raw = result.text.strip()
    if result.finish == "failed":
        return _Read(raw, f"the endpoint: {' '.join(result.error.split()) or 'no reason was given'}")
    if result.finish != "stop":
        return _Read(raw, CUT_OFF)
    said = phrases.without_thought(raw)
    if not said:
        return _Read(raw, NO_ANSWER)
    if refuses(said, item.text):
        return _Read(raw, REFUSED)
    return _question(item, prompt, said) if prompt.builder == "qa" else _paragraph(item, prompt, said)


def _paragraph(item: Item, prompt: SynthesisPrompt, raw: str) -> _Read:
    masked = mask(item.text)
    text = phrases.bare(masked.shown, guards.clean(masked.shown, phrases.bare(masked.shown, raw)))
    text = phrases.without_new_emphasis(masked.shown, text)
    if not text:
        return _Read(raw, NO_ANSWER)
    if _same(text, masked.shown) or _same(text, item.text):
        return _Read(item.text, UNCHANGED)
    fault = next(_faults(item, prompt, masked.shown, text), None)
    if fault is not None:
        return _Read(raw, fault)
    try:
        return _Read(masked.restore(text).strip())
    except MarkError as error:
        return _Read(raw, f"marks: {error}")


def _question(item: Item, prompt: SynthesisPrompt, raw: str) -> _Read:
    text = phrases.bare_question(guards.clean(item.text, raw))
    fault = phrases.wrong_question(text, item.text) or next(_faults(item, prompt, item.text, text), None)
    return _Read(" ".join(text.split()) if fault is None else raw, fault)


def _faults(item: Item, prompt: SynthesisPrompt, source: str, text: str) -> Iterator[str]:
    """Find what is not the text that was asked for."""
    shared = prefix(item, prompt)
    told = shared.system.replace(prompt.imitated, "") if prompt.imitated else shared.system
    context = GuardContext(
        "rewrite", prompt=(told,), examples=tuple(text for turns in shared.examples for text in turns)
    )
    for name, guard in _FORM.items():
        for reason in guard(source, text, context):
            yield f"{name}: {reason}"
    sample = GuardContext("rewrite", examples=(prompt.imitated,)) if prompt.imitated else None
    if sample is not None and any("piece of the prompt" in reason for reason in form.leakage(source, text, sample)):
        yield COPIES_SAMPLE


def _same(text: str, other: str) -> bool:
    return text.split() == other.split()
