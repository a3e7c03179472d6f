"""A source of pairs is looked through when it has changed, and its pairs go with it."""

import json
import subprocess
from pathlib import Path

import pytest
from styletune_training.corpus.importing import refresh
from styletune_training.corpus.source import Excluded, Source
from styletune_training.pairs.mined_pairs import MinedPairs
from styletune_training.pairs.mining import LEFT_OUT, Corpora, MinedSource, mine_all

POSTS = Source("posts", "posts")
PAIRS = Source("pairs", "pairs.jsonl")
GIT = Source("git", ".")
ENGLISH = (
    "# A walk to the harbour\n\nThe harbour lies two miles behind the old mill, and nobody goes there in winter.\n\n"
    "I went there on a Sunday in March 2019 with a bag of 12 apples and no plan at all.\n"
)
CHINESE = "# 去港口散步\n\n港口在老磨坊后面两英里的地方，冬天没有人去那里。\n\n2019 年 3 月的一个星期天，我带着 12 个苹果去了那里，什么计划也没有。\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts/a.md").write_text(ENGLISH)
    (tmp_path / "posts/a.zh.md").write_text(CHINESE)
    (tmp_path / "pairs.jsonl").write_text('{"doc": "x", "source": "One.", "target": "Two."}\nrubbish\n')
    return tmp_path


def mined(root: Path, *sources: Source, posts: Source = POSTS, keep: bool = True) -> list[MinedSource]:
    imported = refresh(root, [posts])
    return mine_all(Corpora(root, [posts, *sources], imported.documents, imported.names), keep=keep)


def git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=me", "-c", "user.email=me@example.org")
    subprocess.run(["git", "-C", str(root), *who, *words], check=True, capture_output=True)


def test_translations_are_aligned_once_for_each_post_that_changed(root: Path) -> None:
    (first,) = mined(root)
    assert first.fresh
    assert {pair.pair.doc for pair in first.mined.pairs} == {"posts/a.md"}
    assert {pair.pair.origin for pair in first.mined.pairs} == {"aligned"}
    assert mined(root) == [MinedSource(None, first.mined, fresh=False)]
    (root / "posts/b.md").write_text("Another post that has no translation.\n")
    assert not mined(root)[0].fresh
    (root / "posts/a.zh.md").write_text(CHINESE.replace("苹果", "梨子"))
    changed = mined(root)[0]
    assert changed.fresh
    assert any("梨子" in pair.pair.target + pair.pair.source for pair in changed.mined.pairs)


def test_pairs_of_a_translation_that_is_gone_go(root: Path) -> None:
    assert mined(root)[0].mined.pairs
    (root / "posts/a.zh.md").unlink()
    assert mined(root)[0].mined.pairs == ()
    assert MinedPairs(root).all() == ()


def test_a_file_of_pairs_is_read_when_it_has_changed_and_its_bad_lines_are_told(root: Path) -> None:
    first = mined(root, PAIRS)[1]
    assert (first.fresh, len(first.mined.pairs)) == (True, 1)
    assert "pairs.jsonl:2" in first.mined.problems[0]
    assert mined(root, PAIRS)[1] == MinedSource(PAIRS, first.mined, fresh=False)
    (root / "pairs.jsonl").write_text('{"doc": "x", "source": "Three.", "target": "Four."}\n')
    assert mined(root, PAIRS)[1].mined.pairs[0].pair.target == "Four."


def test_a_file_of_pairs_that_is_gone_is_told_and_its_pairs_stay(root: Path) -> None:
    mined(root, PAIRS)
    (root / "pairs.jsonl").unlink()
    found = mined(root, PAIRS)[1]
    assert found.failure is not None
    assert len(found.mined.pairs) == len(MinedPairs(root).all()) - len(mined(root, PAIRS)[0].mined.pairs) == 1


def test_the_pairs_of_a_source_that_was_removed_go(root: Path) -> None:
    mined(root, PAIRS)
    mined(root)
    assert all(pair.pair.origin == "aligned" for pair in MinedPairs(root).all())


