"""``styletune corpus remove``: what goes, what stays, and what is said of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from edited_texts import correction
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.corpus.source import Source
from styletune_training.corpus.sources import Sources
from styletune_training.corpus.store import Corpus
from styletune_training.pairs.mined import Mined, MinedPair
from styletune_training.pairs.mined_pairs import ALIGNED, MinedPairs
from styletune_training.synthesis.ledger import Ledger
from styletune_training.synthesis.made import Made
from typer.testing import CliRunner

from styletune.cli import app
from styletune.exchange.pair import make_pair
from styletune.exchange.pairs import Pairs
from styletune.exchange.selection import Preference
from styletune.learning.corrections import Corrections
from styletune.markdown.segments import Kind
from styletune.models.manifest import MANIFEST

POSTS = Source("posts", "posts")
LONE = Source("posts", "lone.md")
HISTORY = Source("git", ".")


@pytest.fixture
def root():
    """Fill a project: two posts, one of them in two languages, a lone file and a history."""
    here = Path.cwd()
    (here / "styletune.toml").touch()
    Sources(here).put([POSTS, LONE, HISTORY])
    names = {
        "posts/a.md": "posts/a.md",
        "posts/b.md": "posts/b.md",
        "posts/b.zh.md": "posts/b.md",
        "lone.md": "lone.md",
    }
    for name in names:
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(f"The text of {name}.\n", encoding="utf-8")
    Corpus(here).put([document(name, post) for name, post in names.items()])
    MinedPairs(here).put(ALIGNED, "1", Mined((mined("posts/b.md", "aligned"),)))
    MinedPairs(here).put(
        HISTORY.id, "2", Mined(tuple(mined(doc, "git") for doc in ("posts/a.md", "posts/b.md", "old.md")))
    )
    for number, doc in enumerate(("posts/a.md", "posts/a.md", "posts/b.md")):
        Ledger(here).append(made(f"i{number}", doc))
    Pairs(here).add([make_pair("posts/a.md", "rewrite", ("en", "en"), ("x y", "z"), origin="human")])
    return here


def document(name, post):
    source = LONE if name == "lone.md" else POSTS
    text = paragraph(Kind.PARAGRAPH, f"The text of {name}.")
    return CorpusDocument(name, post, source.id, (1, 1), "r", paragraphs=(text,))


def mined(doc, origin):
    task = "translate" if origin == "aligned" else "rewrite"
    return MinedPair(make_pair(doc, task, ("en", "zh"), (f"before {doc}", f"after {doc}"), origin=origin), "place")


def made(item, doc):
    texts = {"source": "s", "target": "t", "source_lang": "en", "target_lang": "en"}
    numbers = {"tokens_in": 1, "tokens_out": 1, "cost": 0.25, "currency": "EUR", "seconds": 1.0}
    rest = {"task": "rewrite", "prompt": "p@1", "model": "m", "finish": "stop", "time": "2026-11-20T00:00:00+00:00"}
    return Made(item=item, doc=doc, paragraph="a1", **texts, **numbers, **rest)


def remove(*items, code=0):
    done = CliRunner().invoke(app, ["corpus", "remove", *items])
    assert done.exit_code == code, done.output
    return done


def as_json(*items):
    return json.loads(remove(*items, "--yes", "--json").stdout)


def docs(root):
    return [document.id for document in Corpus(root).documents()]


def pairs(root):
    return sorted((one.pair.origin, one.pair.doc) for one in MinedPairs(root).all())


def test_a_post_goes_with_all_of_its_pairs(root):
    said = as_json("posts/a.md")
    assert said["documents"] == ["posts/a.md"]
    assert said["pairs"] == {"git": 1, "synthesized": 2, "human": 1}
    assert said["cost"] == {"EUR": 0.5}
    assert docs(root) == ["lone.md", "posts/b.md", "posts/b.zh.md"]
    assert pairs(root) == [("aligned", "posts/b.md"), ("git", "old.md"), ("git", "posts/b.md")]
    assert [one.doc for one in Ledger(root).made()] == ["posts/b.md"]
    assert Pairs(root).all() == []
    assert (root / "posts/a.md").exists()


def test_its_file_is_kept_out_from_then_on(root):
    assert as_json("posts/a.md")["excluded"] == ["posts/a.md"]
    kept = {source.path: source.excluded.paths for source in Sources(root).all()}
    assert kept == {"posts": ("./a.md",), "lone.md": (), ".": ("posts/a.md",)}


def test_a_file_that_is_gone_needs_no_keeping_out(root):
    (root / "posts/a.md").unlink()
    assert as_json("posts/a.md")["excluded"] == []
    assert Sources(root).all()[0].excluded.paths == ()


def test_signs_of_globs_in_a_name_mean_themselves(root):
    (root / "posts/a[1]*.md").touch()
    Corpus(root).put([document("posts/a[1]*.md", "posts/a[1]*.md")])
    as_json("posts/a[1]*.md")
    assert Sources(root).all()[0].excluded.paths == ("./a[[]1][*].md",)
    assert "posts/a.md" in docs(root)


def test_one_version_of_a_post_takes_its_translations_along_and_leaves_the_rest(root):
    said = as_json("posts/b.zh.md")
    assert said["pairs"] == {"aligned": 1}
    assert pairs(root) == [("git", "old.md"), ("git", "posts/a.md"), ("git", "posts/b.md")]
    assert len(list(Ledger(root).made())) == 3


def test_what_was_made_goes_with_its_text_whatever_the_post_was_called_then(root):
    (text,) = document("posts/a.md", "posts/a.md").paragraphs
    Ledger(root).append(replace(made("i7", "posts/old-name.md"), paragraph=text.id))
    assert as_json("posts/a.md")["pairs"]["synthesized"] == 3
    assert [one.doc for one in Ledger(root).made()] == ["posts/b.md"]


def test_what_was_paid_for_a_text_stays_with_another_document_that_says_the_same(root):
    (text,) = document("posts/a.md", "posts/a.md").paragraphs
    Ledger(root).append(replace(made("i7", "posts/a.md"), paragraph=text.id))
    Corpus(root).put([replace(document("posts/b.md", "posts/b.md"), paragraphs=(text,))])
    assert as_json("posts/a.md")["pairs"]["synthesized"] == 2
    assert {one.item for one in Ledger(root).made()} == {"i2", "i7"}


def test_preferences_go_with_their_document(root):
    answers = Source("pairs", "log.jsonl")
    Sources(root).put([answers])
    both = tuple(Preference(f"p-{doc}", doc, "rewrite", "s", "yes", "no") for doc in ("posts/a.md", "posts/b.md"))
    MinedPairs(root).put(answers.id, "3", Mined(preferences=both))
    remove("posts/a.md", "--yes")
    assert [one.doc for one in MinedPairs(root).preferences()] == ["posts/b.md"]


def test_a_source_goes_with_its_documents_and_leaves_what_others_gave(root):
    said = as_json("posts")
    assert [one["path"] for one in said["sources"]] == ["posts"]
    assert said["pairs"] == {"aligned": 1, "synthesized": 3}
    assert [source.path for source in Sources(root).all()] == ["lone.md", "."]
    assert docs(root) == ["lone.md"]
    assert [origin for origin, _ in pairs(root)] == ["git"] * 3


def test_a_history_goes_with_its_pairs_alone(root):
    assert as_json(HISTORY.id)["pairs"] == {"git": 3}
    assert len(docs(root)) == 4
    assert pairs(root) == [("aligned", "posts/b.md")]


WAYS = {
    "from the project": (".", "posts/a.md", ["posts/a.md"]),
    "from another folder": ("posts", "a.md", ["posts/a.md"]),
    "in full": (".", "{root}/posts/a.md", ["posts/a.md"]),
    "with dots": ("posts", "../posts/./a.md", ["posts/a.md"]),
    "a glob": (".", "posts/b*.md", ["posts/b.md", "posts/b.zh.md"]),
    "a glob in another folder": ("posts", "b.*", ["posts/b.md", "posts/b.zh.md"]),
    "a document has its name before its post": (".", "posts/b.md", ["posts/b.md"]),
    "a lone file is a source": (".", "lone.md", ["lone.md"]),
}


@pytest.mark.parametrize("case", WAYS)
def test_documents_are_named_as_a_person_types_them(root, monkeypatch, case):
    folder, item, expected = WAYS[case]
    monkeypatch.chdir(root / folder)
    assert as_json(item.format(root=root))["documents"] == expected


def test_a_name_with_its_accents_in_another_form_is_found(root):
    Corpus(root).put([document("posts/caf\u00e9.md", "posts/caf\u00e9.md")])
    assert as_json("posts/cafe\u0301.md")["documents"] == ["posts/caf\u00e9.md"]


def test_pairs_whose_post_is_gone_can_be_removed_by_its_name(root):
    assert as_json("old.md")["pairs"] == {"git": 1}
    assert ("git", "old.md") not in pairs(root)
    assert Sources(root).all()[2].excluded.paths == ("old.md",)


def test_what_is_unknown_removes_nothing_and_names_the_nearest(root):
    said = remove("posts/a.md", "posts/aa.md", "zzz", "--yes", code=2).stderr
    assert "posts/aa.md" in said
    assert "Did you mean posts/a.md?" in said
    assert "zzz" in said
    assert len(docs(root)) == 4


def test_a_path_of_two_sources_must_be_told_apart(root):
    Sources(root).put([replace(HISTORY, path="posts")])
    said = remove("posts", "--yes", code=2).stderr
    assert POSTS.id in said
    assert replace(HISTORY, path="posts").id in said


def test_an_empty_corpus_says_so():
    assert "nothing was added to the corpus yet" in " ".join(remove("a.md", "--yes", code=2).stderr.split())


def test_without_a_person_to_ask_nothing_goes(root):
    said = remove("posts/a.md", code=2).stderr
    assert "--yes" in said
    assert "posts/a.md" in docs(root)
    assert len(list(Ledger(root).made())) == 3


def test_models_that_learnt_from_it_and_corrections_made_in_it_are_named(root):
    (root / "runs/7").mkdir(parents=True)
    manifest = {"documents": ["posts/a.md"], "tuned_on": "2026-05-01"}
    (root / "runs/7" / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    (kept,) = Corrections(root).add([correction("old words", "new words", doc="posts/a.md")])
    done = remove("posts/a.md", "--yes")
    assert "runs/7 (tuned 2026-05-01)" in done.stderr
    assert f"styletune memory forget {kept.id}" in done.stderr
    assert Corrections(root).live() == [kept]
    assert "tuned" not in remove("posts/b.md", "--yes").stderr


@pytest.mark.parametrize("step", ["MinedPairs.put", "Ledger.remove", "Pairs.remove", "Sources.put", "Corpus.remove"])
def test_the_same_command_finishes_what_was_broken_off(root, monkeypatch, step):
    """Whatever is found by its documents goes before them."""
    place, name = (
        {"MinedPairs": MinedPairs, "Ledger": Ledger, "Pairs": Pairs, "Sources": Sources, "Corpus": Corpus}[
            step.partition(".")[0]
        ],
        step.partition(".")[2],
    )

    def broken(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, name, broken)
        assert CliRunner().invoke(app, ["corpus", "remove", "posts/a.md", "--yes"]).exit_code != 0
    remove("posts/a.md", "--yes")
    assert "posts/a.md" not in docs(root)
    assert ("git", "posts/a.md") not in pairs(root)
    assert [one.doc for one in Ledger(root).made()] == ["posts/b.md"]
    assert Pairs(root).all() == []
    assert Sources(root).all()[0].excluded.paths == ("./a.md",)
