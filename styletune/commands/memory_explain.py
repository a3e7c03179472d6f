"""``styletune memory explain FILE:LINE``: the exact prompt of one paragraph, what it costs and where it comes from."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from styletune.commands.chosen_model import Chosen, choose_model
from styletune.commands.drafting import draft_options, examples_of, memory_of
from styletune.commands.explained_prompt import Prompt, prompts_of
from styletune.commands.explanation import Explanation, Ingredient, as_json, as_text
from styletune.commands.memory_settings import ExplainSettings
from styletune.commands.plan import make_plan
from styletune.commands.planned import Planned
from styletune.commands.projects import Projects
from styletune.commands.settings import DraftSettings, RewriteSettings, TranslateSettings
from styletune.commands.standing_output import pins, record_of_deleted, standing, undone_texts
from styletune.commands.token_counts import Counter, count_parts, counter_for
from styletune.commands.written_blocks import recorded_blocks
from styletune.draft import DraftOptions, Known, Pin, is_chosen
from styletune.errors import FileError, ModelMissingError, UsageError
from styletune.files.atomic import read_bytes
from styletune.files.records import OutputState
from styletune.learning.corrections import Corrections
from styletune.markdown.document import Document
from styletune.memory.budget import excerpt
from styletune.memory.entry import Entry
from styletune.memory.places import Places
from styletune.memory.project_memory import ProjectMemory
from styletune.memory.translation_memory import FILE, TranslationMemory
from styletune.project import STATE
from styletune.prompts import template_fingerprint
from styletune.task import Task
from styletune.terminal.console import Console

_PLACE = re.compile(r"(?P<file>.+):(?P<line>[0-9]+)", re.DOTALL)


def run(settings: ExplainSettings, console: Console) -> int:
    """Explain the prompts of the block at a line."""
    drafting = _as_drafting(settings)
    planned = _planned(drafting, settings)
    chosen = _chosen(planned, settings)
    explained = _Explained(planned, drafting, chosen)
    with closing(counter_for(chosen)) as counter:
        found = list(explained.explanations(counter))
    for notice in [*explained.memory.notices, *_unlearned(planned)]:
        console.notice(notice)
    console.write(as_json(found) if settings.json else as_text(found))
    return 0


def _as_drafting(settings: ExplainSettings) -> DraftSettings:
    """Return the settings of the run whose prompt is wanted; it looks at files and writes none."""
    place = _PLACE.fullmatch(settings.place)
    if place is None or not int(place["line"]):
        raise UsageError(f"{settings.place}: name a file and a line of it, counted from 1, such as post.md:12.")
    if settings.to is None and settings.source is not None:
        raise UsageError("--from names the language that is translated from. Name the other one with --to.")
    common: dict[str, Any] = {
        "paths": [place["file"]], "model": settings.model, "examples": settings.examples, "lines": place["line"],
        "check": True, "no_cache": True,
    }  # fmt: skip
    if settings.to is None:
        return RewriteSettings(**common)
    return TranslateSettings(**common, to=settings.to, source=settings.source)


def _planned(drafting: DraftSettings, settings: ExplainSettings) -> Planned:
    """Find the draft. Raises ``UsageError`` if it is none, such as an output of styletune."""
    file = Path(drafting.paths[0])
    if file.is_dir():
        raise UsageError(f"{file} is a folder. Name a draft and a line of it, such as post.md:12.")
    plan = make_plan(replace(drafting, lines=None), Projects(writes=False))  # lines are never turned away
    if plan.failures:
        raise plan.failures[0][1]
    if not plan.files:
        raise UsageError("\n".join(plan.notices) or f"{file} is no draft that styletune would work on.")
    planned = plan.files[0]
    root = planned.project.root
    if settings.project is not None and os.path.realpath(settings.project) != os.path.realpath(root):
        raise UsageError(f"{file} belongs to the project in {root}, not to {settings.project}. Leave out --project.")
    return planned


def _unlearned(planned: Planned) -> Iterator[str]:
    """Say so if the next run will know more than is known now: an edit is learned from when a run sees it."""
    if planned.output is not None and planned.records.state(planned.output) is OutputState.EDITED:
        yield f"{planned.output} was edited since it was written. The next run learns from that first, which may change prompts."


def _chosen(planned: Planned, settings: ExplainSettings) -> Chosen | None:
    """Find the model of the run; ``None`` if none was named and none is installed."""
    named = settings.model or planned.file.model
    try:
        return choose_model(named, planned.project, isolate=False)
    except ModelMissingError:
        if named is not None:
            raise
        return None


class _Explained:
    """What is to be said about the block at a line of a draft."""

    def __init__(self, planned: Planned, drafting: DraftSettings, chosen: Chosen | None) -> None:
        self._planned = planned
        self._chosen = chosen
        self._task = planned.task
        self._examples = examples_of(planned, drafting)
        data = read_bytes(planned.name)
        self._document = _parsed(planned, data)
        self._options = draft_options(planned, drafting)
        _refuse_without_prose(planned.shown, data, self._document, self._options, self._task)
        self.memory = memory_of(planned, drafting)
        self._identity = chosen.identity() if chosen else ""

    def explanations(self, counter: Counter) -> Iterator[Explanation]:
        """Explain each prompt that the block makes."""
        known = Known(self.memory, model=self._identity, examples=self._examples)
        prompts = prompts_of(self._document, self._task, self._options, known)
        states = _States(self._planned, self._document, self.memory, prompts)
        origins = _Origins(self._planned, self.memory)
        for prompt in prompts:
            for number, job in enumerate(prompt.jobs, 1):
                user = ("user", job.user)
                turns = [
                    turn
                    for asked, answer in prompt.prefix.examples
                    for turn in (("user", asked), ("assistant", answer))
                ]
                yield Explanation(
                    place=f"{self._planned.shown}:{prompt.segment.line}",
                    kind=prompt.segment.kind.value.replace("_", " "),
                    part=f"part {number} of {len(prompt.jobs)}" if len(prompt.jobs) > 1 else "",
                    task=_in_words(self._task),
                    model=self._chosen.name if self._chosen else "no model",
                    state=states.of(prompt),
                    messages=(("system", prompt.prefix.system), *turns, user),
                    rendered=counter.render(prompt.prefix, job.user),
                    tokens=count_parts(prompt, job, self._task, self.memory.rules, counter),
                    why_estimated=counter.why_estimated,
                    ingredients=tuple(origins.of(prompt)),
                    left_out=prompt.recall.left_out,
                    depends_on=self._depends_on(prompt),
                )

    def _depends_on(self, prompt: Prompt) -> Mapping[str, str]:
        terms = ", ".join(f"{term.source} = {term.target or term.source}" for term in self.memory.terms(prompt.shown))
        return {
            "key": prompt.keys[0],
            "text": f"“{excerpt(prompt.shown)}”",
            "task": _in_words(self._task),
            "prompt template": template_fingerprint(self._task.name, self._options.mode),
            "rules": self.memory.fingerprint,
            "terms": terms or "none",
            "model": self._identity or "unknown",
            "seed": str(self._options.seed),
            "--examples": str(self._examples),
        }


def _parsed(planned: Planned, data: bytes) -> Document:
    try:
        return Document.parse(data, suffix=planned.name.suffix, header_keys=planned.file.header.translate)
    except FileError as error:
        raise FileError(f"{planned.shown}: {error}") from error


def _in_words(task: Task) -> str:
    if task.target_lang is None:
        return task.name if task.source_lang is None else f"{task.name} in {task.source_lang}"
    origin = f" from {task.source_lang}" if task.source_lang else ""
    return f"{task.name}{origin} to {task.target_lang}"


def _refuse_without_prose(shown: str, data: bytes, document: Document, options: DraftOptions, task: Task) -> None:
    """Raise ``UsageError`` if a line makes no prompt, and say why."""
    line = options.lines[0] if options.lines else 1
    count = len(data.splitlines())
    if line > count:
        raise UsageError(
            f"{shown}:{line} lies behind the end: there {'is 1 line' if count == 1 else f'are {count} lines'}."
        )
    if any(is_chosen(document, segment, options) for segment in document.segments):
        return
    kinds = frozenset(segment.kind for segment in document.segments)
    there = [segment for segment in document.segments if is_chosen(document, segment, replace(options, kinds=kinds))]
    if there:
        kind = there[0].kind.value.replace("_", " ")
        raise UsageError(
            f"{shown}:{line} is no prompt: {task.name} leaves the kind “{kind}” alone. "
            f"Name it in styletune.toml under kinds of [{task.name}] to change that, or choose another line."
        )
    near = sorted(
        (abs(segment.line - line), segment.line) for segment in document.segments if segment.kind in options.kinds
    )
    hint = f" The nearest paragraph is at line {near[0][1]}." if near else " The file holds none that would be sent."
    raise UsageError(f"{shown}:{line} holds no prose that goes to a model.{hint}")


class _States:
    """What becomes of segments in the next run."""

    def __init__(self, planned: Planned, document: Document, memory: ProjectMemory, prompts: Sequence[Prompt]) -> None:
        self._memory = memory
        there = standing(planned)
        record = there.record if there else record_of_deleted(planned)
        self._pins: Mapping[str, Pin] = pins(record, document)[0] if record else {}
        self._undone = undone_texts(planned, document, record) if record else frozenset[str]()
        self._finished = recorded_blocks(planned, planned.task)
        self._output = planned.output
        self._entries = _entries(planned, [key for prompt in prompts for key in prompt.keys])

    def of(self, prompt: Prompt) -> str:
        """Say what becomes of a segment, and why."""
        segment = prompt.segment
        pin = self._pins.get(segment.id)
        if pin is not None:
            reasons = f" But {'; '.join(pin.reasons)}." if pin.reasons else ""
            asked = " The model is asked for a suggestion." if pin.ask else " The model is not asked."
            return f"Your own text stands in {self._output}: “{excerpt(pin.text)}”.{reasons}{asked}"
        if segment.id in self._finished:
            return "An earlier run in place finished it; it is not sent again."
        settled = None if segment.id in self._undone else self._memory.settled(segment.source)
        if settled is not None:
            return f"You settled the same text elsewhere, so it becomes: “{excerpt(settled)}”. The model is not asked."
        entry = next((self._entries[key] for key in prompt.keys if key in self._entries), None)
        if entry is None:
            return "The next run sends it to the model."
        if entry.target is None:
            return f"An earlier answer failed ({'; '.join(entry.reasons)}); it keeps its text and is not sent again."
        return f"The translation memory has the answer: “{excerpt(entry.target)}”. The model is not asked."


def _entries(planned: Planned, keys: Sequence[str]) -> Mapping[str, Entry]:
    """Look answers up in the project's translation memory, if it has one."""
    path = planned.project.root / STATE / FILE
    if not path.exists():
        return {}
    with closing(TranslationMemory(path)) as store:
        return store.find(keys)


