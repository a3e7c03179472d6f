"""The default engine: llama.cpp inside this process."""

import codecs
import threading
import time
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from styletune.engines.llama_context import LlamaContext
from styletune.engines.llama_library import LlamaModel
from styletune.engines.llama_prompt import LlamaPrompt
from styletune.engines.llama_scheduler import Request, Row, Scheduler, Slot, Waiting, evaluate_prefix
from styletune.engines.llama_threads import cache_key, candidates, choose_threads
from styletune.engines.protocol import Capabilities, Job, OnText, Prefix, Result
from styletune.errors import Cancelled, EngineError, ModelError

_WIDTH = 16
"""Jobs side by side: batches of 2 to 7 rows gain little, of 16 most of what there is, on CPUs and on Metal."""

_MOST_SEQUENCES = 255
"""llama.cpp has numbers for 256 sequences; one holds the prefix."""

_AHEAD = 64
"""Jobs read ahead of the ones that run, so that the longest can go first."""

_CACHE_BYTES = 2 << 30
"""The key-value cache stays below this unless a single job needs more."""

_ROUND = 1024
"""Contexts grow in steps of so many cells."""

_STOP_CHECK_SECONDS = 0.05


class LlamaEngine:
    """Generates text with a GGUF model.

    ``parallel`` is the number of jobs side by side (``None``: 16), ``threads`` the number of CPU threads (``None``:
    measured once per machine and model). All layers go to the GPU where llama.cpp was built for one. Greedy output
    is the same from run to run with the same jobs, but not bit for bit the same at another width. Raises
    ``ModelError`` naming the file when it cannot be used.
    """

    capabilities = Capabilities(streaming=True, prefix_sharing=True)
    local = True

    def __init__(self, path: Path, *, parallel: int | None = None, threads: int | None = None) -> None:
        self.model = LlamaModel(path)
        """The loaded model; what it offers ends with ``close``."""

        self._width = min(max(parallel or _WIDTH, 1), _MOST_SEQUENCES)
        self._threads = threads
        self._prompt: LlamaPrompt | None = None
        self._context: LlamaContext | None = None
        self._evaluated = False
        """Whether sequence 0 of the context holds the prefix."""

        self._closed = False

    @property
    def name(self) -> str:
        """The model's file name."""
        return self.model.path.name

    def open(self, prefix: Prefix) -> None:
        """Prepare the part of the prompt that all jobs share; it is evaluated when the first job runs."""
        self._require_open()
        self._prompt = LlamaPrompt(self.model, prefix)
        self._evaluated = False

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield results as jobs finish; up to 64 jobs are read ahead, and the longest go first."""
        self._require_open()
        if self._prompt is None:
            raise EngineError("The engine was not opened. Call open(prefix) first.")
        stop = stop or Event()
        refused: list[Result] = []
        waiting = Waiting(self._requests(jobs, self._prompt, refused), ahead=_AHEAD)
        while waiting:
            if stop.is_set():
                raise Cancelled("The run was stopped.")
            context = self._context_for(waiting, len(self._prompt.prefix))
            with _stopping(context, stop):
                self._evaluate_prefix(context, self._prompt)
                for result in self._generate(context, self._prompt, waiting, stop, on_text):
                    yield from _drained(refused)
                    yield result
        yield from _drained(refused)

    def close(self) -> None:
        """Free the context and the model; may be called twice."""
        self._closed = True
        if self._context is not None:
            self._context.close()
            self._context = None
        self.model.close()

    def _require_open(self) -> None:
        if self._closed:
            raise EngineError(f"The engine for {self.name} is closed.")

    def _requests(self, jobs: Iterable[Job], prompt: LlamaPrompt, refused: list[Result]) -> Iterator[Request]:
        """Tokenize jobs; those whose prompt leaves no room to write go to ``refused``."""
        room = self.model.trained_context - len(prompt.prefix)
        for job in jobs:
            tokens = prompt.suffix(job.user)
            limit = min(max(job.max_tokens, 1), room - len(tokens))
            if limit > 0:
                yield Request(job, tokens, limit)
            else:
                refused.append(Result(job.id, "", "context", len(tokens), 0, 0.0))

    def _context_for(self, waiting: Waiting, prefix: int) -> LlamaContext:
        """Keep the context if the waiting jobs fit well enough, else make one that is large enough."""
        needs = waiting.needs(self._width)
        least = 2 * prefix + needs[0]  # one more prefix for models whose memory cannot share it
        most = max(least, min(_CACHE_BYTES // self.model.bytes_per_cell, self.model.original_context))
        wanted = min(prefix + sum(needs), most)
        context = self._context
        if context is not None and least <= context.cells and wanted <= 2 * context.cells:
            return context
        if context is not None:
            context.close()
            self._context = None
        self._context = self._new_context(min(-(-wanted // _ROUND) * _ROUND, most), least)
        self._evaluated = False
        return self._context

    def _new_context(self, cells: int, least: int) -> LlamaContext:
        """Make a context, smaller if memory is short. Raises ``ModelError`` if not even one job fits."""
        threads = self._threads or candidates()[-1]
        while True:
            try:
                context = LlamaContext(self.model, cells=cells, width=self._width, threads=threads)
                break
            except ModelError:
                if cells <= least:
                    raise
                cells = max(cells // 2, least)
        if self._threads is None:
            self._threads = self._measured_threads(context)
            context.set_threads(self._threads)
        return context

    def _measured_threads(self, context: LlamaContext) -> int:
        if self.model.on_gpu:
            return min(candidates()[-1], 4)  # they only feed the GPU
        return choose_threads(cache_key(self.model.path), lambda threads: _seconds_per_step(context, threads))

    def _evaluate_prefix(self, context: LlamaContext, prompt: LlamaPrompt) -> None:
        if not self._evaluated:
            evaluate_prefix(context, prompt.prefix)
            self._evaluated = True

    def _generate(
        self, context: LlamaContext, prompt: LlamaPrompt, waiting: Waiting, stop: Event, on_text: OnText | None
    ) -> Iterator[Result]:
        texts: defaultdict[str, _Text] = defaultdict(lambda: _Text(skip_space=self.model.drops_first_space))

        def hear(slot: Slot, token: int) -> None:
            job = slot.request.job
            piece = texts[job.id].add(self.model.piece(token))
            if piece and on_text is not None:
                on_text(job.id, piece)

        scheduler = Scheduler(context, prompt.prefix, is_end=self.model.is_end, on_token=hear)
        for slot in scheduler.run(waiting, stop):
            yield Result(
                id=slot.request.job.id,
                text=texts.pop(slot.request.job.id).text if slot.written else "",
                finish=slot.finish or "stop",
                tokens_in=len(slot.request.tokens),
                tokens_out=len(slot.written),
                seconds=time.perf_counter() - slot.started,
            )


class _Text:
    """Bytes of tokens to text: a character may be spread over several tokens.

    A character that is still incomplete when the generation ends is left out.
    """

    def __init__(self, *, skip_space: bool) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._skip_space = skip_space
        self._pieces: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, data: bytes) -> str:
        if self._skip_space and data:
            data = data.removeprefix(b" ")
            self._skip_space = False
        piece = self._decoder.decode(data)
        self._pieces.append(piece)
        return piece


def _drained(results: list[Result]) -> Iterator[Result]:
    while results:
        yield results.pop(0)


def _seconds_per_step(context: LlamaContext, threads: int) -> float:
    """Time one step of a few sequences; an untimed one comes first, because waking threads takes a moment."""
    context.set_threads(threads)
    sequences = range(1, min(context.width, 8) + 1)
    marks: list[float] = []
    try:
        for position in range(2):
            context.step([Row(0, position, sequence, output=True) for sequence in sequences])
            marks.append(time.perf_counter())
    finally:
        for sequence in sequences:
            context.release(sequence)
    return marks[1] - marks[0]


@contextmanager
def _stopping(context: LlamaContext, stop: Event) -> Generator[None]:
    """Pass ``stop`` on to a decode in flight while the block runs."""
    done = False

    def watch() -> None:
        while not done:
            if stop.wait(_STOP_CHECK_SECONDS):
                context.request_stop()
                return

    thread = threading.Thread(target=watch, name="styletune-stop", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done = True
        thread.join()
        context.clear_stop()
