"""What has failed is tried again after a pause that grows."""

from styletune.watch.pauses import FIRST, LONGEST, Pauses


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_pauses_double_up_to_a_limit():
    pauses: Pauses[str] = Pauses(Clock())
    seconds = [pauses.failed("model") for _ in range(12)]
    assert seconds[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert max(seconds) == seconds[-1] == LONGEST


def test_a_pause_is_over_with_time_and_begins_anew_after_a_success():
    clock = Clock()
    pauses: Pauses[str] = Pauses(clock)
    assert pauses.left("model") == 0
    pauses.failed("model")
    pauses.failed("model")
    assert pauses.left("model") == 2 * FIRST
    assert pauses.left("other") == 0
    clock.now += FIRST
    assert pauses.left("model") == FIRST
    pauses.over("model")
    assert pauses.left("model") == 0
    assert pauses.failed("model") == FIRST


def test_all_pauses_end_together():
    pauses: Pauses[str] = Pauses(Clock())
    pauses.failed("a")
    pauses.failed("b")
    pauses.all_over()
    assert (pauses.left("a"), pauses.failures("b")) == (0, 0)
