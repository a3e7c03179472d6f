"""Guards of the form of an answer: nothing but the text, no talk around it."""

from collections.abc import Iterator

import regex

from styletune.guards.finding import GuardContext
from styletune.guards.phrases import CHAT, LABELS, PREAMBLE, REMARK, THINKING_ALOUD
from styletune.text.tokens import UNSPACED_ONE, UNSPACED_WEIGHT, words

FENCE = regex.compile(r"^[ \t>]*(?:`{3,}|~{3,})", regex.MULTILINE)
CONTROL = regex.compile(
    r"[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\uFFFD\u202A-\u202E\u2066-\u2069--[\n\t\r]]", regex.V1
)
QUOTES = ('""', "“”", "„“", "„”", "«»", "»«", "''", "‘’", "「」", "『』", "''")

_THINKING = regex.compile(r"</?(?:think|thinking|reasoning|thought)>", regex.IGNORECASE)
_TEMPLATE = regex.compile(
    r"<\|[^|<>\n]{1,40}\|>|<｜[^｜<>\n]{1,40}｜>|</?s>|\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>"
    r"|^#{2,4} (?:Response|Instruction|Input|Output|Answer)\b:?",
    regex.MULTILINE | regex.IGNORECASE,
)
_HEADLINE = regex.compile(r"[*_]{0,2}\p{Lu}[\p{L} ]{0,30}[:：][*_]{0,2}[ \t]*\n")
"""A label on a line of its own before the text; segments reach the model as one line."""

_INTERJECTIONS = (
    regex.compile(r"\W{0,3}[\p{L}\p{M}'’ ]{1,30}[!！]"),
    regex.compile(
        r"\W{0,3}(?:[\p{Han}\p{Hiragana}\p{Katakana}]{1,6}|[\p{Latin}\p{M}'’]+(?: [\p{Latin}\p{M}'’]+)?)[,，、]"
    ),
)
"""An exclamation, or a word or two before a comma, at the start of a text."""

_ROLE = regex.compile(r"^(?:user|assistant|system|human)\s*:?\s*$", regex.MULTILINE | regex.IGNORECASE)
_PROMPT_WORDS = 6
"""Words in a row that the prompt and an output share by no chance."""

_EXAMPLE_WORDS = 12
"""Likewise of a correction, whose wording an answer is meant to take up."""

_EXCERPT = 50


def empty(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """There is an answer."""
    if source.strip() and not target.strip():
        yield "the answer is empty"


def control(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """No control characters that the source does not hold."""
    for char in sorted(set(CONTROL.findall(target)) - set(source)):
        yield f"it holds the control character U+{ord(char):04X}"


def fence(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """The text is not wrapped in a code fence, and none was begun in it."""
    if FENCE.search(target) and not FENCE.search(source):
        yield "it holds a code fence"


def quotes(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """The text as a whole is not put in quotation marks."""
    if quoted(target) and not quoted(source):
        yield "the whole text was put in quotation marks"


def preamble(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """The text does not begin with an announcement such as ``Here is the translation:``."""
    found = PREAMBLE.match(target) or _HEADLINE.match(target)
    own = PREAMBLE.match(source) or _HEADLINE.match(source)
    if found and not own and (PREAMBLE.match(target, found.end()) or not _interjects(source, found[0])):
        yield f"it begins with a remark of the model: “{_short(found[0])}”"


def _interjects(source: str, announced: str) -> bool:
    """Tell whether a text begins with an interjection, too: ``Great!`` is what it says then, not what a model says."""
    return any(one.match(source) and one.fullmatch(announced.strip()) for one in _INTERJECTIONS)


def remark(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """The text is not followed by the model's notes on it, nor answered as if it were a question."""
    for pattern in (REMARK, CHAT):
        found = pattern.search(target)
        if found and not pattern.search(source):
            yield f"it holds a remark of the model: “{_short(found[0])}”"


def thinking(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """The model's reasoning is not part of the text."""
    if any(pattern.search(target) and not pattern.search(source) for pattern in (_THINKING, THINKING_ALOUD)):
        yield "it holds the model's thinking"


def leakage(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """Neither the chat template nor the prompt shows."""
    for pattern, piece in ((_TEMPLATE, "chat template"), (_ROLE, "chat template"), (LABELS, "prompt")):
        found = pattern.search(target)
        if found and not pattern.search(source):
            yield f"it holds a piece of the {piece}: {found[0].strip()}"
    for texts, least in ((context.prompt, _PROMPT_WORDS), (context.examples, _EXAMPLE_WORDS)):
        if not texts:
            continue
        own = _runs(target, least) - _runs(source, least)
        leaked = next((run for text in texts for run in sorted(_runs(text, least) & own)), None)
        if leaked is not None:
            yield f"it holds a piece of the prompt: “{' '.join(leaked)}”"
            return


def quoted(text: str) -> bool:
    """Tell whether one pair of quotation marks holds the whole text."""
    text = text.strip()
    if len(text) < 2:  # noqa: PLR2004  (an opening and a closing mark)
        return False
    opening, closing, inner = text[0], text[-1], text[1:-1]
    return opening + closing in QUOTES and not {opening, closing} & set(inner)


def _runs(text: str, least: int) -> set[tuple[str, ...]]:
    """Collect the runs of ``least`` words; ten characters of an unspaced script count as six."""
    found = words(text.casefold())
    tenths = [round(10 * UNSPACED_WEIGHT) if UNSPACED_ONE.match(word) else 10 for word in found]
    runs: set[tuple[str, ...]] = set()
    end = weight = 0
    for start in range(len(found)):
        while end < len(found) and weight < 10 * least:
            weight += tenths[end]
            end += 1
        if weight < 10 * least:
            break
        runs.add(tuple(found[start:end]))
        weight -= tenths[start]
    return runs


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
