"""``styletune restore``: in-place runs can be taken back, and taking back can be taken back."""

import json
import unicodedata
from pathlib import Path

import pytest

from styletune.files.records import Records

BEFORE = "# Title\n\nThe first boat was slow.\n\nThe second was quick.\n"
PARAGRAPHS = ["The first boat was slow.", "The second was quick."]


def loud(text: str) -> str:
    return text.replace(".", " indeed.")


@pytest.fixture
def in_place(cli, use):
    """Change a file in place and return its new content."""

    def change(path: str | Path = "post.md", *arguments, answer=loud, before: str | None = BEFORE) -> str:
        path = Path(path)
        if before is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(before)
        use(answer)
        assert cli("rewrite", path, "--in-place", *arguments).code == 0
        return path.read_text()

    return change


def test_the_file_is_as_it_was_and_the_same_command_takes_that_back(cli, in_place):
    after = in_place()
    assert after != BEFORE
    done = cli("restore", "post.md")
    assert (done.code, done.out, Path("post.md").read_text()) == (0, b"", BEFORE)
    assert "post.md is as it was before the change of " in done.err
    for expected in (after, BEFORE, after):
        assert cli("restore", "post.md").code == 0
        assert Path("post.md").read_text() == expected


def test_going_back_and_forth_pushes_no_older_original_out(cli, in_place):
    texts = [BEFORE, in_place(), in_place("post.md", "--force", before=None)]
    assert cli("restore", "post.md", "--number", "2").code == 0
    assert Path("post.md").read_text() == BEFORE
    for _ in range(12):
        assert cli("restore", "post.md").code == 0
    assert Path("post.md").read_text() == BEFORE
    seen = {Path("post.md").read_text()}
    for number in range(1, len(cli("restore", "post.md", "--list").out.splitlines()) + 1):
        cli("restore", "post.md", "-n", number)
        seen.add(Path("post.md").read_text())
    assert seen >= set(texts[:2])


def test_a_run_after_restoring_does_all_blocks_again(cli, use, in_place):
    after = in_place(answer=lambda text: loud(text) if "boat" in text else text)
    cli("restore", "post.md")
    engine = use(lambda text: loud(text) if "boat" in text else text)
    cli("rewrite", "post.md", "--in-place", "--no-cache")
    assert engine.asked == PARAGRAPHS
    assert Path("post.md").read_text() == after


def test_a_run_after_taking_a_restore_back_does_nothing_again(cli, use, in_place):
    after = in_place()
    cli("restore", "post.md")
    cli("restore", "post.md")
    engine = use(loud)
    cli("rewrite", "post.md", "--in-place")
    assert engine.asked == []
    assert Path("post.md").read_text() == after


def test_the_records_tell_of_a_persons_own_text(cli, in_place):
    in_place()
    cli("restore", "post.md")
    record = Records(Path.cwd()).current(Path("post.md"))
    assert record is not None
    assert (record.restored, record.in_place, record.blocks) == (True, True, ())


class TestEdits:
    def test_an_edited_file_is_left_alone(self, cli, in_place):
        edited = in_place() + "More.\n"
        Path("post.md").write_text(edited)
        done = cli("restore", "post.md")
        assert done.code == 2
        assert "post.md was edited since styletune wrote it" in done.err
        assert "--force" in done.err
        assert Path("post.md").read_text() == edited

    def test_with_force_the_edits_are_kept_and_come_back(self, cli, use, in_place):
        edited = in_place() + "\nMore.\n"
        Path("post.md").write_text(edited)
        assert cli("restore", "post.md", "--force").code == 0
        assert Path("post.md").read_text() == BEFORE
        assert cli("restore", "post.md").code == 0
        assert Path("post.md").read_text() == edited
        engine = use(loud)
        cli("rewrite", "post.md", "--in-place")
        assert engine.asked == ["More."], "what was finished before the edits still is"

    def test_without_records_nobody_knows_and_the_file_is_left_alone(self, cli, in_place):
        after = in_place()
        Path(".styletune/outputs.jsonl").unlink()
        done = cli("restore", "post.md")
        assert done.code == 2
        assert "is not known to be as styletune wrote it" in done.err
        assert Path("post.md").read_text() == after
        assert cli("restore", "post.md", "--force").code == 0
        assert Path("post.md").read_text() == BEFORE

    def test_a_file_that_is_as_it_was_needs_nothing(self, cli, in_place):
        in_place()
        Path("post.md").write_text(BEFORE)  # by version control, for one
        done = cli("restore", "post.md")
        assert done.code == 0
        assert "holds these bytes already; nothing was changed" in done.err


