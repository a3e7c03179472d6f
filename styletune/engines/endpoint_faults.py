"""What can go wrong with a request, and whom it concerns: this attempt, this job, this address or every job."""

import json
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, cast

from styletune.engines.endpoint_retry import retry_after

_LONGEST_REASON = 300


class Concern(Enum):
    """What a failure means for what is to be done next."""

    ATTEMPT = auto()
    """The next attempt may succeed."""

    BROKEN = auto()
    """The same, and there was no answer, or only a part of one: perhaps the server cannot stream, or not so much."""

    JOB = auto()
    """The server answered, and another attempt would be answered alike: only this job has failed."""

    REQUEST = auto()
    """The server refuses the request as it is; a parameter may be to blame."""

    CONTEXT = auto()
    """The prompt is too long."""

    DROPPED = auto()
    """The connection ended before the answer began: it may have been an old one, which the server had given up."""

    BUSY = auto()
    """The address wants to be left alone for a while."""

    LOADING = auto()
    """The address is loading its model."""

    SILENT = auto()
    """Nothing came in time."""

    UNREACHABLE = auto()
    """There is no connection to the address."""

    EVERY_JOB = auto()
    """No job would fare better."""


class AttemptError(Exception):
    """Signal that an attempt to get an answer failed; never leaves the engine."""

    def __init__(
        self,
        concern: Concern,
        reason: str,
        advice: str = "",
        *,
        wait: float | None = None,
        parameter: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.concern = concern
        self.reason = reason
        """What the server did, as a clause that begins with ``it``."""

        self.advice = advice
        """What to do about it, as a sentence."""

        self.wait = wait
        """Seconds that the server asks to wait."""

        self.parameter = parameter
        """The parameter that the server names as the culprit."""


_ADVICE = {
    401: "Set the variable {key} to a key that this server accepts.",
    402: "Look at the account's balance.",
    403: "Set the variable {key} to a key that may use this model.",
    404: "Does the server have the model {model!r}, and does the URL end in /v1?",
    429: "It limits requests: use fewer --jobs, or wait a while.",
    503: "It is overloaded: use fewer --jobs, or wait a while.",
}
_LOG = "Look into the server's log."
_WEB_PAGE = re.compile(r"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context[_ ]?(?:length|window|size).{0,40}exceed|exceed.{0,60}context|maximum context length|"
    r"context_length_exceeded|too many tokens|prompt is too long|input is too long|larger than the context"
)
_NO_QUOTA = re.compile(r"insufficient_quota|billing|credit balance|out of credits|payment required")
_UNAVAILABLE = 503
_CONCERNS = {
    401: Concern.EVERY_JOB,
    402: Concern.EVERY_JOB,
    404: Concern.EVERY_JOB,
    408: Concern.ATTEMPT,
    409: Concern.ATTEMPT,
    413: Concern.CONTEXT,
    425: Concern.ATTEMPT,
    429: Concern.BUSY,
    503: Concern.BUSY,
}
"""What a status means whatever the server says with it; 503 has one more meaning."""

_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What the client raises at data that it does not expect; no JSON and no UTF-8 are among them."""

_FILTERED = re.compile(r"content_filter|content management policy|moderation|safety system")


def from_status(error: Any, *, key: str, model: str) -> AttemptError:  # noqa: ANN401 - the client's type is loaded late
    """Explain an answer that is no success.

    Arguments: ``error`` is the client's ``APIStatusError``, ``key`` the name of the key's variable.
    """
    code = int(error.status_code)
    message = message_of(error.body)
    known = {status.value: status.phrase for status in HTTPStatus}
    reason = " ".join(f"it answered {code} {known.get(code, '')}".split()) + (f" ({message})" if message else "")
    text = f"{error.code} {error.type} {message}".lower()
    wait = retry_after(error.response.headers, datetime.now(UTC))
    concern = _concern(code, text)
    if 300 <= code < 400:  # noqa: PLR2004 - HTTP
        place = error.response.headers.get("location", "another address")
        reason, advice = f"it sends requests on to {place}", "Name that address, if you trust it."
    elif _NO_QUOTA.search(text) and concern is Concern.EVERY_JOB:
        advice = _ADVICE[402]
    else:
        advice = _ADVICE.get(code, _LOG).format(key=key, model=model)
    return AttemptError(concern, reason, advice, wait=wait, parameter=error.param)


def from_exception(error: BaseException) -> AttemptError:
    """Explain what broke on the way; the client passes on what its HTTP library raises."""
    names = {type(link).__name__ for link in _causes(error)}
    if names & {"ConnectError", "ConnectTimeout"}:
        why = "it took too long" if "ConnectTimeout" in names else _root(error)
        return AttemptError(
            Concern.UNREACHABLE, f"it cannot be reached ({why})", "Start the server, or correct its address."
        )
    if names & {"InvalidURL", "LocalProtocolError", "UnsupportedProtocol"}:
        return AttemptError(Concern.EVERY_JOB, f"it cannot be asked ({_root(error)})", "Correct its address.")
    if isinstance(error, _UNREADABLE):
        return nonsense("it sent something that cannot be read")
    return AttemptError(Concern.DROPPED, "it broke off the connection", _LOG)


def from_stream(body: object) -> AttemptError:
    """Explain an error that a server sent in the middle of its answer."""
    message = message_of(body)
    text = f"{body} {message}".lower()
    concern = Concern.CONTEXT if _TOO_LONG.search(text) else Concern.ATTEMPT
    if _NO_QUOTA.search(text):
        concern = Concern.EVERY_JOB
    return AttemptError(concern, f"it broke off ({message or 'without a reason'})", _LOG)


def broken_off() -> AttemptError:
    """Describe an answer of which the rest is missing."""
    return AttemptError(Concern.BROKEN, "it broke off in the middle of an answer", _LOG)


def nonsense(reason: str) -> AttemptError:
    """Describe an answer that does not follow the protocol."""
    return AttemptError(Concern.BROKEN, reason, "Does this address speak the OpenAI protocol, and does it end in /v1?")


def message_of(body: object) -> str:
    """Find the words for a person in the body of an error, and make one short line of them."""
    if isinstance(body, Mapping):
        fields = cast("Mapping[str, object]", body)
        inner = next((fields[name] for name in ("error", "message", "detail", "msg") if fields.get(name)), None)
        return message_of(inner if inner is not None else json.dumps(fields, ensure_ascii=False, default=str))
    text = "" if body is None else body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=str)
    if _WEB_PAGE.match(text):
        title = _TITLE.search(text)
        text = f"a web page: {title[1]}" if title else "a web page"
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}…"


def _concern(code: int, text: str) -> Concern:
    """Judge a status; where the words say more than the number, they come first."""
    if _NO_QUOTA.search(text) and code in {402, 403, 429}:
        return Concern.EVERY_JOB
    if code in _CONCERNS or 300 <= code < 400:  # noqa: PLR2004 - HTTP
        return Concern.LOADING if code == _UNAVAILABLE and "loading" in text else _CONCERNS.get(code, Concern.EVERY_JOB)
    if _TOO_LONG.search(text):
        return Concern.CONTEXT
    if _FILTERED.search(text):
        return Concern.JOB
    if code == HTTPStatus.FORBIDDEN:
        return Concern.EVERY_JOB
    return Concern.ATTEMPT if code >= HTTPStatus.INTERNAL_SERVER_ERROR else Concern.REQUEST


def _causes(error: BaseException | None) -> list[BaseException]:
    links: list[BaseException] = []
    while error is not None and error not in links:
        links.append(error)
        error = error.__cause__ or error.__context__
    return links


def _root(error: BaseException) -> str:
    """Find the operating system's words, which say more than "Connection error."."""
    for link in reversed(_causes(error)):
        if isinstance(link, OSError) and link.strerror:
            # asyncio puts words of its own over the system's; numbers of TLS and of names are not the system's
            system = (link.errno or 0) > 0 and type(link).__module__ != "ssl"
            return os.strerror(link.errno or 0) if system else link.strerror
    return " ".join(str(_causes(error)[-1]).split())[:_LONGEST_REASON] or type(error).__name__
