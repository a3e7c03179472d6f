"""What is exported as TMX comes back as it was; what other tools write is read, whatever they make of the format."""

import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from styletune.errors import FileError
from styletune.exchange.pair import Pair, make_pair
from styletune.exchange.tmx import parts
from styletune.exchange.tmx_reading import TmxReader
from styletune.exchange.tmx_writing import bcp47, is_translation, tmx_bytes

MARKDOWN = "[]()<>`*_!&\\#\n\r\t -.:'\"{}|~^1a é中あ😀\x0b\ud800\x00"
texts = st.text() | st.text(alphabet=MARKDOWN, max_size=40)
words = texts.filter(str.strip)
codes = st.sampled_from([None, "en", "de", "zh", "zh-hant", "ja", "pt-br"])
translations = st.builds(
    make_pair,
    words,
    st.just("translate"),
    st.tuples(codes, codes).filter(lambda langs: langs[0] is None or langs[0] != langs[1]),
    st.tuples(words, words),
    origin=st.just("human"),
)

Unit = Callable[..., Path]


@pytest.fixture
def tmx(tmp_path: Path) -> Unit:
    """Write a file of units as other tools do."""

    def write(*units: str, srclang: str = "en", head: str = "", encoding: str = "utf-8") -> Path:
        path = tmp_path / "memory.tmx"
        text = (
            f'<?xml version="1.0"?>\n{head}<tmx version="1.4"><header srclang="{srclang}"/><body>\n'
            + "\n".join(units)
            + "\n</body></tmx>"
        )
        path.write_bytes(text.encode(encoding))
        return path

    return write


def tu(source: str, target: str, langs: tuple[str, str] = ("en", "zh-CN"), name: str = "xml:lang") -> str:
    return (
        "<tu>"
        + "".join(
            f'<tuv {name}="{lang}"><seg>{text}</seg></tuv>' for lang, text in zip(langs, (source, target), strict=True)
        )
        + "</tu>"
    )


def read(path: Path) -> list[Pair]:
    return list(TmxReader(path).pairs())


@given(st.lists(translations, min_size=1, max_size=3))
def test_export_and_import_give_the_same_pairs(tmp_path_factory: pytest.TempPathFactory, pairs: list[Pair]) -> None:
    path = tmp_path_factory.mktemp("tmx") / "memory.tmx"
    path.write_bytes(tmx_bytes(pairs))
    reader = TmxReader(path)
    assert list(reader.pairs()) == pairs
    assert not reader.skipped
    assert not reader.tags


@given(texts)
def test_the_parts_of_a_text_are_the_text(text: str) -> None:
    assert "".join(part for _, part in parts(text)) == text


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Plain words - and a dash: nothing else!", []),
        ('See [the docs](https://x.y "T") now.', ['](https://x.y "T")']),
        ("Run `a < b`.", ["`a < b`"]),
        ("运行 `a`，见[这里](/x)。", ["`a`", "](/x)"]),
        ("- one\n- two", ["- ", "\n- "]),
    ],
)
def test_marks_of_markdown_are_placeholders(text: str, marks: list[str]) -> None:
    unit = make_pair("d", "translate", ("en", "zh"), (text, "x"), origin="human")
    root = ElementTree.fromstring(tmx_bytes([unit]))
    found = root.findall(".//seg")[0].findall("ph")
    assert [element.text for element in found] == marks
    assert {element.get("type") for element in found} <= {"x-markdown"}


def test_the_same_pairs_give_the_same_bytes() -> None:
    pairs = [make_pair("d", "translate", ("en", "zh"), (f"{number}.", "一"), origin="human") for number in range(3)]
    assert tmx_bytes(pairs) == tmx_bytes(list(pairs))


