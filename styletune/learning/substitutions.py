"""Words that a person changes again and again in the same way."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from styletune.edits.words import WordChange, common_form
from styletune.learning.contractions import is_contraction
from styletune.learning.observed import Observed
from styletune.learning.proposal import LEAST_COUNT, Proposal, ProposalKind, enough, evidence_of, proposal_id
from styletune.learning.source_terms import folded, is_function_word, is_unspaced, occurrences, shared_term, stands_in
from styletune.text.tokens import tokens, words

_MOST_WORDS = 6
_MOST_CHARACTERS = 12
"""Of a phrase in a script without spaces; longer changes are rewritten sentences."""

_ARTICLES = {"an": "a"}
"""Words that change with the next word."""

_LEAST_SHARE = 0.6
"""Share of all that an old wording was changed to that one new wording must have."""

_SIGNS = " \t\n,.;:!?…，。；：！？、\"“”„'‘’()（）*_~"
_RULE = re.compile(r"Write (?P<open>[\"“])(?P<new>.+?)[\"”], not (?P=open)(?P<old>.+?)[\"”]\.?(?:\s|$)")
_END = re.compile(r"[.!?]\s|[。！？]|^[.!?]\s*|[.!?]$")
_NO_PROSE = re.compile(r"`|\]\(|https?:|⟦|[<>|]")


@dataclass(frozen=True, slots=True)
class _Substitution:
    """One old wording and what it became, wherever it was seen."""

    old: str
    new: str
    seen: list[Observed]
    changes: Sequence[WordChange]


Pair = tuple[str, str]
"""Source and what styletune wrote, of any block."""


def substitutions(
    observed: Sequence[Observed], blocks: Mapping[tuple[str, str | None], Sequence[Pair]]
) -> list[Proposal]:
    """Propose what was changed in the same way often enough.

    Arguments: ``blocks`` holds, by task and language, other texts of styletune with their sources: a term is what
    stands in the drafts where the wording was corrected, and not where it was not written at all.
    """
    by_scope: defaultdict[tuple[str, str | None], list[Observed]] = defaultdict(list)
    for one in observed:
        by_scope[one.scope].append(one)
    proposals: dict[str, Proposal] = {}
    for scope, ones in by_scope.items():
        known = [*((one.correction.source, one.written) for one in ones), *blocks.get(scope, ())]
        for proposal in _of_scope(ones, known):
            proposals.setdefault(proposal.id, proposal)
    return list(proposals.values())


def _of_scope(observed: Sequence[Observed], known: Sequence[Pair]) -> Iterator[Proposal]:
    found = _grouped(observed)
    olds: Counter[str] = Counter()
    for one in found:
        olds[one.old.casefold()] += len(one.seen)
    news = {(one.new.casefold(), one.old.casefold()) for one in found if one.old.casefold() != one.new.casefold()}
    exactly = {(one.new, one.old) for one in found}
    known_ones: list[_Substitution] = []
    for one in sorted(found, key=lambda one: (-len(one.seen), -len(one.old))):
        both_ways = (one.old.casefold(), one.new.casefold()) in news or (one.old, one.new) in exactly
        usual = len(one.seen) >= _LEAST_SHARE * olds[one.old.casefold()]
        often = usual and not both_ways and enough(item.correction for item in one.seen)
        if often and not _follows_from(known_ones, one):
            against = _left(one, observed)
            if len(one.seen) - against >= LEAST_COUNT:
                known_ones.append(one)
                yield _proposal(one, known, against)


def _follows_from(known: Sequence[_Substitution], one: _Substitution) -> bool:
    """Tell whether a substitution was only seen as a part of another one, or comes to the same as others together."""
    evidence = {id(item) for item in one.seen}
    if any(_is_part(one, other) and evidence <= {id(item) for item in other.seen} for other in known):
        return True
    text = f" {' '.join(folded(one.old))} "
    for other in known:
        old, new = (" ".join(folded(side)) for side in (other.old, other.new))
        for _ in range(2):  # neighbours share a blank
            text = text.replace(f" {old} ", f" {new} " if new else " ")
    return bool(known) and text.split() == folded(one.new)


def _is_part(one: _Substitution, other: _Substitution) -> bool:
    return occurrences(folded(one.old), folded(other.old)) > 0


def _grouped(observed: Sequence[Observed]) -> list[_Substitution]:
    """Bring equal changes together; in scripts without spaces those that have the same core and surroundings."""
    groups: defaultdict[Pair, list[tuple[WordChange, Observed]]] = defaultdict(list)
    for one in observed:
        for change in (part for whole in one.changes for part in (whole, *_parts(whole))):
            if _is_prose(change):
                core = change.core
                spaced = core == (change.old, change.new)
                key = _key(*_trimmed(change.old, change.new), begins=not change.before) if spaced else core
                groups[key].append((change, one))
    return [found for key, members in groups.items() for found in _substitutions(key, members) if _names_words(found)]


def _parts(change: WordChange) -> Iterator[WordChange]:
    """Cut a change around the words that both sides share: they may be several changes that stand close together."""
    old, new = (words(side) for side in _trimmed(change.old, change.new))
    if any(len(word) == 1 and is_unspaced(word) for word in old + new):
        return
    plain = [[_ARTICLES.get(word.casefold(), word.casefold()) for word in side] for side in (old, new)]
    codes = SequenceMatcher(None, plain[0], plain[1], autojunk=False).get_opcodes()
    if not any(code[0] == "equal" for code in codes):
        return
    for tag, start, end, first, last in codes:
        if tag in ("replace", "delete") and not all(is_function_word(word) for word in old[start:end]):
            before = " ".join([change.before, *new[:first]]).strip()
            yield WordChange(" ".join(old[start:end]), " ".join(new[first:last]), before, " ".join(new[last:]))


def _substitutions(key: Pair, members: Sequence[tuple[WordChange, Observed]]) -> Iterator[_Substitution]:
    changes = [change for change, _ in members]
    if any(change.core == (change.old, change.new) for change in changes):
        old, new = _surface(key, changes)
        yield _Substitution(old, new, [one for _, one in members], changes)
        return
    common = common_form(changes)
    if len(common.old) > 1 or len(common.new) > 1:  # one word
        yield _Substitution(common.old, common.new, [one for _, one in members], changes)
        return
    exact: defaultdict[Pair, list[tuple[WordChange, Observed]]] = defaultdict(list)
    for change, one in members:
        exact[change.old, change.new].append((change, one))
    for (old, new), same in exact.items():
        yield _Substitution(old, new, [one for _, one in same], [change for change, _ in same])


def _is_prose(change: WordChange) -> bool:
    sides = (change.old, change.new)
    if bool(_END.search(change.old)) != bool(_END.search(change.new)):
        return False  # sentences were split or joined
    return not any(_NO_PROSE.search(side) or _is_long(side) for side in sides) and not is_contraction(*sides)


def _is_long(text: str) -> bool:
    found = words(text)
    return len(found) > (_MOST_CHARACTERS if all(len(word) == 1 for word in found) else _MOST_WORDS)


def _names_words(found: _Substitution) -> bool:
    """Tell whether an old wording is worth a rule: a number is a fact, and one letter nothing at all."""
    letters = [char for char in found.old if char.isalpha()]
    return len(letters) > 1 or bool(letters and not letters[0].isascii())


def _trimmed(old: str, new: str) -> Pair:
    """Cut off the words that both sides share at an end but for their case: “Really, it” to “It” takes out “Really”."""
    if old.casefold() == new.casefold():
        return old, new
    olds, news = [[token for token in tokens(text) if token.strip()] for text in (old, new)]
    kept = list(olds)
    while kept and news and kept[-1].casefold() == news[-1].casefold():
        kept.pop()
        news.pop()
    if news or len(kept) == len(olds):
        return old, new
    position = 0
    for token in kept:
        position = old.index(token, position) + len(token)
    return old[:position], ""


def _key(old: str, new: str, *, begins: bool) -> Pair:
    old, new = old.strip(_SIGNS), new.strip(_SIGNS)
    if old.casefold() == new.casefold():
        return ("", "") if begins else (old, new)
    return old.casefold(), new.casefold()


def _surface(key: Pair, changes: Sequence[WordChange]) -> Pair:
    """Write a substitution as it stands in the midst of sentences, if it was seen there."""
    forms: Counter[Pair] = Counter()
    for change in changes:
        old, new = (side.strip(_SIGNS) for side in _trimmed(change.old, change.new))
        forms[(_lowered(old), _lowered(new)) if not change.before else (old, new)] += 1
    best = max(forms, key=lambda form: (forms[form], form))
    return best if best[0] else key


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:].islower() else text


def _left(found: _Substitution, observed: Iterable[Observed]) -> int:
    """Count how often the old wording stands in what the person made of texts, but not as a part of the new one."""
    old, new = folded(found.old), folded(found.new)
    within = occurrences(old, new)
    return sum(
        max(occurrences(old, one.edited_words) - within * occurrences(new, one.edited_words), 0)
        for one in observed
        if found.old.casefold() != found.new.casefold()
    )


def _proposal(found: _Substitution, known: Sequence[Pair], against: int) -> Proposal:
    task = found.seen[0].correction.task
    term = _term(found, [one.correction.source for one in found.seen], known) if task == "translate" else ""
    if term:
        old, new = _widened(found)
        return _made(replace(found, old=old, new=new), against, "term", new, term)
    if not found.new:
        return _made(found, against, "never_say", found.old)
    return _made(found, against, "rule", rule_of(found.old, found.new))


def _made(found: _Substitution, against: int, kind: ProposalKind, text: str, term: str = "") -> Proposal:
    lang = found.seen[0].lang
    return Proposal(
        proposal_id(kind, lang, term, found.old if kind in ("rule", "never_say") else "", found.new),
        kind, text, lang, term, found.old, found.new,
        evidence_of(one.correction for one in found.seen), len(found.seen), len({one.file for one in found.seen}), against,
    )  # fmt: skip


def _term(found: _Substitution, sources: Sequence[str], known: Sequence[Pair]) -> str:
    """Find what the old wording was a translation of; nothing if the new one is the draft's own word."""
    if not found.new or all(stands_in(found.new, source) for source in sources):
        return ""
    others = [source for source, written in known if not stands_in(found.old, written)]
    return shared_term(sources, others) or ""


