"""``styletune.toml``, checked as a whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from styletune.config.load import load_config
from styletune.config.schema import Config, Endpoint, FileSettings, HeaderSettings, Prices, Profile
from styletune.config.tables import keys
from styletune.errors import SettingsError

SETTINGS = (FileSettings, HeaderSettings, Profile, Endpoint, Prices)
EVERYTHING = """
model = "qwen2.5-3b"
from = "Chinese"
to = "en_GB"
rules = "voice.md"
posts = "content"
examples = 2
prompt_budget = 0
isolate = true

[rewrite]
output = "out/{path}"
kinds = ["paragraph", "list-item"]

[translate]
output = "content/{lang}/{path}"
kinds = "all"

[translate.front_matter]
translate = ["Title", "deck"]
set = { lang = "{lang}", "canonical url" = "/{lang}/{value}" }

[profiles.work]
paths = ["work/**", "jobs"]
model = "lan"
translate.output = "{stem}-{lang}.md"
translate.front_matter.translate = ["title"]

[endpoints.lan]
base_url = ["http://a:8000/v1", "https://b/v1"]
model = "big"
key_env = "LAN_KEY"
jobs = 8
requests_per_minute = 50
tokens_per_minute = 9000
prices = { input = 1, output = 0.5, currency = "EUR" }
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "voice.md").touch()
    return tmp_path


def write(project: Path, text: str) -> None:
    (project / "styletune.toml").write_text(text, encoding="utf-8")


def problems(project: Path, text: str) -> list[str]:
    write(project, text)
    with pytest.raises(SettingsError) as caught:
        load_config(project)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("text", [None, "", "# nothing is set\n", "\ufeff[rewrite]\n", "[translate.front_matter]\n"])
def test_what_is_not_set_has_its_default(project: Path, text: str | None):
    if text is not None:
        write(project, text)
    assert load_config(project) == Config(project)


def test_every_key_reaches_its_setting(project: Path):
    write(project, EVERYTHING)
    top = FileSettings(
        model="qwen2.5-3b",
        source_lang="zh",
        target_lang="en-gb",
        rules=project / "voice.md",
        posts=("content",),
        examples=2,
        prompt_budget=0,
        isolate=True,
        rewrite_output="out/{path}",
        rewrite_kinds=("paragraph", "list_item"),
        translate_output="content/{lang}/{path}",
        translate_kinds=("all",),
        header=HeaderSettings(("title", "deck"), {"lang": "{lang}", "canonical url": "/{lang}/{value}"}),
    )
    config = load_config(project)
    assert config.top == top
    lan = Endpoint("lan", ("http://a:8000/v1", "https://b/v1"), "big", "LAN_KEY", 8, 50, 9000, Prices(1.0, 0.5, "EUR"))
    assert config.endpoints == {"lan": lan}
    (profile,) = config.profiles
    assert profile.paths == ("work/**", "jobs")
    changed = {"profile": "work", "model": "lan", "translate_output": "{stem}-{lang}.md"}
    header = HeaderSettings(("title",), top.header.set)
    kept = {name: getattr(top, name) for name in FileSettings.__dataclass_fields__ if name not in {*changed, "header"}}
    assert profile.settings == FileSettings(**kept, **changed, header=header)


def test_the_text_above_sets_every_key_there_is():
    for key in keys(*SETTINGS):
        assert key.rsplit(".", 1)[-1] in EVERYTHING


