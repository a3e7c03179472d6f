import resource
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hub_server import TOKEN, Hub
from pulling import REPOSITORY, Recorder, fetch, plan

from styletune.errors import FileError, ModelError, UsageError
from styletune.models.installed import installed, unfinished
from styletune.models.pull import pull, understand


class Refusal(NamedTuple):
    set_up: Callable[[Hub], None]
    token: str | None
    words: str


REFUSALS = {
    "missing": Refusal(lambda hub: hub.files.clear(), None, "has no repository someone/Tiny-GGUF, or it is private"),
    "missing, with a token": Refusal(lambda hub: hub.files.clear(), TOKEN, "has no repository"),
    "private": Refusal(lambda hub: hub.private.add(REPOSITORY), None, "set HF_TOKEN to a token that may read it"),
    "wrong token": Refusal(lambda hub: None, "hf_wrong", "does not accept your token"),
    "gated": Refusal(lambda hub: hub.gated.add(REPOSITORY), None, "is gated: its publisher wants the licence accepted"),
    "gated, token without access": Refusal(lambda hub: hub.gated.add(REPOSITORY), TOKEN, "your token has no access"),
    "forbidden": Refusal(lambda hub: hub.errors.append(403), None, "refuses access"),
    "no JSON": Refusal(lambda hub: setattr(hub, "answers", b"<html>"), None, "does not answer like a hub"),
    "other JSON": Refusal(lambda hub: setattr(hub, "answers", b'{"sha": "x"}'), None, "does not answer like a hub"),
    "a list": Refusal(lambda hub: setattr(hub, "answers", b"[]"), None, "does not answer like a hub"),
    "trouble": Refusal(lambda hub: hub.errors.append(502), None, "cannot be reached: it answers with status 502"),
    "teapot": Refusal(lambda hub: hub.errors.append(418), None, "answers with status 418"),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_what_to_do(
    tiny_hub: Hub, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
) -> None:
    refusal.set_up(tiny_hub)
    if refusal.token:
        monkeypatch.setenv("HF_TOKEN", refusal.token)
    with pytest.raises(ModelError) as caught:
        fetch(recorder)
    assert refusal.words in str(caught.value)
    assert refusal.token is None or refusal.token not in str(caught.value)
    assert installed() == []


def test_a_token_opens_private_and_gated_repositories(
    tiny_hub: Hub, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, big: bytes
) -> None:
    tiny_hub.private.add(REPOSITORY)
    tiny_hub.gated.add(REPOSITORY)
    tiny_hub.admitted = True
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert fetch(recorder).path.read_bytes() == big


def test_a_hub_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"http://127\.0\.0\.1:9 cannot be reached: .*Check the network"):
        plan()


def test_offline_mode_is_named(tiny_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE is set"):
        plan()


def test_without_the_hubs_library_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ModelError, match=r"pip install 'styletune\[local\]'"):
        plan()


def test_a_small_disk_is_noticed_before_the_download(
    tiny_hub: Hub, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 10**6, 10**6))
    with pytest.raises(FileError, match=r"has 1 MB free, and tiny needs 1 MB more.*STYLETUNE_MODELS"):
        fetch(recorder)
    assert tiny_hub.asked("/cdn/") == []


def test_a_disk_that_fills_up_meanwhile_keeps_what_has_arrived(tiny_hub: Hub, recorder: Recorder) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    the_plan = plan()
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(FileError, match="What has arrived is kept"):
            pull(the_plan, observer=recorder, stop=recorder.stop)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert unfinished()[0][1] == 200_000


@pytest.mark.parametrize("path", ["..\\up-Q4_K_M.gguf", ".hidden-Q4_K_M.gguf", "a:b-Q4_K_M.gguf", "a\x1bb-Q4_K_M.gguf"])
def test_a_file_name_that_leads_elsewhere_is_not_written(hub: Hub, recorder: Recorder, big: bytes, path: str) -> None:
    hub.files[REPOSITORY] = {path: big}
    with pytest.raises(ModelError, match="which is not written"):
        fetch(recorder)


def test_folders_in_a_repository_cannot_lead_out_of_ours(hub: Hub, recorder: Recorder, big: bytes) -> None:
    hub.files[REPOSITORY] = {"../../../tiny-Q4_K_M.gguf": big}
    plan_ = plan()
    assert [file.name for file in plan_.files] == ["tiny-Q4_K_M.gguf"]


def test_a_folder_that_cannot_be_made_is_named(tiny_hub: Hub, recorder: Recorder, own_home: Path) -> None:
    (own_home / "data").write_text("in the way")
    with pytest.raises(FileError, match="a part of its path is a file"):
        fetch(recorder)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("qwen3-4", "Did you mean qwen3-4b?"),
        ("nothing like it", "nor of the form OWNER/REPOSITORY"),
        ("a/b/c", "nor of the form OWNER/REPOSITORY"),
        ("../x", "nor of the form OWNER/REPOSITORY"),
        ("smollm2-135m", "pip install 'styletune[embedded]'"),
    ],
)
def test_a_name_that_cannot_be_pulled_is_wrong_use(name: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        understand(name, None)
    assert words in str(caught.value)
