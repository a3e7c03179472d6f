"""The guard of the end of an answer: it was not cut off."""

from collections.abc import Iterator

import regex

from styletune.guards.finding import GuardContext
from styletune.guards.size import SLACK_BELOW, factor, measured, sentences_of
from styletune.text.language import base_language
from styletune.text.tokens import words


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_END = regex.compile(
    r"""[.!?…。！？｡．:：;；।۔؟፡။៕][\s"'”’»›)\]）】」』〉》*_~`]*(?:⟦\d+⟧[\s*_~]*)*$|⟦\d+⟧[)\]*_~\s]*$"""
)
_INTRODUCES = (":", "：", ";", "；")
"""Ends of a source that a good translation may leave out."""

_ENDING = 200
"""Characters that the end of a text is judged by."""

_COMMAS = (",", "，", "、", "-", "–", "(", "（")
_NO_FULL_STOP = frozenset({"th", "lo", "km", "my"})
"""Languages that set no mark at the end of a sentence."""

_LABEL_WORDS = 8
"""Words of a heading or a label, whose length tells little."""

_ITEM_WORDS = 18
_WHOLE = 0.85
"""Words of a sentence that may be an item of a list, and the share of its usual length from which on it is whole
without its full stop."""

_DANGLING = _listed(
    "a an and as at but by for from if in into of on or so than that the their to with your aber als auf "
    "aus bei das dass dem den der des die durch ein eine einem einen einer für ihr im mit oder um und von "
    "zu zum zur à au aux avec ce ces cette dans de du en est et la le les leur mais ou par pour qui que "
    "sa ses son sur un une vos votre al como con del el es las los o para pero por se su sus tu una y 的 地 "
    "得 和 与 或 在 对 为 把 被 从 而 但 及 是 将 让 使 "
)
"""Words that no sentence ends with."""


def truncation(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """The text comes to its end."""
    if context.finish == "length":
        yield "it was cut off at the token limit"
    elif context.finish == "context":
        yield "it does not fit into the model's context"
    elif base_language(context.output_lang or "") in _NO_FULL_STOP or source.rstrip().endswith(_INTRODUCES):
        return
    elif _ends(source) and not _ends(target) and not _is_whole(source, target, context):
        yield "it ends in mid-sentence"


def _ends(text: str) -> bool:
    """Tell whether a text ends the way a sentence ends; white space at the end does not count."""
    return bool(_END.search(text.rstrip()[-_ENDING:]))


def _is_whole(source: str, target: str, context: GuardContext) -> bool:
    """Tell whether a text lacks nothing but its full stop, as the items of lists do."""
    found = words(target)
    single = (
        len(sentences_of(source)) == 1
        and measured(source) <= _ITEM_WORDS
        and found
        and found[-1].casefold() not in _DANGLING
    )
    return (
        bool(single)
        and not target.rstrip().endswith(_COMMAS)
        and (
            measured(target)
            >= _WHOLE * measured(source) * factor(context)
            - (SLACK_BELOW[context.task] if measured(source) <= _LABEL_WORDS else 0.0)
        )
    )
