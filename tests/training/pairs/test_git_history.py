"""What a history gives: one pair for each paragraph that its author rewrote, and nothing else."""

from collections import Counter
from threading import Event

import pytest
from git_histories import History
from styletune_training.corpus.paragraphs import prose_of
from styletune_training.corpus.source import GitOptions
from styletune_training.pairs import git_history
from styletune_training.pairs.git_history import mine
from styletune_training.pairs.rewritten import Limits, edits_between, why_no_rewrite

from styletune.errors import Cancelled
from styletune.markdown.skeleton import read

ALL = GitOptions()
DRAFT = "In order to make use of the tool, it is necessary to install the package first of all."
BETTER = "To use the tool, it is enough to install the package first."
BEST = "To use the tool, just install the package first."
OTHER = "Birds sing in the garden while the old gardener waters his roses and hums along with them."
THIRD = "The second thing that matters to me is how quickly a build tells me what I broke."
CHINESE = "为了能够使用这个工具，我们首先需要做的事情就是安装这个软件包。"
CHINESE_BETTER = "要使用这个工具，我们先得安装这个软件包。"


def post(*paragraphs):
    return "---\ntitle: A post\n---\n\n# The heading of it\n\n" + "\n\n".join(paragraphs) + "\n"


def mined(tmp_path, history, options=ALL, **more):
    return mine(history.write(tmp_path / "repo"), options, **{"doc_name": str, **more})


def texts(found):
    return [(one.pair.source, one.pair.target) for one in found.pairs]


def versions(*states, path="posts/a.md"):
    history = History()
    for state in states:
        history.commit({path: state})
    return history


def test_a_rewritten_paragraph_is_a_pair_with_its_place(tmp_path):
    found = mined(tmp_path, versions(post(OTHER, DRAFT, THIRD), post(OTHER, BETTER, THIRD)))
    assert texts(found) == [(DRAFT, BETTER)]
    one = found.pairs[0]
    assert one.place.split(" ", 1)[1] == "2020-01-02 posts/a.md:9"
    assert (one.pair.doc, one.pair.task, one.pair.origin, one.pair.generator) == ("posts/a.md", "rewrite", "git", None)
    assert (one.pair.source_lang, one.pair.target_lang) == ("en", "en")


def test_each_state_of_a_post_is_read_once(tmp_path, monkeypatch):
    """What one commit made is what the next one changes."""
    reads = []
    monkeypatch.setattr(git_history, "prose_of", lambda found: reads.append(found.data) or prose_of(found))
    mined(tmp_path, versions(post(DRAFT), post(BETTER), post(BEST)))
    assert len(reads) == len(set(reads)) == 3


def test_chinese_is_measured_in_characters(tmp_path):
    found = mined(tmp_path, versions(post(CHINESE), post(CHINESE_BETTER)))
    assert texts(found) == [(CHINESE, CHINESE_BETTER)]
    assert found.pairs[0].pair.target_lang == "zh"


NO_REWRITING = {
    "moved": (post(OTHER, DRAFT, THIRD), post(THIRD, OTHER, DRAFT), "moved only"),
    "wrapped": (post(DRAFT), post(DRAFT.replace("tool, it", "tool,\nit")), None),
    "quotation marks": (post(f'"Yes", {DRAFT}'), post(f"“Yes”, {DRAFT}"), "punctuation or layout only"),
    "a typo": (post(DRAFT.replace("package", "pakcage")), post(DRAFT), "spelling only"),
    "a number": (post(f"{DRAFT} It costs 12 euros."), post(f"{DRAFT} It costs 15 euros."), "numbers, links or code only"),
    "a link": (post(f"{DRAFT} [See](https://a.b)."), post(f"{DRAFT} [See](https://c.d)."), "numbers, links or code only"),
    "one word of many": (post(f"{OTHER} {DRAFT} {THIRD}"), post(f"{OTHER} {DRAFT} {THIRD}".replace("old", "young")), "changed too little"),
    "another text": (post(DRAFT), post(OTHER), "changed too much"),
    "a new sentence": (post(THIRD), post(f"{THIRD} {OTHER}"), "something was added"),
    "a cut sentence": (post(f"{THIRD} {OTHER}"), post(THIRD), "something was taken out"),
    "a few words": (post("Install it first."), post("First install it."), "too short"),
    "code": (post(OTHER, f"```\n{DRAFT}\n```"), post(OTHER, f"```\n{BETTER}\n```"), None),
    "a quotation": (post(OTHER, f"> {DRAFT}"), post(OTHER, f"> {BETTER}"), None),
    "the header": (post(OTHER), post(OTHER).replace("A post", "Another title of the same post"), None),
    "a new paragraph": (post(OTHER), post(OTHER, DRAFT), None),
    "a deleted paragraph": (post(OTHER, DRAFT), post(OTHER), None),
    "split": (post(f"{THIRD} {DRAFT}"), post(THIRD, DRAFT), "split or merged"),
    "merged": (post(THIRD, DRAFT), post(f"{THIRD} {DRAFT}"), "split or merged"),
}  # fmt: skip


@pytest.mark.parametrize("case", NO_REWRITING)
def test_what_is_no_rewriting_is_told_with_its_reason(case):
    before, after, reason = NO_REWRITING[case]
    edits, counts = edits_between(*(prose_of(read(text.encode(), ".md")).paragraphs for text in (before, after)))
    reasons = [why_no_rewrite(edit.old.text, edit.new.text, Limits(0.05, 0.7)) for edit in edits]
    assert {*reasons, *counts} == ({reason} if reason else set())


