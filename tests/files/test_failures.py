"""Failures of the file system in words."""

import errno

import pytest

from styletune.files.failures import in_words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "x"), "you have no permission"),
        (OSError(errno.ENOSPC, "x"), "the disk is full"),
        (IsADirectoryError(errno.EISDIR, "x"), "it is a folder"),
        (OSError(errno.EBADF, "x"), "Bad file descriptor"),  # what has no words of ours has the system's
        (OSError("no number at all"), "no number at all"),
    ],
)
def test_what_failed_is_said_without_numbers(error: OSError, words: str):
    assert in_words(error) == words
