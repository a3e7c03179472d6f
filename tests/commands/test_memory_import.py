"""``memory import`` takes what it can, names what it cannot, and takes nothing twice."""

import json
from pathlib import Path

import pytest

from styletune.exchange.pair import make_pair, to_line
from styletune.exchange.pairs import Pairs
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections

PAIR = make_pair("old.md", "translate", ("en", "zh"), ("Good day.", "你好。"), origin="aligned")
TMX = (
    '<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>Good <ph>x</ph>day.</seg></tuv>'
    '<tuv xml:lang="zh"><seg>你好。</seg></tuv></tu><tu><tuv xml:lang="en"><seg>Alone.</seg></tuv></tu></body></tmx>'
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "blog").mkdir()
    return tmp_path / "blog"


def test_a_bad_line_is_named_and_the_rest_is_taken(cli, project: Path) -> None:
    Path("in.jsonl").write_bytes(b'{"doc": 1}\n' + to_line(PAIR) + b"\nno\n")
    done = cli("memory", "import", "in.jsonl", "--project", project)
    assert done.code == 1
    assert "in.jsonl:1 " in done.err
    assert "in.jsonl:4 this is no JSON" in done.err
    assert "Took 1 pair" in done.err
    assert Pairs(project).all() == [PAIR]


def test_many_bad_lines_are_counted(cli, project: Path) -> None:
    Path("in.jsonl").write_text("no\n" * 100)
    done = cli("memory", "import", "in.jsonl", "--project", project)
    assert done.code == 1
    assert done.err.count("this is no JSON") == 20
    assert "and 80 more" in done.err


def test_a_second_import_adds_nothing(cli, project: Path) -> None:
    Path("in.jsonl").write_bytes(to_line(PAIR))
    assert cli("memory", "import", "in.jsonl", "--project", project).code == 0
    done = cli("memory", "import", "in.jsonl", "--project", project)
    assert (done.code, "Nothing new (1 known already)" in done.err) == (0, True)
    assert len(Pairs(project).all()) == 1


@pytest.mark.parametrize("name", ["x.jsonl", "x.tmx"])
def test_what_a_project_exported_it_knows(cli, project: Path, name: str) -> None:
    made = Correction(
        "", "2026-11-16T10:00:00+00:00", "translate", "en", "zh", "a.md", "paragraph", "One.", "一", "一个。", "learn"
    )
    Corrections(project).add([made])
    assert cli("memory", "export", name, "--project", project).code == 0
    done = cli("memory", "import", name, "--project", project)
    assert (done.code, "1 known already" in done.err) == (0, True)
    assert not Pairs(project).file.exists()


def test_another_project_gets_the_same_pairs_as_a_persons(cli, project: Path, tmp_path: Path) -> None:
    made = Correction(
        "",
        "2026-11-16T10:00:00+00:00",
        "translate",
        "en",
        "ja",
        "a.md",
        "paragraph",
        "One `x`.",
        "一",
        "一つの`x`。",
        "learn",
    )
    Corrections(project).add([made])
    other = tmp_path / "other"
    other.mkdir()
    for name in ("x.jsonl", "x.tmx"):
        assert cli("memory", "export", name, "--project", project).code == 0
        assert cli("memory", "import", name, "--project", other).code == 0
    (pair,) = Pairs(other).all()
    assert (pair.doc, pair.source, pair.target, pair.origin) == ("a.md", "One `x`.", "一つの`x`。", "human")


def test_a_translation_memory_is_taken_and_the_rest_told(cli, project: Path) -> None:
    Path("in.tmx").write_text(TMX)
    done = cli("memory", "import", "in.tmx", "--project", project)
    assert done.code == 0
    assert done.err.splitlines()[:2] == [
        "Left out: 1 unit with a text in one language only",
        "Left out: 1 inline tag of another format",
    ]
    assert [(pair.doc, pair.source) for pair in Pairs(project).all()] == [("in.tmx", "Good day.")]


def test_of_a_broken_translation_memory_nothing_is_taken(cli, project: Path) -> None:
    Path("in.tmx").write_text(TMX.replace("</body>", ""))
    done = cli("memory", "import", "in.tmx", "--project", project)
    assert done.code == 2
    assert "in.tmx:1:" in done.err
    assert "Nothing was taken over" in done.err
    assert not Pairs(project).file.exists()


def test_vale_goes_into_the_glossary(cli, project: Path) -> None:
    Path("vale").mkdir()
    Path("vale/accept.txt").write_text("GGUF\n[pP]y.*\n")
    Path("vale/reject.txt").write_text("赋能\n")
    done = cli("memory", "import", "vale", "--project", project)
    assert done.code == 0, done.err
    assert "Left out: accept.txt:2 [pP]y.*" in done.err
    assert (project / ".styletune" / "glossary.toml").read_text() == 'keep = ["GGUF"]\nnever_say = ["赋能"]\n'
    assert "Nothing new (2 known already)" in cli("memory", "import", "vale", "--project", project).err


def test_a_broken_rule_is_named_and_the_rest_is_taken(cli, project: Path) -> None:
    Path("vale").mkdir()
    Path("vale/R.yml").write_text("extends: [\n")
    Path("vale/reject.txt").write_text("delve\n")
    done = cli("memory", "import", "vale", "--project", project)
    assert done.code == 1
    assert "R.yml:2:1 this is no YAML" in done.err
    assert "Took 1 entry" in done.err


@pytest.mark.parametrize(
    ("name", "data"), [("in.jsonl", to_line(PAIR)), ("in.tmx", TMX.encode()), ("reject.txt", b"delve\n")]
)
def test_a_dry_run_changes_nothing(cli, project: Path, name: str, data: bytes) -> None:
    Path(name).write_bytes(data)
    done = cli("memory", "import", name, "--project", project, "--dry-run")
    assert done.code == 0
    assert "would be taken; nothing was changed" in done.err
    assert list(project.iterdir()) == []


def test_json_has_it_all(cli, project: Path) -> None:
    Path("in.jsonl").write_bytes(b"no\n" + to_line(PAIR))
    done = cli("memory", "import", "in.jsonl", "--project", project, "--json", "-q")
    found = json.loads(done.out)
    assert (found["new"], found["known"], found["format"], len(found["broken"])) == (1, 0, "pairs", 1)
    assert found["broken"][0].startswith("in.jsonl:1 ")


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("none.tmx", None, "none.tmx: there is no such file or folder"),
        ("in.docx", b"x", "in.docx does not show its format"),
        ("in.tmx", b"", "in.tmx:1:1 this is no TMX: no element found"),
        ("notes.yml", b"a: b\n", "holds nothing of Vale's"),
    ],
)
def test_what_cannot_be_imported_is_said(cli, project: Path, name: str, data: bytes | None, problem: str) -> None:
    if data is not None:
        Path(name).write_bytes(data)
    done = cli("memory", "import", name, "--project", project)
    assert done.code == 2
    assert problem in done.err


def test_an_empty_file_is_nothing_to_take(cli, project: Path) -> None:
    Path("in.jsonl").write_text("")
    done = cli("memory", "import", "in.jsonl", "--project", project)
    assert (done.code, done.err.strip()) == (0, "Nothing was found to take.")
