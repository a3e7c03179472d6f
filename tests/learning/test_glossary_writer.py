"""Entries are put into the glossary, and taken out, without touching what a person wrote around them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import pytest

from styletune.config.starter import GLOSSARY
from styletune.errors import SettingsError, UsageError
from styletune.learning.glossary_writer import Entry, add_entries, remove_entries
from styletune.memory.glossary import Glossary, parse_glossary

T = TypeVar("T")

WRITTEN = """\
# Mine.
keep = ["styletune", "GGUF"]                  # names
never_say = [
  "delve",  # overused
  "—",
]

[terms.Chinese]   # for the blog
"disk" = "磁盘"
# The end.

[terms.de]
disk = "Platte"
"""

STARTS = {"missing": None, "empty": "", "starter": GLOSSARY, "written": WRITTEN}


def glossary(root: Path) -> Path:
    (root / ".styletune").mkdir(exist_ok=True)
    return root / ".styletune" / "glossary.toml"


def read(root: Path) -> Glossary:
    return parse_glossary(glossary(root).read_text(encoding="utf-8"), "glossary.toml")


def some(by_lang: Mapping[str, T]) -> dict[str, T]:
    """Leave out the languages that nothing is said for."""
    return {lang: entries for lang, entries in by_lang.items() if entries}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("lang", [None, "zh", "de", "fr"])
@pytest.mark.parametrize("why", ["", "learned 2026-11-21 from c12ab34cd"])
def test_entries_are_added_and_everything_else_stays(tmp_path: Path, start: str | None, lang: str | None, why: str):
    if start is not None:
        glossary(tmp_path).write_text(start, encoding="utf-8")
    old = parse_glossary(start or "", "glossary.toml")
    added = add_entries(
        tmp_path, keep=["Hugo"], never_say=["in order to"], terms={"pull request": "合并请求"}, lang=lang, why=why
    )
    new, code = read(tmp_path), lang or "any"
    assert len(added) == 3
    assert some(new.keep) == some(old.keep) | {code: (*old.keep.get(code, ()), "Hugo")}
    assert some(new.never_say) == some(old.never_say) | {code: (*old.never_say.get(code, ()), "in order to")}
    assert some(new.terms) == some(old.terms) | {code: {**old.terms.get(code, {}), "pull request": "合并请求"}}
    text = glossary(tmp_path).read_text(encoding="utf-8")
    assert text.count(f"# {why}") == (3 if why else text.count("# "))
    comments = [line for line in (start or "").split("\n") if line.startswith("#")]
    assert [line for line in text.split("\n") if line.startswith("#")] == comments
    assert all(mark in text for mark in ("# overused", "# for the blog") if mark in (start or ""))
    assert sorted(map(str, remove_entries(tmp_path, lambda entry: entry in added))) == sorted(map(str, added))
    emptied = read(tmp_path)
    assert (some(emptied.keep), some(emptied.terms)) == (some(old.keep), some(old.terms))


def test_adding_twice_is_adding_once(tmp_path: Path):
    add_entries(tmp_path, keep=["Hugo"], terms={"disk": "磁盘"}, lang="zh")
    before = glossary(tmp_path).read_bytes()
    assert add_entries(tmp_path, keep=[" Hugo "], terms={"disk": "磁盘"}, lang="Chinese") == []
    assert glossary(tmp_path).read_bytes() == before


def test_a_rendering_is_replaced_and_the_old_one_named(tmp_path: Path):
    glossary(tmp_path).write_text(WRITTEN, encoding="utf-8")
    (entry,) = add_entries(tmp_path, terms={"disk": "硬盘"}, lang="zh")
    assert entry == Entry("term", "disk", "硬盘", "zh", was="磁盘")
    assert read(tmp_path).terms["zh"] == {"disk": "硬盘"}
    assert glossary(tmp_path).read_text(encoding="utf-8") == WRITTEN.replace("磁盘", "硬盘")


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"never_say": ["GGUF"]}, "never_say forbids it"),
        ({"keep": ["disk"], "lang": "de"}, "kept as it is by keep"),
        ({"never_say": ["Platte"], "lang": "de"}, "which never_say forbids"),
        ({"keep": ["—"]}, "holds no word"),
        ({"terms": {"disk": "x" * 200}}, "more than 120 characters"),
        ({"keep": ["Hugo"], "lang": "Klingonish"}, "Klingonish"),
    ],
)
def test_what_would_contradict_the_glossary_changes_nothing(tmp_path: Path, entries: dict[str, object], said: str):
    glossary(tmp_path).write_text(WRITTEN, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        add_entries(tmp_path, **entries)  # type: ignore[arg-type]
    assert glossary(tmp_path).read_text(encoding="utf-8") == WRITTEN


def test_a_malformed_glossary_is_named_with_its_line(tmp_path: Path):
    glossary(tmp_path).write_text('keep = ["a"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"glossary\.toml:2"):
        add_entries(tmp_path, keep=["Hugo"])


def test_tables_on_one_line_take_entries_too(tmp_path: Path):
    glossary(tmp_path).write_text('terms = { zh = { disk = "磁盘" } }\nkeep = { any = ["a"] }\n', encoding="utf-8")
    add_entries(tmp_path, keep=["Hugo"], terms={"file": "文件"}, lang="zh", why="learned today")
    assert read(tmp_path).terms == {"zh": {"disk": "磁盘", "file": "文件"}}
    assert read(tmp_path).keep == {"any": ("a",), "zh": ("Hugo",)}