def test_the_header_has_what_the_specification_requires() -> None:
    root = ElementTree.fromstring(
        tmx_bytes([make_pair("d", "translate", ("zh-hant", "pt-br"), ("甲", "a"), origin="human")])
    )
    header = root.find("header")
    assert root.get("version") == "1.4"
    assert header is not None
    required = {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"}
    assert required == set(header.keys())
    assert header.get("srclang") == "zh-Hant"
    assert [lang for unit in root.iter("tuv") for lang in unit.attrib.values()] == ["zh-Hant", "pt-BR"]


@pytest.mark.parametrize(("code", "tag"), [("en", "en"), ("zh-hans", "zh-Hans"), ("en-gb", "en-GB"), (None, "und")])
def test_codes_are_written_as_bcp_47_recommends(code: str | None, tag: str) -> None:
    assert bcp47(code) == tag


def test_a_rewrite_is_no_translation() -> None:
    pair = make_pair("d", "rewrite", ("en", "en"), ("a", "b"), origin="human")
    assert not is_translation(pair)
    assert not is_translation(replace(pair, task="translate"))
    assert is_translation(replace(pair, task="translate", target_lang="de"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["xml:lang", "lang"])
def test_encodings_and_both_names_of_the_language_are_read(tmx: Unit, encoding: str, name: str) -> None:
    (pair,) = read(tmx(tu("Good day.", "你好。", name=name), encoding=encoding))
    assert (pair.source, pair.target, pair.source_lang, pair.target_lang) == ("Good day.", "你好。", "en", "zh-cn")
    assert (pair.doc, pair.origin, pair.task) == ("memory.tmx", "human", "translate")


@pytest.mark.parametrize(
    ("written", "source", "tags"),
    [
        ('A <bpt i="1">&lt;b&gt;</bpt>bold<ept i="1">&lt;/b&gt;</ept> word.', "A bold word.", 2),
        ('A<ph x="1">{br}</ph> word<it pos="begin">x</it>.', "A word.", 2),
        ("A <hi>bold</hi> word.", "A bold word.", 1),
        ("A<ph>code <sub>a footnote</sub></ph> word.", "A word.", 2),
        ("A <hi>b<ph>x</ph>old</hi> word.", "A bold word.", 2),
        ("A<ut>\\b</ut> word.", "A word.", 1),
        ("  A &amp; B &#x4e2d;  ", "A & B 中", 0),
    ],
)
def test_inline_tags_of_other_tools_are_dropped_and_counted(tmx: Unit, written: str, source: str, tags: int) -> None:
    reader = TmxReader(tmx(tu(written, "目标")))
    assert [pair.source for pair in reader.pairs()] == [source]
    assert reader.tags == tags


@pytest.mark.parametrize(
    ("unit", "srclang", "pairs", "skipped"),
    [
        ("<tu><tuv xml:lang='en'><seg>a</seg></tuv></tu>", "en", [], {"with a text in one language only": 1}),
        (tu("a", " "), "en", [], {"with a text in one language only": 1}),
        (tu("a", "b", ("en", "en")), "en", [], {"with two texts in the same language": 1}),
        (tu("a", "b", ("en", "qq")), "en", [], {"in a language that styletune does not know (qq)": 1}),
        (tu("甲", "a", ("zh-CN", "en-US")), "en-US", [("a", "甲")], {}),
        (tu("甲", "a", ("zh-CN", "en-US")), "en", [("a", "甲")], {}),
        (tu("甲", "a", ("zh-CN", "en-US")), "*all*", [("甲", "a")], {}),
        (tu("甲", "a", ("zh-CN", "en-US")).replace("<tu>", '<tu srclang="en-US">'), "zh-CN", [("a", "甲")], {}),
        (
            "<tu>" + "".join(f'<tuv xml:lang="{n}"><seg>{n}</seg></tuv>' for n in ("de", "en", "fr")) + "</tu>",
            "en",
            [("en", "de"), ("en", "fr")],
            {},
        ),
    ],
)
def test_units_that_give_no_pair_are_counted(
    tmx: Unit, unit: str, srclang: str, pairs: list[tuple[str, str]], skipped: dict[str, int]
) -> None:
    reader = TmxReader(tmx(unit, srclang=srclang))
    assert [(pair.source, pair.target) for pair in reader.pairs()] == pairs
    assert reader.skipped == skipped


def test_a_document_type_may_be_named(tmx: Unit) -> None:
    assert len(read(tmx(tu("a", "b"), head='<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'))) == 1


def test_notes_and_properties_are_no_text(tmx: Unit) -> None:
    unit = tu("a", "b").replace("<tu>", "<tu><note>never</note><prop type='x-client'>mind</prop>")
    assert [(pair.source, pair.doc) for pair in read(tmx(unit))] == [("a", "memory.tmx")]


@pytest.mark.parametrize(
    ("data", "place", "problem"),
    [
        (b"", "1:1", "no element found"),
        (b"<tmx><body>\n<tu></body></tmx>", "2:7", "mismatched tag"),
        (b"<tmx>\n  a & b</tmx>", "2:6", "not well-formed"),
        (b"<tmx>&nbsp;</tmx>", "1:6", "undefined entity"),
        (b'<!DOCTYPE tmx [<!ENTITY a "aaa">]><tmx>&a;</tmx>', "1:", "entities"),
        (b'<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]><tmx>&x;</tmx>', "1:", "entities"),
        (b"<html/>", "1:1", "its outermost element is <html>, not <tmx>"),
        (b'<?xml version="1.0" encoding="klingon"?><tmx/>', "1:", "encoding"),
        ("<tmx>é</tmx>".encode("latin-1"), "1:6", "not well-formed"),
        (b"{}", "1:1", "not well-formed"),
    ],
)
def test_broken_xml_is_an_error_with_line_and_column(tmp_path: Path, data: bytes, place: str, problem: str) -> None:
    path = tmp_path / "broken.tmx"
    path.write_bytes(data)
    with pytest.raises(FileError) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path}:{place}")
    assert problem in str(raised.value)


def peak(path: Path) -> int:
    tracemalloc.start()
    try:
        for _ in TmxReader(path).pairs():
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(tmx: Unit) -> None:
    unit = tu("A sentence of some words, as they come.", "有几个字的一句话。")
    peak(tmx(unit))  # what is loaded once
    small = peak(tmx(*[unit] * 1000))
    assert peak(tmx(*[unit] * 4000)) < 1.5 * small


@pytest.mark.slow
def test_a_hundred_thousand_units_are_imported_in_little_memory(tmx: Unit, tmp_path: Path) -> None:
    path = tmx(
        *(tu(f"Sentence {number} of some words, as they come.", "有几个字的一句话。") for number in range(100_000))
    )
    code = (
        "import resource, sys; from pathlib import Path; from styletune.exchange.pairs import Pairs\n"
        "from styletune.exchange.tmx_reading import TmxReader\n"
        "memory = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; before = memory()\n"
        "added = Pairs(Path(sys.argv[2])).add(TmxReader(Path(sys.argv[1])).pairs()); print(added.new, memory() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code, path, tmp_path], capture_output=True, text=True, check=True)
    new, grown = map(int, done.stdout.split())
    assert new == 100_000
    assert grown < 64 << 10 if sys.platform == "linux" else grown < 64 << 20  # KiB there, bytes on a Mac
