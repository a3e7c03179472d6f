"""Nothing that a person wrote into an output is lost, and all else follows the source, whatever happens in between."""

from pathlib import Path

import pytest

from styletune.files.records import Records
from styletune.learning.corrections import Corrections

ONE = "The first paragraph tells of boats in the harbour."
TWO = "The second paragraph asks why trains are late in winter."
THREE = "In the third paragraph cats sleep under a warm stove."
FOUR = "Nobody reads a fourth paragraph about the price of salt."
OUTPUT = Path("post.rewritten.md")
POST = Path("post.md")


def better(text):
    return text.replace("paragraph", "passage")


def document(*paragraphs):
    return "\n\n".join(paragraphs) + "\n"


@pytest.fixture
def engine(use):
    return use(better)


def write(*paragraphs):
    POST.write_text(document(*paragraphs))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("breaks", [b"\n", b"\r\n"])
def test_line_breaks_and_a_mark_that_a_person_gave_the_output_stay_and_the_rest_follows_the_source(
    cli, engine, breaks, mark
):
    code = "```python\nprint(1)\n```"
    write(ONE, code, TWO)
    cli("rewrite", POST)
    OUTPUT.write_bytes(mark + OUTPUT.read_bytes().replace(b"\n", breaks))
    write(FOUR, ONE, TWO)
    assert cli("rewrite", POST).code == 0
    wanted = document(better(FOUR), better(ONE), better(TWO)).encode()
    assert OUTPUT.read_bytes() == mark + wanted.replace(b"\n", breaks)
    assert Corrections(Path()).live() == []


@pytest.mark.parametrize("breaks", [b"\n", b"\r\n"])
def test_line_breaks_of_the_source_are_taken_over_beside_an_edit(cli, engine, breaks):
    write(ONE, TWO)
    cli("rewrite", POST)
    mine = document(better(ONE), better(TWO) + " So I say.")
    OUTPUT.write_text(mine)
    POST.write_bytes(document(ONE, TWO).encode().replace(b"\n", breaks))
    cli("rewrite", POST)
    assert OUTPUT.read_bytes() == mine.encode().replace(b"\n", breaks)


def test_an_edit_whose_source_is_gone_takes_no_title_and_no_cell(cli, engine):
    header, table = "---\ntitle: A paragraph of boats\n---", "| a | b |\n|---|---|\n| boats | harbour paragraph |"
    write(header, ONE, TWO, table)
    cli("rewrite", POST)
    OUTPUT.write_text(OUTPUT.read_text().replace("tells of boats", "talks about boats"))
    write(header, TWO, table)
    cli("rewrite", POST)
    made = OUTPUT.read_text()
    assert header in made
    assert table in made


def test_what_stood_in_the_output_without_being_written_is_no_edit_of_its_neighbour(cli, engine):
    quote = "> We saw that the second paragraph of trains was near a book in winter."
    write(ONE, TWO, quote, THREE)
    cli("rewrite", POST)
    OUTPUT.write_text(document(better(ONE), quote, better(THREE)))
    cli("rewrite", POST)
    assert Corrections(Path()).live() == []
    assert all(block.pinned is None for block in Records(Path()).latest(OUTPUT).blocks)


def test_an_addition_never_lands_in_code_that_the_source_moves(cli, engine):
    code = "```python\nprint('a name that is long enough')\nx = 1\n```"
    write(ONE, TWO, code, THREE)
    cli("rewrite", POST)
    OUTPUT.write_text(document(better(ONE), better(TWO), code, "My own words.", better(THREE)))
    write(ONE, code, TWO, THREE)
    cli("rewrite", POST)
    made = OUTPUT.read_text()
    assert code in made
    assert made.count("My own words.") == 1


def test_code_that_both_changed_in_different_lines_has_both_changes(cli, engine):
    code = "```python\nfirst_name = 1\nmiddle()\nlast_name = 2\n```"
    write(ONE, code)
    cli("rewrite", POST)
    OUTPUT.write_text(document(better(ONE), code.replace("= 1", "= 11")))
    write(ONE, code.replace("= 2", "= 22"))
    cli("rewrite", POST)
    assert OUTPUT.read_text() == document(better(ONE), code.replace("= 1", "= 11").replace("= 2", "= 22"))


def test_what_the_source_puts_between_paragraphs_that_a_person_merged_stands_behind_them(cli, engine):
    code = "```python\nprint(1)\n```"
    write(ONE, TWO, THREE)
    cli("rewrite", POST)
    OUTPUT.write_text(document(f"{better(ONE)} {better(TWO)}", better(THREE)))
    write(ONE, code, TWO, THREE)
    cli("rewrite", POST)
    assert OUTPUT.read_text() == document(f"{better(ONE)} {better(TWO)}", code, better(THREE))


