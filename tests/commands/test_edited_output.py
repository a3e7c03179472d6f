"""A person's edits of an output: they stand, they are learned from, and the rest of the output follows its source."""

import json
import subprocess
from pathlib import Path

import pytest

from styletune.files.records import Records
from styletune.learning.corrections import Corrections

ONE = "The first paragraph tells of boats in the harbour."
TWO = "The second paragraph tells of trains and of the people in them."
THREE = "The third paragraph tells of cats that sleep in the sun."
OUTPUT = Path("post.rewritten.md")


def better(text):
    return text.replace("paragraph", "passage")


def document(*paragraphs):
    return "\n\n".join(paragraphs) + "\n"


@pytest.fixture
def post():
    path = Path("post.md")
    path.write_text(document(ONE, TWO, THREE))
    return path


def edit(old, new):
    text = OUTPUT.read_text()
    assert old in text
    OUTPUT.write_text(text.replace(old, new))


def statuses(cli, *more):
    report = json.loads(cli("rewrite", "post.md", "--json", *more).out)[0]
    return [segment["status"] for segment in report["segments"]]


def corrections():
    return Corrections(Path()).live()


def test_an_edit_stands_when_another_paragraph_of_the_source_changes(cli, use, post):
    engine = use(better)
    cli("rewrite", post)
    edit("tells of trains", "talks about trains")
    post.write_text(document(ONE.replace("harbour", "bay"), TWO, THREE))
    done = cli("rewrite", post)
    assert done.code == 0, done.err
    assert OUTPUT.read_text() == document(
        better(ONE.replace("harbour", "bay")),
        better(TWO).replace("tells of trains", "talks about trains"),
        better(THREE),
    )
    assert engine.asked == [ONE, TWO, THREE, ONE.replace("harbour", "bay")]
    assert "Learned from 1 edit" in done.err


def test_an_edit_becomes_a_correction_once(cli, use, post):
    use(better)
    cli("rewrite", post)
    edit("tells of trains", "talks about trains")
    for _ in range(2):
        cli("rewrite", post)
        post.write_text(post.read_text() + "\nAnother paragraph of mine stands here.\n")
    [correction] = corrections()
    assert (correction.source, correction.written) == (TWO, better(TWO))
    assert correction.edited == better(TWO).replace("tells of trains", "talks about trains")
    assert (correction.how, correction.doc, correction.output) == ("run", "post.md", "post.rewritten.md")


def test_a_later_edit_of_the_same_block_supersedes_the_earlier_one(cli, use, post):
    use(better)
    cli("rewrite", post)
    edit("tells of trains", "talks about trains")
    cli("rewrite", post)
    first = corrections()[0]
    edit("talks about trains", "is about trains")
    cli("rewrite", post)
    [latest] = corrections()
    assert latest.supersedes == first.id
    assert latest.written == better(TWO)
    assert len(Corrections(Path()).all()) == 2


def test_an_edited_output_whose_source_is_unchanged_is_left_as_it_is_and_then_up_to_date(cli, use, post):
    engine = use(better)
    cli("rewrite", post)
    edit("tells of trains", "talks about trains")
    mine = OUTPUT.read_bytes()
    first, second = cli("rewrite", post), cli("rewrite", post)
    assert OUTPUT.read_bytes() == mine
    assert len(engine.asked) == 3
    assert (first.code, second.code) == (0, 0)
    assert "up to date" in second.err


def test_the_source_of_an_edited_block_changes_and_the_person_decides(cli, use, post):
    engine = use(better)
    cli("rewrite", post)
    edit("tells of trains", "talks about trains")
    changed = TWO.replace("people", "persons")
    post.write_text(document(ONE, changed, THREE))
    done = cli("rewrite", post)
    assert done.code == 1
    assert "post.md:3 kept your edit: its source changed since you edited it" in done.err
    assert "talks about trains" in OUTPUT.read_text()
    assert engine.asked[3:] == [changed]
    again = cli("rewrite", post)
    assert again.code == 1
    assert "kept your edit" in again.err
    record = Records(Path()).latest(OUTPUT)
    [block] = [block for block in record.blocks if block.in_conflict]
    assert (block.source, block.written) == (changed, better(changed))


