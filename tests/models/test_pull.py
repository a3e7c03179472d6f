import hashlib
import resource
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import pytest
from hub_server import COMMIT, TOKEN, Hub

from styletune.errors import Cancelled, FileError, ModelError, UsageError
from styletune.models.choice import ModelChoice, resolve_model
from styletune.models.identity import model_identity
from styletune.models.installed import find_installed, installed, models_folder, unfinished
from styletune.models.manifest import MANIFEST
from styletune.models.pull import Plan, make_plan, pull, understand

REPOSITORY = "someone/Tiny-GGUF"


class Recorder:
    """Hears of a download, and stops it when told to."""

    def __init__(self) -> None:
        self.stop = Event()
        self.events: list[tuple[str, object]] = []
        self.at: Callable[[int], None] = lambda count: None

    def begin(self, name: str, size: int) -> None:
        self.events.append(("begin", name))

    def arrived(self, count: int) -> None:
        self.events.append(("arrived", count))
        self.at(count)

    def lost(self, words: str) -> None:
        self.events.append(("lost", words))

    def checking(self, name: str) -> None:
        self.events.append(("checking", name))

    def heard(self, kind: str) -> list[Any]:
        return [value for event, value in self.events if event == kind]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def big(build_gguf: Any) -> bytes:
    """A model large enough to come in several pieces."""
    data: bytes = build_gguf(None, [("a", 0, (1024, 256), 1 << 20)])
    return data


@pytest.fixture
def tiny_hub(hub: Hub, big: bytes) -> Hub:
    hub.files[REPOSITORY] = {"README.md": b"# Tiny", "tiny-Q4_K_M.gguf": big, "tiny-Q8_0.gguf": big + bytes(64)}
    return hub


def plan(name: str = REPOSITORY, quantization: str | None = None) -> Plan:
    return make_plan(understand(name, quantization))


def fetch(recorder: Recorder, name: str = REPOSITORY, quantization: str | None = None) -> Any:
    return pull(plan(name, quantization), observer=recorder, stop=recorder.stop)


def folder(name: str = "tiny") -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (models_folder() / name).iterdir() if path.name != ".lock"}


