"""All guards by name, and the one call that runs them."""

from styletune.guards import content, ending, form, languages, markup, mixed, names, numbers, quotations, size, terms
from styletune.guards.finding import Finding, Guard, GuardContext
from styletune.guards.size import huge

GUARDS: dict[str, Guard] = {
    "empty": form.empty,
    "truncation": ending.truncation,
    "length": size.length_ratio,
    "repetition": size.repetition,
    "marks": markup.marks,
    "links": markup.links,
    "code": markup.code,
    "html": markup.html,
    "emphasis": markup.emphasis,
    "blocks": markup.blocks,
    "fence": form.fence,
    "control": form.control,
    "preamble": form.preamble,
    "remark": form.remark,
    "quotes": form.quotes,
    "thinking": form.thinking,
    "leakage": form.leakage,
    "echo": languages.echo,
    "untranslated": languages.untranslated,
    "script": languages.script,
    "language": languages.language,
    "mixed": mixed.mixed,
    "numbers": numbers.numbers,
    "names": names.names,
    "content": content.content,
    "quotations": quotations.quotations,
    "glossary": terms.glossary,
    "never_say": terms.never_say,
}
"""Guards by the name that reports use, in the order in which their reasons are given."""

STRUCTURAL = frozenset({"empty", "marks", "links", "code", "html", "emphasis", "blocks", "fence", "control"})
"""Guards that also watch an engine whose text is trusted."""

_DECISIVE = frozenset({"empty", "length"})
"""Guards that have the only say about an answer that is empty or huge."""


def check(source: str, target: str, *, context: GuardContext, disabled: frozenset[str] = frozenset()) -> list[Finding]:
    """List the reasons, in words, why a target may not replace its source; none means that it may.

    ``disabled`` names guards to leave out.
    """
    active = {name: guard for name, guard in GUARDS.items() if name not in disabled}
    if context.trusted_text:
        active = {name: guard for name, guard in active.items() if name in STRUCTURAL}
    if not target.strip() or huge(source, target):
        active = {name: guard for name, guard in active.items() if name in _DECISIVE}
    return [Finding(name, reason) for name, guard in active.items() for reason in guard(source, target, context)]
