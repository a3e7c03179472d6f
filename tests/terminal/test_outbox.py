"""Writing that holds up nobody."""

import errno
from threading import Event

from styletune.terminal.outbox import Outbox


def nothing(count: int) -> None:
    raise AssertionError(count)


def test_all_is_written_in_order_before_the_end():
    written: list[int] = []
    outbox = Outbox(on_dropped=nothing)
    for number in range(500):
        outbox.put(lambda number=number: written.append(number))
    assert outbox.close()
    assert written == list(range(500))


def test_a_writing_that_fails_is_dropped_and_the_next_one_is_done():
    written: list[str] = []

    def fail() -> None:
        raise OSError(errno.EIO, "the terminal was closed")

    outbox = Outbox(on_dropped=nothing)
    outbox.put(fail)
    outbox.put(lambda: written.append("after"))
    assert outbox.close()
    assert written == ["after"]


def test_a_reader_that_has_stopped_holds_up_nobody_and_hears_what_it_missed():
    begun, goes_on = Event(), Event()
    written: list[object] = []

    def blocked() -> None:
        begun.set()
        goes_on.wait()

    outbox = Outbox(on_dropped=lambda count: written.append(f"{count} dropped"), most=5)
    outbox.put(blocked)
    begun.wait()
    for number in range(20):  # none of these waits
        outbox.put(lambda number=number: written.append(number))
    goes_on.set()
    assert outbox.close()
    assert written == ["15 dropped", 15, 16, 17, 18, 19]


def test_the_end_does_not_wait_for_a_reader_that_has_stopped(monkeypatch):
    monkeypatch.setattr("styletune.terminal.outbox.LAST_WORDS", 0.05)
    goes_on = Event()
    outbox = Outbox(on_dropped=nothing)
    outbox.put(lambda: goes_on.wait() and None)
    assert not outbox.close()
    goes_on.set()


def test_when_all_is_written_there_is_time_for_something_else_again_and_again():
    happened: list[str] = []
    third = Event()

    def idle() -> None:
        happened.append("idle")
        if happened.count("idle") == 3:
            third.set()

    outbox = Outbox(on_dropped=nothing, when_idle=idle)
    outbox.put(lambda: happened.append("written"))
    assert third.wait(30)
    assert outbox.close()
    assert happened.index("written") < len(happened) - 1
    assert happened[-1] == "idle"
