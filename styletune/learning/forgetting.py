"""What ``memory forget`` removes: where an item is kept, how it goes, and where its text stands all the same."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from styletune.errors import UsageError
from styletune.files.atomic import read_bytes
from styletune.files.originals import copy_of, originals
from styletune.files.records import FILE as OUTPUTS
from styletune.files.records import Records
from styletune.learning import forget_texts
from styletune.learning.corrections import Corrections
from styletune.learning.glossary_writer import SHOWN as GLOSSARY_SHOWN
from styletune.learning.glossary_writer import Entry, remove_entries
from styletune.learning.proposal import Proposal
from styletune.learning.proposals import Decision, Proposals, Suggestion, holds
from styletune.learning.rule_writer import PlacedRule, remove_rule, rules_of
from styletune.memory.memory_files import shown
from styletune.memory.translation_memory import FILE as TRANSLATIONS
from styletune.project import CORRECTIONS, PAIRS, PROPOSALS, STATE
from styletune.text.counted import counted

_ID = re.compile(r"[cpx][0-9a-f]{8}")
_SHORTEST = 2
"""Characters of a text that may be forgotten; one stands everywhere."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes from one file."""

    file: str
    what: tuple[str, ...]
    """A line for each thing."""

    apply: Callable[[], object] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What forgetting an item comes to; nothing is removed yet."""

    item: str
    removals: tuple[Removal, ...]
    unprotected: tuple[forget_texts.Unprotected, ...] = ()
    is_text: bool = False
    """Everything that holds the item as a text goes, not one thing of that name."""

    notes: tuple[str, ...] = ()
    """What a person should know."""


def forgetting(root: Path, item: str, *, caches: Iterable[Path] = ()) -> Forgetting:
    """Find what an item is: an id, a rule by number or text, an entry of the glossary, or else a text.

    Arguments: ``caches`` are translation memories outside the project. Raises ``UsageError`` if there is no such id or
    rule, or if a text is too short to mean anything, ``SettingsError`` and ``FileError``.
    """
    if _ID.fullmatch(item):
        return _by_id(root, item)
    if item.isascii() and item.isdigit():
        return _by_number(root, item)
    named = _named(root, item)
    if named:
        return Forgetting(item, tuple(named))
    if len(item.strip()) < _SHORTEST:
        raise UsageError(f"“{item}” is too short: it stands everywhere. Name a longer text, or an id of memory show.")
    found = forget_texts.unprotected_by(Records(root).outputs(), item)
    return Forgetting(item, tuple(_holding(root, item, caches)), tuple(found), is_text=True)


def still_standing(root: Path, text: str, *, elsewhere: Iterable[Path] = ()) -> list[str]:
    """List the files in which a text stands, each with its first line: drafts, outputs, kept originals, notes.

    Arguments: ``elsewhere`` are files outside the project.
    """
    records = Records(root)
    names = [name for record in records.outputs() for name in (record.source, record.output) if name is not None]
    files = {shown(root / name, root): root / name for name in names}
    files |= {f"{original.path} as it was {original.time[:10]} (kept for restore: {_short(root, copy)})": copy
              for original in originals(root) if (copy := copy_of(root, original)).exists()}  # fmt: skip
    for path in sorted((root / STATE).rglob("*")):
        if path.is_file() and path.parent.name != "originals":
            files[shown(path, root)] = path
    files |= {rule.file: root / rule.file for rule in rules_of(root)} | {str(path): path for path in elsewhere}
    return [f"{name}:{line}" for name, path in files.items() if (line := _first_line(path, text))]


def _short(root: Path, path: Path) -> str:
    name = shown(path, root)
    return name[: -len(path.name)] + path.name[:12] + "…"


def _first_line(path: Path, text: str) -> int:
    """Return the number of the first line that holds a text, as it is or as JSON has it; 0 if none does."""
    if not path.is_file():
        return 0
    data = read_bytes(path)
    forms = {
        text.encode("utf-8", "surrogatepass"),
        json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "replace"),
    }
    places = [at for form in forms if (at := data.find(form)) >= 0]
    return data.count(b"\n", 0, min(places)) + 1 if places else 0


def _by_id(root: Path, item: str) -> Forgetting:
    if item.startswith("x"):
        raise UsageError(f"{item} is a conflict. Decide it: styletune memory review")
    if item.startswith("p"):
        return _proposal(root, item)
    corrections = Corrections(root)
    known = {correction.id: correction for correction in corrections.all()}
    if item not in known:
        raise UsageError(f"There is no correction {item}. styletune memory show lists them.")
    found = known[item]
    what = f"{item} {found.output or found.doc}: “{_clipped(found.edited)}”"
    note = f"What you wrote stays in {found.output or found.doc}, and the record of that file keeps it from being overwritten."
    removal = Removal(f"{STATE}/{CORRECTIONS}", (what,), lambda: corrections.remove([item]))
    return Forgetting(item, (removal,), notes=(note,))


def _proposal(root: Path, item: str) -> Forgetting:
    proposals = Proposals(root)
    entries = [entry for entry in proposals.entries() if entry.proposal.id == item]
    if not entries:
        raise UsageError(
            f"No decision about a proposal {item} is kept. To be done with an open one: memory review --reject {item}"
        )
    what = tuple(f"{item} {_decided(entry)}: {entry.proposal.in_words}" for entry in entries)
    removals = [Removal(f"{STATE}/{PROPOSALS}", what, lambda: proposals.remove([item]))]
    accepted = [entry.proposal for entry in entries if isinstance(entry, Decision) and entry.decision == "accepted"]
    for proposal in accepted:
        removals += _landed(root, proposal)
    note = "It can be proposed again as long as the corrections that it came from are kept."
    return Forgetting(item, tuple(removals), notes=(note,))


def _decided(entry: Decision | Suggestion) -> str:
    return entry.decision if isinstance(entry, Decision) else "suggested"


def _landed(root: Path, proposal: Proposal) -> list[Removal]:
    if proposal.kind in ("rule", "summary"):
        return [_rule(root, rule) for rule in rules_of(root) if rule.text == proposal.text]
    name = proposal.term if proposal.kind == "term" else proposal.text
    lang = proposal.lang or "any"
    return _entries(root, lambda entry: (entry.kind, entry.text, entry.lang) == (proposal.kind, name, lang))


def _by_number(root: Path, item: str) -> Forgetting:
    rules = rules_of(root)
    found = next((rule for rule in rules if rule.number == int(item)), None)
    if found is None:
        many = {0: "There is no rule yet", 1: "There is one rule"}.get(len(rules), f"There are {len(rules)} rules")
        raise UsageError(f"There is no rule {item}. {many}; styletune memory show lists them.")
    return Forgetting(item, (_rule(root, found), *_decisions(root, found.text)))


def _named(root: Path, item: str) -> list[Removal]:
    """Find the rule that says exactly this, or the entries of exactly this name."""
    plain = " ".join(item.split())
    removals = [_rule(root, rule) for rule in rules_of(root) if rule.text.casefold() == plain.casefold()][:1]
    removals += _entries(root, lambda entry: entry.text == plain)
    return [*removals, *_decisions(root, plain)] if removals else []


def _decisions(root: Path, text: str) -> list[Removal]:
    proposals = Proposals(root)
    found = [entry.proposal for entry in proposals.entries() if text in (entry.proposal.text, entry.proposal.term)]
    ids = [proposal.id for proposal in found]
    what = tuple(f"{proposal.id} {proposal.in_words}" for proposal in found)
    return [Removal(f"{STATE}/{PROPOSALS}", what, lambda: proposals.remove(ids))] if found else []


def _rule(root: Path, rule: PlacedRule) -> Removal:
    def remove() -> None:  # other rules of the same file may be gone by now
        now = next((other for other in rules_of(root) if other.text == rule.text), None)
        if now is not None:
            remove_rule(root, now)

    return Removal(rule.file, (f"line {rule.line}: {_clipped(rule.text)}",), remove)


def _entries(root: Path, unwanted: Callable[[Entry], bool]) -> list[Removal]:
    found = [entry for entry in _all_entries(root) if unwanted(entry)]
    what = tuple(str(entry) for entry in found)
    return [Removal(GLOSSARY_SHOWN, what, lambda: remove_entries(root, unwanted))] if found else []


def _all_entries(root: Path) -> list[Entry]:
    seen: list[Entry] = []

    def look(entry: Entry) -> bool:
        seen.append(entry)
        return False

    remove_entries(root, look)
    return seen


def _holding(root: Path, text: str, caches: Iterable[Path]) -> Iterator[Removal]:
    corrections, proposals = Corrections(root), Proposals(root)
    found = [
        one for one in corrections.all() if any(text in part for part in (one.source, one.written or "", one.edited))
    ]
    if found:
        ids = [one.id for one in found]
        what = tuple(f"{one.id} {one.output or one.doc}: “{_clipped(one.edited)}”" for one in found)
        yield Removal(f"{STATE}/{CORRECTIONS}", what, lambda: corrections.remove(ids))
    decided = [entry.proposal for entry in proposals.entries() if holds(entry.proposal, text)]
    if decided:
        what = tuple(f"{proposal.id} {proposal.in_words}" for proposal in decided)
        yield Removal(f"{STATE}/{PROPOSALS}", what, lambda: proposals.remove([], holding=text))
    yield from (_rule(root, rule) for rule in rules_of(root) if text in rule.text)
    yield from _entries(root, lambda entry: text in entry.text or text in entry.rendering)
    yield from _counted(f"{STATE}/{PAIRS}", "pair", forget_texts.count_in_pairs(root, text),
                        lambda: forget_texts.forget_in_pairs(root, text))  # fmt: skip
    yield from _counted(f"{STATE}/{OUTPUTS}", "record", forget_texts.count_in_outputs(root, text),
                        lambda: forget_texts.forget_in_outputs(root, text))  # fmt: skip
    for path in (root / STATE / TRANSLATIONS, *caches):
        yield from _translations(root, path, text)


def _translations(root: Path, path: Path, text: str) -> Iterator[Removal]:
    count = forget_texts.count_in_translations(path, text)
    yield from _counted(shown(path, root), "entry", count, lambda: forget_texts.forget_in_translations(path, text))


def _counted(file: str, name: str, count: int, apply: Callable[[], object]) -> Iterator[Removal]:
    if count:
        yield Removal(file, (f"{counted(count, name)} with this text",), apply)


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"  # noqa: PLR2004 -- fits a line beside its name
