"""One request to one address of an endpoint: asked, read as it streams, and explained where it fails."""

import asyncio
import os
from collections.abc import Awaitable
from typing import Any, TypeVar

from styletune.config.schema import Endpoint
from styletune.engines.endpoint_addresses import Address, host_of, is_this_machine
from styletune.engines.endpoint_answer import Answer, Hearing
from styletune.engines.endpoint_course import Attempt
from styletune.engines.endpoint_dialect import OPENAI_HOST
from styletune.engines.endpoint_faults import (
    AttemptError,
    Concern,
    broken_off,
    from_exception,
    from_status,
    from_stream,
    message_of,
    nonsense,
)
from styletune.engines.endpoint_retry import Patience
from styletune.engines.protocol import Job, Prefix
from styletune.errors import EngineError

T = TypeVar("T")

_USUAL_KEY = Endpoint("", (), "").key_env
_GRACE = 2.0
"""Seconds for what may follow the end of an answer: the count of tokens."""


class Chat:
    """Asks the servers of an endpoint; their clients are made when they are first needed."""

    def __init__(self, endpoint: Endpoint, patience: Patience) -> None:
        self._endpoint = endpoint
        self._patience = patience
        self._key = ""

    def connect(self, address: Address) -> None:
        """Make the client of an address. Raises ``EngineError`` where a key is needed and missing."""
        if address.client is not None:
            return
        try:
            from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout  # noqa: PLC0415 - half a second
        except ImportError as error:
            raise EngineError("The openai package is missing. Run: pip install openai") from error
        self._key = self._read_key(address.url)
        here = is_this_machine(address.url)
        address.client = AsyncOpenAI(
            base_url=address.url,
            api_key=self._key or "none",  # local servers ask for no key, the client insists on one
            max_retries=0,
            # A redirect would take the text to a place that nobody named, and a proxy has no part in a call to oneself.
            http_client=DefaultAsyncHttpxClient(
                follow_redirects=False,
                trust_env=not here,
                verify=not (
                    here and address.url.lower().startswith("http:")
                ),  # spares reading certificates for nothing
                timeout=Timeout(None, connect=self._patience.connect),
            ),
        )

    async def ask(self, attempt: Attempt, prefix: Prefix, job: Job, hearing: Hearing) -> None:
        """Fill the answer of ``attempt``. Raises ``AttemptError``; what the listener raises is passed on as it is."""
        address, answer = attempt.address, attempt.answer
        hearing.begin()
        request = attempt.dialect.request(self._endpoint.model, prefix, job, streamed=attempt.streamed)
        first = self._patience.first if address.answered else self._patience.load
        create: Any = address.client.chat.completions.create  # its overloads cannot be told from a dict of arguments
        response = await self._within(first if attempt.streamed else self._patience.load, create(**request))
        if attempt.streamed:
            async with response:
                await self._read(response, answer, hearing, first)
        elif isinstance(response, str):
            raise _no_answer(response)
        else:
            hearing.say(answer.take(response))
        answer.check()

    async def _read(self, stream: Any, answer: Answer, hearing: Hearing, first: float) -> None:  # noqa: ANN401 - loaded late
        kind = str(stream.response.headers.get("content-type", "")).lower()
        if "html" in kind:
            body = await self._within(first, stream.response.aread())
            raise _no_answer(body.decode("utf-8", "replace"))
        if "json" in kind and "stream" not in kind and "ndjson" not in kind:  # a server that cannot stream
            hearing.say(answer.take(await self._whole(stream, first)))
            return
        chunks = aiter(stream)
        limit = first
        while not answer.overlong:
            chunk = await self._chunk(chunks, limit, ended=answer.finish is not None)
            if chunk is None:
                return
            hearing.say(answer.take(chunk))
            limit = _GRACE if answer.finish else self._patience.between

    async def _chunk(self, chunks: Any, limit: float, *, ended: bool) -> Any:  # noqa: ANN401 - a piece of the client, or JSON
        """Wait for a piece; behind the end of an answer, trouble is as good as silence."""
        try:
            return await self._within(limit, anext(chunks, None))
        except AttemptError as fault:
            if ended:
                return None
            if fault.concern is Concern.DROPPED:
                raise broken_off() from None
            raise

    async def _whole(self, stream: Any, limit: float) -> object:  # noqa: ANN401 - a stream of the client
        import json  # noqa: PLC0415 - few servers cannot stream

        try:
            return json.loads(await self._within(limit, stream.response.aread()))
        except ValueError as error:
            raise from_exception(error) from None

    async def _within(self, seconds: float, waiting: Awaitable[T]) -> T:
        """Wait for the server. Raises ``AttemptError`` for all that goes wrong there."""
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await waiting
        except Exception as error:  # noqa: BLE001 - the client passes on what its HTTP library raises
            if isinstance(error, TimeoutError) and limit.expired():
                words = f"it sent nothing for {seconds:.3g} s"
                raise AttemptError(Concern.SILENT, words, "Is the server overloaded? Try fewer --jobs.") from None
            raise self._explained(error) from None  # what led to it may hold the key

    def _explained(self, error: Exception) -> AttemptError:
        from openai import APIConnectionError, APIError, APIStatusError  # noqa: PLC0415 - loaded by now

        if isinstance(error, APIStatusError):
            fault = from_status(error, key=self._endpoint.key_env, model=self._endpoint.model)
        elif isinstance(error, APIError) and not isinstance(error, APIConnectionError):
            fault = from_stream(error.body or error.message)
        else:
            fault = from_exception(error)
        if self._key:
            fault.reason = fault.reason.replace(self._key, "…")
        return fault

    def _read_key(self, url: str) -> str:
        name = self._endpoint.key_env
        key = os.environ.get(name, "").strip()
        if not key and (name != _USUAL_KEY or host_of(url) == OPENAI_HOST):
            raise EngineError(f"{url} needs a key, and the variable {name} is not set. Set it to the key.")
        if not key.isascii() or not key.isprintable() or " " in key:
            raise EngineError(f"The variable {name} holds characters that no key has. Set it to the key alone.")
        return key


def _no_answer(body: str) -> AttemptError:
    words = message_of(body)
    if not words:
        return nonsense("it sent an empty answer")
    return nonsense(f"it answered with {words}" if words.startswith("a web page") else f"it answered with “{words}”")
