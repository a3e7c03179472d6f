import pytest
from styletune_training.synthesis.imitation import EXCERPTS, LONGEST, SHORTEST, Imitated, read_imitated

from styletune.errors import FileError, UsageError
from styletune.text.tokens import length

FILLER = "It is important to note that the landscape of tools keeps evolving, and so do the teams that use them. "


def test_words_that_name_no_file_are_a_description():
    assert read_imitated("long  LinkedIn posts,\n with questions") == Imitated("long LinkedIn posts, with questions")
    assert read_imitated("long posts").shown == "long posts"


def test_of_a_file_some_paragraphs_of_middling_length_are_chosen_whatever_their_order(tmp_path):
    texts = [f"Draft {number}. {FILLER * 3}".strip() for number in range(9)]
    short, code = "Too short to show anything.", "```\nprint(1)\n```"
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    first.write_text("\n\n".join(["---\ntitle: T\n---\n# Heading", short, code, *texts]))
    second.write_text("\n\n".join([*reversed(texts), short]))
    found = read_imitated(str(first))
    assert found.excerpts == read_imitated(str(second)).excerpts
    assert len(found.excerpts) == EXCERPTS
    assert set(found.excerpts) < set(texts)
    assert found.shown.startswith("Excerpt 1: Draft ")


def test_links_are_shown_as_words_and_lines_are_joined(tmp_path):
    (tmp_path / "a.md").write_text(f"See [the docs](https://x.org 'T')\nand ![a picture](p.png). {FILLER * 2}\n")
    assert read_imitated(str(tmp_path / "a.md")).excerpts[0].startswith("See the docs and a picture. It is")


def test_long_paragraphs_are_cut_at_the_ends_of_sentences(tmp_path):
    (tmp_path / "a.md").write_text(FILLER * 20)
    found = read_imitated(str(tmp_path / "a.md")).excerpts
    assert found
    assert all(SHORTEST <= length(text) <= LONGEST and text.endswith("them.") for text in found)


def test_a_chinese_file_gives_chinese_excerpts(tmp_path):
    (tmp_path / "稿.md").write_text("在当今快速发展的时代，这一点显得尤为重要。" * 6, encoding="utf-8")
    assert "尤为重要" in read_imitated(str(tmp_path / "稿.md")).shown


def test_a_page_of_html_is_read_as_text(tmp_path):
    (tmp_path / "a.html").write_text(f"<html><body><article><p>{FILLER * 3}</p></article></body></html>")
    assert read_imitated(str(tmp_path / "a.html")).excerpts[0].startswith("It is important")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "--imitate is empty"),
        (" \n", "--imitate is empty"),
        ("drafts.md", "--imitate drafts.md is no file"),
        ("folder", "--imitate folder is a folder"),
        ("short.md", "holds no paragraph of 15 words"),
        ("word " * 400, "put drafts into a file"),
    ],
)
def test_what_cannot_be_imitated_is_said(tmp_path, monkeypatch, given, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "short.md").write_text("# Only\n\nA few words.\n")
    with pytest.raises(UsageError, match=said):
        read_imitated(given)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"no zip at all")
    with pytest.raises(FileError, match=r"--imitate .*a\.docx: "):
        read_imitated(str(tmp_path / "a.docx"))


def test_a_name_that_is_too_long_for_a_file_is_a_description():
    assert read_imitated("stiff " * 200).description.startswith("stiff stiff")
