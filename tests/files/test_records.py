"""What was written is remembered, also by processes that die and processes that run at the same time."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from styletune.errors import FileError
from styletune.files.atomic import _host, digest
from styletune.files.books import Books
from styletune.files.records import Block, OutputState, Record, Records


def record(root: Path, output: str, data: bytes, source: str | None = "post.md") -> Record:
    return Record(
        output=output, source=source, source_sha256=digest(b"source"), output_sha256=digest(data),
        task="translate", lang="en", model="echo", time="2026-11-21T12:00:00+00:00",
        blocks=(Block("aa-1"), Block("bb-1", ("the rewrite lost a link",))),
    )  # fmt: skip


def test_a_record_is_read_back_as_it_was_written(tmp_path: Path):
    written = record(tmp_path, "文 章.en.md", b"x")
    Records(tmp_path).add(written)
    assert Records(tmp_path).latest(tmp_path / "文 章.en.md") == written
    assert written.flagged == 1


@pytest.mark.parametrize("source", ["文 \\ 章.md", "post.en.md", None], ids=["another", "itself", "standard input"])
def test_what_an_output_comes_from_is_told_without_reading_its_blocks(tmp_path: Path, source: str | None, monkeypatch):
    Records(tmp_path).add(record(tmp_path, "post.en.md", b"x", source))
    records = Records(tmp_path)
    monkeypatch.setattr("styletune.files.record._read_line", lambda raw: pytest.fail(f"was read: {raw}"))
    expected = {None: Path("-"), "post.en.md": None}.get(source, tmp_path / str(source))
    assert records.written_from(tmp_path / "post.en.md") == expected


def test_a_line_is_one_json_object_with_relative_paths(tmp_path: Path):
    Records(tmp_path).add(record(tmp_path, "d/post.en.md", b"x", "d/post.md"))
    lines = (tmp_path / ".styletune" / "outputs.jsonl").read_text().splitlines()
    assert len(lines) == 1
    assert json.loads(lines[0]) == {
        "schema": 2, "output": "d/post.en.md", "source": "d/post.md", "source_sha256": digest(b"source"),
        "output_sha256": digest(b"x"), "task": "translate", "lang": "en", "model": "echo",
        "time": "2026-11-21T12:00:00+00:00", "key": "", "source_lang": None, "text": None,
        "blocks": [{"id": "aa-1", "flagged": None, "line": 0}, {"id": "bb-1", "flagged": ["the rewrite lost a link"], "line": 0}],
    }  # fmt: skip
    assert "*" in (tmp_path / ".styletune" / ".gitignore").read_text().splitlines()


def test_nothing_is_made_before_something_is_written(tmp_path: Path):
    assert Records(tmp_path).latest(tmp_path / "a.md") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (None, OutputState.MISSING),
        (b"ours", OutputState.OURS),
        (b"ours before", OutputState.OURS),  # a record is written first: its write may never have happened
        (b"edited", OutputState.EDITED),
    ],
)
def test_the_state_of_an_output_follows_from_its_bytes(tmp_path: Path, content: bytes | None, state: OutputState):
    records = Records(tmp_path)
    records.add(record(tmp_path, "post.en.md", b"ours before"))
    records.add(record(tmp_path, "post.en.md", b"ours"))
    if content is not None:
        (tmp_path / "post.en.md").write_bytes(content)
    assert records.state(tmp_path / "post.en.md") is state
    assert Records(tmp_path).state(tmp_path / "post.en.md") is state


def test_a_file_without_a_record_was_written_by_hand(tmp_path: Path):
    (tmp_path / "post.en.md").write_bytes(b"mine")
    assert Records(tmp_path).state(tmp_path / "post.en.md") is OutputState.UNKNOWN


def test_the_current_record_is_that_of_the_bytes_on_disk(tmp_path: Path):
    records = Records(tmp_path)
    first = record(tmp_path, "post.en.md", b"one")
    records.add(first)
    records.add(record(tmp_path, "post.en.md", b"two"))
    (tmp_path / "post.en.md").write_bytes(b"one")
    assert records.current(tmp_path / "post.en.md") == first


def test_a_known_output_names_its_source_and_an_in_place_file_is_no_output(tmp_path: Path):
    records = Records(tmp_path)
    records.add(record(tmp_path, "post.en.md", b"x"))
    records.add(record(tmp_path, "draft.md", b"x", "draft.md"))
    assert records.written_from(tmp_path / "post.en.md") == tmp_path / "post.md"
    assert records.written_from(tmp_path / "draft.md") is None


def test_outputs_in_another_project_are_known_once_their_own_project_was_seen(tmp_path: Path):
    for project in ("blog", "site"):
        (tmp_path / project / ".git").mkdir(parents=True)
    books = Books()
    books.of(tmp_path / "blog" / "post.md").add(record(tmp_path, "../site/post.en.md", b"x"))
    assert books.written_from(tmp_path / "site" / "post.en.md") == tmp_path / "blog" / "post.md"


def test_a_repeated_record_adds_no_line(tmp_path: Path):
    records = Records(tmp_path)
    same = record(tmp_path, "post.en.md", b"x")
    records.add(same)
    records.add(replace(same, time="2026-11-22T00:00:00+00:00"))
    assert len(records.file.read_bytes().splitlines()) == 1


@pytest.mark.parametrize("torn", [b'{"schema": 1, "outp', b'{"schema": 1, "output": "\xe6\x96', b"{" * 9000])
def test_a_torn_last_line_is_passed_over_and_cut_off_by_the_next_writer(tmp_path: Path, torn: bytes):
    Records(tmp_path).add(record(tmp_path, "a.en.md", b"x"))
    file = tmp_path / ".styletune" / "outputs.jsonl"
    file.write_bytes(file.read_bytes() + torn)
    records = Records(tmp_path)
    assert records.notices == []
    records.add(record(tmp_path, "b.en.md", b"y"))
    again = Records(tmp_path)
    assert again.notices == []
    assert again.latest(tmp_path / "a.en.md") is not None
    assert again.latest(tmp_path / "b.en.md") is not None


def test_a_last_line_that_lacks_only_its_break_is_kept_by_the_next_writer(tmp_path: Path):
    Records(tmp_path).add(record(tmp_path, "a.en.md", b"x"))
    file = tmp_path / ".styletune" / "outputs.jsonl"
    file.write_bytes(file.read_bytes().removesuffix(b"\n"))
    Records(tmp_path).add(record(tmp_path, "b.en.md", b"y"))
    again = Records(tmp_path)
    assert again.notices == []
    assert all(again.latest(tmp_path / name) for name in ("a.en.md", "b.en.md"))


def test_what_another_process_wrote_meanwhile_is_ours(tmp_path: Path):
    output = tmp_path / "a.en.md"
    early = Records(tmp_path)
    Records(tmp_path).add(record(tmp_path, "a.en.md", b"x"))
    output.write_bytes(b"x")
    assert early.state(output) is OutputState.OURS
    output.write_bytes(b"edited")
    assert early.state(output) is OutputState.EDITED


@pytest.mark.parametrize(
    "bad", ["no json", "[]", "3", '{"schema": 2}', '{"schema": 1, "output": "x"}', "\xff", "[" * 100_000]
)
def test_a_malformed_line_is_named_by_its_number_and_the_rest_is_read(tmp_path: Path, bad: str):
    Records(tmp_path).add(record(tmp_path, "a.en.md", b"x"))
    file = tmp_path / ".styletune" / "outputs.jsonl"
    good = file.read_bytes()
    file.write_bytes(good + bad.encode("latin-1") + b"\n\n" + good.replace(b"a.en.md", b"b.en.md"))
    records = Records(tmp_path)
    assert [notice.split(" ")[0] for notice in records.notices] == [f"{file}:2"]
    assert records.latest(tmp_path / "b.en.md") is not None


WRITER = """
import sys
from pathlib import Path
from styletune.files.books import Books
from styletune.files.records import Record, Records
records = Records(Path(sys.argv[1]))
for number in range(100):
    name = f"{sys.argv[2]}-{number}.md"
    records.add(Record(name, "s.md", "0", "0", "rewrite", None, "x" * 5000, "now"))