def test_a_model_is_downloaded_checked_and_named(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    model = fetch(recorder)
    assert (model.name, model.quantization, model.commit) == ("tiny", "Q4_K_M", COMMIT)
    assert model.path.read_bytes() == big
    assert find_installed("tiny") == model
    assert resolve_model("tiny") == ModelChoice("gguf", path=model.path)
    assert folder() == {"tiny-Q4_K_M.gguf": len(big), "model.json": folder()["model.json"]}
    assert recorder.heard("begin") == recorder.heard("checking") == ["tiny-Q4_K_M.gguf"]
    assert recorder.heard("arrived")[-1] == len(big)


def test_its_hash_is_known_from_then_on(tiny_hub: Hub, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    model = fetch(recorder)
    sha256 = hashlib.sha256(model.path.read_bytes()).hexdigest()
    monkeypatch.setattr("styletune.models.identity._hash", None)
    assert model_identity(ModelChoice("gguf", path=model.path)) == f"sha256:{sha256}"


def test_only_what_is_needed_is_asked_for(tiny_hub: Hub, recorder: Recorder) -> None:
    fetch(recorder)
    paths = [path for _, path, _ in tiny_hub.requests]
    assert paths == [
        f"/api/models/{REPOSITORY}?blobs=true",
        f"/{REPOSITORY}/resolve/{COMMIT}/tiny-Q4_K_M.gguf",
        f"/cdn/{REPOSITORY}/tiny-Q4_K_M.gguf",
    ]
    assert {headers["user-agent"].partition("/")[0] for _, _, headers in tiny_hub.requests} == {"styletune"}


def test_another_quantization_has_a_name_of_its_own(tiny_hub: Hub, recorder: Recorder) -> None:
    assert fetch(recorder, quantization="q8_0").name == "tiny-q8_0"
    assert fetch(recorder, quantization="Q4_K_M").name == "tiny"
    assert [model.name for model in installed()] == ["tiny", "tiny-q8_0"]


def test_a_file_chosen_by_its_name_among_several_models_has_a_name_of_its_own(
    hub: Hub, recorder: Recorder, big: bytes
) -> None:
    hub.files[REPOSITORY] = {"a-Q4_K_M.gguf": big, "b-Q4_K_M.gguf": big}
    assert fetch(recorder, quantization="b-Q4_K_M.gguf").name == "tiny-q4_k_m"


def test_a_known_model_is_pulled_by_its_name(hub: Hub, recorder: Recorder, big: bytes) -> None:
    hub.files["unsloth/Qwen3-4B-Instruct-2507-GGUF"] = {"Q-Q4_K_M.gguf": big, "Q-Q8_0.gguf": big}
    model = fetch(recorder, "Qwen3-4B")
    assert (model.name, model.base) == ("qwen3-4b", "qwen3-4b")
    assert resolve_model("qwen3-4b").known_as == "qwen3-4b"
    assert plan("unsloth/qwen3-4b-instruct-2507-gguf".replace("qwen3-4b-instruct", "Qwen3-4B-Instruct").replace("gguf", "GGUF")).name == "qwen3-4b"  # fmt: skip


def test_all_shards_come_and_land_beside_each_other(hub: Hub, recorder: Recorder, shard_bytes: list[bytes]) -> None:
    names = [f"Q8_0/tiny-0000{number}-of-00002.gguf" for number in (1, 2)]
    hub.files[REPOSITORY] = dict(zip(names, shard_bytes, strict=True))
    model = fetch(recorder)
    assert [file.name for file in model.files] == ["tiny-00001-of-00002.gguf", "tiny-00002-of-00002.gguf"]
    assert resolve_model("tiny").path == model.files[0]


def test_the_manifest_of_a_tuned_model_comes_with_it(tiny_hub: Hub, recorder: Recorder) -> None:
    tiny_hub.files[REPOSITORY][MANIFEST] = b'{"tasks": ["rewrite"]}'
    tiny_hub.plain.add(MANIFEST)
    model = fetch(recorder)
    assert model.path.with_name(MANIFEST).read_bytes() == b'{"tasks": ["rewrite"]}'
    assert [file.name for file in model.files] == ["tiny-Q4_K_M.gguf"]


def test_a_cut_connection_goes_on_where_it_was(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    tiny_hub.cuts = [300_000, 400_000]
    assert fetch(recorder).path.read_bytes() == big
    begins = [int(headers["range"][6:-1]) for headers in tiny_hub.asked("/cdn/")[1:]]
    assert len(begins) == 2
    assert 0 < begins[0] <= 300_000 < begins[1] <= 700_000
    assert len(recorder.heard("lost")) == 2


def test_a_server_that_cannot_go_on_in_the_middle_starts_again(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    tiny_hub.cuts, tiny_hub.ignores_ranges = [300_000], True
    assert fetch(recorder).path.read_bytes() == big


def test_trouble_of_the_server_is_waited_out(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    the_plan = plan()
    tiny_hub.errors = [503, 429, 500]
    assert pull(the_plan, observer=recorder, stop=recorder.stop).path.read_bytes() == big
    assert len(recorder.heard("lost")) == 3


def test_trouble_that_stays_is_told_and_nothing_is_lost(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    the_plan = plan()
    tiny_hub.cuts = [300_000]
    recorder.at = lambda count: tiny_hub.errors.extend([503] * 99) if count and not tiny_hub.errors else None
    with pytest.raises(ModelError, match=r"bytes are here; run the same command to go on from there"):
        pull(the_plan, observer=recorder, stop=recorder.stop)
    assert installed() == []
    ((name, size),) = unfinished()
    assert (name, 0 < size < len(big)) == ("tiny", True)
    recorder.at, tiny_hub.errors = lambda count: None, []
    assert fetch(recorder).path.read_bytes() == big
    assert "range" in tiny_hub.asked("/cdn/")[-1]


def test_a_stopped_download_is_gone_on_with(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    recorder.at = lambda count: recorder.stop.set() if count > 200_000 else None
    with pytest.raises(Cancelled):
        fetch(recorder)
    ((_, kept),) = unfinished()
    assert 0 < kept < len(big)
    assert installed() == []
    again = Recorder()
    assert fetch(again).path.read_bytes() == big
    assert tiny_hub.asked("/cdn/")[-1]["range"] == f"bytes={kept}-"
    assert again.heard("arrived")[0] == kept


def test_a_part_of_another_content_is_not_gone_on_with(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    recorder.at = lambda count: recorder.stop.set() if count > 200_000 else None
    with pytest.raises(Cancelled):
        fetch(recorder)
    newer = big[:-1] + b"\1"
    tiny_hub.files[REPOSITORY]["tiny-Q4_K_M.gguf"] = newer
    assert fetch(Recorder()).path.read_bytes() == newer
    assert set(folder()) == {"tiny-Q4_K_M.gguf", "model.json"}


def test_a_part_that_is_too_long_is_thrown_away(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    (models_folder() / "tiny").mkdir(parents=True)
    (models_folder() / "tiny" / f".{hashlib.sha256(big).hexdigest()}.part").write_bytes(big + b"more")
    assert fetch(recorder).path.read_bytes() == big


def test_a_whole_part_is_only_checked(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    (models_folder() / "tiny").mkdir(parents=True)
    (models_folder() / "tiny" / f".{hashlib.sha256(big).hexdigest()}.part").write_bytes(big)
    assert fetch(recorder).path.read_bytes() == big
    assert tiny_hub.asked("/cdn/") == []


@pytest.mark.parametrize(
    ("delivered", "words"),
    [
        (lambda big: b"<html>Please log in</html>".ljust(len(big)), r"checksum .*web page"),
        (lambda big: big[:-1] + b"\1", "checksum that"),
    ],
)
def test_wrong_content_is_thrown_away(
    tiny_hub: Hub, recorder: Recorder, big: bytes, delivered: Callable[[bytes], bytes], words: str
) -> None:
    tiny_hub.delivers = delivered(big)
    with pytest.raises(ModelError, match=words):
        fetch(recorder)
    assert folder() == {}
    tiny_hub.delivers = None
    assert fetch(Recorder()).path.read_bytes() == big


def test_a_file_kept_in_git_itself_is_checked_too(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    tiny_hub.plain.add("tiny-Q4_K_M.gguf")
    tiny_hub.delivers = big[:-1] + b"\1"
    with pytest.raises(ModelError, match="checksum"):
        fetch(recorder)


def test_a_file_that_ends_early_without_an_error_is_asked_for_again(
    tiny_hub: Hub, recorder: Recorder, big: bytes
) -> None:
    tiny_hub.delivers = big[:1000]
    with pytest.raises(ModelError, match=r"1,000 of [\d,]+ bytes are here"):
        fetch(recorder)
    tiny_hub.delivers = None
    assert fetch(Recorder()).path.read_bytes() == big


def test_more_than_was_announced_is_not_taken(tiny_hub: Hub, recorder: Recorder, big: bytes) -> None:
    tiny_hub.delivers = big + bytes(5_000_000)
    assert fetch(recorder).path.read_bytes() == big


def test_what_is_no_model_never_gets_a_name(tiny_hub: Hub, recorder: Recorder) -> None:
    tiny_hub.files[REPOSITORY]["tiny-Q4_K_M.gguf"] = b"not a model at all"
    with pytest.raises(ModelError, match="is not a GGUF model"):
        fetch(recorder)
    assert installed() == []


def test_finished_shards_are_not_fetched_again(hub: Hub, recorder: Recorder, shard_bytes: list[bytes]) -> None:
    names = [f"tiny-0000{number}-of-00002.gguf" for number in (1, 2)]
    hub.files[REPOSITORY] = dict(zip(names, shard_bytes, strict=True))
    recorder.at = lambda count: recorder.stop.set() if len(recorder.heard("begin")) == 2 else None
    with pytest.raises(Cancelled):
        fetch(recorder)
    fetch(Recorder())
    assert len(hub.asked(f"/cdn/{REPOSITORY}/{names[0]}")) == 1


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


def test_two_pulls_at_once_end_with_one_model(tiny_hub: Hub, big: bytes) -> None:
    the_plan = plan()
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(lambda _: pull(the_plan, observer=Recorder(), stop=Event()), range(4)))
    assert len({model.path for model in models}) == 1
    assert len(tiny_hub.asked("/cdn/")) == 1
    assert models[0].size == len(big)
