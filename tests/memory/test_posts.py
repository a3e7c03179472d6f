"""Posts give plain paragraphs, are read once, and again when they change."""

import json
import os
from pathlib import Path

import pytest

from styletune.errors import SettingsError
from styletune.markdown.document import Document
from styletune.memory import posts as module
from styletune.memory.posts import Posts, paragraphs, plain_text, usual_language

PROSE = "I have kept a notebook of every cup since August, because a number in a notebook does not flatter anybody."
GERMAN = "Seit August schreibe ich jede Tasse in ein kleines Heft, weil eine Zahl in einem Heft niemandem schmeichelt und bleibt."

PLAIN = {
    "emphasis": ("*One* **two** ___three___ _four_ and 2 * 3", "One two three four and 2 * 3"),
    "Chinese emphasis": ("这是**粗体**字。", "这是粗体字。"),
    "names with underscores": ("the snake_case_name stays", "the snake_case_name stays"),
    "code": ("Run `make all` twice", "Run make all twice"),
    "a link": ("See [the **bold** shop](http://example.org/a_b) there", "See the bold shop there"),
    "a reference": ("See [the shop][1] there\n\n[1]: http://example.org", "See the shop there"),
    "a footnote": ("Said[^1] so\n\n[^1]: note", "Said so"),
    "a plain tag": ("x <em>y</em> z", "x y z"),
    "an escape": (r"5 \* 4 \_x\_", "5 * 4 _x_"),
    "an entity": ("caf&eacute; &amp; bar", "café & bar"),
    "a hard break": ("one\\\ntwo", "one two"),
    "wrapped": ("one\ntwo", "one two"),
    "an image": ("see ![x](y.png) there", None),
    "a formula": ("see $x^2$ there", None),
    "an address": ("see https://example.org/x there", None),
}


@pytest.fixture
def blog(tmp_path) -> Path:
    folder = tmp_path / "blog" / "posts"
    folder.mkdir(parents=True)
    (folder / "one.md").write_text(f"---\ntitle: One\n---\n\n# Coffee\n\n{PROSE}\n\nShort.\n", encoding="utf-8")
    (folder / "two.de.md").write_text(f"{GERMAN}\n", encoding="utf-8")
    return tmp_path / "blog"


def cache_file(own_home: Path) -> Path:
    (found,) = own_home.rglob("posts/*.json")
    return found


@pytest.mark.parametrize("name", PLAIN)
def test_a_paragraph_loses_its_markdown_and_nothing_else(name):
    markdown, expected = PLAIN[name]
    assert plain_text(Document.parse(markdown.encode()).slots[0].pieces) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"# {PROSE}",
        f"- {PROSE}",
        f"> {PROSE}",
        "Too short.",
        PROSE * 6,
        f"{PROSE[:-1]}:",
        f"    {PROSE}",
        f"{PROSE} $x$",
    ],
)
def test_only_whole_paragraphs_of_running_text_are_taken(text):
    assert list(paragraphs(text.encode(), ".md")) == []


def test_a_header_is_no_paragraph():
    assert list(paragraphs(f"---\nsummary: {PROSE}\n---\n{PROSE}\n".encode(), ".md")) == [PROSE]
    assert list(paragraphs(f"\ufeff---\nx: 1\n---\n{PROSE}\n".encode(), ".md")) == [PROSE]


def test_the_language_is_the_declared_one_or_what_the_text_looks_like(blog):
    (blog / "posts" / "three.md").write_text(f"---\nlang: pt_BR\n---\n{PROSE}\n", encoding="utf-8")
    (blog / "posts" / "four.md").write_text(f"---\nlang: klingon\n---\n{GERMAN}\n", encoding="utf-8")
    found = {post.path.name: post.lang for post in Posts(blog, ["posts"]).read()}
    assert found == {"one.md": "en", "two.de.md": "de", "three.md": "pt-br", "four.md": "de"}


def test_posts_are_read_once(blog, own_home, monkeypatch):
    first = Posts(blog, ["posts/**/*.md"]).read()
    assert [post.paragraphs for post in first] == [(PROSE,), (GERMAN,)]
    monkeypatch.setattr(module, "_read_post", lambda path: pytest.fail(f"{path} was read again"))
    assert Posts(blog, ["posts/**/*.md"]).read() == first


