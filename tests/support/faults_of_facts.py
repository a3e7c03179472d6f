"""Faults of facts: numbers, names, addresses, code and words that were agreed on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import regex
from fault_case import Case, put

from styletune.markdown.marks import MarkMode
from styletune.memory.recall import Term


def _listed(text: str) -> list[str]:
    return text.split()


NAMES = frozenset(
    _listed(
        "GitHub GitLab Twitter Slack Reddit Facebook Google Mozilla Apache Django Kubernetes Homebrew Python Ruby Rails Rust Swift Node.js React Angular Docker Jekyll Sinatra CocoaPods Middleman Rubinius Atom CouchDB WordPress Firefox Linux PyPI PyCon JSConf Kickstarter PayPal Stripe Leaflet Octoprint Owncast Termux EmberJS Nuxt Sentry Exercism PageRank RubyGems Sidekiq Travis Ghost Quora Gitter Yeoman Vagrant Cartography Cookiecutter Vossibility Postgres Mesos Chromium Drupal ESLint NodeSchool Thunderbird Kops Hoodie Babel Encrypt Crusoe Stephanie Zvan Nyman Rockwood Codecademy Discord Copilot Copyleft Michael Titus Peter Robert Lena Reinhard Judi Clarke"
    )
)
"""Names that stand in the guides and are no words of a language."""

_NEW_NAMES = ("Mercurial", "Tomasz", "Bitbucket", "Kaiserslautern", "Wilkinson", "Zendesk", "Fastify", "Ottokar")

_WORDS = {
    "en": _listed("two three four five six seven eight nine ten twelve twenty thirty"),
    "de": _listed("zwei drei vier fünf sechs sieben neun zehn zwölf zwanzig dreißig"),
    "fr": _listed("deux trois quatre cinq six sept huit dix douze vingt trente"),
    "es": _listed("dos tres cuatro cinco seis siete ocho nueve diez doce veinte treinta"),
}

_COUNTED = regex.compile(r"[两三四五六七八九](?=[个种天年月周次位项条]|小时|分钟)")

TERMS: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "zh": (("maintainer", "维护者", "保管员"), ("contributor", "贡献者", "作家"), ("license", "许可", "车牌"), ("community", "社区", "部落"),
           ("documentation", "文档", "纸"), ("project", "项目", "事业")),
    "es": (("maintainer", "mantenedor", "cuidador"), ("contributor", "contribuyente", "donante"), ("license", "licencia", "carnet"),
           ("community", "comunidad", "vecindad"), ("documentation", "documentación", "manual"), ("project", "proyecto", "plan")),
    "fr": (("maintainer", "responsable", "gardien"), ("contributor", "contributeur", "donateur"), ("license", "licence", "permis"),
           ("community", "communauté", "foule"), ("documentation", "documentation", "notice"), ("project", "projet", "chantier")),
    "de": (("maintainer", "Maintainer", "Wart"), ("contributors", "Mitwirkende", "Spender"), ("license", "Lizenz", "Zulassung"),
           ("community", "Community", "Nachbarschaft"), ("documentation", "Dokumentation", "Anleitung"), ("project", "Projekt", "Vorhaben")),
    "en": (("", "", ""),),
}  # fmt: skip
"""Language to (term, rendering, a rendering that nobody asked for)."""

NEVER_SAY = {
    "zh": ("赋能", "抓手"),
    "es": ("sinergia", "en el vertiginoso mundo actual"),
    "fr": ("synergie", "de nos jours"),
    "de": ("Synergie", "in der heutigen Zeit"),
    "en": ("synergy", "delve into"),
}

_DIGITS = regex.compile(r"(?<![\p{L}\d⟦.,@-])\d+(?![\p{L}\d⟧.,]\d|\d|\s?⟧|\p{Latin})")


def number_changed(case: Case, chance: Random) -> Case | None:
    """Change a number in digits."""
    found = [match for match in _DIGITS.finditer(case.target) if match[0] in case.source]
    if not found:
        return None
    match = chance.choice(found)
    new = str(int(match[0]) + chance.choice((1, 3, 10, 40)))
    return replace(case, target=put(case.target, match, new))


def number_word_changed(case: Case, chance: Random) -> Case | None:
    """Change a number word."""
    lang = str(case.context.target_lang)
    if lang == "zh":
        found = list(_COUNTED.finditer(case.target))
        others = list("两三四五六七八九")
    else:
        others = _WORDS[lang]
        found = list(regex.finditer(rf"(?<![;\w])(?:{'|'.join(others)})\b", case.target, regex.IGNORECASE))
    if not found:
        return None
    match = chance.choice(found)
    new = chance.choice([word for word in others if word != match[0].lower()])
    return replace(case, target=put(case.target, match, new))


def number_added(case: Case, chance: Random) -> Case | None:
    """Make up a year."""
    places = list(regex.finditer(r"(?<=[\p{L}])(?=[,，。.])", case.target))
    if not places:
        return None
    year = f" ({chance.randint(2003, 2016)})"
    return replace(case, target=put(case.target, chance.choice(places), year)) if year[2:6] not in case.source else None


def name_swapped(case: Case, chance: Random) -> Case | None:
    """Put another name in the place of one, wherever it stands."""
    pattern = (
        r"(?<![\p{Latin}\d@/.-])(?:"
        + "|".join(map(regex.escape, sorted(NAMES, key=len, reverse=True)))
        + r")(?![\p{Latin}\d])"
    )
    in_source = set(regex.findall(pattern, case.source))
    found = [match[0] for match in regex.finditer(pattern, case.target) if match[0] in in_source]
    if not found:
        return None
    name = chance.choice(found)
    new = chance.choice([word for word in _NEW_NAMES if word not in case.source])
    swapped = regex.sub(rf"(?<![\p{{Latin}}\d@/.-]){regex.escape(name)}(?![\p{{Latin}}\d])", new, case.target)
    return replace(case, target=swapped) if name not in swapped else None  # a form of the name is still there


def handle_swapped(case: Case, chance: Random) -> Case | None:
    """Name another account."""
    found = list(regex.finditer(r"(?<![\w/])@[A-Za-z][A-Za-z\d-]+", case.target))
    if not found:
        return None
    return replace(case, target=put(case.target, chance.choice(found), f"@{chance.choice(_NEW_NAMES).lower()}"))


def term_ignored(case: Case, chance: Random) -> Case | None:
    """Render a term of the glossary in another way."""
    lang = str(case.context.target_lang)
    occasions = [
        (term, rendering, other)
        for term, rendering, other in TERMS[lang]
        if term
        and regex.search(rf"\b{term}\b", case.source)
        and rendering in case.target
        and not regex.search(other, case.target)
    ]
    if not occasions:
        return None
    term, rendering, other = chance.choice(occasions)
    context = replace(case.context, glossary=(Term(term, rendering, lang),))
    changed = regex.sub(rf"{rendering}\p{{Latin}}*|\p{{Latin}}*{rendering}", other, case.target, flags=regex.IGNORECASE)
    return replace(case, target=changed, context=context)


def never_said(case: Case, chance: Random) -> Case | None:
    """Use a word that the author never uses."""
    lang = str(case.context.target_lang)
    context = replace(case.context, never_say=NEVER_SAY[lang])
    word = chance.choice(NEVER_SAY[lang])
    places = list(regex.finditer(r"(?<=\p{Han})(?=\p{Han})" if lang == "zh" else r"(?<=\p{L}) (?=\p{L})", case.target))
    if not places:
        return None
    spaced = word if lang == "zh" else f" {word} "
    return replace(case, target=put(case.target, chance.choice(places), spaced), context=context)


def address_changed(case: Case, chance: Random) -> Case | None:
    """Change an address that the model can see."""
    source, target = case.visible
    found = [match for match in regex.finditer(r"(?<=\]\()https?://[^\s)]+", target) if match[0] in source]
    if not found:
        return None
    match = chance.choice(found)
    context = replace(case.context, mask_mode=MarkMode.VISIBLE)
    return replace(case, source=source, target=put(target, match, f"{match[0].rstrip('/')}-2"), context=context)


def code_translated(case: Case, chance: Random) -> Case | None:
    """Translate what stands in a code span that the model can see."""
    both = _with_code(case)
    if both is None:
        return None
    source, target, code = both
    context = replace(case.context, mask_mode=MarkMode.VISIBLE)
    word = {"zh": "代码", "es": "código", "fr": "code-source", "de": "Quelltext"}.get(
        str(context.target_lang), "sources"
    )
    return replace(case, source=source, target=target.replace(f"`{code}`", f"`{word}`", 1), context=context)


def code_unmarked(case: Case, chance: Random) -> Case | None:
    """Leave the backticks out."""
    both = _with_code(case)
    if both is None:
        return None
    source, target, code = both
    context = replace(case.context, mask_mode=MarkMode.VISIBLE)
    return replace(case, source=source, target=target.replace(f"`{code}`", code, 1), context=context)


def _with_code(case: Case) -> tuple[str, str, str] | None:
    """Set a name that both texts share as code in both, where they hold no code of their own."""
    source, target = case.visible
    shared = [
        word
        for word in sorted(NAMES)
        if all(
            len(regex.findall(rf"(?<![\w/.@`-]){regex.escape(word)}(?![\w`/.-])", text)) == 1 for text in case.visible
        )
    ]
    shared = [
        word for word in shared if not any(regex.search(rf"\([^)]*{regex.escape(word)}", text) for text in case.visible)
    ]
    if not shared:
        return None
    word = shared[0]
    return source.replace(word, f"`{word}`", 1), target.replace(word, f"`{word}`", 1), word