def test_what_is_no_rewriting_gives_no_pair_and_is_counted(tmp_path):
    history = History()
    for state in (0, 1):
        for number, case in enumerate(NO_REWRITING.values()):  # alone, so that none is taken for a renaming
            history.commit({f"{number}.md": case[state]})
    found = mined(tmp_path, history)
    assert texts(found) == []
    assert found.dropped == Counter(reason for _, _, reason in NO_REWRITING.values() if reason)


def test_several_edits_give_the_first_and_the_last_wording(tmp_path):
    found = mined(tmp_path, versions(post(OTHER, DRAFT), post(OTHER, BETTER), post(OTHER, BEST)))
    assert texts(found) == [(DRAFT, BEST)]


def test_what_was_taken_back_gives_no_pair(tmp_path):
    found = mined(tmp_path, versions(post(OTHER, DRAFT), post(OTHER, BETTER), post(OTHER, DRAFT)))
    assert texts(found) == []
    assert found.dropped == {"taken back later": 2}


def test_a_detour_does_not_count(tmp_path):
    found = mined(tmp_path, versions(post(OTHER, DRAFT), post(OTHER, BEST), post(OTHER, DRAFT), post(OTHER, BETTER)))
    assert texts(found) == [(DRAFT, BETTER)]


def test_a_paragraph_that_was_deleted_later_was_rewritten_all_the_same(tmp_path):
    found = mined(tmp_path, versions(post(OTHER, DRAFT), post(OTHER, BETTER), post(OTHER)))
    assert texts(found) == [(DRAFT, BETTER)]


def test_a_first_wording_too_far_away_gives_way_to_a_nearer_one(tmp_path):
    """Of the wordings from which the last one is a rewriting, the earliest is the source."""
    found = mined(tmp_path, versions(post(OTHER, DRAFT), post(OTHER, BETTER), post(OTHER, BEST)), GitOptions(most=0.5))
    assert texts(found) == [(BETTER, BEST)]


def test_changed_facts_between_two_edits_part_them(tmp_path):
    states = [f"{DRAFT} It costs 12 euros.", f"{DRAFT} It costs 15 euros.", f"{BETTER} It costs 15 euros."]
    found = mined(tmp_path, versions(*(post(OTHER, state) for state in states)))
    assert texts(found) == [(states[1], states[2])]


def test_a_file_is_followed_through_its_names(tmp_path):
    history = versions(post(OTHER, DRAFT, THIRD), post(OTHER, BETTER, THIRD), path="drafts/a.md")
    history.commit({}, moves={"drafts/a.md": "posts/2020/a.md"})
    history.commit({"posts/2020/a.md": post(OTHER, BEST, THIRD)})
    found = mined(tmp_path, history)
    assert [(one.pair.doc, one.pair.source, one.pair.target) for one in found.pairs] == [
        ("posts/2020/a.md", DRAFT, BEST)
    ]


def test_a_new_file_under_an_old_name_is_another_post(tmp_path):
    history = versions(post(OTHER, DRAFT, THIRD), post(OTHER, BETTER, THIRD), path="index.md")
    history.commit({}, moves={"index.md": "a.md"})
    history.commit({"index.md": post(f"Now {THIRD}", DRAFT)})
    history.commit({"index.md": post(f"Now {THIRD}", BEST)})
    found = mined(tmp_path, history)
    assert sorted((one.pair.doc, one.pair.target) for one in found.pairs) == [("a.md", BETTER), ("index.md", BEST)]


def test_a_branch_that_knows_a_post_by_its_old_name_changes_the_same_post(tmp_path):
    history = versions(post(OTHER, DRAFT, THIRD), path="old.md")
    moved = history.commit({}, moves={"old.md": "new.md"})
    side = history.commit({"old.md": post(OTHER, BETTER, THIRD)}, branch="side", onto=1)
    history.commit({"new.md": post(OTHER, BETTER, THIRD)}, onto=moved, merge=side)
    found = mined(tmp_path, history)
    assert [(one.pair.doc, one.pair.target) for one in found.pairs] == [("new.md", BETTER)]


def test_the_same_edit_on_two_branches_is_one_pair(tmp_path):
    history = versions(post(OTHER, DRAFT, THIRD))
    main = history.commit({"posts/a.md": post(OTHER, BETTER, THIRD)})
    side = history.commit({"posts/a.md": post(OTHER, BETTER, THIRD)}, branch="side", onto=1)
    history.commit({"b.md": "x"}, onto=main, merge=side)
    assert texts(mined(tmp_path, history)) == [(DRAFT, BETTER)]


def test_progress_is_told_and_a_stop_is_honoured(tmp_path):
    history = versions(*(post(OTHER, state) for state in (DRAFT, BETTER, BEST)))
    steps: list[tuple[int, int]] = []
    mined(tmp_path, history, on_progress=lambda done, total: steps.append((done, total)))
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    stop = Event()
    with pytest.raises(Cancelled):
        mine(
            tmp_path / "repo",
            GitOptions(),
            doc_name=str,
            stop=stop,
            on_progress=lambda done, _: stop.set() if done == 1 else None,
        )
