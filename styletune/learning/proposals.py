"""What corrections suggest, and what a person decided about it: ``.styletune/proposals.jsonl``."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from styletune.config.load import load_config
from styletune.errors import FileError
from styletune.files.failures import in_words
from styletune.files.records import Records, now
from styletune.learning.corrections import Corrections
from styletune.learning.fields import from_object
from styletune.learning.glossary_writer import add_entries
from styletune.learning.kept_words import kept_words
from styletune.learning.ledger import Ledger
from styletune.learning.observed import observe
from styletune.learning.proposal import Proposal
from styletune.learning.rule_writer import add_rule, provenance
from styletune.learning.sign_habits import sign_habits
from styletune.learning.style_habits import style_habits
from styletune.learning.substitutions import Pair, substitutions
from styletune.memory.memory_files import MemoryFiles, read_files
from styletune.project import PROPOSALS

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said to a proposal; it is never made again."""

    decision: Literal["accepted", "rejected"]
    proposal: Proposal
    """In the words in which it was accepted."""

    time: str
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposal that does not follow from the corrections by itself: a model made it."""

    proposal: Proposal
    time: str
    model: str = ""


class Proposals:
    """The proposals of one project."""

    def __init__(self, root: Path) -> None:
        """Name the project by its folder; nothing is read or made yet."""
        self._root = root
        self._ledger = Ledger(root, PROPOSALS, schema=SCHEMA, read=_entry)

    @property
    def file(self) -> Path:
        """The file the decisions are kept in; it may not exist yet."""
        return self._ledger.file

    def open(self) -> list[Proposal]:
        """Return what is proposed and not decided, the most frequent first.

        It is found anew in the corrections each time. Left out is what rules and glossary say already. Raises
        ``SettingsError`` with file and line of what is malformed in any file of the memory, and ``FileError``.
        """
        decided = {decision.proposal.id for decision in self.decisions()}
        files = read_files(self._root, load_config(self._root).top.rules)
        found = {proposal.id: proposal for proposal in [*self._found(), *self.suggestions()]}
        open_ones = [one for one in found.values() if one.id not in decided and not _is_said(one, files)]
        return sorted(open_ones, key=lambda one: (-one.count, one.in_words))

    def decisions(self) -> list[Decision]:
        """Return what was decided, oldest first. Raises ``SettingsError``."""
        return [entry for entry in self._ledger.entries() if isinstance(entry, Decision)]

    def suggestions(self) -> list[Proposal]:
        """Return what models suggested. Raises ``SettingsError``."""
        return [entry.proposal for entry in self._ledger.entries() if isinstance(entry, Suggestion)]

    def suggest(self, proposal: Proposal, *, model: str) -> None:
        """Keep what a model suggested until a person decides. Raises ``SettingsError`` and ``FileError``."""
        if all(known.id != proposal.id for known in self.suggestions()):
            self._append({"type": "suggested", **asdict(Suggestion(proposal, now(), model))})

    def accept(self, proposal: Proposal, *, text: str | None = None, today: date | None = None) -> list[str]:
        """Put a proposal where it belongs, in a person's own words if ``text`` is given; return what was written.

        The rule or entry is written first: a kill in between leaves a proposal that is said already, and so is not
        made again. Raises ``UsageError`` if it can be no rule or entry, ``SettingsError`` and ``FileError``; nothing
        is changed then.
        """
        final = replace(proposal, text=" ".join((text or proposal.text).split()))
        why = provenance(today or date.today(), final.evidence)  # noqa: DTZ011 -- the day as the person's calendar has it
        written = _write(self._root, final, why)
        self._append({"type": "decided", **asdict(Decision("accepted", final, now()))})
        return written

    def reject(self, proposal: Proposal) -> None:
        """Never make a proposal again. Raises ``SettingsError`` and ``FileError``."""
        self._append({"type": "decided", **asdict(Decision("rejected", proposal, now()))})

    def remove(self, unwanted: Collection[str], *, holding: str = "") -> list[Decision | Suggestion]:
        """Forget decisions and suggestions by their ids, and those that hold a text; return them.

        Raises ``SettingsError`` and ``FileError``; nothing is removed then.
        """
        with self._ledger.locked():
            return self._ledger.remove(
                lambda entry: entry.proposal.id in unwanted or bool(holding and holds(entry.proposal, holding))
            )

    def entries(self) -> list[Decision | Suggestion]:
        """Return all that the file holds, oldest first. Raises ``SettingsError``."""
        return self._ledger.entries()

    def _append(self, values: Mapping[str, object]) -> None:
        try:
            self._ledger.entries()  # a malformed file is named, not written on
            with self._ledger.locked():
                self._ledger.append([values])
        except OSError as error:
            raise FileError(f"{self.file} cannot be written: {in_words(error)}. Nothing was decided.") from error

    def _found(self) -> Iterator[Proposal]:
        observed = observe(Corrections(self._root).live())
        if observed:
            kept = kept_words(observed)
            yield from kept
            words = {proposal.text.casefold() for proposal in kept}
            yield from (one for one in substitutions(observed, _blocks(self._root)) if one.new.casefold() not in words)
            yield from sign_habits(observed)
            yield from style_habits(observed)


def holds(proposal: Proposal, text: str) -> bool:
    """Tell whether a text stands in a proposal."""
    return any(text in part for part in (proposal.text, proposal.term, proposal.old, proposal.new))


def _blocks(root: Path) -> Mapping[tuple[str, str | None], Sequence[Pair]]:
    """List sources and translations of the last outputs, by task and language."""
    found: defaultdict[tuple[str, str | None], list[Pair]] = defaultdict(list)
    for record in Records(root).outputs():
        if record.task == "translate":
            texts = ((block.source, block.written) for block in record.blocks if block.source)
            found[record.task, record.lang] += [(source, written) for source, written in texts if written]
    return found


def _write(root: Path, proposal: Proposal, why: str) -> list[str]:
    if proposal.kind in ("rule", "summary"):
        placed = add_rule(root, proposal.text, why=why)
        return [f"{placed.place} {placed.text}"] if placed is not None else []
    texts = [proposal.text]
    entries = add_entries(
        root,
        keep=texts if proposal.kind == "keep" else (),
        never_say=texts if proposal.kind == "never_say" else (),
        terms={proposal.term: proposal.text} if proposal.kind == "term" else None,
        lang=proposal.lang,
        why=why,
    )
    return [f".styletune/glossary.toml {entry}" for entry in entries]


def _is_said(proposal: Proposal, files: MemoryFiles) -> bool:
    """Tell whether rules or glossary say what is proposed."""
    rules = [rule.casefold() for rule in (files.rule_file.rules if files.rule_file else ())]
    if proposal.kind in ("rule", "summary") and any(_rule_says(rule, proposal) for rule in rules):
        return True
    glossary = files.glossary
    if glossary is None:
        return False
    terms = {term.source.casefold(): term.target for term in glossary.terms_for(proposal.lang)}
    never = [phrase.casefold() for phrase in glossary.never_say_for(proposal.lang)]
    if proposal.kind == "term":
        return terms.get(proposal.term.casefold()) == proposal.text
    if proposal.kind == "keep":
        return proposal.text.casefold() in terms and terms[proposal.text.casefold()] in (None, proposal.text)
    phrase = proposal.old.casefold()
    rendered = bool(phrase) and terms.get(phrase) == proposal.new
    return rendered or bool(phrase and any(fnmatchcase(phrase, pattern) for pattern in never))


def _rule_says(rule: str, proposal: Proposal) -> bool:
    if rule.removeprefix("- ").startswith(proposal.text.casefold().rstrip(".")):
        return True
    wordings = [wording.casefold() for wording in (proposal.old, proposal.new) if wording]
    return len(wordings) > 1 and all(any(f"{mark}{wording}" in rule for mark in "\"“‘「'*") for wording in wordings)


def _entry(values: Mapping[str, object]) -> Decision | Suggestion:
    rest = {name: value for name, value in values.items() if name != "type"}
    if values.get("type") == "decided":
        return from_object(Decision, rest)
    if values.get("type") == "suggested":
        return from_object(Suggestion, rest)
    raise ValueError(f'"{values.get("type")}" is no type of a line; known are decided and suggested')
