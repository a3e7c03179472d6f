import unicodedata
from pathlib import Path

import pytest
from styletune_training.corpus.exclusion import check_excluded, excluded_by, excluded_path
from styletune_training.corpus.source import Excluded, Source

from styletune.errors import UsageError


@pytest.mark.parametrize(
    ("source", "name", "pattern", "matches"),
    [
        ("posts", "posts/a.draft.md", "*.draft.md", True),
        ("posts", "posts/deep/er/a.draft.md", "*.draft.md", True),
        ("posts", "posts/a.md", "*.draft.md", False),
        ("posts", "posts/ai/a.md", "ai", True),
        ("posts", "posts/ai/a.md", "ai/", True),
        ("posts", "posts/ai/a.md", "ai/*.md", True),
        ("posts", "posts/deep/ai/a.md", "ai/*.md", False),
        ("posts", "posts/deep/ai/a.md", "**/ai/*.md", True),
        ("posts", "posts/2023/a.md", "posts/**", False),
        ("posts/*.md", "posts/a.md", "a.md", True),
        ("posts/a.md", "posts/a.md", "a.md", True),
        (".", "a.md", "a.md", True),
    ],
)
def test_globs_are_relative_to_the_source(source: str, name: str, pattern: str, matches: bool, tmp_path: Path) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    reason = excluded_path(Source("posts", source, excluded=Excluded(paths=(pattern,))), file, name)
    assert reason == (f"matches {pattern}" if matches else None)


def test_globs_work_for_a_folder_outside_of_the_project(tmp_path: Path) -> None:
    file = tmp_path / "blog/ai/a.md"
    source = Source("posts", (tmp_path / "blog").as_posix(), excluded=Excluded(paths=("ai/*",)))
    assert excluded_path(source, file, file.as_posix()) == "matches ai/*"


def test_globs_work_for_a_folder_whose_name_is_a_glob_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "posts [old]/ai/a.md"
    (tmp_path / name).parent.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    source = Source("posts", "posts [old]", excluded=Excluded(paths=("ai/*",)))
    assert excluded_path(source, tmp_path / name, name) == "matches ai/*"


def test_globs_know_names_whose_accents_are_stored_apart(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "posts/café.md")
    source = Source("posts", "posts", excluded=Excluded(paths=(unicodedata.normalize("NFC", "café.*"),)))
    assert excluded_path(source, tmp_path / name, name) == "matches café.*"


@pytest.mark.parametrize(
    ("excluded", "reason"),
    [
        (Excluded(tags=("AI",)), 'tag "AI"'),
        (Excluded(tags=("#ai",)), 'tag "ai"'),
        (Excluded(tags=("a",)), None),
        (Excluded(since="2023-05-01"), "from 2023-05-01 on"),
        (Excluded(since="2023-05-02"), None),
        (Excluded(before="2023-05-02"), "from before 2023-05-02"),
        (Excluded(before="2023-05-01"), None),
        (Excluded(texts=("(?i)written by chatgpt",)), "holds “Written by ChatGPT”"),
        (Excluded(texts=("^生成$", "模型.写")), "holds “模型代写”"),
        (Excluded(texts=("z+",)), f"holds “{'z' * 40}”"),
        (Excluded(texts=("w{100}", "x+")), "holds “xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…”"),
        (Excluded(), None),
    ],
)
def test_reasons_name_what_was_found(excluded: Excluded, reason: str | None) -> None:
    text = f"A post.\nWritten by ChatGPT. 由模型代写。{'x' * 60}{'z' * 40}"
    assert excluded_by(excluded, tags=("go", "ai"), day="2023-05-01", text=text) == reason


def test_a_post_without_a_date_stays() -> None:
    excluded = Excluded(since="1990-01-01", before="2090-01-01")
    assert excluded_by(excluded, tags=(), day=None, text="") is None


def test_an_expression_that_takes_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("styletune_training.corpus.exclusion._MOST_SECONDS", 0.05)
    reason = excluded_by(Excluded(texts=("(a|aa)+$",)), tags=(), day=None, text="a" * 60 + "b")
    assert reason is not None
    assert "takes too long" in reason


def test_all_that_cannot_be_used_is_named_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        check_excluded(Excluded(texts=("ok", "(", "x*"), since="May 2023", before="2023-02-30"))
    lines = str(caught.value).splitlines()
    assert [next(word for word in ('"("', '"x*"', '"May 2023"', '"2023-02-30"') if word in line) for line in lines] == [
        '"("',
        '"x*"',
        '"May 2023"',
        '"2023-02-30"',
    ]


def test_what_can_be_used_is_not_complained_about() -> None:
    check_excluded(Excluded(texts=("AI", r"\bGPT-\d"), since="2023-05-01", before="2010-01-01"))
