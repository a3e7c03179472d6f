"""Each system gets the watches that it needs, and changes without an event are found out."""

from pathlib import Path

import pytest

from styletune.watch.doubts import GRACE, Doubts
from styletune.watch.folders import watches_for
from styletune.watch.rescan import Look, look


@pytest.fixture
def seen(tmp_path: Path) -> Look:
    for name in ("posts/2024/deep", "posts/.git/objects", "posts/node_modules/x", "far/below", "alone/beside"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "posts" / "link").symlink_to(tmp_path / "far")
    (tmp_path / "alone" / "a.md").write_text("Text.")
    return look([tmp_path / "posts", tmp_path / "alone" / "a.md"], lambda path: path.suffix == ".md")


def test_on_linux_each_folder_that_is_entered_gets_a_watch(tmp_path: Path, seen: Look):
    watches = watches_for(seen, system_follows=False).values()
    expected = ("posts", "posts/2024", "posts/2024/deep", "far", "far/below", "alone")
    assert set(watches) == {(tmp_path / name, False) for name in expected}


def test_on_a_mac_each_root_gets_one_and_so_does_what_a_link_leads_to(tmp_path: Path, seen: Look):
    watches = watches_for(seen, system_follows=True).values()
    assert set(watches) == {(tmp_path / "posts", True), (tmp_path / "far", True), (tmp_path / "alone", False)}


def test_a_folder_that_cannot_be_read_gets_none(tmp_path: Path, seen: Look):
    seen.unread.add(tmp_path / "posts" / "2024")
    assert (tmp_path / "posts" / "2024", False) not in watches_for(seen, system_follows=False).values()


def test_a_change_is_missed_once_if_no_event_explains_it_in_time():
    doubts, early, late, told = Doubts(), Path("early.md"), Path("late.md"), Path("told.md")
    doubts.doubt([early, told], 0.0)
    doubts.explain(told)
    doubts.doubt([late, early], 1.0)
    assert doubts.missed(GRACE) == []
    assert doubts.missed(GRACE + 0.1) == [early]
    assert doubts.missed(GRACE + 0.1) == []
    assert doubts.missed(GRACE + 1.1) == [late]


def test_what_explains_everything_leaves_no_doubt():
    doubts = Doubts()
    doubts.doubt([Path("a.md")], 0.0)
    doubts.clear()
    assert doubts.missed(2 * GRACE) == []
