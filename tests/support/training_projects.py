"""Projects with everything that a training set is assembled of, in folders of their own."""

from collections.abc import Sequence
from pathlib import Path

from styletune_training.corpus.document import CorpusDocument, paragraph, paragraph_id
from styletune_training.corpus.store import Corpus
from styletune_training.pairs.mined import Mined, MinedPair
from styletune_training.pairs.mined_pairs import MinedPairs
from styletune_training.synthesis.ledger import Ledger
from styletune_training.synthesis.made import Made

from styletune.exchange.pair import Origin, Pair, make_pair
from styletune.exchange.pairs import Pairs
from styletune.exchange.splits import Split, split_of
from styletune.markdown.segments import Kind

PROMPT, MODEL = "rewrite-default@00000001", "some-model"


def post_in(split: Split, number: int = 0) -> str:
    """Name a post that belongs to a split; ``number`` tells such posts apart."""
    names = (f"posts/{index}.md" for index in range(10_000))
    return [name for _, name in zip(range(2000), names, strict=False) if split_of(name) == split][number]


def add_post(root: Path, post: str, texts: Sequence[str], *, lang: str = "en", skipped: str | None = None) -> None:
    """Put a post with these paragraphs into the corpus, each on a line of its own."""
    paragraphs = tuple(paragraph(Kind.PARAGRAPH, text, 2 * number + 1) for number, text in enumerate(texts))
    document = CorpusDocument(post, post, "s1", (1, 1), "r1", paragraphs=paragraphs, lang=lang, skipped=skipped)
    Corpus(root).put([document])


def add_draft(  # noqa: PLR0913 - what a made text has
    root: Path, post: str, source: str, target: str, *, fault: str | None = None, prompt: str = PROMPT, lang: str = "en"
) -> None:
    """Note in the ledger that a model restated a paragraph."""
    made = Made(
        item=f"{paragraph_id(target)} {prompt}", doc=post, paragraph=paragraph_id(target), task="rewrite",
        prompt=prompt, model=MODEL, source_lang=lang, target_lang=lang, source=source, target=target, finish="stop",
        tokens_in=1, tokens_out=1, cost=0.0, currency="", seconds=0.1, time="2026-01-01T00:00:00Z", fault=fault,
    )  # fmt: skip
    Ledger(root).append(made)


def translated(post: str, source: str, target: str, *, origin: Origin = "aligned") -> Pair:
    """Make an English-Chinese pair."""
    return make_pair(post, "translate", ("en", "zh"), (source, target), origin=origin)


def add_mined(root: Path, name: str, pairs: Sequence[Pair]) -> None:
    """Keep pairs as found in a source."""
    found = tuple(MinedPair(pair, f"{pair.doc}:{2 * number + 1}") for number, pair in enumerate(pairs))
    MinedPairs(root).put(name, "f", Mined(found))


def import_pairs(root: Path, pairs: Sequence[Pair]) -> None:
    """Keep pairs as ``memory import`` does."""
    Pairs(root).add(pairs)
