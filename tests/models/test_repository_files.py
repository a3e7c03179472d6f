import pytest

from styletune.errors import ModelError, UsageError
from styletune.models.repository_files import RemoteFile, choose_offer, gigabytes, offers, quantization_of

QWEN = [
    "README.md",
    "qwen2.5-7b-instruct-fp16-00001-of-00002.gguf",
    "qwen2.5-7b-instruct-fp16-00002-of-00002.gguf",
    "qwen2.5-7b-instruct-q4_0-00002-of-00002.gguf",
    "qwen2.5-7b-instruct-q4_0-00001-of-00002.gguf",
    "qwen2.5-7b-instruct-q4_k_m-00001-of-00002.gguf",
    "qwen2.5-7b-instruct-q4_k_m-00002-of-00002.gguf",
    "qwen2.5-7b-instruct-q2_k.gguf",
    "qwen2.5-7b-instruct-q8_0-00001-of-00003.gguf",
]


def files(*names: str) -> list[RemoteFile]:
    return [RemoteFile(name, 100 + index) for index, name in enumerate(names)]


@pytest.mark.parametrize(
    ("stem", "quantization"),
    [
        ("qwen2.5-7b-instruct-q4_k_m", "Q4_K_M"),
        ("SmolLM2-135M-Instruct.Q4_1", "Q4_1"),
        ("Llama-3.2-3B-Instruct-IQ4_XS", "IQ4_XS"),
        ("Qwen3-4B-Instruct-2507-UD-Q4_K_XL", "UD-Q4_K_XL"),
        ("qwen2.5-7b-instruct-fp16", "F16"),
        ("gemma-3-4b-it-q4_0", "Q4_0"),
        ("BF16/Model-BF16", "BF16"),
        ("Q8_0/model", "Q8_0"),
        ("model-f32", "F32"),
        ("gpt-oss-20b-mxfp4", "MXFP4"),
        ("Mixtral-8x7B-Q6_K", "Q6_K"),
        ("Llama-3.2-1B-Instruct-Q4_0_4_8", ""),
        ("model", ""),
        ("faq4_0x", ""),
    ],
)
def test_the_quantization_is_read_off_the_name(stem: str, quantization: str) -> None:
    assert quantization_of(stem) == quantization


def test_shards_are_one_offer_in_order_and_incomplete_ones_are_none() -> None:
    found = {offer.quantization: [file.name for file in offer.files] for offer in offers(files(*QWEN))}
    assert set(found) == {"F16", "Q4_0", "Q4_K_M", "Q2_K"}
    assert found["Q4_0"] == [QWEN[4], QWEN[3]]


def test_what_is_no_language_model_is_no_offer() -> None:
    names = ["mmproj-model-f16.gguf", "M-BF16-mmproj.gguf", "imatrix_unsloth.gguf", "M-Q4_0.gguf", "config.json"]
    assert [offer.files[0].path for offer in offers(files(*names))] == ["M-Q4_0.gguf"]


@pytest.mark.parametrize(
    ("wanted", "usual", "chosen"),
    [
        (None, "Q4_K_M", "Q4_K_M"),
        (None, "Q5_K_M", "Q4_K_M"),
        (None, None, "Q4_K_M"),
        (None, "F16", "F16"),
        ("q4_0", "Q4_K_M", "Q4_0"),
        ("qwen2.5-7b-instruct-q2_k.gguf", "Q4_K_M", "Q2_K"),
    ],
)
def test_a_quantization_is_chosen_from_what_is_there(wanted: str | None, usual: str | None, chosen: str) -> None:
    assert choose_offer(offers(files(*QWEN)), wanted, usual=usual, repository="o/r").quantization == chosen


def test_a_quantization_that_is_not_there_lists_what_is() -> None:
    with pytest.raises(UsageError, match=r"Q9_9 is not there\. It has .*Q2_K \(.*Q4_K_M \("):
        choose_offer(offers(files(*QWEN)), "Q9_9", usual=None, repository="o/r")


def test_a_repository_with_several_models_asks_for_a_file() -> None:
    found = offers(files("a-Q4_K_M.gguf", "b-Q4_K_M.gguf"))
    with pytest.raises(UsageError, match=r"several models in Q4_K_M: a-Q4_K_M\.gguf, b-Q4_K_M\.gguf"):
        choose_offer(found, None, usual=None, repository="o/r")
    assert choose_offer(found, "b-Q4_K_M.gguf", usual=None, repository="o/r").files[0].name == "b-Q4_K_M.gguf"


def test_a_repository_with_one_model_needs_no_name() -> None:
    assert choose_offer(offers(files("weights.gguf")), None, usual="Q4_0", repository="o/r").quantization == ""


def test_names_that_tell_nothing_ask_for_a_file() -> None:
    with pytest.raises(UsageError, match=r"weights\.gguf \(.*Say which one you want with --quantization"):
        choose_offer(offers(files("weights.gguf", "other.gguf")), None, usual=None, repository="o/r")


def test_a_repository_without_gguf_says_where_to_look() -> None:
    with pytest.raises(ModelError, match="ends in -GGUF"):
        choose_offer(offers(files("model.safetensors")), None, usual=None, repository="o/r")


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 kB"), (1200, "1 kB"), (98_362_432, "98 MB"), (2_497_281_120, "2.5 GB")]
)
def test_bytes_are_written_as_people_do(size: int, words: str) -> None:
    assert gigabytes(size) == words
