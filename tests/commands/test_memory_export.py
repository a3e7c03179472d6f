"""``memory export`` writes each format, tells what it left out, and overwrites nothing."""

import json
from pathlib import Path

import pytest
from defusedxml import ElementTree

from styletune.exchange.pair import make_pair
from styletune.exchange.pairs import Pairs
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections


def correction(number: int, task: str = "translate", edited: str | None = None) -> Correction:
    target = {"translate": "zh", "rewrite": "en"}[task]
    texts = f"Sentence {number} has `code`.", f"第{number}句有 `code`。", edited or f"第{number}个句子里有 `code`。"
    time, doc = "2026-11-16T10:00:00+00:00", f"posts/{number:04}.md"
    return Correction("", time, task, "en", target, doc, "paragraph", *texts, "learn", output=f"out/{number}.md")  # type: ignore[arg-type]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "blog"
    root.mkdir()
    Corrections(root).add(
        [correction(0), correction(2), correction(3, "rewrite"), correction(4, edited="第4句有 `code` 。")]
    )
    Pairs(root).add([make_pair("old.md", "translate", ("en", "de"), ("Good day.", "Guten Tag."), origin="human")])
    return root


def test_pairs_are_lines_of_the_format(cli, project: Path, tmp_path: Path) -> None:
    done = cli("memory", "export", tmp_path / "pairs.jsonl", "--project", project)
    assert done.code == 0, done.err
    lines = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text().splitlines()]
    assert [(line["doc"], line["split"], line["origin"]) for line in lines] == [
        ("old.md", "train", "human"),
        ("posts/0000.md", "train", "correction"),
        ("posts/0002.md", "test", "correction"),
        ("posts/0003.md", "valid", "correction"),
    ]
    assert done.err.splitlines() == [
        "Left out: 1 (white space only)",
        f"4 pairs (2 train, 1 valid, 1 test) -> {tmp_path / 'pairs.jsonl'}",
    ]


def test_preferences_have_what_was_chosen_and_what_was_rejected(cli, project: Path) -> None:
    done = cli("memory", "export", "p.jsonl", "--format", "preferences", "--project", project)
    assert done.code == 0
    first = json.loads(Path("p.jsonl").read_text().splitlines()[0])
    assert list(first) == ["id", "doc", "task", "prompt_source", "chosen", "rejected"]
    assert (first["chosen"], first["rejected"]) == ("第0个句子里有 `code`。", "第0句有 `code`。")


def test_a_translation_memory_holds_translations(cli, project: Path) -> None:
    done = cli("memory", "export", "memory.tmx", "--project", project)
    assert done.code == 0
    assert len(ElementTree.parse("memory.tmx").findall(".//tu")) == 3
    assert "Left out: 1 (no translations)" in done.err


def test_vale_gets_the_glossary(cli, project: Path) -> None:
    (project / ".styletune" / "glossary.toml").write_text('keep = ["GGUF"]\n[terms.zh]\ndisk = "磁盘"\n')
    done = cli("memory", "export", "vale", "--project", project)
    assert done.code == 0
    assert Path("vale/styles/config/vocabularies/blog/accept.txt").read_text() == "GGUF\n"
    assert '"(?i)disk": "磁盘"' in Path("vale/styles/blog-zh/Substitutions.yml").read_text()
    assert "2 entries of glossary and rules -> vale" in done.err


def test_vale_gets_the_rules_that_it_can_check(cli, project: Path, tmp_path: Path) -> None:
    (project / ".stylerules").write_text('## Rules\n\n- Write "use", not "utilize".\n- Be brief.\n')
    assert cli("memory", "export", "vale", "--project", project).code == 0
    assert '"(?i)utilize": "use"' in Path("vale/styles/blog/Rules.yml").read_text()
    assert "BasedOnStyles = Vale, blog" in Path("vale/.vale.ini").read_text()
    (tmp_path / "other").mkdir()
    done = cli("memory", "import", "vale", "--project", tmp_path / "other")
    assert "Rules.yml this comes from the rules of a .stylerules" in done.err


