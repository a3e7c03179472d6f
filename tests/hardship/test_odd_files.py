"""Files that nobody would wish for: each has an answer in words, and one bad file never stops the rest."""

import os
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from styletune.cli import app
from styletune.engines.pseudo import PseudoEngine

TEXT = "We walked to the old harbour.\n"


@dataclass
class Done:
    code: int
    err: str


def styletune(*arguments: str | Path) -> Done:
    words = [*map(str, arguments), "--model", "pseudo"]
    result = CliRunner().invoke(app, words)
    return Done(result.exit_code, result.stderr)


def rewritten(path: Path) -> str:
    return path.with_name(f"{path.stem}.rewritten.md").read_text()


@pytest.fixture(autouse=True)
def pseudo_text() -> str:
    Path("first.md").write_text(TEXT)
    return PseudoEngine().answer(TEXT)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("Über alles.\n".encode("utf-16"), "iconv -f UTF-16 -t UTF-8"),
        (TEXT.encode("utf-16-le"), "iconv -f UTF-16LE -t UTF-8"),
        (TEXT.encode("utf-16-be"), "iconv -f UTF-16BE -t UTF-8"),
        ("# Été\n\nOù es-tu allé ?\n".encode("latin1"), "line 1: byte 0xc9 is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "a PNG image"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF document"),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xmlPK\x03\x04word/document.xml\xff", "a Word document"),
        (bytes(3000), "NUL bytes"),
    ],
)
@pytest.mark.parametrize("verb", [["rewrite"], ["translate", "--to", "en"]])
def test_what_is_no_text_is_named_and_the_rest_is_done(data: bytes, words: str, verb: list[str], pseudo_text: str):
    Path("a.md").write_bytes(data)
    Path("b.zh.md").write_text(TEXT)
    done = styletune(*verb, "a.md", "b.zh.md")
    assert done.code == 2
    assert "a.md: " in done.err
    assert words in done.err
    assert Path("a.md").read_bytes() == data
    assert Path("b.zh.rewritten.md" if verb == ["rewrite"] else "b.en.md").read_text() == pseudo_text
    assert sorted(path.name for path in Path().glob("a*")) == ["a.md"]


@pytest.mark.parametrize(
    "text", ["", "\n", "---\ntitle: x\ndate: 2020-01-01\n---\n", "\ufeff", "```sh\nls\n```", "   "]
)
@pytest.mark.parametrize("how", [[], ["--in-place"]])
def test_a_file_without_prose_comes_out_as_it_went_in(text: str, how: list[str]):
    Path("a.md").write_text(text)
    done = styletune("rewrite", "a.md", "first.md", *how)
    assert done.code == 0, done.err
    assert (Path("a.md") if how else Path("a.rewritten.md")).read_text() == text


