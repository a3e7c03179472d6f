"""The guard of quotation marks: each has its partner, and none is put around code."""

from collections.abc import Iterator

import regex

from styletune.guards.finding import GuardContext
from styletune.text.inline import prose

_PAIRS = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"), ("《", "》"))
_STRAIGHT = regex.compile(r'(?<!\d)"')
_LOW = regex.compile("[„‚]")
_AROUND_CODE = regex.compile(r"[\"“„«「『‘']\s?(?:⟦\d+⟧|`[^`\n]{1,200}`)\s?[\"”“»」』’']")


def quotations(source: str, target: str, _context: GuardContext) -> Iterator[str]:
    """Quotation marks come in pairs as they do in the source, and none is put around code."""
    if _AROUND_CODE.search(target) and not _AROUND_CODE.search(source):
        yield "quotation marks were put around code"
    elif _is_odd(prose(target)) and not _is_odd(prose(source)):
        yield "a quotation mark stands alone"


def _is_odd(text: str) -> bool:
    """Tell whether a mark has no partner; marks that some languages use the other way round may be either."""
    if len(_STRAIGHT.findall(text)) % 2:
        return True
    if _LOW.search(text):  # German closes “ where English opens it, and Polish closes with ”
        return text.count("„") > text.count("“") + text.count("”")
    return any(text.count(opening) != text.count(closing) for opening, closing in _PAIRS)
