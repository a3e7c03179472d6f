"""Running again: nothing is done twice, and nothing that was done is lost."""

import json
from pathlib import Path

import pytest

from styletune.engines.scripted import Reply
from styletune.errors import Cancelled, EngineError

POST = "The first paragraph is short.\n\nThe second paragraph is as short.\n\nThe third one has `code` in it.\n"


def better(text):
    return text.replace("paragraph", "passage").replace("third", "last")


@pytest.fixture
def post():
    path = Path("post.md")
    path.write_text(POST)
    return path


def report(cli, *arguments):
    return json.loads(cli("rewrite", *arguments, "--json").out)[0]


def test_an_unchanged_file_is_up_to_date_and_opens_no_engine(cli, use, post, monkeypatch):
    use(better)
    first = cli("rewrite", post)
    written = Path("post.rewritten.md").stat().st_mtime_ns

    def fail(*_arguments, **_options):
        raise AssertionError("an engine was made")

    monkeypatch.setattr("styletune.engines.open_engine", fail)
    monkeypatch.setattr("styletune.markdown.document.Document.parse", fail)
    second = cli("rewrite", post)
    assert (first.code, second.code) == (0, 0)
    assert "up to date" in second.err
    assert Path("post.rewritten.md").stat().st_mtime_ns == written


def test_without_the_output_the_memory_writes_it_again_and_no_engine_is_made(cli, use, post, monkeypatch):
    use(better)
    cli("rewrite", post)
    text = Path("post.rewritten.md").read_text()
    Path("post.rewritten.md").unlink()
    monkeypatch.setattr("styletune.engines.open_engine", None)
    again = cli("rewrite", post)
    assert again.code == 0
    assert Path("post.rewritten.md").read_text() == text
    assert "3 rewritten (3 in an earlier run)" in again.err


def test_without_the_cache_nothing_that_a_person_did_is_lost(cli, use, post):
    use(better)
    cli("rewrite", post)
    Path("post.rewritten.md").write_text("My own words.\n")
    for path in Path(".styletune").glob("memory.sqlite*"):
        path.unlink()
    again = cli("rewrite", post)
    assert again.code == 0
    assert Path("post.rewritten.md").read_text() == "My own words.\n"


def test_one_changed_paragraph_is_one_segment(cli, use, post):
    engine = use(better)
    cli("rewrite", post)
    engine.jobs.clear()
    post.write_text(POST.replace("as short", "much longer than the first"))
    done = report(cli, post)
    assert engine.asked == ["The second paragraph is much longer than the first."]
    assert [segment["status"] for segment in done["segments"]] == ["cached", "new", "cached"]
    assert done["totals"]["cached"] == 2


def test_a_json_report_of_an_unchanged_file_lists_its_segments(cli, use, post):
    engine = use(better)
    cli("rewrite", post)
    engine.jobs.clear()
    assert [segment["status"] for segment in report(cli, post)["segments"]] == ["cached"] * 3
    assert engine.asked == []


def test_no_cache_does_everything_again_and_remembers_it(cli, use, post):
    engine = use(better)
    cli("rewrite", post)
    engine.jobs.clear()
    use(lambda text: better(text).replace("short", "brief"))
    cli("rewrite", post, "--no-cache")
    assert "brief" in Path("post.rewritten.md").read_text()
    assert report(cli, post)["segments"][0]["target"] == "The first passage is brief."


@pytest.mark.parametrize(
    "change",
    [
        lambda: Path(".stylerules").write_text("## Rules\n\n- Never use a semicolon.\n"),
        lambda: Path("styletune.toml").write_text('from = "en"\n'),
    ],
)
def test_other_rules_and_settings_ask_again(cli, use, post, change):
    engine = use(better)
    cli("rewrite", post)
    engine.jobs.clear()
    change()
    cli("rewrite", post)
    assert len(engine.asked) == 3


def test_an_in_place_run_is_up_to_date_at_once(cli, use, post, monkeypatch):
    use(better)
    cli("rewrite", post, "--in-place")
    monkeypatch.setattr("styletune.engines.open_engine", None)
    again = cli("rewrite", post, "--in-place")
    assert (again.code, "up to date" in again.err) == (0, True)


def test_a_flagged_segment_is_told_again_without_a_model(cli, use, post, monkeypatch):
    use(lambda text: "" if "second" in text else better(text))
    assert cli("rewrite", post).code == 1
    monkeypatch.setattr("styletune.engines.open_engine", None)
    monkeypatch.setattr("styletune.markdown.document.Document.parse", None)
    again = cli("rewrite", post)
    assert again.code == 1
    assert "post.md:3 kept your text" in again.err
    assert "--no-cache tries again" in again.err


def test_segments_that_were_finished_before_a_stop_are_kept(cli, use, post):
    engine = use(better)
    answer = engine._answer
    engine._answer = lambda job: Cancelled("Stopped.") if "third" in job.source else answer(job)
    stopped = cli("rewrite", post)
    assert stopped.code == 130
    assert not Path("post.rewritten.md").exists()
    engine._answer = answer
    engine.jobs.clear()
    assert cli("rewrite", post).code == 0
    assert engine.asked == ["The third one has ⟦1⟧ in it."]


