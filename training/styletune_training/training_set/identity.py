"""Identity pairs: what is the author's already stays as it is."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from styletune.exchange.pair import make_pair
from styletune.markdown.segments import Kind
from styletune_training.corpus.document import paragraph_id
from styletune_training.training_set.candidates import Candidate, Home

SHARE = 0.04
"""Share of rewrite targets that come back as a source."""

_SCALE = 2**64


def identity_candidates(rewrites: Iterable[Candidate], homes: Mapping[str, Home]) -> list[Candidate]:
    """Choose texts of the author, out of the targets of rewrite pairs, that a model is to leave alone.

    About ``SHARE`` of the paragraphs of prose, and one at least; none without rewrite pairs. A hash of the text
    decides, so that what is added later changes nothing for the others.
    """
    chosen: dict[str, Candidate] = {}
    for one in rewrites:
        name = paragraph_id(one.pair.target)
        if name not in chosen and (name not in homes or homes[name].paragraph.kind is Kind.PARAGRAPH):
            chosen[name] = one
    if not chosen:
        return []
    order = sorted(chosen, key=_position)
    names = [name for name in order if _position(name) < SHARE * _SCALE] or order[:1]
    return [_identity(chosen[name]) for name in names]


def _position(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, person=b"styletune:same").digest(), "big")


def _identity(one: Candidate) -> Candidate:
    pair = one.pair
    langs = pair.target_lang, pair.target_lang
    same = make_pair(pair.doc, "rewrite", langs, (pair.target, pair.target), origin="identity")
    return replace(one, pair=replace(same, split=pair.split), fault=None)
