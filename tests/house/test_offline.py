"""Once installed, nothing needs a network: rewrite and translate run with sockets that refuse."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BLOCKED = '''"""Loaded by Python before anything else: every way out is refused and written down."""
import os, socket

def refuse(*arguments, **_):
    with open(os.environ["SOCKET_USES"], "a") as uses:
        print(arguments, file=uses)
    raise OSError("the network is blocked")

for name in ("connect", "connect_ex", "sendto", "bind"):
    setattr(socket.socket, name, refuse)
for name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, name, refuse)
'''
DRAFT = """---
title: A short note
---

# Trains

It is important to note that the train to Basel was delayed by 20 minutes. See [the timetable](https://example.com/t).

```sh
echo "not prose"
```
"""


def offline(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "sitecustomize.py").write_text(BLOCKED)
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "SOCKET_USES": str(folder / "uses")}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, env=environment)


@pytest.mark.model
@pytest.mark.parametrize(
    ("arguments", "output"),
    [(["rewrite"], "note.rewritten.md"), (["translate", "--from", "en", "--to", "fr"], "note.fr.md")],
    ids=["rewrite", "translate"],
)
def test_the_embedded_model_works_without_a_network(
    arguments: list[str], output: str, tmp_path: Path, embedded_model: Path
) -> None:
    Path("note.md").write_text(DRAFT)
    done = offline(tmp_path, "-m", "styletune", *arguments, "note.md", "--json")
    assert done.returncode in {0, 1}, done.stderr
    (report,) = json.loads(done.stdout)
    assert report["error"] is None
    assert report["model"] == embedded_model.name
    assert any(segment["tokens_out"] for segment in report["segments"])
    assert '```sh\necho "not prose"\n```\n' in Path(output).read_text()
    assert not (tmp_path / "uses").exists()


def test_the_block_catches_a_connection_and_a_lookup(tmp_path: Path) -> None:
    code = "import urllib.request as u\ntry: u.urlopen('http://localhost:9')\nexcept OSError: pass"
    assert offline(tmp_path, "-c", code).returncode == 0
    assert "localhost" in (tmp_path / "uses").read_text()
