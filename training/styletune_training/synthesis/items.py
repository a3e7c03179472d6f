"""The plan of a synthesis: which texts a model is to write, for which paragraphs, by which prompts.

It follows from its input alone. A post that is added or edited changes nothing for the paragraphs of the others.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from styletune.errors import UsageError
from styletune.exchange.splits import Split, split_of
from styletune.text.language import base_language, language_name
from styletune_training.corpus.document import CorpusDocument, Paragraph
from styletune_training.synthesis import eligible
from styletune_training.synthesis.chunks import chunks
from styletune_training.synthesis.imitation import Imitated
from styletune_training.synthesis.made import BuilderName, Item
from styletune_training.synthesis.prompts import PromptBuilder, SynthesisPrompt

SAID_BEFORE = "the same as one before"
NO_PROMPT = "no prompt is for its kind"
DANGLING = "it announces code or a picture, which was left out"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made."""

    items: tuple[Item, ...]
    """In the order in which they are made: whenever it ends, all posts have had their turn."""

    left_out: Mapping[str, int] = field(default_factory=dict[str, int])
    """Paragraphs for which nothing is made: how many, by reason in words."""

    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each."""

    prompts: Mapping[str, SynthesisPrompt] = field(default_factory=dict[str, SynthesisPrompt])
    """The prompts of the items by ``Item.prompt``, with the drafts that they imitate."""

    splits: Mapping[Split, int] = field(default_factory=dict[Split, int])
    """Items by the split of their document: those held out are for judging a model, and are made, too."""


def plan(  # noqa: PLR0913 - what a person can choose
    documents: Iterable[CorpusDocument],
    prompts: Mapping[str, SynthesisPrompt],
    *,
    builders: Collection[BuilderName],
    model: str,
    source_lang: str | None = None,
    target_lang: str | None = None,
    per_paragraph: int = 1,
    imitate: Imitated | None = None,
) -> Plan:
    """Plan what a model is to write.

    Arguments: ``prompts`` are those that may be used; ``model`` is the identity of the model; for ``translate``,
    ``source_lang`` is the code of the language that it writes in, and ``target_lang`` of the paragraphs that shall be
    learnt (``None``: all others). Raises ``UsageError`` for languages that cannot work.
    """
    if "translate" in builders:
        _check_languages(source_lang, target_lang)
    usable = [
        one.imitating(imitate) if imitate else one for one in prompts.values() if imitate or not one.needs_imitated
    ]
    planner = _Planner(usable, model, source_lang, target_lang, per_paragraph)
    used = sorted((one for one in documents if one.skipped is None), key=lambda one: one.id)
    for builder in ("rewrite", "translate", "qa"):
        if builder in builders:
            planner.build(builder, used)
    if imitate and not any(one.needs_imitated for one in usable):
        planner.notes.append("None of the prompts has a place for {imitated}, so --imitate changes nothing.")
    return planner.plan()


@dataclass(slots=True)
class _Planner:
    prompts: Sequence[SynthesisPrompt]
    model: str
    source_lang: str | None
    target_lang: str | None
    per_paragraph: int
    items: dict[str, Item] = field(default_factory=dict[str, Item])
    left_out: Counter[str] = field(default_factory=Counter[str])
    notes: list[str] = field(default_factory=list[str])
    used: dict[str, SynthesisPrompt] = field(default_factory=dict[str, SynthesisPrompt])

    def build(self, builder: PromptBuilder, documents: Sequence[CorpusDocument]) -> None:
        """Plan the items of one builder."""
        role = "note" if builder == "qa" else "post"
        chosen = [document for document in documents if document.role == role]
        prompts = [prompt for prompt in self.prompts if prompt.builder == builder]
        before = len(self.items)
        if chosen and prompts:
            self._take(builder, prompts, chosen)
        if len(self.items) == before:
            self.notes.append(self._nothing(builder, chosen, prompts))

    def plan(self) -> Plan:
        items = tuple(_interleaved(self.items.values()))
        splits: Counter[Split] = Counter(split_of(item.doc) for item in items)
        return Plan(items, dict(self.left_out.most_common()), tuple(self.notes), self.used, splits)

    def _take(
        self, builder: PromptBuilder, prompts: Sequence[SynthesisPrompt], documents: Sequence[CorpusDocument]
    ) -> None:
        seen = set[str]()
        for document in documents:
            for one, section, unfit in self._candidates(builder, document):
                reason = SAID_BEFORE if one.id in seen else unfit
                fitting = [prompt for prompt in prompts if prompt.takes(one.kind)]
                if reason is None and not fitting:
                    reason = NO_PROMPT
                if reason is not None:
                    self.left_out[reason] += 1
                    continue
                seen.add(one.id)
                for prompt in _chosen(one, fitting, self.per_paragraph):
                    self._add(builder, document, one, prompt, section)

    def _candidates(
        self, builder: PromptBuilder, document: CorpusDocument
    ) -> Iterator[tuple[Paragraph, str, str | None]]:
        """List the texts of a document, what stands above each where that counts, and why it is left out."""
        if builder == "qa":
            for chunk in chunks(document):
                yield (
                    chunk.text,
                    chunk.section,
                    DANGLING if chunk.dangling else eligible.unfit_to_ask_for(chunk.text.text),
                )
            return
        for one in document.paragraphs:
            lang = eligible.language(document, one)
            if builder == "rewrite":
                yield one, "", eligible.unfit_to_rewrite(one)
            else:
                source, target = self.source_lang or "", self.target_lang
                yield one, "", eligible.unfit_to_translate(one, lang, source=source, target=target)

    def _add(
        self, builder: PromptBuilder, document: CorpusDocument, one: Paragraph, prompt: SynthesisPrompt, section: str
    ) -> None:
        own = eligible.language(document, one)
        source = self.source_lang if builder == "translate" else own
        name = _item_id(builder, one.id, prompt.id, self.model, source, own, section)
        self.items[name] = Item(
            name, document.post, one.id, one.text, builder, prompt.id, self.model, source, own, section
        )
        self.used[prompt.id] = prompt

    def _nothing(
        self, builder: PromptBuilder, documents: Sequence[CorpusDocument], prompts: Sequence[SynthesisPrompt]
    ) -> str:
        """Say why a builder has nothing to do, and what would help."""
        if not documents:
            what = ("notes", "NOTES --notes") if builder == "qa" else ("posts", "POSTS")
            return f"There are no {what[0]} for {builder}. Add some: styletune corpus add {what[1]}"
        if not prompts:
            return f"None of the chosen prompts is for {builder}. All there are: styletune synthesize --list-prompts"
        if builder == "translate" and self.target_lang is not None:
            wanted = language_name(self.target_lang)
            return f"No paragraph in {wanted} can be translated. What there is: styletune corpus stats"
        return f"No paragraph is fit for {builder}: see what was left out."


def _check_languages(source: str | None, target: str | None) -> None:
    if source is None:
        raise UsageError("translate needs the language that your drafts will be in: --from LANG.")
    if target is not None and base_language(source) == base_language(target):
        raise UsageError(f"--from and --to are both {language_name(source)}: nothing is to be translated.")


def _chosen(one: Paragraph, prompts: Sequence[SynthesisPrompt], most: int) -> list[SynthesisPrompt]:
    """Choose prompts for a paragraph, all as often; another prompt takes its share and leaves the rest as it is."""
    return sorted(prompts, key=lambda prompt: _hash("prompt", one.id, prompt.name))[:most]


def _interleaved(items: Iterable[Item]) -> list[Item]:
    """Order items so that each post gives one in turn, the items of a post in a stable order that favours none."""
    by_doc: defaultdict[str, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.id):
        by_doc[item.doc].append(item)
    ranked = [(rank, item.id, item) for own in by_doc.values() for rank, item in enumerate(own)]
    return [item for _, _, item in sorted(ranked, key=lambda entry: entry[:2])]


def _item_id(*parts: str | None) -> str:
    return "i" + _hash("item", *parts)


def _hash(what: str, *parts: str | None) -> str:
    data = json.dumps(parts).encode("ascii")
    return hashlib.blake2b(data, digest_size=8, person=f"styletune:{what}".encode()).hexdigest()
