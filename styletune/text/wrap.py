"""Line breaks inside a paragraph: taken out for the model, put back the way the author sets them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import regex
from wcwidth import wcswidth

from styletune.text.inline import inside, whole_spans
from styletune.text.sentences import ends_sentence, sentences

_CJK = r"[\p{Han}\p{Hiragana}\p{Katakana}ー々〆〇　-〟！（），．：；？［］｛｝、。「」『』【】《》〈〉]"
_WIDE = r"[！（），．：；？［］｛｝、。「」『』【】《》〈〉]"
"""Signs with a space of their own: none stands beside them, whatever the next letter is."""

_SOFT_BREAK = regex.compile(rf"(?<![\\ ])(?<=(?P<left>{_CJK})?)[ \t]?\n[ \t]*(?=(?P<right>{_CJK})?)")
_BETWEEN_CJK = regex.compile(rf"(?<={_CJK})(?={_CJK})|(?<={_WIDE})(?=\S)|(?<=\S)(?={_WIDE})")
_SPACE = regex.compile(rf"(?<=\S) (?=\S)(?!(?<={_CJK} ){_CJK})(?<!{_WIDE} )(?!{_WIDE})")
_ONLY_WIDE = regex.compile(_WIDE)
_HARD_BREAK = regex.compile(r"((?: {2,}|\\)\n)")

_NO_LINE_START = regex.compile(r"[\p{Pe}\p{Pf}、。，．：；？！ー々…‥・ぁぃぅぇぉっゃゅょァィゥェォッャュョ]")
_NO_LINE_END = regex.compile(r"[\p{Ps}\p{Pi}\\]")
_BLOCK_START = regex.compile(
    r"""\d{1,9}[.)] | [-+*](?:\s|$) | -+(?:\s|$) | [-*_]{3} | [#>|:=] | ~~~ | ``` | \$\$ | %% | !!!
      | \{[%{:] | \[\^ | \[[^\]]*\]: | <[A-Za-z/!?] | (?:import|export)\b""",
    regex.VERBOSE,
)


def unwrap(text: str) -> str:
    """Take out the soft line breaks of a paragraph; hard breaks (two spaces or a backslash) stay.

    A soft break becomes a space, or nothing between two CJK characters and beside a full-width sign.
    """
    return _SOFT_BREAK.sub(_joint, text)


def wrap_like(original_lines: Sequence[str], text: str) -> str:
    """Lay a paragraph out as its original was laid out.

    One original line gives one line; one sentence a line gives one sentence a line; other breaks are taken for a
    wrap at the widest original line, in display cells. Marks, code spans, link destinations and HTML tags are never
    broken, and no new line starts with something that opens a block in Markdown. Unwrapping gives the text again.
    """
    lay_out = _layout(original_lines)
    return "".join(piece if i % 2 else lay_out(unwrap(piece)) for i, piece in enumerate(_HARD_BREAK.split(text)))


def display_width(text: str) -> int:
    """Measure a text in terminal cells; control characters count as nothing."""
    if text.isascii() and text.isprintable():
        return len(text)
    return max(wcswidth(text), 0) if text.isprintable() else sum(max(wcswidth(char), 0) for char in text)


def _joint(match: regex.Match[str]) -> str:
    left, right = match["left"] or "", match["right"] or ""
    return "" if (left and right) or _ONLY_WIDE.match(left) or _ONLY_WIDE.match(right) else " "


def _layout(lines: Sequence[str]) -> Callable[[str], str]:
    if len(lines) <= 1:
        return str
    if _one_sentence_each(lines):
        return _by_sentence
    width = max(display_width(line.strip()) for line in lines)
    return lambda text: _filled(text, width)


def _one_sentence_each(lines: Sequence[str]) -> bool:
    if not all(ends_sentence(line) for line in lines[:-1]):
        return False
    return all(len(sentences(line.strip())) == 1 for line in lines) or not _looks_filled(lines)


def _looks_filled(lines: Sequence[str]) -> bool:
    """Tell whether no line has room for the first word of the next one."""
    width = max(display_width(line.strip()) for line in lines)
    pairs = pairwise(lines)
    return all(display_width(f"{line.strip()} {(after.split() or [''])[0]}") > width for line, after in pairs)


def _by_sentence(text: str) -> str:
    ends: set[int] = set()
    offset = 0
    for sentence in sentences(text):
        ends |= {offset, offset - 1}  # the break takes the place of the space, where there is one
        offset += len(sentence)
    return "\n".join(_lines(text, [chance for chance in _chances(text) if chance[0] in ends]))


def _filled(text: str, width: int) -> str:
    taken: list[tuple[int, int]] = []
    line_start, fits = 0, None
    for chance in [*_chances(text), (len(text), len(text))]:
        if fits is not None and display_width(text[line_start : chance[0]]) > width:
            taken.append(fits)
            line_start = fits[1]
        fits = chance
    return "\n".join(_lines(text, taken))


def _lines(text: str, breaks: Sequence[tuple[int, int]]) -> Iterator[str]:
    start = 0
    for end, following in breaks:
        yield text[start:end]
        start = following
    yield text[start:]


def _chances(text: str) -> list[tuple[int, int]]:
    """List where a line may end and the next one start."""
    whole = whole_spans(text)
    found = [match.span() for match in _SPACE.finditer(text)]
    found += [match.span() for match in _BETWEEN_CJK.finditer(text)]
    return [chance for chance in sorted(found) if not inside(whole, chance[0]) and _may_break(text, *chance)]


def _may_break(text: str, end: int, start: int) -> bool:
    if _BLOCK_START.match(text, start) or text[end - 1] == "\\":
        return False
    return start > end or not (_NO_LINE_START.match(text, start) or _NO_LINE_END.match(text, end - 1))
