"""The machine: its system, its memory and its disks."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from styletune.doctor.finding import Finding, Remedy, State, sized
from styletune.files.failures import in_words
from styletune.macos import sysctl

_ROOM, _ROOM_FOR_MODELS = 50_000_000, 5_000_000_000
"""Bytes that should be free: for drafts and caches, and for one larger model."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Main memory in bytes; ``None`` where the system does not say."""

    total: int | None
    available: int | None


def system_findings() -> Iterator[Finding]:
    """Look at the system and its processor."""
    name = "macOS " + platform.mac_ver()[0] if sys.platform == "darwin" else f"{platform.system()} {platform.release()}"
    text = f"{name} on {platform.machine()}, {os.cpu_count() or 1} cores, Python {platform.python_version()}"
    if sysctl("sysctl.proc_translated") == "1":
        say = "Install Python for Apple Silicon and styletune in it; Intel programs are translated and cannot use the GPU."
        yield Finding("system", "warning", f"{text}, translated by Rosetta", Remedy(say, "brew install python"))
    else:
        yield Finding("system", "good", text, detail=sys.executable)


def memory() -> Memory:
    """Ask the system for its memory; a limit of a container counts as all there is."""
    if sys.platform == "win32":
        return _windows_memory()
    total = available = None
    with suppress(OSError, ValueError):
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "darwin":
        return Memory(total, _mac_available())
    with suppress(OSError):
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
        available = int(found[1]) * 1024 if found else None
    return _within_container(Memory(total, available))


def _within_container(memory: Memory, folder: Path = Path("/sys/fs/cgroup")) -> Memory:
    """Source: the kernel's documentation of control groups, version 2."""
    try:
        limit = int((folder / "memory.max").read_text(encoding="ascii"))
        used = int((folder / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):  # no container, or "max": no limit
        return memory
    free = max(limit - used, 0)
    return Memory(min(limit, memory.total or limit), min(free, memory.available or free))


def _mac_available() -> int | None:
    """Add up what macOS gives away without swapping."""
    try:
        text = subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True, check=False, timeout=5).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    page = re.search(r"page size of (\d+)", text)
    counts = re.findall(r"Pages (?:free|inactive|speculative|purgeable):\s+(\d+)", text)
    return sum(map(int, counts)) * int(page[1]) if page and counts else None


def _windows_memory() -> Memory:
    import ctypes  # noqa: PLC0415 - only Windows needs it

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "available", "a", "b", "c", "d", "e")),
        )

    status = Status(length=ctypes.sizeof(Status))
    windows = getattr(ctypes, "windll", None)
    if windows is None or not windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return Memory(None, None)
    return Memory(int(status.total), int(status.available))


def disk_findings(root: Path) -> Iterator[Finding]:
    """Look at the disks that hold the project in ``root``, the models and the caches."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - only this verb asks for all folders

    from styletune.models.installed import models_folder  # noqa: PLC0415 - likewise

    yield _folder(
        "this folder", root, full="broken", remedy=Remedy("Give yourself the right to write here, or use --output.")
    )
    models, caches = models_folder(), user_cache_path("styletune", appauthor=False)
    elsewhere = Remedy(
        "Keep models on another disk, or in a folder of yours.", "export STYLETUNE_MODELS=/PATH/TO/FOLDER"
    )
    yield _folder("models folder", models, full="warning", remedy=elsewhere, least=_ROOM_FOR_MODELS)
    again = Remedy(
        f"{shown(caches)} cannot be used, so some things are found out anew each time. Make it yours and make room."
    )
    yield _folder("cache folder", caches, full="warning", remedy=again)


def _folder(name: str, folder: Path, *, full: State, remedy: Remedy, least: int = _ROOM) -> Finding:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        return Finding(name, "warning", f"{shown(folder)}, but {shown(there)} cannot be written", remedy)
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(name, "warning", f"{shown(folder)}: {in_words(error)}", remedy)
    text = f"{shown(folder)}, {sized(free)} free"
    if free < least:
        return Finding(
            name,
            full,
            text,
            remedy if full == "warning" else Remedy("The disk is full: make room, or nothing can be written."),
        )
    return Finding(name, "good", text)


def shown(path: Path) -> str:
    """Write a path with ~ for the home folder."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
