"""Pairs keep their meaning as lines; the file of imported pairs survives kills and names what is malformed."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.errors import SettingsError, UsageError
from styletune.exchange.pair import Generator, Pair, from_line, make_pair, to_line
from styletune.exchange.pairs import Added, Pairs
from styletune.exchange.splits import split_of

FIELDS = ["id", "doc", "task", "source_lang", "target_lang", "source", "target", "origin", "generator", "split"]

words = st.text(min_size=1).filter(str.strip)
langs = st.sampled_from([None, "en", "zh", "ja", "pt-br"])
made_pairs = st.builds(
    make_pair,
    words,
    st.sampled_from(["rewrite", "translate", "qa"]),
    st.tuples(langs, langs),
    st.tuples(words, words),
    origin=st.sampled_from(["human", "correction", "synthesized"]),
    generator=st.none() | st.builds(Generator, words, words),
)


def pair(source: str, target: str, doc: str = "a.md") -> Pair:
    return make_pair(doc, "translate", ("en", "zh"), (source, target), origin="human")


@given(made_pairs)
def test_a_line_gives_back_its_pair(made: Pair) -> None:
    assert from_line(to_line(made)) == made


def test_a_line_has_the_fields_of_the_format_in_their_order() -> None:
    assert list(json.loads(to_line(pair("One.", "一。")))) == FIELDS


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("One  two.", "One\ntwo.", True),
        ("One two.", " One two. ", True),
        ("One two.", "One two!", False),
        ("一。", "一。", True),
        ("一。", "二。", False),
    ],
)
def test_white_space_makes_no_other_pair(left: str, right: str, same: bool) -> None:
    assert (pair(left, "x").id == pair(right, "x").id) is same


def test_the_document_is_no_part_of_the_id_and_decides_about_the_split() -> None:
    one, other = pair("One.", "一。", "posts/0002.md"), pair("One.", "一。", "posts/0000.md")
    assert one.id == other.id
    assert (one.split, other.split) == ("test", "train") == (split_of(one.doc), split_of(other.doc))


@pytest.mark.parametrize(
    ("doc", "said", "split"),
    [
        ("posts/0002.md", "train", "train"),
        ("posts/0002.md", "test", "test"),
        ("posts/0002.md", "valid", "test"),
        ("posts/0002.md", 7, "test"),
        ("posts/0000.md", "train", "train"),
        ("posts/0000.md", "test", "train"),
    ],
)
def test_a_line_may_keep_its_pair_out_of_the_held_out_ones_and_never_put_it_there(
    doc: str, said: object, split: str
) -> None:
    line = json.dumps({**json.loads(to_line(pair("One.", "一。", doc))), "split": said})
    found = from_line(line.encode())
    assert found.split == split
    assert from_line(to_line(found)) == found


def test_only_source_target_and_document_are_required() -> None:
    line = (
        '{"doc": "a", "source": "I wrote this one afternoon in the garden.", "target": "这是我在花园里写的。", "x": 1}'
    )
    found = from_line(line.encode())
    assert (found.task, found.source_lang, found.target_lang, found.origin) == ("translate", "en", "zh", "human")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "this is no JSON"),
        ("[1]", "one JSON object a line"),
        ('{"source": "a", "target": "b"}', '"doc" is missing'),
        ('{"doc": "d", "source": 1, "target": "b"}', '"source" must be a text'),
        ('{"doc": "d", "source": "a", "target": " "}', '"target" must be a text that is not empty'),
        ('{"doc": "d", "source": "a", "target": "b", "task": "sing"}', '"task" is "sing". Known are rewrite'),
        ('{"doc": "d", "source": "a", "target": "b", "origin": []}', '"origin" is [].'),
        ('{"doc": "d", "source": "a", "target": "b", "source_lang": "xx"}', "Unknown language"),
        ('{"doc": "d", "source": "a", "target": "b", "target_lang": 3}', '"target_lang" must be the code'),
        ('{"doc": "d", "source": "a", "target": "b", "generator": "gpt"}', '"generator" must be null'),
        ("[" * 100_000, "this is no JSON"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line: str, problem: str) -> None:
    with pytest.raises(UsageError) as raised:
        from_line(line.encode())
    assert problem in str(raised.value)


def test_a_line_that_is_no_utf_8_says_where() -> None:
    with pytest.raises(UsageError, match="byte 10 of the line is not UTF-8"):
        from_line(b'{"doc": "\xff"}')


def test_pairs_are_added_once(tmp_path: Path) -> None:
    pairs = Pairs(tmp_path)
    assert pairs.add([pair("One.", "一。"), pair("Two.", "二。"), pair("One.", "一。")]) == Added(2, 1)
    assert pairs.add([pair("Two.", "二。"), pair("Three.", "三。")]) == Added(1, 1)
    assert [found.target for found in Pairs(tmp_path).all()] == ["一。", "二。", "三。"]


def test_counting_adds_nothing(tmp_path: Path) -> None:
    assert Pairs(tmp_path).add([pair("One.", "一。")], keep=False) == Added(1, 0)
    assert Pairs(tmp_path).all() == []
    assert not Pairs(tmp_path).file.exists()


@pytest.mark.parametrize("cut", [1, 40, 120])
def test_half_a_line_of_a_killed_writer_is_no_pair_and_no_error(tmp_path: Path, cut: int) -> None:
    pairs = Pairs(tmp_path)
    pairs.add([pair("One.", "一。"), pair("Two.", "二。")])
    pairs.file.write_bytes(pairs.file.read_bytes()[:-cut])
    kept = 2 if cut == 1 else 1  # a last line that lacks its break alone is whole
    assert len(pairs.all()) == kept
    assert pairs.add([pair("Two.", "二。")]) == Added(2 - kept, kept - 1)
    assert [found.source for found in pairs.all()] == ["One.", "Two."]


def test_a_malformed_line_is_an_error_with_its_number(tmp_path: Path) -> None:
    pairs = Pairs(tmp_path)
    pairs.add([pair("One.", "一。")])
    with pairs.file.open("ab") as file:
        file.write(b'nonsense\n\n{"doc": "d"}\n')
    with pytest.raises(SettingsError) as raised:
        pairs.all()
    lines = str(raised.value).splitlines()
    assert lines[0].startswith(".styletune/pairs.jsonl:2 this is no JSON")
    assert lines[1] == '.styletune/pairs.jsonl:4 "source" is missing.'
    with pytest.raises(SettingsError, match=r"pairs.jsonl:2 this is no pair"):
        pairs.add([pair("Two.", "二。")])


def test_removing_leaves_the_others(tmp_path: Path) -> None:
    pairs = Pairs(tmp_path)
    assert pairs.remove(["t1"]) == 0
    one, two = pair("One.", "一。"), pair("Two.", "二。")
    pairs.add([one, two])
    assert pairs.remove([one.id, "t0"]) == 1
    assert pairs.all() == [two]


def test_git_ignores_imported_texts(tmp_path: Path) -> None:
    Pairs(tmp_path).add([pair("One.", "一。")])
    assert (tmp_path / ".styletune" / ".gitignore").read_text().splitlines()[1] == "*"


@pytest.mark.skipif("os.name == 'nt'", reason="SIGKILL is POSIX's")
def test_a_killed_import_leaves_whole_lines_and_the_next_one_adds_the_rest(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from styletune.exchange.pair import make_pair\n"
        "from styletune.exchange.pairs import Pairs\n"
        "def pairs(kill):\n"
        "    for number in range(5000):\n"
        "        if number == kill: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        yield make_pair('d', 'translate', ('en', 'zh'), (f'{number}.', f'{number}。'), origin='human')\n"
        "added = Pairs(Path(sys.argv[1])).add(pairs(int(sys.argv[2]))); print(added.new, added.known)"
    )
    killed = subprocess.run([sys.executable, "-c", code, tmp_path, "4500"], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    kept = len(Pairs(tmp_path).all())
    assert 0 < kept < 4500
    again = subprocess.run([sys.executable, "-c", code, tmp_path, "-1"], capture_output=True, text=True, check=True)
    assert again.stdout.split() == [str(5000 - kept), str(kept)]
    assert [pair.source for pair in Pairs(tmp_path).all()] == [f"{number}." for number in range(5000)]
