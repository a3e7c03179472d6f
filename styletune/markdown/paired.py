"""Openers and closers that may have blank lines between them, because a template engine removes the pair as a whole."""

import re

_VERBATIM = rb"highlight|raw|rawhtml|comment|verbatim|mermaid|katex|math|code|codeblock|chart|gist"

# Hugo hands the inside of ``{{< name >}}`` to the shortcode as it stands; these customarily render it as Markdown.
_PROSE = (
    rb"admonition|alert|attention|aside|box|callout|caution|center|column|columns|danger|details|div|expand|hint|info|"
    rb"important|lead|note|notice|panel|quote|section|spoiler|step|steps|success|tab|tabs|tip|warn|warning"
)

_OPENER = re.compile(
    rb"\{%-?\s*(?P<liquid>" + _VERBATIM + rb")\b[^%]{0,1000}%\}"
    rb"|\{\{<\s*(?P<shortcode>(?!(?:" + _PROSE + rb")\b)[\w./-]+)(?:(?!\}\}).){0,1000}\}\}"
    rb"|\{\{%\s*(?P<markdown>" + _VERBATIM + rb")\b(?:(?!\}\}).){0,1000}\}\}"
    rb"|\\begin\{(?P<tex>\w+\*?)\}"
    rb"|^[ \t]*(?P<bracket>\\\[)[ \t]*\r?\n"
    rb"|^(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*(?P<dollars>\$\$)"
    rb"|^\{::(?P<kramdown>comment|nomarkdown)[^}\n]*\}",
    re.DOTALL | re.MULTILINE,
)
_CLOSERS = {
    "liquid": rb"\{%-?\s*endNAME\s*-?%\}",
    "shortcode": rb"\{\{<\s*/\s*NAME\s*>\}\}",
    "markdown": rb"\{\{%\s*/\s*NAME\s*%\}\}",
    "tex": rb"\\end\{NAME\}",
    "bracket": rb"^[ \t]*\\\][ \t]*\r?$",
    "dollars": rb"\$\$",
    "kramdown": rb"\{:/(?:NAME)?\}",
}
_LONGEST_FORMULA = 4000  # bytes; beyond them stands another stray sign of money


class Pairs:
    """Finds the pairs in a body from left to right."""

    def __init__(self, body: bytes | bytearray) -> None:
        self._body = body
        self._unclosed: set[tuple[str, bytes]] = set()
        """Kinds and names that no closer follows any more, so that many openers cost no more than one."""

    def after(self, position: int) -> tuple[int, int] | None:
        """Return the range of the first pair that begins at or behind a position."""
        while opener := _OPENER.search(self._body, position):
            kind = opener.lastgroup or ""
            end = self._closed(kind, bytes(opener[kind]), opener.end())
            if end is not None and (kind != "dollars" or end - opener.end() <= _LONGEST_FORMULA):
                return opener.start(kind) if kind in {"dollars", "bracket"} else opener.start(), end
            position = opener.end()
        return None

    def _closed(self, kind: str, name: bytes, position: int) -> int | None:
        if (kind, name) in self._unclosed:
            return None
        pattern = _CLOSERS[kind].replace(b"NAME", re.escape(name))
        closer = re.compile(pattern, re.MULTILINE).search(self._body, position)
        if closer is None:
            self._unclosed.add((kind, name))
        return closer.end() if closer else None
