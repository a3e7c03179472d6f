"""Guards of how much text there is: cut off, blown up, or going round in circles."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from itertools import islice
from operator import eq

from styletune.guards.finding import GuardContext
from styletune.text.language import base_language
from styletune.text.sentences import sentences
from styletune.text.tokens import length, words

_LONGEST_PERIOD = 60
_LOOP_TURNS = 4
"""Times that a short phrase stands in a row before it is a loop."""

_LOOP_WORDS = 8
_LONG_PHRASE = 6
"""Words from which on a phrase that is said twice in a row is a loop."""

_HUGE_RATIO = 20
_HUGE = 4000
"""Characters above ``_HUGE_RATIO`` times the source from which on only the size of an answer is worth a look."""

_SENTENCE_WORDS = 4
_LONG_SENTENCE = 7
"""Words from which on a sentence is looked for inside of other sentences, too."""

_EXPANSION = {"zh": 1.03, "ja": 1.25, "ko": 0.75, "th": 1.9, "fi": 0.72, "tr": 0.8, "ru": 0.87, "uk": 0.87, "pl": 0.87,
              "cs": 0.88, "hu": 0.82, "de": 0.97, "fr": 1.14, "es": 1.08, "pt": 1.06, "it": 1.04, "vi": 1.3}  # fmt: skip
"""Length of a translation from English, as ``length`` measures it; 1 where nothing is known."""

_LOWEST = {"rewrite": 0.35, "translate": 0.90}
_LOWEST_OF_LONG = 0.72
_HIGHEST = {"rewrite": 2.0, "translate": 2.1}
SLACK_BELOW = {"rewrite": 5.0, "translate": 5.0}
_SLACK_ABOVE = 8.0
"""Words that short texts may differ by, whatever the ratio."""

_HALF_SENTENCES = {"rewrite": (3, 0.6), "translate": (2, 0.8)}
"""Sentences from which on a text with half of them or fewer, and less than this share of the length, is half a text."""


def repetition(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """The text does not say the same thing over and over."""
    wanted, found = words(source.casefold()), words(target.casefold())
    phrase = _loop(found)
    if phrase and (not _loop(wanted) or len(found) > len(wanted) * 2):
        yield f"it repeats itself: “{' '.join(phrase[:8])}”"
        return
    again = _said_again(source, target)
    if again:
        yield f"it says a sentence twice: “{' '.join(again[:8])}…”"


def length_ratio(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """The text is about as long as its source, as far as the two languages allow."""
    if huge(source, target):
        yield f"it is far longer than the source ({len(target)} characters for {len(source)})"
        return
    before, after = measured(source) * factor(context), measured(target)
    if after < before * min(_LOWEST[context.task] - SLACK_BELOW[context.task] / max(before, 1.0), _LOWEST_OF_LONG):
        yield f"it is much shorter than the source ({after:.0f} words for {measured(source):.0f})"
    elif after > before * _HIGHEST[context.task] + _SLACK_ABOVE:
        yield f"it is much longer than the source ({after:.0f} words for {measured(source):.0f})"
    elif _is_half(source, target, after / before if before else 1.0, context):
        yield f"about half of it is missing ({len(sentences_of(target))} sentences for {len(sentences_of(source))})"


def huge(source: str, target: str) -> bool:
    """Tell whether an answer is so long that looking into it would only take time."""
    return len(target) > _HUGE_RATIO * len(source) + _HUGE


def _is_half(source: str, target: str, share: float, context: GuardContext) -> bool:
    least, below = _HALF_SENTENCES[context.task]
    before = len(sentences_of(source))
    return before >= least and len(sentences_of(target)) <= before / 2 and share < below


@lru_cache(maxsize=64)
def sentences_of(text: str) -> Sequence[str]:
    """Return the sentences of a text, cut once for all guards."""
    return sentences(text)


@lru_cache(maxsize=64)
def measured(text: str) -> float:
    """Measure a text in words, entities resolved."""
    return length(unescape(text))


def factor(context: GuardContext) -> float:
    """Return how much longer than its source a good answer usually is, as ``measured`` counts."""
    if context.task == "rewrite":
        return 1.0
    source, target = (base_language(code or "en") for code in (context.source_lang, context.target_lang))
    return _EXPANSION.get(target, 1.0) / _EXPANSION.get(source, 1.0)


def _loop(tokens: Sequence[str]) -> Sequence[str]:
    """Find a phrase that follows itself often enough to be a loop; empty without one."""
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // 2) + 1):
        needed = period if period >= _LONG_PHRASE else max(period * (_LOOP_TURNS - 1), _LOOP_WORDS - period)
        run = 0
        if sum(map(eq, tokens, islice(tokens, period, None))) < needed:
            continue
        for index in range(period, len(tokens)):
            run = run + 1 if tokens[index] == tokens[index - period] else 0
            if run >= needed:
                return tokens[index - period + 1 : index + 1]
    return ()


def _said_again(source: str, target: str) -> Sequence[str]:
    """Find a sentence that stands in the text more often than in its source, on its own or at the end of another."""
    after = [words(sentence.casefold()) for sentence in sentences_of(target)]
    everything = _spoken([word for sentence in after for word in sentence])
    again = [said for said in after if len(said) >= _SENTENCE_WORDS and everything.count(_spoken(said)) > 1]
    if not again:
        return ()
    before = _spoken([word for sentence in sentences_of(source) for word in words(sentence.casefold())])
    for said in again:
        times = everything.count(_spoken(said)) if length(" ".join(said)) >= _LONG_SENTENCE else after.count(said)
        if times > max(before.count(_spoken(said)), 1):
            return said
    return ()


def _spoken(tokens: Sequence[str]) -> str:
    """Join words so that a run of them can be counted: each has borders of its own."""
    return "".join(f"\n{token}\n" for token in tokens)
