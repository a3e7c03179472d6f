"""Which models keep what they learnt from a document."""

import json

import pytest
from styletune_training.corpus.trained_on import document_hash, trained_on

from styletune.models.installed import Installed, add_installed, models_folder
from styletune.models.manifest import MANIFEST

POST = "posts/日记.md"


def write(folder, **values):
    folder.mkdir(parents=True, exist_ok=True)
    text = values.pop("text", None)
    (folder / MANIFEST).write_text(text if text is not None else json.dumps(values), encoding="utf-8")


def install(name, folder, origin="pulled"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "m.gguf").write_bytes(b"no model")
    add_installed(Installed(name, origin, (folder / "m.gguf",)))


MANIFESTS = {
    "names it": ({"documents": ["posts/a.md", POST]}, (POST,)),
    "names it by its hash": ({"documents": [document_hash(POST)]}, (POST,)),
    "names others": ({"documents": ["posts/a.md", document_hash("posts/b.md")]}, None),
    "names nothing": ({"documents": []}, None),
    "is of a base model": ({"license": "apache-2.0"}, None),
    "does not say": ({"tuned_by": "styletune 0.4"}, "unknown"),
    "lists something else": ({"tuned_by": "styletune 0.4", "documents": "many"}, "unknown"),
    "is broken": ({"text": "{"}, "unknown"),
    "is no table": ({"text": "[]"}, "unknown"),
}


@pytest.mark.parametrize("case", MANIFESTS)
@pytest.mark.parametrize("where", ["installed", "run"])
def test_a_model_is_told_by_its_manifest(tmp_path, case, where):
    manifest, expected = MANIFESTS[case]
    folder = models_folder() / "mine" if where == "installed" else tmp_path / "runs" / "7"
    if where == "installed":
        install("mine", folder)
    write(folder, **manifest)
    found = trained_on(tmp_path, {POST, "posts/c.md"})
    name = "mine" if where == "installed" else "runs/7"
    wanted = [] if expected is None else [(name, None if expected == "unknown" else expected, where == "installed")]
    assert [(one.name, one.documents, one.installed) for one in found] == wanted


def test_a_model_elsewhere_that_was_given_a_name_counts_too(tmp_path):
    install("mine", tmp_path / "elsewhere", origin="added")
    write(tmp_path / "elsewhere", documents=[POST], file="m.gguf", tuned_on="2026-05-01")
    assert [(one.name, one.day) for one in trained_on(tmp_path, {POST})] == [("mine", "2026-05-01")]


def test_a_manifest_of_another_model_beside_it_is_not_its_own(tmp_path):
    install("base", tmp_path / "elsewhere", origin="added")
    write(tmp_path / "elsewhere", documents=[POST], file="other.gguf")
    assert trained_on(tmp_path, {POST}) == []


def test_a_model_without_a_manifest_and_a_machine_without_models_say_nothing(tmp_path):
    assert trained_on(tmp_path, {POST}) == []
    install("base", models_folder() / "base")
    assert trained_on(tmp_path, {POST}) == []


def test_without_a_date_the_manifest_tells_by_its_own(tmp_path):
    write(tmp_path / "runs" / "7" / "merged", documents=[POST])
    (found,) = trained_on(tmp_path, {POST})
    assert found.name == "runs/7/merged"
    assert len(found.day) == len("2026-05-01")
