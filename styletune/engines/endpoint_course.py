"""The course of one job: its attempts, what each failure means, and how it ends."""

import time
from dataclasses import dataclass

from styletune.engines.endpoint_addresses import Address, Addresses
from styletune.engines.endpoint_answer import Answer
from styletune.engines.endpoint_dialect import Dialect
from styletune.engines.endpoint_faults import AttemptError, Concern
from styletune.engines.endpoint_retry import Patience, pause
from styletune.engines.protocol import Finish, Job, Result
from styletune.errors import EngineError

_SILENCES = 2
"""Attempts that may end in silence: each takes minutes."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request."""

    address: Address
    dialect: Dialect
    """What the address was taken to accept when it was asked."""

    answer: Answer
    began: float
    """By ``time.monotonic``."""

    streamed: bool
    """Whether the answer is to come in pieces."""


class Course:
    """What has become of a job, and what comes next."""

    def __init__(self, job: Job, addresses: Addresses, patience: Patience, notices: list[str]) -> None:
        self.job = job
        self.outcome: Result | None = None
        self.last: Address | None = None
        """The address that was asked last."""

        self.answered = False
        """Whether a server did its part, even if the answer is of no use."""

        self._addresses = addresses
        self._patience = patience
        self._notices = notices
        self._failures = self._silences = 0
        self._tokens_in = self._tokens_out = 0
        self._streamed = True
        self._dropped = False

    def begin(self, address: Address) -> Attempt:
        """Start an attempt."""
        self.last = address
        return Attempt(address, address.dialect, Answer(self.job), time.monotonic(), self._streamed)

    def count_tokens(self, attempt: Attempt) -> None:
        """Add what the server counted: a request that broke off may have its price, too."""
        tokens_in, tokens_out = attempt.answer.tokens or (0, 0)
        self._tokens_in += tokens_in
        self._tokens_out += tokens_out

    def succeed(self, attempt: Attempt) -> None:
        """Take a whole answer."""
        self._addresses.answered(attempt.address)
        self.answered = True
        self._end(attempt.answer.text, attempt.answer.finish or "stop")

    def fail(self, attempt: Attempt, fault: AttemptError) -> float:
        """Decide what follows from a failure; return the seconds before the next attempt, if there is no outcome.

        Raises ``EngineError`` for a failure that every job would meet.
        """
        address = attempt.address
        match fault.concern:
            case Concern.EVERY_JOB:
                raise EngineError(f"{address.url} cannot be used: {fault.reason}. {fault.advice}")
            case Concern.CONTEXT:
                self._addresses.answered(address)
                self.answered = True
                self._end("", "context")
            case Concern.JOB:
                self._addresses.answered(address)
                self.answered = True
                self._give_up(address, fault)
            case Concern.REQUEST:
                self._addresses.answered(address)
                self._adapt(attempt, fault)
            case Concern.UNREACHABLE:
                self._addresses.unreachable(address, fault.reason, since=attempt.began)
            case Concern.BUSY | Concern.LOADING:
                self._leave_alone(attempt, fault)
            case Concern.SILENT:
                self._silences += 1
                self._addresses.silent(address, fault.reason, since=attempt.began)
                self._count(address, fault, enough=self._silences >= _SILENCES)
            case Concern.DROPPED if not self._dropped:
                self._dropped = True
            case Concern.ATTEMPT | Concern.BROKEN | Concern.DROPPED:
                return self._repeat(attempt, fault)
        return 0.0

    def _repeat(self, attempt: Attempt, fault: AttemptError) -> float:
        """Ask again; some servers report a template without a system role as a failure of their own."""
        if self._adapted(attempt, fault):
            return 0.0
        if fault.concern in {Concern.BROKEN, Concern.DROPPED}:
            # Some servers open a stream before they look at the request, and only say without one what is wrong.
            self._streamed = not self._streamed or bool(attempt.answer.text)
            self._addresses.strained(attempt.address, since=attempt.began)
        self._count(attempt.address, fault)
        elsewhere = self._failures == 1 and len(self._addresses.all) > 1
        delay = 0.0 if elsewhere else pause(self._failures - 1, self._patience.backoff)
        return delay if fault.wait is None else min(fault.wait, self._patience.longest)

    def _adapt(self, attempt: Attempt, fault: AttemptError) -> None:
        if not self._adapted(attempt, fault):
            self._give_up(attempt.address, fault)

    def _adapted(self, attempt: Attempt, fault: AttemptError) -> bool:
        """Leave out what the server does not take, and remember it; tell whether to ask again."""
        address = attempt.address
        if address.dialect != attempt.dialect:  # another job has learnt it meanwhile
            return True
        change = attempt.dialect.without(fault.reason.lower(), fault.parameter)
        if change is None:
            return False
        address.dialect, words = change
        self._notices.append(f"{address.url} {words}.")
        return True

    def _leave_alone(self, attempt: Attempt, fault: AttemptError) -> None:
        address = attempt.address
        now = time.monotonic()
        if fault.concern is Concern.LOADING:
            address.loading_since = now if address.loading_since is None else address.loading_since
        loading = address.loading_since is not None and now - address.loading_since < self._patience.load
        patient = fault.concern is Concern.LOADING and loading
        if not patient:
            self._count(address, fault)
        wait = pause(self._failures, self._patience.busy) if fault.wait is None else fault.wait
        asked = "" if fault.wait is None else f" and asks to wait {fault.wait:,.0f} seconds"
        trouble = f"{fault.reason}{asked}"
        if patient:
            self._addresses.rest(address, wait, trouble)
        else:
            self._addresses.busy(address, wait, trouble, since=attempt.began)

    def _count(self, address: Address, fault: AttemptError, *, enough: bool = False) -> None:
        self._failures += 1
        if enough or self._failures > self._patience.retries:
            self._give_up(address, fault)

    def _give_up(self, address: Address, fault: AttemptError) -> None:
        times = f" was asked {self._failures} times in vain" if self._failures > 1 else ""
        error = f"{address.url}{times}: {fault.reason}. {fault.advice}".rstrip()
        self._end("", "failed", error)

    def _end(self, text: str, finish: Finish, error: str = "") -> None:
        self.outcome = Result(self.job.id, text, finish, self._tokens_in, self._tokens_out, 0.0, error)
