"""Where the result of a file goes."""

import re
from pathlib import Path

from styletune.errors import UsageError

TRANSLATED = "{stem}.{lang}.md"
REWRITTEN = "{stem}.rewritten.md"

_SLOT = re.compile(r"\{([^{}]*)\}")
_SLOTS = ("stem", "lang", "path")
_TAG = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]{2}|[-_][A-Za-z]{4})?")
"""Two letters, perhaps with a region or a script: longer names would take ``post.old.md`` for a language."""


def language_in_name(path: Path) -> str | None:
    """Read the language off a name such as ``post.zh.md`` or ``index.zh-hans.md``, as a language code."""
    tag = _split_language(path.name)[1]
    return _as_code(tag) if tag else None


def output_path(source: Path, *, pattern: str, lang: str | None = None, root: Path | None = None) -> Path:
    """Name the output of a source.

    Arguments: ``pattern`` holds ``{stem}``, ``{lang}`` and ``{path}``; the final ``.md`` stands for the source's own
    suffix. ``lang`` replaces a language that is already in the name; ``None`` leaves it there. ``root`` is the
    folder that ``{path}`` starts from and that a pattern with ``{path}`` lands in. Raises ``UsageError``.
    """
    check_pattern(pattern, translates=lang is not None)
    name = source.name if lang is None else without_language(source.name)
    base = root if root is not None and "{path}" in pattern else source.parent
    values = {"stem": name.removesuffix(source.suffix), "lang": lang or "", "path": _below_root(source, name, base)}
    filled = _SLOT.sub(lambda slot: values[slot[1]], pattern)
    if "{path}" not in pattern:
        filled = filled.removesuffix(".md") + source.suffix
    return base / filled


def check_pattern(pattern: str, *, translates: bool) -> None:
    """Raise ``UsageError`` that names every problem of a name pattern."""
    slots = _SLOT.findall(pattern)
    problems = [
        f"{{{slot}}} is unknown; known are {{stem}}, {{lang}} and {{path}}" for slot in slots if slot not in _SLOTS
    ]
    if not {"stem", "path"} & set(slots):
        problems.append("{stem} or {path} is missing, so that all files would get the same name")
    if translates and "lang" not in slots:
        problems.append("{lang} is missing, so that translations would overwrite each other")
    if not translates and "lang" in slots:
        problems.append("{lang} has no meaning where nothing is translated")
    if problems:
        raise UsageError(f'The output pattern "{pattern}" cannot work: {"; ".join(problems)}.')


def without_language(name: str) -> str:
    """Take the language out of a file name: ``post.zh.md`` becomes ``post.md``."""
    stem, _, suffix = _split_language(name)
    return stem + suffix


def path_in_folder(relative: Path, *, lang: str | None) -> Path:
    """Name an output inside a folder of outputs: the same tree, the same names, a language in them replaced."""
    stem, tag, suffix = _split_language(relative.name)
    return relative.with_name(f"{stem}.{lang}{suffix}") if lang and tag else relative


def _below_root(source: Path, name: str, root: Path) -> str:
    """Give a path below the root, without a folder that stands for its language."""
    try:
        relative = source.absolute().relative_to(root.absolute())
    except ValueError:
        return name
    parts = list(relative.parts[:-1])
    if parts and _TAG.fullmatch(parts[0]) and _as_code(parts[0]):
        parts = parts[1:]
    return Path(*parts, name).as_posix()


def _split_language(name: str) -> tuple[str, str | None, str]:
    """Cut a file name into its stem, its language tag if it has one, and its suffix."""
    path = Path(name)
    stem, dot, tag = path.stem.rpartition(".")
    if stem and dot and _TAG.fullmatch(tag) and _as_code(tag):
        return stem, tag, path.suffix
    return path.stem, None, path.suffix


def _as_code(tag: str) -> str | None:
    from styletune.text.language import language_code  # noqa: PLC0415 -- loads tables that other verbs do not need

    try:
        return language_code(tag.replace("_", "-"))
    except UsageError:
        return None