@pytest.mark.parametrize(
    ("path", "profile"),
    [
        ("work/a.md", "work"),
        ("jobs/x/a.md", "work"),
        ("notes/work/a.md", "notes"),
        ("work/notes/a.md", "work"),  # both match: the first counts
        ("a.md", None),
        ("../work/a.md", None),
    ],
)
def test_the_first_profile_that_matches_a_path_counts(project: Path, path: str, profile: str | None):
    write(project, '[profiles.work]\npaths = ["work", "jobs/**"]\n[profiles.notes]\npaths = "**/notes/**"\n')
    config = load_config(project)
    assert config.for_file(project / path).profile == profile
    assert config.for_file(Path(path)).profile == profile  # as the working folder is the project


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("ouput = 1", 1, 'unknown key "ouput" at the top. Did you mean "output" in [rewrite] or [translate]?'),
        ("xyzzy = 1", 1, 'unknown key "xyzzy" at the top. Known are: profiles, endpoints, model, from, to, rules, '),
        ("[profiles.a]\npaths = 'x'\nset = {}", 3, "It belongs into [profiles.a.translate.front_matter]."),
        ("\n\nmodell = 'x'", 3, 'unknown key "modell" at the top. Did you mean "model"?'),
        ("output = '{stem}.x.md'", 1, "It belongs into [rewrite] or [translate]."),
        ("[translate]\nto = 'zh'", 2, 'unknown key "to" in [translate]. It belongs above the first [table] of the file.'),
        ("[profiles.a]\npaths = 'x'\n[profiles.a.rewrite]\nmodel = 'x'", 4, "It belongs into [profiles.a]."),
        ("model = qwen", 1, "invalid value. Texts stand in quotes."),
        ("[translate]\nset = {}", 2, "It belongs into [translate.front_matter]."),
        ("[translate]\nouput = 'x'", 2, 'unknown key "ouput" in [translate]. Did you mean "output"?'),
        ("[profiles.a]\npaths = 'x'\ntranslate.ouput = 'x'", 3, 'unknown key "ouput" in [profiles.a.translate].'),
        ("[endpoints.a]\nbase_url = 'http://x'\nmodel = 'x'\nmodle = 'x'", 4, 'Did you mean "model"?'),
        ("model = 3", 1, "model must be a text in quotes, but it is a whole number (3)."),
        ("model = ''", 1, "model is empty."),
        ("model = 2026-01-01", 1, "but it is a date or a time."),
        ("model = ['a']", 1, "but it is a list."),
        ("isolate = 1", 1, "isolate must be true or false, but it is a whole number (1)."),
        ("examples = true", 1, "examples must be a whole number, but it is true or false (true)."),
        ("examples = 1.5", 1, "examples must be a whole number, but it is a number (1.5)."),
        ("examples = -1", 1, "examples must be 0 or more, but it is -1."),
        ("prompt_budget = -5", 1, "prompt_budget must be 0 or more"),
        ("translate = 'x'", 1, "translate must be a table, but it is a text. Write [translate]"),
        ("[[rewrite]]\noutput = 'x'", 1, "rewrite must be a table, but it is a list."),
        ("profiles = 3", 1, "profiles must be a table"),
        ("[profiles]\na = 3", 2, "profiles.a must be a table"),
        ("to = 'Chinesee'", 1, "to: Unknown language: 'Chinesee'. Did you mean Chinese (zh)?"),
        ("posts = [\n'ok',\n'/abs']", 3, 'posts: "/abs" must be a path below the folder of this file.'),
        ("posts = '../x'", 1, "must be a path below"),
        ("posts = '~/x'", 1, "must be a path below"),
        ("posts = 'a\\b'", 1, "write / between folders"),
        ("posts = [\n'ok',\n4]", 3, "posts must be a text in quotes, but it is a whole number (4)."),
        ("rules = 'missing.md'", 1, "rules: missing.md is no file."),
        ("rewrite.output = '{name}.md'", 1, "{name} is unknown; known are {stem}, {lang} and {path}"),
        ("rewrite.output = '{stem}.md'", 1, "it names the source itself"),
        ("translate.output = '{stem}.md'", 1, "{lang} is missing"),
        ("translate.output = '{path}/{lang}.md'", 1, "it can stand only at the end"),
        ("rewrite.kinds = [\n'paragraph',\n'headng']", 3, '"headng" is no kind of segment. Did you mean "heading"?'),
        ("rewrite.kinds = []", 1, "rewrite.kinds is empty"),
        ("[translate.front_matter]\nset = {\na = 1}".replace("\n", "", 2), 1, "this is no TOML"),
        ("[translate.front_matter]\nset = {lang = 1}", 2, "translate.front_matter.set.lang must be a text in quotes"),
        ("[translate.front_matter.set]\nlang = '{language}'", 2, "{language} is unknown; known are {lang}, {stem}"),
        ("[translate.front_matter.set]\na = '{value}{value}'", 2, "{value} can stand there only once."),
        ("[translate.front_matter.set]\n'a: b' = 'x'", 2, '"a: b" cannot be a key of front matter.'),
        ("[translate.front_matter]\ntranslate = 4", 2, "must be a text in quotes or a list of them"),
        ("[profiles.a]\nmodel = 'x'", 1, '[profiles.a] has no "paths", which it needs.'),
        ("profiles.a = {model = 'x'}", 1, '[profiles.a] has no "paths", which it needs.'),
        ("[profiles.a]\npaths='x'\n[profiles.b]\npaths = [\n'x']", 5, 'profile "a" has the path "x" already'),
        ("[profiles.a]\npaths='x'\n[profiles.a]\nmodel='x'", 3, "this is no TOML"),
        ("[endpoints.a]\nbase_url = 'http://x'", 1, '[endpoints.a] has no "model", which it needs.'),
        ("[endpoints.a]\nmodel = 'x'", 1, '[endpoints.a] has no "base_url", which it needs.'),
        ("[endpoints.echo]\nmodel='x'\nbase_url='http://x'", 1, "--model echo means something else"),
        ("[endpoints.'a.gguf']\nmodel='x'\nbase_url='http://x'", 1, "--model a.gguf means something else"),
        ("[endpoints.a]\nmodel='x'\nbase_url='ftp://x'", 3, "must begin with http:// or https://"),
        ("[endpoints.a]\nmodel='x'\nbase_url='localhost:8000'", 3, "must begin with http:// or https://"),
        ("[endpoints.a]\nmodel='x'\nbase_url=[\n'http://x',\n'http://x:port']", 5, "is no address"),
        ("[endpoints.a]\nmodel='x'\nbase_url=[]", 3, "base_url is empty"),
        ("[endpoints.a]\nmodel='x'\nbase_url='http://x'\njobs=0", 4, "jobs must be 1 or more"),
        ("[endpoints.a]\nmodel='x'\nbase_url='http://x'\nkey_env='MY KEY'", 4, "the name of an environment variable"),
        ("[endpoints.a]\nmodel='x'\nbase_url='http://x'\nprices={input=nan,output=1}", 4, "must be 0 or more"),
        ("[endpoints.a]\nmodel='x'\nbase_url='http://x'\nprices={input=1}", 4, 'prices] has no "output"'),
        ("[endpoints.a]\nmodel='x'\nbase_url='http://x'\nprices={input=true,output=1}", 4, "must be a number"),
        ("a = 1\nb = \n", 2, "this is no TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(project: Path, text: str, line: int, said: str):
    (problem,) = problems(project, text)
    assert problem.startswith(f"styletune.toml:{line}:")
    assert said in problem


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file(project: Path):
    text = "examples = -1\n[profiles.a]\nmodel = 3\n[endpoints.b]\njobs = 'x'\n[translate]\nouput = 1\nkinds = ['x', 'y']\n"
    lines = [int(problem.split(":")[1]) for problem in problems(project, text)]
    assert lines == [1, 2, 3, 4, 4, 5, 7, 8, 8]


SECRET = "sk-abcdefghijklmnopqrstuvwx"  # noqa: S105 - of nothing


@pytest.mark.parametrize(
    "text",
    [
        f"api_key = '{SECRET}'",
        f"[endpoints.a]\nmodel = 'x'\nbase_url = 'http://x'\nkey = '{SECRET}'",
        f"[endpoints.a]\nmodel = 'x'\nbase_url = 'http://x'\napi-key = '{SECRET}'",
        f"[endpoints.a]\nmodel = 'x'\nbase_url = 'http://x'\nToken = '{SECRET}'",
        f"[endpoints.a]\nmodel = 'x'\nbase_url = 'http://x'\nkey_env = '{SECRET}'",
        f"[endpoints.a]\nmodel = 'x'\nbase_url = 'http://me:{SECRET}@x'",
        f"[endpoints.a]\nmodel = 'x'\nbase_url = '{SECRET}@x'",
        f"[endpoints.a]\nmodel = 'x'\nbase_url = ['http://x?key={SECRET}']",
        f"model = 'openai:http://me:{SECRET}@x#m'",
    ],
)
def test_a_key_in_the_file_is_refused_and_never_shown(project: Path, text: str):
    (problem,) = problems(project, text)
    assert SECRET not in problem
    assert "key_env" in problem


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a = 1\nb = = 2\n", "2:5", "this is no TOML: invalid value."),
        ("a = [1,\n\n", "2:1", "this is no TOML: "),
        ("a = 'x", "1:7", "this is no TOML: "),
        ("[a.b]\n[a.b]\n", "2:5", "this is no TOML: cannot declare [a.b] twice."),
        ("[a]\n[a]\n", "2:3", "this is no TOML: cannot declare [a] twice."),
    ],
)
def test_broken_syntax_is_named_with_line_and_column(project: Path, text: str, place: str, said: str):
    (problem,) = problems(project, text)
    assert problem.startswith(f"styletune.toml:{place}: {said}")


