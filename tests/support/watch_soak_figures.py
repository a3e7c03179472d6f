"""What happened in a soak, for programs and for people."""

import statistics
from typing import TYPE_CHECKING, Any

import forked_runs
import watch_soak_looks as looks

if TYPE_CHECKING:
    from watch_soak import Soak


def quarters(memory: list[int]) -> list[int]:
    """Return the medians of the four quarters."""
    size = len(memory) // 4
    return (
        [round(statistics.median(memory[start : start + size])) for start in range(0, 4 * size, size)] if size else []
    )


def figures(soak: "Soak", seed: int, seconds: float) -> dict[str, Any]:
    """Say what happened, for programs; sizes are in bytes, times in seconds."""
    return {
        "seed": seed,
        "saves": soak.saves,
        "styles": soak.drafts.styles,
        "changes": soak.drafts.changes,
        "half_saved": soak.drafts.half_saved,
        "edits": sum(len(post.edits) for post in soak.drafts.posts),
        "kills": sum(soak.died[phase] for phase in forked_runs.PHASES),
        "inside": sum(soak.died[phase] for phase in forked_runs.PHASES[1:]),
        "died": soak.died,
        "starts": soak.watcher.starts,
        "events": soak.watcher.events,
        "working": soak.watcher.events["working"],
        "most_work": soak.saves
        + len(soak.drafts.posts) * (1 + soak.drafts.changes["rename folder"])
        + soak.watcher.starts,
        "memory": quarters(soak.memory),
        "peak": max(soak.memory, default=0),
        "delay": round(statistics.median(soak.delays), 2) if soak.delays else None,
        "seconds": round(seconds),
        "problems": looks.unique(soak.problems),
    }


def table(found: dict[str, Any]) -> str:
    """Render figures for people."""
    lines: list[tuple[str, Any]] = [
        ("seed", found["seed"]),
        ("saves", found["saves"]),
        *((f"  {name}", count) for name, count in sorted(found["styles"].items())),
        ("changes", ", ".join(f"{count} {name}" for name, count in sorted(found["changes"].items()))),
        ("outputs of half a save", found["half_saved"]),
        ("edits of outputs", found["edits"]),
        ("kills of the watcher", f"{found['kills']}, inside a write or commit {found['inside']}"),
        *((f"  {name}", count) for name, count in sorted(found["died"].items())),
        ("starts", found["starts"]),
        ("events", ", ".join(f"{count} {name}" for name, count in sorted(found["events"].items()))),
        ("memory by quarter", ", ".join(f"{size / 2**20:.1f} MiB" for size in found["memory"])),
        ("peak memory", f"{found['peak'] / 2**20:.1f} MiB"),
        ("median save to output", f"{found['delay']} s"),
        ("took", f"{found['seconds']} s"),
        ("problems", len(found["problems"])),
        *(("", problem) for problem in found["problems"]),
    ]
    return "\n".join(f"{name:<24} {value}" for name, value in lines)
