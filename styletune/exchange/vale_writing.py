"""The glossary as styles and a vocabulary of Vale 3 (https://vale.sh/docs/keys/stylespath)."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from styletune.exchange.vale import OURS, RULES, as_literal, as_regex, needs_nonword
from styletune.memory.glossary import ANY, Glossary

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_TERMS = ("Substitutions", "SubstitutionsInside")
_PHRASES = ("NeverSay", "NeverSayInside")
_NOTHING: Mapping[str, str] = MappingProxyType({})
_MESSAGES = {"substitution": "Use '%s' instead of '%s'.", "existence": "Never say '%s'."}


def style_name(root: Path) -> str:
    """Name the style after the project's folder, in letters that Vale takes for a name."""
    return _NOT_IN_NAMES.sub("-", root.resolve().name).strip("-") or "Project"


def vale_files(
    glossary: Glossary, name: str, *, lang: str | None = None, wordings: Mapping[str, str] = _NOTHING
) -> dict[str, bytes]:
    """Render a glossary as files, by path relative to the folder that is exported to.

    Arguments: ``name`` is the style's; ``lang`` is the language of files whose names do not end in one; ``wordings``
    is what rules say instead of what. What holds for every language becomes a vocabulary and the style ``NAME``, what holds for one ``NAME-lang``. Words
    of scripts without spaces stand in rules of their own, because Vale looks for word borders unless told otherwise.
    """
    vocabulary = f"styles/config/vocabularies/{name}"
    never = glossary.never_say.get(ANY, ())
    bordered = [phrase for phrase in never if not needs_nonword(phrase)]
    files = {
        f"{vocabulary}/accept.txt": _lines(as_literal(word) for word in _kept(glossary)),
        f"{vocabulary}/reject.txt": _lines(as_regex(phrase, star=True) for phrase in bordered),
    }
    styles: dict[str, str] = {}
    if wordings:
        style_rules = _rules(RULES, wordings, ())
        files |= {f"styles/{name}/{rule.replace('Substitutions', 'Rules')}.yml": data for rule, data in style_rules}
        styles[ANY] = name
    for code in sorted({ANY, *glossary.terms, *glossary.never_say}):
        style = name if code == ANY else f"{name}-{code}"
        phrases = [phrase for phrase in glossary.never_say.get(code, ()) if code != ANY or needs_nonword(phrase)]
        rules = dict(_rules(code, glossary.terms.get(code, {}), phrases))
        files |= {f"styles/{style}/{rule}.yml": data for rule, data in rules.items()}
        styles |= {code: style} if rules else {}
    files[".vale.ini"] = _settings(name, styles, lang)
    return dict(sorted(files.items()))


def _kept(glossary: Glossary) -> list[str]:
    return list(dict.fromkeys(word for words in glossary.keep.values() for word in words))


def _rules(lang: str, terms: Mapping[str, str], phrases: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the rules of one style: those with word borders, then those without."""
    for inside in (False, True):
        swap = {as_regex(word): target for word, target in terms.items() if needs_nonword(word) == inside}
        tokens = [as_regex(phrase, star=True) for phrase in phrases if needs_nonword(phrase) == inside]
        if swap:
            yield _TERMS[inside], _rule(lang, "substitution", inside, "swap", swap)
        if tokens:
            yield _PHRASES[inside], _rule(lang, "existence", inside, "tokens", tokens)


def _rule(lang: str, kind: str, inside: bool, key: str, entries: Mapping[str, str] | list[str]) -> bytes:
    message = _MESSAGES[kind]
    lines = [f"{OURS}{lang}", f"extends: {kind}", f'message: "{message}"', "level: error", "ignorecase: false"]
    lines += ["nonword: true"] if inside else []
    lines += ["action:", "  name: replace"] if kind == "substitution" else []
    lines.append(f"{key}:")
    if isinstance(entries, Mapping):
        lines += [f"  {_quoted(word)}: {_quoted(target)}" for word, target in entries.items()]
    else:
        lines += [f"  - {_quoted(token)}" for token in entries]
    return _lines(lines)


def _quoted(text: str) -> str:
    """Quote a text for YAML, of which JSON's strings are a part."""
    return json.dumps(text, ensure_ascii=False)


def _settings(name: str, styles: Mapping[str, str], lang: str | None) -> bytes:
    lines = ["StylesPath = styles", "MinAlertLevel = suggestion", f"Vocab = {name}", ""]
    common = ["Vale", *([styles[ANY]] if ANY in styles else [])]
    plain = [*common, *([styles[lang]] if lang is not None and lang in styles else [])]
    lines += ["[*.md]", f"BasedOnStyles = {', '.join(plain)}", "Vale.Spelling = NO"]
    for code, style in styles.items():
        if code != ANY:
            lines += ["", f"[*.{code}.md]", f"BasedOnStyles = {', '.join([*common, style])}", "Vale.Spelling = NO"]
    return _lines(lines)


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
