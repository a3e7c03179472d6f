"""``corpus stats`` counts what there is and says whether it is enough."""

import json
from pathlib import Path

import pytest
from command_line import Cli
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.corpus.store import Corpus

from styletune.exchange.pair import make_pair
from styletune.exchange.pairs import Pairs
from styletune.markdown.segments import Kind

DOCUMENTS = [
    CorpusDocument(
        f"posts/{number}.md",
        f"posts/{number}.md",
        "s1",
        (1, 1),
        "r",
        lang="en",
        paragraphs=(paragraph(Kind.PARAGRAPH, f"This post is the one with number {number}, and it says little else."),),
        left_out={"code": 2},
    )
    for number in range(20)
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "blog"
    root.mkdir()
    skipped = CorpusDocument("posts/d.md", "posts/d.md", "s1", (1, 1), "r", skipped="draft")
    Corpus(root).put([*DOCUMENTS, skipped])
    return root


def test_documents_without_pairs_ask_for_synthesis(cli: Cli, project: Path) -> None:
    done = cli("corpus", "stats", "--project", project)
    assert done.code == 0, done.err
    text = " ".join(done.out.decode().split())
    assert "en 20 20" in text
    assert "1 document not used: draft 1" in text
    assert "40 blocks left out: code 40" in text
    assert "styletune synthesize --pilot 20" in text


def test_pairs_are_judged_and_drops_explained(cli: Cli, project: Path) -> None:
    texts = ("Der Zug fährt um {} Uhr vom Bahnhof ab.", "The train leaves the station at {} o'clock.")
    pairs = [
        make_pair(
            f"{number}.md",
            "translate",
            ("de", "en"),
            (texts[0].format(number), texts[1].format(number)),
            origin="human",
        )
        for number in range(2, 9)
    ]
    wrong = make_pair("w.md", "translate", ("de", "en"), (texts[0].format(9), texts[1].format(10)), origin="human")
    Pairs(project).add([*pairs, wrong])
    text = " ".join(cli("corpus", "stats", "--project", project).out.decode().split())
    assert "translate de → en human" in text
    assert "numbers 1 human" in text
    assert "translate de → en: too little." in text


def test_programs_get_the_same_numbers(cli: Cli, project: Path) -> None:
    found = json.loads(cli("corpus", "stats", "--json", "--project", project).out)
    assert found["corpus"]["languages"]["en"]["documents"] == 20
    assert sum(found["corpus"]["splits"].values()) == 20
    assert found["pairs"] == []
    assert set(found) == {"corpus", "pairs", "prompts", "dropped", "moved", "preferences", "verdicts", "notes"}


def test_an_empty_project_says_what_to_do(cli: Cli, tmp_path: Path) -> None:
    done = cli("corpus", "stats", "--project", tmp_path)
    assert (done.code, done.out) == (0, b"")
    assert "styletune corpus add posts/" in done.err


def test_a_damaged_line_is_named(cli: Cli, project: Path) -> None:
    file = Corpus(project).file
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([lines[0], b"{nonsense\n", *lines[1:]]))
    done = cli("corpus", "stats", "--project", project)
    assert done.code == 0
    assert "documents.jsonl:2" in done.err
