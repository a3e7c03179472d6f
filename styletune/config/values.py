"""Readers of single values: each checks what stands in the file and turns it into a setting."""

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import TypeVar, cast

from styletune.config.given import Given, nearest
from styletune.errors import UsageError

_T = TypeVar("_T")

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LIKE_A_KEY = re.compile(r"(?i)(?:sk|pk|gsk|hf|key)[-_][\w-]{16,}|[\w-]{40,}")
_NO_SECRETS = (
    "must hold no user name, no password and nothing behind ? or #. "
    "Keys are read from the environment: name the variable with key_env in [endpoints.NAME]."
)
_SLOT = re.compile(r"\{([^{}]*)\}")
_HEADER_SLOTS = ("lang", "stem", "value")


def text(given: Given) -> str | None:
    """Read a text that is not empty."""
    if not isinstance(given.value, str):
        given.refuse_unless("a text in quotes")
    elif not given.value.strip():
        given.refuse(f"{given.name} is empty. Give it a value, or remove the line.")
    else:
        return given.value
    return None


def model(given: Given) -> str | None:
    """Read what ``--model`` would name; an address that holds a secret is refused without being shown."""
    written = text(given)
    if written is not None and written.startswith("openai:") and _holds_secret(written):
        given.refuse(f"{given.name} {_NO_SECRETS}")
    return written


def texts(given: Given) -> tuple[str, ...] | None:
    """Read a list of texts; one text alone is a list of one."""
    entries = _entries(given)
    if entries is None:
        return None
    read = [text(entry) for entry in entries]
    return tuple(entry for entry in read if entry is not None)


def flag(given: Given) -> bool | None:
    """Read a truth value."""
    if isinstance(given.value, bool):
        return given.value
    given.refuse_unless("true or false")
    return None


def count(least: int) -> Callable[[Given], int | None]:
    """Make a reader of whole numbers from ``least`` on."""

    def read(given: Given) -> int | None:
        value = given.value
        if not isinstance(value, int) or isinstance(value, bool):
            given.refuse_unless("a whole number")
        elif value < least:
            given.refuse(f"{given.name} must be {least} or more, but it is {value}.")
        else:
            return value
        return None

    return read


def price(given: Given) -> float | None:
    """Read an amount of money."""
    value = given.value
    if not isinstance(value, int | float) or isinstance(value, bool):
        given.refuse_unless("a number")
    elif not (math.isfinite(value) and value >= 0):
        given.refuse(f"{given.name} must be 0 or more, but it is {value}.")
    else:
        return float(value)
    return None


def language(given: Given) -> str | None:
    """Read the code or the name of a language."""
    from styletune.text.language import language_code  # noqa: PLC0415 - its tables load where a language is named

    written = text(given)
    return None if written is None else _unless_refused(given, lambda: language_code(written), prefix=f"{given.name}: ")


def output_pattern(*, translates: bool) -> Callable[[Given], str | None]:
    """Make a reader of name patterns for outputs."""

    def read(given: Given) -> str | None:
        from styletune.files.naming import check_pattern  # noqa: PLC0415 - loads where a pattern is named

        written = text(given)
        if written is not None:
            _unless_refused(given, lambda: check_pattern(written, translates=translates))
        return written

    return read


def kinds(given: Given) -> tuple[str, ...] | None:
    """Read kinds of segments."""
    from styletune.markdown.segments import Kind  # noqa: PLC0415 - loads where kinds are named

    known = [*(kind.value for kind in Kind), "all"]
    read: list[str] = []
    for entry in _entries(given) or ():
        written = text(entry)
        name = written.strip().replace("-", "_").lower() if written else None
        if name is not None and name not in known:
            entry.refuse(f'{given.name}: "{written}" is no kind of segment. {nearest(name, known)}')
        elif name is not None:
            read.append(name)
    if given.value == []:
        given.refuse(f"{given.name} is empty: nothing would be worked on. Known are: {', '.join(known)}.")
    return tuple(read)


