"""Examples in a prompt: what a person made of a text goes first, and nothing leads the model astray."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from styletune.config.schema import FileSettings
from styletune.errors import SettingsError
from styletune.files.record import Block, Record
from styletune.files.records import Records
from styletune.judge import Judge
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode
from styletune.memory.budget import estimate_tokens
from styletune.memory.project_memory import open_memory
from styletune.memory.recall import Example, Recall
from styletune.prompts import build_prefix, build_user
from styletune.task import Task

DOWN = "Due to the fact that the server was down on Monday, we were not able to deploy anything until the evening."
SHORT = "The server was down on Monday, so everything had to wait until evening."
CHINESE = "由于服务器在星期一宕机，我们直到晚上才能够部署任何东西。"
CHINESE_SHORT = "周一服务器宕机，晚上才部署。"
JAPANESE = "月曜日にサーバーが落ちていたため、夕方まで何もデプロイすることができませんでした。"
JAPANESE_SHORT = "月曜はサーバーが落ち、夕方まで何も出せなかった。"


def remember(root, *, path="draft.md", languages=("en", None), **settings):
    source, target = languages
    return open_memory(
        root,
        FileSettings(**settings),
        task="translate" if target else "rewrite",
        source_lang=source,
        target_lang=target,
        path=path and root / path,
        examples=0,
    )


def correct(root, source=DOWN, edited=SHORT, *, languages=("en", None), doc="old.md", **more) -> str:
    """Record a correction; return its id."""
    source_lang, target_lang = languages
    correction = Correction(
        id="",
        time="2026-11-20T10:00:00+00:00",
        task="translate" if target_lang else "rewrite",
        source_lang=source_lang,
        target_lang=target_lang,
        doc=doc,
        kind="paragraph",
        source=source,
        written="What styletune wrote.",
        edited=edited,
        how="learn",
        output=f"{doc}.out",
    )
    ((found),) = Corrections(root).add([replace(correction, **more)])
    return found.id


def write(root, source=DOWN, written=SHORT, *, languages=("en", None), draft="old.md"):
    """Record what styletune wrote for a block of a draft."""
    source_lang, target_lang = languages
    block = Block("id", kind="paragraph", source_id="id", source=source, written=written)
    task = "translate" if target_lang else "rewrite"
    Records(root).add(
        Record(f"{draft}.out", draft, "0", "0", task, target_lang, "m", "2026-11-20T00:00:00+00:00", (block,), source_lang=source_lang)
    )  # fmt: skip


def bring(root, source=DOWN, target=SHORT, *, languages=("en", "en"), origin="human"):
    """Add a pair that a person brought from elsewhere."""
    task = "rewrite" if languages[0] == languages[1] else "translate"
    pair = {"doc": "elsewhere", "task": task, "source": source, "target": target, "origin": origin}
    pair |= {"source_lang": languages[0], "target_lang": languages[1]}
    file = root / ".styletune" / "pairs.jsonl"
    file.parent.mkdir(exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(pair, ensure_ascii=False) + "\n")


def targets(memory, source) -> list[str]:
    return [example.target for example in memory.recall(source).examples]


class TestCorrections:
    def test_the_person_s_text_is_the_example_for_a_source_that_changed_since(self, tmp_path):
        made = correct(tmp_path, doc="draft.md")
        write(tmp_path, written="What styletune wrote.", draft="draft.md")
        (example,) = remember(tmp_path).recall(DOWN.replace("Monday", "Tuesday")).examples
        assert example == Example(DOWN, SHORT, made, example.likeness)
        assert 90 < example.likeness < 100

    @pytest.mark.parametrize(
        ("languages", "source", "edited", "changed"),
        [
            (("en", None), DOWN, SHORT, DOWN.replace("anything", "it")),
            (("zh", None), CHINESE, CHINESE_SHORT, CHINESE.replace("星期一", "星期二")),
            (("zh-hans", "en"), CHINESE, SHORT, CHINESE.replace("任何东西", "它")),
            (("en", "zh-hans"), DOWN, CHINESE_SHORT, DOWN.replace("anything", "it")),
            (("ja", None), JAPANESE, JAPANESE_SHORT, JAPANESE.replace("月曜日", "火曜日")),
        ],
    )
    def test_it_is_so_in_every_language(self, tmp_path, languages, source, edited, changed):
        correct(tmp_path, source, edited, languages=languages)
        assert targets(remember(tmp_path, languages=languages), changed) == [edited]

    def test_at_most_three_the_nearest_first(self, tmp_path):
        for number, words in enumerate(
            ["was down", "was down again", "was really down once again", "was up", "was on fire and smoking"]
        ):
            correct(tmp_path, DOWN.replace("was down", words), f"Text {number}.")
        assert targets(remember(tmp_path), DOWN) == ["Text 0.", "Text 1.", "Text 3."]

    def test_one_for_a_text_that_is_less_alike_comes_behind_fuzzy_matches(self, tmp_path):
        correct(tmp_path, "On another evening, the server was slow and nobody cared.", "The server was slow.")
        bring(tmp_path, DOWN.replace("not able", "unable"), "Brought.")
        write(tmp_path, DOWN.replace("the fact that", "reasons:"), "Written.")
        assert targets(remember(tmp_path), DOWN) == ["Brought.", "Written.", "The server was slow."]

    def test_one_that_shares_no_word_is_no_example(self, tmp_path):
        correct(tmp_path, "Something else entirely.", "Else.")
        assert remember(tmp_path).recall(CHINESE) == Recall()

    def test_one_that_was_superseded_is_no_example(self, tmp_path):
        first = correct(tmp_path)
        correct(tmp_path, edited="Later text.", supersedes=first)
        assert targets(remember(tmp_path), DOWN) == ["Later text."]

    @pytest.mark.parametrize(
        ("made_for", "asked_for", "found"),
        [
            (("en", None), ("en", None), True),
            (("en", None), (None, None), True),
            ((None, None), ("en", None), True),
            (("en", None), ("de", None), False),
            (("en", None), ("en", "de"), False),
            (("en", "de"), ("en", None), False),
            (("en", "de"), ("en", "de"), True),
            (("en", "de"), ("en-gb", "de-at"), True),
            (("en", "zh"), ("en", "zh-hans"), True),
            (("en", "zh-hant"), ("en", "zh-hans"), False),
            (("fr", "de"), ("en", "de"), False),
            ((None, "de"), ("en", "de"), True),
        ],
    )
    def test_task_and_languages_have_to_be_the_same(self, tmp_path, made_for, asked_for, found):
        correct(tmp_path, languages=made_for)
        assert targets(remember(tmp_path, languages=asked_for), DOWN) == [SHORT] * found

    @pytest.mark.parametrize("edited", ["", "  ", "One.\n\nTwo.", "One.\n \nTwo."])
    def test_what_was_deleted_or_split_is_no_example(self, tmp_path, edited):
        correct(tmp_path, edited=edited)
        memory = remember(tmp_path)
        assert memory.recall(DOWN).examples == ()
        assert memory.settled(DOWN) is None

    def test_a_new_one_counts_from_the_next_file_on(self, tmp_path):
        correct(tmp_path)
        assert targets(remember(tmp_path), DOWN) == [SHORT]
        correct(tmp_path, edited="Shorter.", doc="other.md")
        assert "Shorter." in targets(remember(tmp_path), DOWN) + targets(remember(tmp_path), DOWN.upper())

    def test_they_are_no_part_of_the_fingerprint(self, tmp_path):
        before = remember(tmp_path).fingerprint
        correct(tmp_path)
        bring(tmp_path)
        assert remember(tmp_path).fingerprint == before


class TestMarks:
    def test_an_example_has_marks_where_the_segment_has_them(self, tmp_path):
        correct(tmp_path, "You can run `make` in [the folder](f) now.", "In [the folder](f), run `make`.")
        shown = "You can run ⟦1⟧ in [a folder](⟦2⟧) now."
        (example,) = remember(tmp_path).recall(shown).examples
        assert (example.source, example.target) == (
            "You can run ⟦1⟧ in [the folder](⟦2⟧) now.",
            "In [the folder](⟦2⟧), run ⟦1⟧.",
        )

    def test_one_with_more_marks_than_the_segment_is_left_out_and_named(self, tmp_path):
        made = correct(tmp_path, "You can run `make` now.", "Run `make`.")
        recall = remember(tmp_path).recall("You can run it now.")
        assert recall.examples == ()
        assert recall.left_out == (f"the correction {made}: it holds code or links, and this paragraph has fewer",)

    def test_one_with_fewer_marks_is_none_the_worse(self, tmp_path):
        correct(tmp_path, "You can run it now.", "Run it.")
        assert targets(remember(tmp_path), "You can run ⟦1⟧ now.") == ["Run it."]

    def test_one_whose_marks_differ_is_no_example(self, tmp_path):
        correct(tmp_path, "You can run `make` now.", "Run `make test`.")
        assert targets(remember(tmp_path), "You can run ⟦1⟧ now.") == []


class TestFuzzyMatches:
    @pytest.mark.parametrize("add", [write, bring])
    def test_a_text_that_is_75_percent_alike_is_one(self, tmp_path, add):
        add(tmp_path)
        memory = remember(tmp_path)
        assert targets(memory, DOWN.replace("Monday", "Tuesday")) == [SHORT]
        assert targets(memory, "We were not able to deploy.") == []

    @pytest.mark.parametrize("add", [write, bring])
    @pytest.mark.parametrize(
        ("known", "asked"),
        [
            (DOWN.replace("Monday", "March 3"), DOWN.replace("Monday", "March 4")),
            (DOWN.replace("anything", "`api`"), DOWN),
            (DOWN, DOWN.replace("anything", "⟦1⟧")),
        ],
    )
    def test_numbers_and_marks_have_to_agree(self, tmp_path, add, known, asked):
        add(tmp_path, known)
        assert targets(remember(tmp_path), asked) == []

    def test_the_author_s_correction_goes_before_what_is_more_alike(self, tmp_path):
        write(tmp_path)
        bring(tmp_path, target="Brought.")
        correct(tmp_path, DOWN.replace("Monday", "some Sunday"), "Corrected.")
        assert targets(remember(tmp_path), DOWN) == ["Corrected.", "Brought."]

    def test_what_styletune_wrote_in_the_same_draft_is_none(self, tmp_path):
        write(tmp_path, draft="draft.md")
        assert targets(remember(tmp_path), DOWN) == []
        assert targets(remember(tmp_path, path="other.md"), DOWN) == [SHORT]
        assert targets(remember(tmp_path, path=None), DOWN) == [SHORT]

    def test_the_same_draft_is_known_by_another_name(self, tmp_path):
        write(tmp_path, draft="posts/caf\u00e9.md")
        (tmp_path / "posts").mkdir()
        (tmp_path / "posts" / "caf\u00e9.md").write_text("x", encoding="utf-8")
        (tmp_path / "link").symlink_to(tmp_path / "posts")
        assert targets(remember(tmp_path, path="link/caf\u00e9.md"), DOWN) == []

    def test_on_a_disk_that_ignores_unicode_forms_it_is_known_in_the_other_one(self, tmp_path, monkeypatch):
        write(tmp_path, draft="caf\u00e9.md")
        assert targets(remember(tmp_path, path="cafe\u0301.md"), DOWN) == [SHORT]
        monkeypatch.setattr("styletune.files.names._ignores_case", lambda folder: True)
        assert targets(remember(tmp_path, path="cafe\u0301.md"), DOWN) == []

    def test_they_are_found_in_chinese(self, tmp_path):
        write(tmp_path, CHINESE, SHORT, languages=("zh-hans", "en"))
        memory = remember(tmp_path, languages=("zh", "en"))
        assert targets(memory, CHINESE.replace("星期一", "星期二")) == [SHORT]
        assert targets(memory, "今天天气很好。") == []

    def test_the_same_text_is_no_second_example(self, tmp_path):
        write(tmp_path)
        bring(tmp_path, target="Brought.")
        assert targets(remember(tmp_path), DOWN) == ["Brought."]


class TestBudget:
    def test_examples_come_behind_terms_and_rules_and_before_the_author_s_paragraphs(self, tmp_path):
        correct(tmp_path)
        files = {
            ".styletune/glossary.toml": 'keep = ["server"]\n',
            ".styletune/rules/drafts.md": "---\nglobs: '*.md'\n---\n- Be brief.\n",
            "posts/a.md": "A server of my own stood below the desk on that Monday, and the evening was long enough for it.\n",
        }
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

        def recall(budget):
            settings = FileSettings(posts=("posts",), prompt_budget=budget)
            languages = {"source_lang": "en", "target_lang": None}
            memory = open_memory(tmp_path, settings, task="rewrite", path=tmp_path / "d.md", examples=1, **languages)
            return memory.recall(DOWN)

        def kept(budget):
            found = recall(budget)
            return [bool(part) for part in (found.glossary, found.rules, found.examples, found.voice)]

        def taken(budget):
            found = recall(budget)
            texts = {"voice": found.voice, "examples": [(one.source, one.target) for one in found.examples]}
            terms = [(term.source, term.target) for term in found.glossary]
            full = build_user("rewrite", source="", glossary=terms, rules=found.rules, **texts)
            return estimate_tokens(full) - estimate_tokens(build_user("rewrite", source=""))

        assert all(taken(budget) <= budget for budget in range(0, 160, 4))
        seen = [kept(budget) for budget in range(0, 160, 4)]
        assert seen[0] == [False] * 4
        assert seen[-1] == [True] * 4
        assert [True, True, True, False] in seen
        assert recall(0).left_out[2].startswith("the correction c")
        assert all("(no room: " in what for what in recall(0).left_out)

    def test_one_that_has_no_room_makes_place_for_a_shorter_one(self, tmp_path):
        correct(tmp_path)
        correct(tmp_path, "The server was down until evening.", "It was down.", doc="b.md")
        assert targets(remember(tmp_path, prompt_budget=25), DOWN) == ["It was down."]


class TestSettled:
    def test_it_is_the_person_s_text_for_the_same_source_however_it_is_wrapped(self, tmp_path):
        correct(tmp_path, "You can\nrun `make` now.", "Run `make`.")
        memory = remember(tmp_path)
        assert memory.settled("You can run `make`\n now.") == "Run `make`."
        assert memory.settled("You can run `it` now.") is None

    def test_unspaced_scripts_wrap_without_blanks(self, tmp_path):
        correct(tmp_path, "由于服务器\n宕机。", "服务器宕机。", languages=("zh", None))
        assert remember(tmp_path, languages=("zh", None)).settled("由于服务器宕机。") == "服务器宕机。"

    @pytest.mark.parametrize(
        ("origin", "settled"), [("human", SHORT), ("aligned", SHORT), ("synthesized", None), ("git", None)]
    )
    def test_pairs_settle_a_text_if_a_person_wrote_them(self, tmp_path, origin, settled):
        bring(tmp_path, origin=origin)
        assert remember(tmp_path).settled(DOWN) == settled

    def test_several_texts_settle_nothing_and_the_same_one_twice_does(self, tmp_path):
        correct(tmp_path)
        bring(tmp_path)
        assert remember(tmp_path).settled(DOWN) == SHORT
        correct(tmp_path, edited="Something else.", doc="another.md")
        assert remember(tmp_path).settled(DOWN) is None
        assert targets(remember(tmp_path), DOWN) == ["Something else."]

    def test_a_later_correction_of_the_block_settles_it_anew(self, tmp_path):
        first = correct(tmp_path)
        correct(tmp_path, edited="Later.", supersedes=first)
        assert remember(tmp_path).settled(DOWN) == "Later."

    def test_it_is_for_its_task_and_language_only(self, tmp_path):
        correct(tmp_path, edited=CHINESE, languages=("en", "zh"))
        assert remember(tmp_path, languages=("en", "zh")).settled(DOWN) == CHINESE
        assert remember(tmp_path, languages=("en", "ja")).settled(DOWN) is None
        assert remember(tmp_path).settled(DOWN) is None

    def test_what_styletune_wrote_settles_nothing(self, tmp_path):
        write(tmp_path)
        assert remember(tmp_path).settled(DOWN) is None


def test_a_malformed_line_is_named_before_anything_is_asked_all_files_at_once(tmp_path):
    correct(tmp_path)
    bring(tmp_path)
    for name in ("corrections.jsonl", "pairs.jsonl"):
        with (tmp_path / ".styletune" / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"schema": 1, "type": "other"}) + "\n")
    (tmp_path / ".stylerules").write_text("## Rule\n", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        remember(tmp_path)
    text = str(error.value)
    assert ".stylerules:1:1" in text
    assert "corrections.jsonl:2" in text
    assert "pairs.jsonl:2" in text


def test_an_answer_may_share_words_with_a_fuzzy_match_but_not_with_what_is_unlike():
    like, unlike = Example("a", "b", "c1", 90.0), Example("d", "e", "c2", 40.0)
    assert Recall(voice=("v",), examples=(like, unlike)).foreign == ("v", "d", "e")


@pytest.mark.parametrize(
    ("day", "answer", "passes"),
    [
        ("March 3", "The server was down on March 3, so everything had to wait until evening.", True),
        ("March 4", "The server was down on March 3, so everything had to wait until evening.", False),
        ("March 4", "The server was down on March 4, so everything had to wait until evening.", True),
    ],
)
def test_an_answer_that_repeats_an_example_stands_if_it_is_right(tmp_path, day, answer, passes):
    correct(tmp_path, DOWN.replace("Monday", "March 3"), SHORT.replace("Monday", "March 3"))
    memory = remember(tmp_path)
    document = Document.parse(DOWN.replace("Monday", day).replace("evening", "late evening").encode())
    (segment,) = document.segments
    task = Task("rewrite", source_lang="en")
    judge = Judge(
        document, task, MarkMode.MASKED, build_prefix("rewrite", source_lang="en", target_lang=None), memory, False
    )
    recall = memory.recall(segment.source)
    assert [example.target for example in recall.examples] == [SHORT.replace("Monday", "March 3")]
    assert (judge.reasons(segment.id, segment.source, answer, "stop", recall) == []) == passes


def test_the_files_are_read_once_for_all_drafts(tmp_path, monkeypatch):
    correct(tmp_path)
    remember(tmp_path)
    monkeypatch.setattr("styletune.learning.corrections.Corrections.live", lambda self: pytest.fail("read again"))
    assert targets(remember(tmp_path, path="other.md"), DOWN) == [SHORT]


def test_the_project_may_be_named_by_a_link(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    write(real, draft="draft.md")
    assert targets(remember(link), DOWN) == []
    assert targets(remember(Path(link), path="other.md"), DOWN) == [SHORT]
