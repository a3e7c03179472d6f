import pytest

from styletune.errors import ModelError
from styletune.models.registry import EMBEDDED, embedded_path, parse_registry, registry

GOOD = """[models.m]
title = "M"
licence = "MIT"
languages = ["en", "zh"]
parameters = 8000000000
context = 4096
template = "chatml"
quantization = "Q4_K_M"
quantizations = ["Q4_K_M"]
cache_bytes_per_token = 100000
checked = false
repository = "o/r"
"""


def test_a_table_becomes_a_model() -> None:
    model = parse_registry(GOOD, "x")["m"]
    assert (model.name, model.languages, model.gated, model.package) == ("m", ("en", "zh"), False, "")
    assert model.size == 4_890_000_000  # 4.89 bits a weight
    assert model.memory == 4_890_000_000 + 4096 * 100_000 + 300_000_000


def test_a_known_size_counts_more_than_a_reckoned_one() -> None:
    assert parse_registry(GOOD + "bytes = 7\n", "x")["m"].size == 7


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("", "x = ["), "x:"),
        (('title = "M"\n', ""), "models.m.title is missing."),
        (("context = 4096", 'context = "4096"'), "models.m.context must be a whole number."),
        (("checked = false", "checked = 0"), "models.m.checked must be true or false."),
        (('["en", "zh"]', "[1]"), "models.m.languages must be a list of texts."),
        (('["en", "zh"]', "[]"), "models.m.languages must be a list of texts."),
        (('repository = "o/r"', ""), "models.m must have either a repository or a package."),
        (('repository = "o/r"', 'repo = "o/r"\nrepository = "o/r"'), "models.m.repo is unknown."),
        (("[models.m]", "[models]\nn = 1\n[models.m]"), "models.n must be a table."),
    ],
)
def test_a_wrong_table_is_named(change: tuple[str, str], words: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_registry(GOOD.replace(*change, 1), "x")
    assert words in str(caught.value)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        parse_registry(GOOD.replace("title", "tittle").replace("4096", "true"), "registry.toml")
    assert str(caught.value).splitlines() == [
        "registry.toml: models.m.tittle is unknown.",
        "registry.toml: models.m.title is missing.",
        "registry.toml: models.m.context must be a whole number.",
    ]


def test_a_model_knows_a_language_in_all_its_variants() -> None:
    model = parse_registry(GOOD, "x")["m"]
    assert (model.knows("zh-hant"), model.knows("EN"), model.knows("fi")) == (True, True, False)
    assert parse_registry(GOOD.replace('["en", "zh"]', '["mul"]'), "x")["m"].knows("fi")


def test_the_embedded_model_is_looked_for_in_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    assert registry()[EMBEDDED].package
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert embedded_path() is None
