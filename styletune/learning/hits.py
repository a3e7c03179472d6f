"""How often rules and terms were of use, computed from what was written and corrected; nothing is counted in secret."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from styletune.config.load import load_config
from styletune.files.record import Block, Record
from styletune.files.records import Records
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections
from styletune.learning.proposal import lang_of
from styletune.learning.rule_writer import PlacedRule, rules_of
from styletune.learning.source_terms import folded, occurrences, stands_in
from styletune.learning.substitutions import wordings_of
from styletune.memory.glossary import ANY, Glossary
from styletune.memory.memory_files import read_files
from styletune.memory.recall import Term
from styletune.memory.term_finder import TermFinder
from styletune.project import GLOSSARY, STATE

HitKind = Literal["rule", "term", "keep", "never_say"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule or an entry of the glossary, and what came of it."""

    kind: HitKind
    text: str
    """The rule, the term, or the phrase."""

    place: str
    """Its file, and of rules the line."""

    lang: str | None = None
    fired: int | None = 0
    """Blocks of the last outputs that it spoke to; ``None`` if that cannot be told, as of a rule without words in
    quotes."""

    again: int = 0
    """Times that a person has corrected the same thing since the rule was learned, or all the same."""

    evidence: tuple[str, ...] = ()
    """Ids of the corrections that it came from."""

    @property
    def idle(self) -> bool:
        """Whether it has never been of use."""
        return self.fired == 0 and self.again == 0


@dataclass(frozen=True, slots=True)
class _Text:
    """A block of an output, in the language of the output."""

    lang: str | None
    source: str
    written: str


def hits(root: Path) -> list[Hit]:
    """Count how often each rule that was learned, and each entry of the glossary, was of use.

    A term fires in each block whose source holds it; a phrase, and the old wording of a rule, in each block where
    source or result brought it up. Raises ``SettingsError`` for malformed files, and ``FileError``.
    """
    texts = list(_texts(Records(root).outputs()))
    corrections = Corrections(root).live()
    glossary = read_files(root, load_config(root).top.rules).glossary or Glossary()
    return [
        *(_of_rule(rule, texts, corrections) for rule in rules_of(root) if rule.learned),
        *_of_terms(glossary, texts, corrections),
        *_of_phrases(glossary, texts, corrections),
    ]


def conflicts(root: Path) -> list[str]:
    """Say which rules and entries contradict each other, a sentence each. Raises ``SettingsError``."""
    rules = rules_of(root)
    glossary = read_files(root, load_config(root).top.rules).glossary or Glossary()
    found = [*_between_rules(rules), *_between_rules_and_terms(rules, glossary), *_between_entries(glossary)]
    return list(dict.fromkeys(found))


def _texts(records: Iterable[Record]) -> Iterator[_Text]:
    for record in records:
        lang = record.lang if record.task == "translate" else record.source_lang
        yield from (_Text(lang, block.source, _shown(block)) for block in record.blocks if block.source)


def _shown(block: Block) -> str:
    return block.written if block.written is not None else block.source


def _of_rule(rule: PlacedRule, texts: Sequence[_Text], corrections: Sequence[Correction]) -> Hit:
    wordings = wordings_of(rule.text)
    if wordings is None:
        return Hit("rule", rule.text, rule.place, fired=None, evidence=rule.evidence)
    old, new = wordings
    fired = sum(stands_in(old, text.source) or stands_in(new, text.written) for text in texts)
    later = [one for one in corrections if one.time[:10] > rule.learned and one.id not in rule.evidence]
    return Hit("rule", rule.text, rule.place, None, fired, _taken_out(old, later), rule.evidence)


def _taken_out(phrase: str, corrections: Iterable[Correction]) -> int:
    """Count the corrections that took a phrase out of what styletune had written."""
    return sum(_count(phrase, one.edited) < _count(phrase, one.written) for one in corrections if one.written)


def _count(phrase: str, text: str) -> int:
    wanted = folded(phrase)
    return occurrences(wanted, folded(text)) if wanted else text.count(phrase)  # a dash holds no word


