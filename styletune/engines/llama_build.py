"""How the installed llama.cpp was built."""

import importlib
import json
import re
from typing import Any

from styletune.engines.llama_library import load_library

_FEATURE = re.compile(r"(?:(?P<backend>\w+) : )?(?P<name>\w+) = (?P<value>[^|]*)")


def describe_build() -> dict[str, Any]:
    """Load llama.cpp and say what it can use: ``version``, ``gpu``, and ``backends`` with the features of each.

    Raises ``ModelError`` when it cannot be loaded. A build for another processor ends the whole process here, so
    that callers who want to live do this in another one.
    """
    library = load_library()
    text = library.llama_print_system_info().decode("utf-8", "replace")
    return {
        "version": str(getattr(importlib.import_module("llama_cpp"), "__version__", "")),
        "gpu": bool(library.llama_supports_gpu_offload()),
        "backends": parse_system_info(text),
    }


def parse_system_info(text: str) -> dict[str, list[str]]:
    """Read llama.cpp's line about itself: ``CPU : SSE3 = 1 | AVX = 1 | Metal : EMBED_LIBRARY = 1 |``."""
    backends: dict[str, list[str]] = {}
    backend = "CPU"
    for found in _FEATURE.finditer(text):
        backend = found["backend"] or backend
        features = backends.setdefault(backend, [])
        if found["value"].strip() != "0":
            features.append(found["name"])
    return backends


def main() -> str:
    """Describe the build as JSON, for another process."""
    return json.dumps(describe_build())
