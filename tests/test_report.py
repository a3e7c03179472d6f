"""The JSON report."""

import json
from dataclasses import replace

from styletune.config.schema import Prices
from styletune.markdown.segments import Kind
from styletune.report import FileReport, SegmentReport, as_json
from styletune.terminal.wording import summary_line

NEW = SegmentReport("a-1", 3, 9, 2, Kind.PARAGRAPH, "new", "今天", "today", (), tokens_in=7, tokens_out=4, ms=120,
                    attempts=2, rescued_by="sample")  # fmt: skip
KEPT = SegmentReport("b-1", 10, 12, 4, Kind.HEADING, "flagged", "x", "x", ("it is empty",), tokens_out=1, ms=30,
                     attempts=3)  # fmt: skip


def test_the_report_is_an_array_with_one_object_a_file():
    reports = [
        FileReport("a.md", "a.en.md", "translate", "echo", (NEW, KEPT), ("a note",), seconds=0.5),
        FileReport("b.md", None, "translate", "echo", error=("file", "b.md is no text.")),
    ]
    assert json.loads(as_json(reports)) == [
        {
            "path": "a.md", "output": "a.en.md", "task": "translate", "model": "echo",
            "segments": [
                {"id": "a-1", "start": 3, "end": 9, "line": 2, "kind": "paragraph", "status": "new", "reasons": [],
                 "source": "今天", "target": "today", "tokens_in": 7, "tokens_out": 4, "ms": 120,
                 "attempts": 2, "rescued_by": "sample"},
                {"id": "b-1", "start": 10, "end": 12, "line": 4, "kind": "heading", "status": "flagged",
                 "reasons": ["it is empty"], "source": "x", "target": "x", "tokens_in": 0, "tokens_out": 1, "ms": 30,
                 "attempts": 3, "rescued_by": None},
            ],
            "totals": {"segments": 2, "new": 1, "cached": 0, "unchanged": 0, "pinned": 0, "flagged": 1,
                       "retried": 2, "rescued": 1, "tokens_in": 7, "tokens_out": 5, "ms": 500},
            "notes": ["a note"],
            "error": None,
        },
        {
            "path": "b.md", "output": None, "task": "translate", "model": "echo", "segments": [],
            "totals": {"segments": 0, "new": 0, "cached": 0, "unchanged": 0, "pinned": 0, "flagged": 0,
                       "retried": 0, "rescued": 0, "tokens_in": 0, "tokens_out": 0, "ms": 0},
            "notes": [],
            "error": {"code": "file", "message": "b.md is no text."},
        },
    ]  # fmt: skip


def test_no_file_is_an_empty_array_and_the_last_line_ends():
    assert as_json([]) == b"[]\n"


def test_a_file_name_that_is_no_utf8_is_still_json():
    data = as_json([FileReport("\udcff.md", None, "rewrite", "echo")])
    assert json.loads(data.decode("utf-8"))[0]["path"] == "\udcff.md"


def test_what_a_server_charges_is_part_of_the_totals():
    prices = Prices(input=2.0, output=10.0, currency="EUR")
    report = FileReport("a.md", "a.en.md", "translate", "big", (NEW, replace(KEPT, tokens_in=3)), prices=prices)
    assert report.cost == (10 * 2.0 + 5 * 10.0) / 1e6
    totals = json.loads(as_json([report]))[0]["totals"]
    assert (totals["cost"], totals["currency"]) == (report.cost, "EUR")


def test_a_server_that_counts_nothing_costs_nobody_knows_what():
    report = FileReport("a.md", "a.en.md", "translate", "big", (NEW, KEPT), prices=Prices(input=2.0, output=10.0))
    assert report.cost is None
    assert json.loads(as_json([report]))[0]["totals"]["cost"] is None
    assert "cost unknown" in summary_line(report)