def _of_terms(glossary: Glossary, texts: Sequence[_Text], corrections: Sequence[Correction]) -> Iterator[Hit]:
    by_lang = [(lang, Term(word, target)) for lang, terms in glossary.terms.items() for word, target in terms.items()]
    by_lang += [(lang, Term(word)) for lang, kept in glossary.keep.items() for word in kept]
    for lang, term in by_lang:
        finder = TermFinder([term])
        fired = sum(bool(finder.find(text.source)) for text in texts if _concerns(lang, text.lang))
        target = term.target or term.source
        again = sum(
            bool(finder.find(one.source)) and stands_in(target, one.edited) and not stands_in(target, one.written or "")
            for one in corrections
            if one.written and _concerns(lang, lang_of(one))
        )
        kind: HitKind = "keep" if term.target is None else "term"
        yield Hit(kind, term.source, _GLOSSARY, None if lang == ANY else lang, fired, again)


def _of_phrases(glossary: Glossary, texts: Sequence[_Text], corrections: Sequence[Correction]) -> Iterator[Hit]:
    for lang, phrases in glossary.never_say.items():
        for phrase in phrases:
            plain = phrase.strip("*")
            concerned = [text for text in texts if _concerns(lang, text.lang)]
            fired = sum(plain.casefold() in f"{text.source}\n{text.written}".casefold() for text in concerned)
            again = _taken_out(plain, [one for one in corrections if _concerns(lang, lang_of(one))])
            yield Hit("never_say", phrase, _GLOSSARY, None if lang == ANY else lang, fired, again)


_GLOSSARY = f"{STATE}/{GLOSSARY}"


def _concerns(scope: str, lang: str | None) -> bool:
    return scope == ANY or lang is None or lang == scope or lang.startswith(f"{scope}-")


def _between_rules(rules: Sequence[PlacedRule]) -> Iterator[str]:
    worded = [(rule, found) for rule in rules if (found := wordings_of(rule.text)) is not None]
    for index, (rule, (old, new)) in enumerate(worded):
        for other, (other_old, other_new) in worded[index + 1 :]:
            pair = old.casefold(), new.casefold()
            if pair == (other_new.casefold(), other_old.casefold()):
                yield f"{rule.place} asks for “{new}”, and {other.place} for “{old}” instead of it. Remove one of the two."
            elif pair[0] == other_old.casefold() and pair[1] != other_new.casefold():
                yield f"{rule.place} makes “{new}” of “{old}”, and {other.place} makes “{other_new}” of it. Remove one."


def _between_rules_and_terms(rules: Sequence[PlacedRule], glossary: Glossary) -> Iterator[str]:
    wanted = {target.casefold(): word for terms in glossary.terms.values() for word, target in terms.items()}
    wanted |= {word.casefold(): word for kept in glossary.keep.values() for word in kept}
    never = [phrase.casefold() for phrases in glossary.never_say.values() for phrase in phrases]
    for rule in rules:
        old, new = wordings_of(rule.text) or ("", "")
        if old.casefold() in wanted:
            yield f"{rule.place} speaks against “{old}”, which {_GLOSSARY} asks for (“{wanted[old.casefold()]}”)."
        if new and any(fnmatchcase(new.casefold(), pattern) for pattern in never):
            yield f"{rule.place} asks for “{new}”, which never_say in {_GLOSSARY} forbids."


def _between_entries(glossary: Glossary) -> Iterator[str]:
    for lang in sorted({*glossary.terms, *glossary.keep, *glossary.never_say} - {ANY}) or [ANY]:
        scope = None if lang == ANY else lang
        phrases = [phrase for phrase in glossary.never_say_for(scope) if any(char.isalnum() for char in phrase)]
        for term in glossary.terms_for(scope):
            target = term.target or term.source
            for phrase in phrases:
                if stands_in(phrase.strip("*"), target):
                    yield f"{_GLOSSARY}: “{term.source}” is written as “{target}”, which holds “{phrase}” of never_say."
        kept = {word.casefold() for name in (lang, ANY) for word in glossary.keep.get(name, ())}
        for word, target in {**glossary.terms.get(ANY, {}), **glossary.terms.get(lang, {})}.items():
            if word.casefold() in kept and target.casefold() != word.casefold():
                yield f"{_GLOSSARY}: “{word}” is kept as it is and rendered as “{target}”. Remove one of the two."
