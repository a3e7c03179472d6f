"""What is forgotten is gone from every file, byte by byte; where it stands all the same is said."""

import json
import sqlite3
from pathlib import Path

import pytest
from edited_texts import correction, spread

from styletune.errors import FileError, UsageError
from styletune.files.atomic import digest
from styletune.files.originals import keep_original
from styletune.files.records import Block, Record, Records
from styletune.learning.corrections import Corrections
from styletune.learning.forgetting import forgetting, still_standing
from styletune.learning.glossary_writer import add_entries
from styletune.learning.proposals import Proposals
from styletune.learning.rule_writer import add_rule, rules_of
from styletune.memory.entry import Entry
from styletune.memory.translation_memory import TranslationMemory

HIDDEN = 'Projekt "Ω"'
"""With quotation marks, which JSON writes in another way, and a letter that is not ASCII."""

TEXT = HIDDEN[4:]
"""A part of it, which is the name of nothing."""


def record(root: Path) -> Record:
    secret = Block("s", None, 1, "paragraph", "s", f"The {HIDDEN}.", "Was.", f"My {HIDDEN}.")
    other = Block("o", None, 3, "paragraph", "o", "Other.", "Was.", "My other.")
    plain = Block("p", None, 5, "paragraph", "p", "Plain.", f"Now {HIDDEN}.")
    return Record("out.md", "in.md", digest(b""), digest(b"out"), "rewrite", None, "m", "2026-11-20T00:00:00+00:00",
                  (secret, other, plain), "key", text=f"My {HIDDEN}.\n")  # fmt: skip


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """Return a project in which the secret stands in every file of the memory."""
    state = tmp_path / ".styletune"
    Corrections(tmp_path).add([correction("a", f"My {HIDDEN}."), correction("b", "c")])
    Records(tmp_path).add(record(tmp_path))
    add_rule(tmp_path, f"Never name {HIDDEN}.")
    add_rule(tmp_path, "Be brief.")
    add_entries(
        tmp_path,
        keep=[HIDDEN, "Hugo"],
        never_say=[f"the {HIDDEN}"],
        terms={f"a {HIDDEN}": "x", "disk": HIDDEN},
        lang="de",
    )
    pairs = [{"source": f"x {HIDDEN}", "target": "y"}, {"source": "x", "target": "y"}]
    (state / "pairs.jsonl").write_text("".join(json.dumps(pair) + "\n" for pair in pairs), encoding="utf-8")
    memory = TranslationMemory(state / "memory.sqlite")
    memory.keep("k1", Entry(f"The {HIDDEN}.", "Das."))
    memory.keep("k2", Entry("The disk.", "Die Platte."))
    memory.close()
    return tmp_path


def forget(root: Path, item: str) -> list[str]:
    found = forgetting(root, item)
    for removal in found.removals:
        removal.apply()
    return [removal.file for removal in found.removals]


def holding(root: Path, text: str) -> list[str]:
    forms = [text.encode(), json.dumps(text)[1:-1].encode(), json.dumps(text, ensure_ascii=False)[1:-1].encode()]
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return [path.relative_to(root).as_posix() for path in files if any(form in path.read_bytes() for form in forms)]


def test_a_text_is_gone_from_every_file_and_all_else_stays(full: Path):
    assert len(holding(full, HIDDEN)) >= 6
    names = set(forget(full, TEXT))
    state = ".styletune"
    assert names == {".stylerules", *(f"{state}/{name}" for name in (
        "corrections.jsonl", "glossary.toml", "pairs.jsonl", "outputs.jsonl", "memory.sqlite"))}  # fmt: skip
    assert holding(full, HIDDEN) == []
    assert [one.edited for one in Corrections(full).all()] == ["c"]
    assert [rule.text for rule in rules_of(full)] == ["Be brief."]
    assert json.loads((full / state / "pairs.jsonl").read_text()) == {"source": "x", "target": "y"}
    (left,) = Records(full).outputs()
    assert [block.id for block in left.blocks] == ["o"]
    assert (left.text, left.output_sha256, left.blocks[0].pinned) == (None, digest(b"out"), "My other.")
    memory = TranslationMemory(full / state / "memory.sqlite")
    assert set(memory.find(["k1", "k2"])) == {"k2"}
    memory.close()
    assert "keep" in (full / state / "glossary.toml").read_text()
    assert forget(full, TEXT) == []


