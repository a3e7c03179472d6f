"""All that a project has becomes pairs that can be trusted: kept, or dropped with a reason."""

import json
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest
from styletune_training.corpus.near_duplicates import near_duplicates
from styletune_training.corpus.store import Corpus
from styletune_training.pairs import gate
from styletune_training.training_set import gate_cache, verdicts
from styletune_training.training_set.assembly import assemble
from styletune_training.training_set.training_pair import TrainingSet
from training_projects import PROMPT, add_draft, add_mined, add_post, import_pairs, post_in, translated

from styletune.errors import Cancelled
from styletune.exchange.pair import make_pair
from styletune.exchange.splits import split_of
from styletune.learning.correction import Correction
from styletune.learning.corrections import Corrections

WRITTEN = "I measured the three disks in Hamburg for 14 days, and every one of them failed in the end."
DRAFT = "Over a period of 14 days, three disks located in Hamburg were tested; ultimately, each of these disks failed."
OTHER = "Nobody in the village had ever seen a train, so we walked all day to look at one and came home at night."
OTHER_DRAFT = "As no inhabitant of the village had seen a train before, a full day was spent walking to see one, returning at night."
CHINESE = "我在汉堡测了三块硬盘，一共测了14天，最后每一块都坏了。"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def kept(found: TrainingSet) -> list[tuple[str, str]]:
    return [(one.pair.origin, one.place) for one in found.pairs]


def dropped(found: TrainingSet) -> dict[str, str]:
    return {one.reason: one.words for one in found.dropped}


def test_an_empty_project_has_nothing_and_stays_empty(root: Path) -> None:
    assert assemble(root) == TrainingSet((), (), ())
    assert list(root.iterdir()) == []


def test_a_draft_of_a_paragraph_becomes_a_pair_and_a_few_stay_as_they_are(root: Path) -> None:
    add_post(root, "posts/a.md", [OTHER, WRITTEN])
    add_draft(root, "posts/a.md", DRAFT, WRITTEN)
    found = assemble(root)
    assert kept(found) == [("synthesized", "posts/a.md:3"), ("identity", "posts/a.md:3")]
    made, same = found.pairs
    assert (made.pair.source, made.pair.target) == (DRAFT, WRITTEN)
    assert made.pair.generator is not None
    assert made.pair.generator.prompt == PROMPT
    assert made.distance is not None
    assert made.distance > 0.3
    assert (same.pair.source, same.distance) == (WRITTEN, 0.0)
    assert found.dropped == ()


def test_all_origins_come_together(root: Path) -> None:
    add_post(root, "posts/a.md", [WRITTEN])
    add_draft(root, "posts/a.md", DRAFT, WRITTEN)
    add_mined(root, "aligned", [translated("posts/b.md", WRITTEN, CHINESE)])
    import_pairs(root, [make_pair("x", "qa", ("en", "en"), ("How long did it take?", OTHER), origin="chat")])
    correction = Correction(
        "c1", "2026-01-01T00:00:00Z", "rewrite", "en", None, "posts/c.md", "paragraph",
        source=OTHER_DRAFT, written="A train passed by.", edited=OTHER, how="run",
    )  # fmt: skip
    Corrections(root).add([correction])
    found = assemble(root)
    assert {one.pair.origin for one in found.pairs} == {"synthesized", "aligned", "chat", "correction", "identity"}
    assert [one.pair.doc for one in found.pairs] == sorted(one.pair.doc for one in found.pairs)
    assert [one.chosen for one in found.preferences] == [OTHER]


@pytest.mark.parametrize(
    ("source", "fault", "reason", "words"),
    [
        (DRAFT.replace("14", "15"), None, "numbers", "the number 15 is missing in the target"),
        (WRITTEN, None, "near copy", "differ in 0% of their words"),
        ("I can't help with that.", "refused: I can't help with that.", "refused", "refused: I can't help"),
        ("", "no answer", "no answer", "no answer"),
    ],
)
def test_what_is_no_pair_says_why(root: Path, source: str, fault: str | None, reason: str, words: str) -> None:
    add_post(root, "posts/a.md", [WRITTEN])
    add_draft(root, "posts/a.md", source, WRITTEN, fault=fault)
    found = assemble(root)
    assert found.pairs == ()
    assert [one.place for one in found.dropped] == ["posts/a.md:1"]
    assert words in dropped(found)[reason]


@pytest.mark.parametrize("how", ["edited", "skipped", "removed"])
def test_what_was_made_of_a_paragraph_that_is_gone_does_not_count(root: Path, how: str) -> None:
    add_post(root, "posts/a.md", [WRITTEN])
    add_draft(root, "posts/a.md", DRAFT, WRITTEN)
    if how == "removed":
        Corpus(root).remove(["posts/a.md"])
    else:
        add_post(
            root, "posts/a.md", [OTHER if how == "edited" else WRITTEN], skipped="draft" if how == "skipped" else None
        )
    found = assemble(root)
    assert (found.pairs, found.dropped) == ((), ())
    assert found.notes == ("1 made text not used: the paragraph was changed or removed.",)


