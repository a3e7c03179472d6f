"""The page about settings tells the truth."""

import re
from pathlib import Path

import pytest

from styletune.config.load import load_config
from styletune.config.schema import Config, Endpoint, FileSettings, HeaderSettings, Prices, Profile
from styletune.config.site import find_site
from styletune.config.tables import keys
from styletune.errors import SettingsError
from styletune.files.naming import output_path

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
OUTPUTS = re.findall(r"^\| `(\S*\{\S*)` \| `(\S+\.mdx?)` \| `(\S+)` \|$", PAGE, re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (".stylerules", "work.stylerules"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize("block", BLOCKS)
def test_every_example_can_be_used(project: Path, block: str):
    (project / "styletune.toml").write_text(block)
    assert load_config(project) != Config(project)


def test_every_key_has_an_example():
    assert len(BLOCKS) == 5
    text = "\n".join(BLOCKS)
    for key in [*keys(FileSettings), *keys(HeaderSettings), *keys(Profile), *keys(Endpoint), *keys(Prices)]:
        assert re.search(rf"(?m)(?:^|[{{,] ?){key.rsplit('.', 1)[-1]} = |\[[\w.]*{key}\]", text), key


@pytest.mark.parametrize(
    ("key", "default"),
    [
        ("examples", FileSettings().examples),
        ("prompt_budget", FileSettings().prompt_budget),
        ("isolate", str(FileSettings().isolate).lower()),
        ("key_env", f"`{Endpoint('', (), '').key_env}`"),
        ("jobs", Endpoint("", (), "").jobs),
    ],
)
def test_defaults_are_as_the_tables_say(key: str, default: object):
    assert re.search(rf"(?m)^\| `{key}` \| .* \| {re.escape(str(default))} \|$", PAGE)


@pytest.mark.parametrize(("pattern", "draft", "result"), OUTPUTS)
def test_results_go_where_the_table_says(pattern: str, draft: str, result: str):
    root = Path("/blog")
    assert output_path(root / draft, pattern=pattern, lang="zh", root=root) == root / result


def test_the_table_of_results_was_found():
    assert len(OUTPUTS) == 6


@pytest.mark.parametrize("line", re.findall(r"^Error: (.*)$", PAGE, re.MULTILINE))
def test_mistakes_read_as_they_are_shown(project: Path, line: str):
    number = int(line.split(":")[1])
    mistake = '[translate]\nouput = "x"' if "ouput" in line else '[endpoints.server]\nbase_url = "http://x"'
    (project / "styletune.toml").write_text("\n" * (number - (2 if "ouput" in line else 1)) + mistake)
    with pytest.raises(SettingsError) as caught:
        load_config(project)
    assert str(caught.value) == line


def test_presets_are_as_the_table_says(tmp_path: Path):
    rows = re.findall(r"(?m)^\| (Hugo|Jekyll|Pelican|plain) \| `(\S+)` \| (.*?) \|", PAGE)
    assert len(rows) == 4
    for name, output, header in rows:
        site = find_site(tmp_path, name.lower())
        assert site.output == output
        assert re.findall(r"`(\w+)", header) == list(site.header)


def test_the_example_of_profiles_does_what_it_says(project: Path):
    (project / "styletune.toml").write_text(next(block for block in BLOCKS if "[profiles.work]" in block))
    config = load_config(project)
    work, diary = config.for_file(project / "talks" / "2026" / "a.md"), config.for_file(project / "diary" / "a.md")
    assert (work.model, work.target_lang, work.translate_output) == ("server", "en", "{stem}-{lang}.md")
    assert (diary.model, diary.isolate, diary.rules) == ("my-voice", True, project / ".stylerules")
