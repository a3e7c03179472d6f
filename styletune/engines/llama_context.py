"""One llama.cpp context: a key-value cache for several sequences, decoded in one batch."""

import ctypes
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from styletune.engines.llama_library import LlamaModel, c_function, collected_log
from styletune.engines.llama_scheduler import Row
from styletune.errors import Cancelled, EngineError, ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NO_ROOM, _ABORTED = 1, 2


class LlamaContext:
    """Evaluates rows of tokens for the sequences 0 (the shared prefix) to ``width``.

    ``cells`` is the number of tokens that one sequence may hold if ``unified`` is false, and that all of them
    together may hold if it is true. Raises ``ModelError`` when the memory for it is missing.
    """

    def __init__(  # noqa: PLR0913 - each is a limit of llama.cpp's own
        self, model: LlamaModel, *, cells: int, width: int, threads: int, unified: bool = True, batch: int = 512
    ) -> None:
        self.model, self.width, self.batch, self.unified = model, width, batch, unified
        self._library = library = model.library
        self._stop_flag = ctypes.create_string_buffer(2)
        params = library.llama_context_default_params()
        params.n_ctx = cells if unified else cells * (width + 1)
        params.n_batch = params.n_ubatch = batch
        params.n_seq_max = width + 1
        params.n_outputs_max = width + 1
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = unified
        # Sequences that share a prefix need every cell of it, also in layers with a sliding window.
        params.swa_full = True
        params.no_perf = True
        self._watch_stop_flag(params)
        with collected_log() as log:
            self.handle = library.llama_init_from_model(model.handle, params)
        if not self.handle:
            raise ModelError(f"No memory for {params.n_ctx} tokens of context of {model.path.name}: {' '.join(log)}")
        self._free = weakref.finalize(self, library.llama_free, self.handle)
        self._memory = library.llama_get_memory(self.handle)
        self.cells = int(library.llama_n_ctx_seq(self.handle))
        self._samplers: dict[int, Any] = {}
        self._make_batch()

    def _watch_stop_flag(self, params: Any) -> None:  # noqa: ANN401 - a ctypes structure
        """Let llama.cpp end a decode in flight as soon as the stop flag is set.

        llama.cpp asks before every node of the graph, about a thousand times a step. A Python callback would take the
        interpreter lock each time and wait for whoever holds it; C's ``strlen`` of the flag answers the same: 0 while
        the flag is empty, 1 once it is set.
        """
        fields: dict[str, Any] = dict(self._library.llama_context_params._fields_)
        params.abort_callback = ctypes.cast(c_function("strlen"), fields["abort_callback"])
        params.abort_callback_data = ctypes.addressof(self._stop_flag)

    def _make_batch(self) -> None:
        size = self.batch
        self._tokens = np.zeros(size, np.int32)
        self._positions = np.zeros(size, np.int32)
        self._sequences = np.zeros(size, np.int32)
        self._counts = np.ones(size, np.int32)
        self._outputs = np.zeros(size, np.int8)
        self._pointers = self._sequences.ctypes.data + 4 * np.arange(size, dtype=np.uintp)
        fields = dict(self._library.llama_batch._fields_)
        arrays: dict[str, NDArray[Any]] = {
            "token": self._tokens,
            "pos": self._positions,
            "n_seq_id": self._counts,
            "seq_id": self._pointers,
            "logits": self._outputs,
        }
        pointers = {name: ctypes.cast(array.ctypes.data, fields[name]) for name, array in arrays.items()}
        self._batch = self._library.llama_batch(n_tokens=0, embd=None, **pointers)

    def request_stop(self) -> None:
        """End a decode in flight, from any thread."""
        self._stop_flag.value = b"\x01"

    def clear_stop(self) -> None:
        """Allow decoding again."""
        self._stop_flag.value = b""

    def set_threads(self, threads: int) -> None:
        """Set how many threads evaluate a batch."""
        self._library.llama_set_n_threads(self.handle, threads, threads)

    def share(self, sequence: int) -> bool:
        """Let a sequence begin with what sequence 0 holds; false when this model's memory cannot do that.

        Only whole sequences are ever copied or removed, so recurrent and hybrid models, which have no partial
        removal, work the same way.
        """
        library = self._library
        library.llama_memory_seq_cp(self._memory, 0, sequence, -1, -1)
        last = library.llama_memory_seq_pos_max(self._memory, 0)
        if library.llama_memory_seq_pos_max(self._memory, sequence) == last:
            return True
        library.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return False

    def begin(self, sequence: int, temperature: float, seed: int) -> None:
        """Choose how the next tokens of a sequence are picked: greedy at 0, sampled above."""
        if temperature <= 0:
            return
        library = self._library
        chain = library.llama_sampler_chain_init(library.llama_sampler_chain_default_params())
        library.llama_sampler_chain_add(chain, library.llama_sampler_init_top_p(0.95, 1))
        library.llama_sampler_chain_add(chain, library.llama_sampler_init_temp(temperature))
        library.llama_sampler_chain_add(chain, library.llama_sampler_init_dist(seed & 0xFFFFFFFF))
        self._samplers[sequence] = weakref.finalize(self, library.llama_sampler_free, chain), chain

    def release(self, sequence: int) -> None:
        """Forget a sequence; 0 forgets the prefix."""
        self._library.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        if sequence in self._samplers:
            self._samplers.pop(sequence)[0]()

    def step(self, rows: Sequence[Row]) -> list[int]:
        """Evaluate rows and pick one token for each row that wants an output, in their order.

        Raises ``Cancelled`` when stopped, ``EngineError`` when llama.cpp fails or the model yields no numbers.
        """
        self._check(rows)
        count = len(rows)
        columns = np.array(rows, dtype=np.int32)  # (rows, 4)
        self._tokens[:count] = columns[:, 0]
        self._positions[:count] = columns[:, 1]
        self._sequences[:count] = columns[:, 2]
        self._outputs[:count] = columns[:, 3]
        self._batch.n_tokens = count
        self._decode()
        return self._pick([(index, row.sequence) for index, row in enumerate(rows) if row.output])

    def _check(self, rows: Sequence[Row]) -> None:
        """Refuse what would make llama.cpp abort the whole process instead of returning an error."""
        outputs = sum(row.output for row in rows)
        if not rows or len(rows) > self.batch:
            raise EngineError(f"A batch of {len(rows)} tokens does not fit the limit of {self.batch}.")
        if outputs > self.width + 1:
            raise EngineError(f"{outputs} outputs do not fit the limit of {self.width + 1}.")
        if any(not 0 <= row.sequence <= self.width for row in rows):
            raise EngineError(f"A sequence lies outside 0 to {self.width}.")
        if any(not 0 <= row.token < self.model.vocabulary_size for row in rows):
            raise EngineError("A token lies outside the vocabulary.")

    def _decode(self) -> None:
        code = self._library.llama_decode(self.handle, self._batch)
        if code == _ABORTED:
            raise Cancelled("The run was stopped.")
        if code == _NO_ROOM:
            raise EngineError(f"The context of {self.cells} tokens is full. Use fewer --jobs.")
        if code:
            raise EngineError(f"llama.cpp failed to evaluate a batch of {self.model.path.name} (code {code}).")

    def _pick(self, wanted: list[tuple[int, int]]) -> list[int]:
        if not wanted:
            return []
        pointer = self._library.llama_get_logits(self.handle)
        logits: NDArray[np.float32] = np.ctypeslib.as_array(
            ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float)), shape=(len(wanted), self.model.vocabulary_size)
        )
        best = logits.argmax(axis=1)  # (outputs,); a view of llama.cpp's own buffer, nothing is copied
        if not np.isfinite(logits[np.arange(len(wanted)), best]).all():
            raise EngineError(f"{self.model.path.name} yields no numbers (NaN): the file or the GPU driver is broken.")
        tokens = [int(token) for token in best]
        for place, (index, sequence) in enumerate(wanted):
            if sequence in self._samplers:
                chain = self._samplers[sequence][1]
                tokens[place] = self._library.llama_sampler_sample(chain, self.handle, index)
        return tokens

    def close(self) -> None:
        """Free the cache and the samplers; may be called twice."""
        for sequence in list(self._samplers):
            self._samplers.pop(sequence)[0]()
        self._free()
