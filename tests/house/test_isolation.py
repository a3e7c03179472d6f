"""Tests have homes of their own and no network."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest


@pytest.mark.parametrize(
    "folder", [Path.home, platformdirs.user_cache_path, platformdirs.user_config_path, platformdirs.user_data_path]
)
def test_a_test_sees_a_home_of_its_own(folder: Callable[[], Path], own_home: Path) -> None:
    assert folder().is_relative_to(own_home)


def test_a_test_works_in_an_empty_folder(own_home: Path) -> None:
    assert Path.cwd() == own_home.parent / "work"
    assert not list(Path.cwd().iterdir())


def test_no_setting_of_the_developer_reaches_a_test() -> None:
    left = [name for name in os.environ if name.startswith(("STYLETUNE_", "OPENAI_"))]
    assert not [name for name in left if not name.startswith("STYLETUNE_UPDATE_")]


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_a_connection_to_another_machine_fails_the_test(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as sock:
        with pytest.raises(AssertionError, match="connected to"):
            sock.connect(address)
        with pytest.raises(AssertionError, match="connected to"):
            sock.connect_ex(address)


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(AssertionError, match=r"looked up 'example\.com'"):
        socket.create_connection(("example.com", 80), timeout=1)


def test_a_server_of_the_tests_own_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
