"""The files that ``styletune init`` writes."""

import json
from collections.abc import Iterable, Mapping

from styletune.config.schema import Endpoint, FileSettings
from styletune.config.site import Site
from styletune.project import IGNORED

RULES = """\
<!-- What stands below "Voice" and "Rules" goes into every prompt. All else is for people, and so are comments
     like this one: no model ever sees them. -->

## Voice

<!-- How you write, in a few lines. For example:
- First person, present tense, short sentences.
- Dry humour; no exclamation marks.
-->

## Rules

<!-- What is always or never done, one line each. For example:
- Keep technical terms in English.
- Never address the reader as "dear reader".
-->

## Plan and progress

<!-- For people: where this voice shall go, and how far it has come. -->
"""

GLOSSARY = """\
# Terms. A line counts once its # is taken away; zh stands for any language code.

# Words that stay as they are.
#keep = ["styletune", "GGUF"]

# Words and phrases that no output may bring in.
#never_say = ["delve", "in order to"]

# How terms are rendered in a language.
#[terms.zh]
#"pull request" = "拉取请求"
"""

INIT_IGNORED = f"{IGNORED}!.gitignore\n"
COMMITTED = f"""\
{INIT_IGNORED}# Corrections hold text that may be unpublished; this project commits them all the same, with the record of outputs.
!corrections.jsonl
!outputs.jsonl
"""


def settings_text(site: Site) -> str:
    """Write ``styletune.toml`` for a blog: every key is there, most of them as comments that show the default."""
    default, endpoint = FileSettings(), Endpoint("server", (), "")
    folder = site.posts[0] if "*" not in site.posts[0] else "posts"
    return "\n".join(
        [
            f"# What styletune does with this blog ({site.title}). A line counts once its # is taken away;",
            "# lines that begin with # and a key show the default or an example.",
            "",
            "# The model: a name from `styletune models list`, a .gguf file, or an endpoint from below.",
            '#model = "qwen2.5-3b"',
            "",
            "# The language of your drafts, and the one that `styletune translate` translates into.",
            '#from = "en"',
            '#to = "zh"',
            "",
            "# Your own posts. Of these, --examples N shows a model the N paragraphs nearest to the one at work.",
            f"posts = {_list(site.posts)}",
            f"#examples = {default.examples}",
            "",
            "# The file whose sections Voice and Rules go into every prompt.",
            '#rules = ".stylerules"',
            "",
            "# The most tokens that rules, glossary and examples may take in one prompt.",
            f"#prompt_budget = {default.prompt_budget}",
            "",
            "# Run a local model in a process of its own, whose death costs nothing.",
            f"#isolate = {json.dumps(default.isolate)}",
            "",
            "[rewrite]",
            "# A pattern with {path} starts from this folder, one without it from the draft's own.",
            f"#output = {_text(default.rewrite_output)}",
            '#kinds = ["paragraph", "list_item"]',
            "",
            "[translate]",
            *(f"# {line}" for line in site.advice),
            f"output = {_text(site.output)}",
            '#kinds = ["all"]',
            "",
            "[translate.front_matter]",
            "# Keys whose text is translated.",
            f"#translate = {_list(default.header.translate)}",
            "# Keys that get a new value. {value} is the old one; without an old one such a key is left out.",
            *_set_lines(site.header),
            "",
            "# Other settings for some folders; all keys from above can stand here.",
            "#[profiles.work]",
            f"#paths = [{_text(f'{folder}/work/**')}]",
            '#model = "server"',
            '#rules = "work.stylerules"',
            '#translate.output = "{stem}-{lang}.md"',
            "",
            "# A server that speaks the OpenAI protocol; --model server uses it, and your text goes there.",
            "#[endpoints.server]",
            '#base_url = "http://localhost:8000/v1"',
            '#model = "the-servers-own-name"',
            f"#key_env = {_text(endpoint.key_env)}",
            f"#jobs = {endpoint.jobs}",
            "# What the server allows, where it does.",
            "#requests_per_minute = 500",
            "#tokens_per_minute = 200000",
            "# For a million tokens.",
            '#prices = { input = 0.15, output = 0.60, currency = "USD" }',
            "",
        ]
    )


def _set_lines(header: Mapping[str, str]) -> Iterable[str]:
    if not header:
        return ['#set = { lang = "{lang}", slug = "{value}-{lang}" }']
    return [f"set = {{ {', '.join(f'{key} = {_text(pattern)}' for key, pattern in header.items())} }}"]


def _list(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
