"""No text that a model is judged by may be known to it from training, in whatever pair."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from styletune.exchange.pair import Pair
from styletune_training.corpus.disjoint_sets import DisjointSets


def without_leaks(pairs: Sequence[Pair], numbers: Mapping[str, int]) -> list[Pair]:
    """Move to ``train`` what is in more than one split: pairs that share a text, or nearly, and what they lead to.

    ``numbers`` gives texts that are all but the same one number. A valid text that is in ``test``, too, would let the
    choice of a checkpoint see the test, so it is moved as well.
    """
    together = DisjointSets()
    for pair in pairs:
        together.join(numbers[pair.source], numbers[pair.target])
    splits: defaultdict[Hashable, set[str]] = defaultdict(set)
    for pair in pairs:
        splits[together.first(numbers[pair.source])].add(pair.split)
    return [
        replace(pair, split="train") if len(splits[together.first(numbers[pair.source])]) > 1 else pair
        for pair in pairs
    ]
