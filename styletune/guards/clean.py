"""What may be taken off an answer without asking: wrappers that cannot be part of the text."""

import regex

from styletune.guards.form import CONTROL, FENCE, quoted
from styletune.guards.phrases import ANNOUNCEMENT_END, PREAMBLE

_WHOLE_FENCE = regex.compile(r"\s*(`{3,}|~{3,})[ \t]*[\w+-]*[ \t]*\n(.*?)\n?[ \t]*\1[`~]*\s*", regex.DOTALL)
_NO_THOUGHT = regex.compile(r"\s*<think(?:ing)?>\s*</think(?:ing)?>\s*", regex.IGNORECASE)
_LINE_ENDS = regex.compile(r"\r\n?|[\u2028\u2029\u0085\v\f]")


def clean(source: str, target: str) -> str:
    """Take off what models put around an answer, unless the source has it too.

    These are: a code fence around everything, an announcement on a line of its own, quotation marks around
    everything, an empty thinking block, control characters and outer white space.
    """
    text = _without_control(source, target).strip()
    if source.strip() != text:
        for strip in (_without_thought, _without_preamble, _without_fence, _without_preamble, _without_quotes):
            text = strip(source, text).strip()
    return text


def _without_control(source: str, text: str) -> str:
    text = text if _LINE_ENDS.search(source) else _LINE_ENDS.sub("\n", text)
    return CONTROL.sub(lambda match: match[0] if match[0] in source else "", text)


def _without_thought(source: str, text: str) -> str:
    match = None if "<think" in source else _NO_THOUGHT.match(text)
    return text[match.end() :] if match else text


def _without_fence(source: str, text: str) -> str:
    match = None if FENCE.search(source) else _WHOLE_FENCE.fullmatch(text)
    return match[2] if match and not FENCE.search(match[2]) else text


def _without_preamble(source: str, text: str) -> str:
    """Take off an announcement that ends its line, or that stands before a text in quotation marks."""
    if PREAMBLE.match(source) or not PREAMBLE.match(text):
        return text
    match = ANNOUNCEMENT_END.match(text)
    if match and text[match.end() :].strip():
        return text[match.end() :]
    _, colon, rest = text.partition(":")
    return rest if colon and quoted(rest) else text


def _without_quotes(source: str, text: str) -> str:
    return text.strip()[1:-1] if quoted(text) and not quoted(source) else text
