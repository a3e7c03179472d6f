"""``corpus list`` lists documents, sources and pairs, and writes pairs for other programs and for the eye."""

import json
from pathlib import Path

import pytest
from command_line import Cli
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.corpus.source import Source
from styletune_training.corpus.sources import Sources
from styletune_training.corpus.store import Corpus

from styletune.exchange.pair import make_pair
from styletune.exchange.pairs import Pairs
from styletune.markdown.segments import Kind

TEXTS = {
    "p3.md": (
        "In the event that the server is down, it is advisable to wait for 3 minutes before you try it again.",
        "If the server is down, wait 3 minutes and try again.",
    ),
    "p4.md": (
        "It should be noted that each of the 4 lights serves a purpose which is explained in the manual.",
        "The manual says what the 4 lights are for.",
    ),
}
WRONG = (
    "Due to the fact that the train was delayed by 9 hours, the decision was made to stay at a hotel.",
    "The train was 77 hours late, so we took a hotel.",
)
SOURCE = Source("posts", "posts")


def document(name: str, *, lang: str = "en", skipped: str | None = None) -> CorpusDocument:
    texts = () if skipped else (paragraph(Kind.PARAGRAPH, f"A sentence about {name} that says something."),)
    return CorpusDocument(
        name, name, SOURCE.id, (1, 1), "r", lang=lang, date="2024-05-01", paragraphs=texts, skipped=skipped
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "blog"
    root.mkdir()
    Sources(root).put([SOURCE])
    Corpus(root).put([document("posts/a.md"), document("posts/b.md", lang="de"), document("c.md", skipped="draft")])
    good = [make_pair(doc, "rewrite", ("en", "en"), texts, origin="human") for doc, texts in TEXTS.items()]
    bad = make_pair("p9.md", "rewrite", ("en", "en"), WRONG, origin="chat")
    Pairs(root).add([*good, bad])
    return root


def test_documents_are_listed_with_language_date_and_split(cli: Cli, project: Path) -> None:
    done = cli("corpus", "list", "--project", project)
    assert done.code == 0, done.err
    lines = done.out.decode().splitlines()
    assert any("posts/a.md" in line and "en" in line and "2024-05-01" in line for line in lines)
    assert any("not used: draft" in line for line in lines)
    assert done.err == "3 documents\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--lang", "German"], ["posts/b.md"]),
        (["--lang", "fr"], []),
        (["--split", "valid"], ["c.md", "posts/b.md"]),
        (["--split", "valid", "--lang", "en"], ["c.md"]),
    ],
)
def test_documents_are_narrowed_down(cli: Cli, project: Path, options: list[str], expected: list[str]) -> None:
    done = cli("corpus", "list", *options, "--json", "--project", project)
    assert [line["id"] for line in json.loads(done.out)] == expected


def test_sources_say_how_many_documents_came_with_them(cli: Cli, project: Path) -> None:
    (source,) = json.loads(cli("corpus", "list", "sources", "--json", "--project", project).out)
    assert (source["kind"], source["path"], source["documents"]) == ("posts", "posts", 3)


def test_pairs_are_those_that_passed(cli: Cli, project: Path) -> None:
    done = cli("corpus", "list", "pairs", "--json", "--project", project)
    assert {line["doc"] for line in json.loads(done.out)} == {"p3.md", "p4.md"}
    shown = cli("corpus", "list", "pairs", "--origin", "human", "--project", project)
    assert "wait 3 minutes" in " ".join(shown.out.decode().split())
    assert shown.err == "2 pairs\n"


