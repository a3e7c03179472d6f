import pytest

from styletune.doctor import packages


@pytest.mark.parametrize(
    ("prefix", "pip", "command"),
    [
        ("/home/me/.local/pipx/venvs/styletune", True, "pipx runpip styletune install 'styletune[tui]'"),
        ("/home/me/my env", False, "uv pip install --python '/home/me/my env' 'styletune[tui]'"),
        ("/usr", True, "/usr/bin/python -m pip install 'styletune[tui]'"),
    ],
)
def test_the_command_fits_how_styletune_was_installed(
    monkeypatch: pytest.MonkeyPatch, prefix: str, pip: bool, command: str
) -> None:
    monkeypatch.setattr(packages.sys, "prefix", prefix)
    monkeypatch.setattr(packages.sys, "executable", "/usr/bin/python")
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda name: object() if pip else None)
    assert packages.install("styletune[tui]") == command


@pytest.mark.parametrize(
    ("lines", "packages_of_embedded"),
    [
        (["a>=1; extra == 'local'", "b; extra == 'embedded'", "styletune[local]; extra == 'embedded'"], ("b", "a")),
        (["a>=1; extra == 'embedded'", "c"], ("a",)),
        (["c[x]>=2"], ()),
    ],
)
def test_extras_are_read_from_the_installed_package(
    monkeypatch: pytest.MonkeyPatch, lines: list[str], packages_of_embedded: tuple[str, ...]
) -> None:
    packages.required.cache_clear()
    monkeypatch.setattr(packages.metadata, "requires", lambda name: lines)
    try:
        assert packages.required("embedded") == packages_of_embedded
        assert packages.required("") == (("c",) if lines[-1].startswith("c") else ())
    finally:
        packages.required.cache_clear()
