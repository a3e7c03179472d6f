"""What ``styletune synthesize`` does without a model."""

import json
import re
from pathlib import Path

from command_line import Cli


def test_identity_alone_needs_no_model(cli: Cli):
    done = cli("synthesize", "--builder", "identity")
    assert done.code == 0
    assert "need no model" in done.err


def test_prompts_are_listed_and_copied_for_editing(cli: Cli):
    listed = cli("synthesize", "--list-prompts")
    assert listed.code == 0
    assert re.search(rb"rewrite-formal@[0-9a-f]{8}", listed.out)
    assert b"only with --imitate" in listed.out.replace(b"\n", b" ")
    copied = cli("synthesize", "--copy-prompts")
    assert "rewrite-formal.toml" in copied.err
    path = Path(".styletune/prompts/rewrite-formal.toml")
    before = next(one for one in json.loads(cli("synthesize", "--list-prompts", "--json").out) if "formal" in one["id"])
    path.write_text(path.read_text().replace("formal voice:", "very formal voice:"))
    after = next(one for one in json.loads(cli("synthesize", "--list-prompts", "--json").out) if "formal" in one["id"])
    assert before["id"] != after["id"]
    assert after["own"]
    assert "nothing was overwritten" in cli("synthesize", "--copy-prompts").err
    assert "very formal" in path.read_text()