def test_dropped_pairs_are_shown_with_their_reason(cli: Cli, project: Path) -> None:
    done = cli("corpus", "list", "dropped", "--project", project)
    text = " ".join(done.out.decode().split())
    assert "numbers: " in text
    assert "77" in text


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--origin", "human"], 2),
        (["--origin", "git"], 0),
        (["--limit", "1"], 1),
        (["--split", "train"], 1),
        (["--split", "test"], 0),
        (["--lang", "en", "--origin", "human"], 2),
        (["--lang", "zh"], 0),
    ],
)
def test_options_narrow_the_list(cli: Cli, project: Path, options: list[str], count: int) -> None:
    done = cli("corpus", "list", "pairs", "--json", *options, "--project", project)
    assert len(json.loads(done.out)) == count


def test_the_seed_chooses(cli: Cli, project: Path) -> None:
    def listed(seed: int) -> bytes:
        return cli("corpus", "list", "pairs", "--json", "--limit", "1", "--seed", seed, "--project", project).out

    chosen = [listed(seed) for seed in range(8)]
    assert chosen == [listed(seed) for seed in range(8)]
    assert len(set(chosen)) > 1


def test_pairs_are_written_as_training_reads_them(cli: Cli, project: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    assert cli("corpus", "list", "--output", file, "--project", project).code == 0
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert {line["target"] for line in lines} == {target for _, target in TEXTS.values()}
    assert set(lines[0]) == {
        *("id", "doc", "task", "source_lang", "target_lang", "source", "target", "origin", "generator", "split")
    }


def test_nothing_is_overwritten_unless_asked(cli: Cli, project: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("mine")
    done = cli("corpus", "list", "--output", file, "--project", project)
    assert (done.code, file.read_text()) == (2, "mine")
    assert "--force" in done.err
    assert cli("corpus", "list", "--output", file, "--force", "--project", project).code == 0
    assert file.read_text() != "mine"


def test_the_page_is_one_file_with_every_pair(cli: Cli, project: Path, tmp_path: Path) -> None:
    file = tmp_path / "pairs.html"
    done = cli("corpus", "list", "--page", file, "--project", project)
    assert done.code == 0, done.err
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "wait 3 minutes" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--split", "dev"], "--split dev: there is no such split. Known are train, valid, test."),
        (["--origin", "gti"], "--origin gti: there is no such origin. Known are synthesized, human"),
        (["--lang", "klingon"], "klingon"),
    ],
)
def test_wrong_options_are_named(cli: Cli, project: Path, arguments: list[str], words: str) -> None:
    done = cli("corpus", "list", "pairs", *arguments, "--project", project)
    assert done.code == 2
    assert words in " ".join(done.err.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--origin", "git"], "--origin has no use with corpus list documents."),
        (["sources", "--lang", "en", "--limit", "2"], "--lang has no use with corpus list sources."),
        (["preferences", "--split", "train"], "--split has no use with corpus list preferences."),
        (["dropped", "--output", "x.jsonl"], "--output writes the pairs that are trained on."),
    ],
)
def test_options_that_would_change_nothing_are_refused(
    cli: Cli, project: Path, arguments: list[str], words: str
) -> None:
    done = cli("corpus", "list", *arguments, "--project", project)
    assert (done.code, done.out) == (2, b"")
    assert words in " ".join(done.err.split())


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("documents", "styletune corpus add posts/"),
        ("sources", "styletune corpus add posts/"),
        ("pairs", "styletune synthesize --pilot 20"),
        ("dropped", "styletune synthesize --pilot 20"),
        ("preferences", "your edits"),
    ],
)
def test_an_empty_project_says_what_to_do(cli: Cli, tmp_path: Path, view: str, words: str) -> None:
    done = cli("corpus", "list", view, "--project", tmp_path)
    assert (done.code, done.out) == (0, b"")
    assert words in " ".join(done.err.split())


def test_all_wrong_options_are_named_at_once(cli: Cli, project: Path) -> None:
    done = cli("corpus", "list", "pairs", "--origin", "x", "--split", "y", "--lang", "q", "--project", project)
    assert done.code == 2
    for words in ("--origin x", "--split y", "--lang: Unknown language"):
        assert words in done.err
