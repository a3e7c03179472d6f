"""``styletune rewrite`` from its arguments to its files."""

import json
import subprocess
from pathlib import Path

import pytest

from styletune.engines.protocol import Capabilities
from styletune.errors import EngineError, ModelMissingError

TRUSTED = Capabilities(trusted_text=True)
POST = """---
title: A walk
---
# Heading

We walked to the old harbour and watched the boats come home.

- The first boat was blue and slow.
- The second boat was red and quick.

> Someone else said this about the sea.

```sh
echo "the end"
```

The last paragraph tells of the long way home in the rain.
"""


def names(folder: Path = Path()) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def loud(text: str) -> str:
    return text.replace("boat", "ship").replace("walked", "went").replace("last", "final")


def spoil_boats(text: str) -> str:
    return "" if "boat " in text else loud(text)


@pytest.fixture
def post() -> Path:
    path = Path("post.md")
    path.write_text(POST)
    return path


REWRITTEN = POST.replace("boat", "ship").replace("walked", "went").replace("last", "final")


def test_a_mistake_in_the_rules_is_told_once_and_where_it_is(cli, use, post):
    use(loud, capabilities=TRUSTED)
    Path("other.md").write_text(POST)
    Path(".stylerules").write_text("## Voise\n")
    done = cli("rewrite", ".")
    assert done.code == 2
    assert 'Error: .stylerules:1:1 "## Voise" is no known section.' in done.err
    assert "The same happened to 1 other file" in done.err
    assert not list(Path().glob("*.rewritten.md"))


def test_a_wrong_model_is_told_with_the_file_that_names_it(cli, post):
    Path("styletune.toml").write_text('model = "qwem3-4b"\n')
    assert "Error: styletune.toml: --model qwem3-4b is unknown. Did you mean qwen3-4b?" in cli("rewrite", "post.md").err
    assert "Error: --model nope is unknown." in cli("rewrite", "post.md", "--model", "nope").err


def test_the_result_stands_beside_the_source_which_is_untouched(cli, use, post):
    use(loud, capabilities=TRUSTED)
    done = cli("rewrite", "post.md")
    assert (done.code, done.out) == (0, b"")
    assert Path("post.rewritten.md").read_text() == REWRITTEN
    assert post.read_text() == POST
    assert "post.md -> post.rewritten.md: 4 rewritten, 3 unchanged" in done.err


def test_quiet_prints_nothing_but_errors(cli, use, post):
    use(loud, capabilities=TRUSTED)
    assert cli("rewrite", "post.md", "-q").err == ""
    assert "none.md does not exist" in cli("rewrite", "none.md", "-q").err


def test_flagged_segments_keep_their_text_and_are_told_with_line_and_reason(cli, use, post):
    use(spoil_boats)
    done = cli("rewrite", "post.md")
    assert done.code == 1
    assert Path("post.rewritten.md").read_text().count("boat was") == 2
    assert "post.md:8 kept your text: " in done.err
    assert "2 kept (flagged)" in done.err


def test_one_engine_serves_all_files_and_is_closed(cli, use, post):
    engine = use(loud, capabilities=TRUSTED)
    Path("b.md").write_text("Another boat.\n")
    cli("rewrite", "post.md", "b.md")
    assert engine.closed == 1
    assert len(engine.asked) == 5


