"""``--check``: no model, no writing, a verdict."""

import json
from pathlib import Path

import pytest

from styletune.engines.protocol import Capabilities


def names(folder: Path = Path()) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def check(cli, use):
    """Rewrite ``post.md`` with an engine, let the test change something, and check without any engine."""

    def run(*arguments, spoil: bool = False, change=lambda: None):
        Path("post.md").write_text("The first boat was slow.\n\nThe second was quick.\n")
        use(
            lambda text: "" if spoil and "boat" in text else text + " Yes.",
            capabilities=Capabilities(trusted_text=not spoil),
        )
        cli("rewrite", "post.md", *arguments)
        change()
        use(lambda text: pytest.fail("a check asks no engine"))
        before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
        done = cli("rewrite", "post.md", "--check", *arguments)
        assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
        return done

    return run


def touch(name: str, text: str):
    return lambda: Path(name).write_text(text)


@pytest.mark.parametrize(
    ("arguments", "change", "code", "message"),
    [
        ([], lambda: None, 0, "The output is up to date."),
        ([], lambda: Path("post.rewritten.md").unlink(), 1, "post.rewritten.md is missing"),
        ([], touch("post.md", "Another text.\n"), 1, "post.rewritten.md is stale: post.md was changed since."),
        ([], touch("post.rewritten.md", "Edited.\n"), 0, "up to date"),  # edits of an output do not age it
        (["--in-place"], lambda: None, 0, "up to date"),
        (["--in-place"], touch("post.md", "Another text.\n"), 1, "post.md was changed since"),
    ],
)
def test_missing_and_stale_outputs_are_found(check, arguments, change, code, message):
    done = check(*arguments, change=change)
    assert done.code == code
    assert message in done.err


def test_flagged_segments_are_found(check):
    done = check(spoil=True)
    assert done.code == 1
    assert "post.rewritten.md has 1 flagged segment that kept its source." in done.err


def test_an_output_written_by_hand_is_nobodys_fault(cli):
    Path("post.md").write_text("Text.\n")
    Path("post.rewritten.md").write_text("By hand.\n")
    assert cli("rewrite", "post.md", "--check").code == 0


def test_findings_are_no_errors_and_quiet_leaves_the_verdict_to_the_exit_code(cli):
    for name in ("a.md", "b.md"):
        Path(name).write_text("Text.\n")
    done = cli("rewrite", ".", "--check")
    assert "Error" not in done.err
    assert done.err.splitlines()[-1] == "2 of 2 outputs need another run or a look."
    quiet = cli("rewrite", ".", "--check", "--quiet")
    assert (quiet.code, quiet.err) == (1, "")


def test_a_file_that_was_never_worked_on_in_place_is_found(cli):
    Path("post.md").write_text("Text.\n")
    assert cli("rewrite", "post.md", "--check", "--in-place").code == 1


def test_the_report_names_what_was_found(cli):
    Path("a.md").write_text("Text.\n")
    done = cli("rewrite", ".", "--check", "--json")
    assert done.code == 1
    assert json.loads(done.out)[0]["error"]["code"] == "missing"
    assert names() == ["a.md"]
