"""``styletune doctor``: what this machine can do, what is missing, and the command that mends it."""

import locale
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from styletune import __version__
from styletune.commands.project_settings import DoctorSettings
from styletune.doctor.examination import examine
from styletune.doctor.finding import Finding, Remedy, State
from styletune.errors import FileError
from styletune.project import project_root
from styletune.terminal.console import Console, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

BROKEN = 1

_SIGNS: dict[State, tuple[str, str, str]] = {
    "broken": ("✗", "x", "bold red"),
    "warning": ("!", "!", "bold yellow"),
    "good": ("✓", "+", "green"),
    "absent": ("·", "-", "dim"),
}
"""Each state's sign, what stands for it where that cannot be written, and its colour."""


def run(settings: DoctorSettings, console: Console) -> int:
    """Look at this machine and the project around the current folder; 1 if something would stop a run.

    Raises ``FileError`` if there is no current folder.
    """
    findings = examine(_project(), terminal=_terminal(console))
    usable = all(finding.state != "broken" for finding in findings)
    if settings.json:
        console.write_json(_as_json(findings, usable=usable))
    elif settings.quiet:
        for finding in findings:
            if finding.state == "broken":
                console.error(f"{finding.name}: {finding.text}")
    else:
        _show(findings, console, verbose=settings.verbose)
    return 0 if usable else BROKEN


def _project() -> Path:
    try:
        return project_root(Path.cwd() / "draft.md")  # the project that a draft here would belong to
    except FileNotFoundError:
        raise FileError("The folder you are in does not exist any more. Change to another one: cd ~") from None


def _terminal(console: Console) -> Finding:
    """Look at how text reaches the reader."""
    encoding = (sys.stdout.encoding if sys.stdout else None) or locale.getpreferredencoding()
    colours = f"colours ({console.terminal.color_system})" if console.coloured(on_stdout=True) else "no colours"
    text = f"{encoding}, {colours}, {console.terminal.width} columns"
    if _writes_utf8():
        return Finding("terminal", "good", text, detail=f"TERM={os.environ.get('TERM', '')}")
    say = "Text that is not English may be shown as question marks or numbers: choose a UTF-8 locale."
    command = "set PYTHONUTF8=1" if sys.platform == "win32" else "export LC_ALL=C.UTF-8"
    return Finding("terminal", "warning", f"{text}, so not every character can be shown", Remedy(say, command))


def _writes_utf8() -> bool:
    try:
        "✓文".encode((sys.stdout.encoding if sys.stdout else None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _as_json(findings: "Sequence[Finding]", *, usable: bool) -> object:
    return {"styletune": __version__, "usable": usable, "findings": [asdict(finding) for finding in findings]}


def _show(findings: "Sequence[Finding]", console: Console, *, verbose: bool) -> None:
    console.show(Text(f"styletune {__version__}: {_verdict(findings)}", style="bold"), on_stdout=True)
    console.show(_table(findings, verbose=verbose), on_stdout=True)
    troubles = _remedies(findings, "broken", "warning")
    if troubles:
        console.show(Text("\nWhat to do", style="bold"), on_stdout=True)
    for number, remedy in enumerate(troubles, 1):
        _tell(console, f"{number}. ", remedy)
    more = _remedies(findings, "absent")
    if more:
        console.show(Text("\nWhat more there is", style="bold"), on_stdout=True)
    for remedy in more:
        _tell(console, f"{_sign('absent')[0]}  ", remedy)


def _verdict(findings: "Sequence[Finding]") -> str:
    broken, warnings = (sum(finding.state == state for finding in findings) for state in ("broken", "warning"))
    if broken:
        return "1 thing would stop a run" if broken == 1 else f"{broken} things would stop a run"
    if warnings:
        return f"ready, with {warnings} {'thing' if warnings == 1 else 'things'} to know"
    return "ready"


def _table(findings: "Sequence[Finding]", *, verbose: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for finding in findings:
        sign, style = _sign(finding.state)
        quiet = "dim" if finding.state == "absent" else ""
        text = Text(printable(finding.text), style=quiet)
        if verbose and finding.detail:
            text.append(f"\n{printable(finding.detail)}", style="dim")
        table.add_row(Text(sign, style=style), Text(finding.name, style=quiet), text)
    return table


def _sign(state: State) -> tuple[str, str]:
    sign, plain, style = _SIGNS[state]
    return (sign if _writes_utf8() else plain), style


def _remedies(findings: "Sequence[Finding]", *states: State) -> list[Remedy]:
    """List what is to be done, each thing once."""
    found = [finding.remedy for finding in findings if finding.state in states and finding.remedy is not None]
    return list(dict.fromkeys(found))


def _tell(console: Console, mark: str, remedy: Remedy) -> None:
    row = Table.grid()
    row.add_column(no_wrap=True)
    row.add_column(ratio=1)
    row.add_row(mark, Text(printable(remedy.say)))
    console.show(row, on_stdout=True)
    if remedy.command:  # as one line, however long: it is there to be copied
        console.write(f"     {printable(remedy.command)}\n".encode(sys.stdout.encoding or "utf-8", "replace"))
