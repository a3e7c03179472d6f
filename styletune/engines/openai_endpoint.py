"""Any server that speaks the OpenAI chat protocol: Ollama, LM Studio, llama-server, vLLM, or a commercial one.

The requests of a run live on an event loop that turns only while the run is asked for its next result: no thread is
needed, text is heard in the thread that runs the engine, and a cancelled request is gone at once.
"""

import asyncio
import ipaddress
import os
import time
from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator
from contextlib import aclosing
from threading import Event
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from styletune.engines.protocol import Capabilities, Finish, Job, OnText, Prefix, Result
from styletune.errors import Cancelled, EngineError

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAIError

_WIDTH = 4
_STOP_CHECK_SECONDS = 0.05
_CONNECT_SECONDS, _READ_SECONDS = 10.0, 600.0
"""A server that loads a large model first may stay silent for minutes."""

_KEY = "OPENAI_API_KEY"


class EndpointEngine:
    """Generates text on a server.

    ``url`` is the base URL (``http://localhost:11434/v1``), ``model`` the server's name of the model and
    ``parallel`` the number of requests at a time (``None``: 4). The key is read from ``OPENAI_API_KEY``. Failed
    requests are repeated twice by the client, ``retries`` times if given.
    """

    capabilities = Capabilities(streaming=True)

    def __init__(self, url: str, model: str, *, parallel: int | None = None, retries: int = 2) -> None:
        self._url, self._model = url, model
        self._host = urlsplit(url).hostname or ""
        self._width = max(parallel or _WIDTH, 1)
        self._retries = retries
        self._messages: list[dict[str, str]] | None = None
        self._closed = False

    @property
    def name(self) -> str:
        """Model and server."""
        return f"{self._model} at {self._host}"

    @property
    def local(self) -> bool:
        """Whether the server is on this machine."""
        if self._host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self._host).is_loopback
        except ValueError:
            return False

    def open(self, prefix: Prefix) -> None:
        """Set the messages that come before each job's own."""
        messages = [{"role": "system", "content": prefix.system}] if prefix.system else []
        for question, answer in prefix.examples:
            messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        self._messages = messages

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield results as requests finish; as many jobs are read ahead as requests run at a time."""
        if self._closed or self._messages is None:
            raise EngineError(f"The engine for {self._url} is not open. Call open(prefix) first.")
        requests = _Requests(self._client(), stop or Event())
        try:
            for job in jobs:
                requests.start(self._generate(requests.client, job, on_text))
                while requests.running >= self._width:
                    yield from requests.finished()
            while requests.running:
                yield from requests.finished()
        finally:
            requests.close()

    def close(self) -> None:
        """Refuse further runs; may be called twice."""
        self._closed = True

    def _client(self) -> "AsyncOpenAI":
        try:
            from openai import AsyncOpenAI, Timeout  # noqa: PLC0415 - half a second that only endpoints pay
        except ImportError as error:
            raise EngineError("The openai package is missing. Run: pip install openai") from error
        key = os.environ.get(_KEY)
        if not key and self._host == "api.openai.com":
            raise EngineError(f"{self._url} needs a key. Set the variable {_KEY}.")
        return AsyncOpenAI(
            base_url=self._url,
            api_key=key or "none",  # local servers ask for no key, the client insists on one
            max_retries=self._retries,
            timeout=Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
        )

    async def _generate(self, client: "AsyncOpenAI", job: Job, on_text: OnText | None) -> Result:
        from openai import OpenAIError  # noqa: PLC0415

        try:
            return await self._stream(client, job, on_text)
        except OpenAIError as error:
            if _is_too_long(error):
                return Result(job.id, "", "context", 0, 0, 0.0)
            raise self._explained(error) from error

    async def _stream(self, client: "AsyncOpenAI", job: Job, on_text: OnText | None) -> Result:
        began = time.perf_counter()
        pieces: list[str] = []
        finish: Finish | None = None
        tokens = 0
        create: Any = client.chat.completions.create  # its overloads cannot be told from a dict of arguments
        stream = await create(**self._request(job))
        async with stream, aclosing(self._chunks(stream)) as chunks:
            async for chunk in chunks:
                tokens = chunk.usage.completion_tokens if chunk.usage else tokens
                for choice in chunk.choices[:1]:
                    if piece := choice.delta.content or "":
                        pieces.append(piece)
                        if on_text is not None:
                            on_text(job.id, piece)
                    if choice.finish_reason:
                        finish = "length" if choice.finish_reason == "length" else "stop"
        if finish is None:
            raise EngineError(f"{self._url} broke off in the middle of an answer. Run the command again.")
        seconds = time.perf_counter() - began
        return Result(job.id, "".join(pieces), finish, 0, tokens or len(pieces), seconds)

    async def _chunks(self, stream: Any) -> AsyncGenerator[Any]:  # noqa: ANN401 - the client's own stream type is generic
        """Pass on what the server sends; what breaks in the middle of a stream, the client does not wrap."""
        try:
            async for chunk in stream:
                yield chunk
        except Exception as error:
            raise self._explained(error) from error

    def _request(self, job: Job) -> dict[str, Any]:
        limit = "max_completion_tokens" if self._host == "api.openai.com" else "max_tokens"
        return {
            "model": self._model,
            "messages": [*(self._messages or ()), {"role": "user", "content": job.user}],
            "temperature": job.temperature,
            "seed": job.seed,
            limit: job.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    def _explained(self, error: Exception) -> EngineError:
        from openai import APIConnectionError, APITimeoutError  # noqa: PLC0415

        code = getattr(error, "status_code", None)
        reason = " ".join(str(error).split())[:300]
        if isinstance(error, APITimeoutError):
            return EngineError(f"{self._url} did not answer in time. Is the server overloaded? Try fewer --jobs.")
        if isinstance(error, APIConnectionError):
            cause = error.__cause__ or error
            return EngineError(f"{self._url} cannot be reached ({cause}). Start the server or correct --model.")
        advice = {
            401: f"Set the variable {_KEY} to a key that this server accepts.",
            403: f"Set the variable {_KEY} to a key that may use this model.",
            404: f"Does the server have the model {self._model!r}, and does the URL end in /v1?",
            429: "The server limits requests. Wait a while, or use fewer --jobs.",
        }.get(code or 0, "Look into the server's log.")
        return EngineError(f"{self._url} failed: {reason}. {advice}")


class _Requests:
    """The requests that are under way."""

    def __init__(self, client: "AsyncOpenAI", stop: Event) -> None:
        self.client = client
        self._stop = stop
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Result]] = set()

    @property
    def running(self) -> int:
        """Number of requests that have not finished."""
        return len(self._tasks)

    def start(self, request: Coroutine[Any, Any, Result]) -> None:
        """Begin a request."""
        self._tasks.add(self._loop.create_task(request))

    def finished(self) -> list[Result]:
        """Wait until something finishes; raise what failed, and ``Cancelled`` once ``stop`` is set."""
        while True:
            if self._stop.is_set():
                raise Cancelled("The run was stopped.")
            done, self._tasks = self._loop.run_until_complete(
                asyncio.wait(self._tasks, timeout=_STOP_CHECK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            )
            if done:
                failed = [error for task in done if (error := task.exception())]
                if failed:
                    raise failed[0]
                return [task.result() for task in done]

    def close(self) -> None:
        """Cancel what is still running and free the connections."""
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(self._finish())
        self._loop.close()

    async def _finish(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.client.close()
        await asyncio.get_running_loop().shutdown_asyncgens()
        await asyncio.get_running_loop().shutdown_default_executor()


def _is_too_long(error: "OpenAIError") -> bool:
    text = str(error).lower()
    return getattr(error, "status_code", None) == 400 and "context" in text and ("length" in text or "exceed" in text)  # noqa: PLR2004 - HTTP
