"""Keys that a translation's header gets, every other byte staying as it is."""

import tomllib
from pathlib import Path
from typing import Any

import markdown_documents
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from styletune.markdown import front_matter
from styletune.markdown.header_set import fill, set_values

CHANGES = {"lang": "{lang}", "slug": "{value}-{lang}", "permalink": "/{lang}/{value}", "translation_of": "{stem}"}


def put(text: str, changes: dict[str, str] = CHANGES, *, lang: str = "zh", **more: Any) -> tuple[str, tuple[str, ...]]:
    done = set_values(text.encode(), changes, lang=lang, stem="post", **more)
    return done.data.decode(), done.notes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # YAML
        ("---\ntitle: A\n---\nText\n", "---\ntitle: A\nlang: zh\ntranslation_of: post\n---\nText\n"),
        (
            "---\nslug: a # my slug\nlang:   'en'\npermalink: \"/a/\"\n---\n",
            "---\nslug: a-zh # my slug\nlang:   'zh'\npermalink: \"/zh/a/\"\ntranslation_of: post\n---\n",
        ),
        ("---\r\nslug: a\r\n---\r\nText", "---\r\nslug: a-zh\r\nlang: zh\r\ntranslation_of: post\r\n---\r\nText"),
        ("---\n---\n", "---\nlang: zh\ntranslation_of: post\n---\n"),
        ("---\n# only a comment\n---\n", "---\n# only a comment\nlang: zh\ntranslation_of: post\n---\n"),
        ("---\nlang:\nslug: ''\n---\n", "---\nlang: zh\nslug: ''\ntranslation_of: post\n---\n"),
        ("---\nLang: en\n---\n", "---\nLang: zh\ntranslation_of: post\n---\n"),
        ("---\nx: |+\n  kept\n\n---\n", "---\nx: |+\n  kept\n\nlang: zh\ntranslation_of: post\n---\n"),
        (
            "---\nlang: en\nlang: de\n---\n",
            "---\nlang: en\nlang: zh\ntranslation_of: post\n---\n",
        ),  # the last one counts
        ("\ufeff---\ntags: [a, b]\n...\n", "\ufeff---\ntags: [a, b]\nlang: zh\ntranslation_of: post\n...\n"),
        # TOML: keys of the top stand before the first table
        (
            '+++\ntitle = "A"\n\n[params]\nlang = "x"\n+++\nText\n',
            '+++\ntitle = "A"\nlang = "zh"\ntranslation_of = "post"\n\n[params]\nlang = "x"\n+++\nText\n',
        ),
        ("+++\nslug = 'a'\n+++\n", '+++\nslug = \'a-zh\'\nlang = "zh"\ntranslation_of = "post"\n+++\n'),
        ("+++\nslug = 12\n+++\n", '+++\nslug = "12-zh"\nlang = "zh"\ntranslation_of = "post"\n+++\n'),
        ("+++\n[a]\nb = 1\n+++\n", '+++\nlang = "zh"\ntranslation_of = "post"\n[a]\nb = 1\n+++\n'),
        (
            '+++\na = [\n  "[x]",\n] # end\n+++\n',
            '+++\na = [\n  "[x]",\n] # end\nlang = "zh"\ntranslation_of = "post"\n+++\n',
        ),
        ('+++\n"slug" = """a"""\n+++\n', '+++\n"slug" = "a-zh"\nlang = "zh"\ntranslation_of = "post"\n+++\n'),
        # JSON
        ('{\n  "slug": "a"\n}\n\nText', '{\n  "slug": "a-zh",\n  "lang": "zh",\n  "translation_of": "post"\n}\n\nText'),
        ('{"a": {"lang": "x"}}\n', '{"a": {"lang": "x"}, "lang": "zh", "translation_of": "post"}\n'),
        # Pelican
        ("Title: A: b\nSlug: a\n\nText", "Title: A: b\nSlug: a-zh\nLang: zh\nTranslation_of: post\n\nText"),
        ("title: A\nlang: en\n\nText", "title: A\nlang: zh\ntranslation_of: post\n\nText"),
        ("---\nTitle: A: b\nSlug:\n---\n", "---\nTitle: A: b\nSlug:\nLang: zh\nTranslation_of: post\n---\n"),
        ("Title: A", "Title: A\nLang: zh\nTranslation_of: post"),
    ],
)
def test_keys_are_set_in_place_or_added_behind_the_others(before: str, after: str):
    assert put(before) == (after, ())
    assert put(after) == (after, ())  # once is enough


