"""The glossary is read as a whole; every problem is named with its line."""

import pytest

from styletune.errors import SettingsError
from styletune.memory.glossary import read_glossary
from styletune.memory.recall import Term

TEXT = """\
keep = ["styletune", "GGUF"]
never_say = ["delve", "in  order to", "—"]

[terms.any]
"LLM" = "language model"

[terms.zh]
"pull request" = "拉取请求"
GGUF = "GGUF 文件"

[terms.zh-hant]
"pull request" = "拉取請求"
"""

BY_LANGUAGE = """\
[never_say]
any = ["synergy"]
en = ["delve"]
Chinese = ["赋能"]
[keep]
de = ["Issue"]
"""

MALFORMED = {
    "an unknown key": ('\nnever-say = ["x"]\n', 'g:2 unknown key "never-say". Did you mean "never_say"?'),
    "an unknown table": ("[vocabulary]\n", 'g:1 unknown key "vocabulary". Known are keep, never_say, terms.'),
    "a text in place of a list": ('keep = "x"\n', "g:1 keep must be a list of texts"),
    "a number in a list": ('keep = [\n  "a",\n  3,\n]\n', "g:3 a text in quotes is wanted here."),
    "an empty text": ('never_say = ["a", " "]\n', 'g:1 "" holds no word.'),
    "any ending of nothing": ('never_say = ["*"]\n', 'g:1 "*" holds no word.'),
    "a list at the end of the file": (
        '[terms.zh]\na = "b"\nkeep = ["c"]\n', "g:3 keep belongs above the first [table] of the file."),
    "a sign as a term": ('keep = ["—"]\n', 'g:1 "—" holds no word.'),
    "a term without a language": ('[terms]\n\ndisk = "磁盘"\n', 'g:3 "disk" has no language. Put it below [terms.zh]'),
    "a list of terms": ('terms = ["disk"]\n', "g:1 terms must be tables by language"),
    "an unknown language": ('[terms.chinees]\ndisk = "磁盘"\n', "g:1 Unknown language: 'chinees'. Did you mean Chinese (zh)?"),
    "one language twice": ('[terms.zh]\na = "b"\n[terms.Chinese]\na = "c"\n', 'g:3 terms has the same language as "zh"'),
    "a rendering that is no text": ("[terms.zh]\na = 1\n", "g:2 a text in quotes is wanted here."),
    "a very long term": (f'keep = ["{"long " * 40}"]\n', "has more than 120 characters"),
    "kept and rendered": ('keep = ["a"]\n[terms.any]\n"a" = "b"\n', 'g:3 "a" is rendered as "b" here and kept as it is'),
    "rendered as what is never said": (
        'never_say = ["B"]\n[terms.zh]\na = "b"\n', 'g:3 "a" is rendered as "b", which never_say forbids.'),
    "kept and never said": ('never_say = ["a"]\nkeep = ["a"]\n', 'g:2 "a" is kept as it is, and never_say forbids it.'),
    "no TOML": ('keep = ["a"]\nx = \n', "g:2:5 this is no TOML"),
    "an open list": ('keep = ["a"\n', "g:2:1 this is no TOML"),
    "a conflict under another name": (
        'never_say = ["b"]\n[terms.Chinese]\n"a  c" = "b"\n', 'g:2 "a c" is rendered as "b", which never_say forbids.'),
}  # fmt: skip


def read(text, tmp_path):
    path = tmp_path / "glossary.toml"
    path.write_text(text, encoding="utf-8")
    return read_glossary(path, "g")


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (None, {"styletune": None, "GGUF": None, "LLM": "language model"}),
        ("de", {"styletune": None, "GGUF": None, "LLM": "language model"}),
        ("zh", {"styletune": None, "GGUF": "GGUF 文件", "LLM": "language model", "pull request": "拉取请求"}),
        ("zh-hant", {"styletune": None, "GGUF": "GGUF 文件", "LLM": "language model", "pull request": "拉取請求"}),
    ],
)
def test_what_is_said_for_a_language_goes_first(tmp_path, lang, expected):
    assert {term.source: term.target for term in read(TEXT, tmp_path).terms_for(lang)} == expected


def test_a_term_knows_the_language_it_is_for(tmp_path):
    terms = read(TEXT, tmp_path).terms_for("zh")
    assert Term("pull request", "拉取请求", "zh") in terms
    assert Term("styletune", None, None) in terms


def test_blanks_in_a_phrase_are_one(tmp_path):
    assert read(TEXT, tmp_path).never_say_for("en") == ("delve", "in order to", "—")


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ("delve", "synergy")),
        ("zh-hans", ("赋能", "synergy")),
        ("de", ("synergy",)),
        (None, ("synergy", "delve", "赋能")),
    ],
)
def test_what_is_never_said_depends_on_the_language(tmp_path, lang, expected):
    assert read(BY_LANGUAGE, tmp_path).never_say_for(lang) == expected


def test_what_is_kept_may_depend_on_the_language(tmp_path):
    glossary = read(BY_LANGUAGE, tmp_path)
    assert glossary.terms_for("de") == (Term("Issue", None, "de"),)
    assert glossary.terms_for("en") == ()


@pytest.mark.parametrize("text", ["", "# keep = []\n", "keep = []\n[terms.zh]\n"])
def test_a_starter_that_was_not_filled_in_holds_nothing(tmp_path, text):
    glossary = read(text, tmp_path)
    assert glossary.terms_for("zh") == ()
    assert glossary.never_say_for(None) == ()


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_an_error_with_its_line(tmp_path, name):
    text, message = MALFORMED[name]
    with pytest.raises(SettingsError) as error:
        read(text, tmp_path)
    assert message in str(error.value)


def test_all_problems_are_named_at_once_in_their_order(tmp_path):
    with pytest.raises(SettingsError) as error:
        read('keep = [1]\n[terms.xx]\na = 2\n[terms.zh]\nb = ""\n', tmp_path)
    assert [line.split()[0] for line in str(error.value).splitlines()] == ["g:1", "g:2", "g:3", "g:5"]


def test_a_file_that_is_not_utf_8_is_an_error(tmp_path):
    (tmp_path / "glossary.toml").write_bytes(b'keep = ["caf\xe9"]\n')
    with pytest.raises(SettingsError, match="g:1:13 byte 0xe9 is not UTF-8"):
        read_glossary(tmp_path / "glossary.toml", "g")
