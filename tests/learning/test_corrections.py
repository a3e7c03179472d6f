"""Corrections are appended, never lost, never doubled, and read back as they were written."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from edited_texts import correction
from hypothesis import given, settings
from hypothesis import strategies as st

from styletune.errors import FileError, SettingsError
from styletune.learning.correction import KeptBlock, Looked
from styletune.learning.corrections import Corrections, block_id, new_id

LOOK = Looked("2026-11-20T12:00:00+00:00", "a.out.md", "rewrite", None, "echo", (KeptBlock("b1", 10, 3),))


def file_of(root: Path) -> Path:
    return root / ".styletune" / "corrections.jsonl"


def test_what_was_added_is_read_back(tmp_path: Path):
    added = [correction("a b", "c\nd", source="源\u2028文"), correction(None, "", doc="日本.md", target_lang="ja")]
    assert Corrections(tmp_path).add(added, [LOOK]) == added
    read = Corrections(tmp_path)
    assert (read.all(), read.live(), read.looked()) == (added, added, [LOOK])
    kinds = [json.loads(line)["type"] for line in file_of(tmp_path).read_bytes().splitlines()]
    assert kinds == ["correction", "correction", "looked"]
    assert "*" in (tmp_path / ".styletune" / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_nothing_is_made_before_something_is_learned(tmp_path: Path):
    assert Corrections(tmp_path).all() == []
    assert Corrections(tmp_path).add([]) == []
    assert Corrections(tmp_path).remove(["c12345678"]) == []
    assert not file_of(tmp_path).exists()


@given(written=st.text(), edited=st.text(min_size=1), source=st.text())
@settings(max_examples=40, deadline=None)
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, written: str, edited: str, source: str):
    root = tmp_path_factory.mktemp("any")
    one = correction(written, edited, source=source)
    Corrections(root).add([one])
    assert Corrections(root).all() == [one]


def test_seeing_an_edit_twice_adds_nothing(tmp_path: Path):
    one = correction("a", "b")
    corrections = Corrections(tmp_path)
    corrections.add([one], [LOOK])
    before = file_of(tmp_path).read_bytes()
    again = replace(one, id="", how="watch", time="2026-11-21T00:00:00+00:00", supersedes=one.id)
    later = replace(LOOK, time="2026-11-21T00:00:00+00:00")
    assert corrections.add([replace(again, id=new_id(again))], [later]) == []
    assert file_of(tmp_path).read_bytes() == before


def test_going_back_to_an_earlier_text_is_a_correction_of_its_own(tmp_path: Path):
    corrections = Corrections(tmp_path)
    chain = [correction("a", "b")]
    for text in ("c", "b"):
        chain.append(correction("a", text, supersedes=chain[-1].id))
    for one in chain:
        corrections.add([one])
    assert len({one.id for one in corrections.all()}) == 3
    assert corrections.live() == chain[-1:]
    assert corrections.latest_of("a.out.md", "Source of a") == chain[-1]
    assert corrections.latest_of("a.out.md", "another") is None


def test_two_corrections_with_one_id_by_chance_are_both_kept(tmp_path: Path):
    one, other = correction("a", "b"), correction("c", "d")
    corrections = Corrections(tmp_path)
    corrections.add([one])
    (kept,) = corrections.add([replace(other, id=one.id)])
    assert kept.id != one.id
    assert corrections.all() == [one, kept]


def test_forgetting_takes_the_earlier_forms_along_and_leaves_the_rest_as_it_is(tmp_path: Path):
    corrections = Corrections(tmp_path)
    first = correction("a", "b")
    second = correction("a", "c", supersedes=first.id)
    other = correction("x", "y")
    corrections.add([first, other, second], [LOOK])
    lines = file_of(tmp_path).read_bytes().splitlines()
    assert corrections.remove([second.id]) == [first, second]
    assert file_of(tmp_path).read_bytes().splitlines() == [lines[1], lines[3]]
    assert corrections.all() == [other]


def test_what_another_process_appends_is_seen(tmp_path: Path):
    mine = Corrections(tmp_path)
    mine.add([correction("a", "b")])
    theirs = correction("c", "d")
    Corrections(tmp_path).add([theirs])
    assert mine.all()[-1] == theirs
    Corrections(tmp_path).remove([theirs.id])
    assert len(mine.all()) == 1


@pytest.mark.parametrize("cut", [1, 40, -2])
def test_the_half_line_of_a_killed_writer_is_cut_off(tmp_path: Path, cut: int):
    corrections = Corrections(tmp_path)
    corrections.add([correction("a", "b"), correction("c", "d")])
    whole = file_of(tmp_path).read_bytes()
    first = whole.index(b"\n") + 1
    file_of(tmp_path).write_bytes(whole[: first + cut] if cut > 0 else whole[:cut])
    assert len(Corrections(tmp_path).all()) == 1
    Corrections(tmp_path).add([correction("c", "d")])
    assert file_of(tmp_path).read_bytes() == whole


def test_a_last_line_without_a_break_is_whole(tmp_path: Path):
    corrections = Corrections(tmp_path)
    corrections.add([correction("a", "b")])
    file_of(tmp_path).write_bytes(file_of(tmp_path).read_bytes().rstrip(b"\n"))
    corrections.add([correction("c", "d")])
    assert [one.edited for one in Corrections(tmp_path).all()] == ["b", "d"]


def line(**values: object) -> str:
    one = correction("a", "b")
    fields = {name: getattr(one, name) for name in type(one).__dataclass_fields__}
    merged = {"schema": 1, "type": "correction", **fields, **values}
    return json.dumps({name: value for name, value in merged.items() if value != "absent"})


LOOKED = (
    '{"schema": 1, "type": "looked", "time": "2026-11-20T12:00:00+00:00", "output": "a", "task": "rewrite", '
    '"lang": null, "model": "m", "blocks": [{"id": "b", "length": 3, "distance": 1}]}'
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "no JSON object"),
        ("[1]", "no JSON object"),
        (line(schema=2), "newer version of styletune wrote this line (schema 2). Update styletune"),
        (line(schema="absent"), '"schema" is missing'),
        (line(type="guess"), '"guess" is no type'),
        (line(edited="absent"), 'the field "edited" is missing'),
        (line(edited=7), 'the field "edited" is not a text'),
        (line(task="sing"), 'the field "task" is not one of rewrite, translate'),
        (line(written=False), 'the field "written" is not a text or null'),
        (line(colour="red"), 'the field "colour" is unknown'),
        (line(time="yesterday"), '"yesterday" is no time'),
        (line(time="2026-11-20T12:00:00"), "is no time"),
        (LOOKED.replace("3", '"3"'), '"length" is not a whole'),
    ],
)  # fmt: skip
def test_a_malformed_line_is_named_and_nothing_is_written_on(tmp_path: Path, text: str, said: str):
    Corrections(tmp_path).add([correction("a", "b")])
    with file_of(tmp_path).open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")
    before = file_of(tmp_path).read_bytes()
    for call in (lambda one: one.all(), lambda one: one.add([correction("c", "d")]), lambda one: one.remove(["c"])):
        with pytest.raises(SettingsError) as caught:
            call(Corrections(tmp_path))
        assert str(caught.value).startswith(".styletune/corrections.jsonl:2 ")
        assert said in str(caught.value)
    assert file_of(tmp_path).read_bytes() == before


def test_all_malformed_lines_are_named_at_once(tmp_path: Path):
    (tmp_path / ".styletune").mkdir()
    file_of(tmp_path).write_text("x\n\ny\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"jsonl:1 (?s:.*)jsonl:3 "):
        Corrections(tmp_path).live()


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path):
    (tmp_path / ".styletune").write_text("", encoding="utf-8")
    with pytest.raises(FileError, match="cannot be written"):
        Corrections(tmp_path).add([correction("a", "b")])


def test_processes_that_add_at_once_lose_nothing(tmp_path: Path):
    script = (
        "import sys; from pathlib import Path; from edited_texts import correction\n"
        "from styletune.learning.corrections import Corrections\n"
        "for n in range(20): Corrections(Path(sys.argv[1])).add([correction(f'{sys.argv[2]} {n}', 'x')])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "support")}
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(name)], env=environment) for name in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len({one.id for one in Corrections(tmp_path).all()}) == 60


def test_block_ids_tell_outputs_and_texts_apart_and_hold_no_text():
    ids = {block_id("a.md", "x"), block_id("b.md", "x"), block_id("a.md", "y")}
    assert len(ids) == 3
    assert block_id("a.md", "secret \udc80") == block_id("a.md", "secret \udc80")
    assert "secret" not in block_id("a.md", "secret")


def test_reading_corrections_loads_nothing_heavy():
    script = (
        "import sys, styletune.learning.corrections; "
        "print([m for m in ('rapidfuzz', 'tomlkit', 'rich', 'sqlite3', 'pyromark', 'yaml', 'regex') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