def test_a_conflict_is_over_once_the_person_edits_the_block_again(cli, use, post):
    use(better)
    cli("rewrite", post)
    edit("tells of trains", "talks about trains")
    post.write_text(document(ONE, TWO.replace("people", "persons"), THREE))
    cli("rewrite", post)
    edit("talks about trains", "speaks of trains")
    assert cli("rewrite", post).code == 0
    assert statuses(cli) == ["cached", "pinned", "cached"]
    assert "speaks of trains" in OUTPUT.read_text()


@pytest.mark.parametrize(
    ("made", "of"),
    [
        (document(better(ONE), better(THREE), better(TWO)), "moved"),
        (document(better(ONE), better(TWO).replace(" and of", ".\n\nAnd of"), better(THREE)), "split"),
        (document(better(ONE) + " " + better(TWO), better(THREE)), "merged"),
        (document(better(ONE), better(THREE)), "deleted"),
        (document(better(ONE), better(TWO), "A paragraph of my own.", better(THREE)), "added"),
        (document("# A heading", better(ONE), better(TWO), "```\ncode\n```", better(THREE)), "around it"),
    ],
)
def test_what_a_person_moved_split_merged_deleted_or_added_stays_so(cli, use, post, made, of):
    use(better)
    cli("rewrite", post)
    OUTPUT.write_text(made)
    cli("rewrite", post)
    assert OUTPUT.read_text() == made
    post.write_text(document(ONE, TWO, THREE, "The fourth paragraph is new."))
    done = cli("rewrite", post)
    assert done.code == 0, done.err
    merged = OUTPUT.read_text()
    assert merged.replace("\n\nThe fourth passage is new.", "") == made
    assert "sun.\n\nThe fourth passage is new." in merged  # it stands behind the paragraph that it follows
    assert cli("rewrite", post).code == 0
    assert OUTPUT.read_text() == merged


def test_an_output_that_was_deleted_comes_back_with_the_edit(cli, use, post):
    use(better)
    cli("rewrite", post)
    edit("tells of trains", "talks about trains")
    cli("rewrite", post)
    mine = OUTPUT.read_bytes()
    OUTPUT.unlink()
    Path(".styletune/memory.sqlite").unlink()
    cli("rewrite", post)
    assert OUTPUT.read_bytes() == mine


def test_force_overwrites_edits(cli, use, post):
    use(better)
    cli("rewrite", post)
    edit("tells of trains", "talks about trains")
    assert cli("rewrite", post, "--force").code == 0
    assert OUTPUT.read_text() == document(better(ONE), better(TWO), better(THREE))


@pytest.mark.parametrize("made", [better(TWO).replace(" and", "\nand"), better(TWO).replace(" ", "  ")])
def test_a_formatters_work_is_kept_and_is_no_correction(cli, use, post, made):
    use(better)
    cli("rewrite", post)
    edit(better(TWO), made)
    mine = OUTPUT.read_bytes()
    cli("rewrite", post)
    assert OUTPUT.read_bytes() == mine
    assert corrections() == []


def git(*arguments):
    environment = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *environment, *arguments], check=True, capture_output=True)


def test_what_git_brings_is_kept_and_is_no_correction(cli, use, post):
    use(better)
    git("init", "-q")
    cli("rewrite", post)
    git("add", "-A")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "other")
    edit("tells of trains", "talks about trains")
    git("commit", "-qam", "two")
    git("checkout", "-q", "-")
    cli("rewrite", post)
    git("checkout", "-q", "other")
    mine = OUTPUT.read_bytes()
    done = cli("rewrite", post)
    assert "git has replaced files" in done.err
    assert corrections() == []
    assert OUTPUT.read_bytes() == mine


