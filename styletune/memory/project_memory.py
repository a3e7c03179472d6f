"""What a project remembers about one file: rules, glossary and the author's paragraphs, within a token budget."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from styletune.errors import SettingsError
from styletune.memory.budget import Room, excerpt, rules_cost
from styletune.memory.memory_files import MemoryFiles, attempt, read_files, shown
from styletune.memory.people_texts import PeopleTexts, Wanted, people_texts
from styletune.memory.recall import Recall, Term
from styletune.project import STATE

if TYPE_CHECKING:
    from styletune.config.schema import FileSettings
    from styletune.memory.author import AuthorParagraphs
    from styletune.memory.examples import Examples
    from styletune.memory.scoped_rules import ScopedRules
    from styletune.memory.term_finder import TermFinder
    from styletune.task import TaskName

_OUTPUTS = "outputs.jsonl"

_NEVER_SAY_SHARE = 0.25
"""Most of the budget that phrases to avoid may take; a guard sees to all of them."""


def open_memory(  # noqa: PLR0913 - whatever decides what a prompt holds
    root: Path,
    settings: "FileSettings",
    *,
    task: "TaskName",
    source_lang: str | None,
    target_lang: str | None,
    path: Path | None,
    examples: int,
    written: Callable[[Path], bool] | None = None,
) -> "ProjectMemory":
    """Read what a project remembers about one file; files that do not exist are no memory.

    Arguments: ``root`` is the project's folder; ``path`` the draft, ``None`` for standard input without a name;
    ``examples`` the number of the author's paragraphs that a prompt shows; ``written`` tells whether a file is
    styletune's own work (``None``: as the project's records say). Posts are read at the first ``recall``, which
    raises ``SettingsError`` if a glob names none. Raises ``SettingsError`` with every problem of every file.
    """
    if examples and not settings.posts:
        raise SettingsError(
            "--examples chooses from your own posts, and nothing says which they are. "
            'Name them in styletune.toml, for example: posts = ["posts/**/*.md"]'
        )
    problems: list[str] = []
    draft = _Draft(root, task, source_lang, target_lang, path)
    files = attempt(lambda: read_files(root, settings.rules), problems)
    people = attempt(lambda: people_texts(root, draft.wanted), problems)
    if files is None or people is None:
        raise SettingsError("\n".join(problems))
    author = _author(draft, settings, written) if examples else None
    return ProjectMemory(files, people, draft, author, budget=settings.prompt_budget, examples=examples)


def _author(draft: "_Draft", settings: "FileSettings", written: Callable[[Path], bool] | None) -> "AuthorParagraphs":
    from styletune.memory.author import AuthorParagraphs, library  # noqa: PLC0415 - without examples no post is read

    posts = library(draft.root, settings.posts)
    return AuthorParagraphs(posts, lang=draft.lang, draft=draft.path, written=written or _in_records(draft.root))


def _in_records(root: Path) -> Callable[[Path], bool]:
    from styletune.files.records import Records  # noqa: PLC0415 - likewise

    records: list[Records] = []

    def written(path: Path) -> bool:
        if not records:
            records.append(Records(root))
        return records[0].latest(path) is not None

    return written


@dataclass(frozen=True, slots=True)
class _Draft:
    """The file that is worked on."""

    root: Path
    task: "TaskName"
    source_lang: str | None
    target_lang: str | None
    path: Path | None

    @property
    def wanted(self) -> Wanted:
        """What earlier texts must be for to be of use."""
        return Wanted(self.task, self.source_lang, self.target_lang)

    @property
    def lang(self) -> str | None:
        """Language of the output, where it is known."""
        return self.target_lang if self.task == "translate" else self.source_lang


class ProjectMemory:
    """Memory of one file, one task and one pair of languages; made by ``open_memory``."""

    def __init__(  # noqa: PLR0913 - what open_memory read
        self,
        files: MemoryFiles,
        people: PeopleTexts,
        draft: _Draft,
        author: "AuthorParagraphs | None",
        *,
        budget: int,
        examples: int,
    ) -> None:
        self._draft = draft
        self._people = people
        self._author = author
        self._examples = examples
        self._glossary = files.glossary
        self.notices = list(files.rule_file.notices) if files.rule_file else []
        """What a person should know, such as rules that the budget has no room for."""

        self.never_say = files.glossary.never_say_for(draft.lang) if files.glossary else ()
        """Words and phrases that must not stand in an output unless they stand in its source."""

        self.notices += _unknown_language(files.scoped, draft)
        if author is not None and not author.are_known:
            self.notices.append("Your posts are read for the first time, which may take a minute.")
        scoped = [
            rules for rules in files.scoped if rules.apply(draft.path, draft.root, task=draft.task, lang=draft.lang)
        ]
        always = [*(files.rule_file.rules if files.rule_file else ()), *_texts(scoped, always=True)]
        self._scoped = _texts(scoped, always=False)
        self.rules = self._within(always, budget)
        """Rules for every segment of the file, as a Markdown list."""

        self._budget = budget - rules_cost(self.rules)
        """Tokens that are left for what belongs to one segment."""

    @property
    def fingerprint(self) -> str:
        """Hash of the rules and of what must never be said; glossary terms are keyed segment by segment."""
        values = json.dumps([self.rules, self._scoped, self.never_say], ensure_ascii=False)
        return hashlib.sha256(values.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def terms(self, source: str) -> tuple[Term, ...]:
        """Return the glossary terms that stand in a text, whether or not the budget has room for them."""
        return self._finder.find(source) if self._finder else ()

    def recall(self, source: str) -> Recall:
        """Return what belongs into the prompt of a segment, given as the model sees it, most important things first.

        Raises ``SettingsError`` if ``posts`` in ``styletune.toml`` names no file.
        """
        chooser = self._chooser
        if not (self._glossary or self._scoped or self._author or chooser):
            return Recall()
        room = Room(self._draft.task, self._draft.target_lang, self._budget)
        for term in self.terms(source):
            room.add_term(term)
        for rule in self._scoped:
            room.add_rule(rule)
        if chooser is not None:
            self._add_examples(chooser, source, room)
        for text, post in self._author.nearest(source, self._examples) if self._author else ():
            room.add_paragraph(text, shown(post, self._draft.root))
        return Recall(
            glossary=tuple(room.terms),
            rules="\n".join(room.rules),
            voice=tuple(room.voice),
            examples=tuple(room.examples),
            left_out=tuple(room.left_out),
            voice_from=tuple(room.voice_from),
        )

    def settled(self, source: str) -> str | None:
        """Return the text that a person wrote for exactly this text of a draft.

        Both are Markdown; white space makes no difference. ``None``: there is none, there are several, or it is no
        single paragraph.
        """
        return self._people.settled(source)

    def _add_examples(self, chooser: "Examples", source: str, room: Room) -> None:
        from styletune.memory.examples import MOST, called  # noqa: PLC0415 - a project without examples needs none

        for example in islice(chooser.ranked(source, room.left_out), 2 * MOST):
            room.add_example(example, called(example.origin))
            if len(room.examples) == MOST:
                break

    @cached_property
    def _chooser(self) -> "Examples | None":
        draft = self._draft
        if not (self._people or os.path.lexists(draft.root / STATE / _OUTPUTS)):
            return None
        from styletune.memory.examples import Examples  # noqa: PLC0415 - see above

        return Examples(draft.root, draft.wanted, self._people, draft.path)

    @cached_property
    def _finder(self) -> "TermFinder | None":
        if self._glossary is None:
            return None
        from styletune.memory.term_finder import TermFinder  # noqa: PLC0415 - a run without a glossary needs none

        return TermFinder(self._glossary.terms_for(self._draft.lang))

    def _within(self, rules: Sequence[str], budget: int) -> str:
        """Put rules together, in their order, as far as the budget reaches; a rule is never cut."""
        never = _never_say_rule(self.never_say, round(budget * _NEVER_SAY_SHARE))
        kept = list(rules)
        while kept and rules_cost("\n".join((*kept, *never))) > budget:
            kept.pop()
        if len(kept) < len(rules):
            left = len(rules) - len(kept)
            self.notices.append(
                f"{left} of {len(rules)} rules have no room in the prompt, from this one on: “{excerpt(rules[len(kept)])}”. "
                f"Shorten the rules, or raise prompt_budget in styletune.toml (now {budget} tokens)."
            )
        return "\n".join((*kept, *never))


def _never_say_rule(phrases: Sequence[str], most: int) -> list[str]:
    """Put as many phrases into one rule as the budget for them has room for, the first ones first."""
    text = ""
    for count in range(1, len(phrases) + 1):
        longer = f"- Never write {', '.join(f'“{phrase}”' for phrase in phrases[:count])}."
        if rules_cost(longer) > most:
            break
        text = longer
    return [text] if text else []


def _texts(scoped: Sequence["ScopedRules"], *, always: bool) -> list[str]:
    return [rule for rules in scoped if rules.always is always for rule in rules.rules]


def _unknown_language(scoped: Sequence["ScopedRules"], draft: _Draft) -> Iterator[str]:
    langs = sorted({lang for rules in scoped for lang in rules.langs})
    if langs and draft.lang is None:
        yield (
            f"Rules for {', '.join(langs)} were left out, because the language of the drafts is not known. "
            f'Set it in styletune.toml, for example: from = "{langs[0]}"'
        )
