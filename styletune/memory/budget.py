"""How many tokens a text takes, guessed without a tokenizer, and what has room in one prompt."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from styletune.prompts import build_user, rules_text

if TYPE_CHECKING:
    from styletune.memory.recall import Term
    from styletune.task import TaskName

_LETTERS_IN_ONE_TOKEN = 4
_TOKENS_A_FURTHER_LETTER = 0.27
_EXCERPT = 50

_PIECES = re.compile(r"(?P<word>[A-Za-z]+)|(?P<other>[^\sA-Za-z]|\n)")


def estimate_tokens(text: str) -> int:
    """Guess how many tokens a text takes, rather too many than too few.

    An ASCII word counts 1 token and 0.27 for each letter above 4; every other character counts 1, blanks nothing.
    Fitted to the byte-pair vocabularies of Qwen2.5 (151,000 tokens) and SmolLM2 (49,000); docs/memory.md has the
    errors. A vocabulary made for English alone needs up to twice as many tokens for other languages.
    """
    total = 0.0
    for piece in _PIECES.finditer(text):
        total += 1 if piece["other"] else _tokens_of_word(piece.end() - piece.start())
    return -int(-total // 1)


def _tokens_of_word(letters: int) -> float:
    return 1 + _TOKENS_A_FURTHER_LETTER * max(0, letters - _LETTERS_IN_ONE_TOKEN)


class Room:
    """Collects what goes into one prompt; what does not fit is noted, and what comes later may still fit."""

    def __init__(self, task: "TaskName", target_lang: str | None, tokens: int) -> None:
        self._task: TaskName = task
        self._target_lang = target_lang
        self._most = self._tokens((), (), ()) + tokens
        self.terms: list[Term] = []
        self.rules: list[str] = []
        self.voice: list[str] = []
        self.left_out: list[str] = []

    def add_term(self, term: "Term") -> None:
        """Take a term of the glossary."""
        if self._fits([*self.terms, term], self.rules, self.voice, f"the term “{excerpt(term.source)}”"):
            self.terms.append(term)

    def add_rule(self, rule: str) -> None:
        """Take a rule for this segment."""
        if self._fits(self.terms, [*self.rules, rule], self.voice, f"the rule “{excerpt(rule)}”"):
            self.rules.append(rule)

    def add_paragraph(self, text: str, post: str) -> None:
        """Take a paragraph of the author."""
        if self._fits(self.terms, self.rules, [*self.voice, text], f"a paragraph of {post}: “{excerpt(text)}”"):
            self.voice.append(text)

    def _fits(self, terms: Sequence["Term"], rules: Sequence[str], voice: Sequence[str], name: str) -> bool:
        fits = self._tokens(terms, rules, voice) <= self._most
        if not fits:
            self.left_out.append(name)
        return fits

    def _tokens(self, terms: Sequence["Term"], rules: Sequence[str], voice: Sequence[str]) -> int:
        glossary = [(term.source, term.target) for term in terms]
        text = build_user(
            self._task, source="", target_lang=self._target_lang, glossary=glossary, rules="\n".join(rules), voice=voice
        )
        return estimate_tokens(text)


def rules_cost(rules: str) -> int:
    """Guess how many tokens the rules for all segments add to the prompt."""
    if not rules:
        return 0
    return estimate_tokens(f"\n\n{rules_text(rules)}")


def excerpt(text: str) -> str:
    """Shorten a text so that it can be named in one line."""
    line = " ".join(text.removeprefix("- ").split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"
