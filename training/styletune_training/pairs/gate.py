"""The gate of training: a pair may teach nothing that is not so.

What a target holds and its source lacks teaches a model to make things up; what only the source holds teaches it to
leave things out. The guards that watch a model's answers are the judges. Where a model wrote the source, as in
reverse synthesis, the source is the answer that they look at, made from the author's text.
"""

from collections.abc import Iterator
from dataclasses import replace

from styletune.exchange.pair import Origin, Pair
from styletune.guards import GUARDS, Finding, GuardContext, check
from styletune.guards.content import content_words
from styletune.guards.size import factor, measured, sentences_of
from styletune.markdown.marks import MarkError
from styletune.task import TaskName
from styletune_training.pairs.distance import NEAR_COPY, distance
from styletune_training.pairs.model_text import ModelTexts, model_texts
from styletune_training.pairs.question import question_faults

GATE = "2"
"""Version of the verdicts; another one, and all pairs are judged again."""

_FACTS = frozenset({"empty", "marks", "links", "code", "html", "numbers", "names", "language", "script"})
"""What a person's own change of words leaves as it is."""

_DAMAGE = frozenset({"control", "fence", "leakage", "thinking"})
"""What no text of a person holds. It looks like Markdown to the parser, so it is looked for before that."""

_FORM = frozenset({"echo", "untranslated", "repetition"})
"""What is no translation, and what has gone wrong with a text, whoever wrote it."""

_TALK = frozenset({"preamble", "remark", "quotes"})
"""What models say around a text. People begin paragraphs with "Sure, ..." and "Note: ..." as well."""

_JUDGED: dict[Origin, frozenset[str]] = {
    "correction": _FACTS,
    "git": _FACTS | {"length"},
    "human": _FACTS | _FORM,
    "aligned": _FACTS | _FORM,
    "chat": _FACTS | _FORM | _TALK,
    "synthesized": frozenset(GUARDS) - _DAMAGE - {"length"},
    "identity": frozenset[str](),
}
"""Guards by where a pair is from. Emphasis, quotation marks and the last full stop are a matter of taste between two
people, and how long a text is a matter of how it is corrected."""

_SHORTEST, _LONGEST = 0.5, 1.9
"""A made draft's length, over that of the author's paragraph, both within one language."""

_COMPLETE = 0.8
"""The same from which on a made draft leaves nothing out."""

_SENTENCE = 5
"""Words of content from which on a sentence is looked for in the draft."""

_FOUND = 0.1
"""Share of them that the draft holds if it says the sentence at all."""

_SPARING, _WORDY = 0.5, 2.1
"""A person's text, over the usual length of a translation, or over its source within one language."""

_HALF = 0.65
"""The same below which half of the sentences is half of the text."""

_HEADING = 8.0
"""Words up to which the number of sentences tells nothing."""

_SLACK = 3.0
"""Words that a short text may be off by, whatever the ratio."""


def faults(pair: Pair) -> list[Finding]:
    """List why a pair may not be trained on, in words; none means that it may."""
    for side, text in (("source", pair.source), ("target", pair.target)):
        if not text.strip():
            return [Finding("empty", f"the {side} is empty")]
    if pair.task == "qa":
        return list(question_faults(pair))
    if damage := list(_damage(pair, pair.task)):
        return damage
    try:
        texts = model_texts(pair)
    except MarkError as error:
        return [Finding("marks", str(error))]
    return list(dict.fromkeys(_findings(pair, texts, pair.task)))


def _damage(pair: Pair, task: TaskName) -> Iterator[Finding]:
    context = GuardContext(task, pair.source_lang, pair.target_lang)
    if pair.origin == "identity":
        yield from _judge("", pair.target, context, _DAMAGE - {"fence"}, ("source", "target"))
    else:
        yield from _judge(pair.source, pair.target, context, _DAMAGE, ("source", "target"))
        yield from _judge(pair.target, pair.source, context, _DAMAGE, ("target", "source"))


def _findings(pair: Pair, texts: ModelTexts, task: TaskName) -> Iterator[Finding]:
    context = GuardContext(task, pair.source_lang, pair.target_lang, mark_names=texts.mark_names)
    judged = _JUDGED[pair.origin]
    if pair.origin != "synthesized":
        yield from _judge(texts.source, texts.target, context, judged, ("source", "target"))
        if pair.origin in {"human", "aligned", "chat"}:
            yield from _whole(texts, context)
    else:
        back = replace(context, source_lang=pair.target_lang, target_lang=pair.source_lang)
        length_too = {"length"} if task == "translate" else set[str]()
        yield from _judge(texts.target, texts.source, back, judged | length_too, ("target", "source"))
        yield from _judge(texts.source, texts.target, context, frozenset({"names"}), ("source", "target"))
        if task == "rewrite":
            yield from _restated(texts)


def _judge(
    given: str, made: str, context: GuardContext, judged: frozenset[str], sides: tuple[str, str]
) -> Iterator[Finding]:
    """Ask guards about a text that was made from another; ``sides`` says which side of the pair each is."""
    for finding in check(given, made, context=context, disabled=frozenset(GUARDS) - judged):
        yield Finding(finding.guard, _in_words(finding.reason, *sides))


def _in_words(reason: str, given: str, made: str) -> str:
    """Say of which side a reason speaks: guards know an answer alone."""
    if reason.endswith(" is missing"):
        return f"{reason} in the {made}"
    if reason.endswith(" was added"):
        return f"{reason.removesuffix(' was added')} is missing in the {given}"
    return f"{made}: {reason.replace('the source', f'the {given}')}"


def _whole(texts: ModelTexts, context: GuardContext) -> Iterator[Finding]:
    """People may be terse; still, one text does not hold half of the other."""
    usual, found = measured(texts.source) * factor(context), measured(texts.target)
    said, heard = len(sentences_of(texts.source)), len(sentences_of(texts.target))
    if not _SPARING * usual - _SLACK <= found <= _WORDY * usual + _SLACK:
        yield Finding("length", f"the source has {measured(texts.source):.0f} words, the target {found:.0f}")
    elif said > 1 and usual > _HEADING and heard <= said / 2 and found < _HALF * usual:
        yield Finding("length", f"the source has {said} sentences, the target {heard}")


def _restated(texts: ModelTexts) -> Iterator[Finding]:
    """A made draft says the author's paragraph in other words, and in about as many."""
    made, written = measured(texts.source), measured(texts.target)
    if not _SHORTEST * written - _SLACK <= made <= _LONGEST * written + _SLACK:
        yield Finding("length", f"the source has {made:.0f} words, the target {written:.0f}")
    elif (lost := _left_out(texts)) is not None:
        yield Finding("content", f"the source does not say “{lost}”")
    apart = distance(texts.source, texts.target)
    if apart < NEAR_COPY:
        yield Finding("near copy", f"source and target differ in {apart:.0%} of their words")


def _left_out(texts: ModelTexts) -> str | None:
    """Find a sentence of the author's of which a draft, shorter and with fewer sentences, holds next to nothing."""
    said = sentences_of(texts.target)
    shorter = measured(texts.source) < _COMPLETE * measured(texts.target)
    if not shorter or len(sentences_of(texts.source)) >= len(said):
        return None
    known = set(content_words(texts.source))
    for sentence in said:
        found = content_words(sentence)
        if len(found) >= _SENTENCE and sum(word in known for word in found) < _FOUND * len(found):
            return sentence.strip()
    return None
