"""Which commits of a history count as the author's work."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from styletune.edits.words import word_changes
from styletune.errors import UsageError
from styletune.text.inline import prose
from styletune_training.corpus.dates import is_day
from styletune_training.corpus.source import GitOptions
from styletune_training.pairs.git_log import Commit
from styletune_training.pairs.rewritten import ParagraphEdit

_BOT = re.compile(
    r"\[bot\]|\bbot\b|dependabot|renovate|github[- ]?actions?|action@github|greenkeeper|imgbot|allcontributors|all-contributors"
    r"|pre-commit-ci|semantic-release|crowdin|weblate|transifex|snyk|mergify|netlify-?bot|actions-user",
    re.IGNORECASE,
)
_HASH = re.compile(r"[0-9a-f]{4,64}")

_MANY_PLACES = 4
"""Paragraphs of one commit in which the same replacement is a machine's work, or a renaming."""

_MANY_FILES = 20
"""Files of one commit above which most of them being changed alike makes it a migration as a whole."""


class CommitFilter:
    """Tells the author's commits from others."""

    def __init__(self, options: GitOptions) -> None:
        """Check the options. Raises ``UsageError`` that names every one that cannot work."""
        problems = [*_problems(options)]
        if problems:
            raise UsageError("\n".join(problems))
        self._options = options
        self._skipped = [re.compile(pattern, re.IGNORECASE) for pattern in options.skip]
        self._hashes = tuple(pattern.lower() for pattern in options.skip if _HASH.fullmatch(pattern.lower()))

    def why_not(self, commit: Commit) -> str | None:
        """Say what kind of commit it is that does not count; ``None`` if it counts."""
        options = self._options
        if _BOT.search(commit.author) or _BOT.search(commit.address):
            return "commits by bots"
        if (options.since and commit.date < options.since) or (options.until and commit.date > options.until):
            return "commits of other days"
        if options.authors and not self._is_by_author(commit):
            return "commits by others"
        if commit.hash.startswith(self._hashes) or any(one.search(commit.subject) for one in self._skipped):
            return "commits to be skipped"
        return None

    def _is_by_author(self, commit: Commit) -> bool:
        who = f"{commit.author} <{commit.address}>".casefold()
        return any(author.casefold() in who for author in self._options.authors)


def _problems(options: GitOptions) -> Iterable[str]:
    for name, day in (("--since", options.since), ("--until", options.until)):
        if day is not None and not is_day(day):
            yield f"{name} {day}: this is no day. Write it as 2024-03-01."
    if options.since and options.until and options.since > options.until:
        yield f"--since {options.since} is later than --until {options.until}, so no commit is left."
    if not 0 <= options.least <= 1 or not 0 <= options.most <= 1:
        yield "--least-change and --most-change are shares between 0 and 1."
    elif options.least > options.most:
        yield f"--least-change {options.least} is more than --most-change {options.most}, so no change is left."
    for pattern in options.skip:
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"--skip-commit {pattern}: this is neither a hash nor a regular expression ({error})."


def made_alike(edits: Mapping[str, Sequence[ParagraphEdit]]) -> set[int]:
    """Find the edits of one commit that a formatter, a migration or a search-and-replace made.

    Arguments: ``edits`` are those of each file. Returns the ``id()`` of each edit of which all replacements stand in
    ``_MANY_PLACES`` paragraphs or more; of all edits, where that is most of them in more than ``_MANY_FILES`` files.
    """
    listed = [edit for found in edits.values() for edit in found]
    if len(listed) < _MANY_PLACES:
        return set()
    replaced = [_replacements(edit) for edit in listed]
    places = Counter(core for cores in replaced for core in cores)
    alike = {
        id(edit)
        for edit, cores in zip(listed, replaced, strict=True)
        if all(places[core] >= _MANY_PLACES for core in cores)
    }
    files = sum(bool(found) for found in edits.values())
    return {id(edit) for edit in listed} if files > _MANY_FILES and 2 * len(alike) > len(listed) else alike


def _replacements(edit: ParagraphEdit) -> frozenset[tuple[str, str]]:
    return frozenset(one.core for one in word_changes(prose(edit.old.text), prose(edit.new.text)))
