from pathlib import Path

import pytest

from styletune.doctor.llama import missing_features, processor_flags


@pytest.mark.parametrize(
    ("built", "flags", "missing"),
    [
        (["SSE3"], {"avx", "avx2", "fma", "f16c"}, ["AVX", "AVX2", "F16C", "FMA"]),
        (["AVX", "AVX2", "F16C", "FMA"], {"avx", "avx2", "fma", "f16c", "avx512f"}, []),
        (["SSE3"], {"sse4_2"}, []),
        (["NEON"], set(), []),
    ],
)
def test_a_build_that_leaves_instructions_unused_is_noticed(built, flags, missing) -> None:
    assert missing_features(built, frozenset(flags)) == missing


def test_processor_flags_are_whole_words(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor : 0\nflags\t\t: fpu avx512f sse\nvmx flags : avx2\n")
    assert processor_flags(cpuinfo) == {"fpu", "avx512f", "sse"}
    assert processor_flags(tmp_path / "none") == frozenset()
