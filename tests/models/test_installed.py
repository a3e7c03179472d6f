import json
from pathlib import Path

import pytest

from styletune.errors import UsageError
from styletune.models.installed import (
    RECORD,
    Installed,
    add_installed,
    find_installed,
    installed,
    models_folder,
    remove_installed,
    unfinished,
    valid_name,
)


def pulled(name: str, data: bytes = b"weights") -> Installed:
    folder = models_folder() / name
    folder.mkdir(parents=True)
    (folder / "m.gguf").write_bytes(data)
    model = Installed(name, "pulled", (folder / "m.gguf",), "qwen3-4b", "owner/repo", "c0ffee", "Q4_K_M")
    add_installed(model)
    return model


def test_what_was_pulled_is_found_again_as_it_was() -> None:
    model = pulled("mine")
    assert find_installed("mine") == find_installed("MINE") == model
    assert installed() == [model]
    assert model.size == 7


def test_what_was_added_is_a_path(tmp_path: Path) -> None:
    model = Installed("mine", "added", (tmp_path / "a\udcff b.gguf", tmp_path / "模型.gguf"))
    add_installed(model)
    assert find_installed("mine") == model


def test_the_folder_can_be_another_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own_home: Path) -> None:
    assert models_folder() == own_home / "data" / "styletune" / "models"
    monkeypatch.setenv("STYLETUNE_MODELS", str(tmp_path / "disk"))
    assert models_folder() == tmp_path / "disk"
    assert pulled("mine").path == tmp_path / "disk" / "mine" / "m.gguf"


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"{",
        b"[]",
        b'{"origin": "pulled"}',
        b'{"origin": "pulled", "files": []}',
        b'{"origin": "pulled", "files": ["../../etc/passwd"]}',
        b'{"origin": "pulled", "files": ["/etc/passwd"]}',
        b'{"origin": "pulled", "files": 3}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_record_is_no_model(record: bytes) -> None:
    model = pulled("mine")
    model.path.with_name(RECORD).write_bytes(record)
    assert find_installed("mine") is None
    assert installed() == []


def test_nothing_is_here_before_the_first_pull() -> None:
    assert (installed(), unfinished(), find_installed("a")) == ([], [], None)


@pytest.mark.parametrize(
    "name", ["../up", "a/b", "", ".hidden", "a" * 81, "a b", "a\nb", "x.gguf", "echo", "OpenAI", "模型"]
)
def test_names_that_cannot_be_used_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        valid_name(name)


@pytest.mark.parametrize("name", ["../mine", "/mine", "x/../mine", "."])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    pulled("mine")
    assert find_installed(name) is None


def test_names_are_kept_in_small_letters() -> None:
    assert valid_name(" My-Voice_1.5 ") == "my-voice_1.5"


def test_removing_a_model_removes_its_folder_and_nothing_else() -> None:
    model, other = pulled("mine"), pulled("other")
    remove_installed("mine")
    assert not model.path.parent.exists()
    assert installed() == [other]
    remove_installed("mine")


def test_forgetting_an_added_model_leaves_its_file(model: Path) -> None:
    add_installed(Installed("mine", "added", (model,)))
    remove_installed("mine")
    assert model.exists()
    assert installed() == []


def test_an_interrupted_download_is_listed_with_what_is_there() -> None:
    folder = models_folder() / "half"
    folder.mkdir(parents=True)
    (folder / ".abc.part").write_bytes(b"12345")
    (models_folder() / "empty").mkdir()
    pulled("mine")
    assert unfinished() == [("half", 5)]
    assert [model.name for model in installed()] == ["mine"]


def test_a_record_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    model = pulled("mine")
    record = model.path.with_name(RECORD)
    record.write_text(json.dumps(json.loads(record.read_text()) | {"colour": "blue"}))
    assert find_installed("mine") == model