NAMES = [
    "a b.md",
    "🌊 море.md",
    unicodedata.normalize("NFD", "café.md"),
    unicodedata.normalize("NFC", "café.md"),
    "two\nlines.md",
    "tab\t\x1b[31m.md",
    "[brackets] *.md",
    "-in-place.md",
    os.fsdecode(b"latin\xe9.md"),
    "x" * 252 + ".md",
    "海" * 84 + ".md",
    "con.MD",
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
def test_any_name_works_in_place_and_leaves_nothing_else(name: str, pseudo_text: str):
    Path("first.md").unlink()
    Path(name).write_text(TEXT)
    done = styletune("rewrite", ".", "--in-place")
    assert done.code == 0, done.err
    assert Path(name).read_text() == pseudo_text
    assert {entry.name for entry in Path().iterdir()} == {name, ".styletune"}
    assert "\x1b" not in done.err
    assert styletune("rewrite", ".", "--in-place", "--check").code == 0


@pytest.mark.parametrize("name", ["x" * 252 + ".md", "海" * 84 + ".md"], ids=["Latin", "Chinese"])
def test_an_output_whose_name_would_be_too_long_is_said_and_the_rest_is_done(name: str, pseudo_text: str):
    Path(name).write_text(TEXT)
    done = styletune("rewrite", ".")
    assert done.code == 2
    assert "the name is too long" in done.err
    assert "in a way it should not" not in done.err
    assert rewritten(Path("first.md")) == pseudo_text


def circle() -> None:
    Path("a.md").symlink_to("b.md")
    Path("b.md").symlink_to("a.md")
    Path("again").symlink_to(".")


def nowhere() -> None:
    Path("a.md").symlink_to("nowhere.md")


def pipe() -> None:
    os.mkfifo("a.md")


def folder() -> None:
    Path("a.md").mkdir()


@pytest.mark.parametrize("make", [circle, nowhere, pipe, folder])
def test_what_is_no_file_is_passed_over_in_a_folder(make: Callable[[], None], pseudo_text: str):
    make()
    done = styletune("rewrite", ".")
    assert done.code == 0, done.err
    assert rewritten(Path("first.md")) == pseudo_text


@pytest.mark.parametrize(
    ("path", "make", "words"),
    [
        ("a.md", circle, "a symbolic link that leads nowhere"),
        ("a.md", nowhere, "a symbolic link that leads nowhere"),
        ("a.md", pipe, "it is a pipe, not a file. To work on what it gives, use: styletune ... - < a.md"),
        ("a.md", folder, "a.md holds no Markdown file"),
        ("/dev/full", lambda: None, "it is a device, not a file"),
        ("/dev/zero", lambda: None, "it is a device, not a file"),
    ],
)
@pytest.mark.parametrize("verb", [["rewrite"], ["rewrite", "--in-place"], ["translate", "--to", "en"]])
def test_what_is_no_file_is_said_if_it_is_named(path: str, make: Callable[[], None], words: str, verb: list[str]):
    make()
    done = styletune(*verb, path)
    assert done.code == 2
    assert words in done.err


def test_an_output_that_cannot_take_it_is_said():
    done = styletune("rewrite", "first.md", "--output", "/dev/full")
    assert done.code == 2
    assert "/dev/full cannot be written: the disk is full" in done.err
    assert not Path("/dev/.styletune").exists()


@pytest.mark.parametrize("megabytes", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_a_large_file_is_done(megabytes: int, pseudo_text: str):
    Path("big.md").write_text("```\n" + "x" * megabytes * 1_000_000 + "\n```\n\n" + f"{TEXT}\n" * 1000)
    done = styletune("rewrite", "big.md")
    assert done.code == 0, done.err
    assert rewritten(Path("big.md")).endswith(f"{pseudo_text}\n" * 1000)


class TestMeanwhile:
    """What happens to files while the model works."""

    @pytest.fixture
    def meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
        def install(mischief: Callable[[], object]) -> None:
            run = PseudoEngine.run
            left = [mischief]

            def disturbed(*arguments: object, **more: object) -> Iterator[object]:
                while left:
                    left.pop()()
                yield from run(*arguments, **more)  # type: ignore[arg-type]

            monkeypatch.setattr(PseudoEngine, "run", disturbed)

        return install

    @pytest.fixture(autouse=True)
    def two_drafts(self) -> None:
        Path("first.md").unlink()
        for name in ("drafts/a.md", "drafts/b.md"):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(TEXT)
        Path("styletune.toml").touch()

    @pytest.mark.parametrize(
        ("mischief", "words"),
        [
            (lambda: Path("drafts/a.md").unlink(), "drafts/a.md was deleted by someone else meanwhile"),
            (lambda: Path("drafts/a.md").write_text("Mine.\n"), "drafts/a.md was changed by someone else meanwhile"),
        ],
    )
    def test_a_source_that_is_not_what_it_was_is_left_as_it_is(self, meanwhile, mischief, words, pseudo_text):
        meanwhile(mischief)
        done = styletune("rewrite", "drafts", "--in-place")
        assert done.code == 2
        assert words in done.err
        assert not Path("drafts/a.md").exists() or Path("drafts/a.md").read_text() == "Mine.\n"
        assert Path("drafts/b.md").read_text() == pseudo_text
        assert styletune("rewrite", "drafts", "--in-place").code == 0
        assert all(path.read_text() not in (TEXT, "Mine.\n") for path in Path("drafts").glob("*.md"))

    @pytest.mark.parametrize("mischief", [lambda: Path("drafts/a.md").unlink(), lambda: Path("drafts/a.md").chmod(0)])
    def test_a_result_is_written_even_if_its_source_is_gone(self, meanwhile, mischief, pseudo_text):
        meanwhile(mischief)
        assert styletune("rewrite", "drafts").code == 0
        assert Path("drafts/a.rewritten.md").read_text() == pseudo_text

    def test_a_folder_that_is_removed_stays_removed_for_files_in_place(self, meanwhile):
        meanwhile(lambda: shutil.rmtree("drafts"))
        done = styletune("rewrite", "drafts", "--in-place")
        assert done.code == 2
        assert "drafts/a.md was deleted by someone else meanwhile" in done.err
        assert "drafts/b.md cannot be read: there is no such file" in done.err
        assert not Path("drafts").exists()

    def test_a_folder_that_becomes_a_file_is_said(self, meanwhile):
        meanwhile(lambda: (shutil.rmtree("drafts"), Path("drafts").write_text("a file now")))
        done = styletune("rewrite", "drafts")
        assert done.code == 2
        assert "a part of its path is a file" in done.err
        assert Path("drafts").read_text() == "a file now"
