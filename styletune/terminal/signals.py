"""Signals that ask the program to end, before and after the work that listens to them itself."""

import signal
from threading import current_thread, main_thread
from types import FrameType


def end_as_ctrl_c_does() -> None:
    """Let SIGTERM and SIGHUP raise ``KeyboardInterrupt``, so that there is one way to end, with one exit code.

    A signal that is ignored stays ignored: ``nohup`` did that on purpose.
    """
    if current_thread() is not main_thread():
        return
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
