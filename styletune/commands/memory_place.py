"""Which project the verbs of ``memory`` work on."""

from pathlib import Path

from styletune.errors import UsageError
from styletune.project import project_root


def project_folder(named: Path | None) -> Path:
    """Return the project's folder: the one that ``--project`` names, else the one around the working folder.

    Raises ``UsageError`` if there is no such folder.
    """
    if named is None:
        return project_root(Path.cwd() / "draft")
    if not named.is_dir():
        raise UsageError(f"--project {named}: there is no such folder. Name the one that holds styletune.toml.")
    return named.absolute()
