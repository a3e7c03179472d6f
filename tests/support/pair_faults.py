"""Faults that are planted into pairs of Markdown texts: what the gate of training must see.

None of them uses the code of a guard; those of texts are the ones that are planted into translations.
"""

from collections.abc import Callable, Mapping
from random import Random

import faults_of_facts
import faults_of_text
import regex
from fault_case import Case, put

from styletune.exchange.pair import Pair, make_pair
from styletune.guards import GuardContext

_LINK = regex.compile(r"(?<!!)\[([^\[\]]+)\]\(([^()\s]+)\)")
_OTHER_LANGUAGES = {
    "zh": "El proyecto ya tiene su propia comunidad y todo el mundo puede participar en las decisiones.",
    "es": "Le projet a déjà sa propre communauté et tout le monde peut participer aux décisions qui comptent.",
    "fr": "El proyecto ya tiene su propia comunidad y todo el mundo puede participar en las decisiones.",
    "de": "Le projet a déjà sa propre communauté et tout le monde peut participer aux décisions qui comptent.",
}


def _of_case(plant: Callable[[Case, Random], Case | None]) -> Callable[[Pair, Random], Pair | None]:
    """Plant a fault that is made for translations into a pair of Markdown texts."""

    def planted_into(pair: Pair, chance: Random) -> Pair | None:
        context = GuardContext("translate", pair.source_lang, pair.target_lang)
        case = Case(pair.source, pair.target, context, (pair.source, pair.target), place=pair.id)
        found = plant(case, chance)
        return None if found is None else _with(pair, found.source, found.target)

    return planted_into


def _with(pair: Pair, source: str, target: str) -> Pair:
    langs = pair.source_lang, pair.target_lang
    return make_pair(pair.doc, pair.task, langs, (source, target), origin=pair.origin, generator=pair.generator)


def _link_lost(pair: Pair, chance: Random) -> Pair | None:
    found = list(_LINK.finditer(pair.target))
    match = chance.choice(found) if found else None
    return _with(pair, pair.source, put(pair.target, match, match[1])) if match else None


def _link_added(pair: Pair, chance: Random) -> Pair | None:
    return _with(pair, pair.source, f"{pair.target} [x](https://example.org/{chance.randint(1, 99)})")


def _wrong_language(pair: Pair, chance: Random) -> Pair | None:
    return _with(pair, pair.source, _OTHER_LANGUAGES[str(pair.target_lang)]) if not _LINK.search(pair.source) else None


FAULTS: Mapping[str, Callable[[Pair, Random], Pair | None]] = {
    "number changed": _of_case(faults_of_facts.number_changed),
    "number word changed": _of_case(faults_of_facts.number_word_changed),
    "number made up": _of_case(faults_of_facts.number_added),
    "name swapped": _of_case(faults_of_facts.name_swapped),
    "account swapped": _of_case(faults_of_facts.handle_swapped),
    "link lost": _link_lost,
    "link made up": _link_added,
    "address changed": _of_case(faults_of_facts.address_changed),
    "code translated": _of_case(faults_of_facts.code_translated),
    "code unmarked": _of_case(faults_of_facts.code_unmarked),
    "wrong language": _wrong_language,
    "echo": _of_case(faults_of_text.echo),
    "untranslated tail": _of_case(faults_of_text.untranslated_tail),
    "half missing": _of_case(faults_of_text.half_missing),
    "loop": _of_case(faults_of_text.looped),
}
"""Kinds of faults, by the name that reports use."""


def planted(name: str, pair: Pair, chance: Random) -> Pair | None:
    """Plant a fault into the target of a pair; ``None`` where the text gives no occasion for it."""
    return FAULTS[name](pair, chance)
