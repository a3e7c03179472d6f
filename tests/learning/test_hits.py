"""Hits are counted in what was written and corrected, and contradictions are said in sentences."""

from pathlib import Path

import pytest
from edited_texts import correction

from styletune.files.atomic import digest
from styletune.files.records import Block, Record, Records
from styletune.learning.corrections import Corrections
from styletune.learning.hits import conflicts, hits

RULES = """\
## Rules

- By hand.
- Write "use", not "utilize". <!-- learned 2026-11-01 from c11111111, c22222222 -->
- Write “软件”, not “软体”. <!-- learned 2026-11-01 from c33333333 -->
- Be brief. <!-- learned 2026-11-01 from c44444444 -->
"""
GLOSSARY = """\
keep = ["Hugo", "Zola"]
never_say = ["delve*", "—"]

[terms.zh]
"pull request" = "拉取请求"
"""


def remember(root: Path, rules: str = RULES, glossary: str = GLOSSARY) -> None:
    (root / ".stylerules").write_text(rules, encoding="utf-8")
    (root / ".styletune").mkdir(exist_ok=True)
    (root / ".styletune" / "glossary.toml").write_text(glossary, encoding="utf-8")


def output(root: Path, lang: str | None, *texts: tuple[str, str | None]) -> None:
    blocks = tuple(Block(str(at), source=source, written=written) for at, (source, written) in enumerate(texts))
    task = "translate" if lang else "rewrite"
    name = f"o.{lang}.md"
    Records(root).add(Record(name, "o.md", digest(b""), digest(b""), task, lang, "m", "2026-11-20T00:00:00+00:00", blocks,
                             source_lang="en"))  # fmt: skip


def test_rules_and_entries_are_counted_by_block(tmp_path: Path):
    remember(tmp_path)
    output(
        tmp_path,
        None,
        ("We utilize Hugo.", "We use Hugo."),
        ("Nothing.", None),
        ("Let us delve in — now.", "Let us look."),
    )
    output(tmp_path, "zh", ("Pull requests in Hugo.", "拉取请求。"), ("软体", "软件"))
    found = {(hit.kind, hit.text): (hit.fired, hit.again, hit.idle) for hit in hits(tmp_path)}
    assert found == {
        ("rule", 'Write "use", not "utilize".'): (1, 0, False),
        ("rule", "Write “软件”, not “软体”."): (1, 0, False),
        ("rule", "Be brief."): (None, 0, False),
        ("term", "pull request"): (1, 0, False),
        ("keep", "Hugo"): (2, 0, False),
        ("keep", "Zola"): (0, 0, True),
        ("never_say", "delve*"): (1, 0, False),
        ("never_say", "—"): (1, 0, False),
    }


def test_places_and_evidence_lead_back_to_files_and_corrections(tmp_path: Path):
    remember(tmp_path)
    rule = hits(tmp_path)[0]
    assert (rule.place, rule.evidence) == (".stylerules:4", ("c11111111", "c22222222"))


def test_what_is_corrected_again_after_the_rule_is_counted(tmp_path: Path):
    remember(tmp_path)
    Corrections(tmp_path).add([
        correction("We utilize it.", "We use it.", "late.md", time="2026-11-05T00:00:00+00:00"),
        correction("We utilize it.", "We use it.", "early.md", time="2026-10-05T00:00:00+00:00"),
        correction("拉请求。", "拉取请求。", "zh.md", source="A pull request.", target_lang="zh"),
        correction("So — yes.", "So, yes.", "dash.md"),
    ])  # fmt: skip
    found = {hit.text: hit.again for hit in hits(tmp_path) if hit.again}
    assert found == {'Write "use", not "utilize".': 1, "pull request": 1, "—": 1}


def test_an_empty_project_has_neither_hits_nor_conflicts(tmp_path: Path):
    assert (hits(tmp_path), conflicts(tmp_path)) == ([], [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rules", "glossary", "said"),
    [
        (
            '- Write "use", not "utilize".\n- Write "utilize", not "use".',
            "",
            ".stylerules:3 asks for “use”, and .stylerules:4",
        ),
        ('- Write "use", not "utilize".\n- Write "apply", not "Utilize".', "", "makes “apply” of it"),
        ('- Write "web", not "Hugo".', 'keep = ["Hugo"]', "speaks against “Hugo”"),
        ('- Write "磁盘", not "硬盘".', '[terms.zh]\n"disk" = "硬盘"', "speaks against “硬盘”"),
        ('- Write "delve", not "look".', 'never_say = ["delv*"]', "asks for “delve”, which never_say"),
        ("- One.", 'never_say = ["Platte"]\n[terms.de]\n"disk" = "eine Platte"', "holds “Platte” of never_say"),
        ("- One.", 'never_say = ["磁"]\n[terms.zh]\n"disk" = "磁盘"', "holds “磁” of never_say"),
        ("- One.", 'keep = ["disk"]\n[terms.de]\n"Disk" = "Platte"', "kept as it is and rendered"),
    ],
)
def test_what_contradicts_is_said(tmp_path: Path, rules: str, glossary: str, said: str):
    remember(tmp_path, f"## Rules\n\n{rules}\n", glossary)
    (sentence,) = conflicts(tmp_path)
    assert said in sentence


def test_what_agrees_is_no_conflict(tmp_path: Path):
    remember(tmp_path)
    assert conflicts(tmp_path) == []
