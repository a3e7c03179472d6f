"""All that a project remembers, as plain values; a file that cannot be read hides none of the others."""

import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from styletune.config.load import load_config
from styletune.errors import StyletuneError
from styletune.files.records import Records
from styletune.project import GLOSSARY, RULE_FILE, RULES_FOLDER, STATE

_T = TypeVar("_T")


@dataclass(slots=True)
class Facts:
    """What is remembered, and what could not be read."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    """What ``--json`` prints."""

    problems: list[str] = field(default_factory=list[str])
    """Each with its file and line."""

    notices: list[str] = field(default_factory=list[str])

    def attempt(self, read: Callable[[], _T], otherwise: _T) -> _T:
        """Read a part; what is wrong with it is noted, once."""
        try:
            return read()
        except StyletuneError as error:
            self.problems += [line for line in str(error).splitlines() if line not in self.problems]
            return otherwise

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        values = self.values
        return not self.problems and not any(
            (
                any(file["rules"] for file in values["rules"]),
                values["scoped_rules"],
                *(values["glossary"].values()),
                values["corrections"],
                values["conflicts"],
                values["proposals"],
                values["pairs"],
                values["outputs"],
                values["trend"],
            )
        )


def gather(root: Path) -> Facts:
    """Read everything that a project remembers."""
    facts = Facts()
    attempt, nothing = facts.attempt, list[Any]()
    records = attempt(lambda: _records(root), None)
    usual: list[Path | None] = [None]
    rule_files = attempt(lambda: _rule_files(root), usual)
    no_glossary: dict[str, Any] = {"keep": {}, "never_say": {}, "terms": {}}
    facts.values = {
        "project": str(root),
        "rules": _rules(root, rule_files, facts),
        "scoped_rules": _scoped(root, facts),
        "glossary": attempt(lambda: _glossary(root), no_glossary),
        "corrections": attempt(lambda: _corrections(root), nothing),
        "conflicts": attempt(lambda: _conflicts(records), nothing),
        "proposals": attempt(lambda: _proposals(root), nothing),
        "hits": attempt(lambda: _hits(root), nothing),
        "contradictions": attempt(lambda: _contradictions(root), nothing),
        "pairs": attempt(lambda: _pairs(root), 0),
        "outputs": len(records.outputs()) if records else 0,
        "translation_memory": _translation_memory(root),
        "trend": attempt(lambda: _trend(root), nothing),
    }
    facts.notices += [
        *(notice for file in facts.values["rules"] for notice in file["notices"]),
        *(records.notices if records else ()),
    ]
    return facts


def _records(root: Path) -> Records | None:
    return Records(root)


def _rule_files(root: Path) -> list[Path | None]:
    """List the rule files of all voices; ``None`` is the one of projects that name none."""
    config = load_config(root)
    return list(dict.fromkeys(settings.rules for settings in (config.top, *(one.settings for one in config.profiles))))


def _rules(root: Path, rule_files: Iterable[Path | None], facts: Facts) -> list[dict[str, Any]]:
    from styletune.memory.memory_files import shown  # noqa: PLC0415 - each reader is loaded where its file is there
    from styletune.memory.rule_file import read_rule_file  # noqa: PLC0415 - likewise

    def read(path: Path) -> dict[str, Any] | None:
        name = shown(path, root)
        return {"file": name, **asdict(read_rule_file(path, name))}

    paths = [root / (named or RULE_FILE) for named in rule_files if named or os.path.lexists(root / RULE_FILE)]
    found = [facts.attempt(partial(read, path), None) for path in paths]
    return [rules for rules in found if rules is not None]


def _scoped(root: Path, facts: Facts) -> list[dict[str, Any]]:
    from styletune.memory.scoped_rules import read_one  # noqa: PLC0415 - as above

    def read(path: Path, name: str) -> dict[str, Any] | None:
        return {"file": name, **asdict(read_one(path, name))}

    paths = sorted((root / STATE / RULES_FOLDER).glob("[!.]*.md"))
    names = [f"{STATE}/{RULES_FOLDER}/{path.name}" for path in paths]
    found = [facts.attempt(partial(read, path, name), None) for path, name in zip(paths, names, strict=True)]
    return [rules for rules in found if rules is not None]


def _glossary(root: Path) -> dict[str, Any]:
    from styletune.memory.glossary import Glossary, read_glossary  # noqa: PLC0415 - as above

    path = root / STATE / GLOSSARY
    found = read_glossary(path, f"{STATE}/{GLOSSARY}") if os.path.lexists(path) else Glossary()
    return {
        "keep": {lang: list(words) for lang, words in found.keep.items() if words},
        "never_say": {lang: list(phrases) for lang, phrases in found.never_say.items() if phrases},
        "terms": {lang: dict(terms) for lang, terms in found.terms.items() if terms},
    }


def _corrections(root: Path) -> list[dict[str, Any]]:
    from styletune.learning.corrections import Corrections  # noqa: PLC0415 - as above

    return [asdict(correction) for correction in Corrections(root).live()]


def _conflicts(records: Records | None) -> list[dict[str, Any]]:
    from styletune.learning.conflicts import open_conflicts  # noqa: PLC0415 - as above

    return [
        {
            "id": conflict.id,
            "output": conflict.output,
            "line": conflict.block.line,
            "source": conflict.source,
            "mine": conflict.mine,
            "suggestion": conflict.suggestion,
        }
        for conflict in (open_conflicts(records) if records else ())
    ]


def _proposals(root: Path) -> list[dict[str, Any]]:
    from styletune.learning.proposals import Proposals  # noqa: PLC0415 - as above

    return [{**asdict(proposal), "in_words": proposal.in_words} for proposal in Proposals(root).open()]


def _hits(root: Path) -> list[dict[str, Any]]:
    from styletune.learning.hits import hits  # noqa: PLC0415 - as above

    return [{**asdict(hit), "idle": hit.idle} for hit in hits(root)]


def _contradictions(root: Path) -> list[str]:
    from styletune.learning.hits import conflicts  # noqa: PLC0415 - as above

    return conflicts(root)


def _pairs(root: Path) -> int:
    from styletune.exchange.pairs import Pairs  # noqa: PLC0415 - as above

    return len(Pairs(root).all())


def _trend(root: Path) -> list[dict[str, Any]]:
    from styletune.learning.corrections import Corrections  # noqa: PLC0415 - as above
    from styletune.learning.trend import weekly  # noqa: PLC0415 - as above

    weeks = weekly(Corrections(root).looked())
    return [{**asdict(week), "start": week.start.isoformat(), "kept": round(week.kept, 4)} for week in weeks]


def _translation_memory(root: Path) -> dict[str, int | None]:
    from styletune.memory.translation_memory import FILE  # noqa: PLC0415 - as above

    paths = [root / STATE / name for name in (FILE, f"{FILE}-wal")]
    size = sum(path.stat().st_size for path in paths if path.is_file())
    return {"bytes": size, "entries": _entries(paths[0]) if size else 0}


def _entries(path: Path) -> int | None:
    """Count the entries of a translation memory; ``None`` where it cannot be read, which costs time and nothing else."""
    import sqlite3  # noqa: PLC0415 - a project without the file needs none
    from contextlib import closing  # noqa: PLC0415 - likewise

    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            rows: Iterable[tuple[int]] = connection.execute("SELECT count(*) FROM entries")
            return next(count for (count,) in rows)
    except sqlite3.Error:
        return None
