"""The gate of question and answer: what is asked is a question, and does not hold its answer."""

from collections.abc import Iterator

import regex

from styletune.exchange.pair import Pair
from styletune.guards import GUARDS, Finding, GuardContext, check
from styletune.text.language import identify, language_name, scripts_of
from styletune.text.tokens import length, words

_FORM = frozenset({"control", "leakage", "script", "language", "thinking", "fence", "repetition"})

_ENDS = regex.compile(r"[?？؟;՞][\s\"'”’»›)\]）」』*_`]*$|(?:吗|呢|か)[。.\s]*$")
"""The end of a question in scripts that have a sign for it; Chinese and Japanese have words for it, too."""

_COPIED = 8
"""Words in a row, as ``length`` counts them, that a question and its answer share by no chance."""


def question_faults(pair: Pair) -> Iterator[Finding]:
    """List why a question and its answer are no pair; what people asked themselves may have any form."""
    question, answer = (_plain(text) for text in (pair.source, pair.target))
    if question == answer:
        yield Finding("echo", "the question is its answer")
    elif answer in question and length(pair.target) >= _COPIED:
        yield Finding("leakage", "the question holds its answer")
    if pair.origin == "synthesized":
        yield from _made(pair, question, answer)


def _made(pair: Pair, question: str, answer: str) -> Iterator[Finding]:
    if not _ENDS.search(pair.source):
        yield Finding("question", "the source is no question")
    if question != answer and question in answer and length(pair.source) >= _COPIED:
        yield Finding("leakage", "the question is a sentence of its answer")
    lang = pair.source_lang or pair.target_lang
    guess = identify(pair.source)
    if guess and lang and scripts_of(guess) != scripts_of(lang):
        yield Finding("language", f"source: it seems to be {language_name(guess)}, not {language_name(lang)}")
        return
    context = GuardContext("translate", None, lang)
    disabled = frozenset(GUARDS) - _FORM
    for finding in check("", pair.source, context=context, disabled=disabled):
        yield Finding(finding.guard, f"source: {finding.reason}")


def _plain(text: str) -> str:
    """Return the words alone, each with borders of its own, so that one text is looked for inside of another."""
    return "".join(f"\n{word}\n" for word in words(text.casefold()))
