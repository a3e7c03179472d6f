"""What kind of blog a folder holds, and what its generator expects of translated posts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from styletune.files.naming import TRANSLATED

PLAIN = "plain"
_POST_FOLDERS = ("posts", "_posts", "blog", "articles", "content", "src/content/blog", "src/posts")
_LANGUAGE_FOLDER = re.compile(r"[a-z]{2}(?:-[A-Za-z]{2,4})?")
_MOST_READ = 64 * 1024
"""Bytes of a generator's own settings in which something is looked for."""


@dataclass(frozen=True, slots=True)
class Site:
    """What ``styletune init`` writes for a blog."""

    preset: str
    title: str
    """The generator's name, for people."""

    because: str = ""
    """What gave it away."""

    posts: tuple[str, ...] = ("**/*.md",)
    output: str = TRANSLATED
    header: Mapping[str, str] = field(default_factory=dict[str, str])
    """Keys to set in the header of a translation."""

    advice: tuple[str, ...] = ()
    """Lines of comment above the names of outputs and the header: why they are so."""


HUGO = Site(
    "hugo",
    "Hugo",
    posts=("content",),
    header={"url": "/{lang}/{value}"},
    advice=(
        "Hugo reads the language off the name (post.zh.md) and puts it in front of the address by itself.",
        "Only an address that a post sets with url would be the same as its original's.",
        "The languages must stand in Hugo's own settings: [languages.zh] and so on.",
    ),
)
HUGO_FOLDERS = replace(
    HUGO,
    output="content/{lang}/{path}",
    advice=(
        "This blog has a folder for each language, so content/en/post.md becomes content/zh/post.md.",
        *HUGO.advice[1:],
    ),
)
JEKYLL = Site(
    "jekyll",
    "Jekyll",
    posts=("_posts",),
    output="{stem}-{lang}.md",
    header={"lang": "{lang}", "permalink": "/{lang}/{value}"},
    advice=(
        "Jekyll makes a post's address from its name, so the language goes into the name (2026-05-01-post-zh.md),",
        "and in front of an address that the post sets itself.",
    ),
)
JEKYLL_POLYGLOT = replace(
    JEKYLL,
    header={"lang": "{lang}"},
    advice=(
        "jekyll-polyglot tells translations by lang, and wants the same permalink in all of them.",
        "Name your own posts alike, 2026-05-01-post-en.md, and set from, so that -en is known to be a language.",
    ),
)
PELICAN = Site(
    "pelican",
    "Pelican",
    posts=("content",),
    header={"lang": "{lang}"},
    advice=(
        "Pelican takes posts with the same slug and another lang for translations of each other, and adds the",
        "language to their address. A post without lang would collide with its original. Give your posts a slug.",
    ),
)
PLAIN_FILES = Site(
    PLAIN,
    "plain Markdown",
    header={},
    advice=("A translation stands beside its original: post.md becomes post.zh.md.",),
)

_BY_NAME = {site.preset: site for site in (HUGO, JEKYLL, PELICAN, PLAIN_FILES)}
PRESETS = tuple(_BY_NAME)


def find_site(root: Path, preset: str | None = None) -> Site:
    """Tell what kind of blog a folder holds.

    Arguments: ``preset`` is one of ``PRESETS`` and decides; without it, the generator's own files do.
    """
    found = next(_signs(root), (PLAIN, ""))
    because = found[1] if preset in (None, found[0]) else ""
    site = _BY_NAME[preset or found[0]]
    return replace(_refined(site, root), because=because)


def _signs(root: Path) -> Iterator[tuple[str, str]]:
    """Yield generators and what tells of them, the surest first."""
    sure = {
        "hugo": ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default"),
        "pelican": ("pelicanconf.py", "publishconf.py"),
        "jekyll": ("_config.yml", "_config.yaml", "_config.toml"),
    }
    for preset, names in sure.items():
        yield from ((preset, name) for name in names if (root / name).exists())
    for name in ("config.toml", "config.yaml", "config.yml", "config.json"):  # Hugo's old names, which others have too
        if re.search(r"(?im)^\s*[\"']?(?:baseURL|theme|languageCode)\b", _beginning(root / name)):
            yield "hugo", name
    if (root / "_posts").is_dir():
        yield "jekyll", "_posts"
    if (root / "content").is_dir() and (root / "archetypes").is_dir():
        yield "hugo", "content and archetypes"


def _refined(site: Site, root: Path) -> Site:
    if site is HUGO:
        content = _setting(root, r"contentDir", ("hugo.toml", "hugo.yaml", "hugo.yml", "config.toml"), "content")
        site = HUGO_FOLDERS if _language_folders(root / content) else HUGO
        return replace(site, posts=(content,), output=site.output.replace("content/", f"{content}/"))
    if site is JEKYLL and "polyglot" in "".join(_beginning(root / name) for name in ("_config.yml", "Gemfile")):
        return JEKYLL_POLYGLOT
    if site is PELICAN:
        return replace(site, posts=(_setting(root, r"PATH", ("pelicanconf.py",), "content"),))
    if site is PLAIN_FILES:
        folders = [name for name in _POST_FOLDERS if (root / name).is_dir()]
        return replace(site, posts=(folders[0],)) if folders else site
    return site


def _language_folders(content: Path) -> bool:
    """Tell whether every folder of the content is named by a language."""
    from styletune.files.naming import language_in_name  # noqa: PLC0415 - loads tables of languages

    try:
        names = [entry.name for entry in content.iterdir() if entry.is_dir()]
    except OSError:
        return False  # missing, or closed to us
    return bool(names) and all(
        _LANGUAGE_FOLDER.fullmatch(name) and language_in_name(Path(f"x.{name}.md")) for name in names
    )


def _setting(root: Path, name: str, files: tuple[str, ...], otherwise: str) -> str:
    """Read a folder off a generator's settings, without loading them: they may be code."""
    for file in files:
        found = re.search(rf"(?m)^\s*{name}\s*[:=]\s*[\"']?([^\"'\n#]+)", _beginning(root / file))
        if found:
            folder = found[1].strip().removeprefix("./").rstrip("/")
            inside = folder not in {"", "."} and not re.search(r"^[/~]|(?:^|/)\.\.(?:/|$)|[\\:*?\[{]", folder)
            return folder if inside else otherwise
    return otherwise


def _beginning(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_READ).decode(errors="replace")
    except OSError:
        return ""
