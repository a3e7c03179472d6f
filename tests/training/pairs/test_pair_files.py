"""Files of pairs are read whatever they are saved as; what is no pair is named by its line and the rest is taken."""

import json
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.pairs.pair_files import read_pairs

from styletune.errors import FileError
from styletune.exchange.pair import Generator

ONE = {"source": "It is of importance.", "target": "It matters.", "doc": "a.md"}
TWO = {"source": "早上好，朋友们。", "target": "Good morning, friends.", "doc": "b.md"}
CHAT = {"messages": [{"role": "user", "content": "Who are you?"}, {"role": "assistant", "content": "Nobody at all."}]}


def written(name: str, data: str | bytes, encoding: str = "utf-8") -> Path:
    path = Path(name)
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return path


def lines(*values: object, end: str = "\n") -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + end for value in values)


def texts(mined) -> list[tuple[str, str]]:
    return [(one.pair.source, one.pair.target) for one in mined.pairs]


BOTH = [(ONE["source"], ONE["target"]), (TWO["source"], TWO["target"])]


@pytest.mark.parametrize(
    "data",
    [
        lines(ONE, TWO).encode(),
        lines(ONE, TWO).rstrip("\n").encode(),
        lines(ONE, TWO, end="\r\n").encode("utf-8-sig"),
        lines(ONE, TWO, end="\n\n  \n").encode(),
        lines(ONE, TWO).encode("utf-16"),
        lines(ONE, TWO, end="\r\n").encode("utf-16-le"),
        lines(ONE, TWO).encode("utf-16-be"),
        json.dumps([ONE, TWO]).encode(),
        json.dumps([ONE, TWO], indent=2, ensure_ascii=False).encode("utf-8-sig"),
        json.dumps([ONE, TWO], indent="\t").encode("utf-16"),
        b"\n\n " + json.dumps([ONE, TWO]).encode(),
        (json.dumps(ONE, indent=1) + "\n" + json.dumps(TWO, indent=1)).encode(),
    ],
    ids=[
        "lines", "no last line break", "a mark and CRLF", "empty lines", "UTF-16", "UTF-16LE without a mark",
        "UTF-16BE without a mark", "an array", "a printed array", "an array in UTF-16", "an array after empty lines",
        "printed objects",
    ],
)  # fmt: skip
def test_a_file_may_be_saved_in_many_ways(data: bytes):
    mined = read_pairs(written("pairs.jsonl", data))
    assert texts(mined) == BOTH
    assert not mined.problems
    assert not mined.dropped


def test_pairs_keep_what_their_lines_say():
    said = {"task": "translate", "source_lang": "zh", "target_lang": "en", "origin": "synthesized"}
    made = {**TWO, **said, "generator": {"model": "m", "prompt": "p@1"}}
    path = written("pairs.jsonl", lines(ONE, made))
    one, two = (found.pair for found in read_pairs(path).pairs)
    assert (one.doc, one.task, one.origin, one.generator) == ("a.md", "rewrite", "human", None)
    assert (two.task, two.source_lang, two.target_lang, two.origin) == ("translate", "zh", "en", "synthesized")
    assert two.generator == Generator("m", "p@1")


def test_what_another_project_learned_is_a_persons_work():
    assert read_pairs(written("p.jsonl", lines({**ONE, "origin": "correction"}))).pairs[0].pair.origin == "human"


def test_a_bad_line_is_named_and_the_rest_is_taken():
    bad = [b"nothing", b"[1]", b'{"source": "a", "target": "b"}', b'{"source": "", "target": "b", "doc": "c"}', b"\xff"]
    path = written("pairs.jsonl", lines(ONE).encode() + b"".join(line + b"\n" for line in bad) + lines(TWO).encode())
    mined = read_pairs(path)
    assert texts(mined) == BOTH
    assert [one.place for one in mined.pairs] == ["pairs.jsonl:1", "pairs.jsonl:7"]
    assert [problem.split(" ", 1)[0] for problem in mined.problems] == [f"pairs.jsonl:{at}" for at in range(2, 7)]
    assert '"doc" is missing' in mined.problems[2]


def test_the_first_line_may_be_bad():
    mined = read_pairs(written("pairs.jsonl", "{\n" + lines(ONE, TWO)))
    assert texts(mined) == BOTH
    assert [problem.split(" ", 1)[0] for problem in mined.problems] == ["pairs.jsonl:1"]


