"""The page is one file that loads nothing, and shows texts as they are, whatever stands in them."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.training_set.page import page, stretches
from styletune_training.training_set.training_pair import DroppedPair, TrainingPair, TrainingSet

from styletune.exchange.pair import Generator, make_pair
from styletune.exchange.selection import Preference

EVIL = "</script><script>alert(1)</script><!-- <b>bold</b> \u2028 ${x} $data \ud800 “引用”"


def kept(
    source: str, target: str, task: Any = "rewrite", langs: tuple[str | None, str | None] = ("en", "en")
) -> TrainingPair:
    made = make_pair("posts/a.md", task, langs, (source, target), origin="synthesized", generator=Generator("m", "p@1"))
    return TrainingPair(made, "posts/a.md:12", 0.25 if task == "rewrite" else None)


def training_set(*pairs: TrainingPair) -> TrainingSet:
    dropped = DroppedPair(kept("one 1", "one").pair, "posts/a.md:3", "numbers", "the number 1 was added <b>")
    preference = Preference("f1", "posts/b.md", "rewrite", "draft", "the chosen one", "the rejected one")
    return TrainingSet(pairs, (dropped,), (preference,), ("A <note>.",))


class Elements(HTMLParser):
    """Start tags with their attributes, and the text inside ``script`` and ``style``."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in {"script", "style"} and data.strip():
            self.inside.append((self.tags[-1][0], data))


def data_of(made: bytes) -> dict[str, Any]:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', made.decode(), re.DOTALL)
    assert found
    value: dict[str, Any] = json.loads(found[1])
    return value


def test_nothing_is_loaded_from_anywhere() -> None:
    elements = Elements(page(training_set(kept("a b", "a c")), title="My pairs").decode())
    names = [tag for tag, _ in elements.tags]
    assert not {"link", "img", "iframe", "object", "embed", "base", "form", "a"} & set(names)
    assert not [attributes for _, attributes in elements.tags if {"src", "href", "action", "style"} & set(attributes)]
    assert not [name for _, attributes in elements.tags for name in attributes if name.startswith("on")]
    assert "@import" not in (made := page(training_set(), title="x").decode())
    assert "url(" not in made


def test_the_policy_names_exactly_the_script_and_the_style_of_the_page() -> None:
    elements = Elements(page(training_set(kept("a", "b")), title="My pairs").decode())
    policy = next(str(one["content"]) for _, one in elements.tags if one.get("http-equiv") == "Content-Security-Policy")
    digests = {
        kind: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for kind, text in elements.inside
        if not text.startswith("{")
    }
    assert f"script-src 'sha256-{digests['script']}'" in policy
    assert f"style-src 'sha256-{digests['style']}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_texts_can_neither_end_their_element_nor_become_markup() -> None:
    made = page(
        training_set(kept(EVIL, f"{EVIL} more"), kept(EVIL, "译文", "translate", ("en", "zh"))), title=EVIL[:-10]
    )
    elements = Elements(made.decode())
    assert [tag for tag, _ in elements.tags].count("script") == 2
    assert "b" not in [tag for tag, _ in elements.tags]
    assert "\u2028" not in made.decode().split("application/json")[1].split("</script>")[0]
    rows = data_of(made)["pairs"]
    assert "".join(rows[0]["target"]) == f"{EVIL} more"
    assert (rows[1]["source"], rows[1]["target"]) == (EVIL, "译文")


def test_a_row_says_where_a_pair_is_from_and_a_dropped_one_why() -> None:
    found = data_of(page(training_set(kept("one word here", "one sign here")), title="x"))
    assert found["pairs"] == [
        {
            "doc": "posts/a.md", "place": "posts/a.md:12", "task": "rewrite", "from": "en", "to": "en",
            "origin": "synthesized", "split": found["pairs"][0]["split"], "prompt": "p@1", "model": "m", "distance": 0.25,
            "source": ["one ", "word", " here"], "target": ["one ", "sign", " here"],
        }
    ]  # fmt: skip
    assert (found["dropped"][0]["reason"], found["dropped"][0]["words"]) == ("numbers", "the number 1 was added <b>")
    assert found["preferences"][0]["chosen"] == ["the ", "chosen", " one"]
    assert found["preferences"][0]["rejected"] == ["the ", "rejected", " one"]
    assert found["notes"] == ["A <note>."]


@pytest.mark.parametrize(
    ("one", "other", "cut"),
    [
        ("same", "same", ("same", "same")),
        ("a b c", "a x c", (["a ", "b", " c"], ["a ", "x", " c"])),
        ("a b", "a b c", ("a b", ["a b", " c", ""])),
        ("a b c d", "x y c d", (["", "a b", " c d"], ["", "x y", " c d"])),
        ("我们前往公园", "我们去公园", (["我们", "前往", "公园"], ["我们", "去", "公园"])),
        ("", "new", ("", ["", "new", ""])),
    ],
)
def test_words_that_differ_are_cut_out(one: str, other: str, cut: tuple[list[str] | str, list[str] | str]) -> None:
    assert stretches(one, other) == cut


WORDS = st.lists(
    st.sampled_from(["one", "two", "three", "好", "天", " ", "\n", ",", "🙂", "e\u0301"]), max_size=20
).map("".join)


@given(WORDS, WORDS)
def test_stretches_joined_are_the_text_again(one: str, other: str) -> None:
    for text, cut in zip((one, other), stretches(one, other), strict=True):
        assert "".join(cut) == text
        assert isinstance(cut, str) or len(cut) % 2 == 1
        assert isinstance(cut, str) or all(cut[1::2])


def test_a_text_that_is_very_long_comes_back_whole() -> None:
    assert stretches("a " * 3000, "b " * 3000) == ("a " * 3000, "b " * 3000)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_a_browser_shows_a_page_of_rows_and_nothing_of_what_stands_in_texts(tmp_path: Path) -> None:
    pairs = [kept(f"{EVIL[:-8]} {number} word", f"{EVIL[:-8]} {number} sign") for number in range(120)]
    path = tmp_path / "page.html"
    path.write_bytes(page(training_set(*pairs), title="My pairs"))
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
    ]
    shown = subprocess.run([*command, path.as_uri()], capture_output=True, text=True, check=True, timeout=120).stdout
    assert shown.count("<article") == 50
    assert "1 to 50 shown" in shown
    assert "<ins>sign</ins>" in shown
    assert "<del>word</del>" in shown
    assert "<b>bold</b>" not in shown.split("</main>")[0].split("<main")[1]
