"""What was found stays until it is found anew; damaged files are looked through again."""

from pathlib import Path

import pytest
from styletune_training.pairs.mined import Mined, MinedPair
from styletune_training.pairs.mined_pairs import MinedPairs

from styletune.exchange.pair import make_pair


def pair(doc: str, number: int) -> MinedPair:
    made = make_pair(
        doc, "translate", ("en", "zh"), (f"Sentence {number}.", f"第 {number} 句。\n换行"), origin="aligned"
    )
    return MinedPair(made, f"{doc}:{number} = 译/{doc}:{number}")


FOUND = Mined((pair("a.md", 1), pair("a.md", 2), pair("b.md", 3)), {"unsure": 2}, ("log:1 bad",), ("A note.",))


def test_what_was_put_is_read_with_its_fingerprint(tmp_path: Path) -> None:
    pairs = MinedPairs(tmp_path)
    assert pairs.all() == ()
    assert pairs.read("s1") is None
    pairs.put("s1", "print", FOUND)
    assert MinedPairs(tmp_path).read("s1") == ("print", FOUND)
    pairs.put("s1", "other", Mined())
    assert pairs.read("s1") == ("other", Mined())


def test_all_are_those_of_every_source(tmp_path: Path) -> None:
    pairs = MinedPairs(tmp_path)
    pairs.put("s2", "p", Mined((pair("c.md", 9),)))
    pairs.put("s1", "p", FOUND)
    assert pairs.names() == ("s1", "s2")
    assert pairs.all() == (*FOUND.pairs, pair("c.md", 9))


def test_the_pairs_of_a_source_can_be_removed(tmp_path: Path) -> None:
    pairs = MinedPairs(tmp_path)
    pairs.put("s1", "p", FOUND)
    pairs.put("s2", "p", Mined((pair("a.md", 9),)))
    assert pairs.remove("s1") == len(FOUND.pairs) > 0
    assert pairs.remove("s1") == 0
    assert pairs.names() == ("s2",)


@pytest.mark.parametrize("harm", ["cut", "rubbish", "other schema", "empty"])
def test_a_damaged_file_is_as_if_nothing_had_been_looked_for(tmp_path: Path, harm: str) -> None:
    pairs = MinedPairs(tmp_path)
    pairs.put("s1", "p", FOUND)
    file = pairs.folder / "s1.jsonl"
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    harmed = {
        "cut": b"".join(lines[:-1]),
        "rubbish": lines[0] + b"rubbish\n" * 3,
        "other schema": whole.replace(b'"schema": 1', b'"schema": 99'),
        "empty": b"",
    }
    file.write_bytes(harmed[harm])
    assert pairs.read("s1") is None
    assert pairs.all() == ()
    assert pairs.remove("s1") == 0
