"""What a person changes again and again is proposed, with its evidence, once, and never after a no."""

from datetime import date
from pathlib import Path

import pytest
from edited_texts import correction, spread

from styletune.errors import SettingsError, UsageError
from styletune.files.atomic import digest
from styletune.files.records import Block, Record, Records
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections
from styletune.learning.proposals import Proposals
from styletune.memory.glossary import read_glossary
from styletune.memory.rule_file import read_rule_file


def translated(triples: list[tuple[str, str, str]], lang: str, **more: str) -> list[Correction]:
    """Make corrections of (source, written, edited), in several drafts."""
    return [
        correction(written, edited, f"post-{number}.md", source=source, target_lang=lang, **more)
        for number, (source, written, edited) in enumerate(triples)
    ]


def proposed(root: Path, corrections: list[Correction]) -> list[str]:
    Corrections(root).add(corrections)
    return [f"{one.kind}: {one.in_words}" for one in Proposals(root).open()]


USE = spread(
    [("We utilize a cache.", "We use a cache."), ("Utilize it.", "Use it."), ("I utilize Hugo.", "I use Hugo.")]
)
USE_MORE = [correction(f"They utilize {name}.", f"They use {name}.", f"more-{name}.md") for name in "xyz"]
REALLY = spread(
    [("It is really fast.", "It is fast."), ("Really, it works.", "It works."), ("A really old disk.", "An old disk.")]
)
SIX = "甲乙丙丁戊己"