def test_a_file_that_is_no_utf8_is_named_with_its_line(project: Path):
    (project / "styletune.toml").write_bytes("model = 'x'\n# Grüße\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"^styletune\.toml:2: byte 0xfc is not UTF-8\. Save the file as UTF-8\.$"):
        load_config(project)


def test_a_file_nested_too_deeply_is_refused(project: Path):
    (problem,) = problems(project, f"a = {'[' * 5000}{']' * 5000}")
    assert "nested too deeply" in problem


def test_a_folder_in_the_place_of_the_file_is_named(project: Path):
    (project / "styletune.toml").mkdir()
    with pytest.raises(SettingsError, match=r"^styletune\.toml: it cannot be read: it is a folder\.$"):
        load_config(project)


def test_a_link_that_leads_nowhere_is_no_missing_file(project: Path):
    (project / "styletune.toml").symlink_to("gone.toml")
    with pytest.raises(SettingsError, match="leads nowhere"):
        load_config(project)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(project: Path):
    write(project, "")
    (project / "styletune.toml").chmod(0)
    with pytest.raises(SettingsError, match="you have no permission"):
        load_config(project)


def test_a_file_elsewhere_is_named_in_full(project: Path, monkeypatch: pytest.MonkeyPatch):
    write(project, "x = 1")
    (project / "posts").mkdir()
    monkeypatch.chdir(project / "posts")
    with pytest.raises(SettingsError) as caught:
        load_config(project)
    assert str(caught.value).startswith(f"{project / 'styletune.toml'}:1: ")


@pytest.mark.parametrize("text", [None, EVERYTHING])
def test_reading_the_settings_loads_nothing_heavy(project: Path, text: str | None):
    if text is not None:
        write(project, text)
    code = (
        "import sys; from pathlib import Path; from styletune.config.load import load_config; "
        "load_config(Path()); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"yaml", "tomlkit", "pydantic", "rapidfuzz", "difflib", "numpy", "rich", "regex", "pyromark", "sqlite3"}
    assert not heavy & set(done.stdout.split())
