"""Sentences of a paragraph, cut so that nothing is lost."""

import regex

from styletune.text.inline import cuts, inside, sentence_atoms

_CLOSERS = r"""(?:["'”’»›)\]）】」』〉》*_~]|⟦\d+⟧)*"""
_SPACED_END = rf"(?P<spaced>[.!?…]+{_CLOSERS}\s+)"
_CJK_END = rf"(?P<cjk>(?:[。！？｡]|(?<=[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}])(?:…+|[!?]+))+{_CLOSERS}\s*)"
_CANDIDATE = regex.compile(rf"{_SPACED_END}|{_CJK_END}")

_ENDS = regex.compile(rf"[.!?…。！？｡:：;；]+{_CLOSERS}\s*$")
_OPENERS = regex.compile(r"""^["'“‘«‹(\[（【「『〈《*_~¿¡⟦]*""")
_LAST_WORD = regex.compile(r"([\p{L}\p{M}.]+)\.$")
_LAST_NUMBER = regex.compile(r"(?:^|[\s(])\p{N}{1,2}\.$")
_INITIALS = regex.compile(r"^(?:\p{Lu}|\p{L}(?:\.\p{L})+)$")
_CAPITAL = regex.compile(r"^\p{Lu}")
_LOWER = regex.compile(r"^\p{Ll}")


def _listed(text: str) -> list[str]:
    return text.split()


_LOOK_AHEAD = 40
"""Characters behind a full stop that are enough to judge it."""

_NEVER_LAST = frozenset(
    _listed(
        "mr mrs ms dr prof st sr jr mt gen col sgt capt lt rev hon gov sen rep pres vs v cf viz approx ca no nos vol vols "
        "fig figs eq eqs sec ch chap pp p ed eds e.g i.e z.b d.h u.a m.e bzw vgl evtl ggf nr hr fr str abb bspw usw.s "
        "m mme mlle mm sra srta dña art núm pág págs p.ej p.ex cit op"
    )
)
_RARELY_LAST = frozenset(
    _listed(
        "etc al inc ltd co corp dept est min max a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec usw u.s u.k e.u "
        "ph.d b.a m.a d.c u.n"
    )
)


def sentences(text: str) -> list[str]:
    """Cut a text into sentences, each with the white space behind it; joined they are the text again.

    Marks, code spans, links, emphasis and HTML tags are never cut; abbreviations, initials, decimals and ellipses
    in mid-sentence do not end one. The rules follow UAX #29 (SB6-SB11) with abbreviations of several languages.
    """
    atoms = sentence_atoms(text)
    offsets: list[int] = []
    for match in _CANDIDATE.finditer(text):
        end = match.end()
        start = offsets[-1] if offsets else 0
        if end == len(text) or inside(atoms, end):
            continue
        if match["cjk"] is not None or _is_end(text[start:end], text[end : end + _LOOK_AHEAD]):
            offsets.append(end)
    return list(cuts(text, offsets))


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends the way a whole sentence does (a colon or semicolon will do)."""
    return bool(_ENDS.search(text))


def _is_end(before: str, after: str) -> bool:
    """Decide about white space behind ``.``, ``!``, ``?`` or an ellipsis."""
    follower = _OPENERS.sub("", after)
    if _LOWER.match(follower):
        return False
    stem = before.rstrip()
    if not stem.endswith("."):
        return True
    return not _is_abbreviation(stem, follower)


def _is_abbreviation(stem: str, follower: str) -> bool:
    if _LAST_NUMBER.search(stem):
        return len(stem.split()) == 1
    word = _LAST_WORD.search(stem)
    if word is None:
        return False
    name = word[1].lower()
    if name in _NEVER_LAST:
        return True
    if name in _RARELY_LAST:
        return not _CAPITAL.match(follower)
    return bool(_INITIALS.match(word[1])) and word[1] != "I"