@pytest.mark.parametrize("name", ["pairs.jsonl", "memory.tmx", "vale"])
def test_nothing_is_overwritten_without_force(cli, project: Path, name: str) -> None:
    (project / ".styletune" / "glossary.toml").write_text('keep = ["GGUF"]\n')
    assert cli("memory", "export", name, "--project", project).code == 0
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    done = cli("memory", "export", name, "--project", project)
    assert done.code == 2
    assert "is there already" in done.err
    assert "--force" in done.err
    assert cli("memory", "export", name, "--project", project, "--force").code == 0
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before  # byte for byte


def test_standard_output_is_a_file_too(cli, project: Path) -> None:
    done = cli("memory", "export", "-", "--format", "pairs", "--project", project)
    assert done.code == 0
    assert len(done.out.splitlines()) == 4


def test_json_tells_what_was_written_and_what_was_not(cli, project: Path) -> None:
    done = cli("memory", "export", "pairs.jsonl", "--project", project, "--json", "-q")
    assert json.loads(done.out) == {
        "path": "pairs.jsonl",
        "format": "pairs",
        "written": 4,
        "dropped": {"white space only": 1},
        "splits": {"train": 2, "valid": 1, "test": 1},
        "files": ["pairs.jsonl"],
    }
    assert not done.err


@pytest.mark.parametrize("name", ["pairs.jsonl", "memory.tmx", "vale"])
def test_an_empty_project_is_told_where_pairs_come_from(cli, tmp_path: Path, name: str) -> None:
    done = cli("memory", "export", name, "--project", tmp_path)
    assert done.code == 0
    assert "styletune memory" in done.err
    assert not Path(name).exists()
    assert not (tmp_path / ".styletune").exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["x.docx"], "x.docx does not show its format"),
        (["-"], "- does not show its format"),
        (["-", "--format", "vale"], "Name a folder for vale"),
        (["-", "--format", "pairs", "--json"], "a file with --json"),
        (["x.jsonl", "--project", "nowhere"], "--project nowhere: there is no such folder"),
        (["x.csv", "--format", "csv"], "csv"),
    ],
)
def test_wrong_use_is_said(cli, project: Path, arguments: list[str], problem: str) -> None:
    done = cli("memory", "export", *arguments, *([] if "--project" in arguments else ["--project", project]))
    assert done.code == 2
    assert problem in done.err


def test_a_file_where_a_folder_is_wanted_is_left_alone(cli, project: Path) -> None:
    (project / ".styletune" / "glossary.toml").write_text('keep = ["GGUF"]\n')
    Path("vale").write_text("mine")
    done = cli("memory", "export", "vale", "--project", project, "--force")
    assert done.code == 2
    assert "vale is a file" in done.err
    assert Path("vale").read_text() == "mine"


@pytest.mark.parametrize(
    ("file", "name"),
    [("corrections.jsonl", "pairs.jsonl"), ("pairs.jsonl", "pairs.jsonl"), ("glossary.toml", "vale")],
)
def test_a_malformed_file_is_named_by_line_and_nothing_is_written(cli, project: Path, file: str, name: str) -> None:
    path = project / ".styletune" / file
    path.write_text("= [\n" + (path.read_text() if path.exists() else ""))
    done = cli("memory", "export", name, "--project", project)
    assert done.code == 2
    assert f"{file}:1" in done.err
    assert not Path(name).exists()


@pytest.mark.skipif("os.name == 'nt'", reason="permissions are those of POSIX")
def test_what_corrections_are_closed_to_their_export_is_closed_to(cli, project: Path) -> None:
    (project / ".styletune" / "corrections.jsonl").chmod(0o600)
    assert cli("memory", "export", "pairs.jsonl", "--project", project).code == 0
    assert Path("pairs.jsonl").stat().st_mode & 0o077 == 0
