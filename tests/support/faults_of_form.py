"""Faults of form: marks, emphasis, and talk around the answer."""

from dataclasses import replace
from random import Random

import regex
from fault_case import Case, put

_PREAMBLES = {
    "en": ("Here is the translation:\n\n", "Sure! Here's the translated text: ", "Translation: ", "Certainly! "),
    "zh": ("以下是翻译：\n\n", "好的，以下是译文：", "翻译：", "当然可以！以下是翻译后的文本："),
    "es": ("Aquí está la traducción:\n\n", "¡Claro! Aquí tienes la traducción: ", "Traducción: ", "Here is the translation: "),
    "fr": ("Voici la traduction :\n\n", "Bien sûr ! Voici la traduction : ", "Traduction : ", "Here is the translation: "),
    "de": ("Hier ist die Übersetzung:\n\n", "Natürlich! Hier ist die Übersetzung: ", "Übersetzung: ", "Here is the translation: "),
}  # fmt: skip

_TEMPLATES = (
    "<|im_end|>",
    "<|im_end|>\n<|im_start|>user",
    "<|eot_id|>",
    "</s>",
    "<end_of_turn>",
    "\n### Response:",
    " [/INST]",
)

_THOUGHTS = (
    "<think>\nThe user wants a translation.\n</think>\n\n",
    "<think>Keep the marks.</think>",
    "Okay, let me think about it.</think>\n\n",
    "<thinking>First the tone.</thinking>\n",
)

_PROMPT = (
    (
        "Translate the user's paragraph into the other language. Keep its meaning, names and numbers. Copy Markdown unchanged. "
        "Answer with the translation only."
    ),
)

_LINK = regex.compile(r"\[([^\[\]]+)\]\(⟦\d+⟧\)")

_OPAQUE = regex.compile(r"(?<!\]\()⟦\d+⟧(?!\))")

_MARK = regex.compile(r"⟦\d+⟧")

_BOLD = regex.compile(r"(?<!\\)(\*\*|__|(?<![\w*\\])[*_](?![*_\s]))(?=\S)([^*_\n\\]+?)(?<=\S)\1")


def link_lost(case: Case, chance: Random) -> Case | None:
    """Leave the text of a link without its target."""
    found = list(_LINK.finditer(case.target))
    if not found:
        return None
    match = chance.choice(found)
    return replace(case, target=put(case.target, match, match[1]))


def mark_lost(case: Case, chance: Random) -> Case | None:
    """Leave out a mark that is no link."""
    found = list(_OPAQUE.finditer(case.target))
    return replace(case, target=put(case.target, chance.choice(found), "")) if found else None


def mark_doubled(case: Case, chance: Random) -> Case | None:
    """Write a mark twice."""
    found = list(_MARK.finditer(case.target))
    if not found:
        return None
    match = chance.choice(found)
    return replace(case, target=f"{case.target} {match[0]}")


def emphasis_lost(case: Case, chance: Random) -> Case | None:
    """Take the stars or lines off."""
    found = list(_BOLD.finditer(case.target))
    if not found:
        return None
    match = chance.choice(found)
    return replace(case, target=put(case.target, match, match[2]))


def preamble(case: Case, chance: Random) -> Case | None:
    """Announce the answer."""
    return replace(case, target=chance.choice(_PREAMBLES[str(case.context.target_lang)]) + case.target)


def thinking(case: Case, chance: Random) -> Case | None:
    """Think aloud."""
    return replace(case, target=chance.choice(_THOUGHTS) + case.target)


def template(case: Case, chance: Random) -> Case | None:
    """Write a piece of the chat template."""
    return replace(case, target=case.target + chance.choice(_TEMPLATES))


def prompt(case: Case, chance: Random) -> Case | None:
    """Write a piece of the prompt."""
    pieces = _PROMPT[0].split(". ")
    context = replace(case.context, prompt=_PROMPT)
    return replace(
        case, target=f"{chance.choice(pieces[1:3])}. {'. '.join(pieces[:1])}. {case.target}", context=context
    )