def test_an_edit_that_was_committed_is_a_correction(cli, use, post):
    use(better)
    git("init", "-q")
    cli("rewrite", post)
    edit("tells of trains", "talks about trains")
    git("add", "-A")
    git("commit", "-qm", "one")
    cli("rewrite", post)
    assert len(corrections()) == 1


def test_a_renamed_folder_takes_its_outputs_along(cli, use):
    Path("a").mkdir()
    Path("a/post.md").write_text(document(ONE, TWO))
    use(better)
    Path("styletune.toml").touch()
    cli("rewrite", "a")
    Path("a").rename("b")
    done = cli("rewrite", "b")
    assert done.code == 0, done.err
    assert not Path("b/post.rewritten.rewritten.md").exists()
    Path("b/post.rewritten.md").write_text(document(better(ONE), "My own words stand here instead."))
    Path("b").rename("c")
    done = cli("rewrite", "c")
    assert done.code == 0, done.err
    assert "My own words" in Path("c/post.rewritten.md").read_text()


def test_in_place_an_edited_block_is_finished_and_a_new_one_is_not(cli, use, post):
    engine = use(better)
    cli("rewrite", post, "--in-place")
    text = post.read_text().replace("tells of trains", "talks about trains") + "\nA new paragraph of mine.\n"
    post.write_text(text)
    cli("rewrite", post, "--in-place")
    assert engine.asked[3:] == ["A new paragraph of mine."]
    assert post.read_text() == text.replace("new paragraph", "new passage")
    assert [correction.edited for correction in corrections()] == [better(TWO).replace("tells of", "talks about")]


def test_in_place_a_new_draft_in_the_place_of_an_old_one_is_rewritten(cli, use, post):
    use(better)
    cli("rewrite", post, "--in-place")
    new = ["A paragraph on summer and on dogs.", "This paragraph is about rain, wind and hail.", "My last paragraph."]
    post.write_text(document(*new))
    cli("rewrite", post, "--in-place")
    assert post.read_text() == document(*map(better, new))
    assert corrections() == []


def test_in_place_an_undone_change_stays_undone_and_is_no_correction(cli, use, post):
    engine = use(better)
    cli("rewrite", post, "--in-place")
    undone = document(better(ONE), TWO, better(THREE))
    post.write_text(undone)
    cli("rewrite", post, "--in-place")
    assert post.read_text() == undone
    assert len(engine.asked) == 3
    assert corrections() == []
    assert [block.distance for looked in Corrections(Path()).looked() for block in looked.blocks] == [0, 0]


def test_a_paragraph_in_words_of_ones_own_is_an_edit_of_the_one_it_replaces(cli, use, post):
    use(better)
    cli("rewrite", post)
    edit(better(TWO), "Railways!")
    post.write_text(document(ONE, TWO, THREE.replace("sun", "shade")))
    cli("rewrite", post)
    assert OUTPUT.read_text() == document(better(ONE), "Railways!", better(THREE.replace("sun", "shade")))
    assert [(correction.source, correction.edited) for correction in corrections()] == [(TWO, "Railways!")]
    OUTPUT.unlink()
    cli("rewrite", post)
    assert "Railways!" in OUTPUT.read_text()


def test_lines_leave_the_rest_of_the_output_as_it_is(cli, use, post):
    use(better)
    cli("rewrite", post)
    cli("rewrite", post, "--lines", "3")
    assert OUTPUT.read_text() == document(better(ONE), better(TWO), better(THREE))


def test_chinese_edits_are_corrections_too(cli, use):
    Path("post.md").write_text("磁盘上的软体很旧，需要马上更新。\n\n第二段讲的是火车和车上的人。\n")
    use(lambda text: text.replace("需要", "得"))
    cli("rewrite", "post.md")
    edit("软体", "软件")
    cli("rewrite", "post.md")
    [correction] = corrections()
    assert correction.edited == "磁盘上的软件很旧，得马上更新。"
