"""All checks, one after the other; one that fails itself is a finding too."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from styletune.doctor.finding import ORDER, Finding, Remedy
from styletune.doctor.machine import disk_findings, memory, system_findings
from styletune.doctor.packages import package_findings
from styletune.models.choice import ModelChoice


def examine(root: Path, *, terminal: Finding) -> list[Finding]:
    """Look at everything that a run in a project needs, worst first; nothing is written, and no server contacted.

    Arguments: ``root`` is the project's folder; ``terminal`` is what is known of the terminal already.
    """
    from styletune.doctor import llama, models_here, project  # noqa: PLC0415 - a broken part must not hide the others

    config, findings = project.read_project(root)
    chosen: list[ModelChoice | None] = []

    def model() -> Iterable[Finding]:
        choice, finding = models_here.default_model(config)
        chosen.append(choice)
        return [finding, *models_here.profile_findings(config)]

    def choice() -> ModelChoice | None:
        return chosen[0] if chosen else None

    def needed() -> bool:
        found = choice()
        return found is None or found.path is not None

    for name, look in (
        ("model", model),
        ("llama.cpp", lambda: llama.llama_findings(needed=needed())),
        ("memory", lambda: models_here.fit_findings(choice(), memory())),
        ("threads", lambda: models_here.thread_findings(choice())),
        ("installed", models_here.installed_findings),
        ("rules", lambda: project.memory_findings(config)),
        ("endpoint", lambda: project.endpoint_findings(config)),
        ("system", system_findings),
        ("disk", lambda: disk_findings(root)),
        ("extras", package_findings),
        ("terminal", lambda: [terminal]),
    ):
        findings += _guarded(name, look)
    return sorted(findings, key=_urgency)


def _urgency(finding: Finding) -> tuple[int, bool]:
    """Put what is worst first; a missing model waits for the library that downloads and runs it."""
    return ORDER.index(finding.state), finding.state == "broken" and finding.name == "model"


def _guarded(name: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(look())
    except Exception as error:  # noqa: BLE001 - whatever is broken here is what people want to know
        reason = f"{type(error).__name__}: {error}".replace("\n", " ")
        say = f"Please report that doctor could not look at this ({name}), with the text above."
        return [Finding(name, "warning", f"cannot be looked at ({reason})", Remedy(say), detail=sys.version)]
