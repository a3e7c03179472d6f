"""What a model was asked for and what it gave: the units of synthesis and the lines of its ledger."""

from dataclasses import dataclass
from typing import Literal

from styletune.engines.protocol import Finish
from styletune.exchange.pair import PairTask

BuilderName = Literal["translate", "rewrite", "identity", "qa"]


@dataclass(frozen=True, slots=True)
class Item:
    """One text that a model is to write for a paragraph of the author."""

    id: str
    """Follows from paragraph, prompt with its version, model and languages: what was made is never made twice."""

    doc: str
    """``CorpusDocument.post`` of the first document that holds the paragraph."""

    paragraph: str
    """``Paragraph.id``; for a note's chunk, that of the chunk (``synthesis.chunks``)."""

    text: str
    """The author's paragraph, Markdown: the target of the pair."""

    task: PairTask
    prompt: str
    """Name and version of the prompt: ``rewrite-formal@1f3a9c20``."""

    model: str
    """Identity of the model, as results depend on it."""

    source_lang: str | None
    """Code of the language that the model is to write in."""

    target_lang: str | None
    """Code of the paragraph's language."""

    section: str = ""
    """For a chunk of a note: the title and the heading that it stands below."""


@dataclass(frozen=True, slots=True)
class Made:
    """An answer, kept whether it can be used or not: it has its price."""

    item: str
    """``Item.id``."""

    doc: str
    paragraph: str
    task: PairTask
    prompt: str
    model: str
    source_lang: str | None
    target_lang: str | None
    source: str
    """What the model wrote, as Markdown, marks put back; the model's raw text where they could not be."""

    target: str
    """The author's paragraph."""

    finish: Finish
    tokens_in: int
    tokens_out: int
    cost: float
    """In ``currency``; 0 where no prices are known or nothing is charged."""

    currency: str
    seconds: float
    time: str
    """When it arrived, ISO 8601 in UTC."""

    fault: str | None = None
    """Why it is no pair whatever the gate says, in words: marks lost, an endpoint's refusal; ``None``: ask the gate."""

    estimated: bool = False
    """Whether the tokens are an estimate, because nobody counted them."""
