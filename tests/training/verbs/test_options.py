"""Every option of the verbs does what it says."""

import json
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
import styletune_training.verbs
from command_line import Cli
from styletune_training.corpus.source import Excluded, GitOptions, Source
from styletune_training.synthesis.prompts import load_prompts
from styletune_training.verbs.corpus_add_sources import requested
from styletune_training.verbs.synthesize_work import choose
from training_projects import add_post

from styletune.commands.corpus_settings import (
    CorpusAddSettings,
    CorpusListSettings,
    CorpusRemoveSettings,
    CorpusStatsSettings,
)
from styletune.commands.synthesize_settings import SynthesizeSettings
from styletune.commands.verb_settings import VerbSettings
from styletune.config.schema import Config

VERBS = {
    "corpus_add": CorpusAddSettings,
    "corpus_list": CorpusListSettings,
    "corpus_remove": CorpusRemoveSettings,
    "corpus_stats": CorpusStatsSettings,
    "synthesize": SynthesizeSettings,
}
TEXTS = [f"I moved the old boat to berth {number} before the storm came, and I'd do it again." for number in range(3)]


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_is_looked_at(verb: str) -> None:
    """An option that no verb reads is a promise that nobody keeps."""
    folder = Path(styletune_training.verbs.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob(f"{verb}*.py"))
    own = {field.name for field in fields(VERBS[verb])} - {field.name for field in fields(VerbSettings)}
    assert sorted(name for name in own if f"settings.{name}" not in source) == []


def test_options_of_posts_become_their_source(tmp_path: Path) -> None:
    add_file(tmp_path / "posts/a.md")
    settings = CorpusAddSettings(
        paths=[str(tmp_path / "posts")], notes=True, lang="German", drafts=True, exclude=["x.md"], exclude_tag=["ai"],
        exclude_text=["GPT"], exclude_since="2023-05-01", exclude_before="2001-02-03",
    )  # fmt: skip
    excluded = Excluded(("x.md",), ("ai",), ("GPT",), "2023-05-01", "2001-02-03")
    assert requested(settings, tmp_path, ()) == [Source("notes", "posts", "de", drafts=True, excluded=excluded)]


def test_options_of_a_history_become_its_source(tmp_path: Path) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "Nothing yet"]):
        subprocess.run([*git, *command], check=True)
    settings = CorpusAddSettings(
        git=[tmp_path], lang="German", since="2020-01-02", until="2021-03-04", author=["me", "I"],
        skip_commit=["abc"], least_change=0.1, most_change=0.6,
    )  # fmt: skip
    options = GitOptions("2020-01-02", "2021-03-04", ("me", "I"), ("abc",), 0.1, 0.6)
    assert requested(settings, tmp_path, ()) == [Source("git", ".", "de", git=options)]


def add_file(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("A paragraph of some words.\n")


@pytest.fixture
def root() -> Path:
    for number in range(4):
        add_post(Path.cwd(), f"post-{number}.md", [f"{text} Number {number} was mine." for text in TEXTS])
    return Path.cwd()


def planned(cli: Cli, *words: str) -> dict[str, object]:
    done = cli("synthesize", "--model", "echo", "--dry-run", "--json", *words)
    assert done.code == 0, done.err
    found: dict[str, object] = json.loads(done.out)
    return found


def test_several_drafts_of_a_paragraph_come_from_several_prompts(cli: Cli, root: Path) -> None:
    assert planned(cli)["planned"] == 12
    assert planned(cli, "--per-paragraph", "2")["planned"] == 24
    rewrite = [one for one in load_prompts(root).values() if one.builder == "rewrite" and not one.needs_imitated]
    assert planned(cli, "--per-paragraph", "99")["planned"] == 12 * len(rewrite)


def test_languages_add_the_builder_that_translates(cli: Cli, root: Path) -> None:
    assert planned(cli, "--from", "German")["planned"] == 24
    both = planned(cli, "--from", "de", "--to", "en", "--builder", "translate")
    assert (both["planned"], {str(name).partition("-")[0] for name in list(both["prompts"])}) == (12, {"translate"})
    none = planned(cli, "--from", "de", "--to", "fr", "--builder", "translate")
    assert (none["planned"], none["left_out"]) == (0, {"in another language": 12})


def test_the_seed_chooses_the_samples(cli: Cli, root: Path) -> None:
    def chosen(seed: int) -> bytes:
        return cli("synthesize", "--model", "echo", "--builder", "rewrite", "--pilot", "1", "--seed", seed).out

    found = [chosen(seed) for seed in (0, 1, 2)]
    assert found == [chosen(seed) for seed in (0, 1, 2)]
    assert len(set(found)) > 1


@pytest.mark.parametrize("isolate", [False, True])
def test_a_model_can_have_a_process_of_its_own(isolate: bool) -> None:
    assert choose(SynthesizeSettings(model="echo", isolate=isolate), Config(Path.cwd())).isolate is isolate
