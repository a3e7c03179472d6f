"""Every error that styletune raises on purpose.

::

    StyletuneError                 base; carries the exit code
    ├── UsageError                 wrong use: a bad flag, path or combination (exit 2)
    │   ├── OutputExistsError      the output was written by hand (exit 2)
    │   └── SettingsError          styletune.toml, a rule file or the glossary cannot be used (exit 2)
    ├── FileError                  a file cannot be read, decoded or written (exit 2)
    │   └── SourceChangedError     the source changed while it was being worked on (exit 2)
    ├── ModelError                 a model is missing, broken or unfit (exit 3)
    │   └── ModelMissingError      no model was named and none is installed (exit 3)
    ├── EngineError                the engine failed while it ran (exit 3)
    └── Cancelled                  the user stopped the run (exit 130)

A message says what went wrong, where, and what to do next. Library code raises these and never prints or
exits; ``styletune.terminal.console`` turns them into text and exit codes.
"""

from typing import ClassVar


class StyletuneError(Exception):
    """Base of all errors raised on purpose; the message is shown to the user as it is."""

    exit_code: ClassVar[int] = 3
    code: ClassVar[str] = "error"
    """Short stable name used in ``--json`` reports."""


class UsageError(StyletuneError):
    """Signal a flag, a path or a combination of them that cannot work."""

    exit_code = 2
    code = "usage"


class OutputExistsError(UsageError):
    """Signal an output file that styletune has no record of writing."""

    code = "output_exists"


class SettingsError(UsageError):
    """Signal a settings, rule or glossary file that cannot be used; one line a problem, each with ``FILE:LINE``."""

    code = "settings"


class FileError(StyletuneError):
    """Signal a file that cannot be read, decoded or written."""

    exit_code = 2
    code = "file"


class SourceChangedError(FileError):
    """Signal a source that no longer has the bytes it was read with."""

    code = "source_changed"


class ModelError(StyletuneError):
    """Signal a model that is broken or cannot do what was asked."""

    code = "model"


class ModelMissingError(ModelError):
    """Signal that no model was named and none is installed."""

    code = "model_missing"


class EngineError(StyletuneError):
    """Signal an engine that failed while it ran."""

    code = "engine"


class Cancelled(StyletuneError):  # noqa: N818 - stopping is no error of anybody's
    """Signal that the user stopped the run."""

    exit_code = 130
    code = "cancelled"