def test_the_same_twice_is_one_pair_and_people_go_before_models(root: Path) -> None:
    add_post(root, "posts/a.md", [WRITTEN])
    add_draft(root, "posts/a.md", DRAFT, WRITTEN)
    import_pairs(root, [make_pair("x", "rewrite", ("en", "en"), (DRAFT, WRITTEN), origin="human")])
    found = assemble(root)
    assert [origin for origin, _ in kept(found)] == ["human", "identity"]
    assert dropped(found) == {"duplicate": "the same pair is at .styletune/pairs.jsonl"}


def test_the_same_lines_of_many_posts_are_one_pair(root: Path) -> None:
    thanks = [
        (
            "Thanks for reading, and see you all next week in the same place!",
            "感谢大家的阅读，我们下周在同一个地方再见！",
        ),
        (
            "Thanks for reading, and see you all next week in the same place.",
            "感谢大家的阅读，我们下周在同一个地方再见。",
        ),
    ]
    pairs = [translated(f"posts/{number}.md", *thanks[number % 2]) for number in range(20)]
    add_mined(root, "aligned", pairs)
    found = assemble(root)
    assert len(found.pairs) == 1
    assert {one.reason for one in found.dropped} == {"duplicate", "near duplicate"}
    assert len(found.dropped) == 19


def test_several_drafts_of_one_paragraph_are_several_pairs(root: Path) -> None:
    add_post(root, "posts/a.md", [WRITTEN])
    add_draft(root, "posts/a.md", DRAFT, WRITTEN)
    another = (
        "For 14 days I put three disks in Hamburg to the test. Sooner or later, all of these storage devices broke."
    )
    add_draft(root, "posts/a.md", another, WRITTEN, prompt="rewrite-formal@00000002")
    add_draft(root, "posts/a.md", DRAFT.replace(";", ","), WRITTEN, prompt="rewrite-other@00000003")
    found = assemble(root)
    assert [one.pair.origin for one in found.pairs].count("synthesized") == 2
    assert list(dropped(found)) == ["near duplicate"]


def test_steps_of_one_text_are_no_duplicates(root: Path) -> None:
    """A person who changed a paragraph twice changed it twice."""
    steps = [WRITTEN, WRITTEN.replace("measured", "tested"), WRITTEN.replace("measured", "tried")]
    langs = ("en", "en")
    mined = [make_pair("a", "rewrite", langs, both, origin="git") for both in pairwise(steps)]
    add_mined(root, "s1", mined)
    assert [origin for origin, _ in kept(assemble(root))].count("git") == 2


def test_what_is_in_training_and_in_the_test_is_moved_to_training(root: Path) -> None:
    trained, tested = post_in("train"), post_in("test")
    pairs = [
        translated(trained, WRITTEN, CHINESE),
        make_pair(tested, "rewrite", ("en", "en"), (DRAFT, WRITTEN.replace("disks", "drives")), origin="human"),
        translated(tested, OTHER, "村里没有人见过火车，于是我们走了一整天去看，晚上才回到家里。"),
    ]
    add_mined(root, "aligned", pairs)
    found = assemble(root)
    assert {(one.pair.task, one.pair.split, one.moved) for one in found.pairs if one.pair.doc == tested} == {
        ("rewrite", "train", True), ("translate", "test", False)
    }  # fmt: skip
    assert [(one.pair.split, one.moved) for one in found.pairs if one.pair.doc == trained] == [("train", False)]


def test_what_was_judged_is_not_judged_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_mined(root, "aligned", [translated("a", WRITTEN, CHINESE), translated("a", OTHER, CHINESE)])
    seen: list[tuple[int, int]] = []
    first = assemble(root, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]
    monkeypatch.setattr(verdicts, "faults", None)
    assert assemble(root) == first


@pytest.mark.parametrize("content", [b"", b"nonsense\n{}\n[1]\n\xff\n", b'{"key": 1}\n', b"[" * 100_000])
@pytest.mark.parametrize("name", ["gate.jsonl", "likeness.json"])
def test_a_broken_memory_is_made_anew(root: Path, name: str, content: bytes) -> None:
    add_mined(root, "aligned", [translated("a", WRITTEN, CHINESE), translated("a", WRITTEN, "别的。")])
    first = assemble(root)
    file = root / ".styletune" / "corpus" / name
    whole = file.read_bytes()
    file.write_bytes(content)
    assert assemble(root) == first
    assert file.read_bytes() == whole


def test_another_version_of_the_gate_judges_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_mined(root, "aligned", [translated("a", WRITTEN, CHINESE)])
    assemble(root)
    monkeypatch.setattr(gate_cache, "GATE", gate.GATE + "x")
    seen: list[int] = []
    assemble(root, on_progress=lambda done, _: seen.append(done))
    assert seen == [1]


