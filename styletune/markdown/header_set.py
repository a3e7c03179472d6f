"""Sets keys of a header, such as ``lang`` and ``slug``, so that a translated post does not collide with its original."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from styletune.markdown import front_matter
from styletune.markdown.front_matter import Field, FrontMatter
from styletune.markdown.header_members import end_of_pairs, members
from styletune.markdown.header_scan import Format, written_value

_VALUE = "{value}"
_SLOT = re.compile(r"\{(lang|stem)\}")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class HeaderSet(NamedTuple):
    """A file after its keys were set."""

    data: bytes
    notes: tuple[str, ...]
    """What could not be set, and why; for people."""


def set_values(
    data: bytes, changes: Mapping[str, str], *, lang: str, stem: str, source_lang: str | None = None
) -> HeaderSet:
    """Set or add keys at the top of a file's header, in place; every other byte stays.

    Arguments: ``changes`` maps keys to patterns, in which ``{lang}``, ``{stem}`` and ``{value}`` (what the key holds)
    are filled in. A pattern with ``{value}`` is left out where the key has no value. ``source_lang`` is the language
    of the original, if its header names none: a value that was made for it is made anew (``/en/about`` becomes
    ``/zh/about``). A file whose keys are set already comes back as it is. The new header is parsed and compared: if any other key would change, the key is
    left as it was and named in the notes; so are all keys where there is no header.
    """
    if not changes:
        return HeaderSet(data, ())
    matter = front_matter.find(data, len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0)
    if matter is None:
        missing = [key for key, pattern in changes.items() if _VALUE not in pattern]
        note = f"The file has no front matter, so {' and '.join(missing)} could not be set."
        return HeaderSet(data, (note,) if missing else ())
    names = _Names(lang, stem, written_value(data, ("lang", "language")) or source_lang)
    line_break = b"\r\n" if b"\r\n" in data[: matter.end] else b"\n"
    new, notes = matter, list[str]()
    for key, pattern in changes.items():
        problem, new = _set(new, key, pattern, names, line_break)
        notes += [f"{key} could not be set in the front matter: {problem}."] if problem else []
    end = matter.offset + len(matter.raw)
    return _checked(data, data[: matter.offset] + new.raw + data[end:], new, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Names:
    """What the slots of a pattern stand for."""

    lang: str
    stem: str
    old_lang: str | None
    """The language that the header names before anything is set."""


def fill(pattern: str, *, value: str, lang: str, stem: str, old_lang: str | None = None) -> str:
    """Fill a pattern in, once: a value that has the pattern's form already is kept.

    A value that has the form for ``old_lang`` loses that first. Where slashes of pattern and value meet, one is
    dropped; where letters would run together, a sign is put between them.
    """
    before, after = _filled(pattern, lang, stem)
    if _VALUE not in pattern:
        return before
    if _core(before, after, value) is not None:
        return value
    if old_lang is not None and "{lang}" in pattern:
        core = _core(*_filled(pattern, old_lang, stem), value)
        value = value if core is None else core
    sign = "/" if "/" in pattern else "-"
    return _joined(_joined(before, value, sign), after, sign)


def _filled(pattern: str, lang: str, stem: str) -> tuple[str, str]:
    """Fill in what stands before and after ``{value}``."""
    names = {"lang": lang, "stem": stem}
    before, _, after = (_SLOT.sub(lambda slot: names[slot[1]], part) for part in pattern.partition(_VALUE))
    return before, after


def _core(before: str, after: str, value: str) -> str | None:
    """Return what stands between the two in a value that has the form of a pattern."""
    if before.endswith("/") and after.startswith("/") and value == before + after[1:]:
        return ""  # the two slashes met
    if len(value) < len(before) + len(after) or not (value.startswith(before) and value.endswith(after)):
        return None
    core = value[len(before) : len(value) - len(after)]
    return None if _run_together(before, core) or _run_together(core, after) else core


def _joined(left: str, right: str, sign: str) -> str:
    if left.endswith("/") and right.startswith("/"):
        return left + right[1:]
    return left + sign + right if _run_together(left, right) else left + right


def _run_together(left: str, right: str) -> bool:
    return left[-1:].isalnum() and right[:1].isalnum()


def _set(
    matter: FrontMatter, key: str, pattern: str, names: _Names, line_break: bytes
) -> tuple[str | None, FrontMatter]:
    """Set one key; return what is in the way of that, if anything, and the header."""
    loaded = front_matter.load(matter)
    if loaded is None:
        return "the front matter cannot be read", matter
    key = next((name for name in loaded if name.lower() == key.lower()), key)
    old = _as_text(loaded.get(key, ""))
    if old is None:
        return "it holds no text", matter
    if _VALUE in pattern and not old.strip():
        return None, matter
    text = fill(pattern, value=old, lang=names.lang, stem=names.stem, old_lang=names.old_lang)
    if text == old and key in loaded:
        return None, matter
    raws = _replaced(matter, key, old, text) if key in loaded else _added(matter, key, text, line_break)
    raw = next((raw for raw in raws if _differs_only_in(matter, raw, key, text)), None)
    return (
        ("no way of writing it keeps the rest", matter) if raw is None else (None, front_matter.with_raw(matter, raw))
    )


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _replaced(matter: FrontMatter, key: str, old: str, text: str) -> Iterator[bytes]:
    for member in members(matter.format, matter.raw):
        if member.key == key:
            raw = front_matter.replace(matter, Field(*member, old), text)
            if raw is not None:
                yield matter.raw[: member.start] + raw + matter.raw[member.end :]


def _added(matter: FrontMatter, key: str, text: str, line_break: bytes) -> Iterator[bytes]:
    """Yield the header with one more key, as far as it can be written in different ways."""
    raw, quoted = matter.raw, front_matter.quoted(text)
    if matter.format is Format.JSON:
        yield _added_to_json(raw, key, quoted)
        return
    name = key.encode() if _BARE_KEY.fullmatch(key) else front_matter.quoted(key)
    if matter.format is Format.TOML:
        at = end_of_pairs(raw)
        yield raw[:at] + name + b" = " + quoted + line_break + raw[at:]
    elif matter.format is Format.YAML:
        if front_matter.reads_as_text(text):
            yield raw + name + b": " + text.encode() + line_break
        yield raw + name + b": " + quoted + line_break
    else:
        title = key[:1].upper() + key[1:] if raw.lstrip()[:1].isupper() else key
        line = title.encode() + b": " + " ".join(text.split()).encode()
        yield raw + line + line_break if raw.endswith(b"\n") else raw + line_break + line


def _added_to_json(raw: bytes, key: str, quoted: bytes) -> bytes:
    pair = front_matter.quoted(key) + b": " + quoted
    present = members(Format.JSON, raw)
    if not present:
        return raw[:1] + pair + raw[1:]
    indent = re.match(rb"\{(\s*)", raw)
    space = indent[1] if indent and indent[1] else b" "
    end = present[-1].end
    return raw[:end] + b"," + space + pair + raw[end:]


def _differs_only_in(matter: FrontMatter, raw: bytes, key: str, text: str) -> bool:
    before, after = front_matter.load(matter), front_matter.load(front_matter.with_raw(matter, raw))
    if before is None or after is None:
        return False
    name = next((name for name in after if name not in before and name.lower() == key.lower()), key)
    return _as_read({**before, name: text}) == _as_read(after)


def _as_read(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: repr(value.rstrip("\n") if isinstance(value, str) else value) for key, value in values.items()}


def _checked(data: bytes, new: bytes, matter: FrontMatter, notes: tuple[str, ...]) -> HeaderSet:
    """Make sure that the new header is found again, with the same body behind it."""
    if new == data:
        return HeaderSet(data, notes)
    found = front_matter.find(new, len(BOM_UTF8) if new.startswith(BOM_UTF8) else 0)
    if found is None or (found.format, found.raw, found.end) != (matter.format, matter.raw, matter.end):
        return HeaderSet(data, ("The front matter could not be changed without breaking it; it was left as it is.",))
    return HeaderSet(new, notes)