def test_a_history_is_read_once_and_its_pairs_belong_to_the_posts(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", "posts")
    git(root, "commit", "-qm", "first")
    text = ENGLISH.replace("and nobody goes there in winter", "and hardly anybody walks over to it in winter")
    (root / "posts/a.md").write_text(text)
    git(root, "commit", "-qam", "second")
    first = mined(root, GIT)[1]
    assert first.fresh
    assert [pair.pair.doc for pair in first.mined.pairs] == ["posts/a.md"]
    assert not mined(root, GIT)[1].fresh
    without = Source("posts", "posts", excluded=Excluded(paths=("a.md", "a.zh.md")))
    left = mined(root, GIT, posts=without)[1]
    assert (left.fresh, left.mined.pairs, left.mined.dropped[LEFT_OUT]) == (True, (), 1)


def test_translations_and_histories_outside_follow_the_names_of_their_posts(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "blog"
    (root / "posts").rename(outside)
    git(outside, "init", "-q")
    for text in (
        ENGLISH,
        ENGLISH.replace("and nobody goes there in winter", "and hardly anybody walks there in winter"),
    ):
        (outside / "a.md").write_text(text)
        (outside / "gone.md").write_text(text.replace("mill", "tower").replace("apples", "plums"))
        git(outside, "add", ".")
        git(outside, "commit", "-qm", "state")
    git(outside, "rm", "-q", "gone.md")
    git(outside, "commit", "-qm", "less")
    posts = outside.as_posix()
    aligned, history = mined(root, Source("git", posts), posts=Source("posts", posts))
    assert {pair.pair.doc for pair in aligned.mined.pairs} == {"blog/a.md"}
    assert {(pair.pair.source_lang, pair.pair.target_lang) for pair in aligned.mined.pairs} == {("en", "zh")}
    assert {pair.pair.doc for pair in history.mined.pairs} == {"blog/a.md", "blog/gone.md"}
    alone = mined(root, Source("git", posts), posts=Source("posts", "none"))[1]
    assert {pair.pair.doc for pair in alone.mined.pairs} == {"blog/a.md", "blog/gone.md"}


def test_preferences_of_a_post_that_is_left_out_go_with_its_pairs(root: Path) -> None:
    messages = [{"role": "user", "content": f"Rewrite this in my style:\n{ENGLISH}"}]
    yes, no = ([{"role": "assistant", "content": ENGLISH.replace("nobody", who)}] for who in ("no one", "no soul"))
    line = {"input": {"messages": messages}, "preferred_output": yes, "non_preferred_output": no}
    (root / "pairs.jsonl").write_text(json.dumps(line) + "\n")
    (kept,) = mined(root, PAIRS)[1].mined.preferences
    without = Source("pairs", PAIRS.path, excluded=Excluded(paths=(kept.doc,)))
    (root / "pairs.jsonl").touch()
    found = mined(root, without)[1].mined
    assert (found.pairs, found.preferences, found.dropped[LEFT_OUT]) == ((), (), 1)


def test_a_post_that_the_history_does_not_know_lets_it_be(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", "posts")
    git(root, "commit", "-qm", "first")
    assert mined(root, GIT)[1].fresh
    (root / "posts/new.md").write_text("A post that is not in the history yet.\n")
    assert not mined(root, GIT)[1].fresh
    left_out = Source("posts", "posts", excluded=Excluded(paths=("a.md", "a.zh.md")))
    assert mined(root, GIT, posts=left_out)[1].fresh


def test_a_folder_without_history_is_told_and_stops_nothing(root: Path) -> None:
    found = mined(root, GIT, PAIRS)
    assert found[1].failure is not None
    assert found[2].mined.pairs


def test_trying_keeps_nothing(root: Path) -> None:
    assert mined(root, PAIRS, keep=False)[1].mined.pairs
    assert MinedPairs(root).all() == ()