class TestNames:
    @pytest.mark.parametrize("name", ["a b.md", "🌊 см.md", "café.md", "deep/er/post.md", "new\nline.md"])
    def test_any_name_is_found(self, cli, in_place, name):
        in_place(f"./{name}")
        assert cli("restore", f"./{name}").code == 0
        assert Path(name).read_text() == BEFORE

    @pytest.mark.parametrize("gone", [True, False])
    @pytest.mark.parametrize(("written", "asked"), [("NFC", "NFD"), ("NFD", "NFC")])
    def test_unicode_forms_of_a_name_mean_the_same_file(self, cli, in_place, written, asked, gone):
        name = unicodedata.normalize(written, "café.md")
        in_place(name)
        if gone:
            Path(name).unlink()
        assert cli("restore", unicodedata.normalize(asked, name)).code == 0
        assert [path.name for path in Path().iterdir() if path.suffix] == [name]
        assert Path(name).read_text() == BEFORE

    def test_two_files_that_differ_in_unicode_form_are_two(self, cli, in_place):
        forms = [unicodedata.normalize(form, "é.md") for form in ("NFC", "NFD")]
        for number, name in enumerate(forms):
            in_place(name, before=f"Number {number}.\n")
        if len({path.name for path in Path().iterdir() if path.suffix}) < 2:
            pytest.skip("this disk takes both for one")
        assert cli("restore", forms[1]).code == 0
        assert [Path(name).read_text() for name in forms] == ["Number 0 indeed.\n", "Number 1.\n"]

    def test_a_link_stands_for_its_file(self, cli, in_place):
        in_place("real/post.md")
        Path("link.md").symlink_to("real/post.md")
        assert cli("restore", "link.md").code == 0
        assert Path("link.md").is_symlink()
        assert Path("real/post.md").read_text() == BEFORE

    def test_a_link_from_elsewhere_finds_the_project_of_its_file(self, cli, in_place, tmp_path):
        in_place("post.md")
        (tmp_path / "desk").mkdir()
        link = tmp_path / "desk" / "post.md"
        link.symlink_to(Path("post.md").absolute())
        assert cli("restore", link).code == 0
        assert Path("post.md").read_text() == BEFORE

    def test_a_deleted_file_comes_back_with_its_folder(self, cli, in_place):
        Path("styletune.toml").touch()
        in_place("deep/post.md")
        Path("deep/post.md").unlink()
        Path("deep").rmdir()
        assert cli("restore", "deep/post.md").code == 0
        assert Path("deep/post.md").read_text() == BEFORE

    def test_a_moved_file_is_known_by_what_it_holds(self, cli, in_place):
        in_place("drafts/post.md")
        Path("drafts/post.md").rename("drafts/published.md")
        assert cli("restore", "drafts/published.md").code == 0
        assert Path("drafts/published.md").read_text() == BEFORE
        assert not Path("drafts/post.md").exists()

    def test_an_unknown_file_is_answered_with_the_names_of_known_ones(self, cli, in_place):
        Path("styletune.toml").touch()
        for name in ("autumn.md", "deep/winter.md"):
            in_place(name)
        done = cli("restore", "deep/wintr.md")
        assert done.code == 2
        assert "No original of deep/wintr.md is kept. There are originals of: deep/winter.md, autumn.md." in done.err

    def test_a_project_without_originals_says_so(self, cli):
        done = cli("restore", "post.md")
        assert done.code == 2
        assert "no --in-place run has changed a file of this project" in done.err

    @pytest.mark.parametrize(("name", "words"), [(".", "is a folder"), ("x" * 300 + ".md", "the name is too long")])
    def test_what_can_be_no_file_is_said_in_words(self, cli, name, words):
        done = cli("restore", name)
        assert done.code == 2
        assert words in done.err


class TestList:
    def test_the_originals_are_listed_on_standard_output_latest_first(self, cli, in_place):
        in_place()
        Path("post.md").write_text(BEFORE)
        done = cli("restore", "post.md", "--list", "-q")
        assert done.code == 0
        (line,) = done.out.decode().splitlines()
        assert line.split()[0] == "1"
        assert line.endswith(f"{len(BEFORE)} B  as the file is now")

    def test_the_first_changed_line_shows_which_is_meant(self, cli, in_place):
        in_place()
        assert cli("restore", "post.md", "--list").out.decode().endswith("line 3: The first boat was slow.\n")
        assert Path("post.md").read_text() != BEFORE

    def test_a_number_that_is_not_there_is_said(self, cli, in_place):
        in_place()
        done = cli("restore", "post.md", "-n", "2")
        assert done.code == 2
        assert "post.md has 1 original, so there is no number 2." in done.err
        assert cli("restore", "post.md", "-n", "0").code == 2


@pytest.mark.parametrize("harm", [Path.unlink, lambda copy: copy.write_bytes(b"rotten")])
def test_a_copy_that_is_gone_or_damaged_restores_nothing(cli, in_place, harm):
    after = in_place()
    (copy,) = Path(".styletune/originals").iterdir()
    harm(copy)
    done = cli("restore", "post.md")
    assert done.code == 2
    assert f"{copy.name} " in done.err
    assert "see --list" in done.err
    assert Path("post.md").read_text() == after
    assert "cannot be read" in cli("restore", "post.md", "--list").out.decode()


def test_a_restored_file_keeps_its_permissions_and_a_deleted_one_stays_closed(cli, in_place):
    Path("post.md").touch(0o600)
    in_place()
    cli("restore", "post.md")
    assert Path("post.md").stat().st_mode & 0o777 == 0o600
    Path("post.md").unlink()
    cli("restore", "post.md", "-n", "2")
    assert Path("post.md").stat().st_mode & 0o077 == 0


def test_a_check_says_that_a_restored_file_waits_for_a_run(cli, in_place):
    in_place()
    assert cli("rewrite", "post.md", "--in-place", "--check").code == 0
    cli("restore", "post.md")
    assert cli("rewrite", "post.md", "--in-place", "--check").code == 1
    cli("restore", "post.md")
    assert cli("rewrite", "post.md", "--in-place", "--check").code == 0


def test_originals_of_runs_in_another_state_of_the_listing_are_not_lost(cli, in_place):
    in_place()
    listing = Path(".styletune/originals.jsonl")
    listing.write_text("{torn\n" + listing.read_text() + json.dumps({"path": 3}) + "\n")
    assert cli("restore", "post.md").code == 0
    assert Path("post.md").read_text() == BEFORE
