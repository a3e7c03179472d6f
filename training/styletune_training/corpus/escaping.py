"""Plain text written so that Markdown shows it as it is, with as few backslashes as possible."""

import re

_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"'`]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_INLINE = re.compile(
    r"""
      \\(?=[!-/:-@\[-`{-~]|$)                                # a backslash in front of a sign
    | `
    | \*(?!(?<=\s\*)\s)
    | (?<![^\W_])_ | _(?![^\W_])                             # inside a word an underscore is one
    | ~(?!(?<=\s~)[\s\d]|(?<!\S~)/)
    | \$(?=[^\s\d]|$)                                        # money is no formula
    | \$(?=\d(?:[^$]*[^\s$])?\$)
    | &(?=\#?\w+;)
    | <(?=[A-Za-z/!?])
    | (?<=!)\[ | \[(?=.*\][\[(:]) | (?<=\[)[\[^@!] | (?<=\[)-(?=@) | (?<=\[TOC)\]
    | (?<=\{)[{%\#:.<] | (?<=%)%
    | ⟦ | ⟧
    """,
    re.VERBOSE | re.MULTILINE,
)
_ATTRIBUTES = re.compile(r"\{(?=[ \t]+[.#][\w-])")
_BLOCK_ID = re.compile(r"(?<=[ \t])\^(?=[A-Za-z0-9-]+[ \t]*$)", re.MULTILINE)
_START = re.compile(
    r"""^(?P<indent>[ \t]*)(?:
      (?P<number>\d{1,9})(?=[.)](?:\s|$))
    | (?P<sign>\#(?=\#{0,5}(?:\s|$)) | > | [-+*](?=\s|$) | -(?=[ \t]*-[- \t]*$) | =(?==*[ \t]*$) | ~(?=~~) | \|
        | :(?=::|[ \t]) | /(?=//) | !(?=!!\s) | \?(?=\?\?) | =(?===\s) | \+(?=\+\+[ \t]*$) | \[(?=[^\[\]]+\]:) )
    )""",
    re.VERBOSE | re.MULTILINE,
)


def escape(text: str) -> str:
    """Return Markdown that shows ``text``; addresses stay as they are."""
    pieces: list[str] = []
    end = 0
    for address in _URL.finditer(text):
        pieces += [_escaped(text[end : address.start()]), address[0]]
        end = address.end()
    return "".join([*pieces, _escaped(text[end:])])


def escape_start(line: str) -> str:
    """Keep a line, or each of several, from opening a block: a heading, a list, a quotation, a table."""
    return _START.sub(_started, line)


def _escaped(text: str) -> str:
    text = _INLINE.sub(lambda found: "\\" + found[0], text)
    return _BLOCK_ID.sub(r"\\^", _ATTRIBUTES.sub(r"\\{", text))


def _started(found: re.Match[str]) -> str:
    if found["number"]:
        return f"{found['indent']}{found['number']}\\"
    return f"{found['indent']}\\{found['sign']}"
