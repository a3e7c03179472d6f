"""``corpus stats`` counts what there is and says whether it is enough."""

import json
from pathlib import Path

import pytest
from command_line import Cli
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.corpus.source import Source
from styletune_training.corpus.sources import Sources
from styletune_training.corpus.store import Corpus
from styletune_training.pairs.mined import Mined, MinedPair
from styletune_training.pairs.mined_pairs import MinedPairs
from styletune_training.synthesis.ledger import Ledger
from styletune_training.synthesis.made import Made

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
    assert "There is nothing to train on yet." in text
    assert "one for each of your 20 would be too little. See some first: styletune synthesize --pilot 20" in text


def test_files_that_cannot_be_read_are_counted_together(cli: Cli, project: Path) -> None:
    words = ("a PDF of scans: its pages are pictures. Recognise the text first.", "line 3: byte 0xff is not UTF-8.")
    Corpus(project).put(
        CorpusDocument(f"{number}.md", f"{number}.md", "s1", (1, 1), "r", skipped=why)
        for number, why in enumerate(words)
    )
    text = " ".join(cli("corpus", "stats", "--project", project).out.decode().split())
    assert "3 documents not used: cannot be read 2, draft 1" in text
    assert "What cannot be read, and what helps: styletune corpus list" in text


def test_examples_name_what_lies_outside_of_the_project_by_its_folder(cli: Cli, project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a long way" / "from here" / "posts"
    folder.mkdir(parents=True)
    pair = make_pair("posts/x.md", "translate", ("de", "en"), ("Um 9 Uhr.", "At 10 o'clock."), origin="aligned")
    Sources(project).put([Source("posts", folder.as_posix())])
    MinedPairs(project).put("translations", "f", Mined((MinedPair(pair, f"{folder}/x.md:3 = {folder}/x.en.md:3"),)))
    done = cli("corpus", "stats", "--project", project)
    text = " ".join(done.out.decode().split())
    assert "posts/x.md:3 = posts/x.en.md:3: the number 9 is missing in the target" in text
    assert "a long way" not in text


def test_a_reason_is_told_once_and_models_by_a_short_name(cli: Cli, project: Path) -> None:
    text = DOCUMENTS[0].paragraphs[0]
    for model in ("sha256:" + "b1" * 32, "openai:http://127.0.0.1:8000/v1#big", "openai:server#small"):
        asked = "rewrite-formal@12345678", model, "en", "en", "", text.text
        answer = Made(
            f"i{model}", "posts/0.md", text.id, "rewrite", *asked, "stop", 0, 0, 0.0, "", 0.1, "", fault="no answer"
        )
        Ledger(project).append(answer)
    shown = " ".join(cli("corpus", "stats", "--project", project).out.decode().split())
    assert "no answer 3 synthesized posts/0.md Is it enough?" in shown
    assert "no text that a model wrote can be used" in shown
    for name in ("file b1b1b1b1 ", "big at 127.0.0.1:8000 ", "small at server "):
        assert name in shown


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


def test_drops_are_counted_by_origin_for_programs_too(cli: Cli, project: Path) -> None:
    texts = ("Der Zug fährt um 9 Uhr vom Bahnhof ab.", "The train leaves the station at 10 o'clock.")
    Pairs(project).add([make_pair("w.md", "translate", ("de", "en"), texts, origin="human")])
    (dropped,) = json.loads(cli("corpus", "stats", "--json", "--project", project).out)["dropped"]
    assert (dropped["reason"], dropped["origins"]) == ("numbers", {"human": 1})


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