@pytest.mark.parametrize("indent", [None, 2])
def test_what_is_whole_of_a_damaged_array_is_taken(indent):
    text = json.dumps([ONE, TWO, ONE], indent=indent, ensure_ascii=False)
    mined = read_pairs(written("pairs.json", text[: text.rindex("target") + 3]))
    assert texts(mined) == BOTH
    assert len(mined.problems) == 1
    assert "no JSON" in mined.problems[0]


def test_a_damaged_member_of_a_printed_array_costs_no_other():
    text = json.dumps([ONE, {"source": "broken"}, TWO], indent=2, ensure_ascii=False).replace('"broken"', '"broken')
    mined = read_pairs(written("pairs.json", text))
    assert texts(mined) == BOTH
    assert [problem.split(" ", 1)[0] for problem in mined.problems] == ["pairs.json:7"]


def test_very_many_bad_lines_are_counted():
    mined = read_pairs(written("table.csv", "a,b,c\n" * 5000))
    assert len(mined.problems) == 101
    assert "4,900 more lines" in mined.problems[-1]


def test_a_pair_that_comes_twice_is_counted():
    mined = read_pairs(
        written("pairs.jsonl", lines(ONE, TWO, {**ONE, "doc": "c.md"}, {**ONE, "target": " It  matters. "}))
    )
    assert texts(mined) == BOTH
    assert mined.dropped == {"duplicate": 2}


@pytest.mark.parametrize("data", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"[]"])
def test_an_empty_file_is_said_to_be_empty(data):
    mined = read_pairs(written("pairs.jsonl", data))
    assert not mined.pairs
    assert mined.problems == ("pairs.jsonl is empty: there is nothing to read.",)


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("missing.jsonl", lambda path: None, "cannot be read"),
        ("folder", Path.mkdir, "no file"),
        ("pipe", os.mkfifo, "no file"),
        ("model.gguf", lambda path: path.write_bytes(b"GGUF\0\0\0"), "no text"),
        ("odd.jsonl", lambda path: path.write_bytes(b"\xff\xfe{\0\0\xd8"), "damaged UTF-16"),
    ],
)
def test_what_is_no_file_of_text_is_refused(name, make, words):
    make(Path(name))
    with pytest.raises(FileError, match=words) as raised:
        read_pairs(Path(name))
    assert name in str(raised.value)


def test_a_chat_log_is_recognised_behind_bad_lines():
    mined = read_pairs(written("log.jsonl", "nothing\n" + lines(CHAT, ONE)))
    assert [one.pair.origin for one in mined.pairs] == ["chat"]
    assert [problem.split(" ", 1)[0] for problem in mined.problems] == ["log.jsonl:1", "log.jsonl:3"]


def test_a_line_separator_inside_a_text_ends_no_line():
    value = {**ONE, "source": "one\u2028two\x85three"}
    for encoding in ("utf-8", "utf-16"):
        mined = read_pairs(written("pairs.jsonl", lines(value, TWO), encoding))
        assert texts(mined)[0][0] == "one\u2028two\x85three"
        assert len(mined.pairs) == 2


@given(
    st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), min_size=1, max_size=5), st.sampled_from([None, 1])
)
def test_lines_and_an_array_give_the_same(tmp_path_factory, found, indent):
    folder = tmp_path_factory.mktemp("same")
    values = [
        {"source": f"s{one}", "target": f"t{two}", "doc": "d", "source_lang": None, "target_lang": None}
        for one, two in found
    ]
    one, two = folder / "one.jsonl", folder / "two.json"
    one.write_text("".join(json.dumps(value) + "\n" for value in values), "utf-8")
    two.write_text(json.dumps(values, indent=indent), "utf-8")
    assert texts(read_pairs(one)) == texts(read_pairs(two))


def test_a_gigantic_line_is_a_pair_like_another():
    huge = {**ONE, "source": "word " * 400_000, "source_lang": "en", "target_lang": "en"}
    assert [len(one.pair.source) for one in read_pairs(written("pairs.jsonl", lines(huge, TWO))).pairs] == [
        1_999_999,
        8,
    ]


def test_a_file_is_never_in_memory_as_a_whole():
    line = lines({"source": "x" * 4000, "target": "y", "doc": "d", "source_lang": None, "target_lang": None})
    path = written("pairs.jsonl", line * 2500)
    tracemalloc.start()
    mined = read_pairs(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(mined.pairs), mined.dropped) == (1, {"duplicate": 2499})
    assert peak < path.stat().st_size / 4
