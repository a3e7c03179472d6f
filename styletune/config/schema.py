"""What can be set in ``styletune.toml``: one frozen class a table, one field a key, documented in place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Prices:
    """What a server charges."""

    input: float
    """For a million tokens of prompt."""

    output: float
    """For a million generated tokens."""

    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``[endpoints.NAME]``: a server that speaks the OpenAI protocol; ``--model NAME`` uses it."""

    name: str
    base_url: tuple[str, ...]
    """One address, or several of servers that have the same model: requests are spread over them."""

    model: str
    """The server's own name of the model."""

    key_env: str = "OPENAI_API_KEY"
    """The environment variable that holds the key."""

    jobs: int = 4
    """Requests at the same time, to each address."""

    prices: Prices | None = None


@dataclass(frozen=True, slots=True)
class HeaderSettings:
    """``[translate.front_matter]``: what becomes of a post's header."""

    translate: tuple[str, ...] = ("title", "description", "summary", "subtitle")
    """Keys whose text is prose."""

    set: Mapping[str, str] = field(default_factory=dict[str, str])
    """Keys that get a new value; ``{lang}``, ``{stem}`` and ``{value}`` (what it was) are filled in. A key that is
    missing is added; a pattern with ``{value}`` is left out then."""


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What the project says about one file: the top of ``styletune.toml``, and over it the profile whose paths match."""

    profile: str | None = None
    """Name of the profile."""

    model: str | None = None
    """What ``--model`` names."""

    source_lang: str | None = None
    """``from``: language of the drafts, as a code."""

    target_lang: str | None = None
    """``to``: language to translate into, as a code."""

    rules: Path | None = None
    """The rule file; ``.stylerules`` beside ``styletune.toml`` unless it is named."""

    posts: tuple[str, ...] = ()
    """Globs, relative to the project, of the author's own posts; ``--examples`` chooses from them."""

    examples: int = 0
    """Paragraphs of the author that a prompt shows."""

    prompt_budget: int = 600
    """Most tokens that rules, glossary and examples may take in one prompt."""

    rewrite_output: str = "{stem}.rewritten.md"
    translate_output: str = "{stem}.{lang}.md"
    rewrite_kinds: tuple[str, ...] | None = None
    translate_kinds: tuple[str, ...] | None = None
    header: HeaderSettings = HeaderSettings()
    isolate: bool = False
    """Run a local model in a process of its own."""


@dataclass(frozen=True, slots=True)
class Profile:
    """``[profiles.NAME]``: what is different for some folders, for people with more than one voice."""

    name: str
    paths: tuple[str, ...]
    """Globs relative to the project; the first profile that matches a file counts."""

    settings: FileSettings
    """The top of the file with this profile's keys over it."""


@dataclass(frozen=True, slots=True)
class Config:
    """All of ``styletune.toml``; without the file, the defaults."""

    root: Path
    """The project's folder."""

    top: FileSettings = FileSettings()
    profiles: tuple[Profile, ...] = ()
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict[str, Endpoint])
