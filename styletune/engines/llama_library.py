"""The llama.cpp library: loaded late, kept silent, and asked about vocabularies.

llama-cpp-python's ``Llama`` class is not used: it decodes one sequence at a time, runs on the CPU unless told
otherwise, drops tokens longer than 32 bytes when it turns them into text, and its ``draft_model`` copies the logits
of every prompt token.
"""

import ctypes
import importlib
import os
import sys
import weakref
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from styletune.errors import ModelError
from styletune.models.weights import check_gguf

_WARN, _ERROR = 3, 4
_SENTENCEPIECE = 1


@cache
def c_function(name: str) -> Any:  # noqa: ANN401 - ctypes function pointers have no public type
    """Find a function of the C library."""
    return getattr(ctypes.CDLL("msvcrt" if sys.platform == "win32" else None), name)


@cache
def _silent_sink() -> Any:  # noqa: ANN401
    """Make a log callback that does nothing and runs no Python.

    llama.cpp logs from its own threads and, on some backends, from destructors that run after the interpreter is gone;
    a Python callback would crash there. C's ``abs`` looks at its first argument only and changes nothing.
    """
    return ctypes.cast(c_function("abs"), load_library().llama_log_callback)


@cache
def load_library() -> Any:  # noqa: ANN401 - llama_cpp's own annotations do not survive its decorators
    """Import the low-level bindings and start the backend.

    Raises ``ModelError`` when llama-cpp-python is missing or broken.
    """
    try:
        library: Any = importlib.import_module("llama_cpp.llama_cpp")
    except ImportError as error:
        raise ModelError(
            "llama-cpp-python is not installed, so no .gguf model can run here. Run: pip install 'styletune[local]' "
            "(it is compiled on this machine: a C compiler is needed; on a Mac, run xcode-select --install first)."
        ) from error
    except (OSError, RuntimeError) as error:
        raise ModelError(
            f"llama-cpp-python is installed but cannot be loaded: {error}. "
            "Run: pip install --force-reinstall --no-cache-dir llama-cpp-python"
        ) from error
    library.llama_log_set(ctypes.cast(c_function("abs"), library.llama_log_callback), None)
    library.llama_backend_init()
    return library


@contextmanager
def collected_log() -> Generator[deque[str]]:
    """Collect what llama.cpp warns of while the block runs; newest line last."""
    library = load_library()
    lines: deque[str] = deque(maxlen=12)

    def keep(level: int, text: bytes, _data: object) -> None:
        if level in {_WARN, _ERROR} and text.strip():
            lines.append(text.decode("utf-8", "replace").strip())

    callback = library.llama_log_callback(keep)
    library.llama_log_set(callback, None)
    try:
        yield lines
    finally:
        library.llama_log_set(_silent_sink(), None)


