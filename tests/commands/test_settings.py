"""Options are defined once and checked together."""

import pytest

from styletune.commands.kinds import parse_kinds
from styletune.commands.settings import RewriteSettings
from styletune.draft import REWRITE_KINDS
from styletune.errors import UsageError
from styletune.markdown.segments import Kind


@pytest.mark.parametrize(("lines", "expected"), [("3:7", (3, 7)), ("3", (3, 3)), (" 1:1 ", (1, 1)), (None, None)])
def test_lines_are_read(lines, expected):
    assert RewriteSettings(paths=["a"], lines=lines).line_range == expected


@pytest.mark.parametrize("lines", ["0:3", "5:3", "a:b", "3:", ":3", "-1:3", "1:2:3", "", "٣:٤"])
def test_lines_that_mean_nothing_are_refused(lines):
    with pytest.raises(UsageError, match="--lines"):
        RewriteSettings(paths=["a"], lines=lines).check_all()


@pytest.mark.parametrize(
    "chosen",
    [
        {"in_place": True, "output": "x"},
        {"in_place": True, "diff": True},
        {"in_place": True, "paths": ["-"]},
        {"diff": True, "check": True},
        {"diff": True, "json": True},
        {"diff": True, "output": "x"},
        {"check": True, "paths": ["-"]},
        {"check": True, "show": True},
        {"check": True, "lines": "1:2"},
        {"json": True, "output": "-"},
        {"json": True, "paths": ["-"]},
        {"quiet": True, "verbose": True},
        {"paths": ["-", "a.md"]},
        {"stdin_filepath": "a.md"},
    ],
)
def test_what_excludes_each_other_is_refused(chosen):
    with pytest.raises(UsageError) as caught:
        RewriteSettings(**{"paths": ["a"], **chosen}).check_all()
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "chosen",
    [
        {"in_place": True, "check": True},
        {"in_place": True, "json": True, "show": True},
        {"json": True, "output": "x", "paths": ["-"]},
        {"output": "-", "paths": ["-"]},
        {"diff": True, "paths": ["-"], "show": True},
        {"check": True, "json": True},
    ],
)
def test_what_goes_together_is_accepted(chosen):
    RewriteSettings(**{"paths": ["a"], **chosen}).check_all()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, REWRITE_KINDS),
        ("heading", {Kind.HEADING}),
        ("list-item, Quote,", {Kind.LIST_ITEM, Kind.QUOTE}),
        ("all", set(Kind)),
        ("heading,all", set(Kind)),
    ],
)
def test_kinds_are_read(value, expected):
    assert parse_kinds(value, default=REWRITE_KINDS) == expected


@pytest.mark.parametrize(
    ("value", "message"), [("titel", "did you mean title?"), ("zzz", "known are"), (",", "no kind")]
)
def test_unknown_kinds_name_the_nearest(value, message):
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        RewriteSettings(paths=["a"], kinds=value).check_all()
