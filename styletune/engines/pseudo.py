"""Pseudo-localization: text that is visibly different and still readable, to prove that markup survives.

A trick of the localization trade: a build in which every word carries accents shows at a glance which texts went
through the translation and which did not.
"""

import re

from styletune.engines.echo import EchoEngine

_LOOK_ALIKES = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀćďéƒǵĥíĵķĺḿńóṕɋŕśťúṽŵẋýžÁƁĆĎÉƑǴĤÍĴĶĹḾŃÓṔɊŔŚŤÚṼŴẊÝŽ",
)
_SUFFIX = "ø"
"""Follows each word with a letter that has no look-alike, such as a Chinese one."""

_TOKEN = re.compile(
    r"(?P<kept>⟦[^⟦⟧]*⟧|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<word>(?:[^\W\d_][\u0300-\u036f\u200c\u200d\ufe00-\ufe0f]*)+)"
)


class PseudoEngine(EchoEngine):
    """Replaces every Latin letter by an accented look-alike and marks every word of another script.

    Marks (``⟦3⟧``), entities (``&amp;``), digits, punctuation and blanks stay as they are.
    """

    name = "pseudo"

    def answer(self, source: str) -> str:
        """Return the pseudo-localized text; anything with a letter outside marks and entities differs from it."""
        return _TOKEN.sub(_replace, source)


def _replace(match: re.Match[str]) -> str:
    if match["kept"] is not None:
        return match["kept"]
    word = match["word"]
    changed = word.translate(_LOOK_ALIKES)
    kept = any(old == new and old.isalpha() for old, new in zip(word, changed, strict=True))
    return changed + _SUFFIX if kept else changed
