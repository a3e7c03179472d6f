"""The command line in the test's own process."""

import pytest
from command_line import Cli, run_command


@pytest.fixture
def cli() -> Cli:
    return run_command