CASES = {
    "a word": (USE, ['rule: Write "use", not "utilize".']),
    "a word, Chinese": (
        spread([("这个软体很好用。", "这个软件很好用。"), ("我写软体。", "我写软件。"), ("安装软体之前先备份。", "安装软件之前先备份。")],
               source_lang="zh"),
        ['rule: Write "软件", not "软体".'],
    ),
    "one character, Chinese": (
        spread([("请您安装。", "请你安装。"), ("您的文件在这里。", "你的文件在这里。"), ("谢谢您。", "谢谢你。")], source_lang="zh"),
        ['rule: Write "你", not "您".'],
    ),
    "a word, Japanese": (
        spread([("サーバを起動する。", "サーバーを起動する。"), ("このサーバは速い。", "このサーバーは速い。"), ("サーバが落ちた。", "サーバーが落ちた。")],
               source_lang="ja"),
        ['rule: Write "サーバー", not "サーバ".'],
    ),
    "a deleted word": (
        spread([("It is really fast.", "It is fast."), ("Really, it works.", "It works."), ("This is a really good idea.", "This is a good idea.")]),
        ["never_say: Never write “really” (en)"],
    ),
    "a deleted opening": (
        spread([(f"In conclusion, {rest}", rest[0].upper() + rest[1:]) for rest in ("tests help.", "we won.", "the disk died.")]),
        ["never_say: Never write “in conclusion” (en)"],
    ),
    "a deleted word, Chinese": (
        spread([("其实这个软件很好用。", "这个软件很好用。"), ("其实我不写代码。", "我不写代码。"), ("安装之前，其实先要备份。", "安装之前，先要备份。")],
               source_lang="zh"),
        ["never_say: Never write “其实” (zh)"],
    ),
    "a term, into Chinese": (
        translated([("Open a pull request today.", "今天打开一个拉请求。", "今天打开一个合并请求。"),
                    ("The pull request was merged.", "拉请求被合并了。", "合并请求被合并了。"),
                    ("Pull requests need a review.", "拉请求需要审查。", "合并请求需要审查。")], "zh"),
        ["term: Render “pull request” as “合并请求” (zh)"],
    ),
    "a term, into German": (
        translated([("The disk died on Friday.", "Die Diskette starb am Freitag.", "Die Platte starb am Freitag."),
                    ("I bought a new disk.", "Ich kaufte eine neue Diskette.", "Ich kaufte eine neue Platte."),
                    ("Every disk dies.", "Jede Diskette stirbt.", "Jede Platte stirbt.")], "de"),
        ["term: Render “disk” as “Platte” (de)"],
    ),
    "a term, from Chinese": (
        translated([("今天打开一个拉取请求。", "Open a fetch request today.", "Open a pull request today."),
                    ("拉取请求被合并了。", "The fetch request was merged.", "The pull request was merged."),
                    ("每个拉取请求都要审查。", "Every fetch request needs a review.", "Every pull request needs a review.")],
                   "en", source_lang="zh"),
        ["term: Render “拉取请求” as “pull request” (en)"],
    ),
    "a term, into Japanese": (
        translated([("The server is fast.", "給仕は速い。", "サーバーは速い。"), ("Start the server.", "給仕を起動する。", "サーバーを起動する。"),
                    ("My server died.", "私の給仕が落ちた。", "私のサーバーが落ちた。")], "ja"),
        ["term: Render “server” as “サーバー” (ja)"],
    ),
    "a word that is kept, however it was translated": (
        translated([("Commit often.", "Übergib oft.", "Commit oft."), ("A commit is small.", "Eine Übergabe ist klein.", "Ein Commit ist klein."),
                    ("Each commit has a test.", "Jede Zusage hat einen Test.", "Jeder Commit hat einen Test.")], "de"),
        ["keep: Keep “commit” as it is (de)"],
    ),
    "a wording in translations of different things": (
        translated([("We work with disks.", "Wir verwenden Platten.", "Wir nutzen Platten."), ("They take time.", "Sie verwenden Zeit.", "Sie nutzen Zeit."),
                    ("It helps to go.", "Worte verwenden hilft.", "Worte nutzen hilft.")], "de"),
        ['rule: Write "nutzen", not "verwenden".'],
    ),
    "dashes": (
        spread([("Tests — all of them — help.", "Tests, all of them, help."), ("We won — at last.", "We won, at last."), ("It is fast — and small.", "It is fast, and small.")]),
        ["rule: Use no em dashes (—); write a comma instead."],
    ),
    "dashes, Chinese": (
        spread([("测试——全部——有用。", "测试，全部，有用。"), ("我们赢了——终于。", "我们赢了，终于。"), ("它很快——也很小。", "它很快，也很小。")], source_lang="zh"),
        ["rule: Use no em dashes (—); write a comma (，) instead."],
    ),
    "exclamation marks": (
        spread([("We won!", "We won."), ("It works!", "It works."), ("Tests help! Really!", "Tests help. Really.")]),
        ["rule: Use no exclamation marks; write a full stop instead."],
    ),
    "three dots": (
        spread([("Well... maybe.", "Well… maybe."), ("Wait...", "Wait…"), ("So... no.", "So… no.")]),
        ["rule: Write an ellipsis as one character: …"],
    ),
    "full width": (
        spread([("我写代码,也写文章.", "我写代码，也写文章。"), ("你好!", "你好！"), ("为什么?因为快.", "为什么？因为快。")], source_lang="zh"),
        ["rule: Write full-width punctuation: ，。！？：；（）"],
    ),
    "half width": (
        spread([("A，b.", "A, b."), ("Why？", "Why?"), ("One；two.", "One; two.")]),
        ["rule: Write half-width punctuation: , . ! ? : ; ( )"],
    ),
    "quotation marks": (
        spread([('He said "yes".', "He said “yes”."), ('A "test".', "A “test”."), ('"No" is fine.', "“No” is fine.")]),
        ["rule: Write curly quotation marks and apostrophes: “ ” ’"],
    ),
    "quotation marks, Chinese": (
        spread([("这叫“测试”。", "这叫「测试」。"), ("他说“好”。", "他说「好」。"), ("“快”很重要。", "「快」很重要。")], source_lang="zh"),
        ["rule: Write quotation marks as corner brackets: 「 」"],
    ),
    "contractions": (
        spread([("I do not know.", "I don't know."), ("It is late and we are tired.", "It's late and we're tired."), ("You cannot win.", "You can't win.")]),
        ['rule: Use contractions: "don\'t", not "do not".'],
    ),
    "no contractions": (
        spread([("I don't know.", "I do not know."), ("It’s late.", "It is late."), ("You can't win.", "You cannot win.")]),
        ['rule: Use no contractions: "do not", not "don\'t".'],
    ),
    "headings": (
        spread([("How To Write A Test", "How to write a test"), ("The Big Disk", "The big disk"), ("Why We Won", "Why we won")], kind="heading"),
        ["rule: Write headings in sentence case: only the first word has a capital."],
    ),
    "plain form, Japanese": (
        spread([("これは速いです。", "これは速いのだ。"), ("サーバーを起動します。", "サーバーを起動する。"), ("昨日、直しました。", "昨日、直した。")], source_lang="ja"),
        ["rule: Write Japanese in the plain form (だ・である)."],
    ),
    "split sentences": (
        spread([(f"The disk {name} died and we were sad for days.", f"The disk {name} died. We were sad for days.") for name in SIX]),
        ["rule: Split long sentences; write shorter ones."],
    ),
    "split sentences, Chinese": (
        spread([(f"硬盘{name}坏了，我们难过了好几天。", f"硬盘{name}坏了。我们难过了好几天。") for name in SIX], source_lang="zh"),
        ["rule: Split long sentences; write shorter ones."],
    ),
    "shortened texts": (
        spread([(f"Disk {name} died and all of us were very sad about that for a number of days.", f"Disk {name} died.") for name in SIX]),
        ["rule: Be briefer: leave out what the reader does not need."],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("corrections", "expected"), CASES.values(), ids=CASES)
def test_what_is_done_again_and_again_is_proposed(tmp_path: Path, corrections: list[Correction], expected: list[str]):
    assert proposed(tmp_path, corrections) == expected


@pytest.mark.parametrize(("corrections", "expected"), CASES.values(), ids=CASES)
def test_what_was_accepted_is_said_and_not_proposed_again(
    tmp_path: Path, corrections: list[Correction], expected: list[str]
):
    Corrections(tmp_path).add(corrections)
    (one,) = Proposals(tmp_path).open()
    assert {item.id for item in corrections} >= set(one.evidence)
    assert len(one.evidence) >= 3
    (written,) = Proposals(tmp_path).accept(one, today=date(2026, 11, 21))
    assert one.text in written
    assert Proposals(tmp_path).open() == []
    Proposals(tmp_path).file.unlink()  # the files themselves say it, too
    assert Proposals(tmp_path).open() == []


TWICE_IN_ONE_FILE = [
    correction(old, new, "a.md") for old, new in [("We utilize a.", "We use a."), ("We utilize b.", "We use b.")]
]

NOTHING = {
    "only twice": USE[:2],
    "only in one draft": [correction(f"We utilize {name}.", f"We use {name}.", "a.md") for name in SIX],
    "one post in two languages": [
        *(correction(f"We utilize {name}.", f"We use {name}.", "a.md") for name in "ab"),
        correction("We utilize c.", "We use c.", "a.md", target_lang="en", source="Wir nutzen c."),
    ],
    "both ways": [*USE, correction("I use Hugo here.", "I utilize Hugo here.", "z.md")],
    "left elsewhere": [*USE, correction("They utilize Huga and utilize it.", "They utilize Hugo and utilize it.", "z.md")],
    "another word each time": spread([("A big disk.", "A huge disk."), ("A big cache.", "A large cache."), ("A big file.", "A vast file.")]),
    "numbers": spread([("It took 3 days.", "It took 4 days."), ("3 disks.", "4 disks."), ("At 3 o'clock.", "At 4 o'clock.")]),
    "code": spread([("Run `make a`.", "Run `make b`."), ("Use `make a`.", "Use `make b`."), ("`make a` it.", "`make b` it.")]),
    "white space": spread([(f"One  {name}.", f"One {name}.") for name in SIX]),
    "dashes, as often as not": [
        *spread([("A — b.", "A, b."), ("C — d.", "C, d."), ("E — f.", "E, f.")]),
        *(correction(f"Big {name} — small.", f"Large {name} — small.", f"q{name}.md") for name in "ab"),
    ],
    "dashes that are put in, too": [
        *spread([("A — b.", "A, b."), ("C — d.", "C, d."), ("E — f.", "E, f.")]),
        correction("G, h.", "G — h.", "q.md"),
    ],
    "texts of which nothing is left": spread([(f"The disk {name} died.", "") for name in SIX]),
    "translations of the person's own": translated([(f"A disk {name}.", None, "Eine Platte.") for name in SIX], "de"),  # type: ignore[list-item]
    "sentences split and joined": [
        *spread([(f"Disk {name} died and we were sad.", f"Disk {name} died. We were sad.") for name in SIX[:3]]),
        *(correction(f"File {name} died. We were sad.", f"File {name} died and we were sad.", f"q{name}.md") for name in SIX[:3]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("corrections", NOTHING.values(), ids=NOTHING)
def test_what_shows_no_habit_is_not_proposed(tmp_path: Path, corrections: list[Correction]):
    assert proposed(tmp_path, corrections) == []


def test_a_rewrite_that_left_the_draft_alone_counts_by_its_source(tmp_path: Path):
    left = [correction(None, new, f"{at}.md", source=old) for at, (old, new) in enumerate([
        ("We utilize a cache.", "We use a cache."), ("I utilize it.", "I use it."), ("You utilize Hugo.", "You use Hugo."),
    ])]  # fmt: skip
    assert proposed(tmp_path, left) == ['rule: Write "use", not "utilize".']


def test_superseded_corrections_do_not_count(tmp_path: Path):
    first = correction("We utilize a cache.", "We use a cache.")
    final = correction("We utilize a cache.", "We have a cache.", supersedes=first.id)
    assert proposed(tmp_path, [first, *USE[1:], final]) == []


def test_a_term_is_told_from_other_words_by_texts_without_the_old_wording(tmp_path: Path):
    """Each source begins with the same words; only “disk” has no place in the texts that were right."""
    wrong = translated(
        [
            (
                f"Our blog says the disk {verb}.",
                f"Unser Blog sagt, die Diskette {verb}.",
                f"Unser Blog sagt, die Platte {verb}.",
            )
            for verb in "abc"
        ],
        "de",
    )
    right = Block("b", source="Our blog says the file x.", written="Unser Blog sagt, die Datei x.")
    blocks = tuple(Block(f"b-{n}", source=right.source + str(n), written=right.written) for n in range(4))
    Records(tmp_path).add(
        Record("o.de.md", "o.md", digest(b""), digest(b""), "translate", "de", "m", "2026-11-20T00:00:00+00:00", blocks)
    )
    assert proposed(tmp_path, wrong) == ["term: Render “disk” as “Platte” (de)"]


def test_a_rejected_proposal_is_never_made_again(tmp_path: Path):
    Corrections(tmp_path).add(USE)
    (one,) = Proposals(tmp_path).open()
    Proposals(tmp_path).reject(one)
    Corrections(tmp_path).add([correction("They utilize it all.", "They use it all.", "new.md")])
    assert Proposals(tmp_path).open() == []
    assert [(entry.decision, entry.proposal.id) for entry in Proposals(tmp_path).decisions()] == [("rejected", one.id)]


def test_the_id_stays_while_evidence_grows(tmp_path: Path):
    Corrections(tmp_path).add(USE)
    (before,) = Proposals(tmp_path).open()
    Corrections(tmp_path).add([correction("They utilize it all.", "They use it all.", "new.md")])
    (after,) = Proposals(tmp_path).open()
    assert (after.id, after.count, after.files) == (before.id, 4, 4)
    assert after.evidence[1:] == before.evidence


@pytest.mark.parametrize(
    "said",
    [
        ".stylerules:## Rules\n\n- Please write “use”, never “utilize”.\n",
        '.styletune/glossary.toml:never_say = ["utilize"]\n',
        '.styletune/glossary.toml:never_say = ["utiliz*"]\n',
        '.styletune/glossary.toml:[terms.any]\nutilize = "use"\n',
    ],
)
def test_what_a_file_says_already_is_not_proposed(tmp_path: Path, said: str):
    name, _, text = said.partition(":")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert proposed(tmp_path, USE) == []


def test_an_accepted_rule_names_its_corrections_in_the_rule_file(tmp_path: Path):
    Corrections(tmp_path).add(USE)
    (one,) = Proposals(tmp_path).open()
    Proposals(tmp_path).accept(one, text="Say “use”.", today=date(2026, 11, 21))
    ids = ", ".join(one.evidence)
    assert f"- Say “use”. <!-- learned 2026-11-21 from {ids} -->\n" in (tmp_path / ".stylerules").read_text(
        encoding="utf-8"
    )
    assert read_rule_file(tmp_path / ".stylerules").rules == ("- Say “use”.",)
    assert Proposals(tmp_path).open() == []


def test_an_accepted_term_lands_in_the_glossary_of_its_language(tmp_path: Path):
    Corrections(tmp_path).add(CASES["a term, into Chinese"][0])
    (one,) = Proposals(tmp_path).open()
    Proposals(tmp_path).accept(one)
    file = tmp_path / ".styletune" / "glossary.toml"
    assert read_glossary(file, "g").terms == {"zh": {"pull request": "合并请求"}}
    assert one.evidence[0] in file.read_text(encoding="utf-8")


def test_a_proposal_that_would_contradict_the_glossary_stays_open(tmp_path: Path):
    Corrections(tmp_path).add(CASES["a deleted word"][0])
    (tmp_path / ".styletune" / "glossary.toml").write_text('keep = ["really"]\n', encoding="utf-8")
    (one,) = Proposals(tmp_path).open()
    with pytest.raises(UsageError, match="never_say forbids it"):
        Proposals(tmp_path).accept(one)
    assert Proposals(tmp_path).open() == [one]


def test_a_malformed_decision_is_named_with_its_line(tmp_path: Path):
    Corrections(tmp_path).add(USE)
    Proposals(tmp_path).file.write_text('{"schema": 1, "type": "decided", "decision": "maybe"}\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"proposals\.jsonl:1 the field \"proposal\" is missing"):
        Proposals(tmp_path).open()


def test_what_follows_from_other_proposals_is_not_one_more(tmp_path: Path):
    both = spread([(f"We {name} utilize utilize it.", f"We {name} use use it.") for name in ("a", "b", "c")])
    assert proposed(tmp_path, [*USE, *USE_MORE, *both]) == ['rule: Write "use", not "utilize".']


def test_only_the_last_corrections_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("styletune.learning.observed.LAST", 5)
    assert proposed(tmp_path, USE) == ['rule: Write "use", not "utilize".']
    later = spread(
        [("A big disk.", "A huge disk."), ("A big cache.", "A large cache."), ("A big file.", "A vast file.")]
    )
    assert proposed(tmp_path, later) == []


def test_changes_that_stand_close_together_are_told_apart(tmp_path: Path):
    """Beside “a”, two changes look like one; elsewhere they stand alone."""
    close = correction("Here we utilize a very big disk.", "Here we use a big disk.", "close.md")
    apart = [
        *USE,
        correction("It is very big.", "It is big.", "m.md"),
        correction("A very old file.", "An old file.", "n.md"),
    ]
    assert set(proposed(tmp_path, [close, *apart])) == {
        'rule: Write "use", not "utilize".',
        "never_say: Never write “very” (en)",
    }


def test_a_phrase_that_always_changes_as_one_is_one_proposal(tmp_path: Path):
    phrases = spread([(f"We make use of {name}.", f"We use {name}.") for name in ("Hugo", "Zola", "Jekyll")])
    assert proposed(tmp_path, phrases) == ['rule: Write "use", not "make use of".']