def test_a_run_that_is_stopped_keeps_what_it_has_judged(root: Path) -> None:
    add_mined(root, "aligned", [translated("a", f"{WRITTEN} {number}", CHINESE) for number in range(10)])
    stop = Event()

    def stop_soon(done: int, _: int) -> None:
        if done == 4:
            stop.set()

    with pytest.raises(Cancelled):
        assemble(root, on_progress=stop_soon, stop=stop)
    lines = (root / ".styletune" / "corpus" / "gate.jsonl").read_text().splitlines()
    assert len(lines) == 4
    assert all(json.loads(line)["key"] for line in lines)


def test_many_pairs_are_judged_by_workers_as_by_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_mined(root, "aligned", [translated("a", f"A disk {number}.", f"硬盘{number}。") for number in range(240)])
    alone = assemble(root)
    (root / ".styletune" / "corpus" / "gate.jsonl").unlink()
    monkeypatch.setattr(verdicts, "_WORTH_WORKERS", 200)
    monkeypatch.setattr(verdicts, "usable_processors", lambda: 2)
    seen: list[int] = []
    assert assemble(root, on_progress=lambda done, _: seen.append(done)) == alone
    assert len(seen) == 3
    assert seen[-1] == 240


STORIES = [
    ("My father kept bees behind the barn, and in autumn we ate honey straight from the comb.",
     "During autumn, honey was consumed directly from its comb, as bees were kept by my father at the rear of the barn."),
    ("The compiler told me nothing useful, so I read its source until I understood where it gave up.",
     "Because no helpful message was offered by the compiler, its source was studied by me until the point of failure became clear."),
    ("Winter came early that year; the harbour froze and nobody sold fish for weeks.",
     "In that year an early winter arrived, the harbour was frozen, and for weeks there was no fish being sold by anyone."),
    ("A good test fails for one reason, and its name says which reason that is.",
     "It should be noted that good tests have one single reason for failing, which is stated by the name they carry."),
]  # fmt: skip
TRANSLATED = ["父亲在谷仓后面养蜂，秋天我们直接从蜂巢里吃蜂蜜。", "编译器什么有用的都没告诉我，我就读它的源码，直到明白它在哪里放弃了。",
              "那年冬天来得早，港口结了冰，好几个星期没有人卖鱼。", "好的测试只会因为某个原因失败，它的名字就说明了是哪个原因。"]  # fmt: skip


def everything(root: Path, names: tuple[str, str]) -> None:
    """Fill a project with posts in all splits; ``names`` are those of two sources of pairs."""
    posts = [post_in("train"), post_in("test"), post_in("valid"), post_in("train", 1)]
    for number, (post, (text, draft)) in enumerate(zip(posts, STORIES, strict=True)):
        add_post(root, post, [text, OTHER])
        add_draft(root, post, draft, text)
        add_draft(root, post, f"{draft} It has 99 pages.", text, prompt="rewrite-formal@00000002")
        add_draft(root, post, OTHER_DRAFT, OTHER, prompt=f"rewrite-{number}@00000003")
    stories = [text for text, _ in STORIES]
    add_mined(root, names[0], [translated(*all_of) for all_of in zip(posts, stories, TRANSLATED, strict=True)])
    add_mined(root, names[1], [translated(posts[0], stories[1], TRANSLATED[1]), translated(posts[3], DRAFT, CHINESE)])


def test_nothing_is_lost_and_the_order_of_sources_does_not_matter(tmp_path: Path) -> None:
    first, turned = tmp_path / "a", tmp_path / "b"
    for root, names in ((first, ("x", "y")), (turned, ("y", "x"))):
        root.mkdir()
        everything(root, names)
    found = assemble(first)
    assert assemble(first) == found == assemble(turned)
    identity = sum(one.pair.origin == "identity" for one in found.pairs)
    assert identity == 1
    assert len(found.pairs) - identity + len(found.dropped) == 4 * 3 + 4 + 2
    assert [one.reason for one in found.dropped].count("numbers") == 4
    assert [one.reason for one in found.dropped].count("duplicate") == 3 + 1


def test_what_is_held_out_is_like_nothing_in_training(tmp_path: Path) -> None:
    everything(tmp_path, ("x", "y"))
    found = assemble(tmp_path)
    for one in found.pairs:
        assert one.moved == (one.pair.split != split_of(one.pair.doc))
        assert not one.moved or one.pair.split == "train"
    held = {text for one in found.pairs if one.pair.split != "train" for text in (one.pair.source, one.pair.target)}
    trained = {text for one in found.pairs if one.pair.split == "train" for text in (one.pair.source, one.pair.target)}
    assert held
    texts = [*held, *trained]
    assert not [group for group in near_duplicates(texts) if min(group) < len(held) <= max(group)]
