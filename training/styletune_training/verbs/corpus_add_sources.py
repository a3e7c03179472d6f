"""From the options of ``styletune corpus add`` to sources; every problem is told at once."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from styletune.commands.corpus_settings import CorpusAddSettings
from styletune.config.load import load_config
from styletune.errors import FileError, UsageError
from styletune.files.atomic import is_regular
from styletune.files.discovery import fixed_part, has_wildcard
from styletune.text.language import language_code
from styletune_training.corpus.dates import day_problem
from styletune_training.corpus.exclusion import check_excluded
from styletune_training.corpus.finding import files_of, named
from styletune_training.corpus.formats import FORMATS
from styletune_training.corpus.source import Excluded, GitOptions, Source
from styletune_training.pairs.git_repository import Repository

_PAIRS = frozenset({".jsonl", ".ndjson", ".json"})


def requested(settings: CorpusAddSettings, root: Path, known: tuple[Source, ...]) -> list[Source]:
    """Return the sources that are to be added, or that have other settings now.

    Without any, those of the project's setting ``posts``, unless something was added before. Raises ``UsageError``
    that names every problem.
    """
    problems = [*_option_problems(settings)]
    wanted = [*_posts(settings, root, known), *_pairs(settings, root), *_histories(settings, root)]
    if not wanted and not problems and not known:
        wanted = _of_project(root, settings)
    problems += [problem for source in wanted for problem in _source_problems(root, source)]
    if problems:
        raise UsageError("\n".join(problems))
    return wanted


def languages(root: Path) -> list[str]:
    """List the languages that a project writes in, as its settings name them."""
    config = load_config(root)
    every = (config.top, *(profile.settings for profile in config.profiles))
    return sorted({lang for one in every for lang in (one.source_lang, one.target_lang) if lang is not None})


def _posts(settings: CorpusAddSettings, root: Path, known: tuple[Source, ...]) -> Iterator[Source]:
    for path in settings.paths or ():
        source = Source(
            kind="notes" if settings.notes else "posts",
            path=_named(root, path),
            lang=_lang(settings),
            drafts=settings.drafts,
            excluded=_excluded(settings),
        )
        old = next((one for one in known if one.path == source.path and one.kind in {"posts", "notes"}), None)
        yield _as_before(source, old) if old is not None else source


def _as_before(source: Source, old: Source) -> Source:
    """Keep the settings of a source that is added again without any; what was left out by name stays left out."""
    plain = Source(source.kind, source.path)
    if source == plain:
        return replace(old, kind=source.kind)
    paths = dict.fromkeys((*old.excluded.paths, *source.excluded.paths))
    return replace(source, excluded=replace(source.excluded, paths=tuple(paths)))


def _pairs(settings: CorpusAddSettings, root: Path) -> Iterator[Source]:
    return (Source("pairs", named(root, path)) for path in settings.pairs or ())


def _histories(settings: CorpusAddSettings, root: Path) -> Iterator[Source]:
    options = GitOptions(
        since=settings.since,
        until=settings.until,
        authors=tuple(settings.author or ()),
        skip=tuple(settings.skip_commit or ()),
        least=settings.least_change,
        most=settings.most_change,
    )
    return (Source("git", named(root, path), lang=_lang(settings), git=options) for path in settings.git or ())


def _of_project(root: Path, settings: CorpusAddSettings) -> list[Source]:
    globs = load_config(root).top.posts
    if not globs:
        raise UsageError(
            "Nothing was added to the corpus yet. Name the folders that hold your own posts: styletune corpus add posts/"
        )
    wanted = _posts(replace(settings, paths=[str(root / glob) for glob in globs]), root, ())
    found = [source for source in wanted if files_of(root, source.path)]
    if not found:
        raise UsageError(
            f"There is no post where this project's settings look for them ({', '.join(globs)}). "
            "Name the folder that holds yours: styletune corpus add FOLDER"
        )
    return found


def _named(root: Path, path: str) -> str:
    """Name a PATH as sources are; a glob keeps its wildcards, which begin behind its fixed part."""
    fixed = fixed_part(path)
    base, wildcards = named(root, fixed), Path(path).parts[len(fixed.parts) :]
    return "/".join((*([] if base == "." and wildcards else [base]), *wildcards))


def _excluded(settings: CorpusAddSettings) -> Excluded:
    return Excluded(
        paths=tuple(settings.exclude or ()),
        tags=tuple(settings.exclude_tag or ()),
        texts=tuple(settings.exclude_text or ()),
        since=settings.exclude_since,
        before=settings.exclude_before,
    )


def _lang(settings: CorpusAddSettings) -> str | None:
    try:
        return language_code(settings.lang) if settings.lang is not None else None
    except UsageError:
        return None  # told with the other problems


def _option_problems(settings: CorpusAddSettings) -> Iterator[str]:
    if settings.lang is not None:
        try:
            language_code(settings.lang)
        except UsageError as error:
            yield f"--lang: {error}"
    try:
        check_excluded(_excluded(settings))
    except UsageError as error:
        yield from str(error).splitlines()
    yield from _git_problems(settings)
    lonely = _given(settings, ("notes", "drafts", "exclude", "exclude_tag", "exclude_text"))
    lonely += _given(settings, ("exclude_since", "exclude_before"))
    if not settings.paths:
        yield from (f"{flag} says how a PATH is read, and none was named." for flag in lonely)
        if settings.lang is not None and not settings.git:
            yield "--lang says what a PATH or a --git repository is written in, and none was named."


def _git_problems(settings: CorpusAddSettings) -> Iterator[str]:
    names = ["since", "until", "author", "skip_commit"]
    if settings.least_change != CorpusAddSettings.least_change:
        names.append("least_change")
    if settings.most_change != CorpusAddSettings.most_change:
        names.append("most_change")
    if not settings.git:
        hints = {"since": " To leave out posts: --exclude-before.", "until": " To leave out posts: --exclude-since."}
        yield from (
            f"{flag} is for --git, which is not there.{hints.get(flag.removeprefix('--'), '')}"
            for flag in _given(settings, tuple(names))
        )
        return
    yield from (*day_problem("--since", settings.since), *day_problem("--until", settings.until))
    if settings.least_change > settings.most_change:
        yield f"--least-change {settings.least_change} is more than --most-change {settings.most_change}."


def _given(settings: CorpusAddSettings, names: tuple[str, ...]) -> list[str]:
    return [f"--{name.replace('_', '-')}" for name in names if getattr(settings, name)]


def _source_problems(root: Path, source: Source) -> Iterator[str]:
    path = root / source.path
    if source.kind in {"posts", "notes"}:
        yield from _path_problems(root, source.path)
    elif not path.exists():
        flag = "--pairs" if source.kind == "pairs" else "--git"
        yield f"{flag} {source.path}: there is no such file or folder."
    elif source.kind == "pairs" and not is_regular(path):
        yield f"--pairs {source.path} is no file. Name a file with one pair a line."
    elif source.kind == "git":
        yield from _repository_problems(path)


def _repository_problems(folder: Path) -> Iterator[str]:
    try:
        Repository(folder)
    except (UsageError, FileError) as error:
        yield f"--git {error}"


def _path_problems(root: Path, name: str) -> Iterator[str]:
    path = root / name
    known = ", ".join(sorted(FORMATS))
    if path.is_dir():
        if not files_of(root, name):
            os.scandir(path).close()
            yield f"{name} holds no post that can be read ({known}); hidden folders and packages are not searched."
    elif is_regular(path):
        if path.suffix.lower() in _PAIRS:
            yield f"{name} looks like a file of pairs. Add it with: styletune corpus add --pairs {name}"
        elif path.suffix.lower() not in FORMATS:
            yield f"{name} is of no kind that can be read ({known})."
    elif os.path.lexists(path):
        yield f"{name} is no file or folder, or a link that leads nowhere."
    elif not has_wildcard(name):
        yield f"{name} does not exist."
    elif not files_of(root, name):
        yield f"{name} matches no file that can be read ({known})."
