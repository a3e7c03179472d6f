"""What docs/memory.md shows can be used as it stands there."""

import re
import tomllib

import pytest

from styletune.config.load import load_config
from styletune.learning.corrections import Corrections
from styletune.memory.glossary import read_glossary
from styletune.memory.recall import Term
from styletune.memory.rule_file import read_rule_file
from styletune.memory.scoped_rules import read_one


@pytest.fixture(scope="module")
def blocks(repository) -> dict[str, list[str]]:
    """Give the code blocks of each section by its heading."""
    text = (repository / "docs" / "memory.md").read_text(encoding="utf-8")
    sections = re.split(r"^## (?=[`CYT])", text, flags=re.MULTILINE)[1:]
    return {
        part.split("\n", 1)[0]: re.findall(r"^```\w+\n(.*?)^```$", part, re.DOTALL | re.MULTILINE)
        for part in _whole(sections)
    }


def _whole(sections):
    """Put the parts of a section together again that a heading inside a code block has split."""
    whole: list[str] = []
    for part in sections:
        if whole and whole[-1].count("\n```") % 2:
            whole[-1] += f"## {part}"
        else:
            whole.append(part)
    return whole


def test_the_rule_file_of_the_docs_is_read(blocks, tmp_path):
    (text,) = blocks["`.stylerules`"]
    (tmp_path / ".stylerules").write_text(text, encoding="utf-8")
    found = read_rule_file(tmp_path / ".stylerules")
    assert [rule[:12] for rule in found.rules] == ["- I write th", '- Say "we" w', "- Numbers fr", "- Never open"]
    assert "Collect" not in "".join(found.rules)


def test_the_scoped_rules_of_the_docs_are_read(blocks, tmp_path):
    (text,) = blocks["`.styletune/rules/*.md`"]
    (tmp_path / "reviews.md").write_text(text, encoding="utf-8")
    found = read_one(tmp_path / "reviews.md", "reviews.md")
    assert found.apply(tmp_path / "reviews" / "a.md", tmp_path, task="rewrite", lang="en")
    assert not found.apply(tmp_path / "reviews" / "a.md", tmp_path, task="translate", lang="en")
    assert len(found.rules) == 2


def test_the_glossaries_of_the_docs_are_read(blocks, tmp_path):
    first, second = blocks["`.styletune/glossary.toml`"]
    path = tmp_path / "glossary.toml"
    path.write_text(first, encoding="utf-8")
    assert Term("pull request", "拉取请求", "zh") in read_glossary(path, "g").terms_for("zh-hans")
    path.write_text(second, encoding="utf-8")
    assert read_glossary(path, "g").never_say_for("en") == ("delve", "in order to")


def test_the_correction_of_the_docs_is_read(blocks, tmp_path):
    (text,) = blocks["Corrections, and the examples they become"]
    file = tmp_path / ".styletune" / "corrections.jsonl"
    file.parent.mkdir()
    file.write_text(text.replace("\n", " ") + "\n", encoding="utf-8")
    (correction,) = Corrections(tmp_path).live()
    assert correction.edited == "Run `make`."
    assert correction.id == "c41ea832f"


def test_the_settings_of_the_docs_are_settings(blocks, tmp_path):
    (text,) = blocks["Your own paragraphs: `--examples N`"]
    (tmp_path / "styletune.toml").write_text(text, encoding="utf-8")
    assert load_config(tmp_path).top.posts == tuple(tomllib.loads(text)["posts"])
    assert load_config(tmp_path).top.examples == 2
