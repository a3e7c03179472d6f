"""How editors and other programs save: each function leaves ``path`` with ``text``, its own way.

The steps were taken down with ``strace`` or come from the programs' documentation.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

Saver = Callable[[Path, str], None]


def in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def partial_writes(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for letter in text:
            file.write(letter)
            file.flush()


def synced_writes(path: Path, text: str) -> None:
    data = text.encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        for start in range(0, len(data), 40):
            os.write(descriptor, data[start : start + 40])
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def vim_rename(path: Path, text: str) -> None:
    """vim with ``backupcopy=no``: the old file becomes the backup."""
    swap, probe, backup = path.with_name(f".{path.name}.swp"), path.with_name("4913"), path.with_name(f"{path.name}~")
    swap.write_bytes(b"b0VIM 9.1")
    probe.touch()
    probe.unlink()
    if path.exists():
        path.rename(backup)
    path.write_text(text, encoding="utf-8")
    backup.unlink(missing_ok=True)
    swap.unlink()


def vim_copy(path: Path, text: str) -> None:
    """vim with ``backupcopy=yes``: the backup is a copy."""
    swap, backup = path.with_name(f".{path.name}.swp"), path.with_name(f"{path.name}~")
    swap.write_bytes(b"b0VIM 9.1")
    if path.exists():
        shutil.copyfile(path, backup)
    synced_writes(path, text)
    backup.unlink(missing_ok=True)
    swap.unlink()


def replaced(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def replaced_from_elsewhere(path: Path, text: str) -> None:
    """A temporary file in another folder, such as ``~/.cache``: no event names where it came from."""
    elsewhere = path.parent.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    (elsewhere / "save").write_text(text, encoding="utf-8")
    (elsewhere / "save").replace(path)


def emacs(path: Path, text: str) -> None:
    lock, autosave, backup = (path.with_name(name.format(path.name)) for name in (".#{}", "#{}#", "{}~"))
    lock.symlink_to("user@machine.4711:1700000000")
    autosave.write_text(text[: len(text) // 2], encoding="utf-8")
    if path.exists():
        path.rename(backup)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
    lock.unlink()
    autosave.unlink()


def nano(path: Path, text: str) -> None:
    swap = path.with_name(f".{path.name}.swp")
    swap.write_bytes(b"b0nano")
    with path.open("a", encoding="utf-8") as file:
        file.truncate(0)
        file.write(text)
    swap.unlink()


def vs_code(path: Path, text: str) -> None:
    """Truncated first, written in a second step."""
    with path.open("r+" if path.exists() else "w", encoding="utf-8") as file:
        file.truncate(0)
        file.flush()
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def jetbrains(path: Path, text: str) -> None:
    fresh, old = (path.with_name(f"{path.name}___jb_{kind}___") for kind in ("tmp", "old"))
    fresh.write_text(text, encoding="utf-8")
    if path.exists():
        path.rename(old)
    fresh.rename(path)
    old.unlink(missing_ok=True)


def gnome(path: Path, text: str) -> None:
    temporary = path.with_name(".goutputstream-K3X0Z1")
    temporary.write_text(text, encoding="utf-8")
    if path.exists():
        path.with_name(f"{path.name}~").unlink(missing_ok=True)
        os.link(path, path.with_name(f"{path.name}~"))
    temporary.rename(path)


def mac_safe_save(path: Path, text: str) -> None:
    """A folder of its own beside the file, as Cocoa makes one."""
    folder = path.with_name(f"{path.name}.sb-4e1f2a-Xy12Ab")
    folder.mkdir()
    (folder / path.name).write_text(text, encoding="utf-8")
    (folder / path.name).rename(path)
    folder.rmdir()


def delete_and_recreate(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


def hard_truncate(path: Path, text: str) -> None:
    if path.exists():
        os.truncate(path, 0)
    with path.open("ab") as file:
        file.write(text.encode())


def rsync(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.Kd93xQ")
    temporary.write_text(text, encoding="utf-8")
    os.utime(temporary, (1_600_000_000, 1_600_000_000))
    temporary.rename(path)


def syncthing(path: Path, text: str) -> None:
    temporary = path.with_name(f".syncthing.{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    if path.exists():
        path.unlink()
    temporary.rename(path)


def dropbox(path: Path, text: str) -> None:
    cache = path.with_name(".dropbox.cache")
    cache.mkdir(exist_ok=True)
    (cache / path.name).write_text(text, encoding="utf-8")
    (cache / path.name).replace(path)


def mapped(path: Path, text: str) -> None:
    """Through memory: the system reports that the file was closed, and no write."""
    import mmap  # noqa: PLC0415 -- one saver needs it

    data = text.encode()
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(len(data))
        with mmap.mmap(file.fileno(), len(data)) as memory:
            memory[:] = data
            memory.flush()


def sed(path: Path, text: str) -> None:
    """A temporary file ``sedXXXXXX`` beside it, renamed over it."""
    temporary = path.with_name("sedA8kQ2z")
    temporary.write_text(text, encoding="utf-8")
    temporary.chmod(0o600)
    temporary.rename(path)


def git_checkout(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(text.encode())


def real_vim(path: Path, text: str) -> None:
    """vim itself; only where it is installed."""
    lines = path.with_name(".lines")
    lines.write_text(text, encoding="utf-8")
    commands = ["set backup writebackup backupcopy=no swapfile", f"%!cat {lines.name}", "wq"]
    subprocess.run(
        ["vim", "-u", "NONE", "-N", "-es", *(f"+{command}" for command in commands), path.name],
        cwd=path.parent,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    path.with_name(f"{path.name}~").unlink(missing_ok=True)
    lines.unlink()


SAVERS: dict[str, Saver] = {
    saver.__name__: saver
    for saver in (
        in_place,
        partial_writes,
        synced_writes,
        vim_rename,
        vim_copy,
        replaced,
        replaced_from_elsewhere,
        emacs,
        nano,
        vs_code,
        jetbrains,
        gnome,
        mac_safe_save,
        delete_and_recreate,
        hard_truncate,
        rsync,
        syncthing,
        dropbox,
        mapped,
        sed,
        git_checkout,
    )
}
"""Those that need no program."""

NEEDED = {"real_vim": "vim"}
"""Programs that savers need."""
