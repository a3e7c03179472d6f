"""The term that some sources share is found by what they have and others lack."""

import pytest

from styletune.learning.source_terms import occurrences, shared_term, stands_in


@pytest.mark.parametrize(
    ("sources", "others", "term"),
    [
        (["A disk died.", "Every disk dies.", "My old disk."], [], "disk"),
        (["Pull requests help.", "A pull request.", "The Pull Request is new."], [], "pull request"),
        (["打开拉取请求。", "拉取请求被合并了。", "每个拉取请求都要审查。"], [], "拉取请求"),
        (["サーバーを起動する。", "速いサーバー。", "サーバーが落ちた。"], [], "サーバー"),
        (["The disk is new.", "The disk is old.", "The disk is here."], [], "disk"),
        (["Say big disk.", "Say old disk.", "Say my disk."], ["Say my file.", "Say big.", "Say old.", "Say it."], "disk"),
        (["The terms of use.", "Read the terms of use.", "Our terms of use."], [], "terms of use"),
        (["One thing.", "Another word.", "A third."], [], None),
        (["It is so.", "It was so.", "It will be so."], [], None),
        (["At 10 it began.", "At 10 we left.", "At 10 they won."], [], None),
        (["Run `make`.", "Use `make`.", "Try `make`."], [], None),
    ],
)  # fmt: skip
def test_the_term_is_what_the_sources_share(sources: list[str], others: list[str], term: str | None):
    assert shared_term(sources, others) == term


@pytest.mark.parametrize(
    ("phrase", "text", "stands"),
    [
        ("disk", "The Disk.", True),
        ("disk", "Diskette", False),
        ("a disk", "a  disk", True),
        ("软件", "这个软件很好", True),
        ("软件", "软的件", False),
        ("", "anything", False),
    ],
)
def test_phrases_stand_in_texts_as_whole_words(phrase: str, text: str, stands: bool):
    assert stands_in(phrase, text) is stands


def test_occurrences_are_counted_one_by_one():
    assert occurrences(["a", "b"], ["a", "b", "a", "b", "a"]) == 2
