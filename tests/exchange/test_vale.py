"""Between glossaries and Vale: what is exported comes back, and what has no counterpart is named."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from styletune.errors import FileError
from styletune.exchange.vale import as_literal, as_phrases, as_regex, needs_nonword
from styletune.exchange.vale_reading import Entries, ValeStyles, read_vale
from styletune.exchange.vale_writing import style_name, vale_files
from styletune.memory.glossary import Glossary


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


@pytest.mark.parametrize(
    ("expression", "phrases"),
    [
        ("GitHub", ["GitHub"]),
        ("(?i)GitHub", ["github"]),
        ("[Oo]bservability", ["observability"]),
        (r"\bweb site\b", ["web site"]),
        ("Node.js", ["Node.js"]),
        (r"Node\.js", ["Node.js"]),
        (r"C\+\+", ["C++"]),
        ("赋能", ["赋能"]),
        (r"utiliz\w*", ["utiliz*"]),
        ("(?:give|gave) rise", ["give rise", "gave rise"]),
        ("back(?:-| )light", ["back-light", "back light"]),
        ("colou?r", ["colour", "color"]),
        ("chat ?bots?", ["chat bots", "chat bot", "chatbots", "chatbot"]),
        ("(软|硬)体", ["软体", "硬体"]),
        ("web robot|crawler", ["web robot", "crawler"]),
        ("(?:a(?:b|c)|d)e", ["abe", "ace", "de"]),
        (r"[pP]y.*\b", []),
        ("[a-z]+ing", []),
        ("C++", []),
        ("[ab]c", []),
        ("(?!no)yes", []),
        ("(?:a", []),
        ("a)", []),
        (r"\d+", []),
        ("a?" * 9, []),
        ("", []),
        ("(?i)", []),
        ("end.", []),
        ("?", []),
    ],
)
def test_plain_words_are_told_from_expressions(expression: str, phrases: list[str]) -> None:
    assert list(as_phrases(expression, star=True)) == phrases


def test_a_star_is_for_phrases_alone() -> None:
    assert as_phrases(r"utiliz\w*") == ()
    assert as_regex("utiliz*", star=True) == r"(?i)utiliz\w*"
    assert as_regex("utiliz*") == r"(?i)utiliz\*"


phrases = st.text(alphabet="aB é-.+*()[]\\^$中ひ1", min_size=1, max_size=12).map(lambda text: " ".join(text.split()))
usable = phrases.filter(lambda text: any(char.isalnum() for char in text))


@given(usable)
def test_a_phrase_comes_back_from_its_expression(phrase: str) -> None:
    assert as_phrases(as_literal(phrase)) == (phrase,)
    assert as_phrases(as_regex(phrase)) == (phrase,)


@pytest.mark.parametrize(
    ("phrase", "inside"),
    [
        ("delve", False),
        ("赋能", True),
        ("—", True),
        ("C++", True),
        ("用GGUF", True),
        ("utiliz*", False),
        ("コード", True),
    ],
)
def test_vale_is_told_where_no_word_borders_are(phrase: str, inside: bool) -> None:
    assert needs_nonword(phrase) is inside


GLOSSARY = Glossary(
    terms={
        "any": {"web site": "website"},
        "zh": {"pull request": "拉取请求", "软体": "软件"},
        "en-gb": {"color": "colour"},
    },
    keep={"any": ("GGUF", "C++", "styletune")},
    never_say={"any": ("delve", "utiliz*", "—", "Mac OS X"), "zh": ("赋能", "抓手")},
)


def read_back(folder: Path, glossary: Glossary) -> Glossary:
    found = read_vale(write(folder, vale_files(glossary, "Mine")))
    assert (found.left_out, found.broken) == ([], [])
    return as_glossary(found)


def as_glossary(found: ValeStyles) -> Glossary:
    by_lang = {lang or "any": entries for lang, entries in found.by_lang.items()}
    return Glossary(
        {lang: entries.terms for lang, entries in by_lang.items() if entries.terms},
        {lang: tuple(entries.keep) for lang, entries in by_lang.items() if entries.keep},
        {lang: tuple(entries.never_say) for lang, entries in by_lang.items() if entries.never_say},
    )


def in_any_order(glossary: Glossary) -> tuple[object, ...]:
    return (
        dict(glossary.terms),
        {lang: set(words) for lang, words in glossary.keep.items()},
        {lang: set(words) for lang, words in glossary.never_say.items()},
    )


def test_a_glossary_comes_back(tmp_path: Path) -> None:
    assert in_any_order(read_back(tmp_path, GLOSSARY)) == in_any_order(GLOSSARY)


@given(
    words=st.lists(usable, unique_by=str.casefold, max_size=6),
    lang=st.sampled_from(["any", "zh", "de"]),
    data=st.data(),
)
def test_glossaries_come_back(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], lang: str, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(words)))
    terms = {word: f"<{number}>x" for number, word in enumerate(words[:cut])}
    phrases = tuple(word.rstrip("* ") for word in words[cut:])
    glossary = Glossary({lang: terms} if terms else {}, {}, {lang: phrases} if phrases else {})
    wanted = {text.casefold() for text in terms.values()}
    if not any(phrase.casefold() in text for phrase in phrases for text in wanted):
        assert in_any_order(read_back(tmp_path_factory.mktemp("vale"), glossary)) == in_any_order(glossary)


def test_the_layout_is_that_of_vale_3() -> None:
    files = vale_files(GLOSSARY, "Mine", lang="en-gb")
    assert set(files) == {
        ".vale.ini",
        "styles/config/vocabularies/Mine/accept.txt",
        "styles/config/vocabularies/Mine/reject.txt",
        "styles/Mine/Substitutions.yml",
        "styles/Mine/NeverSayInside.yml",
        "styles/Mine-zh/Substitutions.yml",
        "styles/Mine-zh/SubstitutionsInside.yml",
        "styles/Mine-zh/NeverSayInside.yml",
        "styles/Mine-en-gb/Substitutions.yml",
    }
    settings = files[".vale.ini"].decode().splitlines()
    assert settings[:3] == ["StylesPath = styles", "MinAlertLevel = suggestion", "Vocab = Mine"]
    assert settings[settings.index("[*.md]") + 1] == "BasedOnStyles = Vale, Mine, Mine-en-gb"
    assert settings[settings.index("[*.zh.md]") + 1] == "BasedOnStyles = Vale, Mine, Mine-zh"


def test_rules_have_the_fields_that_vale_documents() -> None:
    files = vale_files(GLOSSARY, "Mine")
    swaps = yaml.safe_load(files["styles/Mine-zh/SubstitutionsInside.yml"])
    assert (swaps["extends"], swaps["nonword"], swaps["swap"]) == ("substitution", True, {"软体": "软件"})
    assert swaps["message"].count("%s") == 2
    tokens = yaml.safe_load(files["styles/Mine/NeverSayInside.yml"])
    assert (tokens["extends"], tokens["level"], tokens["tokens"]) == ("existence", "error", ["—"])
    assert "nonword" not in yaml.safe_load(files["styles/Mine/Substitutions.yml"])


@pytest.mark.parametrize(
    ("folder", "name"), [("my blog", "my-blog"), ("博客", "Project"), ("a.b", "a-b"), ("-x-", "x")]
)
def test_a_style_has_a_name_that_vale_takes(tmp_path: Path, folder: str, name: str) -> None:
    (tmp_path / folder).mkdir()
    assert style_name(tmp_path / folder) == name


FOREIGN = {
    "styles/config/vocabularies/Base/accept.txt": "GitHub\n(?i)observability\n[pP]y.*\\b\n\n# a comment\n",
    "styles/config/vocabularies/Base/reject.txt": "Mac OS X\n",
    "styles/Mine/Words.yml": (
        "extends: substitution\nmessage: \"Prefer '%s' to '%s' wherever you write for readers.\"\nignorecase: true\n"
        "swap:\n  Abundance: plenty\n  '(?=give|gave) rise': lead\n  no: none\n  app: mobile app\n  '—': ', '\n"
        "  cell phone: mobile phone|phone\n  'in (\\w+)': within $1\n  obviously: ''\n"
    ),
    "styles/Mine/Weasel.yml": "extends: existence\ntokens:\n  - basically\n  - '[a-z]+ly'\nraw:\n  - x\n",
    "styles/Mine/Caps.yml": "extends: capitalization\nmatch: $title\n",
    "styles/Mine/meta.json": "{}",
    "styles/config/actions/x.yml": "extends: existence\ntokens: [never]\n",
    "other.yml": "name: no rule of Vale's\n",
}


def test_what_has_a_counterpart_is_read(tmp_path: Path) -> None:
    found = read_vale(write(tmp_path, FOREIGN), lang="en")
    any_lang, english = found.by_lang[None], found.by_lang["en"]
    assert (list(any_lang.keep), list(any_lang.never_say)) == (["GitHub", "observability"], ["Mac OS X"])
    assert english.terms == {"abundance": "plenty", "no": "none", "app": "mobile app", "cell phone": "mobile phone"}


def test_what_is_replaced_is_never_said_unless_it_stands_in_what_replaces_it(tmp_path: Path) -> None:
    english = read_vale(write(tmp_path, FOREIGN), lang="en").by_lang["en"]
    assert list(english.never_say) == ["basically", "abundance", "—", "cell phone", "obviously"]


def test_what_has_no_counterpart_is_named(tmp_path: Path) -> None:
    found = read_vale(write(tmp_path, FOREIGN), lang="en")
    assert found.left_out == [
        "styles/Mine/Caps.yml rules that extend capitalization have no counterpart in a glossary",
        "styles/Mine/Weasel.yml [a-z]+ly",
        "styles/Mine/Weasel.yml raw: an expression that is no phrase",
        "styles/Mine/Words.yml (?=give|gave) rise: lead",
        "styles/Mine/Words.yml in (\\w+): within $1",
        "styles/config/vocabularies/Base/accept.txt:3 [pP]y.*\\b",
    ]


def test_a_project_says_itself_where_its_styles_are(tmp_path: Path) -> None:
    write(
        tmp_path, {".vale.ini": "StylesPath = ci/styles\n", "ci/styles/S/reject.txt": "one\n", "x/reject.txt": "two\n"}
    )
    assert list(read_vale(tmp_path).by_lang[None].never_say) == ["one"]


@pytest.mark.parametrize(
    ("text", "place"),
    [("extends: [\n", "R.yml:2:1"), ("a: b: c\n", "R.yml:1:5"), ("\x01", "R.yml"), ("[" * 1200, "R.yml")],
)
def test_a_rule_that_is_no_yaml_is_named_and_the_rest_is_read(tmp_path: Path, text: str, place: str) -> None:
    found = read_vale(write(tmp_path, {"R.yml": text, "reject.txt": "one\n"}))
    assert [line.startswith(place) for line in found.broken] == [True]
    assert list(found.by_lang[None].never_say) == ["one"]


def test_a_list_of_swaps_is_read(tmp_path: Path) -> None:
    rule = (
        "extends: substitution\nmessage: Say it in plain words that readers know.\nswap:\n  - a one: b\n  - c two: d\n"
    )
    path = write(tmp_path, {"R.yml": rule}) / "R.yml"
    assert read_vale(path).by_lang["en"].terms == {"a one": "b", "c two": "d"}


def test_a_folder_without_anything_of_vales_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="holds nothing of Vale's"):
        read_vale(write(tmp_path, {"notes.yml": "a: b\n"}))


def test_a_list_that_is_no_utf_8_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"accept.txt is not UTF-8 \(byte 4\)"):
        read_vale(write(tmp_path, {"accept.txt": b"caf\xe9\n"}))


def test_entries_are_counted_and_told() -> None:
    entries = Entries({"GGUF": None}, {"delve": None}, {"a": "b"})
    assert entries.count == 3
    assert list(entries.in_words()) == [("keep", '"GGUF"'), ("term", '"a" = "b"'), ("never_say", '"delve"')]