def globs(given: Given) -> tuple[str, ...] | None:
    """Read patterns of paths below the project's folder."""
    read = texts(given)
    for number, pattern in enumerate(read or ()):
        entry = given if isinstance(given.value, str) else given.inner(number, pattern)
        if "\\" in pattern:
            entry.refuse(f'{given.name}: write / between folders, not \\, in "{pattern}".')
        elif PurePosixPath(pattern).is_absolute() or pattern.startswith("~") or ".." in PurePosixPath(pattern).parts:
            entry.refuse(f'{given.name}: "{pattern}" must be a path below the folder of this file.')
    return read


def rule_file(given: Given) -> Path | None:
    """Read the path of a file that must be there."""
    written = text(given)
    if written is None:
        return None
    path = given.root / Path(written).expanduser()
    if not path.is_file():
        given.refuse(f"{given.name}: {written} is no file. Paths start from the folder of this file.")
    return path


def header_keys(given: Given) -> tuple[str, ...] | None:
    """Read keys of front matter; case makes no difference."""
    read = texts(given)
    return None if read is None else tuple(key.strip().lower() for key in read)


def header_values(given: Given) -> Mapping[str, str] | None:
    """Read keys of front matter and the patterns of their new values."""
    members = given.members()
    read: dict[str, str] = {}
    for key, value in (members or {}).items():
        entry = given.inner(key, value)
        pattern = text(entry)
        if not key.strip() or re.search(r"[\r\n:=#\[\]{}]", key):
            entry.refuse(f'{given.name}: "{key}" cannot be a key of front matter.')
        elif pattern is not None:
            _check_slots(entry, pattern)
            read[key] = pattern
    return read


def addresses(given: Given) -> tuple[str, ...] | None:
    """Read addresses of servers; one that holds a secret is refused without being shown."""
    entries = _entries(given)
    if not entries:
        if entries is not None:
            given.refuse(f"{given.name} is empty. Name the server, such as http://localhost:8000/v1.")
        return None
    for entry in entries:
        written = text(entry)
        problem = _wrong_address(written) if written is not None else None
        if problem is not None:
            entry.refuse(f"{given.name} {problem}")
    return tuple(str(entry.value).strip() for entry in entries)


def variable(given: Given) -> str | None:
    """Read the name of an environment variable; what looks like a key itself is refused without being shown."""
    written = text(given)
    if written is None:
        return None
    if _LIKE_A_KEY.fullmatch(written) or not _VARIABLE.fullmatch(written):
        given.refuse(
            f"{given.name} must be the name of an environment variable, such as OPENAI_API_KEY; "
            "the key itself never stands in a file."
        )
    return written


def _entries(given: Given) -> list[Given] | None:
    value = given.value
    if isinstance(value, str):
        return [given]
    if isinstance(value, list):
        listed = cast("list[object]", value)
        return [given.inner(number, value) for number, value in enumerate(listed)]
    given.refuse_unless("a text in quotes or a list of them")
    return None


def _check_slots(given: Given, pattern: str) -> None:
    for slot in _SLOT.findall(pattern):
        if slot not in _HEADER_SLOTS:
            given.refuse(f"{given.name}: {{{slot}}} is unknown; known are {{lang}}, {{stem}} and {{value}}.")
    if pattern.count("{value}") > 1:
        given.refuse(f"{given.name}: {{value}} can stand there only once.")


def _wrong_address(address: str) -> str | None:
    """Say what is wrong with an address, without the parts that may be secret."""
    from urllib.parse import urlsplit  # noqa: PLC0415 - loads where an address is named

    try:
        parts = urlsplit(address.strip())
        port_is_fine = parts.port != 0
    except ValueError:
        return "is no address. It looks like http://localhost:8000/v1."
    if _holds_secret(address) or "#" in address:
        return _NO_SECRETS
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        return f'must begin with http:// or https:// and name a server, but it is "{address}".'
    return None


def _holds_secret(address: str) -> bool:
    return "@" in address or "?" in address


def _unless_refused(given: Given, make: Callable[[], _T], prefix: str = "") -> _T | None:
    try:
        return make()
    except UsageError as error:
        given.refuse(f"{prefix}{error}")
        return None
