"""For each guard a fault that it alone sees: switched off, the fault passes."""

import pytest

from styletune.guards import GUARDS, GuardContext, check
from styletune.markdown.marks import MarkMode
from styletune.memory.recall import Term

REWRITE = GuardContext("rewrite", source_lang="en")
VISIBLE = GuardContext("rewrite", source_lang="en", mask_mode=MarkMode.VISIBLE)
EN_DE = GuardContext("translate", source_lang="en", target_lang="de")
EN_ZH = GuardContext("translate", source_lang="en", target_lang="zh")
GLOSSARY = GuardContext("translate", "en", "zh", glossary=(Term("maintainer", "维护者", "zh"),))
SPARING = GuardContext("rewrite", source_lang="en", never_say=("delve into",))

LONG = "I have been meaning to write about my backup setup for years now, but there was always something else to do."

FAULTS = {
    "empty": ("Well, yes.", " ", REWRITE),
    "truncation": (LONG, LONG.removesuffix(" to do."), REWRITE),
    "length": (f"{LONG} It is late. It rains. Nobody is here. We wait.", "I have been meaning to write.", REWRITE),
    "repetition": ("It rains all day. We stay at home now.", "It rains all day. We stay at home. It rains all day.", REWRITE),
    "marks": ("Run ⟦1⟧ at ⟦2⟧.", "Run it at ⟦2⟧.", REWRITE),
    "links": ("See [this](https://a.org/1).", "See [this](https://a.org/2).", VISIBLE),
    "code": ("Run `make` now.", "Run make now.", VISIBLE),
    "html": ("Press <kbd>x</kbd> now.", "Press x now.", VISIBLE),
    "emphasis": ("It is **not** so.", "It is not so.", REWRITE),
    "blocks": ("Apples and pears.", "- Apples.\n- Pears.", REWRITE),
    "fence": ("Apples and pears.", "Apples and pears.\n    ```", REWRITE),
    "control": ("Apples and pears.", "Apples\x1b and pears.", REWRITE),
    "preamble": ("It rains today, as always.", "Translation: it rains today.", REWRITE),
    "remark": ("It rains today.", "It rains today. I hope this helps.", REWRITE),
    "quotes": ("He has gone home.", "“He went home.”", REWRITE),
    "thinking": ("He has gone home.", "The user wants it shorter. He went home.", REWRITE),
    "leakage": ("He has gone home.", "He went home.<|im_end|>", REWRITE),
    "echo": ("Notes on my backup setup", "Notes on my backup setup.", GuardContext("translate", target_lang="en-gb")),
    "untranslated": (
        "It rains. We stay at home because the road is closed today. The children play.",
        "Es regnet, und das schon seit Tagen. We stay at home because the road is closed. Die Kinder spielen heute lieber drinnen.",
        EN_DE,
    ),
    "script": ("We stay at home.", "Остаёмся сегодня дома.", EN_ZH),
    "language": (LONG, "Llevo años queriendo escribir sobre mis copias de seguridad, pero siempre había algo más urgente que hacer.", EN_DE),
    "mixed": ("It has a slightly different meaning.", "它有一个slightly不同的含义。", EN_ZH),
    "numbers": ("It cost three dollars.", "它花了五美元。", EN_ZH),
    "names": ("I met Wilkinson in the city.", "Ich traf Tomasz in der Stadt.", EN_DE),
    "content": (
        LONG, "The recipe needs flour, butter and sugar, and there is hardly any kitchen where people would not find all of them.", REWRITE,
    ),
    "quotations": ("He called it “a fork” then.", "Er nannte es damals „einen Fork.", EN_DE),
    "glossary": ("The maintainer has left.", "保管员离开了。", GLOSSARY),
    "never_say": ("We look into it.", "We delve into it.", SPARING),
}  # fmt: skip
"""Guard to (source, target, context)."""


@pytest.mark.parametrize("guard", GUARDS)
def test_without_the_guard_its_fault_passes(guard):
    source, target, context = FAULTS[guard]
    assert {finding.guard for finding in check(source, target, context=context)} == {guard}
    assert check(source, target, context=context, disabled=frozenset({guard})) == []


def test_every_guard_has_a_fault_that_it_alone_sees():
    assert list(FAULTS) == list(GUARDS)
