"""Models as files: the registry, the ones that are installed, and what stands in a GGUF header."""
