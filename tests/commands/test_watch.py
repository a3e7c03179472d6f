"""``styletune watch`` with real files and real events, in the test's own process."""

import errno
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest
from watching import PATIENCE, Watcher

from styletune.engines.scripted import Reply
from styletune.errors import EngineError
from styletune.files import atomic
from styletune.files.records import Records
from styletune.watch.burst import GAP

POST = "The first paragraph is short.\n\nThe second paragraph is as short.\n\nThe third one has `code` in it.\n"


def better(text):
    return text.replace("paragraph", "passage").replace("third", "last")


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    """Let what a person would not notice last even less, as there are many tests."""
    monkeypatch.setattr("styletune.watch.loop._TICK", 0.1)
    monkeypatch.setattr("styletune.watch.edited.TOGETHER", 0.6)


@pytest.fixture
def posts():
    folder = Path("posts")
    folder.mkdir()
    (folder / "a.md").write_text(POST)
    return folder


def save(path, text):
    """Save as most programs do: whole, and at once."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text)
    temporary.replace(path)


def corrections(root):
    file = root / ".styletune" / "corrections.jsonl"
    return [line for line in file.read_text().splitlines() if '"edited"' in line] if file.exists() else []


def test_a_save_is_redone_and_only_what_changed_is_sent(use, posts):
    engine = use(better)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nA fourth paragraph.\n")
        watcher.wait("done", posts / "a.md")
        engine.jobs.clear()
        save(posts / "a.md", POST + "\nA fourth paragraph, longer.\n")
        watcher.wait("done", posts / "a.md", count=2)
    assert engine.asked == ["A fourth paragraph, longer."]
    assert (posts / "a.rewritten.md").read_text() == better(POST) + "\nA fourth passage, longer.\n"


def test_nothing_runs_before_a_save_and_own_writes_are_no_saves(use, posts):
    engine = use(better)
    with Watcher(posts) as watcher:
        save(posts / "b.md", "Another paragraph.\n")
        watcher.wait("done", posts / "b.md")
        save(posts / "c.md", "The last paragraph.\n")
        watcher.wait("done", posts / "c.md")
    assert engine.asked == ["Another paragraph.", "The last paragraph."]
    assert not (posts / "a.rewritten.md").exists()
    assert {event.path for event in watcher.told.events} == {"", str(posts / "b.md"), str(posts / "c.md")} - {""}


def test_a_save_that_changes_nothing_runs_nothing(use, posts):
    engine = use(better)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        asked = len(engine.jobs)
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("unchanged", posts / "a.md")
    assert len(engine.jobs) == asked


def test_without_its_output_an_unchanged_draft_is_redone(use, posts):
    use(better)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        (posts / "a.rewritten.md").unlink()
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md", count=2)
    assert (posts / "a.rewritten.md").exists()


def test_a_save_while_the_model_works_wins_and_finished_segments_are_kept(use, posts):
    writing, saved = threading.Event(), threading.Event()

    def answer(source):
        if source.startswith("The second") and not saved.is_set():
            writing.set()
            saved.wait(20)
        return better(source)

    engine = use(answer)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST.replace("short", "brief"))
        assert writing.wait(20)
        save(posts / "a.md", POST.replace("as short", "as long").replace("is short", "is brief"))
        queue = watcher.watch._queue
        with queue._changed:  # "queued" is told a moment before the work under way is stopped
            assert queue._changed.wait_for(lambda: queue._waiting, PATIENCE)
        saved.set()
        watcher.wait("done", posts / "a.md")
    assert (posts / "a.rewritten.md").read_text() == better(
        POST.replace("as short", "as long").replace("is short", "is brief")
    )
    assert "superseded" in watcher.told.names(posts / "a.md")
    assert engine.asked.count("The first paragraph is brief.") == 1


def test_the_draft_that_was_saved_last_comes_first(use, posts):
    gate = threading.Event()

    def answer(source):
        gate.wait(20)
        return better(source)

    use(answer)
    with Watcher(posts) as watcher:
        for number in range(3):
            save(posts / f"{number}.md", f"Paragraph {number}.\n")
            watcher.wait("working" if number == 0 else "queued", posts / f"{number}.md")
        gate.set()
        for number in range(3):
            watcher.wait("done", posts / f"{number}.md")
    done = [event.path for event in watcher.told.events if event.name == "done"]
    assert done == [str(posts / f"{number}.md") for number in (0, 2, 1)]


def test_a_deleted_draft_is_told_and_its_output_stays(use, posts):
    use(better)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        (posts / "a.md").unlink()
        watcher.wait("gone", posts / "a.md")
    assert (posts / "a.rewritten.md").exists()


def test_a_draft_that_is_deleted_while_the_model_works_gets_no_output(use, posts):
    writing, deleted = threading.Event(), threading.Event()

    def answer(source):
        writing.set()
        deleted.wait(20)
        return better(source)

    use(answer)
    with Watcher(posts) as watcher:
        save(posts / "b.md", "One paragraph.\n\nAnother paragraph.\n")
        assert writing.wait(20)
        (posts / "b.md").unlink()
        watcher.wait("gone", posts / "b.md")
        deleted.set()
        save(posts / "c.md", "Paragraph.\n")
        watcher.wait("done", posts / "c.md")
    assert not (posts / "b.rewritten.md").exists()


def test_a_folder_that_goes_and_comes_back_is_watched_again(use, posts):
    use(better)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        posts.rename("elsewhere")
        watcher.wait("notice", text="posts is not there")
        Path("elsewhere").rename(posts)
        save(posts / "a.md", POST + "\nYet more.\n")
        watcher.wait("done", posts / "a.md", count=2)


def test_a_model_that_dies_leaves_the_last_output_and_works_again_later(use, posts):
    broken = threading.Event()

    def answer(job):
        return EngineError("The model's process died twice.") if broken.is_set() else better(job.source)

    engine = use(better)
    engine._answer = answer
    with Watcher(posts) as watcher:
        watcher.desk._models.pauses._first = 0.1
        save(posts / "a.md", POST)
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        before = (posts / "a.rewritten.md").read_text()
        broken.set()
        save(posts / "a.md", POST + "\nYet more.\n")
        event = watcher.wait("failed", posts / "a.md")
        assert "died twice" in event.message
        assert "tried again" in event.message
        assert (posts / "a.rewritten.md").read_text() == before
        broken.clear()
        watcher.wait("done", posts / "a.md", count=2)
    assert "Yet more." in (posts / "a.rewritten.md").read_text()
    assert engine.closed >= 1


def test_segments_that_fail_with_the_process_leave_the_last_output(use, posts):
    broken = threading.Event()

    def answer(job):
        return Reply("", "failed", error="the model's process died twice") if broken.is_set() else better(job.source)

    engine = use(better)
    engine._answer = answer
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        before = (posts / "a.rewritten.md").read_text()
        broken.set()
        save(posts / "a.md", POST + "\nYet more.\n")
        assert "process died twice" in watcher.wait("failed", posts / "a.md").message
    assert (posts / "a.rewritten.md").read_text() == before


def test_broken_settings_are_told_with_their_line_and_mending_them_is_enough(use, posts):
    use(better)
    Path("styletune.toml").write_text("")
    with Watcher(posts) as watcher:
        Path("styletune.toml").write_text("\nmodle = 'x'\n")
        save(posts / "a.md", POST + "\nMore.\n")
        assert "styletune.toml:2" in watcher.wait("failed", posts / "a.md").message
        Path("styletune.toml").write_text("")
        watcher.wait("notice", text="styletune.toml changed", count=2)
        watcher.wait("done", posts / "a.md")


def test_rules_that_change_count_from_the_next_save_on_even_of_an_unchanged_draft(use, posts):
    engine = use(better)
    Path("styletune.toml").write_text("")
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        Path(".stylerules").write_text("## Rules\n\n- Be brief.\n")
        watcher.wait("notice", text=".stylerules changed")
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md", count=2)
    assert any("Be brief" in prefix.system for prefix in engine.prefixes)


def test_an_edited_output_is_learned_from_once_and_merged_with_the_next_save(use, posts):
    use(better)
    with Watcher(posts, settle_minutes=0.0001) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        text = (posts / "a.rewritten.md").read_text()
        for words in ("The first", "The first passage", "The opening passage is brief."):
            save(posts / "a.rewritten.md", text.replace("The first passage is short.", words))
        watcher.wait("learned", posts / "a.md")
        save(posts / "a.md", POST + "\nYet more.\n")
        watcher.wait("done", posts / "a.md", count=2)
    assert "The opening passage is brief." in (posts / "a.rewritten.md").read_text()
    assert "Yet more." in (posts / "a.rewritten.md").read_text()
    assert len(corrections(posts)) == 1


def test_an_edited_output_is_learned_from_before_its_draft_is_redone(use, posts):
    use(better)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        text = (posts / "a.rewritten.md").read_text()
        save(posts / "a.rewritten.md", text.replace("The first passage is short.", "The opening passage is brief."))
        watcher.wait("notice", posts / "a.md", text="You edited")
        save(posts / "a.md", POST.replace("The first paragraph", "The very first paragraph"))
        watcher.wait("learned", posts / "a.md")
        watcher.wait("conflict", posts / "a.md")
    assert "The opening passage is brief." in (posts / "a.rewritten.md").read_text()
    assert len(corrections(posts)) == 1


def test_outputs_that_a_program_changes_together_teach_nothing_and_are_not_overwritten(use, posts):
    use(better)
    names = [f"{number}.md" for number in range(6)]
    with Watcher(posts, settle_minutes=0.0001) as watcher:
        for name in names:
            save(posts / name, f"Paragraph {name} is here.\n\nAnother paragraph.\n")
        for name in names:
            watcher.wait("done", posts / name)
        for name in names:
            output = posts / name.replace(".md", ".rewritten.md")
            save(output, output.read_text().replace("Another passage", "A text of some program"))
        watcher.wait("notice", text="nothing was learned", count=len(names))
        save(posts / "0.md", "Paragraph 0.md is there.\n\nAnother paragraph.\n")
        watcher.wait("done", posts / "0.md", count=2)
    assert "A text of some program" in (posts / "0.rewritten.md").read_text()
    assert corrections(posts) == []


def test_edits_made_while_nobody_watched_are_learned_from(use, posts, cli):
    use(better)
    assert cli("rewrite", posts).code == 0
    output = posts / "a.rewritten.md"
    output.write_text(output.read_text().replace("The first passage is short.", "The opening passage is brief."))
    with Watcher(posts, settle_minutes=0.0001) as watcher:
        watcher.wait("learned", posts / "a.md")
    assert len(corrections(posts)) == 1


def test_outputs_in_a_folder_that_is_not_watched_are_learned_from_too(use, posts):
    use(better)
    with Watcher(posts, settle_minutes=0.0001, output=Path("results")) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        output = Path("results/a.md")
        save(output, output.read_text().replace("The first passage is short.", "The opening passage is brief."))
        watcher.wait("learned", posts / "a.md")


def git(*arguments):
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *names, *arguments], check=True, capture_output=True, env=environment)


def test_a_commit_settles_an_edited_output(use, posts):
    use(better)
    git("init")
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        output = posts / "a.rewritten.md"
        save(output, output.read_text().replace("The first passage is short.", "The opening passage is brief."))
        watcher.wait("notice", posts / "a.md", text="You edited")
        git("add", "posts")
        git("commit", "-m", "A post")
        watcher.wait("learned", posts / "a.md")
    assert len(corrections(Path())) == 1


def test_saves_during_a_merge_wait_until_it_is_over(use, posts):
    use(better)
    git("init")
    with Watcher(posts) as watcher:
        Path(".git/MERGE_HEAD").write_text("0" * 40)
        watcher.wait("paused", text="A merge")
        save(posts / "a.md", POST + "\nHalf merged.\n")
        save(posts / "a.md", POST + "\nMore.\n")
        Path(".git/MERGE_HEAD").unlink()
        watcher.wait("resumed")
        watcher.wait("done", posts / "a.md")
    assert watcher.told.names(posts / "a.md").count("done") == 1
    assert "More." in (posts / "a.rewritten.md").read_text()


@pytest.mark.parametrize(
    ("answer", "yes", "redone"), [(None, False, 0), (False, False, 0), (True, False, 8), (None, True, 8)]
)
def test_many_drafts_at_once_need_a_yes(use, posts, answer, yes, redone):
    use(better)
    Path("new").mkdir()
    for number in range(8):
        (Path("new") / f"{number}.md").write_text(f"Paragraph {number}.\n")
    with Watcher(posts, answer=answer, yes=yes, most=5) as watcher:
        shutil.move("new", posts / "new")
        if redone:
            for number in range(8):
                watcher.wait("done", posts / "new" / f"{number}.md")
        else:
            assert "--catch-up" in watcher.wait("skipped").message
    assert len(list((posts / "new").glob("*.rewritten.md"))) == redone


def test_many_drafts_that_nobody_wants_are_told_once_and_the_next_save_counts(use, posts):
    use(better)
    Path("new").mkdir()
    for number in range(8):
        (Path("new") / f"{number}.md").write_text(f"Paragraph {number}.\n")
    with Watcher(posts, answer=False, most=5) as watcher:
        shutil.move("new", posts / "new")
        watcher.wait("skipped")
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        save(posts / "new" / "0.md", "Paragraph 0, longer.\n")
        watcher.wait("done", posts / "new" / "0.md")
    assert watcher.told.names().count("skipped") == 1
    assert len(list((posts / "new").glob("*.rewritten.md"))) == 1


def test_a_no_holds_for_those_that_were_waiting_before_the_question_too(use, posts):
    gate = threading.Event()

    def answer(source):
        gate.wait(20)
        return better(source)

    use(answer)
    answered = threading.Event()
    with Watcher(posts, most=5) as watcher:
        watcher.told.ask = lambda question: not answered.wait(20)
        save(posts / "0.md", "Paragraph 0.\n")
        watcher.wait("working", posts / "0.md")
        for number in range(1, 4):
            save(posts / f"{number}.md", f"Paragraph {number}.\n")
        for number in range(1, 4):
            watcher.wait("queued", posts / f"{number}.md")
        for number in range(4, 8):
            save(posts / f"{number}.md", f"Paragraph {number}.\n")
        watcher.wait("question")
        while len(watcher.watch._crowd._held) < 7:  # those that come behind the question wait for the same answer
            time.sleep(0.02)
        answered.set()
        assert watcher.wait("skipped").message.startswith("7 drafts")
        gate.set()
        watcher.wait("done", posts / "0.md")
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
    assert not {f"{number}.rewritten.md" for number in range(1, 8)} & {path.name for path in posts.iterdir()}


def test_saves_are_redone_while_a_question_waits_for_its_answer(use, posts):
    use(better)
    answered = threading.Event()
    Path("new").mkdir()
    for number in range(8):
        (Path("new") / f"{number}.md").write_text(f"Paragraph {number}.\n")
    with Watcher(posts, most=5) as watcher:
        watcher.told.ask = lambda question: answered.wait(20)
        shutil.move("new", posts / "new")
        watcher.wait("question")
        time.sleep(GAP)  # what changes this much later has nothing to do with the others
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        save(posts / "new" / "0.md", "Paragraph 0, longer.\n")
        watcher.wait("done", posts / "new" / "0.md")
        assert watcher.told.names().count("done") == 2
        answered.set()
        for number in range(1, 8):
            watcher.wait("done", posts / "new" / f"{number}.md")
    assert watcher.told.names().count("question") == 1


def test_a_draft_that_is_no_text_is_not_tried_again_until_it_is_saved(use, posts):
    use(better)
    with Watcher(posts) as watcher:
        (posts / "a.md").write_bytes("Caf\xe9, cr\xe8me.\n".encode("latin-1"))
        assert "again" not in watcher.wait("failed", posts / "a.md").message
        save(posts / "a.md", POST)
        watcher.wait("done", posts / "a.md")


def test_results_that_are_moved_or_saved_and_files_named_like_them_are_left_alone_without_a_word(use, posts):
    engine = use(better)
    (posts / "done").mkdir()
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        asked = len(engine.jobs)
        save(posts / "a.rewritten.md", (posts / "a.rewritten.md").read_text())
        (posts / "a.rewritten.md").rename(posts / "done" / "a.rewritten.md")
        save(posts / "mine.rewritten.md", "A paragraph by hand.\n")
        save(posts / "b.md", "Another paragraph.\n")
        watcher.wait("done", posts / "b.md")
    assert len(engine.jobs) == asked + 1
    assert {event.path for event in watcher.told.events if event.path} == {str(posts / "a.md"), str(posts / "b.md")}


@pytest.mark.parametrize("change", [Path.rename, shutil.copy])
def test_a_result_under_another_name_is_no_draft_until_a_person_changes_it(use, posts, change):
    use(better)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        change(posts / "a.rewritten.md", posts / "published.md")
        assert "a result" in watcher.wait("skipped", posts / "published.md").message
        save(posts / "a.md", POST + "\nYet more.\n")
        watcher.wait("done", posts / "a.md", count=2)
        save(posts / "published.md", "A paragraph of its own.\n")
        watcher.wait("done", posts / "published.md")
    assert (posts / "a.rewritten.md").exists()
    assert watcher.told.names(posts / "published.md") == ["skipped", "queued", "working", "done"]


@pytest.mark.parametrize("in_place", [False, True])
def test_a_draft_that_is_left_empty_keeps_its_last_result(use, posts, in_place):
    use(better)
    output = posts / ("a.md" if in_place else "a.rewritten.md")
    with Watcher(posts, in_place=in_place) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        before = output.read_text()
        save(posts / "a.md", "")
        watcher.wait("skipped", posts / "a.md", text="empty")
        assert output.read_text() == ("" if in_place else before)
        save(posts / "a.md", (before if in_place else POST) + "\nA new paragraph.\n")
        watcher.wait("done", posts / "a.md", count=2)
    assert "A new passage." in output.read_text()


def test_the_result_of_a_single_watched_file_is_learned_from(use, posts):
    use(better)
    with Watcher(posts / "a.md", settle_minutes=0.0001) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        output = posts / "a.rewritten.md"
        save(output, output.read_text().replace("The first passage is short.", "The opening passage is brief."))
        learned = watcher.wait("learned", posts / "a.md")
    assert learned.message == f"Your edit of {output} stays; learned 1 correction."
    assert len(corrections(posts)) == 1


def test_a_glossary_and_rules_that_come_while_watching_count_with_the_next_save(use, posts):
    engine = use(lambda text: text)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        (posts / "styletune.toml").write_text('rules = "voice.md"\n')
        (posts / "voice.md").write_text("## Rules\n\n- Be brief.\n")
        (posts / ".styletune/glossary.toml").write_text('never_say = ["delve"]\n')
        save(posts / "a.md", POST + "\nYet more.\n")
        watcher.wait("done", posts / "a.md", count=2)
    assert "Be brief" in engine.prefixes[-1].system
    assert "delve" in engine.prefixes[-1].system


def test_once_says_what_became_of_the_drafts(use, posts, cli):
    use(better)
    (posts / "b.md").write_text("Another paragraph.\n")
    assert cli("rewrite", posts / "b.md").code == 0
    (posts / "c.md").write_bytes(b"Caf\xe9\n")
    assert "Done: 1 brought up to date, 1 up to date already, 1 failed." in cli("watch", posts, "--once").err


def test_catching_up_redoes_what_is_stale_or_missing_and_nothing_else(use, posts, cli):
    engine = use(better)
    for name in ("b", "c"):
        (posts / f"{name}.md").write_text(f"The third paragraph {name}.\n")
    assert cli("rewrite", posts).code == 0
    (posts / "b.md").write_text("The third paragraph b, changed.\n")
    (posts / "c.rewritten.md").unlink()
    engine.jobs.clear()
    with Watcher(posts, catch_up=True) as watcher:
        watcher.wait("done", posts / "b.md")
        watcher.wait("done", posts / "c.md")
    assert engine.asked == ["The third paragraph b, changed."]
    assert watcher.told.names(posts / "a.md") == []


def test_in_place_a_draft_is_redone_and_its_own_write_is_no_save(use, posts):
    use(better)
    with Watcher(posts, in_place=True) as watcher:
        save(posts / "a.md", POST + "\nA new paragraph.\n")
        watcher.wait("done", posts / "a.md")
        save(posts / "b.md", "Paragraph b.\n")
        watcher.wait("done", posts / "b.md")
        save(posts / "a.md", (posts / "a.md").read_text() + "\nOne more paragraph.\n")
        watcher.wait("done", posts / "a.md", count=2)
    assert watcher.told.names(posts / "a.md") == ["queued", "working", "done"] * 2
    assert (posts / "a.md").read_text() == better(POST) + "\nA new passage.\n\nOne more passage.\n"


def test_on_a_full_disk_the_last_output_stays_and_is_renewed_once_there_is_room(use, posts, monkeypatch):
    use(better)
    full, write = threading.Event(), atomic.os.write

    def fail_when_full(descriptor, data):
        if full.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr("styletune.files.atomic.os.write", fail_when_full)
    with Watcher(posts) as watcher:
        watcher.desk._pauses._first = 0.1
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
        before = (posts / "a.rewritten.md").read_text()
        full.set()
        save(posts / "a.md", POST + "\nYet more.\n")
        assert "the disk is full" in watcher.wait("failed", posts / "a.md").message
        assert (posts / "a.rewritten.md").read_text() == before
        watcher.wait("working", posts / "a.md", count=4)
        assert watcher.told.names(posts / "a.md").count("failed") == 1  # the same failure is told once
        full.clear()
        watcher.wait("done", posts / "a.md", count=2)
    assert "Yet more." in (posts / "a.rewritten.md").read_text()
    assert not list(posts.rglob("*.tmp"))


def test_two_drafts_that_would_share_an_output_do_not_take_turns(use, posts):
    use(lambda text: text)
    with Watcher(posts, to="en") as watcher:
        save(posts / "x.de.md", "Guten Tag und herzlich willkommen in meinem kleinen Tagebuch.\n")
        watcher.wait("done", posts / "x.de.md")
        save(posts / "x.fr.md", "Bonjour et bienvenue dans mon petit journal de voyage.\n")
        assert "both" in watcher.wait("failed", posts / "x.fr.md").message


def test_drafts_in_the_target_language_are_skipped(use, posts):
    engine = use(better)
    with Watcher(posts, to="en") as watcher:
        save(posts / "a.md", "The weather is nice today, and I am going for a walk along the river.\n")
        assert "English" in watcher.wait("skipped", posts / "a.md").message
    assert engine.asked == []


@pytest.mark.parametrize("data", [b"\xff\xfe" + "Ein Satz.".encode("utf-16-le"), b"\x80\x81\xfe caf\xe9 \x00\x01"])
def test_a_draft_that_cannot_be_read_fails_alone(use, posts, data):
    use(better)
    with Watcher(posts) as watcher:
        (posts / "bad.md").write_bytes(data)
        watcher.wait("working", posts / "bad.md")
        save(posts / "b.md", "Paragraph b.\n")
        watcher.wait("done", posts / "b.md")


@pytest.mark.parametrize(
    ("text", "lang"), [("今天天气很好。\n\n我去散步了。\n", "zh"), ("今日は天気がいい。\n\n散歩に行った。\n", "ja")]
)
def test_a_changed_paragraph_of_a_text_without_spaces_is_sent_alone(use, posts, text, lang):
    engine = use(lambda source: source)
    with Watcher(posts) as watcher:
        save(posts / f"日記.{lang}.md", text)
        watcher.wait("done", posts / f"日記.{lang}.md")
        engine.jobs.clear()
        save(posts / f"日記.{lang}.md", text.replace("散步了", "了河边").replace("散歩に", "川辺に"))
        watcher.wait("done", posts / f"日記.{lang}.md", count=2)
    assert len(engine.asked) == 1


def test_a_path_that_is_not_there_ends_with_a_usage_error(cli):
    done = cli("watch", "nowhere")
    assert done.code == 2
    assert "nowhere does not exist." in done.err


def test_a_project_that_is_watched_already_is_not_watched_twice(use, posts, cli):
    use(better)
    with Watcher(posts):
        done = cli("watch", posts, "--once")
    assert done.code == 2
    assert str(os.getpid()) in done.err


def test_once_ends_with_the_exit_code_of_rewrite(use, posts, cli):
    use(lambda text: "" if text.startswith("The second") else better(text))
    assert cli("watch", posts, "--once").code == 1
    assert (posts / "a.rewritten.md").exists()
    assert cli("watch", posts, "--once").code == 1
    use(better)
    (posts / "a.md").write_text("The first paragraph is short.\n")
    assert cli("watch", posts, "--once").code == 0


def test_once_with_a_model_that_fails_ends_with_its_exit_code(use, posts, cli):
    engine = use(better)
    engine._answer = lambda job: EngineError("broken")
    (posts / "b.md").write_text("Another paragraph.\n")
    done = cli("watch", posts, "--once")
    assert done.code == 3
    assert "again in" not in done.err
    assert "Done: 2 failed." in done.err


def test_records_name_drafts_as_rewrite_names_them(use, posts, cli):
    use(better)
    with Watcher(posts) as watcher:
        save(posts / "a.md", POST + "\nMore.\n")
        watcher.wait("done", posts / "a.md")
    use(better)
    assert "up to date" in cli("rewrite", posts).err
    assert [record.source for record in Records(posts).outputs()] == ["a.md"]


def test_an_unknown_model_is_an_error_before_anybody_waits(posts, cli):
    done = cli("watch", posts, "--model", "nope")
    assert done.code == 2
    assert "nope" in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-"], "cannot be watched"),
        (["posts", "--from", "de"], "--to"),
        (["posts", "--in-place", "--output", "x"], "exclude"),
        (["posts", "--output", "posts/a.md"], "needs a folder"),
        (["posts", "--to", "klingonisch"], "--to"),
    ],
)
def test_options_that_cannot_work_are_refused(posts, cli, arguments, words):
    done = cli("watch", *arguments)
    assert done.code == 2
    assert words.replace("needs a folder", "results need a folder") in done.err
