"""Guards of how much text there is: cut off, blown up, or going round in circles."""

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from styletune.guards.finding import GuardContext
from styletune.text.language import base_language
from styletune.text.sentences import sentences
from styletune.text.tokens import length, words

_END = regex.compile(
    r"""[.!?…。！？｡．:：;；।۔؟፡။៕][\s"'”’»›)\]）】」』〉》*_~`]*(?:⟦\d+⟧[\s*_~]*)*$|⟦\d+⟧[)\]*_~\s]*$"""
)
_INTRODUCES = (":", "：", ";", "；")
"""Ends of a source that a good translation may leave out."""

_ENDING = 200
"""Characters that the end of a text is judged by."""

_NO_FULL_STOP = frozenset({"th", "lo", "km", "my"})
"""Languages that set no mark at the end of a sentence."""

_LONGEST_PERIOD = 60
_LOOP_TURNS = 4
"""Times that a short phrase stands in a row before it is a loop."""

_LOOP_WORDS = 8
_LONG_PHRASE = 8
"""Words from which on a phrase that is said twice in a row is a loop."""

_HUGE_RATIO = 20
_HUGE = 4000
"""Characters above ``_HUGE_RATIO`` times the source from which on only the size of an answer is worth a look."""

_SENTENCE_WORDS = 4

_EXPANSION = {"zh": 1.0, "ja": 1.25, "ko": 0.75, "th": 1.9, "fi": 0.72, "tr": 0.8, "ru": 0.87, "uk": 0.87, "pl": 0.87,
              "cs": 0.88, "hu": 0.82, "de": 0.97, "fr": 1.14, "es": 1.08, "pt": 1.06, "it": 1.04, "vi": 1.3}  # fmt: skip
"""Length of a translation from English, as ``length`` measures it; 1 where nothing is known."""

_LOWEST = {"rewrite": 0.35, "translate": 0.45}
_HIGHEST = {"rewrite": 2.0, "translate": 2.1}
_SLACK_BELOW = 5.0
_SLACK_ABOVE = 8.0
"""Words that short texts may differ by, whatever the ratio."""


def truncation(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """The text comes to its end."""
    if context.finish == "length":
        yield "it was cut off at the token limit"
    elif context.finish == "context":
        yield "it does not fit into the model's context"
    elif base_language(context.output_lang or "") in _NO_FULL_STOP or source.rstrip().endswith(_INTRODUCES):
        return
    elif _ends(source) and not _ends(target):
        yield "it ends in mid-sentence"


def repetition(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """The text does not say the same thing over and over."""
    wanted, found = words(source.casefold()), words(target.casefold())
    phrase = _loop(found)
    if phrase and (not _loop(wanted) or len(found) > len(wanted) * 2):
        yield f"it repeats itself: “{' '.join(phrase[:8])}”"
        return
    said, again = _said(source), _said(target)
    for sentence in again:
        if again[sentence] > max(said[sentence], 1):
            yield f"it says a sentence twice: “{' '.join(sentence[:8])}…”"
            return


def length_ratio(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """The text is about as long as its source, as far as the two languages allow."""
    if huge(source, target):
        yield f"it is far longer than the source ({len(target)} characters for {len(source)})"
        return
    before = length(source) * _factor(context)
    after = length(target)
    if after < before * _LOWEST[context.task] - _SLACK_BELOW:
        yield f"it is much shorter than the source ({after:.0f} words for {length(source):.0f})"
    elif after > before * _HIGHEST[context.task] + _SLACK_ABOVE:
        yield f"it is much longer than the source ({after:.0f} words for {length(source):.0f})"


def huge(source: str, target: str) -> bool:
    """Tell whether an answer is so long that looking into it would only take time."""
    return len(target) > _HUGE_RATIO * len(source) + _HUGE


def _ends(text: str) -> bool:
    """Tell whether a text ends the way a sentence ends; white space at the end does not count."""
    return bool(_END.search(text.rstrip()[-_ENDING:]))


def _factor(context: GuardContext) -> float:
    if context.task == "rewrite":
        return 1.0
    source, target = (base_language(code or "en") for code in (context.source_lang, context.target_lang))
    return _EXPANSION.get(target, 1.0) / _EXPANSION.get(source, 1.0)


def _loop(tokens: Sequence[str]) -> Sequence[str]:
    """Find a phrase that follows itself often enough to be a loop; empty without one."""
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // 2) + 1):
        needed = period if period >= _LONG_PHRASE else max(period * (_LOOP_TURNS - 1), _LOOP_WORDS - period)
        run = 0
        for index in range(period, len(tokens)):
            run = run + 1 if tokens[index] == tokens[index - period] else 0
            if run >= needed:
                return tokens[index - period + 1 : index + 1]
    return ()


def _said(text: str) -> Counter[tuple[str, ...]]:
    said = (tuple(words(sentence.casefold())) for sentence in sentences(text))
    return Counter(sentence for sentence in said if len(sentence) >= _SENTENCE_WORDS)
