"""Only what has changed is read; what was read is kept; what is no work of the author's does not count."""

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from styletune_training.corpus import importing, reader_pool
from styletune_training.corpus.document import CorpusDocument
from styletune_training.corpus.importing import Imported, refresh
from styletune_training.corpus.reader_pool import Task, read_all
from styletune_training.corpus.reading import FoundFile
from styletune_training.corpus.skipped import WRITTEN, is_unreadable
from styletune_training.corpus.source import Source
from styletune_training.corpus.store import Corpus

from styletune.errors import Cancelled
from styletune.files.atomic import digest
from styletune.files.record import Record
from styletune.files.records import Records

POSTS = Source("posts", "posts")
TEXT = "This is a paragraph about {} that is long enough to be taken, and it says something of its own.\n"


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(TEXT.format(name))


def skipped(imported: Imported) -> dict[str, str | None]:
    return {document.id.removeprefix("posts/"): document.skipped for document in imported.documents}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the files that are read."""
    noted: list[str] = []
    real = reader_pool.read_document

    def read(file: FoundFile, source: Source) -> CorpusDocument:
        noted.append(file.id)
        return real(file, source)

    monkeypatch.setattr(reader_pool, "read_document", read)
    return noted


def test_only_new_and_changed_files_are_read_and_those_that_are_gone_go(tmp_path: Path, reads: list[str]) -> None:
    write(tmp_path, "posts/a.md", "posts/b.md", "posts/c.md")
    first = refresh(tmp_path, [POSTS])
    assert (first.new, first.changed, first.gone, first.unchanged) == (
        ("posts/a.md", "posts/b.md", "posts/c.md"), (), (), 0,
    )  # fmt: skip
    reads.clear()
    write(tmp_path, "posts/d.md")
    (tmp_path / "posts/b.md").write_text(TEXT.format("something else altogether"))
    (tmp_path / "posts/c.md").unlink()
    second = refresh(tmp_path, [POSTS])
    assert sorted(reads) == ["posts/b.md", "posts/d.md"]
    assert (second.new, second.changed, second.gone, second.unchanged) == (
        ("posts/d.md",), ("posts/b.md",), ("posts/c.md",), 1,
    )  # fmt: skip
    assert Corpus(tmp_path).documents() == second.documents


def test_a_file_that_was_only_touched_is_read_and_unchanged(tmp_path: Path, reads: list[str]) -> None:
    write(tmp_path, "posts/a.md")
    refresh(tmp_path, [POSTS])
    os.utime(tmp_path / "posts/a.md", ns=(1, 1))
    again = refresh(tmp_path, [POSTS])
    assert (again.changed, again.unchanged) == ((), 1)
    reads.clear()
    refresh(tmp_path, [POSTS])
    assert reads == []


def test_other_settings_and_another_post_name_read_a_file_again(tmp_path: Path, reads: list[str]) -> None:
    write(tmp_path, "posts/a-en.md")
    refresh(tmp_path, [POSTS])
    reads.clear()
    refresh(tmp_path, [Source("posts", "posts", lang="en")])
    assert reads == ["posts/a-en.md"]
    reads.clear()
    write(tmp_path, "posts/a.md")
    found = refresh(tmp_path, [Source("posts", "posts", lang="en")])
    assert sorted(reads) == ["posts/a-en.md", "posts/a.md"]
    assert {document.post for document in found.documents} == {"posts/a.md"}


def test_a_copy_counts_once_and_comes_back_when_its_original_goes(tmp_path: Path, reads: list[str]) -> None:
    write(tmp_path, "posts/a.md")
    (tmp_path / "posts/b.md").write_bytes((tmp_path / "posts/a.md").read_bytes())
    assert skipped(refresh(tmp_path, [POSTS])) == {"a.md": None, "b.md": "a copy of posts/a.md"}
    (tmp_path / "posts/a.md").unlink()
    reads.clear()
    assert skipped(refresh(tmp_path, [POSTS])) == {"b.md": None}
    assert reads == []
    assert Corpus(tmp_path).documents()[0].skipped is None


def test_of_two_copies_the_one_that_is_translated_is_the_original(tmp_path: Path) -> None:
    write(tmp_path, "posts/disks.md", "posts/disks.de.md")
    (tmp_path / "posts/copy.md").write_bytes((tmp_path / "posts/disks.md").read_bytes())
    found = skipped(refresh(tmp_path, [POSTS]))
    assert found == {"disks.md": None, "disks.de.md": None, "copy.md": "a copy of posts/disks.md"}


def test_a_page_that_was_rendered_from_markdown_beside_it_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, "posts/a.md", "posts/b.md")
    body = TEXT.format("posts/a.md")
    (tmp_path / "posts/a.html").write_text(f"<html><body><article><p>{body}</p></article></body></html>")
    (tmp_path / "posts/b.html").write_text(
        "<html><body><article><p>Nothing alike is said here, not one sentence of it.</p></article></body></html>"
    )
    found = skipped(refresh(tmp_path, [POSTS]))
    assert found == {"a.html": "rendered from posts/a.md", "a.md": None, "b.html": None, "b.md": None}


def record(root: Path, output: str, model: str = "echo") -> None:
    sha256 = digest((root / output).read_bytes())
    Records(root).add(
        Record(output, "posts/a.md", "0" * 64, sha256, "rewrite", None, model, "2026-01-01T00:00:00+00:00")
    )


def test_what_styletune_wrote_is_not_the_authors_until_it_is_restored(tmp_path: Path, reads: list[str]) -> None:
    write(tmp_path, "posts/a.md", "posts/a.rewritten.md")
    record(tmp_path, "posts/a.rewritten.md")
    assert skipped(refresh(tmp_path, [POSTS])) == {"a.md": None, "a.rewritten.md": WRITTEN}
    assert reads == ["posts/a.md"]
    record(tmp_path, "posts/a.rewritten.md", model="")
    assert skipped(refresh(tmp_path, [POSTS])) == {"a.md": None, "a.rewritten.md": None}


def test_a_source_that_holds_nothing_any_more_is_told_and_its_documents_stay(tmp_path: Path) -> None:
    write(tmp_path, "posts/a.md")
    refresh(tmp_path, [POSTS])
    (tmp_path / "posts").rename(tmp_path / "elsewhere")
    found = refresh(tmp_path, [POSTS])
    assert found.missing == (POSTS,)
    assert (skipped(found), found.gone) == ({"a.md": None}, ())


def test_the_documents_of_a_source_that_was_removed_go(tmp_path: Path) -> None:
    write(tmp_path, "posts/a.md", "notes/b.md")
    refresh(tmp_path, [POSTS, Source("notes", "notes")])
    assert refresh(tmp_path, [POSTS]).gone == ("notes/b.md",)


def test_trying_keeps_nothing(tmp_path: Path) -> None:
    write(tmp_path, "posts/a.md")
    assert len(refresh(tmp_path, [POSTS], keep=False).documents) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["posts"]


def test_what_was_read_before_a_stop_is_not_read_again(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BATCH", 2)
    write(tmp_path, *(f"posts/{number}.md" for number in range(9)))
    stop = threading.Event()

    def enough(done: int, total: int) -> None:
        if done >= 4:
            stop.set()

    with pytest.raises(Cancelled):
        refresh(tmp_path, [POSTS], stop=stop, on_progress=enough)
    before = set(reads)
    assert 4 <= len(before) < 9
    reads.clear()
    assert len(refresh(tmp_path, [POSTS]).documents) == 9
    assert before.isdisjoint(reads)


def tasks(root: Path, names: Sequence[str]) -> list[Task]:
    return [(FoundFile(root / name, name, name), POSTS) for name in names]


class Bomb(FoundFile):
    """A file that ends the process that it is sent to."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


