from pathlib import Path

import pytest
from platformdirs import user_cache_dir

from styletune.engines.llama_threads import cache_key, candidates, choose_threads


def cache() -> Path:
    return Path(user_cache_dir("styletune")) / "threads.json"


def measuring(seconds: dict[int, float]):
    asked: list[int] = []

    def measure(count: int) -> float:
        asked.append(count)
        return seconds[count]

    return measure, asked


def test_the_fastest_count_wins_and_is_remembered() -> None:
    measure, asked = measuring({1: 3.0, 2: 1.0, 4: 2.0})
    assert choose_threads("here", measure, counts=[1, 2, 4]) == 2
    assert asked == [1, 2, 4] * 3
    assert choose_threads("here", measure, counts=[1, 2, 4]) == 2
    assert len(asked) == 9


def test_another_machine_or_model_is_measured_anew_and_both_are_kept() -> None:
    slow, _ = measuring({1: 1.0, 2: 9.0})
    fast, asked = measuring({1: 9.0, 2: 1.0})
    assert choose_threads("a", slow, counts=[1, 2]) == 1
    assert choose_threads("b", fast, counts=[1, 2]) == 2
    assert choose_threads("a", fast, counts=[1, 2]) == 1
    assert len(asked) == 6


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'{"here": "many"}', b'{"here": 64}', b"\xff\xfe", b"null"])
def test_a_damaged_cache_is_ignored(damage: bytes) -> None:
    cache().parent.mkdir(parents=True)
    cache().write_bytes(damage)
    measure, asked = measuring({1: 2.0, 2: 1.0})
    assert choose_threads("here", measure, counts=[1, 2]) == 2
    assert asked
    assert choose_threads("here", measure, counts=[1, 2]) == 2
    assert len(asked) == 6


def test_a_cache_that_cannot_be_written_does_no_harm() -> None:
    cache().parent.parent.mkdir(parents=True, exist_ok=True)
    cache().parent.write_text("a file where the folder should be")
    measure, _ = measuring({1: 1.0, 2: 2.0})
    assert choose_threads("here", measure, counts=[1, 2]) == 1


def test_a_single_core_is_not_measured() -> None:
    measure, asked = measuring({1: 1.0})
    assert (choose_threads("here", measure, counts=[1]), asked) == (1, [])


def test_candidates_are_ascending_and_begin_with_one() -> None:
    assert candidates()[0] == 1
    assert candidates() == sorted(set(candidates()))


def test_a_changed_model_file_has_another_key(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"one")
    first = cache_key(path)
    path.write_bytes(b"other")
    assert cache_key(path) != first
