import pytest

from styletune.doctor.finding import sized


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 bytes"), (999, "999 bytes"), (98_362_432, "98 MB"), (2.1e9, "2.1 GB"), (256e9, "256 GB")]
)
def test_sizes_are_for_people(count: float, text: str) -> None:
    assert sized(count) == text
