"""What styletune wrote is read on as the file grows, and anew when it was written anew."""

from dataclasses import replace

import pytest

from styletune.files.record import Block, Record, to_line
from styletune.files.records import Records
from styletune.memory.written_blocks import WrittenBlocks

RECORD = Record("a.zh.md", "a.md", "0", "0", "translate", "zh", "m", "2026-11-20T00:00:00+00:00", source_lang="en")


def record(name, *blocks):
    return replace(RECORD, output=f"{name}.zh.md", source=f"{name}.md", blocks=blocks)


def block(source, written, **more):
    return Block("id", kind="paragraph", source_id="id", source=source, written=written, **more)


def texts(reader):
    return {file.source: [(text.source, text.target, text.origin) for text in file.texts] for file in reader.files()}


def test_the_last_record_of_each_output_counts(tmp_path):
    records, reader = Records(tmp_path), WrittenBlocks(tmp_path)
    assert texts(reader) == {}
    records.add(record("a", block("One.", "一。")))
    assert texts(reader) == {"a.md": [("One.", "一。", "a.zh.md")]}
    records.add(record("b", block("Two.", "二。")))
    records.add(record("a", block("Three.", "三。")))
    assert texts(reader) == {"a.md": [("Three.", "三。", "a.zh.md")], "b.md": [("Two.", "二。", "b.zh.md")]}


@pytest.mark.parametrize(
    "unusable",
    [
        block("One.", None),
        block("One.", "One."),
        block("One.", ""),
        block("", "一。"),
        block("One.", "一。", reasons=("a reason",)),
        block("One.", "一。", pinned="壹。"),
        block("One.", "一。", pinned="壹。", reasons=("its source changed",)),
    ],
)
def test_what_is_flagged_pinned_kept_or_empty_is_none_of_it(tmp_path, unusable):
    Records(tmp_path).add(record("a", unusable, block("Two.", "二。")))
    assert texts(WrittenBlocks(tmp_path)) == {"a.md": [("Two.", "二。", "a.zh.md")]}


@pytest.mark.parametrize("model", ["echo", "pseudo"])
def test_what_no_model_wrote_is_none_of_it(tmp_path, model):
    Records(tmp_path).add(replace(record("a", block("One.", "Oñé.")), model=model))
    assert texts(WrittenBlocks(tmp_path)) == {"a.md": []}


def test_what_was_read_once_is_not_read_again(tmp_path, monkeypatch):
    records, reader = Records(tmp_path), WrittenBlocks(tmp_path)
    records.add(record("a", block("One.", "一。")))
    first = reader.files()
    monkeypatch.setattr("styletune.memory.written_blocks.from_line", lambda line: pytest.fail("read again"))
    assert reader.files() == first


def test_a_file_that_was_written_anew_is_read_anew(tmp_path):
    records, reader = Records(tmp_path), WrittenBlocks(tmp_path)
    records.add(record("a", block("One.", "一。")))
    records.add(record("b", block("Two.", "二。")))
    reader.files()
    lines = records.file.read_bytes().splitlines(keepends=True)
    new = records.file.with_name("new")
    new.write_bytes(lines[1])
    new.replace(records.file)
    assert texts(reader) == {"b.md": [("Two.", "二。", "b.zh.md")]}
    records.file.unlink()
    assert texts(reader) == {}


def test_half_a_line_is_read_when_it_is_whole(tmp_path):
    file = Records(tmp_path).file
    file.parent.mkdir()
    line = to_line(record("a", block("One.", "一。")))
    file.write_bytes(line[:-9])
    reader = WrittenBlocks(tmp_path)
    assert texts(reader) == {}
    with file.open("ab") as end:
        end.write(line[-9:])
    assert texts(reader) == {"a.md": [("One.", "一。", "a.zh.md")]}


def test_a_line_that_is_no_record_is_passed_over(tmp_path):
    file = Records(tmp_path).file
    file.parent.mkdir()
    file.write_bytes(b"nonsense\n\n" + to_line(record("a", block("One.", "一。"))))
    assert texts(WrittenBlocks(tmp_path)) == {"a.md": [("One.", "一。", "a.zh.md")]}
