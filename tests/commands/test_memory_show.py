"""``memory show`` has all that a project remembers, on any terminal; ``--where`` has every file with the user's text."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from unicodedata import east_asian_width

import pytest

from styletune.commands.memory_show_page import what_changed
from styletune.exchange.pair import make_pair
from styletune.exchange.pairs import Pairs
from styletune.learning.correction import Correction, KeptBlock, Looked
from styletune.learning.corrections import Corrections

WIDTHS = [40, 60, 80, 200]


def correction(number: int, written: str, edited: str, doc: str = "a.md") -> Correction:
    time = f"2026-11-{number:02}T10:00:00+00:00"
    source = f"Sentence {number} of the draft, in its own words."
    return Correction(
        "", time, "translate", "en", "zh", doc, "paragraph", source, written, edited, "watch", output=f"{doc}.zh"
    )


def looked(day: int, distance: int) -> Looked:
    block = KeptBlock(f"b{day}", 10, distance)
    return Looked(f"2026-11-{day:02}T10:00:00+00:00", f"{day}.zh.md", "translate", "zh", "echo", (block,))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "blog"
    (root / ".styletune" / "rules").mkdir(parents=True)
    (root / ".stylerules").write_text('## Rules\n\n- Keep it short.\n- Write "use", not "utilize".\n')
    (root / ".styletune" / "rules" / "reviews.md").write_text(
        '---\nglobs: "reviews/**"\nlang: zh\n---\n- Name the price.\n'
    )
    (root / ".styletune" / "glossary.toml").write_text(
        'keep = ["GGUF"]\nnever_say = ["delve"]\n[terms.zh]\ndisk = "磁盘"\n'
    )
    corrections = [correction(day, f"第{day}句用软体写。", f"第{day}句用软件写。", f"{day}.md") for day in range(2, 9)]
    Corrections(root).add(corrections, [looked(day, day % 4) for day in range(2, 20)])
    Pairs(root).add([make_pair("old.md", "translate", ("en", "de"), ("Good day.", "Guten Tag."), origin="human")])
    return root


def test_all_that_is_remembered_is_shown(cli, project: Path) -> None:
    done = cli("memory", "show", "--project", project)
    assert done.code == 0, done.err
    page = done.out.decode()
    for expected in (
        ".stylerules: 2 rules",
        ".styletune/rules/reviews.md: 1 rule (for reviews/**, zh)",
        "1 term (zh): disk = 磁盘",
        "1 kept as it is (any): GGUF",
        "1 never said (any): delve",
        "7 translations of en → zh",
        "To decide: styletune memory review",
        "(7 times in 7 drafts)",
        "3 never used so far: “disk” (.styletune/glossary.toml)",
        "1 imported pair",
        "2026-11-09",
    ):
        assert expected in page


def test_the_last_corrections_stand_in_a_line_each_the_latest_first(cli, project: Path) -> None:
    page = cli("memory", "show", "--project", project).out.decode()
    lines = [line for line in page.splitlines() if "软体 → 软件" in line and ".md" in line]
    assert [line.split()[1] for line in lines] == ["8.md", "7.md", "6.md", "5.md", "4.md"]


def test_a_narrow_terminal_shows_the_names_that_forget_takes(cli, project: Path, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    page = cli("memory", "show", "--project", project).out.decode()
    known = [made.id for made in Corrections(project).all()]
    assert sum(name in page for name in known) == 5


def test_a_source_language_that_nobody_told_is_left_out(cli, tmp_path: Path) -> None:
    (tmp_path / "styletune.toml").write_text("")
    made = [correction(day, f"第{day}句用软体写。", f"第{day}句用软件写。") for day in (2, 3)]
    Corrections(tmp_path).add([replace(one, source_lang=None) for one in made])
    page = cli("memory", "show", "--project", tmp_path).out.decode()
    assert "2 translations into zh" in page


def test_an_edit_whose_source_changed_is_to_be_decided(
    cli, use, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    evening = "Ich schrieb es eines Abends im Garten, und es gefiel mir."
    use(lambda source: evening if "evening" in source else evening.replace("Abends", "Morgens"))
    draft, output = Path("post.md"), Path("post.de.md")
    draft.write_text("I wrote it one evening in the garden, and liked it.\n")
    assert cli("translate", draft, "--to", "de").code == 0
    output.write_text(output.read_text().replace("gefiel mir", "war ganz nach meinem Geschmack"))
    assert cli("translate", draft, "--to", "de").code == 0
    draft.write_text("I wrote it one morning in the garden, and liked it.\n")
    cli("translate", draft, "--to", "de")
    (conflict,) = json.loads(cli("memory", "show", "--json").out)["conflicts"]
    assert (conflict["output"], "Geschmack" in conflict["mine"], "morning" in conflict["source"]) == (
        "post.de.md",
        True,
        True,
    )
    assert f"{conflict['id']}  post.de.md:1 you edited this" in cli("memory", "show").out.decode()


def test_what_is_superseded_is_not_counted(cli, project: Path) -> None:
    last = Corrections(project).all()[-1]
    fresh = correction(8, "第8句用软体写。", "第8句用的是软件。", "8.md")
    Corrections(project).add([Correction(**{**_fields(fresh), "supersedes": last.id})])
    assert len(json.loads(cli("memory", "show", "--project", project, "--json").out)["corrections"]) == 7


def _fields(made: Correction) -> dict[str, object]:
    return {name: getattr(made, name) for name in Correction.__dataclass_fields__}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal(cli, project: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for option in ((), ("--where",)):
        for line in cli("memory", "show", *option, "--project", project).out.decode().splitlines():
            assert sum(1 + (east_asian_width(char) in "WF") for char in line) <= width


def test_the_chart_is_as_long_as_what_was_kept(cli, project: Path) -> None:
    page = cli("memory", "show", "--project", project).out.decode()
    rows = {line.split()[0]: line for line in page.splitlines() if line.strip().startswith("2026-11-")}
    assert list(rows) == ["2026-11-02", "2026-11-09", "2026-11-16"]
    kept = {week: int(row.split()[1].rstrip("%")) for week, row in rows.items()}
    bars = {week: row.count("█") for week, row in rows.items()}
    assert all(abs(bars[week] - kept[week] * 24 / 100) <= 1 for week in rows)


def test_json_has_it_all(cli, project: Path) -> None:
    found = json.loads(cli("memory", "show", "--project", project, "--json").out)
    assert (len(found["corrections"]), found["pairs"], found["problems"]) == (7, 1, [])
    assert found["glossary"] == {
        "keep": {"any": ["GGUF"]},
        "never_say": {"any": ["delve"]},
        "terms": {"zh": {"disk": "磁盘"}},
    }
    assert found["rules"][0]["rules"] == ["- Keep it short.", '- Write "use", not "utilize".']
    assert [week["start"] for week in found["trend"]] == ["2026-11-02", "2026-11-09", "2026-11-16"]
    assert found["trend"][0] == {
        "start": "2026-11-02",
        "blocks": 7,
        "untouched": 2,
        "length": 70,
        "distance": 11,
        "kept": 0.8429,
    }


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        (".stylerules", "## Rule\n", ".stylerules:1:1"),
        (".styletune/rules/reviews.md", "---\nglob: x\n---\n- One.\n", ".styletune/rules/reviews.md:2:1"),
        (".styletune/glossary.toml", "keep = [\n", ".styletune/glossary.toml:2:1"),
        (".styletune/corrections.jsonl", "no\n", ".styletune/corrections.jsonl:1"),
        (".styletune/pairs.jsonl", "no\n", ".styletune/pairs.jsonl:1"),
        (".styletune/proposals.jsonl", "no\n", ".styletune/proposals.jsonl:1"),
        ("styletune.toml", "model = [\n", "styletune.toml:1"),
    ],
)
def test_a_malformed_file_hides_no_other(cli, project: Path, file: str, text: str, place: str) -> None:
    (project / file).write_text(text)
    done = cli("memory", "show", "--project", project)
    assert done.code == 2
    assert place in done.err
    page = done.out.decode()
    for name, expected in (
        (".stylerules", "2 rules"),
        (".styletune/glossary.toml", "磁盘"),
        (".styletune/pairs.jsonl", "imported"),
    ):
        assert (expected in page) is (name != file)
    assert json.loads(cli("memory", "show", "--project", project, "--json").out)["problems"]
    assert cli("memory", "show", "--where", "--project", project).code == 0


def test_every_problem_is_told_once(cli, project: Path) -> None:
    (project / ".styletune" / "glossary.toml").write_text("keep = [\n")
    (project / ".stylerules").write_text("## Rule\n")
    done = cli("memory", "show", "--project", project)
    assert done.err.count("glossary.toml:2:1") == 1
    assert done.err.count(".stylerules:1:1") == 1


@pytest.mark.parametrize(
    ("written", "edited", "line"),
    [
        ("We utilize a disk for it here.", "We use a disk for it here.", "utilize → use"),
        ("我们在这里用的是软体。", "我们在这里用的是软件。", "软体 → 软件"),
        ("このコードはとても速いです。", "このコードは速いです。", "とても → (nothing)"),
        ("One.", "Something else altogether.", "One. → Something else altogether."),
        ("One.", "", "One. → (nothing)"),
    ],
)
def test_what_changed_is_said_in_words(written: str, edited: str, line: str) -> None:
    assert what_changed({"written": written, "source": "x", "edited": edited}) == line


def test_the_rules_of_every_voice_are_shown(cli, project: Path) -> None:
    (project / "styletune.toml").write_text('[profiles.letters]\npaths = ["letters/**"]\nrules = "letters.md"\n')
    (project / "letters.md").write_text("## Voice\n\n- Warm.\n")
    page = cli("memory", "show", "--project", project).out.decode()
    assert ".stylerules: 2 rules" in page
    assert "letters.md: 1 rule" in page


@pytest.mark.parametrize("option", [[], ["--where"]])
def test_an_empty_project_gets_a_sentence(cli, tmp_path: Path, option: list[str]) -> None:
    done = cli("memory", "show", *option, "--project", tmp_path)
    assert (done.code, done.out) == (0, b"")
    assert done.err.strip()
    assert list(tmp_path.iterdir()) == []


def test_the_project_is_the_one_around_the_working_folder(cli, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "posts").mkdir()
    monkeypatch.chdir(project / "posts")
    assert json.loads(cli("memory", "show", "--json").out)["project"] == str(project)


PHRASE = "quicksilver pomegranate"


def holding(folders: list[Path], text: str) -> set[Path]:
    """List the files that hold a text; of a database, what lies beside it is part of it."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {path.resolve() for path in files if text.encode() in path.read_bytes()}


