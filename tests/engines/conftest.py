"""Engines in processes of their own, made to die, for the tests of this folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from child_engines import PREFIX
from mortal_engine import mortal

from styletune.engines.child import ChildEngine
from styletune.engines.protocol import Prefix


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., ChildEngine]]:
    """Make engines that die at the named points, and leave no child behind."""
    made: list[ChildEngine] = []

    def engine(*deaths: str, way: str = "SIGKILL", prefix: Prefix | None = PREFIX) -> ChildEngine:
        made.append(ChildEngine(mortal(tmp_path, *deaths, way=way)))
        if prefix:
            made[-1].open(prefix)
        return made[-1]

    yield engine
    for one in made:
        one.close()
