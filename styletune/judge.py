"""May an answer of the model stand? The guards, with all they need to know about a segment."""

from dataclasses import dataclass

from styletune import guards, prompts
from styletune.engines.protocol import Finish, Prefix
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode, describe
from styletune.memory.recall import Memory, Recall
from styletune.task import Task


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the answers for the segments of one document."""

    document: Document
    task: Task
    mode: MarkMode
    prefix: Prefix
    memory: Memory
    trusted: bool
    """The engine's text is correct by construction."""

    def clean(self, source: str, answer: str) -> str:
        """Take off what models put around an answer."""
        return answer if self.trusted else guards.clean(source, answer)

    def reasons(self, segment_id: str, source: str, target: str, finish: Finish, recall: Recall) -> list[str]:
        """List, in words, why a text may not replace ``source``, which is the segment or a part of it."""
        if self.trusted and source == target:  # an echo breaks nothing
            return []
        names = {number: describe(mark) for number, mark in enumerate(self.document.marks(segment_id), 1)}
        context = guards.GuardContext(
            self.task.name,
            self.task.source_lang,
            self.task.target_lang,
            finish=finish,
            trusted_text=self.trusted,
            mask_mode=self.mode,
            mark_names=names,
            prompt=(*prompts.prompt_texts(self.prefix), *recall.voice),
            examples=recall.foreign,
            glossary=self.memory.terms(source),
            never_say=self.memory.never_say,
        )
        found = guards.check(source, target, context=context)
        return list(dict.fromkeys(finding.reason for finding in found))