def test_a_dead_server_is_told_of_once_and_fails_the_run(cli, use):
    for number in range(5):
        Path(f"post{number}.md").write_text(f"This is post number {number} of the blog.\n")
    engine = use(better, local=False)
    engine._answer = lambda job: EngineError("http://server cannot be reached. Start it.")
    done = cli("rewrite", ".")
    assert done.code == 3
    assert done.err.count("cannot be reached") == 1
    assert "4 other files" in done.err
    assert len(engine.jobs) == 1


def test_files_that_are_known_do_not_need_a_server(cli, use, post):
    engine = use(better, local=False)
    cli("rewrite", post)
    Path("new.md").write_text("A new post.\n")
    Path("post.rewritten.md").unlink()
    engine._answer = lambda job: EngineError("http://server cannot be reached. Start it.")
    done = cli("rewrite", "new.md", post)
    assert done.code == 3
    assert Path("post.rewritten.md").exists()


def test_the_memory_of_a_run_that_writes_nothing_stays_out_of_the_folder(cli, use, post, own_home):
    engine = use(better)
    cli("rewrite", post, "--diff")
    assert not Path(".styletune").exists()
    engine.jobs.clear()
    cli("rewrite", post, "--diff")
    assert engine.asked == []
    assert list(own_home.rglob("memory.sqlite"))


def test_profiles_choose_languages_and_names_by_path(cli, use):
    for folder in ("notes", "zh"):
        Path(folder).mkdir()
        Path(folder, "post.md").write_text(POST)
    Path("styletune.toml").write_text(
        '[profiles.notes]\npaths = ["notes/**"]\n[profiles.notes.rewrite]\noutput = "{stem}-mine.md"\n'
    )
    use(better)
    assert cli("rewrite", "notes", "zh").code == 0
    assert Path("notes/post-mine.md").exists()
    assert Path("zh/post.rewritten.md").exists()


def test_a_broken_settings_file_stops_the_run_before_anything_is_written(cli, use, post):
    engine = use(better)
    Path("styletune.toml").write_text('ouput = "x"\n')
    done = cli("rewrite", post)
    assert done.code == 2
    assert "styletune.toml:1" in done.err
    assert engine.asked == []
    assert not Path("post.rewritten.md").exists()


def test_what_an_in_place_run_flagged_is_told_again_at_its_new_line(cli, use, post, monkeypatch):
    use(lambda text: "" if "third" in text else better(text))
    post.write_text(POST.replace("The first paragraph is short.", "The first paragraph\nis short."))
    first = cli("rewrite", post, "--in-place")
    assert first.code == 1
    line = next(number for number, text in enumerate(post.read_text().splitlines(), 1) if "third" in text)
    monkeypatch.setattr("styletune.engines.open_engine", None)
    again = cli("rewrite", post, "--in-place")
    assert (again.code, f"post.md:{line} kept your text" in again.err) == (1, True), again.err


def test_a_failure_that_may_pass_is_tried_again(cli, use, post):
    engine = use(better)
    answer = engine._answer
    engine._answer = lambda job: Reply("", finish="failed", error="it died") if "third" in job.source else answer(job)
    assert cli("rewrite", post).code == 1
    engine._answer = answer
    engine.jobs.clear()
    assert cli("rewrite", post).code == 0
    assert engine.asked == ["The third one has ⟦1⟧ in it."]


@pytest.mark.parametrize("how", ["--in-place", "--json"])
def test_two_runs_on_one_file_at_the_same_time_both_succeed(cli, use, post, how):
    inner = []

    def run_again(text):
        if not inner:
            inner.append(None)
            inner.append(cli("rewrite", post, how))
        return better(text)

    use(run_again)
    outer = cli("rewrite", post, how)
    assert (inner[1].code, outer.code) == (0, 0), inner[1].err + outer.err


def test_what_another_run_left_in_place_is_finished_for_the_next_one(cli, use, post):
    inner = []

    def run_again(text):
        if not inner:
            inner.append(None)
            inner.append(cli("rewrite", post, "--in-place", "--seed", "1"))
            return better(text).replace("short", "brief")
        return better(text)

    engine = use(run_again)
    outer = cli("rewrite", post, "--in-place")
    assert (inner[1].code, outer.code) == (0, 2)
    assert "changed by someone else" in outer.err
    engine.jobs.clear()
    assert cli("rewrite", post, "--in-place", "--seed", "1").code == 0
    assert engine.asked == []


def test_an_output_is_up_to_date_for_the_source_it_came_from_alone(cli):
    Path("styletune.toml").write_text('[translate.front_matter]\nset = { slug = "{stem}-{lang}" }\n')
    for name in ("first.md", "second.md"):
        Path(name).write_text("---\ntitle: The harbour\n---\n\nThe boats came home.\n")
        assert cli("translate", name, "--to", "de", "--model", "pseudo", "--output", "out.md").code == 0
    assert "slug: second-de" in Path("out.md").read_text()