def test_only_what_changed_is_read_again(blog, monkeypatch):
    posts = Posts(blog, ["posts"])
    posts.read()
    (blog / "posts" / "one.md").write_text("Nothing left.\n", encoding="utf-8")
    read, again = module._read_post, []
    monkeypatch.setattr(module, "_read_post", lambda path: again.append(path.name) or read(path))
    assert [post.paragraphs for post in posts.read()] == [(), (GERMAN,)]
    assert again == ["one.md"]


def test_what_was_read_before_a_stop_is_not_read_again(blog, monkeypatch):
    read = module._read_post

    def stopped(path):
        if path.name == "two.de.md":
            raise KeyboardInterrupt
        return read(path)

    monkeypatch.setattr(module, "_read_post", stopped)
    assert not Posts(blog, ["posts"]).are_known
    with pytest.raises(KeyboardInterrupt):
        Posts(blog, ["posts"]).read()
    assert Posts(blog, ["posts"]).are_known
    again = []
    monkeypatch.setattr(module, "_read_post", lambda path: again.append(path.name) or read(path))
    assert len(Posts(blog, ["posts"]).read()) == 2
    assert again == ["two.de.md"]


def test_a_post_that_is_gone_is_forgotten(blog, own_home):
    Posts(blog, ["posts"]).read()
    (blog / "posts" / "one.md").unlink()
    assert len(Posts(blog, ["posts"]).read()) == 1
    assert len(json.loads(cache_file(own_home).read_bytes())["posts"]) == 1


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"version": 0}', b'{"version": [1, "0"], "posts": {"a": 1}}', b"\xff"]
)
def test_a_damaged_cache_is_read_anew(blog, own_home, damage):
    before = Posts(blog, ["posts"]).read()
    cache_file(own_home).write_bytes(damage)
    assert Posts(blog, ["posts"]).read() == before


def test_a_cache_with_another_content_is_read_anew(blog, own_home):
    before = Posts(blog, ["posts"]).read()
    path = cache_file(own_home)
    content = json.loads(path.read_bytes())
    content["posts"] = {name: [stamp, 5, texts] for name, (stamp, _, texts) in content["posts"].items()}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert Posts(blog, ["posts"]).read() == before


def test_the_cache_is_private(blog, own_home):
    Posts(blog, ["posts"]).read()
    assert cache_file(own_home).stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_cannot_be_written_is_done_without(blog, own_home, monkeypatch):
    own_home.chmod(0o500)
    try:
        assert len(Posts(blog, ["posts"]).read()) == 2
    finally:
        own_home.chmod(0o700)


def test_a_file_in_place_of_the_cache_folder_is_no_failure(blog, own_home, monkeypatch):
    (own_home / "cache").write_text("no folder", encoding="utf-8")
    assert len(Posts(blog, ["posts"]).read()) == 2


@pytest.mark.parametrize("data", [b"caf\xe9", b"a\0b", b""])
def test_a_post_that_is_no_text_is_passed_over(blog, data):
    (blog / "posts" / "bad.md").write_bytes(data)
    assert [len(post.paragraphs) for post in Posts(blog, ["posts"]).read()] == [0, 1, 1]


def test_a_glob_that_names_no_post_is_an_error(blog):
    with pytest.raises(SettingsError, match=r"articles/\*\*/\*\.md names no Markdown file below"):
        Posts(blog, ["posts/*.md", "articles/**/*.md"]).read()


def test_signs_in_the_name_of_the_project_are_no_glob(tmp_path):
    folder = tmp_path / "my [blog]*" / "posts"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text(PROSE, encoding="utf-8")
    assert len(Posts(folder.parent, ["posts/*.md"]).read()) == 1


def test_the_usual_language_is_that_of_most_posts(blog):
    (blog / "posts" / "b.de.md").write_text("x", encoding="utf-8")
    assert usual_language(Posts(blog, ["posts"]).read()) == "de"
    assert usual_language(()) is None