def test_a_paragraph_that_a_person_wrapped_in_a_file_with_crlf_ends_its_lines_as_the_others_do(cli, engine):
    POST.write_bytes(document(ONE, TWO).replace("\n", "\r\n").encode())
    cli("rewrite", POST)
    mine = better(TWO).replace("why", "why,\nI say,")
    OUTPUT.write_bytes(document(better(ONE), mine).replace("\n", "\r\n").encode())
    POST.write_bytes(document(ONE, TWO, THREE).replace("\n", "\r\n").encode())
    cli("rewrite", POST)
    OUTPUT.unlink()
    cli("rewrite", POST)
    wanted = document(better(ONE), mine, better(THREE))
    assert OUTPUT.read_bytes() == wanted.replace("\n", "\r\n").encode()
    assert Records(Path()).latest(OUTPUT).text.count("\r\n") == wanted.count("\n")


@pytest.mark.parametrize("marker", ["- ", "1. ", "> - "])
@pytest.mark.parametrize(
    "before", [TWO, "We saw boats near a paragraph of a book. We saw trains near a paragraph of a book."]
)
def test_a_list_in_the_place_of_a_deleted_paragraph_has_no_marker_without_its_text(cli, engine, before, marker):
    items = [f"{marker}We saw {name} near a paragraph of a book." for name in ("boats", "trains", "cats")]
    write(ONE, before, THREE)
    cli("rewrite", POST)
    OUTPUT.write_text(document(better(ONE), better(THREE)))
    write(ONE, "\n".join(items), THREE)
    cli("rewrite", POST)
    [first, *lines, last] = [line for line in OUTPUT.read_text().splitlines() if line]
    assert [first, last] == [better(ONE), better(THREE)]
    assert set(lines) <= {*items, *map(better, items)}


def test_force_drops_an_edit_that_was_learned_from(cli, engine):
    write(ONE, TWO)
    cli("rewrite", POST)
    OUTPUT.write_text(document(better(ONE), "Railways!"))
    cli("rewrite", POST)
    assert cli("rewrite", POST, "--force").code == 0
    assert OUTPUT.read_text() == document(better(ONE), better(TWO))
    write(ONE, TWO, THREE)
    cli("rewrite", POST)
    assert OUTPUT.read_text() == document(better(ONE), better(TWO), better(THREE))


def test_an_edit_that_a_person_takes_back_does_not_return(cli, engine):
    write(ONE, TWO)
    cli("rewrite", POST)
    written = OUTPUT.read_text()
    OUTPUT.write_text(document(better(ONE), better(TWO) + " So I say."))
    cli("rewrite", POST)
    OUTPUT.write_text(written)
    write(ONE, TWO, THREE)
    cli("rewrite", POST)
    assert OUTPUT.read_text() == document(better(ONE), better(TWO), better(THREE))


def test_an_edit_that_came_back_with_a_deleted_output_is_still_a_persons(cli, engine):
    write(ONE, TWO)
    cli("rewrite", POST)
    OUTPUT.write_text(document(better(ONE), better(TWO) + " So I say."))
    cli("rewrite", POST)
    OUTPUT.unlink()
    cli("rewrite", POST)
    write(ONE, TWO.replace("trains", "ferries"))
    assert cli("rewrite", POST).code == 1
    assert OUTPUT.read_text() == document(better(ONE), better(TWO) + " So I say.")


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        ([better(ONE), better(THREE)], "its source changed since you deleted it; it stays deleted"),
        ([better(ONE), f"{better(TWO)} {better(THREE)}"], "its source changed since you split, merged or moved it"),
    ],
)
def test_a_change_that_finds_no_paragraph_of_its_own_is_reported_and_changes_nothing(cli, engine, mine, said):
    write(ONE, TWO, THREE)
    cli("rewrite", POST)
    OUTPUT.write_text(document(*mine))
    write(ONE, TWO.replace("trains", "ferries"), THREE)
    done = cli("rewrite", POST)
    assert done.code == 1
    assert said in done.err
    assert OUTPUT.read_text() == document(*mine)
    again = cli("rewrite", POST)
    assert again.code == 1
    assert f"post.md:3 kept your edit: {said}" in again.err
    assert "up to date, 1 for you to settle in the output (or with --force" in again.err
    assert "no-cache" not in again.err
    OUTPUT.write_text(document(*mine, "And that is all."))
    assert cli("rewrite", POST).code == 0
    assert cli("rewrite", POST, "--force").code == 0
    assert OUTPUT.read_text() == document(better(ONE), better(TWO.replace("trains", "ferries")), better(THREE))
