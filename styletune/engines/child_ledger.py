"""Which jobs of a run were handed out to a child, and which are finished."""

from collections.abc import Iterable, Iterator

from styletune.engines.protocol import Job, OnText, Result


class Ledger:
    """The jobs of a run and what was heard of them.

    A job is unfinished from the moment it is handed out until its result is there.
    """

    def __init__(self, jobs: Iterable[Job], on_text: OnText | None) -> None:
        self._fresh = iter(jobs)
        self._on_text = on_text
        self._unfinished: dict[str, Job] = {}
        self._again: list[Job] = []
        self._heard: dict[str, int] = {}
        """Characters of each unfinished job that were heard."""

        self._written: dict[str, int] = {}
        """Characters that the present child wrote."""

    def rewind(self) -> None:
        """Hand out the unfinished jobs again, before any new ones."""
        self._again = list(self._unfinished.values())
        self._written.clear()

    def take(self) -> Job | None:
        """Return the next job; ``None`` when all are handed out."""
        if self._again:
            return self._again.pop(0)
        job = next(self._fresh, None)
        if job is not None:
            self._unfinished[job.id] = job
        return job

    def hear(self, job: str, piece: str) -> None:
        """Pass on text, but none that an earlier child had written."""
        if self._on_text is None or job not in self._unfinished:
            return
        begin = self._written.get(job, 0)
        self._written[job] = begin + len(piece)
        news = piece[max(self._heard.get(job, 0) - begin, 0) :]
        if news:
            self._heard[job] = begin + len(piece)
            self._on_text(job, news)

    def finish(self, result: Result) -> bool:
        """Tick a job off; false if it was finished before."""
        self._heard.pop(result.id, None)
        return self._unfinished.pop(result.id, None) is not None

    def failures(self, reason: str) -> Iterator[Result]:
        """Yield what is left, also of the jobs that were never handed out, as failed for one reason."""
        self.rewind()
        while (job := self.take()) is not None:
            yield Result(job.id, "", "failed", 0, 0, 0.0, error=reason)
