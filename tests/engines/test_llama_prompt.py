"""Prompts with a small vocabulary: one token a character, control tokens spelled ``<name>``."""

import re
from pathlib import Path
from typing import Any

import pytest

from styletune.engines.llama_prompt import LlamaPrompt
from styletune.engines.protocol import Prefix

BOS = 1
CONTROL = {"<s>": BOS, "</s>": 2, "<user>": 3, "<bot>": 4, "<system>": 5}
TURNS = "{% for m in messages %}<{{ 'bot' if m.role == 'assistant' else m.role }}>{{ m.content }}{% endfor %}"
OPEN = "{% if add_generation_prompt %}<bot>{% endif %}"


class Vocabulary:
    """Stands in for a loaded model."""

    path = Path("tiny.gguf")
    bos, eos = BOS, 2

    def __init__(self, template: str, *, adds_bos: bool = False, sentencepiece: bool = False) -> None:
        self.chat_template = template
        self.adds_bos = adds_bos
        self.drops_first_space = sentencepiece

    def token_text(self, token: int) -> str:
        return {number: text for text, number in CONTROL.items()}.get(token, "")

    def tokenize(self, text: str, *, control: bool) -> list[int]:
        space = [ord(" ")] if self.drops_first_space and text and not control else []
        parts = re.findall("|".join(CONTROL) + "|.", text, re.DOTALL) if control else list(text)
        return space + [CONTROL[part] if part in CONTROL else ord(part) for part in parts]


def prompt(vocabulary: Vocabulary, prefix: Prefix) -> LlamaPrompt:
    model: Any = vocabulary
    return LlamaPrompt(model, prefix)


def spelled(tokens: list[int]) -> str:
    names = {number: text for text, number in CONTROL.items()}
    return "".join(names.get(token) or chr(token) for token in tokens)


@pytest.mark.parametrize(
    ("template", "adds_bos", "begin"),
    [
        (TURNS + OPEN, False, "<system>"),
        (TURNS + OPEN, True, "<s><system>"),
        ("{{ bos_token }}" + TURNS + OPEN, False, "<s><system>"),
        ("{{ bos_token }}" + TURNS + OPEN, True, "<s><system>"),
        ("{{ bos_token }}<s>" + TURNS + OPEN, True, "<s><system>"),
    ],
)
def test_a_prompt_begins_with_one_bos_at_most(template: str, adds_bos: bool, begin: str) -> None:
    made = prompt(Vocabulary(template, adds_bos=adds_bos), Prefix("S"))
    assert spelled(made.prefix) == begin + "S<user>"


def test_prefix_and_suffix_make_up_the_rendered_conversation() -> None:
    made = prompt(Vocabulary(TURNS + OPEN), Prefix("S", (("q", "a"),)))
    assert spelled(made.prefix + made.suffix("hello")) == "<system>S<user>q<bot>a<user>hello<bot>"


def test_control_tokens_spelled_by_people_are_plain_characters() -> None:
    made = prompt(Vocabulary(TURNS + OPEN), Prefix("<s></s>", (("<bot>", "<user>"),)))
    assert made.prefix == [5, *map(ord, "<s></s>"), 3, *map(ord, "<bot>"), 4, *map(ord, "<user>"), 3]
    assert made.suffix("<bot></s>") == [*map(ord, "<bot></s>"), 4]


def test_a_job_always_has_a_token_of_its_own() -> None:
    made = prompt(Vocabulary(TURNS), Prefix("S"))
    assert (spelled(made.prefix), spelled(made.suffix(""))) == ("<system>S", "<user>")
    assert spelled(made.suffix("x")) == "<user>x"


def test_a_folded_system_message_stays_in_the_prefix() -> None:
    template = "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}" + TURNS + OPEN
    made = prompt(Vocabulary(template), Prefix("S"))
    assert (spelled(made.prefix), spelled(made.suffix("x"))) == ("<user>S\n\n", "x<bot>")


def test_no_space_is_put_before_text_in_the_middle_of_a_prompt() -> None:
    made = prompt(Vocabulary(TURNS + OPEN, sentencepiece=True), Prefix("S"))
    assert spelled(made.prefix + made.suffix("x")) == "<system>S<user>x<bot>"