def test_paragraphs_that_lose_their_pin_are_named_before(full: Path):
    found = forgetting(full, TEXT)
    assert [(one.output, one.text) for one in found.unprotected] == [("out.md", f"My {HIDDEN}.")]
    assert holding(full, HIDDEN) != []


def test_a_name_of_the_glossary_goes_alone_at_first_and_as_a_text_after_that(full: Path):
    assert forget(full, HIDDEN) == [".styletune/glossary.toml"]
    assert len(Corrections(full).all()) == 2
    assert ".styletune/corrections.jsonl" in forget(full, HIDDEN)
    assert holding(full, HIDDEN) == []


def test_a_correction_goes_by_its_id_and_the_pin_stays(full: Path):
    (secret, other) = Corrections(full).all()
    assert forget(full, secret.id) == [".styletune/corrections.jsonl"]
    assert Corrections(full).all() == [other]
    assert Records(full).outputs()[0].blocks[0].pinned == f"My {HIDDEN}."


def test_an_accepted_proposal_goes_with_its_rule_and_may_be_proposed_again(tmp_path: Path):
    Corrections(tmp_path).add(
        spread([("We utilize a.", "We use a."), ("We utilize b.", "We use b."), ("I utilize c.", "I use c.")])
    )
    (one,) = Proposals(tmp_path).open()
    Proposals(tmp_path).accept(one)
    assert forget(tmp_path, one.id) == [".styletune/proposals.jsonl", ".stylerules"]
    assert rules_of(tmp_path) == []
    assert [again.id for again in Proposals(tmp_path).open()] == [one.id]


@pytest.mark.parametrize("item", ["1", 'never name projekt "ω".', f"Never name {HIDDEN}."])
def test_a_rule_goes_by_number_or_by_its_words(full: Path, item: str):
    assert forget(full, item) == [".stylerules"]
    assert [rule.text for rule in rules_of(full)] == ["Be brief."]


def test_several_rules_go_although_their_lines_move(full: Path):
    found = [forgetting(full, item) for item in ("1", "2")]
    for removal in (removal for one in found for removal in one.removals):
        removal.apply()
    assert rules_of(full) == []


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("cdeadbeef", "no correction cdeadbeef"),
        ("pdeadbeef", "No decision about a proposal pdeadbeef"),
        ("xdeadbeef", "is a conflict. Decide it"),
        ("9", "There are 2 rules"),
        ("a", "too short"),
        (" ", "too short"),
    ],
)
def test_what_names_nothing_is_said(full: Path, item: str, said: str):
    with pytest.raises(UsageError, match=said):
        forgetting(full, item)


def test_where_a_text_still_stands_is_listed_with_lines(full: Path):
    (full / "in.md").write_text(f"One.\n\nThe {HIDDEN}.\n", encoding="utf-8")
    (full / "out.md").write_text(f"My {HIDDEN}.\n", encoding="utf-8")
    keep_original(full, "out.md", f"Old {HIDDEN}".encode())
    rules = full / ".styletune" / "rules"
    rules.mkdir()
    (rules / "a.md").write_text(f"- Not {HIDDEN}.\n", encoding="utf-8")
    (full / ".stylerules").write_text(f"For people: {HIDDEN}\n", encoding="utf-8")
    cache = full / "posts.json"
    cache.write_text(json.dumps({"x": HIDDEN}, ensure_ascii=False), encoding="utf-8")
    forget(full, TEXT)
    found = still_standing(full, HIDDEN, elsewhere=[cache])
    assert [place for place in found if not place.startswith("out.md as it was")] == [
        "in.md:3", "out.md:1", ".styletune/rules/a.md:1", f"{cache}:1"
    ]  # fmt: skip
    assert any(place.startswith("out.md as it was 20") for place in found)


def test_a_translation_memory_that_is_no_database_is_said_and_nothing_is_removed(full: Path):
    (full / ".styletune" / "memory.sqlite").write_bytes(b"nonsense" * 200)
    with pytest.raises(FileError, match="it is only a cache"):
        forgetting(full, TEXT)


def test_a_deleted_entry_leaves_no_trace_in_the_file_of_the_database(full: Path):
    path = full / ".styletune" / "memory.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM entries WHERE key = 'k1'")
    database.close()
    memory = TranslationMemory(path)
    memory.keep("k3", Entry(f"Again {HIDDEN}.", "x"))
    memory.close()
    forget(full, TEXT)
    assert not any(HIDDEN.split('"')[1].encode() in file.read_bytes() for file in path.parent.glob("memory.sqlite*"))
