"""An engine that gives back what it gets: a dry run."""

from collections.abc import Iterable, Iterator
from threading import Event

from styletune.engines.protocol import Capabilities, Job, OnText, Prefix, Result
from styletune.errors import Cancelled


class EchoEngine:
    """Answers every job with its source, unchanged."""

    capabilities = Capabilities(trusted_text=True)
    local = True
    name = "echo"

    def open(self, prefix: Prefix) -> None:
        """Accept a prefix; it changes nothing."""

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield a result for each job, in order."""
        for job in jobs:
            if stop is not None and stop.is_set():
                raise Cancelled("The run was stopped.")
            text = self.answer(job.source)
            if on_text is not None and text:
                on_text(job.id, text)
            yield Result(job.id, text, "stop", tokens_in=0, tokens_out=0, seconds=0.0)

    def answer(self, source: str) -> str:
        """Return the text that a source becomes."""
        return source

    def close(self) -> None:
        """Do nothing; there is nothing to free."""
