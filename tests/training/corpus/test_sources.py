"""What was added is kept in a file that a person can read, and mend."""

from pathlib import Path

import pytest
from styletune_training.corpus.source import Excluded, GitOptions, Source
from styletune_training.corpus.sources import Sources

from styletune.errors import SettingsError

POSTS = Source(
    "posts", "posts", lang="zh", drafts=True, excluded=Excluded(("*.draft.md",), ("ai",), ("GPT",), "2023-01-01")
)
BLOG = Source(
    "git", "/home/我/blog", git=GitOptions(since="2020-01-01", authors=("me",), skip=("abc",), least=0.1, most=1)
)


def broken(root: Path, text: str) -> str:
    file = Sources(root).file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        Sources(root).all()
    return str(caught.value)


def test_what_was_put_is_read_again(tmp_path: Path) -> None:
    assert Sources(tmp_path).all() == ()
    assert Sources(tmp_path).put([POSTS, BLOG]) == (POSTS, BLOG)
    assert Sources(tmp_path).all() == (POSTS, BLOG)
    assert "/home/我/blog" in Sources(tmp_path).file.read_text()


def test_a_source_replaces_the_one_of_its_place_and_keeps_its_rank(tmp_path: Path) -> None:
    sources = Sources(tmp_path)
    sources.put([POSTS, BLOG])
    now = Source("notes", "posts")
    assert sources.put([now]) == (now, BLOG)
    pairs = Source("pairs", "posts")
    assert sources.put([pairs]) == (now, BLOG, pairs)


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    sources = Sources(tmp_path)
    sources.put([POSTS])
    before = sources.file.stat().st_mtime_ns
    sources.put([POSTS])
    assert sources.file.stat().st_mtime_ns == before


def test_a_removed_source_is_gone_and_removing_it_again_is_no_failure(tmp_path: Path) -> None:
    sources = Sources(tmp_path)
    sources.put([POSTS, BLOG])
    sources.remove(POSTS.id)
    sources.remove(POSTS.id)
    assert sources.all() == (BLOG,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[{", "line 1, column 3 is no JSON"),
        ('[{"kind": "posts"}]', '"path" is missing'),
        ('[{"kind": "blog", "path": "a"}]', "known are posts, notes, pairs, git"),
        ('[{"kind": "posts", "path": "a", "langs": "en"}]', '"langs" is unknown'),
        ('[{"kind": "posts", "path": "a", "excluded": {"tags": "ai"}}]', '"tags" is "ai", which it cannot be'),
        ('[{"kind": "git", "path": "a", "git": {"least": 2}}]', '"least" is 2'),
        ('[{"kind": "posts", "path": "a", "drafts": "no"}]', '"drafts" is true or false'),
        ("{}", "it is no list of sources"),
        ("null", "it is no list of sources"),
        ("[1]", "sources.json cannot be read"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    said = broken(tmp_path, text)
    assert words in said
    assert "styletune corpus add" in said
