"""The project around a folder: its settings, its rules, and what it remembers."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from styletune.config.load import load_config
from styletune.config.schema import Config, Endpoint
from styletune.doctor.finding import Finding, Remedy
from styletune.doctor.machine import shown
from styletune.errors import FileError, SettingsError
from styletune.project import RULE_FILE, SETTINGS, STATE
from styletune.text.counted import counted


def read_project(root: Path) -> tuple[Config, list[Finding]]:
    """Read a project's settings; where they cannot be used, the defaults stand in for them."""
    there = [name for name in (SETTINGS, RULE_FILE, STATE) if (root / name).exists()]
    if not there:
        remedy = Remedy("To give a blog settings and rules of its own, in its folder:", "styletune init")
        return Config(root), [Finding("project", "absent", f"none in {shown(root)}; the defaults hold", remedy)]
    try:
        config = load_config(root)
    except SettingsError as error:
        remedy = Remedy(f"Correct {shown(root / SETTINGS)}: runs stop until then.")
        return Config(root), [Finding("settings", "broken", line, remedy) for line in str(error).splitlines()]
    profiles = f", profiles {', '.join(profile.name for profile in config.profiles)}" if config.profiles else ""
    return config, [Finding("project", "good", f"{shown(root)} with {', '.join(there)}{profiles}")]


def memory_findings(config: Config) -> Iterator[Finding]:
    """Look at the rules, the glossary, what was learned and the translation memory."""
    yield from _rules(config)
    yield from _learned(config.root)
    from styletune.memory.translation_memory import FILE, check  # noqa: PLC0415 - SQLite is loaded where there is one

    path = config.root / STATE / FILE
    if not path.exists():
        return
    trouble = check(path)
    if trouble is None:
        yield Finding("memory file", "good", f"{shown(path)} is whole")
    else:
        text, _, advice = trouble.replace(f" {path}", "").partition(". ")
        say = f"The translation memory: {advice[:1].lower()}{advice[1:]}"
        yield Finding("memory file", "warning", text, Remedy(say), detail=str(path))


def _rules(config: Config) -> Iterator[Finding]:
    """Read rule files and glossary as a run would, with the settings of each profile."""
    from styletune.memory.project_memory import open_memory  # noqa: PLC0415 - a project may have none of it

    problems: dict[str, None] = {}
    notices: dict[str, None] = {}
    for settings in (config.top, *(profile.settings for profile in config.profiles)):
        try:
            memory = open_memory(
                config.root,
                replace(settings, examples=0),
                task="rewrite",
                source_lang=None,
                target_lang=None,
                path=None,
                examples=0,
            )
        except SettingsError as error:
            problems |= dict.fromkeys(str(error).splitlines())
        else:
            notices |= dict.fromkeys(memory.notices)
    for line in problems:
        yield Finding("rules", "broken", line, Remedy("Correct the rules: runs stop until then."))
    for line in notices:
        yield Finding("rules", "warning", line, Remedy(line))
    if not problems and not notices and (config.root / RULE_FILE).exists():
        yield Finding("rules", "good", "the rules and the glossary can be read")


def _learned(root: Path) -> Iterator[Finding]:
    from styletune.learning.corrections import Corrections  # noqa: PLC0415 - a project may have none

    corrections = Corrections(root)
    if not corrections.file.exists():
        return
    try:
        count = len(corrections.live())
    except (SettingsError, FileError) as error:
        for line in str(error).splitlines():
            yield Finding("corrections", "broken", line, Remedy("Correct or remove the line: runs stop until then."))
    else:
        yield Finding("corrections", "good", counted(count, "correction"))


def endpoint_findings(config: Config) -> Iterator[Finding]:
    """Name the servers that are configured; none of them is contacted."""
    for endpoint in config.endpoints.values():
        text = f"{endpoint.name}: {endpoint.model} at {', '.join(endpoint.base_url)}"
        if os.environ.get(endpoint.key_env):
            yield Finding("endpoint", "good", f"{text}, key in {endpoint.key_env}")
        elif _on_this_machine(endpoint):
            yield Finding("endpoint", "good", f"{text}, without a key")
        else:
            say = f"If {endpoint.name} wants a key, set it before a run; styletune never stores it."
            yield Finding(
                "endpoint",
                "warning",
                f"{text}, {endpoint.key_env} is not set",
                Remedy(say, f"export {endpoint.key_env}=..."),
            )


def _on_this_machine(endpoint: Endpoint) -> bool:
    hosts = [urlsplit(url).hostname or "" for url in endpoint.base_url]
    return all(host == "localhost" or host.startswith("127.") or host == "::1" for host in hosts)
