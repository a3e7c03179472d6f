"""How many tokens a text takes, guessed without a tokenizer, and what has room in one prompt."""

import re
from typing import TYPE_CHECKING, TypeVar

from styletune.prompts import build_user, rules_text

if TYPE_CHECKING:
    from styletune.memory.recall import Example, Term
    from styletune.task import TaskName

T = TypeVar("T")

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
        self.terms: list[Term] = []
        self.rules: list[str] = []
        self.examples: list[Example] = []
        self.voice: list[str] = []
        self.voice_from: list[str] = []
        """The post of each paragraph."""

        self.left_out: list[str] = []
        """What is not in the prompt, and why."""

        self._most = self._tokens() + tokens

    def add_term(self, term: "Term") -> None:
        """Take a term of the glossary."""
        self._add(self.terms, term, f"the term “{excerpt(term.source)}”")

    def add_rule(self, rule: str) -> None:
        """Take a rule for this segment."""
        self._add(self.rules, rule, f"the rule “{excerpt(rule)}”")

    def add_example(self, example: "Example", name: str) -> None:
        """Take an example, which ``name`` names."""
        self._add(self.examples, example, f"{name}: “{excerpt(example.source)}”")

    def add_paragraph(self, text: str, post: str) -> None:
        """Take a paragraph of the author."""
        if self._add(self.voice, text, f"a paragraph of {post}: “{excerpt(text)}”"):
            self.voice_from.append(post)

    def _add(self, kept: list[T], item: T, name: str) -> bool:
        kept.append(item)
        over = self._tokens() - self._most
        if over > 0:
            kept.pop()
            self.left_out.append(f"{name} (no room: {over} {'token' if over == 1 else 'tokens'} too many)")
        return over <= 0

    def _tokens(self) -> int:
        text = build_user(
            self._task,
            source="",
            target_lang=self._target_lang,
            glossary=[(term.source, term.target) for term in self.terms],
            rules="\n".join(self.rules),
            voice=self.voice,
            examples=[(example.source, example.target) for example in self.examples],
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