class TestOutputs:
    def test_an_output_written_by_hand_is_not_overwritten_and_no_engine_is_asked(self, cli, use, post):
        engine = use(loud, capabilities=TRUSTED)
        Path("post.rewritten.md").write_text("my own\n")
        done = cli("rewrite", "post.md")
        assert done.code == 2
        assert "post.rewritten.md was not written by styletune" in done.err
        assert Path("post.rewritten.md").read_text() == "my own\n"
        assert engine.asked == []
        assert cli("rewrite", "post.md", "--force").code == 0
        assert Path("post.rewritten.md").read_text() == REWRITTEN

    def test_an_output_edited_since_keeps_the_edit(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        assert cli("rewrite", "post.md").code == 0
        assert cli("rewrite", "post.md").code == 0
        Path("post.rewritten.md").write_text(REWRITTEN + "edited\n")
        done = cli("rewrite", "post.md")
        assert done.code == 0
        assert Path("post.rewritten.md").read_text() == REWRITTEN + "edited\n"

    def test_an_output_edited_since_a_version_that_kept_no_texts_is_not_overwritten(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md")
        book = Path(".styletune/outputs.jsonl")
        record = json.loads(book.read_text()) | {"schema": 1, "text": None}
        record["blocks"] = [{"id": block["id"], "flagged": None, "line": 1} for block in record["blocks"]]
        book.write_text(json.dumps(record) + "\n")
        Path("post.rewritten.md").write_text(REWRITTEN + "edited\n")
        done = cli("rewrite", "post.md")
        assert done.code == 2
        assert "was edited since styletune wrote it" in done.err
        assert Path("post.rewritten.md").read_text() == REWRITTEN + "edited\n"

    def test_an_output_edited_while_the_model_worked_is_not_overwritten(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md")
        use(lambda text: (Path("post.rewritten.md").write_text("mine"), loud(text))[1], capabilities=TRUSTED)
        assert cli("rewrite", "post.md", "--no-cache").code == 0
        assert Path("post.rewritten.md").read_text() == "mine"

    def test_known_outputs_are_no_inputs(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md", "--output", "other.md")
        done = cli("rewrite", ".")
        assert done.code == 0
        assert "Skipped 1 file: written by styletune." in done.err
        assert not Path("other.rewritten.md").exists()
        done = cli("rewrite", "other.md")
        assert done.code == 2
        assert "other.md was written by styletune from post.md" in done.err

    def test_outputs_that_a_shell_names_among_others_are_passed_over(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md")
        done = cli("rewrite", "post.md", "post.rewritten.md")
        assert (done.code, "Skipped 1 file: written by styletune." in done.err) == (0, True)
        assert not Path("post.rewritten.rewritten.md").exists()

    def test_one_state_folder_serves_the_folder_that_was_named(self, cli, use):
        use(loud, capabilities=TRUSTED)
        for name in ("posts/a.md", "posts/deep/b.md"):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text("A boat.\n")
        cli("rewrite", "posts")
        assert list(Path().rglob(".styletune")) == [Path("posts/.styletune")]

    def test_outputs_elsewhere_are_known_there(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md", "--output", "elsewhere/")
        done = cli("rewrite", "elsewhere")
        assert "Skipped 1 file: written by styletune." in done.err
        assert [path.name for path in Path("elsewhere").glob("*.md")] == ["post.md"]
        assert cli("rewrite", "post.md", "--output", "elsewhere/").code == 0
        assert cli("rewrite", "post.md", "--output", "elsewhere/", "--check").code == 0

    def test_a_private_draft_gets_a_private_output_and_a_private_copy(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        Path("post.md").chmod(0o600)
        cli("rewrite", "post.md")
        cli("rewrite", "post.md", "--in-place")
        copies = list(Path(".styletune/originals").iterdir())
        assert {path.stat().st_mode & 0o077 for path in (Path("post.rewritten.md"), *copies)} == {0}

    def test_files_named_like_outputs_are_left_out_of_folders(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        Path("old.rewritten.md").write_text("A boat.\n")
        done = cli("rewrite", "*.md")
        assert "Skipped 1 file: named like an output." in done.err
        assert not Path("old.rewritten.rewritten.md").exists()

    def test_a_folder_of_outputs_keeps_the_tree(self, cli, use):
        use(loud, capabilities=TRUSTED)
        for name in ("a.md", "deep/b.md", "deep/c d.mdx"):
            path = Path("posts", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("A boat.\n")
        assert cli("rewrite", "posts", "--output", "out").code == 0
        written = sorted(path.relative_to("out").as_posix() for path in Path("out").rglob("*.md*"))
        assert written == ["a.md", "deep/b.md", "deep/c d.mdx"]

    def test_output_names_a_file_a_folder_or_standard_output(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        Path("folder").mkdir()
        assert cli("rewrite", "post.md", "-o", "new/file.md").code == 0
        assert cli("rewrite", "post.md", "-o", "folder").code == 0
        assert cli("rewrite", "post.md", "-o", "slash/").code == 0
        done = cli("rewrite", "post.md", "-o", "-")
        for written in ("new/file.md", "folder/post.md", "slash/post.md"):
            assert Path(written).read_text() == REWRITTEN
        assert done.out.decode() == REWRITTEN

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["a/x.md", "b/x.md", "-o", "out"], "a/x.md and b/x.md would both be written to out/x.md"),
            (["a/x.md", "-o", "a/x.md"], "a/x.md is itself an input"),
            (["a", "-o", "a"], "a/x.md is itself an input"),
            (["a/x.md", "b/y.md", "-o", "b/x.md"], "b/x.md is a file; 2 results need a folder"),
            (["a", "b", "-o", "-"], "--output - takes one file; these PATHs mean 3"),
            (["a", "b", "--lines", "1:2"], "--lines works on one file; these PATHs mean 3"),
        ],
    )
    def test_a_run_that_makes_no_sense_stops_before_anything_is_done(self, cli, use, arguments, message):
        engine = use(loud, capabilities=TRUSTED)
        for name in ("a/x.md", "b/x.md", "b/y.md"):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text("A boat.\n")
        done = cli("rewrite", *arguments)
        assert done.code == 2
        assert message in done.err
        assert engine.asked == []
        assert not Path("out").exists()


class TestInPlace:
    def test_in_place_twice_is_once(self, cli, use, post):
        engine = use(lambda text: text + " Ship.", capabilities=TRUSTED)
        assert cli("rewrite", "post.md", "--in-place").code == 0
        once = post.read_bytes()
        assert len(engine.asked) == 4
        assert cli("rewrite", "post.md", "--in-place").code == 0
        assert post.read_bytes() == once
        assert len(engine.asked) == 4

    @pytest.mark.parametrize("flag", ["--force", "--no-cache"])
    def test_finished_blocks_are_sent_again_on_request(self, cli, use, post, flag):
        engine = use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md", "--in-place")
        cli("rewrite", "post.md", "--in-place", flag)
        assert len(engine.asked) == 8

    def test_only_new_blocks_are_sent_and_edited_ones_stay_as_the_person_left_them(self, cli, use, post):
        engine = use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md", "--in-place")
        post.write_text(post.read_text().replace("rain", "boat") + "\nA new boat.\n")
        engine.jobs.clear()
        cli("rewrite", "post.md", "--in-place")
        assert engine.asked == ["A new boat."]
        engine.jobs.clear()
        cli("rewrite", "post.md", "--in-place")
        assert engine.asked == []

    def test_flagged_blocks_are_finished_too_and_still_told(self, cli, use, post):
        engine = use(spoil_boats)
        assert cli("rewrite", "post.md", "--in-place").code == 1
        once, asked = post.read_bytes(), len(engine.asked)
        done = cli("rewrite", "post.md", "--in-place")
        assert done.code == 1
        assert "post.md:8 kept your text" in done.err
        assert (post.read_bytes(), len(engine.asked)) == (once, asked)

    def test_lines_leave_the_other_blocks_for_a_later_run(self, cli, use, post):
        engine = use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md", "--in-place", "--lines", "8")
        assert engine.asked == ["The first boat was blue and slow."]
        cli("rewrite", "post.md", "--in-place")
        assert len(engine.asked) == 4
        assert post.read_text() == REWRITTEN

    def test_other_kinds_are_left_for_a_later_run(self, cli, use, post):
        engine = use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md", "--in-place")
        cli("rewrite", "post.md", "--in-place", "--kinds", "heading,quote")
        assert engine.asked[4:] == ["Heading", "Someone else said this about the sea."]
        cli("rewrite", "post.md", "--in-place", "--kinds", "all")
        assert engine.asked[6:] == ["A walk"]

    def test_doing_some_kinds_again_forgets_no_others(self, cli, use, post):
        engine = use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md", "--in-place")
        cli("rewrite", "post.md", "--in-place", "--kinds", "heading", "--force")
        assert engine.asked[4:] == ["Heading"]
        cli("rewrite", "post.md", "--in-place")
        assert len(engine.asked) == 5

    def test_a_source_that_changes_meanwhile_is_left_as_it_is(self, cli, use, post):
        use(lambda text: (post.write_text("typed meanwhile\n"), loud(text))[1], capabilities=TRUSTED)
        done = cli("rewrite", "post.md", "--in-place")
        assert done.code == 2
        assert "changed by someone else meanwhile" in done.err
        assert post.read_text() == "typed meanwhile\n"

    def test_the_original_is_kept(self, cli, use, post):
        from styletune.files.originals import original_bytes, originals  # noqa: PLC0415

        use(loud, capabilities=TRUSTED)
        cli("rewrite", "post.md", "--in-place")
        (original,) = originals(Path.cwd(), "post.md")
        assert original_bytes(Path.cwd(), original) == POST.encode()

    def test_a_link_stays_a_link_and_permissions_stay(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        post.chmod(0o640)
        Path("link.md").symlink_to("post.md")
        assert cli("rewrite", "link.md", "--in-place").code == 0
        assert Path("link.md").is_symlink()
        assert post.read_text() == REWRITTEN
        assert post.stat().st_mode & 0o777 == 0o640


class TestDiff:
    def test_the_patch_applies_with_git_and_nothing_is_written(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        before = names()
        done = cli("rewrite", "post.md", "--diff")
        assert done.code == 0
        assert names() == before
        assert post.read_text() == POST
        subprocess.run(["git", "apply", "-"], input=done.out, check=True)
        assert post.read_text() == REWRITTEN

    def test_the_patch_applies_in_the_subfolder_of_a_repository_it_was_made_in(self, cli, monkeypatch):
        subprocess.run(["git", "init", "-q", "."], check=True)
        post = Path("my posts", "文 章.md")
        post.parent.mkdir()
        post.write_bytes(b"One line.\r\n\r\nNo end")
        monkeypatch.chdir(post.parent)
        done = cli("rewrite", "--model", "pseudo", post.name, "--diff")
        subprocess.run(["git", "apply", "-"], input=done.out, check=True)
        expected = cli("rewrite", "--model", "pseudo", "-", stdin=b"One line.\r\n\r\nNo end")
        assert Path(post.name).read_bytes() == expected.out != b"One line.\r\n\r\nNo end"

    def test_flagged_segments_count(self, cli, use, post):
        use(spoil_boats)
        assert cli("rewrite", "post.md", "--diff").code == 1

    def test_no_change_prints_nothing(self, cli, use, post):
        use(str, capabilities=TRUSTED)
        assert cli("rewrite", "post.md", "--diff").out == b""


class TestJson:
    def test_the_report_tells_every_segment_of_every_file(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        Path("bad.md").write_bytes(b"\xff\xfe")
        done = cli("rewrite", "bad.md", "post.md", "--json")
        bad, good = json.loads(done.out)
        assert done.code == 2
        assert (bad["path"], bad["output"], bad["segments"], bad["error"]["code"]) == ("bad.md", None, [], "file")
        assert (good["path"], good["output"], good["task"], good["error"]) == (
            "post.md", "post.rewritten.md", "rewrite", None,
        )  # fmt: skip
        assert [segment["status"] for segment in good["segments"]].count("new") == 4
        for segment in good["segments"]:
            assert POST.encode()[segment["start"] : segment["end"]].decode() == segment["source"]
        assert good["totals"]["new"] == 4

    def test_errors_and_reports_go_to_different_streams(self, cli, use):
        use(loud)
        done = cli("rewrite", "none.md", "--json")
        assert (done.code, done.out) == (2, b"")


class TestStandardInput:
    def test_the_text_goes_in_and_comes_out(self, cli, use):
        use(loud, capabilities=TRUSTED)
        done = cli("rewrite", "-", stdin=POST.encode())
        assert (done.code, done.out.decode()) == (0, REWRITTEN)
        assert names() == []

    def test_a_filter_changes_only_the_lines_it_is_given(self, cli, use):
        use(loud, capabilities=TRUSTED)
        done = cli("rewrite", "-", "--lines", "8:8", stdin=POST.encode())
        assert done.out.decode() == POST.replace("first boat", "first ship")

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--lines", "9:3"],
            ["--lines", "900:901"],
            ["--in-place"],
            ["--kinds", "x"],
            ["--stdin-filepath", "a.md", "-qv"],
        ],
    )
    def test_a_failure_gives_the_editor_its_text_back(self, cli, use, arguments):
        use(loud)
        done = cli("rewrite", "-", *arguments, stdin=POST.encode())
        assert (done.code, done.out.decode()) == (2, POST)
        assert "Error: " in done.err

    @pytest.mark.parametrize(("error", "code"), [(EngineError("It broke."), 3), (RuntimeError("bug"), 3)])
    def test_a_failing_engine_gives_the_editor_its_text_back(self, cli, use, error, code):
        def fail(text: str) -> str:
            raise error

        use(fail)
        done = cli("rewrite", "-", stdin=POST.encode())
        assert (done.code, done.out.decode()) == (code, POST)

    def test_input_that_is_no_text_comes_back_byte_by_byte(self, cli, use):
        use(loud)
        done = cli("rewrite", "-", stdin=b"\xff\x00\xfe")
        assert (done.code, done.out) == (2, b"\xff\x00\xfe")

    def test_json_needs_an_output_file(self, cli, use):
        use(loud, capabilities=TRUSTED)
        assert cli("rewrite", "-", "--json", stdin=b"A boat.\n").code == 2
        done = cli("rewrite", "-", "--json", "-o", "out.md", stdin=b"A boat.\n")
        assert json.loads(done.out)[0]["output"] == "out.md"
        assert Path("out.md").read_bytes() == b"A ship.\n"
        assert cli("rewrite", "out.md").code == 2

    def test_a_patch_for_a_buffer_bears_the_name_of_its_file(self, cli, use, post):
        use(loud, capabilities=TRUSTED)
        done = cli("rewrite", "-", "--diff", "--stdin-filepath", "post.md", stdin=POST.encode())
        subprocess.run(["git", "apply", "-"], input=done.out, check=True)
        assert post.read_text() == REWRITTEN


class TestFailures:
    def test_one_bad_file_never_stops_the_rest_and_the_highest_code_wins(self, cli, use, post):
        def fail_on_storm(text: str) -> str:
            if "storm" in text:
                raise EngineError("The engine broke at the storm.")
            return loud(text)

        use(fail_on_storm, capabilities=TRUSTED)
        Path("storm.md").write_text("A storm.\n")
        Path("binary.md").write_bytes(b"\xff")
        done = cli("rewrite", "binary.md", "storm.md", "post.md")
        assert done.code == 3
        assert Path("post.rewritten.md").read_text() == REWRITTEN
        assert not Path("storm.rewritten.md").exists()
        assert "The engine broke at the storm." in done.err

    def test_a_missing_model_is_told_once_and_reported_for_each_file(self, cli, monkeypatch, post):
        def missing(name, *, also_known=()):
            raise ModelMissingError("No model is installed.")

        monkeypatch.setattr("styletune.commands.chosen_model.resolve_model", missing)
        Path("b.md").write_text("b\n")
        done = cli("rewrite", "post.md", "b.md", "--json")
        assert done.code == 3
        assert done.err.count("No model is installed.") == 1
        assert [report["error"]["code"] for report in json.loads(done.out)] == ["model_missing"] * 2

    def test_an_unforeseen_failure_is_a_sentence_and_never_a_traceback(self, cli, use, post, monkeypatch):
        use(lambda text: str(1 / 0))
        done = cli("rewrite", "post.md")
        assert done.code == 3
        assert "STYLETUNE_TRACEBACK=1" in done.err
        assert "Traceback" not in done.err
        assert "ZeroDivisionError" in done.err
        assert "Traceback" in cli("rewrite", "post.md", "-v").err
        monkeypatch.setenv("STYLETUNE_TRACEBACK", "1")
        assert "Traceback" in cli("rewrite", "post.md").err

    def test_every_impossible_option_is_told_at_once(self, cli, post):
        done = cli("rewrite", "post.md", "--in-place", "--diff", "-o", "x", "--lines", "0:1", "--kinds", "paragraf")
        assert done.code == 2
        assert done.err.count("Error: ") == 5
        assert "did you mean paragraph?" in done.err


def test_text_that_leaves_the_machine_is_announced(cli, use, post):
    use(loud, capabilities=TRUSTED, local=False, name="api.example.org")
    assert "Your text leaves this machine: it is sent to api.example.org." in cli("rewrite", "post.md").err


def test_show_puts_changes_on_standard_output_in_plain_marks(cli, use, post):
    use(spoil_boats)
    done = cli("rewrite", "post.md", "--show")
    text = done.out.decode()
    assert "[-walked-]" in text
    assert "{+went+}" in text
    assert "kept your text: " in text
    assert "\x1b" not in text


def test_show_gives_way_to_data(cli, use, post):
    use(loud, capabilities=TRUSTED)
    done = cli("rewrite", "post.md", "--show", "--json")
    assert json.loads(done.out)
    assert "{+went+}" in done.err


def test_jobs_seed_and_model_reach_their_places(cli, use, monkeypatch, post):
    asked: list[object] = []
    engine = use(loud)

    def make(choice, **options):
        asked.append((choice.path.name, options["parallel"], options["isolate"]))
        return engine

    monkeypatch.setattr("styletune.engines.open_engine", make)
    cli("rewrite", "post.md", "--model", "a.gguf", "--jobs", "3", "--seed", "7", "--isolate")
    assert asked == [("a.gguf", 3, True)]
    assert {job.seed for job in engine.jobs} >= {7}
    assert cli("rewrite", "post.md", "--jobs", "0").code == 2


class TestEnginesWithoutAModel:
    def test_echo_gives_every_byte_back(self, cli):
        odd = b"\xef\xbb\xbf# A\r\n\r\ntext  \r\nmore\ttext\r\n\r\n* [x]: y\r\n\r\n    code\r\nlast line"
        done = cli("rewrite", "-", "--model", "echo", "--kinds", "all", stdin=odd)
        assert (done.code, done.out) == (0, odd)

    def test_echo_in_place_touches_no_file_and_keeps_no_copy(self, cli, post):
        before = post.stat().st_mtime_ns, post.stat().st_ino
        assert cli("rewrite", "post.md", "--model", "echo", "--in-place").code == 0
        assert (post.stat().st_mtime_ns, post.stat().st_ino) == before
        assert not Path(".styletune/originals").exists()

    def test_pseudo_marks_what_would_be_rewritten(self, cli, post):
        done = cli("rewrite", "post.md", "--model", "pseudo", "-o", "-")
        text = done.out.decode()
        assert done.code == 0
        assert "# Heading" in text
        assert 'echo "the end"' in text
        assert "walked" not in text

    def test_an_unknown_model_is_wrong_use_or_an_unfit_model(self, cli, post):
        done = cli("rewrite", "post.md", "--model", "nix.gguf")
        assert done.code in {2, 3}
        assert "nix.gguf" in done.err
        assert not Path("post.rewritten.md").exists()
