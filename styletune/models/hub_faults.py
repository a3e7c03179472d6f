"""What goes wrong between this machine and a hub, in words that say what to do next."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from styletune.errors import ModelError, StyletuneError

ENDPOINT = "HF_ENDPOINT"
TOKEN = "HF_TOKEN"  # noqa: S105 - the name of a variable

_UNAUTHORIZED, _FORBIDDEN, _MISSING, _TOO_MANY, _OWN_TROUBLE = 401, 403, 404, 429, 500


class ConnectionLost(Exception):  # noqa: N818 - not a failure yet: the download goes on from where it was
    """Signal a connection that broke off, in words."""


def endpoint() -> str:
    """Return the address of the hub."""
    return (os.environ.get(ENDPOINT) or "https://huggingface.co").rstrip("/")


def token() -> str | None:
    """Return the user's token: from the environment, or stored by ``hf auth login``."""
    library: Any = import_module("huggingface_hub")
    return os.environ.get(TOKEN) or library.get_token()


@contextmanager
def explained(repository: str) -> Generator[None]:
    """Turn whatever goes wrong in the block into words.

    Raises ``ConnectionLost`` for what may be tried again, and ``ModelError`` for all else.
    """
    errors: Any = import_module("huggingface_hub.errors")
    # The base of the HTTP client's own errors; huggingface_hub 1 and 2 use different clients.
    transport: type[Exception] = errors.HfHubHTTPError.__bases__[0]
    try:
        yield
    except (StyletuneError, ConnectionLost):
        raise
    except errors.OfflineModeIsEnabled as error:
        raise ModelError("HF_HUB_OFFLINE is set, so nothing is downloaded. Unset it, then run this again.") from error
    except errors.HfHubHTTPError as error:
        status: int = error.response.status_code
        if status == _TOO_MANY or status >= _OWN_TROUBLE:
            raise ConnectionLost(f"it answers with status {status}") from error
        raise ModelError(_refusal(repository, error, status)) from error
    except (transport, OSError) as error:
        raise ConnectionLost(" ".join(str(error).split()) or type(error).__name__) from error
    except ValueError as error:
        raise ModelError(f"{endpoint()} does not answer like a hub ({error}). Check {ENDPOINT}.") from error


def _refusal(repository: str, error: Exception, status: int) -> str:
    errors: Any = import_module("huggingface_hub.errors")
    if isinstance(error, errors.GatedRepoError):
        return _gated(repository)
    if isinstance(error, (errors.EntryNotFoundError, errors.RevisionNotFoundError)):
        return f"{repository} changed while it was downloaded, and the file is gone. Run this again."
    if status == _UNAUTHORIZED and token():
        return (
            f"{endpoint()} does not accept your token for {repository}, or has no such repository. Check the name, and "
            f"make a new token at {endpoint()}/settings/tokens for {TOKEN}; a public repository needs none."
        )
    if isinstance(error, errors.RepositoryNotFoundError) or status in {_UNAUTHORIZED, _MISSING}:
        return (
            f"{endpoint()} has no repository {repository}, or it is private. Check the name; for a private one, set "
            f"{TOKEN} to a token that may read it."
        )
    if isinstance(error, errors.DisabledRepoError) or status == _FORBIDDEN:
        return f"{endpoint()} refuses access to {repository}. Look at {endpoint()}/{repository} for the reason."
    return f"{endpoint()} answers with status {status} to the request for {repository}."


def _gated(repository: str) -> str:
    page = f"{endpoint()}/{repository}"
    if token():
        return (
            f"{repository} is gated, and your token has no access to it. Log in with the token's account, accept the licence "
            f"at {page} (some publishers answer later), and let the token read gated repositories at "
            f"{endpoint()}/settings/tokens. Then run this again."
        )
    return (
        f"{repository} is gated: its publisher wants the licence accepted first. Log in and accept it at {page}, make a "
        f"token at {endpoint()}/settings/tokens, and run: export {TOKEN}=hf_... Then run this again."
    )