class Swamp(FoundFile):
    """A file that keeps the process that it is sent to for ever."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return time.sleep, (600,)


def test_files_are_read_in_processes_as_here_and_one_that_crashes_its_reader_is_named(tmp_path: Path) -> None:
    names = [f"{number:02}.md" for number in range(34)]
    write(tmp_path, *names)
    made = tasks(tmp_path, names)
    made[3] = (Bomb(tmp_path / "03.md", "03.md", "03.md"), POSTS)
    found = {document.id: document for document in read_all(made, jobs=2)}
    assert sorted(found) == names
    assert "crashed" in (found["03.md"].skipped or "")
    assert is_unreadable(found["03.md"])
    assert all(found[name].paragraphs for name in names if name != "03.md")
    assert found["07.md"] == reader_pool.read_document(*made[7])


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_named_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_pool, "LONGEST", 12.0)  # a fresh process on a busy machine needs some seconds
    write(tmp_path, "a.md", "b.md")
    made = [(Swamp(tmp_path / "a.md", "a.md", "a.md"), POSTS), *tasks(tmp_path, ["b.md", "x.pdf"])]
    found = {document.id: document for document in read_all(made, jobs=1)}
    assert "takes longer" in (found["a.md"].skipped or "")
    assert found["b.md"].paragraphs


@pytest.mark.slow
def test_reading_can_be_stopped_while_a_reader_hangs(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    stop = threading.Event()
    made = [(Swamp(tmp_path / "a.md", "a.md", "a.md"), POSTS), *tasks(tmp_path, ["x.pdf"])]
    threading.Timer(1.0, stop.set).start()
    with pytest.raises(Cancelled):
        list(read_all(made, jobs=1, stop=stop))
