"""The term of the drafts that translations were corrected for."""

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from styletune.text.inline import prose
from styletune.text.tokens import UNSPACED, tokens, words

_MOST_WORDS = 4
_MOST_CHARACTERS = 8
_LEAST_SHARE = 0.8
"""Share of the corrections whose source must hold the term."""

_LEAST_PRECISION = 0.5
"""Share of all sources with the term in which it was translated as was corrected."""

_FUNCTION_WORDS = frozenset(
    "a an and are as at be been but by can could did do does for from had has have he her his i if in into is it its "  # noqa: SIM905
    "more my no not of on one or our she should so than that the their them then there these they this those to up us "
    "was we were what when where which who why will with would you your all also any because before after about just "
    "der die das den dem des ein eine einen einem und oder aber ist sind war nicht mit von zu auf für im in es wir ich "
    "le la les un une des et ou est sont pas de du au aux en dans pour sur nous vous je il elle ce que qui "
    "el los las una y o es son no del con por para en que se lo al".split()
)
_INNER_WORDS = frozenset({"of", "de", "du", "del"})
"""Words that may stand inside a term."""

_CJK_FUNCTION = frozenset(
    "的了是在和不也就都而与及被把这那我你他她它们个有一很更又再还或对从到以为于之其はがをにでともへのやかねよ"
)

_UNSPACED = regex.compile(UNSPACED)
_GAP = " "
_BLANK = regex.compile(r"\s+")


def shared_term(evidence: Sequence[str], others: Sequence[str]) -> str | None:
    """Find the term that the sources of some corrections share, and that few other sources have.

    Arguments: ``evidence`` are the sources of the corrections; ``others`` those of texts in which the same wording was
    not written. Words count in any case and as English plurals; scripts without spaces are compared by character.
    Of terms that fit as well, the longest is taken; ``None`` if no term fits.
    """
    surfaces: Counter[tuple[str, str]] = Counter()
    holding: Counter[str] = Counter()
    for source in evidence:
        found = dict(terms_in(source))
        holding.update(found.keys())
        surfaces.update(found.items())
    elsewhere: Counter[str] = Counter()
    for source in others:
        elsewhere.update(key for key in {key for key, _ in terms_in(source)} if key in holding)
    precise = {key: count / (count + elsewhere[key]) for key, count in holding.items()}
    common = {key for key, share in precise.items() if share < _LEAST_PRECISION}
    fitting = [
        (precise[key] * count / len(evidence), _letters(key), key)
        for key, count in holding.items()
        if count >= _LEAST_SHARE * len(evidence) and not common & {key, *key.split()}
    ]
    if not fitting:
        return None
    _, _, best = max(fitting)
    return max((count, surface.islower(), surface) for (key, surface), count in surfaces.items() if key == best)[2]


def is_function_word(word: str) -> bool:
    """Tell whether a word says nothing by itself."""
    return word in _CJK_FUNCTION or word.casefold() in _FUNCTION_WORDS


def stands_in(phrase: str, text: str) -> bool:
    """Tell whether a phrase stands in a text as whole words, whatever their case."""
    return occurrences(folded(phrase), folded(text)) > 0


def folded(text: str) -> list[str]:
    """List the words of a text without case."""
    return [word.casefold() for word in words(text)]


def occurrences(phrase: Sequence[str], text: Sequence[str]) -> int:
    """Count how often some words follow each other in a text."""
    size = len(phrase)
    if not size:
        return 0
    return sum(list(text[at : at + size]) == list(phrase) for at in range(len(text) - size + 1))


def terms_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield what could be a term in a source, in the form in which it is compared, and as it stands there."""
    run: list[str] = []
    for token in [*tokens(prose(source)), "."]:
        if words(token) and not token.startswith("⟦"):
            run.append(token)
        elif not _BLANK.fullmatch(token):
            yield from _of_run(run)
            run = []
        else:
            run.append(_GAP)


def _of_run(run: Sequence[str]) -> Iterator[tuple[str, str]]:
    at = [index for index, token in enumerate(run) if token != _GAP]
    for first, start in enumerate(at):
        unspaced = is_unspaced(run[start])
        for end in at[first : first + (_MOST_CHARACTERS if unspaced else _MOST_WORDS)]:
            if run[end].casefold() in _FUNCTION_WORDS - _INNER_WORDS:
                break
            if is_unspaced(run[end]) == unspaced and _may_be_term(run[start], run[end], alone=start == end):
                surface = "".join(run[start : end + 1])
                yield _compared(surface), surface


def _may_be_term(first: str, last: str, *, alone: bool) -> bool:
    if is_unspaced(first):
        return not alone and first not in _CJK_FUNCTION and last not in _CJK_FUNCTION
    return not {first.casefold(), last.casefold()} & _FUNCTION_WORDS and any(char.isalpha() for char in first + last)


def _compared(surface: str) -> str:
    key = surface.casefold()
    plural = key.isascii() and key.endswith("s") and not key.endswith(("ss", "us", "is")) and len(key) > 3  # noqa: PLR2004
    return key[:-1] if plural else key


def is_unspaced(token: str) -> bool:
    """Tell whether a token begins with a character of a script without spaces."""
    return _UNSPACED.match(token) is not None


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)
