"""What was asked and made is on record, whoever is killed while writing it."""

import json
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from styletune_training.synthesis.ledger import Ledger, Sent
from styletune_training.synthesis.made import Item, Made

from styletune.errors import FileError

MADE = Made(
    "i1", "posts/a.md", "a1", "rewrite", "rewrite-formal@00000000", "m", "zh", "zh", "兹有小船一艘。", "小船在那儿。",
    "stop", 12, 5, 0.25, "EUR", 1.5, "2026-11-21T10:00:00+00:00",
)  # fmt: skip
SENT = Sent("i1", "posts/a.md", "2026-11-21T09:59:00+00:00", 0.5, "EUR")
ITEM = Item("i1", "posts/a.md", "a1", "小船在那儿。", "rewrite", "rewrite-formal@00000000", "m", "zh", "zh")


def test_what_was_made_comes_back_as_it_was(tmp_path: Path):
    ledger = Ledger(tmp_path)
    assert list(ledger.made()) == []
    made = [MADE, replace(MADE, item="i2", fault="refused", cost=0.0, source="\ud800 'x'\n", source_lang=None)]
    for one in made:
        ledger.append(one)
    assert list(Ledger(tmp_path).made()) == made
    assert (tmp_path / ".styletune/.gitignore").exists()
    assert "小船" in ledger.file.read_text(encoding="utf-8")


def test_the_last_answer_to_an_item_counts_and_all_of_them_were_paid(tmp_path: Path):
    ledger = Ledger(tmp_path)
    ledger.append(replace(MADE, finish="failed", fault="the endpoint: it broke off"))
    assert ledger.read().needs(ITEM), "an endpoint's failure is no answer"
    ledger.append(replace(MADE, cost=1.0))
    entries = ledger.read()
    assert list(entries.made.values()) == [replace(MADE, cost=1.0)]
    assert not entries.needs(ITEM)
    assert entries.needs(replace(ITEM, id="i2"))
    assert entries.spent == {"EUR": 1.25}


def test_a_fault_has_its_price_and_is_not_asked_for_again(tmp_path: Path):
    Ledger(tmp_path).append(replace(MADE, fault="refused"))
    assert not Ledger(tmp_path).read().needs(ITEM)


def test_a_request_is_unanswered_until_its_answer_is_there(tmp_path: Path):
    ledger = Ledger(tmp_path)
    ledger.sent([SENT, replace(SENT, item="i2"), replace(SENT, item="i3")])
    assert [sent.item for sent in ledger.unanswered()] == ["i1", "i2", "i3"]
    ledger.append(MADE)
    ledger.unsent(["i3"])
    assert ledger.unanswered() == [replace(SENT, item="i2")]
    ledger.sent([])
    ledger.unsent([])


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_a_writer_that_is_killed_in_the_middle_costs_its_own_line_alone(tmp_path: Path, data: st.DataObject):
    ledger = Ledger(tmp_path)
    ledger.file.parent.mkdir(parents=True, exist_ok=True)
    ledger.file.write_bytes(b"")
    for number in range(3):
        ledger.append(replace(MADE, item=f"i{number}"))
    whole = ledger.file.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    cut = data.draw(st.integers(last, len(whole)))
    ledger.file.write_bytes(whole[:cut])
    survives = cut >= len(whole) - 1
    assert len(list(ledger.made())) == (3 if survives else 2)
    ledger.append(replace(MADE, item="next"))
    assert [made.item for made in ledger.made()] == ["i0", "i1", *(["i2"] if survives else []), "next"]
    assert ledger.read().problems == ()


@pytest.mark.parametrize(
    "line",
    ["nonsense", "[]", "{}", '{"kind": "made", "item": "i9"}', '{"kind": "dance"}', '{"kind": "sent", "item": 5}',
     json.dumps({"kind": "made", "item": ["i9"]}), '{"kind": "made", "item": "i9", "cost": true}', "\x00\xff"],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named_and_kept(tmp_path: Path, line: str):
    ledger = Ledger(tmp_path)
    ledger.append(MADE)
    with ledger.file.open("ab") as file:
        file.write(line.encode("latin-1") + b"\n\n")
    ledger.append(replace(MADE, item="i2", doc="b.md"))
    entries = ledger.read()
    assert list(entries.made) == ["i1", "i2"]
    assert entries.problems == (".styletune/corpus/synthesis.jsonl:2 this cannot be read; it is left as it is.",)
    assert ledger.remove(["i2"]) == 1
    assert line.encode("latin-1") in ledger.file.read_bytes()


def test_fields_of_a_newer_version_are_passed_over(tmp_path: Path):
    ledger = Ledger(tmp_path)
    ledger.append(MADE)
    values = json.loads(ledger.file.read_text())
    del values["estimated"]
    ledger.file.write_text(json.dumps({**values, "mood": "good"}) + "\n")
    assert list(ledger.made()) == [MADE]


def test_removing_items_takes_all_that_was_asked_and_made_for_them(tmp_path: Path):
    ledger = Ledger(tmp_path)
    assert ledger.remove(["i1"]) == 0
    ledger.sent([SENT, replace(SENT, item="i2"), replace(SENT, item="i3", doc="b.md")])
    ledger.append(MADE)
    ledger.append(replace(MADE, source="again"))
    ledger.append(replace(MADE, item="i3", doc="b.md"))
    ledger.unsent(["i2"])
    assert ledger.remove([]) == 0
    assert ledger.remove(["i1", "i2", "i9"]) == 1
    assert [made.item for made in ledger.made()] == ["i3"]
    assert len(ledger.file.read_bytes().splitlines()) == 2
    assert ledger.remove(["i1"]) == 0


def test_a_ledger_that_cannot_be_written_says_so(tmp_path: Path):
    (tmp_path / ".styletune/corpus/synthesis.jsonl").mkdir(parents=True)
    with pytest.raises(FileError, match=r"synthesis\.jsonl cannot be written"):
        Ledger(tmp_path).append(MADE)
    with pytest.raises(FileError, match=r"cannot be read"):
        Ledger(tmp_path).read()


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ledger = Ledger(tmp_path)
    ledger.append(MADE)
    before = ledger.file.read_bytes()
    monkeypatch.setattr("styletune.files.lines.os.write", lambda descriptor, data: len(data) // 2)
    with pytest.raises(FileError, match="the disk is full"):
        ledger.append(replace(MADE, item="i2"))
    assert ledger.file.read_bytes() == before


def test_reading_many_lines_takes_time_in_proportion(tmp_path: Path):
    """A thousand times as many lines may take a few thousand times as long, and not a million times."""
    ledger = Ledger(tmp_path)
    ledger.append(replace(MADE, source="小船" * 100, target="word " * 100))
    line = ledger.file.read_text(encoding="utf-8")

    def seconds(count: int) -> float:
        ledger.file.write_text(
            "".join(line.replace('"i1"', f'"i{number}"') for number in range(count)), encoding="utf-8"
        )
        began = perf_counter()
        assert len(ledger.read().made) == count
        return perf_counter() - began

    few = min(seconds(500) for _ in range(5))
    assert seconds(4000) < 8 * few * 5
