"""A hub on the loopback interface that speaks the protocol of huggingface.co, as far as downloads need it.

It answers as the real one does: the list of a repository as JSON, files by a redirect to another path with ``Range`` and
``ETag``, a missing repository with 401 to strangers and 404 to holders of a token, a gated one with ``X-Error-Code``.
"""

import hashlib
import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TOKEN = "hf_test"  # noqa: S105 - opens nothing


@dataclass
class Hub:
    """What the hub holds, how it misbehaves, and what it was asked."""

    files: dict[str, dict[str, bytes]] = field(default_factory=dict[str, dict[str, bytes]])
    """Repository, then path, to content."""

    plain: set[str] = field(default_factory=set[str])
    """Paths that are kept in git itself, not in LFS, and so have no SHA-256."""

    gated: set[str] = field(default_factory=set[str])
    admitted: bool = False
    """Whether the holder of the token has accepted the licence of gated repositories."""

    private: set[str] = field(default_factory=set[str])
    cuts: list[int] = field(default_factory=list[int])
    """For each of the next file requests, the number of bytes after which the connection is cut."""

    errors: list[int] = field(default_factory=list[int])
    """For each of the next requests, a status to answer with instead."""

    ignores_ranges: bool = False
    delivers: bytes | None = None
    """What is sent in the place of any file."""

    answers: bytes | None = None
    """What is sent in the place of any list."""

    hold_after: int | None = None
    """Bytes after which the next file waits for ``go_on``; ``held`` tells that it does."""

    held: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list[tuple[str, str, dict[str, str]]])
    """Method, path with query, and headers in small letters."""

    url: str = ""

    def asked(self, part: str) -> list[dict[str, str]]:
        """Return the headers of all requests whose path holds a text."""
        return [headers for _, path, headers in self.requests if part in path]

    def listing(self, name: str) -> dict[str, Any]:
        """Describe a repository as the hub's API does."""
        siblings = [self._sibling(path, content) for path, content in self.files[name].items()]
        return {
            "id": name,
            "modelId": name,
            "sha": COMMIT,
            "gated": "manual" if name in self.gated else False,
            "private": name in self.private,
            "siblings": siblings,
        }

    def _sibling(self, path: str, content: bytes) -> dict[str, Any]:
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        entry: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": blob}
        if path not in self.plain:
            entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
        return entry


@contextmanager
def running_hub() -> Generator[Hub]:
    """Run a hub until the block ends."""
    hub = Hub()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Leave it untold when a client goes away: tests make them do so."""


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.hub.requests.append(("GET", self.path, headers))
        path = unquote(urlsplit(self.path).path)
        if self.hub.errors:
            self._refuse(self.hub.errors.pop(0), "trouble")
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)", path):
            self._list(found[1])
        elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self._resolve(*found.groups())
        elif found := re.fullmatch(r"/cdn/([^/]+/[^/]+)/(.+)", path):
            self._send_file(self.hub.files[found[1]][found[2]])
        else:
            self._refuse(404, "no such address")

    def _list(self, name: str) -> None:
        if self._may_see(name):
            body = self.hub.answers if self.hub.answers is not None else json.dumps(self.hub.listing(name)).encode()
            self._answer(200, body, {"Content-Type": "application/json"})

    def _resolve(self, name: str, revision: str, path: str) -> None:
        if not self._may_see(name):
            return
        if name in self.hub.gated and not (self._known and self.hub.admitted):
            status = 403 if self._known else 401
            self._refuse(status, f"Access to model {name} is restricted.", code="GatedRepo")
        elif revision not in {COMMIT, "main"} or path not in self.hub.files[name]:
            self._refuse(404, "Entry not found", code="EntryNotFound")
        else:
            etag = hashlib.sha256(self.hub.files[name][path]).hexdigest()
            headers = {"Location": f"/cdn/{name}/{path}", "X-Repo-Commit": COMMIT, "X-Linked-Etag": f'"{etag}"'}
            self._answer(302, b"", headers)

    @property
    def _known(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _may_see(self, name: str) -> bool:
        if self.headers.get("Authorization") and not self._known:
            self._refuse(401, "Invalid credentials in Authorization header")
        elif name not in self.hub.files or (name in self.hub.private and not self._known):
            self._refuse(
                404 if self._known else 401, "Repository not found", code="RepoNotFound" if self._known else ""
            )
        else:
            return True
        return False

    def _send_file(self, content: bytes) -> None:
        content = content if self.hub.delivers is None else self.hub.delivers
        begin, status = 0, 200
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and not self.hub.ignores_ranges:
            begin, status = int(asked[1]), 206
        if begin >= max(len(content), 1):
            self._refuse(416, "no such range")
            return
        headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "Content-Type": "application/octet-stream"}
        if status == HTTPStatus.PARTIAL_CONTENT:
            headers["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        self._answer(status, content[begin:], headers, cut=self.hub.cuts.pop(0) if self.hub.cuts else None)

    def _refuse(self, status: int, message: str, *, code: str = "") -> None:
        headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
        self._answer(status, json.dumps({"error": message}).encode(), headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str], *, cut: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        first = self._hold(body) if "Content-Range" in headers or "ETag" in headers else 0
        self.wfile.write(body[first:] if cut is None else body[:cut])
        self.wfile.flush()
        if cut is not None:
            self.close_connection = True
            self.connection.close()

    def _hold(self, body: bytes) -> int:
        """Send the beginning of a file and wait; return how much of it is sent."""
        size, self.hub.hold_after = self.hub.hold_after, None
        if size is None:
            return 0
        self.wfile.write(body[:size])
        self.wfile.flush()
        self.hub.held.set()
        self.hub.go_on.wait()
        return size

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Print nothing."""
