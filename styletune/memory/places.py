"""Where in a project's files its rules and terms stand, for people who want to know where a prompt comes from."""

from collections.abc import Mapping
from pathlib import Path

from styletune.config.positions import positions
from styletune.memory.memory_files import read_files, shown
from styletune.memory.recall import Term
from styletune.memory.rule_text import read_text
from styletune.project import GLOSSARY, RULE_FILE, STATE


class Places:
    """Finds places as ``FILE:LINE``; ``rule_file`` is the one that the settings name. Raises ``SettingsError``."""

    def __init__(self, root: Path, rule_file: Path | None) -> None:
        files = read_files(root, rule_file)
        name = shown(root / (rule_file or RULE_FILE), root)
        own = files.rule_file
        self._rules: dict[str, str] = {}
        for rules in reversed(files.scoped):
            self._rules |= zip(rules.rules, rules.places, strict=True)
        if own is not None:
            self._rules |= {rule: f"{name}:{line}" for rule, line in zip(own.rules, own.lines, strict=True)}
        self._terms: Mapping[str, str] = _terms(root / STATE / GLOSSARY, root) if files.glossary else {}
        self._glossary = shown(root / STATE / GLOSSARY, root)

    def rule(self, rule: str) -> str:
        """Return where a rule stands; what is never said is a rule, too, and comes from the glossary."""
        return self._rules.get(rule, self._glossary)

    def term(self, term: Term) -> str:
        """Return where a term stands."""
        return self._terms.get(term.source, self._glossary)


def _terms(path: Path, root: Path) -> Mapping[str, str]:
    name = shown(path, root)
    text = read_text(path, name)
    found: dict[str, str] = {}
    for keys, place in positions(text).items():
        word = keys[-1] if keys[0] == "terms" else text[place.start : place.end].strip("\"'")
        if isinstance(word, str) and not place.is_header and keys[0] != "never_say":
            found.setdefault(" ".join(word.split()), f"{name}:{place.line}")
    return found
