"""Whose commits count, and which of them are a machine's work."""

from dataclasses import replace
from random import Random

import pytest
from git_histories import History
from styletune_training.corpus.source import GitOptions
from styletune_training.pairs.git_commits import CommitFilter
from styletune_training.pairs.git_history import mine
from styletune_training.pairs.git_log import Commit

from styletune.errors import UsageError

BEFORE = "In order to make use of number {} of the tools, it is necessary to install its package first of all."
AFTER = "To use number {} of the tools, it is enough to install its package first."
ROSES = "Thorns and roses of the garden number {} have been watered by the old gardener this very morning."


def history(**second):
    """Make a history of two posts, of which one is rewritten in a commit of its own."""
    made = History()
    made.commit({"a.md": BEFORE.format("one"), "b.md": BEFORE.format("two")})
    made.commit(
        {"a.md": AFTER.format("one")}, author="Ann Author <ann@example.org>", subject="Reword a", day="2020-03-01"
    )
    made.commit({"b.md": AFTER.format("two")}, **{"subject": "Reword b", "day": "2020-05-01", **second})
    return made


def rewritten(tmp_path, made, **options):
    found = mine(made.write(tmp_path / "repo"), GitOptions(**options), doc_name=str)
    return sorted(one.pair.doc for one in found.pairs), dict(found.dropped), found.notes


BOB = "Bob Übel <bob@example.com>"
ANN = Commit("0a1b2c3d" + "0" * 32, "Ann Author", "ann@example.org", "2020-03-01", "Reword a", ())
OPTIONS = {
    "nothing": ({}, None),
    "from that day on": ({"since": "2020-03-01"}, None),
    "from a later day on": ({"since": "2020-03-02"}, "commits of other days"),
    "up to that day": ({"until": "2020-03-01"}, None),
    "up to an earlier day": ({"until": "2020-02-29"}, "commits of other days"),
    "a name, in any case": ({"authors": ("aNN auth",)}, None),
    "another name": ({"authors": ("Bob",)}, "commits by others"),
    "an address": ({"authors": ("@example.org",)}, None),
    "one of several people": ({"authors": ("Bob", "ann")}, None),
    "a subject": ({"skip": ("^reword",)}, "commits to be skipped"),
    "another subject": ({"skip": ("^fix",)}, None),
    "a hash": ({"skip": ("0A1B",)}, "commits to be skipped"),
    "another hash": ({"skip": ("1b2c",)}, None),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_commits_are_chosen(case):
    options, reason = OPTIONS[case]
    assert CommitFilter(GitOptions(**options)).why_not(ANN) == reason


def test_what_is_chosen_is_mined_and_the_rest_is_counted(tmp_path):
    posts, dropped, notes = rewritten(tmp_path, history(author=BOB), authors=("bob",))
    assert (posts, dropped, notes) == (["b.md"], {"commits by others": 2}, ())


BOTS = [
    ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
    ("Renovate Bot", "bot@renovateapp.com"),
    ("github-actions", "github-actions@github.com"),
    ("GitHub Action", "action@github.com"),
    ("pre-commit-ci", "66853113+pre-commit-ci[bot]@users.noreply.github.com"),
]
PEOPLE = [("Abbott Botwin", "abbott@example.org"), ("Robot Fan", "ro@bottle.org"), ("机器人", "bo@example.org")]


@pytest.mark.parametrize(("name", "address"), BOTS + PEOPLE)
def test_bots_are_no_authors_and_people_with_such_names_are(name, address):
    reason = "commits by bots" if (name, address) in BOTS else None
    assert CommitFilter(GitOptions()).why_not(replace(ANN, author=name, address=address)) == reason


def test_several_authors_are_named_so_that_a_person_can_choose(tmp_path):
    assert rewritten(tmp_path, history())[2] == ()
    (note,) = rewritten(tmp_path / "two", history(author=BOB))[2]
    assert "Ann Author (1 paragraph), Bob Übel (1 paragraph)" in note
    assert "--author" in note


def test_a_name_that_is_no_utf_8_is_read_all_the_same(tmp_path):
    assert rewritten(tmp_path, history(author=b"Ren\xe9 <rene@example.org>"), authors=("rene@",))[0] == ["b.md"]


WRONG = {
    "a day": ({"since": "yesterday"}, ["--since yesterday"]),
    "a date that is none": ({"until": "2020-02-30"}, ["--until 2020-02-30"]),
    "an empty time": ({"since": "2021-01-01", "until": "2020-01-01"}, ["later than"]),
    "shares": ({"least": 0.8, "most": 0.7}, ["no change is left"]),
    "an expression": ({"skip": ("(",)}, ["--skip-commit ("]),
    "all at once": ({"since": "x", "skip": ("[",)}, ["--since x", "--skip-commit ["]),
}


@pytest.mark.parametrize("case", WRONG)
def test_options_that_cannot_work_are_all_named(case):
    options, parts = WRONG[case]
    with pytest.raises(UsageError) as raised:
        CommitFilter(GitOptions(**options))
    assert all(part in str(raised.value) for part in parts)


def test_the_same_replacement_in_many_places_is_a_renaming(tmp_path):
    """A word for another in four paragraphs says nothing of a voice; what is reworded beside it does."""
    lines = [ROSES.format(number) for number in ("one", "two", "three", "four")]
    made = History()
    made.commit({"a.md": "\n\n".join([*lines, BEFORE.format("one")])})
    made.commit(
        {"a.md": "\n\n".join([*(line.replace("Thorns and roses", "Violets") for line in lines), AFTER.format("one")])}
    )
    found = mine(made.write(tmp_path / "repo"), GitOptions(least=0.01), doc_name=str)
    assert [one.pair.target for one in found.pairs] == [AFTER.format("one")]
    assert found.dropped == {"changed alike in many places": 4}


def test_a_commit_that_changes_most_of_many_files_alike_counts_for_nothing(tmp_path):
    made = History()
    made.commit({f"{number}.md": ROSES.format(number) for number in range(24)} | {"z.md": BEFORE.format("one")})
    changed = {f"{number}.md": ROSES.format(number).replace("roses", "the rose") for number in range(24)}
    made.commit(changed | {"z.md": AFTER.format("one")})
    found = mine(made.write(tmp_path / "repo"), GitOptions(least=0.01), doc_name=str)
    assert found.pairs == ()
    assert found.dropped == {"changed alike in many places": 25}


def test_a_large_commit_of_real_rewriting_counts(tmp_path):
    random = Random(1)  # noqa: S311 - no secret
    words = [
        f"{first}{last}"
        for first in ("gar", "tel", "mon", "sil", "por", "bal")
        for last in ("den", "low", "ter", "vik")
    ]
    before = {f"{number}.md": random.sample(words, 16) for number in range(24)}
    after = {
        name: [random.choice(words) if random.random() < 0.3 else word for word in text]
        for name, text in before.items()
    }
    made = History()
    for texts in (before, after):
        made.commit({name: f"{' '.join(text).capitalize()}." for name, text in texts.items()})
    found = mine(made.write(tmp_path / "repo"), GitOptions(), doc_name=str)
    assert len(found.pairs) >= 20
    assert "changed alike in many places" not in found.dropped
