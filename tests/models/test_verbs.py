"""``styletune models ...``, as people call it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pulling import Cli

from styletune.commands.models_use import with_model
from styletune.models.installed import find_installed, installed, models_folder
from styletune.models.manifest import MANIFEST
from styletune.models.registry import registry


class TestList:
    def test_what_is_here_and_what_can_be_had_fits_a_narrow_terminal(self, models: Cli, embedded_model: Path) -> None:
        done = models("list")
        assert (done.code, done.err) == (0, "")
        here, _, pullable = done.out.partition("Can be pulled")
        assert "smollm2-135m" in here
        assert [name for name, model in registry().items() if model.repository and name not in pullable] == []
        assert max(len(line.rstrip()) for line in done.out.splitlines()) <= 80
        assert "qwen2.5-3b *" in pullable
        assert "could not be compared" in pullable

    def test_programs_get_json(self, models: Cli, model: Path) -> None:
        models("add", model, "--name", "mine")
        values = json.loads(models("list", "--json").out)
        (mine,) = [line for line in values["installed"] if line["name"] == "mine"]
        assert (mine["path"], mine["quantization"], mine["languages"]) == (str(model), "Q8_0", ["en"])
        assert {line["name"] for line in values["pullable"]} == {
            n for n, known in registry().items() if known.repository
        }
        assert [line["checked"] for line in values["pullable"]] == [False] * len(values["pullable"])
        assert values["unfinished"] == []

    def test_a_model_that_is_damaged_or_gone_is_named_with_the_reason(self, models: Cli, model: Path) -> None:
        models("add", model, "--name", "mine")
        model.write_bytes(b"broken")
        done = models("list")
        assert "damaged or gone" in done.out
        assert "mine: " in done.err
        assert "is not a GGUF model" in done.err

    def test_an_unfinished_download_is_named(self, models: Cli) -> None:
        (models_folder() / "qwen3-4b").mkdir(parents=True)
        (models_folder() / "qwen3-4b" / ".x.part").write_bytes(bytes(5_000_000))
        assert "qwen3-4b was not downloaded to its end (5 MB are here)" in models("list").err

    def test_the_languages_of_a_tuned_model_are_those_it_was_taught(self, models: Cli, model: Path) -> None:
        (model.parent / MANIFEST).write_text('{"languages": ["zh", "en"], "tasks": ["translate"]}')
        models("add", model, "--name", "mine")
        values = json.loads(models("list", "--json").out)
        assert [(line["languages"], line["tasks"]) for line in values["installed"] if line["name"] == "mine"] == [
            (["zh", "en"], ["translate"])
        ]

    def test_long_names_are_never_cut(self, models: Cli, model: Path) -> None:
        name = "a-name-that-" + "goes-on-and-on-" * 3 + "end"
        models("add", model, "--name", name)
        assert name in models("list").out


class TestAdd:
    def test_a_file_gets_its_own_name_and_stays_where_it_is(self, models: Cli, model: Path) -> None:
        renamed = model.rename(model.with_name("My Voice (v2).gguf"))
        done = models("add", renamed)
        assert done.code == 0
        assert find_installed("my-voice-v2").files == (renamed,)
        assert list(models_folder().rglob("*.gguf")) == []

    def test_a_relative_path_is_found_from_everywhere(self, models: Cli, tiny: bytes, tmp_path: Path) -> None:
        Path("here.gguf").write_bytes(tiny)
        here = Path.cwd()
        models("add", "here.gguf")
        os.chdir(tmp_path)
        assert find_installed("here").path == here / "here.gguf"

    def test_all_shards_belong_to_it(self, models: Cli, tmp_path: Path, shard_bytes: list[bytes]) -> None:
        for number, data in enumerate(shard_bytes, 1):
            (tmp_path / f"big-0000{number}-of-00002.gguf").write_bytes(data)
        assert models("add", tmp_path / "big-00001-of-00002.gguf").code == 0
        assert len(find_installed("big").files) == 2

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("qwen3-4b", "the name of a model that can be pulled"),
            ("echo", "the name of an engine"),
            ("../up", "cannot be the name of a model"),
            ("taken", "styletune models rm taken"),
        ],
    )
    def test_a_name_that_cannot_be_used_is_refused(self, models: Cli, model: Path, name: str, words: str) -> None:
        other = model.with_name("other.gguf")
        other.write_bytes(model.read_bytes())
        models("add", other, "--name", "taken")
        done = models("add", model, "--name", name)
        assert done.code == 2
        assert words in done.err

    def test_the_same_file_may_be_added_again(self, models: Cli, model: Path) -> None:
        assert [models("add", model).code for _ in range(2)] == [0, 0]

    def test_what_is_no_model_is_refused(self, models: Cli, tmp_path: Path) -> None:
        (tmp_path / "page.gguf").write_text("<html>")
        assert models("add", tmp_path / "page.gguf").code == 3
        assert models("add", tmp_path / "none.gguf").code == 2
        assert models("add", tmp_path).code == 3
        assert installed() == []


class TestUse:
    def test_the_project_gets_its_model(self, models: Cli, model: Path) -> None:
        models("add", model, "--name", "mine")
        done = models("use", "mine")
        assert done.code == 0
        assert Path("styletune.toml").read_text() == 'model = "mine"\n'
        assert "This project uses mine" in models("list").err

    def test_the_settings_of_the_folder_above_are_changed(self, models: Cli) -> None:
        Path("styletune.toml").write_text("")
        Path("posts").mkdir()
        os.chdir("posts")
        assert models("use", "echo").code == 0
        assert Path("../styletune.toml").read_text() == 'model = "echo"\n'

    def test_a_path_is_written_in_full(self, models: Cli, tiny: bytes) -> None:
        Path("here.gguf").write_bytes(tiny)
        models("use", "here.gguf")
        assert str(Path.cwd() / "here.gguf") in Path("styletune.toml").read_text()

    def test_an_endpoint_of_the_project_can_be_used(self, models: Cli) -> None:
        text = '[endpoints.home]\nbase_url = "http://localhost:1/v1"\nmodel = "m"\n'
        Path("styletune.toml").write_text(text)
        assert models("use", "home").code == 0
        assert Path("styletune.toml").read_text() == f'model = "home"\n\n{text}'

    @pytest.mark.parametrize(
        ("name", "words"), [("qwen3-4b", "styletune models pull qwen3-4b"), ("hme", "Did you mean home?")]
    )
    def test_a_model_that_is_not_here_changes_nothing(self, models: Cli, name: str, words: str) -> None:
        text = '[endpoints.home]\nbase_url = "http://localhost:1/v1"\nmodel = "m"\n'
        Path("styletune.toml").write_text(text)
        done = models("use", name)
        assert done.code in {2, 3}
        assert words in done.err
        assert Path("styletune.toml").read_text() == text

    def test_settings_that_cannot_be_read_are_left_alone(self, models: Cli) -> None:
        Path("styletune.toml").write_text("model = [")
        done = models("use", "echo")
        assert done.code == 2
        assert "styletune.toml" in done.err
        assert Path("styletune.toml").read_text() == "model = ["

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (b"", b'model = "x"\n'),
            (
                b"# My blog\n\nfrom = 'en'  # c\n\n[translate]\n",
                b"# My blog\n\nfrom = 'en'  # c\nmodel = \"x\"\n\n[translate]\n",
            ),
            (b"model = 'old'   # keep me\nfrom='en'\n", b"model = \"x\"   # keep me\nfrom='en'\n"),
            (b"# a\r\nfrom = 'en'\r\n", b"# a\r\nfrom = 'en'\r\nmodel = \"x\"\n"),
            ("\ufeff# über\n".encode(), '\ufeff# über\nmodel = "x"\n'.encode()),
            (b"[profiles.a]\nmodel = 'y'\n", b"model = \"x\"\n\n[profiles.a]\nmodel = 'y'\n"),
        ],
    )
    def test_comments_and_layout_are_kept(self, before: bytes, after: bytes) -> None:
        assert with_model(before, "x") == after


class TestInfo:
    def test_the_facts_of_the_embedded_model_are_told(self, models: Cli, embedded_model: Path) -> None:
        done = models("info")
        assert done.code == 0
        for words in (
            "5.74 bits a weight: 79% Q4_1, 21% Q8_0",
            "135 million",
            "8,192 tokens",
            "chatml",
            "<|im_end|>",
            "en",
        ):
            assert words in done.out
        assert str(embedded_model) in done.out

    def test_programs_get_json(self, models: Cli, model: Path) -> None:
        (model.parent / MANIFEST).write_text('{"tasks": ["rewrite"], "tuned_by": "styletune 9"}')
        values = json.loads(models("info", model, "--json").out)
        assert values["files"] == [str(model)]
        assert values["parameters"] == 392
        assert values["template"] == {"family": "chatml", "system_role": True, "problem": ""}
        assert values["manifest"]["tasks"] == ["rewrite"]

    def test_a_tuned_model_says_by_whom_and_for_what(self, models: Cli, model: Path) -> None:
        (model.parent / MANIFEST).write_text('{"tasks": ["rewrite"], "tuned_by": "styletune 9", "base_model": "b"}')
        out = models("info", model).out
        for words in ("styletune 9", "rewrite", "tuned from"):
            assert words in out

    def test_without_a_name_the_projects_model_is_meant(self, models: Cli, model: Path) -> None:
        models("add", model, "--name", "mine")
        models("use", "mine")
        assert str(model) in models("info").out

    @pytest.mark.parametrize(("name", "code"), [("echo", 2), ("nope", 2), ("qwen3-4b", 3), ("openai:http://h/v1#m", 2)])
    def test_what_has_no_file_is_wrong_use(self, models: Cli, name: str, code: int) -> None:
        done = models("info", name)
        assert (done.code, done.out) == (code, "")

    def test_hostile_texts_cannot_command_the_terminal(self, models: Cli, tmp_path: Path, build_gguf: Any) -> None:
        metadata = {"general.architecture": "llama", "general.name": "\x1b]0;owned\x07", "general.license": "\x1b[2J"}
        (tmp_path / "m.gguf").write_bytes(build_gguf(metadata))
        out = models("info", tmp_path / "m.gguf").out
        assert "\x1b" not in out
        assert "owned" in out
