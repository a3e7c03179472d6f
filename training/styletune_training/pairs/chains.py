"""What became of each paragraph of a post through its history, from its first wording to the one that stands."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from styletune.edits.spelling import one_line
from styletune_training.corpus.document import Paragraph
from styletune_training.pairs.rewritten import Limits, ParagraphEdit, facts, why_no_rewrite

_LONGEST = 12
"""Wordings of a paragraph that are compared, the last ones; a text that was edited more often is still being written."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a paragraph said at a time."""

    paragraph: Paragraph
    commit: str = ""
    """What made it so: short hash, day and path, for people; empty for the first wording that is known."""

    reworded: bool = True
    """Whether it was made by an edit of the author's; otherwise by one that says nothing of a voice."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """The first wording of a paragraph that can be compared with its last one, and that one."""

    before: Paragraph
    after: Wording


@dataclass(slots=True)
class Chains:
    """The wordings of all paragraphs of one post, oldest first."""

    path: str
    """The post's latest path."""

    _open: dict[str, list[Wording]] = field(default_factory=dict[str, list[Wording]])
    """By the text that each of them has now."""

    taken_back: int = 0
    """Wordings that were given up for an earlier one."""

    def add(self, edits: Iterable[ParagraphEdit], commit: str, *, reworded: bool) -> None:
        """Take up edits of one commit."""
        for edit in edits:
            chain = self._open.pop(one_line(edit.old.text), None) or [Wording(edit.old)]
            chain.append(Wording(edit.new, commit, reworded))
            self._open[one_line(edit.new.text)] = self._without_detour(chain)

    def rewritings(self, limits: Limits, dropped: Counter[str]) -> Iterator[Rewriting]:
        """Yield one rewriting at most of each paragraph; count why others give none."""
        for chain in self._open.values():
            found = _best(chain[-_LONGEST:], limits)
            if isinstance(found, Rewriting):
                yield found
            elif found is not None:
                dropped[found] += 1

    def _without_detour(self, chain: list[Wording]) -> list[Wording]:
        """Cut out what lies between a wording and its return: whoever takes it back does not stand by it."""
        last = one_line(chain[-1].paragraph.text)
        for at, wording in enumerate(chain[:-1]):
            if one_line(wording.paragraph.text) == last:
                self.taken_back += len(chain) - 1 - at
                return chain[: at + 1]
        return chain


def _best(chain: list[Wording], limits: Limits) -> Rewriting | str | None:
    """Choose the latest wording that was reworded from an earlier one, and the earliest of those.

    One whose numbers, links and code are the same goes before a later or longer one. Returns the reason, in words,
    where there is none; ``None`` for a chain without edits that count.
    """
    fallback: Rewriting | None = None
    reason: str | None = None
    for last in range(len(chain) - 1, 0, -1):
        for first in range(last):
            if not (chain[last].reworded and chain[first + 1].reworded):
                continue
            old, new = chain[first].paragraph, chain[last].paragraph
            why_not = why_no_rewrite(old.text, new.text, limits)
            if why_not is None and facts(old.text) == facts(new.text):
                return Rewriting(old, chain[last])
            if why_not is None:
                fallback = fallback or Rewriting(old, chain[last])
            reason = reason or why_not
    return fallback or reason
