"""How fast a model writes the other side of pairs, in this process and behind a server, and what of it can be used.

Usage: python benchmarks/synthesis.py CORPUS MODEL.gguf [N]

CORPUS is a folder of Markdown posts. N paragraphs (30) are rewritten twice: by the model in this process, and by the
same model behind llama-cpp-python's own server, which speaks the OpenAI protocol. Pairs a second depend on the machine;
their ratio, and what is dropped and why, say more.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

STYLETUNE = [sys.executable, "-m", "styletune"]


def main(corpus: Path, model: Path, count: int) -> None:
    """Print both runs, one JSON object a line."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        run(project, "corpus", "add", str(corpus), "--quiet")
        found = {"in process": synthesize(project, str(model), count)}
        with server(model) as url:
            found["server"] = synthesize(project, f"openai:{url}#{model.stem}", count)
    for name, figures in found.items():
        print(json.dumps({"engine": name, **figures}, ensure_ascii=False))
    ratio = found["server"]["pairs_per_second"] / found["in process"]["pairs_per_second"]
    print(json.dumps({"server_over_in_process": round(ratio, 2)}))


def synthesize(project: Path, model: str, count: int) -> dict[str, Any]:
    """Make some texts; return what became of them, and how fast."""
    arguments = ["--builder", "rewrite", "--model", model, "--most", str(count), "--jobs", "2", "--yes", "--quiet"]
    began = perf_counter()
    values = json.loads(run(project, "synthesize", *arguments, "--json"))
    seconds = perf_counter() - began
    kept = ("made", "usable", "dropped", "distance", "tokens_in", "tokens_out")
    return {"pairs_per_second": values["made"] / seconds, "seconds": round(seconds, 1)} | {
        name: values[name] for name in kept
    }


def run(project: Path, *arguments: str) -> bytes:
    """Run the command line in a project; return its standard output."""
    done = subprocess.run([*STYLETUNE, *arguments], cwd=project, stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.returncode)
    return done.stdout


@contextmanager
def server(model: Path) -> Generator[str]:
    """Serve a model on this machine while the block runs; yield the base URL."""
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--port", "0", "--host", "127.0.0.1"]
    limits = ["--n_ctx", "4096", "--verbose", "false"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(
        [*command, *limits], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    ) as child:
        stderr = child.stderr or sys.exit("The server has no standard error.")
        for line in stderr:
            if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
                break
        else:
            sys.exit("The server did not start. Run: pip install 'llama-cpp-python[server]'")
        threading.Thread(target=lambda: [None for _ in stderr], daemon=True).start()
        try:
            yield f"{found[1]}/v1"
        finally:
            child.kill()


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - a corpus and a model
        sys.exit(__doc__)
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute(), int(sys.argv[3]) if len(sys.argv) > 3 else 30)  # noqa: PLR2004
