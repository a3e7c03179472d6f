"""A watcher's events as JSON, one object a line, for programs such as an editor's extension.

Every line holds every key::

    {"event":   "start" | "queued" | "working" | "done" | "unchanged" | "failed" | "superseded" | "gone" | "learned"
                | "conflict" | "paused" | "resumed" | "question" | "skipped" | "notice" | "stop",
     "time":    "2026-05-04T09:30:00+00:00",           UTC
     "path":    "posts/tea.md",                        the draft; "" where an event is about none
     "output":  "posts/tea.rewritten.md" | null,       where its result is
     "queue":   2,                                     drafts that wait, this one not counted
     "message": "in words, for people",                may be ""
     "totals":  {...} | null,                          with done and failed: counts, as in the report of rewrite --json
     "kept":    [{"line": 12, "reasons": ["..."], "pinned": false}],
                                                       where the author's text was kept; pinned: their edit of the output
     "notes":   ["..."],                               what is worth knowing about a result, but no failure
     "error":   {"code": "file", "message": "..."} | null}

Names of events and keys may be added; a reader leaves alone what it does not know.
"""

from typing import Any

from styletune.files.lines import json_line
from styletune.files.records import now
from styletune.report import FileReport, totals
from styletune.watch.events import WatchEvent


def as_json_line(event: WatchEvent) -> bytes:
    """Render an event as one line of JSON in UTF-8, its line break included."""
    return json_line(_event_object(event))  # a file name may hold bytes that are no UTF-8


def _event_object(event: WatchEvent) -> dict[str, Any]:
    report = event.report
    kept = report.kept if report is not None else ()
    return {
        "event": event.name,
        "time": event.time or now(),
        "path": event.path,
        "output": event.output or (report.output if report is not None else None),
        "queue": event.queue,
        "message": event.message,
        "totals": totals(report) if report is not None else None,
        "kept": [{"line": one.line, "reasons": list(one.reasons), "pinned": one.pinned} for one in kept],
        "notes": list(report.notes) if report is not None else [],
        "error": _error(event, report),
    }


def _error(event: WatchEvent, report: FileReport | None) -> dict[str, str] | None:
    if report is not None and report.error is not None:
        return {"code": report.error[0], "message": report.error[1]}
    return {"code": "error", "message": event.message} if event.name == "failed" else None