"""


def test_processes_that_write_at_the_same_time_lose_nothing(tmp_path: Path):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in "abc"]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    records = Records(tmp_path)
    assert records.notices == []
    assert all(records.latest(tmp_path / f"{name}-{number}.md") for name in "abc" for number in range(100))


def test_an_append_that_a_full_disk_cuts_short_is_an_error_and_leaves_whole_lines(tmp_path: Path):
    records = Records(tmp_path)
    records.add(record(tmp_path, "a.en.md", b"x"))
    whole = records.file.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 20, limits[1]))
    try:
        with pytest.raises(FileError, match="the disk is full"):
            records.add(record(tmp_path, "b.en.md", b"y"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert records.file.read_bytes() == whole
    assert records.latest(tmp_path / "b.en.md") is None
    records.add(record(tmp_path, "b.en.md", b"y"))
    assert Records(tmp_path).latest(tmp_path / "b.en.md") is not None


def test_the_first_record_of_a_run_removes_what_killed_runs_left_wherever_the_project_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    first = Records(tmp_path)
    first.add(record(tmp_path, "a/post.en.md", b"x"))
    first.add(record(tmp_path, "../b/post.en.md", b"x"))
    stray = f".styletune-{_host()}-{dead.pid}-0123abcd.tmp"
    folders = [tmp_path / "a", tmp_path / "../b", tmp_path / ".styletune", tmp_path / ".styletune/originals"]
    for folder in folders:
        folder.mkdir(exist_ok=True)
        (folder / stray).touch()
    monkeypatch.setattr("styletune.files.atomic._swept", set())  # as in a new process
    again = Records(tmp_path)
    assert all((folder / stray).exists() for folder in folders), "reading removes nothing"
    again.add(record(tmp_path, "c/post.en.md", b"x"))
    assert not any((folder / stray).exists() for folder in folders)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_leaves_no_record(tmp_path: Path, make: Callable[[Path], None]):
    make(tmp_path / "post.en.md")
    Records(tmp_path).add(record(tmp_path, "post.en.md", b"x"))
    assert not (tmp_path / ".styletune").exists()


def test_records_are_found_by_the_bytes_that_were_written(tmp_path: Path):
    records = Records(tmp_path)
    both = [record(tmp_path, name, b"same") for name in ("a.en.md", "b.en.md")]
    for written in (*both, record(tmp_path, "c.en.md", b"other")):
        records.add(written)
    assert records.of_bytes(digest(b"same")) == both
    assert records.of_bytes(digest(b"none")) == []


def full(root: Path, output: str, number: int) -> Record:
    """Make a record with texts, as long as that of a post."""
    block = Block("a-1", None, 1, "paragraph", "s-1", "The source. " * 500, f"Written {number}. " * 500, "Mine.")
    return replace(record(root, output, b"%d" % number), text="All of it. " * 1000, blocks=(block,), source_lang="de")


def test_texts_and_pins_are_read_back_as_they_were_written(tmp_path: Path):
    written = replace(full(tmp_path, "a.en.md", 1), text="\ufeff文章\n\u2028\n")
    Records(tmp_path).add(written)
    assert Records(tmp_path).latest(tmp_path / "a.en.md") == written


def test_a_file_that_is_mostly_history_is_compacted_and_the_last_records_stay_whole(tmp_path: Path):
    records = Records(tmp_path)
    largest = 0
    for number in range(400):
        records.add(full(tmp_path, f"{number % 4}.en.md", number))
        largest = max(largest, records.file.stat().st_size)
    assert largest < 6 << 20
    assert records.file.stat().st_size < largest
    read = Records(tmp_path)
    assert read.notices == []
    for number in range(396, 400):
        assert read.latest(tmp_path / f"{number % 4}.en.md") == full(tmp_path, f"{number % 4}.en.md", number)
        old = number - 4 * 10  # an older state of the output is still known to be ours
        (tmp_path / f"{number % 4}.en.md").write_bytes(b"%d" % old)
        assert read.state(tmp_path / f"{number % 4}.en.md") is OutputState.OURS
        assert records.state(tmp_path / f"{number % 4}.en.md") is OutputState.OURS


def test_lines_of_a_newer_version_outlive_compaction(tmp_path: Path):
    Records(tmp_path).add(full(tmp_path, "a.en.md", 0))
    newer = b'{"schema": 3, "output": "b.en.md", "mood": "wistful"}'
    file = Records(tmp_path).file
    file.write_bytes(file.read_bytes() + newer + b"\n")
    records, sizes = Records(tmp_path), [0]
    while sizes[-1] <= file.stat().st_size:
        sizes.append(file.stat().st_size)
        records.add(full(tmp_path, "a.en.md", len(sizes)))
    assert newer in file.read_bytes().split(b"\n")


def test_another_process_sees_a_compacted_file(tmp_path: Path):
    slow, busy = Records(tmp_path), Records(tmp_path)
    for number in range(400):
        busy.add(full(tmp_path, "a.en.md", number))
    (tmp_path / "a.en.md").write_bytes(b"399")
    assert slow.state(tmp_path / "a.en.md") is OutputState.OURS
    slow.add(full(tmp_path, "b.en.md", 1))
    assert {found.output for found in Records(tmp_path).outputs()} == {"a.en.md", "b.en.md"}


def test_an_edited_output_is_compared_with_the_record_it_came_from(tmp_path: Path):
    """The last record may tell of a write that never happened."""
    records = Records(tmp_path)
    for text in ("The old text.", "The new text."):
        block = Block("a-1", None, 1, "paragraph", "s-1", text, f"{text} Written.")
        records.add(replace(record(tmp_path, "a.en.md", text.encode()), blocks=(block, block)))
    found = records.edited_from(tmp_path / "a.en.md", ["The old text. Written.", "Edited."])
    assert found.blocks[0].source == "The old text."


def test_the_record_of_a_moved_output_goes_along(tmp_path: Path):
    records = Records(tmp_path)
    (tmp_path / "post.md").write_bytes(b"source")
    records.add(record(tmp_path, "post.en.md", b"written"))
    (tmp_path / "new.md").write_bytes(b"source")
    (tmp_path / "new.en.md").write_bytes(b"written")
    records.follow(tmp_path / "new.en.md", tmp_path / "new.md")
    moved = records.latest(tmp_path / "new.en.md")
    assert (moved.output, moved.source) == ("new.en.md", "new.md")
    assert records.state(tmp_path / "new.en.md") is OutputState.OURS


@pytest.mark.parametrize("what", ["the old one is still there", "by hand"])
def test_no_other_file_is_taken_for_a_moved_output(tmp_path: Path, what: str):
    records = Records(tmp_path)
    records.add(record(tmp_path, "post.en.md", b"written"))
    (tmp_path / "new.md").write_bytes(b"another source")
    if what == "by hand":
        (tmp_path / "new.en.md").write_bytes(b"my own")
    else:
        (tmp_path / "new.en.md").write_bytes(b"written")
        (tmp_path / "post.en.md").write_bytes(b"written")
    records.follow(tmp_path / "new.en.md", tmp_path / "new.md")
    assert records.state(tmp_path / "new.en.md") is OutputState.UNKNOWN