@pytest.mark.parametrize(
    ("text", "changes", "note"),
    [
        ("Text\n", {"lang": "{lang}"}, "The file has no front matter, so lang could not be set."),
        (
            "---\nslug: [a]\n---\n",
            {"slug": "{value}-{lang}"},
            "slug could not be set in the front matter: it holds no text.",
        ),
        ("---\nslug: [a]\n---\n", {"slug": "{stem}"}, "slug could not be set in the front matter: "),
        ("---\na: &x 1\nslug: *x\n---\n", {"slug": "{stem}"}, "slug could not be set in the front matter: "),
        ("---\n{a: b}\n---\n", {"lang": "{lang}"}, "lang could not be set in the front matter: "),
        ("+++\nlang.x = 1\n+++\n", {"lang": "{lang}"}, "lang could not be set in the front matter: "),
        ("+++\n[lang]\n+++\n", {"lang": "{lang}"}, "lang could not be set in the front matter: "),
        (
            "+++\nbroken =\n+++\n",
            {"lang": "{lang}"},
            "lang could not be set in the front matter: the front matter cannot be read.",
        ),
    ],
)
def test_what_cannot_be_set_is_left_as_it_was_and_named(text: str, changes: dict[str, str], note: str):
    after, notes = put(text, changes)
    assert after == text
    assert len(notes) == 1
    assert notes[0].startswith(note)


def test_a_key_that_cannot_be_set_does_not_keep_others_from_being_set():
    after, notes = put("---\nslug: [a]\n---\n", {"slug": "{value}-x", "lang": "{lang}"})
    assert after == "---\nslug: [a]\nlang: zh\n---\n"
    assert len(notes) == 1


def test_a_file_without_header_is_no_matter_where_only_old_values_would_change():
    assert put("Text\n", {"slug": "{value}-{lang}"}) == ("Text\n", ())


@pytest.mark.parametrize("lang", ["no", "on", "yes", "true", "null", "12", "2020-01-01", "1e3", "~"])
def test_what_yaml_reads_as_something_else_than_text_is_quoted(lang: str):
    after, notes = put("---\ntitle: x\n---\n", {"lang": "{lang}"}, lang=lang)
    assert not notes
    assert yaml.safe_load(after.split("---")[1])["lang"] == lang


@pytest.mark.parametrize(
    ("pattern", "value", "old_lang", "expected"),
    [
        ("{value}-{lang}", "a", None, "a-zh"),
        ("{value}-{lang}", "a-zh", None, "a-zh"),
        ("{value}-{lang}", "a-en", "en", "a-zh"),  # what was made for the original's language is made anew
        ("{value}-{lang}", "a-en", None, "a-en-zh"),
        ("/{lang}/{value}", "/about/", None, "/zh/about/"),
        ("/{lang}/{value}", "about", None, "/zh/about"),
        ("/{lang}/{value}", "/zh/about/", None, "/zh/about/"),
        ("/{lang}/{value}", "/", None, "/zh/"),
        ("/{lang}/{value}", "/en/about", "en", "/zh/about"),
        ("/{lang}{value}", "/about/", None, "/zh/about/"),
        ("/{lang}{value}", "/zhang/", None, "/zh/zhang/"),  # a name that begins like the language is not set already
        ("/{lang}{value}", "about", None, "/zh/about"),
        ("{lang}", "anything", "en", "zh"),
        ("{stem}-{lang}", "", None, "post-zh"),
        ("{value}{stem}", "a", None, "a-post"),
        ("{value}", "a", None, "a"),
        ("{value}/{lang}", "关于/", None, "关于/zh"),
    ],
)
def test_patterns_are_filled_in_once(pattern: str, value: str, old_lang: str | None, expected: str):
    assert fill(pattern, value=value, lang="zh", stem="post", old_lang=old_lang) == expected
    assert fill(pattern, value=expected, lang="zh", stem="post", old_lang=old_lang) == expected


