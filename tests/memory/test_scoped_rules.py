"""Rules for some files, one task or some languages; a header that cannot be read is an error with its place."""

import pytest

from styletune.errors import SettingsError
from styletune.memory.scoped_rules import read_one, read_scoped_rules

APPLIES = {
    "no header": ("", "a.md", "rewrite", "en", True),
    "globs that match": ("globs: 'posts/**'", "posts/x/a.md", "rewrite", "en", True),
    "globs in one text": ("globs: 'x.md, posts/**'", "posts/x/a.md", "rewrite", "en", True),
    "a list of globs": ("globs: ['x.md', '*.md']", "a.md", "rewrite", "en", True),
    "globs that do not match": ("globs: 'posts/**'", "a.md", "rewrite", "en", False),
    "globs and no name": ("globs: '**'", None, "rewrite", "en", False),
    "the task": ("task: translate", "a.md", "translate", "en", True),
    "another task": ("task: translate", "a.md", "rewrite", "en", False),
    "the language": ("lang: Chinese", "a.md", "translate", "zh-hans", True),
    "one of the languages": ("lang: [de, zh]", "a.md", "translate", "zh", True),
    "another language": ("lang: zh-hans", "a.md", "translate", "zh", False),
    "an unknown language": ("lang: en", "a.md", "rewrite", None, False),
}

MALFORMED = {
    "a key that is unknown": (
        "---\nglobs: '*'\ntsak: rewrite\n---\n- a\n",
        ':3:1 unknown key "tsak". Did you mean "task"?',
    ),
    "a task that is unknown": ("---\ntask: rewrit\n---\n- a\n", ':2:1 unknown task "rewrit"'),
    "a language that is unknown": (
        "---\nlang: englisch\n---\n- a\n",
        ":2:1 Unknown language: 'englisch'. Did you mean English",
    ),
    "Norwegian without quotes": ("---\nlang: no\n---\n- a\n", ":2:1 lang must be a text in quotes"),
    "a list that holds no": ("---\nlang: [de, no]\n---\n- a\n", 'Quote it: "no" is read as a truth value.'),
    "an asterisk without quotes": ("---\nglobs: *.md\n---\n- a\n", 'Put patterns in quotes: globs: "*.md"'),
    "always as a text": ("---\nalways: 'x'\n---\n- a\n", ":2:1 always must be true or false"),
    "always and globs": ("---\nglobs: '*'\nalways: true\n---\n- a\n", ":3:1 always: true is for every draft"),
    "a key twice": ("---\ntask: rewrite\ntask: translate\n---\n- a\n", ':3:1 "task" stands here a second time'),
    "no mapping": ("---\n- a\n---\n- b\n", "the header must hold lines such as task: translate"),
    "broken YAML": ("---\ntask: [a\n---\n- a\n", "the header is no YAML"),
    "a control character": ("---\ntask: \x07\n---\n- a\n", "the header is no YAML"),
    "an open header": ("---\ntask: rewrite\n- a\n", ":1:1 this header is never closed"),
    "an open comment below the header": ("---\ntask: rewrite\n---\n- a\n<!-- b\n", ":5:1 this comment is never closed"),
    "no rule": ("---\ntask: rewrite\n---\n<!-- later -->\n", ":4:1 no rule stands here"),
    "an empty list": ("---\nglobs: []\n---\n- a\n", ":2:1 globs must be a text in quotes or a list"),
}


def write(folder, text, name="a.md"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", APPLIES)
def test_rules_apply_where_their_header_says(tmp_path, name):
    header, draft, task, lang, expected = APPLIES[name]
    rules = read_one(write(tmp_path, f"---\n{header}\n---\n- a\n" if header else "- a\n"), "a.md")
    assert rules.rules == ("- a",)
    path = None if draft is None else tmp_path / draft
    assert rules.apply(path, tmp_path, task=task, lang=lang) is expected


@pytest.mark.parametrize(
    ("header", "always"),
    [("task: rewrite", True), ("globs: '*'", False), ("always: false", False), ("always: true\nlang: de", True)],
)
def test_rules_without_globs_stand_in_the_shared_part_unless_told_otherwise(tmp_path, header, always):
    assert read_one(write(tmp_path, f"---\n{header}\n---\nText.\n"), "a.md").always is always


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_an_error_with_its_place(tmp_path, name):
    text, message = MALFORMED[name]
    with pytest.raises(SettingsError) as error:
        read_one(write(tmp_path, text), "a.md")
    assert message in str(error.value)
    assert all(line.startswith("a.md:") for line in str(error.value).splitlines())


def test_files_are_read_by_name_and_others_are_left_alone(tmp_path):
    for name in ("b.md", "a.md", "notes.txt", ".hidden.md"):
        write(tmp_path, f"- {name}\n", name)
    assert [found.rules for found in read_scoped_rules(tmp_path, "rules")] == [("- a.md",), ("- b.md",)]


def test_the_problems_of_all_files_are_named_at_once(tmp_path):
    write(tmp_path, "---\nx: 1\n---\n- a\n", "a.md")
    write(tmp_path, "<!--", "b.md")
    with pytest.raises(SettingsError) as error:
        read_scoped_rules(tmp_path, ".styletune/rules")
    assert [line.split()[0] for line in str(error.value).splitlines()] == [
        ".styletune/rules/a.md:2:1", ".styletune/rules/b.md:1:1",
    ]  # fmt: skip


def test_a_missing_folder_holds_no_rules(tmp_path):
    assert read_scoped_rules(tmp_path / "rules", "rules") == ()


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path):
    with pytest.raises(SettingsError, match="rules cannot be read"):
        read_scoped_rules(write(tmp_path, "- a\n", "rules"), "rules")
