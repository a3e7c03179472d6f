"""What a file is that should be a GGUF model and is not."""

from collections.abc import Callable

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "it is a Git LFS pointer; run git lfs pull in its folder"),
    (b"PK", "it is a zip archive, perhaps a PyTorch checkpoint, which must be converted to GGUF"),
    (b"\x80", "it is a Python pickle, perhaps a PyTorch checkpoint, which must be converted to GGUF"),
    (b"lmgg", "it is a model in the old GGML format, which llama.cpp no longer reads; fetch it as GGUF"),
    (b"fmgg", "it is a model in the old GGMF format, which llama.cpp no longer reads; fetch it as GGUF"),
    (b"tjgg", "it is a model in the old GGJT format, which llama.cpp no longer reads; fetch it as GGUF"),
    (b"algg", "it is an adapter in the old GGLA format, which llama.cpp no longer reads"),
    (b"FUGG", "it is a GGUF file with its bytes reversed"),
    (b"\x89HDF", "it is an HDF5 file, perhaps a Keras model, which must be converted to GGUF"),
    (b"\x93NUMPY", "it is a NumPy array"),
    (b"\x1f\x8b", "it is a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "it is a 7-Zip archive; unpack it first"),
    (b"BZh", "it is a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ", "it is an xz archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "it is a zstd archive; unpack it first"),
    (b"%PDF", "it is a PDF"),
    (b"\x7fELF", "it is a program"),
)


def what_it_is(head: bytes) -> str:
    """Say what a file is that does not begin like a GGUF model, and what to do with it.

    Arguments: ``head`` is the beginning of the file; 512 bytes are enough.
    """
    for beginning, words in _BEGINNINGS:
        if head.startswith(beginning):
            return words
    for recognized, words in _MARKS:
        if recognized(head):
            return words
    return "it does not begin with the bytes GGUF"


def _is_text(head: bytes) -> bool:
    try:
        text = head[:256].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)


_MARKS: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda head: not head, "it is empty, so the download never began"),
    (
        lambda head: head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<error")),
        "it is a web page, so the download needed a login or another address",
    ),
    (lambda head: head[257:].startswith(b"ustar"), "it is a tar archive; unpack it first"),
    (lambda head: head[8:9] == b"{", "it looks like safetensors, which must be converted to GGUF"),
    (lambda head: head.startswith((b"{", b"[")), "it is JSON, perhaps a server's error message"),
    (
        lambda head: not head.strip(b"\x00"),
        "it begins with zeros: the download reserved its space and never filled it",
    ),
    (_is_text, "it is a text file"),
)
