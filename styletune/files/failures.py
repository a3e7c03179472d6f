"""Failures of the file system in words."""

import errno
import os

_WORDS = {
    errno.EACCES: "you have no permission",
    errno.EPERM: "the system does not allow it",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EFBIG: "the file is too large for this disk",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its symbolic links lead in a circle",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EEXIST: "a part of its path is a file, not a folder",
    errno.ENOENT: "there is no such file or folder",
    errno.EMFILE: "too many files are open",
    errno.EIO: "the disk reports an error",
}


def in_words(error: OSError) -> str:
    """Say in words why a file operation failed."""
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    return os.strerror(error.errno) if error.errno else str(error)