def test_where_lists_every_file_that_holds_a_text_of_the_user(
    cli, use, project: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path = project.parent
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(project)
    draft = Path("post.md")
    draft.write_text(f"# A {PHRASE}\n\nI wrote of a {PHRASE} one evening, and it was quite a long one.\n")
    (project / "posts").mkdir()
    (project / "posts" / "old.md").write_text(
        f"Last year I met a {PHRASE} for the first time, and wrote it down here at once.\n"
    )
    Path("styletune.toml").write_text('posts = ["posts/*.md"]\n')
    use(lambda source: source.replace("evening", "night"))
    for arguments in (
        ("rewrite", "post.md", "--examples", "1"),
        ("translate", "post.md", "--to", "de"),
        ("rewrite", "post.md", "-o", "elsewhere/post.md"),
        ("rewrite", "--stdin-filepath", "other.md", "-"),
        ("rewrite", "post.md", "--diff"),
        ("rewrite", "post.md", "--in-place"),
    ):
        assert cli(*arguments, stdin=draft.read_bytes()).code in (0, 1), arguments
    output = Path("post.rewritten.md")
    output.write_text(output.read_text().replace("quite", "really"))
    assert cli("memory", "learn", "post.md", output).code == 0
    assert cli("memory", "add", f"Never call it a {PHRASE}.").code == 0
    assert cli("memory", "add", "--term", f"{PHRASE}=mercury", "--lang", "de").code == 0
    incoming = tmp_path / "in.jsonl"
    incoming.write_text(
        json.dumps({"doc": "d", "source": PHRASE, "target": "x", "source_lang": "en", "target_lang": "de"})
    )
    assert cli("memory", "import", incoming).code == 0

    listed = {Path(file["path"]).resolve() for file in json.loads(cli("memory", "show", "--where", "--json").out)}
    found = holding([project, own_home, temporary], PHRASE)
    own = {draft.resolve(), (project / "posts" / "old.md").resolve()}
    assert found - own <= listed
    names = {path.name for path in found}
    assert {
        "outputs.jsonl",
        "memory.sqlite",
        "glossary.toml",
        "pairs.jsonl",
        ".stylerules",
        "corrections.jsonl",
    } <= names
    assert any(path.parent.name == "originals" for path in found)
    assert any(own_home in path.parents for path in found)  # the posts' index
    assert (project / "elsewhere" / "post.md").resolve() in listed


def test_where_lists_what_a_killed_run_left_and_nothing_without_text(cli, project: Path) -> None:
    (project / ".styletune" / "lock").touch()
    (project / ".styletune" / ".gitignore").write_text("*\n")
    stray = project / ".styletune" / ".styletune-00000000-1-00000000.tmp"
    stray.write_text("half a post")
    listed = json.loads(cli("memory", "show", "--where", "--json", "--project", project).out)
    names = {Path(file["path"]).name: file for file in listed}
    assert names[stray.name]["size"] == len("half a post")
    assert not {"lock", ".gitignore"} & set(names)
    assert all(file["holds"] for file in listed)