class LlamaModel:
    """A GGUF model in memory: its weights, its vocabulary and its metadata.

    ``vocab_only`` leaves the weights out, which is enough to count tokens. Raises ``ModelError`` naming the file when it cannot be used.
    """

    def __init__(self, path: Path, *, gpu_layers: int = -1, vocab_only: bool = False) -> None:
        check_gguf(path)
        self.path = path
        self.library = load_library()
        params = self.library.llama_model_default_params()
        params.n_gpu_layers = gpu_layers
        params.vocab_only = vocab_only
        with collected_log() as log:
            self.handle = self.library.llama_model_load_from_file(os.fsencode(path), params)
        if not self.handle:
            detail = log[0].strip().rstrip(".") if log else "llama.cpp gives no reason"
            raise ModelError(
                f"llama.cpp cannot load {path}: {detail}. If the file is incomplete or damaged, fetch it again; if its "
                "architecture is new, upgrade llama-cpp-python."
            )
        self._free = weakref.finalize(self, self.library.llama_model_free, self.handle)
        self.vocabulary = self.library.llama_model_get_vocab(self.handle)
        self._pieces: dict[int, bytes] = {}
        try:
            self._check_kind()
        except ModelError:
            self.close()
            raise

    def _check_kind(self) -> None:
        library = self.library
        if library.llama_model_has_encoder(self.handle) or not library.llama_model_has_decoder(self.handle):
            raise ModelError(f"{self.path} is an encoder model; styletune needs a decoder, such as Llama or Qwen.")
        if library.llama_model_is_diffusion(self.handle):
            raise ModelError(f"{self.path} is a diffusion model; styletune needs one that writes left to right.")
        if library.llama_vocab_n_tokens(self.vocabulary) <= 0:
            raise ModelError(f"{self.path} has no vocabulary, so no text can be given to it.")

    @property
    def trained_context(self) -> int:
        """Tokens the model was trained to look back on."""
        return int(self.library.llama_model_n_ctx_train(self.handle)) or 4096

    @property
    def original_context(self) -> int:
        """Tokens of context up to which rotary embeddings are not stretched.

        Some models (the long variants of Phi-3) switch to other factors as soon as a context is larger than this, so
        a cache for many short jobs stays below it.
        """
        key = f"{self._metadata('general.architecture')}.rope.scaling.original_context_length"
        value = self._metadata(key)
        return int(value) if value.isdigit() and int(value) > 0 else 1 << 24

    @property
    def on_gpu(self) -> bool:
        """Whether llama.cpp was built for a GPU, to which all layers then go."""
        return bool(self.library.llama_supports_gpu_offload())

    def _metadata(self, key: str) -> str:
        buffer = ctypes.create_string_buffer(256)
        count = self.library.llama_model_meta_val_str(self.handle, key.encode(), buffer, len(buffer))
        return str(buffer.value, "utf-8", "replace") if count >= 0 else ""

    @property
    def vocabulary_size(self) -> int:
        """Number of tokens in the vocabulary."""
        return int(self.library.llama_vocab_n_tokens(self.vocabulary))

    @property
    def bytes_per_cell(self) -> int:
        """Bytes that one token takes in a 16-bit key-value cache."""
        library = self.library
        head = library.llama_model_n_embd(self.handle) // max(library.llama_model_n_head(self.handle), 1)
        values = library.llama_model_n_layer(self.handle) * library.llama_model_n_head_kv(self.handle) * head
        return max(int(values) * 2 * 2, 1)

    @property
    def chat_template(self) -> str:
        """The model's own Jinja template; raises ``ModelError`` when it has none."""
        raw = self.library.llama_model_chat_template(self.handle, None)
        if not raw:
            raise ModelError(
                f"{self.path} has no chat template, so it is probably a base model that cannot follow instructions. "
                "Choose an instruction-tuned model (its name often ends in -Instruct or -it)."
            )
        return str(raw, "utf-8", "replace")

    @property
    def bos(self) -> int:
        """The beginning-of-sequence token; -1 when there is none."""
        return int(self.library.llama_vocab_bos(self.vocabulary))

    @property
    def adds_bos(self) -> bool:
        """Whether a prompt begins with the beginning-of-sequence token even if the template does not write it."""
        return bool(self.library.llama_vocab_get_add_bos(self.vocabulary)) and self.bos >= 0

    @property
    def eos(self) -> int:
        """The end-of-sequence token; -1 when there is none."""
        return int(self.library.llama_vocab_eos(self.vocabulary))

    @property
    def drops_first_space(self) -> bool:
        """Whether the vocabulary puts a space before the first word of a text (SentencePiece)."""
        return bool(self.library.llama_vocab_type(self.vocabulary) == _SENTENCEPIECE)

    def token_text(self, token: int) -> str:
        """Look up how the vocabulary spells a token; empty for -1."""
        return str(self.library.llama_vocab_get_text(self.vocabulary, token), "utf-8", "replace") if token >= 0 else ""

    def is_end(self, token: int) -> bool:
        """Tell whether generation ends at this token."""
        return bool(self.library.llama_vocab_is_eog(self.vocabulary, token))

    def tokenize(self, text: str, *, control: bool) -> list[int]:
        """Turn text into tokens; ``control`` lets spellings such as ``<|im_end|>`` become control tokens."""
        data = text.encode("utf-8", "replace")
        size = len(data) + 8
        while True:
            buffer = (ctypes.c_int32 * size)()
            count = self.library.llama_tokenize(self.vocabulary, data, len(data), buffer, size, False, control)
            if count >= 0:
                return list(buffer[:count])
            size = -count

    def piece(self, token: int) -> bytes:
        """Turn a token into the bytes it stands for; empty for control tokens.

        The buffer grows to what the token needs: one token may hold a line of 64 dashes.
        """
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._piece(token)
        return known

    def _piece(self, token: int) -> bytes:
        size = 32
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = self.library.llama_token_to_piece(self.vocabulary, token, buffer, size, 0, False)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def close(self) -> None:
        """Free the weights; may be called twice."""
        self._free()