signs = st.text(st.sampled_from("ab/-é文. "), max_size=6)
patterns = st.lists(st.sampled_from(["{lang}", "{stem}", "/", "-", "a", "."]), max_size=4).flatmap(
    lambda parts: st.integers(0, len(parts)).map(lambda at: "".join([*parts[:at], "{value}", *parts[at:]]))
)


@given(patterns, signs, signs.filter(bool), st.sampled_from(["zh", "en-gb", "b"]))
def test_filling_in_twice_is_filling_in_once(pattern: str, value: str, stem: str, lang: str):
    once = fill(pattern, value=value, lang=lang, stem=stem)
    assert fill(pattern, value=once, lang=lang, stem=stem) == once


def assert_only_these_keys_changed(before: bytes, after: bytes, changes: dict[str, str]) -> None:
    start = 3 if before.startswith(b"\xef\xbb\xbf") else 0
    old, new = front_matter.find(before, start), front_matter.find(after, start)
    assert old is not None
    assert new is not None
    assert (new.format, new.offset) == (old.format, old.offset)
    assert after[: new.offset] == before[: old.offset]
    assert after[new.offset + len(new.raw) :] == before[old.offset + len(old.raw) :]
    was, now = front_matter.load(old) or {}, front_matter.load(new) or {}
    touched = {key.lower() for key in changes}
    assert {k: v for k, v in now.items() if k.lower() not in touched} == {
        k: v for k, v in was.items() if k.lower() not in touched
    }
    kept = {line.rstrip(b",") for line in old.raw.splitlines()}  # a comma is added to what was the last line of JSON
    added = [line for line in new.raw.splitlines() if line.rstrip(b",") not in kept]
    assert all(any(key.encode() in line.lower() for key in touched) for line in added)


fresh = st.dictionaries(
    st.sampled_from(["lang", "slug", "title", "permalink", "x"]),
    st.sampled_from(["{lang}", "{value}-{lang}", "/{lang}/{value}", "{stem}", "it's: \"odd\" # {value}", "- {stem}", "\\{lang}"]),
    min_size=1,
)  # fmt: skip


@given(markdown_documents.documents(), fresh, st.sampled_from(["zh", "no", "pt-br"]))
def test_whatever_is_set_every_other_key_and_the_body_stay(data: bytes, changes: dict[str, str], lang: str):
    done = set_values(data, changes, lang=lang, stem="a: b")
    if front_matter.find(data, 3 if data.startswith(b"\xef\xbb\xbf") else 0) is None:
        assert done.data == data
        return
    assert not done.notes
    assert_only_these_keys_changed(data, done.data, changes)
    assert set_values(done.data, changes, lang=lang, stem="a: b").data == done.data


def test_nothing_to_set_is_nothing_done():
    assert set_values(b"\xff not even text", {}, lang="zh", stem="x").data == b"\xff not even text"


def test_the_headers_of_real_posts_keep_every_other_key(corpora: Path):
    changes = {"lang": "{lang}", "url": "/{lang}/{value}", "slug": "{value}-{lang}"}
    seen = 0
    for path in sorted(corpora.rglob("*.md")):
        data = path.read_bytes()
        if not data.startswith((b"---\n", b"+++\n")):
            continue
        done = set_values(data, changes, lang="zh", stem=path.stem)
        assert not done.notes
        assert_only_these_keys_changed(data, done.data, changes)
        assert set_values(done.data, changes, lang="zh", stem=path.stem).data == done.data
        header = done.data.split(b"\n+++" if data.startswith(b"+++") else b"\n---")[0].decode()[4:]
        loaded = tomllib.loads(header) if data.startswith(b"+++") else yaml.safe_load(header)
        assert loaded["lang"] == "zh"
        seen += 1
    assert seen > 50
