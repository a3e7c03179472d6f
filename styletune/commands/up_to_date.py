"""Is an output what this run would write? Answered from its record: no parse, no memory, no model."""

import hashlib
import json
from functools import cache
from pathlib import Path

from styletune import __version__
from styletune.commands.planned import Planned
from styletune.commands.settings import DraftSettings
from styletune.files.atomic import digest, read_bytes
from styletune.files.records import Record
from styletune.project import GLOSSARY, RULE_FILE, RULES_FOLDER, STATE

_TEMPLATES = Path(__file__).parent.parent / "prompts.py"
_REMEMBERED = (RULE_FILE, f"{STATE}/{GLOSSARY}")


def outcome_key(planned: Planned, settings: DraftSettings, *, model: str) -> str:
    """Return a hash of everything but the source that the bytes of an output follow from.

    It is coarser than the keys of the translation memory: whatever differs here is looked at again there, segment by
    segment. ``model`` is the model's identity.
    """
    task, file = planned.task, planned.file
    values = [
        __version__, _templates(), planned.history.name(planned.name), task.name, task.source_lang, task.target_lang, model, settings.seed,
        settings.examples, settings.kinds, repr(file), [_content(path) for path in _rule_files(planned)],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def up_to_date_record(planned: Planned, settings: DraftSettings, data: bytes, key: str) -> Record | None:
    """Return the record of an output if a run would write the bytes that are there and find what is recorded.

    Arguments: ``data`` is the content of the source, ``key`` the ``outcome_key``.
    """
    output = planned.output
    asks_for_more = settings.json or settings.show or settings.lines is not None
    if output is None or not settings.writes or settings.no_cache or settings.force or asks_for_more:
        return None
    record = planned.records.latest(output)
    if record is None or record.key != key or not output.is_file():
        return None
    source = record.output_sha256 if planned.in_place else record.source_sha256
    same = source == digest(data) and (planned.in_place or record.output_sha256 == digest(read_bytes(output)))
    return record if same else None


def _rule_files(planned: Planned) -> list[Path]:
    root = planned.project.root
    scoped = sorted((root / STATE / RULES_FOLDER).glob("*.md"))
    named = [planned.file.rules] if planned.file.rules else []
    return [*(root / name for name in _REMEMBERED), *named, *scoped]


@cache
def _templates() -> str:
    """Hash the module of all prompts, which stays the same as long as the program runs."""
    return _content(_TEMPLATES)


def _content(path: Path) -> str:
    return digest(read_bytes(path)) if path.is_file() else ""
