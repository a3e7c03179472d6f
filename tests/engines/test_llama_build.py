import pytest

from styletune.engines.llama_build import parse_system_info


@pytest.mark.parametrize(
    ("line", "backends"),
    [
        ("CPU : SSE3 = 1 | AVX = 1 | AVX512 = 0 | ", {"CPU": ["SSE3", "AVX"]}),
        ("Metal : EMBED_LIBRARY = 1 | CPU : NEON = 1 | ", {"Metal": ["EMBED_LIBRARY"], "CPU": ["NEON"]}),
        ("CUDA : ARCHS = 890 | USE_GRAPHS = 1 | ", {"CUDA": ["ARCHS", "USE_GRAPHS"]}),
        ("", {}),
    ],
)
def test_what_llama_says_of_itself_is_read(line: str, backends: dict[str, list[str]]) -> None:
    assert parse_system_info(line) == backends
