"""What models say instead of an answer, or around it, and what is cut off without asking."""

import regex

from styletune.guards.phrases import CHAT, PREAMBLE, REMARK
from styletune.text.sentences import sentences

_INLINE_PREAMBLE = regex.compile(
    r"\W{0,3}(?:(?:sure|certainly|of course|absolutely|okay|ok|好的|当然|はい|承知しました)(?:\s*[!,.，。、！]\s*|\s+))?"
    r"(?:here(?:'s|’s| is| are)|below is|this is|以下是|下面是|这是|以下は|こちらは)[^.!?。！？:：\n]{0,80}(?::[*_]{0,2}\s+|：[*_]{0,2}\s*)(?=\S)"
    r"|[*_]{0,2}(?:rewritten|translated|revised|expanded|condensed|formal|改写|译文|翻译|訳文|翻訳)(?: (?:text|paragraph|version|sentence))?"
    r"[*_]{0,2}[:：][*_]{0,2}\s*(?=\S)",
    regex.IGNORECASE,
)
_THOUGHT = regex.compile(r"\s*<(think|thinking|reasoning)>.*?</\1>\s*", regex.IGNORECASE | regex.DOTALL)
_BREAK = regex.compile(
    r"\n[ \t]*+(?:(?:[-*_][ \t]*+){3,}+)?\n\s*+|\n(?=[ \t]*+[(*_\[]*(?:note|notes|注|说明|備考)[*_]*\s*[:：])",
    regex.IGNORECASE,
)

_EMPHASIS = regex.compile(r"(?<![\w*\\])(\*{1,3})(?![\s*])([^*\n]+)(?<![\s\\])\1(?![\w*])")

_LABEL = regex.compile(
    r"[\s*_#>-]*(?:(?:the )?question(?: \d+)?|q\d*|问题?|提问|質問|問い?|frage|pregunta|question)\s*[*_]*[:：.][*_]*\s*|\s*(?:[-*]|1[.)])\s+",
    regex.IGNORECASE,
)
_ANSWER_LABEL = regex.compile(
    r"\n[ \t]*+[*_]*+(?:answer|a|答案?|回答|答え|antwort|respuesta|réponse)[*_]*\s*[:：]", regex.IGNORECASE
)
_ASKS = regex.compile(r"[?？؟][\s\"'”’»」』)）*_]*$|(?:吗|呢|か)[。\s]*$")
_OF_THE_NOTES = regex.compile(
    r"\b(?:the|this|these|your) (?:(?:given|provided|above|following) )?(?:notes?|passages?|excerpts?)\b"
    r"|\b(?:the (?:given|provided|above|following)|according to the|(?:author|subject|topic|purpose) of the) (?:texts?|articles?|documents?)\b"
    r"|(?:根据|在)?(?:这些|上述|以上|给定的)(?:笔记|文本|内容|段落)|(?:この|上記の)(?:メモ|文章|テキスト)",
    regex.IGNORECASE,
)
_LONGEST_QUESTION = 400
"""Characters."""

NO_QUESTION = "no question"
MANY_QUESTIONS = "several questions"
LONG_QUESTION = "a long question"
OF_THE_NOTES = "the question is about the notes themselves"


def without_thought(answer: str) -> str:
    """Take off the reasoning in front of an answer, where it has come to its end."""
    return answer[found.end() :] if (found := _THOUGHT.match(answer)) else answer


def bare(text: str, answer: str) -> str:
    """Take off what a model says before and behind a paragraph, unless the paragraph says such things, too.

    These are an announcement in its first line, and paragraphs behind the first that remark on it.
    """
    found = None if PREAMBLE.match(text) else _INLINE_PREAMBLE.match(answer)
    answer = answer[found.end() :] if found else answer
    head, tail = _first_paragraph(answer)
    remarks = tail and "\n\n" not in text and (REMARK.match(tail) or REMARK.search(tail) or CHAT.search(tail))
    return head.strip() if remarks else answer.strip()


def without_new_emphasis(text: str, answer: str) -> str:
    """Take out the emphasis of an answer to a paragraph that has no such sign: models like to stress."""
    return answer if "*" in text else _EMPHASIS.sub(r"\2", answer)


def bare_question(answer: str) -> str:
    """Take off what models put around a question: a label, a number, the answer."""
    answer = _ANSWER_LABEL.split(answer, maxsplit=1)[0]
    return answer[found.end() :].strip() if (found := _LABEL.match(answer)) else answer.strip()


def wrong_question(text: str, answered: str) -> str | None:
    """Say why a text is no single question; ``None``: it is one.

    What introduces the question may stand before it. ``answered`` is the text that is to answer it.
    """
    asked = [one for one in sentences(text) if _ASKS.search(one)]
    if not asked or not _ASKS.search(text):
        return NO_QUESTION
    if len(asked) > 1:
        return MANY_QUESTIONS
    if _OF_THE_NOTES.search(text) and not _OF_THE_NOTES.search(answered):
        return OF_THE_NOTES
    return LONG_QUESTION if len(text) > _LONGEST_QUESTION else None


def _first_paragraph(answer: str) -> tuple[str, str]:
    found = _BREAK.search(answer)
    return (answer[: found.start()], answer[found.end() :]) if found else (answer, "")