class _Origins:
    """Where the parts of prompts come from."""

    def __init__(self, planned: Planned, memory: ProjectMemory) -> None:
        root = planned.project.root
        self._places = Places(root, planned.file.rules)
        self._always = memory.rules
        corrections = Corrections(root).live() if (root / STATE).is_dir() else []
        self._corrections = {found.id: f"{found.id}, {found.doc}, {found.time[:10]}" for found in corrections}

    def of(self, prompt: Prompt) -> Iterator[Ingredient]:
        """List what the memory put into a prompt, in its order."""
        recall = prompt.recall
        for rule in [*_rules(self._always), *_rules(recall.rules)]:
            yield Ingredient("rule", excerpt(rule), self._places.rule(rule))
        for term in recall.glossary:
            yield Ingredient("term", f"{term.source} = {term.target or term.source}", self._places.term(term))
        for example in recall.examples:
            origin = self._corrections.get(example.origin, example.origin)
            yield Ingredient("example", excerpt(example.source), f"{origin} ({example.likeness:.0f} % alike)")
        for text, post in zip(recall.voice, recall.voice_from, strict=True):
            yield Ingredient("paragraph", excerpt(text), post)


def _rules(text: str) -> list[str]:
    """Cut a list of rules into its items; what belongs to an item is indented."""
    return re.split(r"\n(?=- )", text) if text else []
