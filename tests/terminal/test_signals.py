"""Signals that ask the program to end."""

import os
import signal
from collections.abc import Iterator

import pytest

from styletune.terminal.signals import end_as_ctrl_c_does


@pytest.fixture(params=[signal.SIGTERM, signal.SIGHUP])
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    before = signal.getsignal(request.param)
    yield request.param
    signal.signal(request.param, before)


def test_a_signal_ends_as_ctrl_c_does(number: signal.Signals):
    signal.signal(number, signal.SIG_DFL)
    end_as_ctrl_c_does()
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)


@pytest.mark.parametrize("chosen", [signal.SIG_IGN, signal.default_int_handler])
def test_what_somebody_chose_for_a_signal_stays(number: signal.Signals, chosen: signal.Handlers):
    signal.signal(number, chosen)
    end_as_ctrl_c_does()
    assert signal.getsignal(number) is chosen
