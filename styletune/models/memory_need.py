"""How much memory a model takes while it runs."""

from styletune.models.gguf_header import Array, Header

CONTEXT = 4096
"""Tokens of context that are reckoned with: many short jobs side by side, not one long one."""

_BUFFERS = 300_000_000
"""Bytes for llama.cpp's work buffers and the program itself."""

_CACHE_VALUE = 2
"""Bytes of one value of the key-value cache."""

BITS_PER_WEIGHT = {
    "Q2_K": 3.16,
    "Q3_K_S": 3.64,
    "Q3_K_M": 4.00,
    "Q3_K_L": 4.30,
    "IQ4_XS": 4.46,
    "IQ4_NL": 4.68,
    "Q4_0": 4.66,
    "Q4_1": 5.12,
    "Q4_K_S": 4.67,
    "Q4_K_M": 4.89,
    "Q5_0": 5.57,
    "Q5_1": 6.0,
    "Q5_K_S": 5.57,
    "Q5_K_M": 5.70,
    "Q6_K": 6.56,
    "Q8_0": 8.50,
    "F16": 16.0,
    "BF16": 16.0,
    "F32": 32.0,
}
"""Bits that one weight takes in a model of about 8 billion, by quantization; small models take more, because fewer of
their rows can be cut into large blocks. Source: https://github.com/ggml-org/llama.cpp/tree/master/tools/quantize"""


def weights_size(parameters: int, quantization: str) -> int | None:
    """Estimate the bytes of a model's weights; ``None`` for a quantization that is not known."""
    bits = BITS_PER_WEIGHT.get(quantization.upper())
    return None if bits is None else round(parameters * bits / 8)


def memory_need(weights: int, cache_per_token: int) -> int:
    """Return the bytes a model takes while it runs: weights, key-value cache and buffers.

    Arguments: ``weights`` in bytes; ``cache_per_token`` is what one token of context takes, in bytes.
    """
    return weights + cache_per_token * CONTEXT + _BUFFERS


def cache_per_token(header: Header) -> int:
    """Return the bytes that one token takes in a 16-bit key-value cache of a model; 0 if its header does not say.

    All layers are counted, also those that look back on a short window only, so that this is an upper bound.
    """
    architecture = header.text("general.architecture")
    layers = header.number(f"{architecture}.block_count") or 0
    heads = header.number(f"{architecture}.attention.head_count") or 1
    width = (header.number(f"{architecture}.embedding_length") or 0) // max(heads, 1)
    key = header.number(f"{architecture}.attention.key_length") or width
    value = header.number(f"{architecture}.attention.value_length") or width
    return _cache_heads(header, f"{architecture}.attention.head_count_kv", layers, heads) * (key + value) * _CACHE_VALUE


def _cache_heads(header: Header, entry: str, layers: int, heads: int) -> int:
    """Count the heads of all layers; a list gives each layer its own number."""
    stored = header.metadata.get(entry)
    if isinstance(stored, Array):
        return sum(int(item) for item in stored.items or () if isinstance(item, int))
    return layers * (header.number(entry) or heads)
