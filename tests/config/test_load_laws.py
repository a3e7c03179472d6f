"""Whatever stands in ``styletune.toml``, it is a setting or a mistake that is named."""

import tempfile
from pathlib import Path

import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from styletune.config.load import load_config
from styletune.config.schema import Endpoint, FileSettings, HeaderSettings, Prices, Profile
from styletune.config.tables import keys
from styletune.errors import SettingsError

SETTINGS = (FileSettings, HeaderSettings, Profile, Endpoint, Prices)
NAMES = sorted({part for key in keys(*SETTINGS) for part in key.split(".")} | {"profiles", "endpoints", "a", "key"})
anything = st.recursive(
    st.one_of(
        st.sampled_from(["{stem}.{lang}.md", "en", "", "http://x", "{value}", "{path}", "**", "a\\b", "@", "\n"]),
        st.integers(-1, 3), st.booleans(), st.floats(), st.dates(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=12,
)  # fmt: skip


def said(content: bytes) -> list[str]:
    """Return what is wrong with a file, each mistake behind the file's name."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "styletune.toml"
        file.write_bytes(content)
        try:
            load_config(Path(folder))
        except SettingsError as error:
            before, *mistakes = str(error).split(f"{file}:")
            return mistakes if not before else [f"no place: {before}"]
    return []


@given(st.dictionaries(st.sampled_from(NAMES), anything, max_size=5))
def test_each_mistake_has_a_line_of_the_file(values: dict[str, object]):
    text = tomlkit.dumps(values)
    for mistake in said(text.encode()):
        assert 1 <= int(mistake.split(":")[0]) <= len(text.splitlines())


@given(st.one_of(st.text(max_size=30).map(str.encode), st.binary(max_size=30)))
def test_no_bytes_whatever_are_more_than_a_mistake(content: bytes):
    assert all(mistake[0].isdigit() for mistake in said(content))
