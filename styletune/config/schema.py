"""What can be set in ``styletune.toml``: one frozen class a table, one field a key, documented in place.

A field's metadata names its key and the reader that checks it; the tables of the file follow from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from styletune.config import values
from styletune.config.globs import path_matches
from styletune.config.tables import Table, key, named_tables
from styletune.files.naming import REWRITTEN, TRANSLATED


@dataclass(frozen=True, slots=True)
class Prices:
    """What a server charges."""

    input: float = field(metadata=key("input", values.price))
    """For a million tokens of prompt."""

    output: float = field(metadata=key("output", values.price))
    """For a million generated tokens."""

    currency: str = field(default="USD", metadata=key("currency", values.text))

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """Return what tokens cost, in ``currency``; a server may charge less for a prompt it has seen before."""
        return (tokens_in * self.input + tokens_out * self.output) / 1_000_000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``[endpoints.NAME]``: a server that speaks the OpenAI protocol; ``--model NAME`` uses it."""

    name: str
    base_url: tuple[str, ...] = field(metadata=key("base_url", values.addresses))
    """One address, or several of servers that have the same model: requests are spread over them."""

    model: str = field(metadata=key("model", values.text))
    """The server's own name of the model."""

    key_env: str = field(default="OPENAI_API_KEY", metadata=key("key_env", values.variable))
    """The environment variable that holds the key."""

    jobs: int = field(default=4, metadata=key("jobs", values.count(1)))
    """Requests at the same time, to each address."""

    requests_per_minute: int | None = field(default=None, metadata=key("requests_per_minute", values.count(1)))
    """The most that the server allows, over all addresses; ``None``: no limit."""

    tokens_per_minute: int | None = field(default=None, metadata=key("tokens_per_minute", values.count(1)))
    """Likewise, prompts and answers together. A request larger than that goes out alone."""

    prices: Prices | None = field(default=None, metadata=key("prices", Table(Prices)))


@dataclass(frozen=True, slots=True)
class HeaderSettings:
    """``[translate.front_matter]``: what becomes of a post's header."""

    translate: tuple[str, ...] = field(
        default=("title", "description", "summary", "subtitle"), metadata=key("translate", values.header_keys)
    )
    """Keys whose text is prose."""

    set: Mapping[str, str] = field(default_factory=dict[str, str], metadata=key("set", values.header_values))
    """Keys that get a new value; ``{lang}``, ``{stem}`` and ``{value}`` (what it was) are filled in. A key that is
    missing is added; a pattern with ``{value}`` is left out then."""


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What the project says about one file: the top of ``styletune.toml``, and over it the profile whose paths match."""

    profile: str | None = None
    """Name of the profile."""

    model: str | None = field(default=None, metadata=key("model", values.model))
    """What ``--model`` names."""

    source_lang: str | None = field(default=None, metadata=key("from", values.language))
    """``from``: language of the drafts, as a code."""

    target_lang: str | None = field(default=None, metadata=key("to", values.language))
    """``to``: language to translate into, as a code."""

    rules: Path | None = field(default=None, metadata=key("rules", values.rule_file))
    """The rule file; ``.stylerules`` beside ``styletune.toml`` unless it is named."""

    posts: tuple[str, ...] = field(default=(), metadata=key("posts", values.globs))
    """Globs, relative to the project, of the author's own posts; ``--examples`` chooses from them."""

    examples: int = field(default=0, metadata=key("examples", values.count(0)))
    """Paragraphs of the author that a prompt shows."""

    prompt_budget: int = field(default=600, metadata=key("prompt_budget", values.count(0)))
    """Most tokens that rules, glossary and examples may take in one prompt."""

    rewrite_output: str = field(
        default=REWRITTEN, metadata=key("rewrite.output", values.output_pattern(translates=False))
    )
    """Where the result of a rewrite goes."""

    translate_output: str = field(
        default=TRANSLATED, metadata=key("translate.output", values.output_pattern(translates=True))
    )
    """Where a translation goes."""

    rewrite_kinds: tuple[str, ...] | None = field(default=None, metadata=key("rewrite.kinds", values.kinds))
    """Kinds of segments that ``rewrite`` works on; ``None``: its default."""

    translate_kinds: tuple[str, ...] | None = field(default=None, metadata=key("translate.kinds", values.kinds))
    """Kinds of segments that ``translate`` works on; ``None``: its default."""

    header: HeaderSettings = field(
        default=HeaderSettings(), metadata=key("translate.front_matter", Table(HeaderSettings))
    )
    isolate: bool = field(default=False, metadata=key("isolate", values.flag))
    """Run a local model in a process of its own."""


@dataclass(frozen=True, slots=True)
class Profile:
    """``[profiles.NAME]``: what is different for some folders, for people with more than one voice."""

    name: str
    paths: tuple[str, ...] = field(metadata=key("paths", values.globs))
    """Globs relative to the project; the first profile that matches a file counts."""

    settings: FileSettings
    """The top of the file with this profile's keys over it."""


@dataclass(frozen=True, slots=True)
class Config:
    """All of ``styletune.toml``; without the file, the defaults."""

    root: Path
    """The project's folder."""

    top: FileSettings = FileSettings()
    profiles: tuple[Profile, ...] = field(default=(), metadata=key("profiles", named_tables(Profile, FileSettings)))
    endpoints: Mapping[str, Endpoint] = field(
        default_factory=dict[str, Endpoint], metadata=key("endpoints", named_tables(Endpoint))
    )

    def for_file(self, path: Path) -> FileSettings:
        """Return what is set for a file: the first profile whose paths match it, else the top of the file."""
        for profile in self.profiles:
            if path_matches(path, profile.paths, root=self.root):
                return profile.settings
        return self.top