def _widened(found: _Substitution) -> Pair:
    """Add the words that stand beside a change wherever it was made: they belong to the rendering of the same term."""
    if found.changes[0].core != (found.changes[0].old, found.changes[0].new):
        return found.old, found.new  # widened already
    front = "".join(reversed(_shared([tokens(change.before)[::-1] for change in found.changes])))
    back = "".join(_shared([tokens(change.after) for change in found.changes]))
    old, new = (_joined(_joined(front, side), back) for side in (found.old, found.new))
    return old, new


def _shared(sides: Sequence[Sequence[str]]) -> list[str]:
    """Return the words that all sides begin with, up to a sign; a word that says nothing does not stand at the end."""
    shared: list[str] = []
    for column in zip(*sides, strict=False):
        if len(set(column)) > 1 or not (words(column[0]) or column[0].isspace()):
            break
        shared.append(column[0])
    while shared and (shared[-1].isspace() or is_function_word(shared[-1])):
        shared.pop()
    return shared


def _joined(left: str, right: str) -> str:
    blank = bool(left and right) and not (is_unspaced(left[-1]) or is_unspaced(right[0]))
    return f"{left}{' ' if blank else ''}{right}"


def rule_of(old: str, new: str) -> str:
    """Write the rule for a substitution."""
    straight = '"' not in old + new
    return f'Write "{new}", not "{old}".' if straight else f"Write “{new}”, not “{old}”."


def wordings_of(rule: str) -> Pair | None:
    """Read the old and the new wording off a rule; ``None`` if it is of another kind."""
    found = _RULE.match(rule)
    return (found["old"], found["new"]) if found else None
