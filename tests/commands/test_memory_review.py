"""``memory review``: proposals and conflicts, listed, decided by flags, and asked about at a terminal."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from edited_texts import spread

from styletune.engines.protocol import Job, Prefix
from styletune.engines.pseudo import PseudoEngine
from styletune.learning.corrections import Corrections
from styletune.learning.proposals import Proposals
from styletune.memory.glossary import read_glossary
from styletune.memory.rule_file import read_rule_file

REVIEW = ("memory", "review")
USE = spread(
    [("We utilize a cache.", "We use a cache."), ("Utilize it.", "Use it."), ("I utilize Hugo.", "I use Hugo.")]
)
REALLY = spread(
    [("It is really big.", "It is big."), ("It really works.", "It works."), ("A really old disk.", "A old disk.")]
)


def pseudo(text: str) -> str:
    """Write a text as the engine of that name does."""
    engine = PseudoEngine()
    engine.open(Prefix(""))
    return next(iter(engine.run([Job("x", text, text)]))).text


MINE = pseudo("The first text of the disk.").replace(pseudo("first"), "own")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "styletune.toml").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def learned(here: Path) -> dict[str, str]:
    """Return the ids of what two habits are proposed as: a rule and a phrase."""
    Corrections(here).add([*USE, *REALLY])
    return {one.kind: one.id for one in Proposals(here).open()}


@pytest.fixture
def conflict(cli, here: Path) -> str:
    """Return the id of a conflict that arose as it does for a person: edit the output, then the draft."""
    draft, output = here / "post.md", here / "post.rewritten.md"
    draft.write_text("The first text of the disk.\n\nAnother one.\n", encoding="utf-8")
    cli("rewrite", "post.md", "--model", "pseudo")
    output.write_text(output.read_text(encoding="utf-8").replace(pseudo("first"), "own"), encoding="utf-8")
    cli("rewrite", "post.md", "--model", "pseudo")
    draft.write_text("The second text of the disk.\n\nAnother one.\n", encoding="utf-8")
    cli("rewrite", "post.md", "--model", "pseudo")
    (found,) = json.loads(cli(*REVIEW, "--json").out)["conflicts"]
    assert (found["source"], found["yours"]) == ("The second text of the disk.", MINE)
    return str(found["id"])


def test_without_a_terminal_it_lists_with_evidence(cli, learned: dict[str, str]):
    done = cli(*REVIEW)
    text = done.out.decode()
    assert done.code == 0
    assert f'{learned["rule"]}  rule  Write "use", not "utilize".' in text
    assert "seen 3 times, in 3 drafts" in text
    assert "post-0.out.md\n      - We utilize a cache.\n      + We use a cache." in text
    assert "--accept ID" in done.err
    assert cli(*REVIEW, "--list").out == done.out


def test_an_empty_project_gets_a_helpful_sentence(cli, here: Path):
    done = cli(*REVIEW)
    assert (done.code, done.out) == (0, b"")
    assert "Nothing is open. Edit what styletune wrote" in done.err
    assert not (here / ".styletune").exists()


def test_flags_decide_and_files_change(cli, here: Path, learned: dict[str, str]):
    done = cli(*REVIEW, "--edit", f"{learned['rule']}=Say = use.", "--accept", learned["never_say"])
    assert done.code == 0
    assert read_rule_file(here / ".stylerules").rules == ("- Say = use.",)
    assert read_glossary(here / ".styletune" / "glossary.toml", "g").never_say["en"] == ("really",)
    assert json.loads(cli(*REVIEW, "--json").out) == {"conflicts": [], "proposals": []}


def test_a_rejected_proposal_is_gone_and_says_so_when_it_is_named_again(cli, learned: dict[str, str]):
    cli(*REVIEW, "--reject", learned["rule"])
    assert learned["rule"] not in cli(*REVIEW).out.decode()
    done = cli(*REVIEW, "--accept", learned["rule"])
    assert (done.code, "was rejected on 20" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--accept", "pdeadbeef"], "Nothing is open under pdeadbeef"),
        (["--edit", "RULE"], "write the id, = and the text"),
        (["--edit", "RULE="], "write the id, = and the text"),
        (["--edit", "RULE=<!-- x"], "comment"),
        (["--accept", "RULE", "--reject", "RULE"], "is named twice"),
        (["--accept", "RULE", "--reject", "xdeadbeef"], "Nothing is open under xdeadbeef"),
    ],
)
def test_wrong_flags_decide_nothing(cli, here: Path, learned: dict[str, str], arguments: list[str], said: str):
    done = cli(*REVIEW, *(argument.replace("RULE", learned["rule"]) for argument in arguments))
    assert (done.code, said in done.err) == (2, True)
    assert len(Proposals(here).open()) == 2
    assert not (here / ".stylerules").exists()


@pytest.mark.parametrize(
    ("flag", "first"),
    [("--reject", MINE), ("--accept", pseudo("The second text of the disk.")), ("--edit", "My third text.")],
)
def test_conflicts_are_decided_by_flags(cli, here: Path, conflict: str, flag: str, first: str):
    done = cli(*REVIEW, flag, f"{conflict}=My third text." if flag == "--edit" else conflict)
    assert done.code == 0
    assert (here / "post.rewritten.md").read_text(encoding="utf-8").split("\n")[0] == first
    assert json.loads(cli(*REVIEW, "--json").out)["conflicts"] == []
    before = (here / "post.rewritten.md").read_bytes()
    assert cli("rewrite", "post.md", "--model", "pseudo").code == 0
    assert (here / "post.rewritten.md").read_bytes() == before


def test_a_model_s_summary_is_a_proposal_and_nothing_more(cli, use, here: Path):
    Corrections(here).add(USE[:2])
    use(lambda source: "Prefer short, plain words.")
    done = cli(*REVIEW, "--suggest", "--model", "scripted")
    assert done.code == 0
    (found,) = Proposals(here).open()
    assert (found.kind, found.text) == ("summary", "Prefer short, plain words.")
    assert f"{found.id}  summary  Prefer short, plain words." in done.out.decode()
    assert not (here / ".stylerules").exists()
    cli(*REVIEW, "--accept", found.id)
    assert read_rule_file(here / ".stylerules").rules == ("- Prefer short, plain words.",)


def test_a_summary_that_is_no_use_is_not_proposed(cli, use, here: Path):
    Corrections(here).add(USE[:2])
    use(lambda source: "We utilize a cache.")
    done = cli(*REVIEW, "--suggest", "--model", "scripted")
    assert (done.code, "no use: it copies the corrections" in done.err) == (1, True)
    assert Proposals(here).open() == []


def test_an_engine_that_is_no_model_is_asked_nothing(cli, here: Path):
    Corrections(here).add(USE[:2])
    done = cli(*REVIEW, "--suggest", "--model", "echo")
    assert (done.code, "echo is no model" in done.err) == (2, True)


def at_a_terminal(here: Path, *answers: str, interrupt: bool = False) -> tuple[int, str]:
    """Run the review at a pseudo-terminal; each answer is typed when a question stands there."""
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("EDITOR", "VISUAL", "NO_COLOR")}
    program = "from styletune.cli import main; main()"
    child = subprocess.Popen(
        [sys.executable, "-c", program, *REVIEW], stdin=theirs, stdout=theirs, stderr=theirs, cwd=here, close_fds=True,
        env={**environment, "TERM": "xterm", "COLUMNS": "100"}, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, waiting = b"", [f"{answer}\n".encode() for answer in answers]
    while select.select([ours], [], [], 60)[0]:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # Linux says so when the other side is closed
            break
        if not piece:
            break
        shown += piece
        if piece.endswith(b": ") and waiting:
            os.write(ours, waiting.pop(0))
        elif piece.endswith(b": ") and interrupt:
            child.send_signal(signal.SIGINT)
    os.close(ours)
    return child.wait(60), shown.decode(errors="replace")


def test_a_terminal_asks_one_by_one(here: Path, learned: dict[str, str]):
    code, shown = at_a_terminal(here, "maybe", "a", "e", "Say “use”.")
    assert code == 0
    assert "1 of 2" in shown
    assert "2 of 2" in shown
    assert "All 2 decided." in shown
    assert read_rule_file(here / ".stylerules").rules == ("- Say “use”.",)
    assert read_glossary(here / ".styletune" / "glossary.toml", "g").never_say["en"] == ("really",)


def test_a_decision_that_fails_is_asked_again(here: Path, learned: dict[str, str]):
    code, shown = at_a_terminal(here, "s", "e", "never <!-- x", "q")
    assert code == 0
    assert "comment" in shown
    assert "0 decided, 2 left open." in shown
    assert len(Proposals(here).open()) == 2


def test_ctrl_c_keeps_what_was_decided(here: Path, learned: dict[str, str]):
    code, shown = at_a_terminal(here, "r", interrupt=True)
    assert code == 130
    assert "Stopped." in shown
    assert len(Proposals(here).open()) == 1


def test_conflicts_come_first_at_a_terminal(here: Path, conflict: str):
    code, shown = at_a_terminal(here, "t")
    assert code == 0
    assert "The draft now:" in shown
    assert "The second text of the disk." in shown
    taken = (here / "post.rewritten.md").read_text(encoding="utf-8").split("\n")[0]
    assert taken == pseudo("The second text of the disk.")
