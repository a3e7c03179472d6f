import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hub_server import COMMIT, Hub
from pulling import REPOSITORY, Recorder, fetch, plan

from styletune.errors import Cancelled, ModelError, ModelMissingError
from styletune.models.choice import ModelChoice, resolve_model
from styletune.models.identity import model_identity
from styletune.models.installed import BEGUN, find_installed, installed, models_folder, pull_again, unfinished
from styletune.models.manifest import MANIFEST
from styletune.models.pull import pull


def folder(name: str = "tiny") -> dict[str, int]:
    return {
        path.name: path.stat().st_size
        for path in (models_folder() / name).iterdir()
        if path.name not in {".lock", BEGUN}
    }


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


@pytest.mark.parametrize("quantization", [None, "Q8_0"])
def test_the_command_that_goes_on_is_the_one_that_began(
    tiny_hub: Hub, recorder: Recorder, quantization: str | None
) -> None:
    recorder.at = lambda count: recorder.stop.set() if count > 200_000 else None
    with pytest.raises(Cancelled):
        fetch(recorder, quantization=quantization)
    ((name, _),) = unfinished()
    with pytest.raises(ModelMissingError, match=r"was not downloaded to its end\. Run: styletune models pull someone/"):
        resolve_model(name)
    repository, _, chosen = pull_again(name).removeprefix("styletune models pull ").split(" ")
    model = fetch(Recorder(), repository, chosen)
    assert (model.name, model.quantization, unfinished()) == (name, chosen, [])
    assert not (models_folder() / name / BEGUN).exists()


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
    with pytest.raises(ModelError, match=rf"is not a GGUF model.* It is so at {REPOSITORY} itself, .*--quantization"):
        fetch(recorder)
    assert (installed(), unfinished(), folder()) == ([], [], {})


def test_finished_shards_are_not_fetched_again(hub: Hub, recorder: Recorder, shard_bytes: list[bytes]) -> None:
    names = [f"tiny-0000{number}-of-00002.gguf" for number in (1, 2)]
    hub.files[REPOSITORY] = dict(zip(names, shard_bytes, strict=True))
    recorder.at = lambda count: recorder.stop.set() if len(recorder.heard("begin")) == 2 else None
    with pytest.raises(Cancelled):
        fetch(recorder)
    fetch(Recorder())
    assert len(hub.asked(f"/cdn/{REPOSITORY}/{names[0]}")) == 1


def test_two_pulls_at_once_end_with_one_model(tiny_hub: Hub, big: bytes) -> None:
    the_plan = plan()
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(lambda _: pull(the_plan, observer=Recorder(), stop=Event()), range(4)))
    assert len({model.path for model in models}) == 1
    assert len(tiny_hub.asked("/cdn/")) == 1
    assert models[0].size == len(big)
