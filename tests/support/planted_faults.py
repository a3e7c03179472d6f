"""Faults that models make, planted into good translations: what guards must see.

Every fault is a function of a case and a source of chance; it returns the case with the fault in its target, or
``None`` where the text gives no occasion for it. None of them uses the code of a guard: names, terms and numbers come
from lists that were made by reading the texts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TypeAlias

import regex
from aligned_pairs import LANGUAGES, PROSE, aligned_pairs

from styletune.guards import GuardContext, check
from styletune.markdown.marks import MarkMode
from styletune.memory.recall import Term


@dataclass(frozen=True, slots=True)
class Case:
    """A source, its target and how the target came about."""

    source: str
    target: str
    context: GuardContext
    visible: tuple[str, str] = ("", "")
    """Source and target with their Markdown left visible."""

    elsewhere: tuple[str, ...] = ()
    """Translations of the same source into other languages."""

    place: str = ""
    """Where the pair stands; seeds the choice of faults."""


Plant: TypeAlias = Callable[[Case, Random], Case | None]

Tally: TypeAlias = dict[tuple[str, str], tuple[int, int]]
"""Kind of fault and language to how many were seen, of how many."""

NAMES = frozenset(
    "GitHub GitLab Twitter Slack Reddit Facebook Google Mozilla Apache Django Kubernetes Homebrew Python Ruby Rails Rust "
    "Swift Node.js React Angular Docker Jekyll Sinatra CocoaPods Middleman Rubinius Atom CouchDB WordPress Firefox Linux "
    "PyPI PyCon JSConf Kickstarter PayPal Stripe Leaflet Octoprint Owncast Termux EmberJS Nuxt Sentry Exercism PageRank "
    "RubyGems Sidekiq Travis Ghost Quora Gitter Yeoman Vagrant Cartography Cookiecutter Vossibility Postgres Mesos "
    "Chromium Drupal ESLint NodeSchool Thunderbird Kops Hoodie Babel Encrypt Crusoe Stephanie Zvan Nyman Rockwood "
    "Codecademy Discord Copilot Copyleft Michael Titus Peter Robert Lena Reinhard Judi Clarke".split()
)
"""Names that stand in the guides and are no words of a language."""

_NEW_NAMES = ("Mercurial", "Tomasz", "Bitbucket", "Kaiserslautern", "Wilkinson", "Zendesk", "Fastify", "Ottokar")

_WORDS = {
    "en": "two three four five six seven eight nine ten twelve twenty thirty".split(),
    "de": "zwei drei vier fünf sechs sieben neun zehn zwölf zwanzig dreißig".split(),
    "fr": "deux trois quatre cinq six sept huit dix douze vingt trente".split(),
    "es": "dos tres cuatro cinco seis siete ocho nueve diez doce veinte treinta".split(),
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

_PREAMBLES = {
    "en": ("Here is the translation:\n\n", "Sure! Here's the translated text: ", "Translation: ", "Certainly! "),
    "zh": ("以下是翻译：\n\n", "好的，以下是译文：", "翻译：", "当然可以！以下是翻译后的文本："),
    "es": ("Aquí está la traducción:\n\n", "¡Claro! Aquí tienes la traducción: ", "Traducción: ", "Here is the translation: "),
    "fr": ("Voici la traduction :\n\n", "Bien sûr ! Voici la traduction : ", "Traduction : ", "Here is the translation: "),
    "de": ("Hier ist die Übersetzung:\n\n", "Natürlich! Hier ist die Übersetzung: ", "Übersetzung: ", "Here is the translation: "),
}  # fmt: skip
_TEMPLATES = ("<|im_end|>", "<|im_end|>\n<|im_start|>user", "<|eot_id|>", "</s>", "<end_of_turn>", "\n### Response:", " [/INST]")
_THOUGHTS = (
    "<think>\nThe user wants a translation.\n</think>\n\n",
    "<think>Keep the marks.</think>",
    "Okay, let me think about it.</think>\n\n",
    "<thinking>First the tone.</thinking>\n",
)
_PROMPT = (
    "Translate the user's paragraph into the other language. Keep its meaning, names and numbers. Copy Markdown unchanged. "
    "Answer with the translation only.",
)
_HALF_ENGLISH = ("slightly", "however", "really", "because", "something", "usually", "without", "about", "very", "should")

_DIGITS = regex.compile(r"(?<![\p{L}\d⟦.,@-])\d+(?![\p{L}\d⟧.,]\d|\d|\s?⟧|\p{Latin})")
_LINK = regex.compile(r"\[([^\[\]]+)\]\(⟦\d+⟧\)")
_OPAQUE = regex.compile(r"(?<!\]\()⟦\d+⟧(?!\))")
_MARK = regex.compile(r"⟦\d+⟧")
_BOLD = regex.compile(r"(?<!\\)(\*\*|__|(?<![\w*\\])[*_](?![*_\s]))(?=\S)([^*_\n\\]+?)(?<=\S)\1")
_SENTENCE = regex.compile(r"(?<=[.!?][\"”»)*_]{0,3})\s+(?=[\p{Lu}\"“«¿¡*_\[(])|(?<=[。！？][”」）*_]{0,3})")
_WHOLE = regex.compile(r"[^⟦()*_]+[.!?。！？]")
_WORD = regex.compile(r"⟦\d+⟧|\p{Han}|[\p{L}\p{N}'’-]+")


def number_changed(case: Case, chance: Random) -> Case | None:
    """Change a number in digits."""
    found = [match for match in _DIGITS.finditer(case.target) if match[0] in case.source]
    if not found:
        return None
    match = chance.choice(found)
    new = str(int(match[0]) + chance.choice((1, 3, 10, 40)))
    return replace(case, target=_put(case.target, match, new))


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
    return replace(case, target=_put(case.target, match, new))


def number_added(case: Case, chance: Random) -> Case | None:
    """Make up a year."""
    places = list(regex.finditer(r"(?<=[\p{L}])(?=[,，。.])", case.target))
    if not places:
        return None
    year = f" ({chance.randint(2003, 2016)})"
    return replace(case, target=_put(case.target, chance.choice(places), year)) if year[2:6] not in case.source else None


def link_lost(case: Case, chance: Random) -> Case | None:
    """Leave the text of a link without its target."""
    found = list(_LINK.finditer(case.target))
    if not found:
        return None
    match = chance.choice(found)
    return replace(case, target=_put(case.target, match, match[1]))


def mark_lost(case: Case, chance: Random) -> Case | None:
    """Leave out a mark that is no link."""
    found = list(_OPAQUE.finditer(case.target))
    return replace(case, target=_put(case.target, chance.choice(found), "")) if found else None


def mark_doubled(case: Case, chance: Random) -> Case | None:
    """Write a mark twice."""
    found = list(_MARK.finditer(case.target))
    if not found:
        return None
    match = chance.choice(found)
    return replace(case, target=f"{case.target} {match[0]}")


def emphasis_lost(case: Case, chance: Random) -> Case | None:
    """Take the stars or lines off."""
    found = list(_BOLD.finditer(case.target))
    if not found:
        return None
    match = chance.choice(found)
    return replace(case, target=_put(case.target, match, match[2]))


def name_swapped(case: Case, chance: Random) -> Case | None:
    """Put another name in the place of one, wherever it stands."""
    pattern = r"(?<![\p{Latin}\d@/.-])(?:" + "|".join(map(regex.escape, sorted(NAMES, key=len, reverse=True))) + r")(?![\p{Latin}\d])"
    in_source = set(regex.findall(pattern, case.source))
    found = [match[0] for match in regex.finditer(pattern, case.target) if match[0] in in_source]
    if not found:
        return None
    name = chance.choice(found)
    new = chance.choice([word for word in _NEW_NAMES if word not in case.source])
    swapped = regex.sub(rf"(?<![\p{{Latin}}\d@/.-]){regex.escape(name)}(?![\p{{Latin}}\d])", new, case.target)
    return replace(case, target=swapped)


def handle_swapped(case: Case, chance: Random) -> Case | None:
    """Name another account."""
    found = list(regex.finditer(r"(?<![\w/])@[A-Za-z][A-Za-z\d-]+", case.target))
    if not found:
        return None
    return replace(case, target=_put(case.target, chance.choice(found), f"@{chance.choice(_NEW_NAMES).lower()}"))


def half_missing(case: Case, chance: Random) -> Case | None:
    """Stop after about half of the text, at the end of a sentence or with a full stop put there."""
    total = len(_WORD.findall(case.target))
    if total < 16:  # noqa: PLR2004 - a short answer may be a good one
        return None
    pieces = _SENTENCE.split(case.target)
    kept = min(("".join(_joined(pieces[:count])) for count in range(1, len(pieces) + 1)), key=lambda text: abs(len(text) / len(case.target) - 0.5))
    if not 0.35 < len(kept) / len(case.target) < 0.6:  # noqa: PLR2004 - about half
        kept = _cut(case.target, 0.5).rstrip(" ,;:，、；：") + ("。" if case.context.target_lang == "zh" else ".")
    return replace(case, target=kept)


def truncated(case: Case, chance: Random) -> Case | None:
    """Stop in the middle of a sentence."""
    if len(_WORD.findall(case.target)) < 10 or not regex.search(r"[.!?。！？]\s*$", case.target):  # noqa: PLR2004
        return None
    return replace(case, target=_cut(case.target, chance.uniform(0.4, 0.85)).rstrip(" .。!?！？"))


def wrong_language(case: Case, chance: Random) -> Case | None:
    """Answer in a language that nobody asked for."""
    others = [text for text in case.elsewhere if len(_WORD.findall(text)) > 4 and text not in {case.source, case.target}]  # noqa: PLR2004
    return replace(case, target=chance.choice(others)) if others else None


def echo(case: Case, chance: Random) -> Case | None:
    """Give the source back; lines that only say who is quoted (``— Name, "Title"``) may stay as they are."""
    return replace(case, target=case.source) if len(_WORD.findall(case.source)) > 4 and case.source[0] != "—" else None  # noqa: PLR2004


def untranslated_tail(case: Case, chance: Random) -> Case | None:
    """Leave the last sentence as it was."""
    before, after = _SENTENCE.split(case.source), _SENTENCE.split(case.target)
    if len(before) < 2 or len(before) != len(after) or len(_WORD.findall(before[-1])) < 7:  # noqa: PLR2004
        return None
    return replace(case, target=" ".join([*after[:-1], before[-1]]))


def looped(case: Case, chance: Random) -> Case | None:
    """Go round in circles at the end."""
    found = list(_WORD.finditer(_MARK.sub("", case.target)))
    if len(found) < 8:  # noqa: PLR2004 - a phrase to repeat, and something before it
        return None
    count = chance.randint(2, 7)
    text = _MARK.sub("", case.target)
    phrase = text[found[-count].start() : found[-1].end()]
    return replace(case, target=case.target.rstrip(".。") + f" {phrase}" * chance.randint(5, 30))


def sentence_repeated(case: Case, chance: Random) -> Case | None:
    """Say a sentence again."""
    pieces = [piece for piece in _SENTENCE.split(case.target) if _WHOLE.fullmatch(piece) and len(_WORD.findall(piece)) > 5]  # noqa: PLR2004
    return replace(case, target=f"{case.target} {chance.choice(pieces)}") if pieces else None


def code_translated(case: Case, chance: Random) -> Case | None:
    """Translate what stands in a code span that the model can see."""
    both = _with_code(case)
    if both is None:
        return None
    source, target, code = both
    context = replace(case.context, mask_mode=MarkMode.VISIBLE)
    word = {"zh": "代码", "es": "código", "fr": "code-source", "de": "Quelltext"}.get(str(context.target_lang), "sources")
    return replace(case, source=source, target=target.replace(f"`{code}`", f"`{word}`", 1), context=context)


def code_unmarked(case: Case, chance: Random) -> Case | None:
    """Leave the backticks out."""
    both = _with_code(case)
    if both is None:
        return None
    source, target, code = both
    context = replace(case.context, mask_mode=MarkMode.VISIBLE)
    return replace(case, source=source, target=target.replace(f"`{code}`", code, 1), context=context)


def address_changed(case: Case, chance: Random) -> Case | None:
    """Change an address that the model can see."""
    source, target = case.visible
    found = [match for match in regex.finditer(r"(?<=\]\()https?://[^\s)]+", target) if match[0] in source]
    if not found:
        return None
    match = chance.choice(found)
    context = replace(case.context, mask_mode=MarkMode.VISIBLE)
    return replace(case, source=source, target=_put(target, match, f"{match[0].rstrip('/')}-2"), context=context)


def preamble(case: Case, chance: Random) -> Case | None:
    """Announce the answer."""
    return replace(case, target=chance.choice(_PREAMBLES[str(case.context.target_lang)]) + case.target)


def thinking(case: Case, chance: Random) -> Case | None:
    """Think aloud."""
    return replace(case, target=chance.choice(_THOUGHTS) + case.target)


def template(case: Case, chance: Random) -> Case | None:
    """Write a piece of the chat template."""
    return replace(case, target=case.target + chance.choice(_TEMPLATES))


def prompt(case: Case, chance: Random) -> Case | None:
    """Write a piece of the prompt."""
    pieces = _PROMPT[0].split(". ")
    context = replace(case.context, prompt=_PROMPT)
    return replace(case, target=f"{chance.choice(pieces[1:3])}. {'. '.join(pieces[:1])}. {case.target}", context=context)


def term_ignored(case: Case, chance: Random) -> Case | None:
    """Render a term of the glossary in another way."""
    lang = str(case.context.target_lang)
    occasions = [
        (term, rendering, other)
        for term, rendering, other in TERMS[lang]
        if term and regex.search(rf"\b{term}\b", case.source) and rendering in case.target and not regex.search(other, case.target)
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
    put = word if lang == "zh" else f" {word} "
    return replace(case, target=_put(case.target, chance.choice(places), put), context=context)


def half_translated(case: Case, chance: Random) -> Case | None:
    """Leave a word of the source inside Chinese."""
    if case.context.target_lang != "zh":
        return None
    left = [word for word in _HALF_ENGLISH if regex.search(rf"\b{word}\b", case.source)]
    places = list(regex.finditer(r"(?<=\p{Han})(?=\p{Han})", case.target))
    return replace(case, target=_put(case.target, chance.choice(places), chance.choice(left))) if left and places else None


FAULTS: Mapping[str, Plant] = {
    "number changed": number_changed,
    "number word changed": number_word_changed,
    "number made up": number_added,
    "link lost": link_lost,
    "mark lost": mark_lost,
    "mark doubled": mark_doubled,
    "emphasis lost": emphasis_lost,
    "address changed": address_changed,
    "code translated": code_translated,
    "code unmarked": code_unmarked,
    "name swapped": name_swapped,
    "account swapped": handle_swapped,
    "half missing": half_missing,
    "truncated": truncated,
    "wrong language": wrong_language,
    "echo": echo,
    "untranslated tail": untranslated_tail,
    "word left as it was": half_translated,
    "loop": looped,
    "sentence repeated": sentence_repeated,
    "preamble": preamble,
    "thinking": thinking,
    "template leaked": template,
    "prompt leaked": prompt,
    "term ignored": term_ignored,
    "never-say word": never_said,
}
"""Kinds of faults, by the name that reports use."""


def cases(guides: Path, lang: str, *, every: int = 1) -> list[Case]:
    """List each n-th of the human translations of a language from English, with what seeds their faults."""
    elsewhere: dict[tuple[str, int], list[str]] = {}
    for other in LANGUAGES:
        if other not in {lang, "zh"}:
            for pair in aligned_pairs(guides, other):
                elsewhere.setdefault((pair.article, pair.line), []).append(pair.target)
    context = GuardContext("translate", "en", lang)
    return [
        Case(pair.source, pair.target, context, pair.visible, tuple(elsewhere.get((pair.article, pair.line), ())), f"{pair.article}:{pair.line}")
        for pair in [pair for pair in aligned_pairs(guides, lang) if pair.kind in PROSE][::every]
    ]


def seen(found: Iterable[Case], tally: Tally, *, most: int | None = None, seed: int = 7) -> list[str]:
    """Plant every fault that a case gives occasion for, and count those that any guard sees.

    Cases that the guards refuse as they are get no fault. ``most`` bounds the faults of a kind. Returns those that
    were not seen, in words.
    """
    planted: dict[str, int] = {}
    missed: list[str] = []
    for case in found:
        if check(case.source, case.target, context=case.context):
            continue
        for kind, plant in FAULTS.items():
            if planted.get(kind, 0) == most:
                continue
            fault = plant(case, Random(f"{seed} {kind} {case.context.target_lang} {case.place}"))  # noqa: S311 - no secret
            if fault is None:
                continue
            planted[kind] = planted.get(kind, 0) + 1
            key = kind, str(case.context.target_lang)
            before = tally.get(key, (0, 0))
            hit = bool(check(fault.source, fault.target, context=fault.context))
            tally[key] = before[0] + hit, before[1] + 1
            missed += [] if hit else [f"{kind} {key[1]} {case.place}: {fault.target}"]
    return missed


def _put(text: str, match: "regex.Match[str]", new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _joined(pieces: Sequence[str]) -> Sequence[str]:
    return [" ".join(pieces) if any(piece.endswith(".") for piece in pieces) else "".join(pieces)]


def _cut(text: str, share: float) -> str:
    """Keep the words of a share of a text."""
    found = list(_WORD.finditer(text))
    return text[: found[max(1, round(len(found) * share)) - 1].end()]


def _with_code(case: Case) -> tuple[str, str, str] | None:
    """Set a name that both texts share as code in both, where they hold no code of their own."""
    source, target = case.visible
    shared = [word for word in sorted(NAMES) if all(len(regex.findall(rf"(?<![\w/.@`-]){regex.escape(word)}(?![\w`/.-])", text)) == 1 for text in case.visible)]
    shared = [word for word in shared if not any(regex.search(rf"\([^)]*{regex.escape(word)}", text) for text in case.visible)]
    if not shared:
        return None
    word = shared[0]
    return source.replace(word, f"`{word}`", 1), target.replace(word, f"`{word}`", 1), word
