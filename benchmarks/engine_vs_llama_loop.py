"""Our batched engine against a plain loop over ``llama_cpp.Llama``, on the same tokens.

    python benchmarks/engine_vs_llama_loop.py [DRAFT.md] [--model PATH.gguf] [--segments 40] [--repeats 3]

Both sides get the same token ids, decode greedily, stop at the same tokens and the same limit, and use the same number
of threads. The loop is tuned: flash attention, all layers on the GPU if there is one, and ``Llama``'s own reuse of the
prefix that a prompt shares with the one before. The sides take turns; the ratio is the median of the paired ratios,
because a busy machine slows both.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from styletune.engines.llama import LlamaEngine
from styletune.engines.llama_library import LlamaModel
from styletune.engines.llama_prompt import LlamaPrompt
from styletune.engines.llama_threads import candidates
from styletune.engines.protocol import Job, Prefix
from styletune.models.choice import resolve_model

PREFIX = Prefix("Rewrite the text in plain, friendly English. Keep its meaning. Answer with the new text only.")
SUBJECTS = ("The garden behind our house", "My old bicycle", "The small library in town", "Our kitchen table")
EVENTS = (
    "was in a bad state when I first saw it, and nobody believed that it could be saved.",
    "taught me more about patience than any book that I have read in the last ten years.",
    "needs about an hour of work every week, which is less than most people think.",
    "has been there since 1974, and I hope that it will be there for a long time to come.",
    "costs almost nothing, yet I would not give it away for any amount of money.",
)
ENDINGS = (
    "I started with the things that were easy to repair.",
    "Last summer two friends came to help, and we finished before the rain began.",
)


@dataclass
class Run:
    """One pass over all segments."""

    seconds: float
    tokens: int
    texts: list[list[int]]


def paragraphs(draft: Path | None, count: int) -> list[str]:
    """Return the paragraphs of a draft, or made-up ones."""
    if draft is not None:
        blocks = [" ".join(block.split()) for block in draft.read_text(encoding="utf-8").split("\n\n")]
        return [block for block in blocks if block and block[0].isalpha()][:count]
    made = [f"{subject} {event} {ending}" for ending in ENDINGS for event in EVENTS for subject in SUBJECTS]
    return made[:count]


def ours(engine: LlamaEngine, jobs: list[Job]) -> Run:
    """Run all jobs through the engine; opening it again makes it evaluate the prefix again."""
    began = time.perf_counter()
    engine.open(PREFIX)
    results = {result.id: result for result in engine.run(jobs)}
    seconds = time.perf_counter() - began
    model = engine.model
    texts = [model.tokenize(results[job.id].text, control=False) for job in jobs]
    return Run(seconds, sum(result.tokens_out for result in results.values()), texts)


def loop(llama: Any, prompts: list[list[int]], limits: list[int], model: LlamaModel) -> Run:  # noqa: ANN401 - llama_cpp is not typed
    """Run all prompts one after another through ``Llama.generate``."""
    llama.reset()
    texts: list[list[int]] = []
    tokens = 0
    began = time.perf_counter()
    for prompt, limit in zip(prompts, limits, strict=True):
        written: list[int] = []
        for token in llama.generate(prompt, temp=0.0):
            if model.is_end(token):
                break
            written.append(token)
            if len(written) >= limit:
                break
        tokens += len(written)
        texts.append(written)
    seconds = time.perf_counter() - began
    again = [
        model.tokenize(b"".join(map(model.piece, text)).decode("utf-8", "ignore"), control=False) for text in texts
    ]
    return Run(seconds, tokens, again)


def interleaved(repeats: int, left: Callable[[], Run], right: Callable[[], Run]) -> tuple[list[Run], list[Run]]:
    """Let both sides take turns, each of them first half of the time."""
    lefts: list[Run] = []
    rights: list[Run] = []
    for turn in range(repeats):
        sides = [(left, lefts), (right, rights)]
        for side, runs in sides if turn % 2 == 0 else reversed(sides):
            runs.append(side())
    return lefts, rights


def report(lefts: list[Run], rights: list[Run], segments: int) -> dict[str, Any]:
    """Compute rates, median paired ratios and agreement."""

    def rates(runs: list[Run]) -> dict[str, float]:
        return {
            "segments_per_second": statistics.median(segments / run.seconds for run in runs),
            "tokens_per_second": statistics.median(run.tokens / run.seconds for run in runs),
            "tokens": runs[0].tokens,
        }

    pairs = list(zip(lefts, rights, strict=True))
    same = [a == b for left, right in pairs for a, b in zip(left.texts, right.texts, strict=True)]
    return {
        "engine": rates(lefts),
        "loop": rates(rights),
        "ratio_segments": statistics.median(right.seconds / left.seconds for left, right in pairs),
        "ratio_tokens": statistics.median(
            (left.tokens / left.seconds) / (right.tokens / right.seconds) for left, right in pairs
        ),
        "ratios": [right.seconds / left.seconds for left, right in pairs],
        "same_texts": sum(same) / len(same),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("draft", nargs="?", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--segments", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--max-tokens", type=int, default=48)
    parser.add_argument("--threads", type=int, default=candidates()[-1])
    parser.add_argument("--jobs", type=int, default=None, help="width of our batches")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    from llama_cpp import Llama  # noqa: PLC0415 - after the arguments are known to be right

    path = resolve_model(options.model).path
    if path is None:
        sys.exit("This benchmark needs a .gguf model.")
    texts = paragraphs(options.draft, options.segments)
    jobs = [Job(str(number), text, text, options.max_tokens) for number, text in enumerate(texts)]
    engine = LlamaEngine(path, parallel=options.jobs, threads=options.threads)
    model = engine.model
    prompt = LlamaPrompt(model, PREFIX)
    prompts = [[*prompt.prefix, *prompt.suffix(text)] for text in texts]
    llama: Any = Llama(
        str(path),
        n_ctx=max(map(len, prompts)) + options.max_tokens + 8,
        n_threads=options.threads,
        n_threads_batch=options.threads,
        n_gpu_layers=-1,
        flash_attn=True,
        verbose=False,
    )
    ours(engine, jobs[:2])
    loop(llama, prompts[:2], [4, 4], model)
    lefts, rights = interleaved(
        options.repeats,
        lambda: ours(engine, jobs),
        lambda: loop(llama, prompts, [options.max_tokens] * len(prompts), model),
    )
    figures = report(lefts, rights, len(jobs))
    figures |= {"model": path.name, "threads": options.threads, "segments": len(jobs), "prefix": len(prompt.prefix)}
    figures["runs"] = [{**asdict(run), "texts": None} for run in [*lefts, *rights]]
    llama.close()
    engine.close()
    if options.json:
        print(json.dumps(figures, indent=1))
        return
    print(f"{path.name}, {len(jobs)} segments, {options.threads} threads, prefix of {len(prompt.prefix)} tokens")
    for side in ("engine", "loop"):
        print(
            f"  {side:7} {figures[side]['segments_per_second']:7.2f} segments/s"
            f" {figures[side]['tokens_per_second']:8.1f} tokens/s"
        )
    print(f"  ratio   {figures['ratio_segments']:7.2f}            {figures['ratio_tokens']:8.2f}")
    print(f"  the same text in {figures['same_texts']:.0%} of the segments")


if __name__ == "__main__":
    main()
