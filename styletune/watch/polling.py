"""Why files are looked at again and again instead of waiting for events."""

from collections.abc import Sequence
from pathlib import Path

_ENOUGH = {"fs.inotify.max_user_watches": 524_288, "fs.inotify.max_user_instances": 1024}
"""Values that other programs advise for these settings."""


def why_polled(refused: Exception | None, missed: Sequence[Path]) -> str:
    """Say in words why the system's events were given up, and what to do about it where something can be done.

    ``refused`` is what the system answered when it was asked for watches; ``missed`` are files that changed without an
    event.
    """
    if refused is None and missed:
        return f"{missed[0]} changed and the system did not say so, as happens on network folders."
    if refused is None:
        return "The system's events ended twice without a reason."
    setting: str = getattr(refused, "setting", "")
    if setting not in _ENOUGH:
        return f"The system cannot watch these folders ({refused})."
    return (
        f"The system has no watches left for these folders. To have more, raise {setting}, for example with "
        f"sudo sysctl {setting}={_ENOUGH[setting]}."
    )
