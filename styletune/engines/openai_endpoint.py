"""Any server that speaks the OpenAI chat protocol: Ollama, LM Studio, llama-server, vLLM, or a commercial one.

The requests of a run live on an event loop that turns only while the run is asked for its next result: no thread is
needed, text is heard in the thread that runs the engine, and a cancelled request is gone at once.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from threading import Event

from styletune.config.schema import Endpoint
from styletune.engines.endpoint_addresses import Address, Addresses, host_of, is_exposed, is_this_machine
from styletune.engines.endpoint_answer import Hearing
from styletune.engines.endpoint_chat import Chat
from styletune.engines.endpoint_course import Course
from styletune.engines.endpoint_faults import AttemptError
from styletune.engines.endpoint_loop import Requests
from styletune.engines.endpoint_pace import Admission, Pace, correct, expected_tokens
from styletune.engines.endpoint_retry import Patience
from styletune.engines.protocol import Capabilities, Job, OnText, Prefix, Result
from styletune.errors import EngineError


def endpoint_from_url(url: str, model: str) -> Endpoint:
    """Describe a server that was named by its base URL, such as ``http://localhost:11434/v1``, and a model."""
    return Endpoint(host_of(url) or url, (url,), model)


class EndpointEngine:
    """Generates text on the servers of an endpoint.

    Arguments: ``parallel`` is the number of requests at a time, spread over all addresses (``None``: as many as the
    endpoint says for each), ``patience`` says how long to wait for what. The key is read from the endpoint's
    environment variable when the first job runs, and shows up nowhere.

    A job that fails alone ends as ``failed``. Failures that meet every job raise ``EngineError``: no address can be
    reached, the key or the model is refused, the account is empty, or several jobs failed in a row. For
    ``patience.remember`` seconds afterwards, further runs raise it at once, so that a folder of a thousand files
    does not meet the same wall a thousand times.

    A request that failed is repeated, and ``on_text`` hears nothing twice: a second attempt is heard from where it
    goes beyond the first, or not at all if it says something else. The text of the result is what counts.
    """

    capabilities = Capabilities(streaming=True)

    def __init__(self, endpoint: Endpoint, *, parallel: int | None = None, patience: Patience | None = None) -> None:
        self._endpoint = endpoint
        self._patience = patience or Patience()
        self._width = max(parallel or endpoint.jobs * len(endpoint.base_url), 1)
        self.notices = [_exposed(url) for url in endpoint.base_url if is_exposed(url)]
        """What a person should know, in the order in which it came up; grows during a run."""

        """What all runs took so far."""

        self._addresses = Addresses(endpoint.base_url, width=self._width, patience=self._patience, notices=self.notices)
        self._chat = Chat(endpoint, self._patience)
        self._pace = Pace(endpoint.requests_per_minute, endpoint.tokens_per_minute)
        self._requests: Requests[Result] | None = None
        self._prefix: Prefix | None = None
        self._failed_in_a_row = 0
        self._refusal: tuple[float, EngineError] | None = None
        self._closed = False

    @property
    def name(self) -> str:
        """Model and servers."""
        hosts = list(dict.fromkeys(host_of(url) for url in self._endpoint.base_url))
        more = f" and {len(hosts) - 2} more" if len(hosts) > 2 else ""  # noqa: PLR2004 - two are named
        return f"{self._endpoint.model} at {', '.join(hosts[:2])}{more}"

    @property
    def local(self) -> bool:
        """Whether all servers are on this machine."""
        return all(is_this_machine(url) for url in self._endpoint.base_url)

    def open(self, prefix: Prefix) -> None:
        """Set the messages that come before each job's own."""
        self._prefix = prefix

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield results as requests finish; as many jobs are read ahead as requests run at a time."""
        requests = self._begin()
        stop = stop or Event()
        try:
            for job in jobs:
                requests.start(self._generate(job, on_text))
                while requests.running >= self._width:
                    yield from requests.finished(stop)
            while requests.running:
                yield from requests.finished(stop)
        except EngineError as error:
            self._failed_in_a_row = 0
            self._addresses.forgive()
            self._refusal = (time.monotonic(), error)
            raise
        finally:
            if not self._closed:
                requests.drop()

    def close(self) -> None:
        """Close the connections and refuse further runs; may be called twice."""
        self._closed = True
        requests, self._requests = self._requests, None
        if requests is not None:
            requests.close(farewell=self._hang_up)

    def _begin(self) -> Requests[Result]:
        if self._closed or self._prefix is None:
            raise EngineError(f"The engine for {self.name} is not open. Call open(prefix) first.")
        if self._refusal and time.monotonic() - self._refusal[0] < self._patience.remember:
            raise EngineError(str(self._refusal[1]))
        for address in self._addresses.all:
            self._chat.connect(address)
        self._requests = self._requests or Requests[Result]()
        return self._requests

    async def _generate(self, job: Job, on_text: OnText | None) -> Result:
        began = time.perf_counter()
        course = Course(job, self._addresses, self._patience, self.notices)
        hearing = Hearing(job.id, on_text)
        while course.outcome is None:
            await self._attempt(course, hearing)
        self._judge(course)
        return replace(course.outcome, seconds=time.perf_counter() - began)

    async def _attempt(self, course: Course, hearing: Hearing) -> None:
        """Ask one address once, and wait as long as a failure asks for."""
        address, admission = await self._turn(course)
        attempt = course.begin(address)
        fault: AttemptError | None = None
        try:
            await self._chat.ask(attempt, self._prefix or Prefix(""), course.job, hearing)
        except AttemptError as error:
            fault = error
        finally:
            self._addresses.give_back(address)
            course.count_tokens(attempt)
            correct(admission, attempt.answer.tokens)
        if fault is None:
            course.succeed(attempt)
        else:
            await asyncio.sleep(course.fail(attempt, fault))

    async def _turn(self, course: Course) -> tuple[Address, Admission | None]:
        """Wait for an address with room, and for what the endpoint allows in a minute."""
        address = await self._addresses.take(course.last)
        try:
            admission = await self._pace.turn(expected_tokens(self._prefix or Prefix(""), course.job))
        except BaseException:
            self._addresses.give_back(address)
            raise
        if address.ready_at > time.monotonic():  # it has asked to be left alone meanwhile
            self._addresses.give_back(address)
            address = await self._addresses.take(course.last)
        return address, admission

    def _judge(self, course: Course) -> None:
        """Count failed jobs in a row. Raises ``EngineError`` when it is more than bad luck."""
        if course.answered:
            self._failed_in_a_row = 0
        elif course.outcome is not None and course.outcome.finish == "failed":
            self._failed_in_a_row += 1
            if self._failed_in_a_row >= self._patience.give_up:
                raise EngineError(f"{self._failed_in_a_row} requests in a row failed. {course.outcome.error}")

    async def _hang_up(self) -> None:
        for address in self._addresses.all:
            if address.client is not None:
                await address.client.close()


def _exposed(url: str) -> str:
    return f"{url} is not encrypted: your text and your key can be read on the way. Use https:// if the server has it."
