"""``styletune memory add``: a rule, a term or a phrase, in a person's own words."""

from datetime import date
from pathlib import Path

from styletune.commands.memory_place import project_folder
from styletune.commands.memory_settings import AddSettings
from styletune.errors import UsageError
from styletune.files.atomic import sync_folders
from styletune.learning.glossary_writer import SHOWN, Entry, add_entries
from styletune.learning.rule_writer import PlacedRule, add_rule, provenance
from styletune.terminal.console import Console
from styletune.text.language import language_code


def run(settings: AddSettings, console: Console) -> int:
    """Add what was named, and say where it went."""
    terms = dict(_term(text) for text in settings.term or ())
    if not (settings.rule or terms or settings.keep or settings.never_say):
        raise UsageError('Nothing was named to add. For example: styletune memory add "Keep sentences short."')
    if settings.lang and settings.rule:
        raise UsageError(
            "--lang is for terms and phrases. Put a rule for one language into a file such as .styletune/rules/zh.md, "
            "which begins with the lines ---, lang: zh and ---."
        )
    root = project_folder(settings.project)
    entries = _entries(settings, root, terms)
    rule = add_rule(root, settings.rule, section=settings.section, why=_why()) if settings.rule else None
    sync_folders()
    if settings.json:
        console.write_json(_as_json(entries, rule))
        return 0
    for line in _lines(entries, rule):
        console.summary(line)
    asked = len(terms) + len(settings.keep or ()) + len(settings.never_say or ()) + bool(settings.rule)
    known = asked - len(entries) - (rule is not None)
    if known:
        console.notice(
            "The rest was there already." if entries or rule else "It was there already; nothing was changed."
        )
    return 0


def _term(text: str) -> tuple[str, str]:
    word, sign, rendering = (part.strip() for part in text.partition("="))
    if not (word and sign and rendering):
        raise UsageError(
            f'--term "{text}" names no rendering. Write: --term "disk=磁盘"; a word that stays: --keep WORD'
        )
    return word, rendering


def _entries(settings: AddSettings, root: Path, terms: dict[str, str]) -> list[Entry]:
    if not (terms or settings.keep or settings.never_say):
        return []
    lang = language_code(settings.lang) if settings.lang and settings.lang != "any" else None
    return add_entries(
        root, keep=settings.keep or (), never_say=settings.never_say or (), terms=terms, lang=lang, why=_why()
    )


def _why() -> str:
    return provenance(date.today())  # noqa: DTZ011 -- the day as the person's calendar has it


def _lines(entries: list[Entry], rule: PlacedRule | None) -> list[str]:
    lines = [f"Added to {SHOWN}: {entry}" for entry in entries]
    return [*lines, f"Added at {rule.place}: {rule.text}"] if rule else lines


def _as_json(entries: list[Entry], rule: PlacedRule | None) -> object:
    added: list[dict[str, object]] = [
        {
            "kind": entry.kind,
            "text": entry.text,
            "rendering": entry.rendering or None,
            "lang": entry.lang,
            "file": SHOWN,
        }
        for entry in entries
    ]
    if rule is not None:
        added.append({"kind": "rule", "text": rule.text, "file": rule.file, "line": rule.line})
    return {"added": added}
