"""What people write to a model around the text that it is to work on: found, and taken off where that is sure."""

from dataclasses import dataclass
from typing import Literal

import regex

from styletune.errors import UsageError
from styletune.text.language import language_code

_TRANSLATE = r"translat(?:e|ion)|翻译|翻譯|译[成为]|譯成|翻[成为]|(?:英|和|日本語|中国語)?訳|翻訳|übersetz\w*|traduc\w*|tradui\w*|traduz\w*"
_REWRITE = (
    r"re-?write|re-?word|re-?phrase|paraphrase|edit|revise|polish|proofread|improve|copy-?edit|clean up|tighten|"
    r"humani[sz]e|fix|correct|改写|改寫|重写|重寫|润色|潤色|修改|改成|改得|优化|校对|書き直|書き換え|言い換え|リライト|推敲|校正|添削|"
    r"umschreib\w*|umformulier\w*|formulier\w*|überarbeite\w*|verbesser\w*|reescrib\w*|reformula\w*|corrig\w*|mejora\w*|"
    r"réécri\w*|reformule\w*|améliore\w*"
)
_POLITE = (
    r"(?:(?:hi|hello|hey)[,!.]?\s+)?(?:(?:please|kindly|can you|could you|would you|help me(?: to)?|I(?: want|['’]d like) you to|now)"
    r",?\s+(?:please\s+)?)*(?:(?:请|請|麻烦|帮我|帮忙|你来?|能否|可以|bitte|por favor|s['’]il (?:te|vous) pla[iî]t)[你您帮我,，]*\s*)*"
)
_BEFORE_VERB = (
    r"(?:(?:把|将|將)?[^\n:：。.!?！？]{0,24}?(?=翻|译|譯|改|重写|重寫|润|潤|修|优|校|訳|書|言い|リラ|推|添))?"
)
_VERB = rf"(?:(?P<translate>{_TRANSLATE})|(?P<rewrite>{_REWRITE}))"

_ANY_VERB = regex.compile(rf"(?<![A-Za-z]){_VERB}", regex.IGNORECASE)

_OPENING = regex.compile(
    rf"\s*[#*_]*{_POLITE}{_BEFORE_VERB}{_VERB}(?P<rest>[^\n:：]{{0,160}}?)(?:[:：][*_]*\s*|\n\s*\n|[.。]\s*\n\s*)",
    regex.IGNORECASE,
)
"""An instruction in the first line, which ends in a colon or stands alone."""

_CLOSING = regex.compile(rf"\n\s*\n[(\[]?{_POLITE}{_BEFORE_VERB}{_VERB}(?P<rest>[^\n]{{0,120}})$", regex.IGNORECASE)
"""An instruction in a last paragraph of one line."""

_A_TEXT = r"(?:text|paragraph|passage|post|article|sentence|draft|section|note|essay|email|title|words)s?"
_ABOUT_A_TEXT = regex.compile(
    rf"^\W*$|\b(?:this|following|below|above|it|into|(?:the|my|a)\s+(?:\w+\s+)?{_A_TEXT}|(?:my|an?)\s+(?:\w+\s+)?(?:style|voice|tone))\b"
    r"|^\s+(?:from\s+\w+\s+)?to\s+\p{L}+\s*$|\b(?:ins|auf|al?|en|para|vers)\s+\p{L}+|\b(?:diesen?|folgenden?|esto|este|siguiente|ce|suivant)\b"
    r"|下[面列述]|以下|上面|[这這](?:段|篇|句|个|個|些)|次の|この|[我の](?:风格|語氣|语气|口吻)|[成为為到]|(?:文|语|語)(?:に|訳)",
    regex.IGNORECASE,
)
"""What says that an instruction is about a text, and not a text that begins like one."""

_INTO = regex.compile(
    r"\b(?:in(?:to)?|to|ins|al|en|para|vers|auf)\s+(?:the\s+|l['’])?(?P<name>[\p{L}]{3,20})"
    r"|(?P<cjk>(?:[中英日韩韓德法俄]|中国|日本|西班牙)(?:文|语|語))",
    regex.IGNORECASE,
)
_IN_CHINESE_SIGNS = {
    "中": "zh", "英": "en", "日": "ja", "韩": "ko", "韓": "ko", "德": "de", "法": "fr", "俄": "ru", "西": "es",
}  # fmt: skip
"""Codes of languages by the first character that Chinese and Japanese name them with."""

_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_FENCED = regex.compile(
    r"```[\w-]*\n(?P<text>.*?)\n?```|(?P<quote>\"{3}|'{3}|-{3,}|={3,})\s*\n?(?P<quoted>.*?)\n?\s*(?P=quote)",
    regex.DOTALL,
)
_WRAPPED = regex.compile(
    r"[\"“「『](?P<text>[^\"“”「」『』]+)[\"”」』]|<(?P<tag>text|draft|article|input|source)>(?P<tagged>.*)</(?P=tag)>",
    regex.DOTALL,
)


Wanted = Literal["translate", "rewrite"]


@dataclass(frozen=True, slots=True)
class Instructed:
    """A message to a model, taken apart."""

    text: str
    """What the model is to work on; the whole message where no instruction is sure."""

    wanted: Wanted | None = None
    """What it is told to do, if anything is sure."""

    lang: str | None = None
    """Code of the language that it is told to write in."""


def instructed(message: str) -> Instructed:
    """Part a message into what the model is told and the text that it is to work on."""
    message = message.strip()
    opening = _OPENING.match(message)
    if opening is not None and _is_instruction(opening) and message[opening.end() :].strip():
        return _instructed(opening, message[opening.end() :])
    closing = _CLOSING.search(message)
    if closing is not None and _is_instruction(closing) and message[: closing.start()].strip():
        return _instructed(closing, message[: closing.start()])
    return Instructed(message)


def _is_instruction(found: "regex.Match[str]") -> bool:
    """Tell whether an instruction is about a text; Chinese and Japanese name it before the verb."""
    return bool(_ABOUT_A_TEXT.search(found["rest"]) or (_CJK.search(found[0]) and _ABOUT_A_TEXT.search(found[0])))


def _instructed(found: "regex.Match[str]", text: str) -> Instructed:
    wanted: Wanted = "translate" if found["translate"] else "rewrite"
    return Instructed(_unwrapped(text.strip()), wanted, named_language(found[0]))


def told(instructions: str) -> Wanted | None:
    """Find what standing instructions to a model want of it: the verb that comes first."""
    found = _ANY_VERB.search(instructions)
    if found is None:
        return None
    return "translate" if found["translate"] else "rewrite"


def named_language(instruction: str) -> str | None:
    """Return the code of the language that an instruction names."""
    for found in _INTO.finditer(instruction):
        if found["cjk"]:
            return _IN_CHINESE_SIGNS[found["cjk"][0]]
        try:
            return language_code(found["name"])
        except UsageError:
            continue
    return None


def _unwrapped(text: str) -> str:
    """Take off a fence, quotation marks or tags around all of a text."""
    found = _FENCED.fullmatch(text) or _WRAPPED.fullmatch(text)
    if found is None:
        return text
    inner = next(
        (
            value
            for value in (found.groupdict()[name] for name in ("text", "quoted", "tagged") if name in found.groupdict())
            if value
        ),
        "",
    )
    return inner.strip() or text
