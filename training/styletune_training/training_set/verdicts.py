"""The gate over many pairs: in worker processes where that pays, and only over what was not judged before."""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from threading import Event

from styletune.errors import Cancelled
from styletune.exchange.pair import Pair
from styletune.processors import usable_processors
from styletune_training.pairs.distance import distance
from styletune_training.pairs.gate import faults
from styletune_training.training_set.gate_cache import GateCache, Verdict, verdict_key

OnProgress = Callable[[int, int], None]
"""Called as ``on_progress(done, total)``."""

_BATCH = 100
_WORTH_WORKERS = 800
"""Pairs from which on starting worker processes takes less time than they save."""


def judge_all(
    root: Path, pairs: Sequence[Pair], *, on_progress: OnProgress | None = None, stop: Event | None = None
) -> list[Verdict]:
    """Judge pairs, in their order; what was judged before, also by a run that was stopped, is remembered.

    Raises ``Cancelled`` soon after ``stop`` is set.
    """
    cache = GateCache(root)
    known, keys = cache.read(), [verdict_key(pair) for pair in pairs]
    fresh = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in known}
    verdicts = {key: known[key] for key in keys if key in known}
    total = len(verdicts) + len(fresh)
    try:
        for done in _judged(fresh, stop):
            verdicts.update(done)
            if on_progress:
                on_progress(len(verdicts), total)
    finally:
        if fresh or len(known) > len(verdicts):
            cache.write(verdicts)
    return [verdicts[key] for key in keys]


def _judged(fresh: Mapping[str, Pair], stop: Event | None) -> Iterator[Mapping[str, Verdict]]:
    """Yield verdicts as they come, batch by batch."""
    entries = list(fresh.items())
    batches = [dict(entries[start : start + _BATCH]) for start in range(0, len(entries), _BATCH)]
    workers = min(usable_processors(), len(batches))
    if len(entries) < _WORTH_WORKERS or workers == 1:
        yield from _here(batches, stop)
        return
    left = dict(enumerate(batches))
    try:
        for number, done in _elsewhere(left, workers, stop):
            del left[number]
            yield done
    except BrokenProcessPool:  # a worker was killed, as for its memory
        yield from _here(list(left.values()), stop)


def _here(batches: Sequence[Mapping[str, Pair]], stop: Event | None) -> Iterator[Mapping[str, Verdict]]:
    for batch in batches:
        for key, pair in batch.items():
            _check(stop)
            yield {key: judge(pair)}


def _elsewhere(
    batches: Mapping[int, Mapping[str, Pair]], workers: int, stop: Event | None
) -> Iterator[tuple[int, Mapping[str, Verdict]]]:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_ignore_interrupts)
    try:
        numbers = {pool.submit(_judge_batch, batch): number for number, batch in batches.items()}
        for future in as_completed(numbers):
            _check(stop)
            yield numbers[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _judge_batch(batch: Mapping[str, Pair]) -> dict[str, Verdict]:
    return {key: judge(pair) for key, pair in batch.items()}


def judge(pair: Pair) -> Verdict:
    """Judge one pair."""
    same = pair.task == "rewrite"
    return Verdict(tuple(faults(pair)), distance(pair.source, pair.target) if same else None)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check(stop: Event | None) -> None:
    if stop is not None and stop.is_set():
        raise Cancelled("Stopped. What was checked is remembered.")
