"""Where the result of a file goes."""

import os
import re
from pathlib import Path

from styletune.errors import UsageError

TRANSLATED = "{stem}.{lang}.md"
REWRITTEN = "{stem}.rewritten.md"

_SLOT = re.compile(r"\{([^{}]*)\}")
_SLOTS = ("stem", "lang", "path")
_TAG = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]{2}|[-_][A-Za-z]{4})?")
"""Two letters, perhaps with a region or a script: longer names would take ``post.old.md`` for a language."""


def named_like_an_output(path: Path) -> bool:
    """Tell whether a file has the name of a rewritten one."""
    return path.name.endswith(f".rewritten{path.suffix}")


def language_in_name(path: Path) -> str | None:
    """Read the language off a name such as ``post.zh.md`` or ``index.zh-hans.md``, as a language code."""
    tag = _split_language(path.name)[1]
    return _as_code(tag) if tag else None


def language_in_place(path: Path, *, pattern: str, root: Path) -> str | None:
    """Read the language off the folders of a file that stands where a pattern such as ``content/{lang}/{path}`` puts it."""
    found = _standing(path, path.name, root, pattern)
    return _as_code(found["lang"]) if found is not None and "lang" in found.groupdict() else None


def output_path(
    source: Path, *, pattern: str, lang: str | None = None, source_lang: str | None = None, root: Path | None = None
) -> Path:
    """Name the output of a source.

    Arguments: ``pattern`` holds ``{stem}``, ``{lang}`` and ``{path}``; the final ``.md`` stands for the source's own
    suffix. ``lang`` replaces a language that is already in the name; ``None`` leaves it there. ``source_lang`` is the
    language of the source: only where it is known is ``-en`` a language in ``post-en.md`` and not a word. ``root`` is the
    project's folder, which a pattern with ``{path}`` starts from; one without ``{path}`` starts from the source's own
    folder. Raises ``UsageError``.

    ``{path}`` is the source's path with its name. For a source that stands where the pattern itself would put it,
    it is what ``{path}`` stands for there: with ``content/{lang}/{path}``, the output of ``content/en/a/b.md`` is
    ``content/zh/a/b.md``. For others it starts behind the folders that the pattern begins with, or else from the
    project's folder.
    """
    check_pattern(pattern, translates=lang is not None)
    name = source.name if lang is None else without_language(source.name)
    base = root if root is not None and "{path}" in pattern else source.parent
    stem = name.removesuffix(source.suffix)
    values = {
        "stem": _behind_a_dash(stem, source_lang, pattern) if lang is not None else stem,
        "lang": lang or "",
        "path": _path_slot(source, name, base, pattern),
    }
    filled = _SLOT.sub(lambda slot: values[slot[1]], pattern)
    if "{path}" not in pattern:
        return base / (filled.removesuffix(".md") + source.suffix)
    return base / filled if source.is_absolute() else _near(base / filled)


def _behind_a_dash(stem: str, source_lang: str | None, pattern: str) -> str:
    """Take the source's language off a stem that ends as ``{stem}-{lang}`` does."""
    sign = re.search(r"\{stem\}([-_])\{lang\}", pattern)
    ending = f"{sign[1]}{source_lang}" if sign and source_lang else ""
    return stem[: -len(ending)] if ending and stem.lower().endswith(ending) and stem[: -len(ending)] else stem


def check_pattern(pattern: str, *, translates: bool) -> None:
    """Raise ``UsageError`` that names every problem of a name pattern."""
    slots = _SLOT.findall(pattern)
    problems = [
        f"{{{slot}}} is unknown; known are {{stem}}, {{lang}} and {{path}}" for slot in slots if slot not in _SLOTS
    ]
    if pattern.count("{path}") > 1 or ("path" in slots and not pattern.endswith("{path}")):
        problems.append("{path} holds the file's name, so that it can stand only at the end")
    if not {"stem", "path"} & set(slots):
        problems.append("{stem} or {path} is missing, so that all files would get the same name")
    if translates and "lang" not in slots:
        problems.append("{lang} is missing, so that translations would overwrite each other")
    if not translates and "lang" in slots:
        problems.append("{lang} has no meaning where nothing is translated")
    if pattern.removesuffix(".md") in {"{stem}", "{path}"}:
        problems.append("it names the source itself; use --in-place to change sources")
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


def _near(path: Path) -> Path:
    """Write a path as it is from the working folder, as the path of its source was written."""
    try:
        return Path(os.path.relpath(path))
    except ValueError:  # another drive
        return path


def _path_slot(source: Path, name: str, root: Path, pattern: str) -> str:
    """Give what ``{path}`` stands for; it ends with ``name``."""
    if "{path}" not in pattern:
        return name
    here = _below(root, source, name)
    if here is None:
        return name
    found = _standing(source, name, root, pattern)
    return found["path"] if found is not None else here.removeprefix(pattern[: pattern.index("{")])


def _standing(source: Path, name: str, root: Path, pattern: str) -> re.Match[str] | None:
    """Tell the slots of a pattern with ``{path}`` for a file that stands where the pattern puts files."""
    here = _below(root, source, name)
    if here is None or "{path}" not in pattern:
        return None
    there = re.escape(pattern).replace(r"\{path\}", "(?P<path>.+)").replace(r"\{lang\}", "(?P<lang>[^/]+)", 1)
    found = re.fullmatch(there.replace(r"\{lang\}", "(?P=lang)"), here, re.DOTALL)
    return found if found is not None and _is_language(found.groupdict().get("lang", "en")) else None


def _below(root: Path, source: Path, name: str) -> str | None:
    """Write a file's path, with ``name`` for its own, as it is from the project's folder; ``None`` elsewhere."""
    try:
        return source.absolute().relative_to(root.absolute()).with_name(name).as_posix()
    except ValueError:
        return None


def _is_language(tag: str) -> bool:
    return _TAG.fullmatch(tag) is not None and _as_code(tag) is not None


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
