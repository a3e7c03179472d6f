"""Work in a thread."""

import math
import os
import signal
import threading
from types import SimpleNamespace

import pytest

from styletune.terminal.interrupt import run_interruptible


def nothing() -> None:
    pass


def test_the_value_comes_back_from_another_thread():
    assert run_interruptible(
        lambda stop: threading.current_thread() is threading.main_thread(), on_stop=nothing, on_abandon=nothing
    ) is False  # fmt: skip


def test_errors_come_back_with_their_place():
    def fail(stop: threading.Event) -> None:
        raise KeyError("here")

    with pytest.raises(KeyError, match="here") as caught:
        run_interruptible(fail, on_stop=nothing, on_abandon=nothing)
    assert caught.traceback[-1].name == "fail"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_asks_the_work_to_stop_and_old_handlers_return(number):
    before = signal.getsignal(number)
    told: list[str] = []
    heard = threading.Event()

    def work(stop: threading.Event) -> str:
        os.kill(os.getpid(), number)
        assert stop.wait(30)
        assert heard.wait(30)
        return "stopped"

    def on_stop() -> None:
        told.append("stopping")
        heard.set()

    assert run_interruptible(work, on_stop=on_stop, on_abandon=nothing) == "stopped"
    assert told == ["stopping"]
    assert signal.getsignal(number) == before


def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        during = run_interruptible(lambda stop: signal.getsignal(signal.SIGHUP), on_stop=nothing, on_abandon=nothing)
        assert during is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_work_that_is_paid_for_gets_all_the_time_it_needs(monkeypatch):
    """A grace without end outlasts any clock."""
    ticks = iter(range(0, 10**6, 1000))
    monkeypatch.setattr("styletune.terminal.interrupt.time", SimpleNamespace(monotonic=lambda: next(ticks)))
    told, finish = threading.Event(), threading.Event()

    def work(stop: threading.Event) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        assert told.wait(30)
        assert not finish.wait(0.3)
        return "finished"

    assert run_interruptible(work, on_stop=told.set, on_abandon=finish.set, grace=math.inf) == "finished"
    assert not finish.is_set()
