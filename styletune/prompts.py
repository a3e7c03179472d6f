"""Every prompt of styletune; serving and training build theirs here, so that the two cannot drift.

A prompt has a prefix that all segments of a run share (system message, one fixed example) and a user turn per
segment. Slots of the user turn come in the order of ``SLOTS``; an empty slot leaves no trace.
"""

import hashlib
import json
from collections.abc import Sequence

from styletune.engines.protocol import Prefix
from styletune.markdown.marks import MARK, MarkMode
from styletune.task import TaskName
from styletune.text.language import language_name

SLOTS = ("heading path", "previous", "glossary", "rules", "voice", "examples", "segment")
"""What a user turn holds, in this order."""

_KEEP = {
    MarkMode.MASKED: "Copy Markdown unchanged.",
    MarkMode.VISIBLE: "Copy code, links and Markdown unchanged.",
}

_ENGLISH_EXAMPLES = {
    MarkMode.MASKED: (
        "Due to the fact that the server was down, we were not able to deploy it until 9 in the evening.",
        "The server was down, so we could not deploy it until 9 in the evening.",
    ),
    MarkMode.VISIBLE: (
        "Due to the fact that the server was down, we were not able to deploy `api` until 9 in the evening.",
        "The server was down, so we could not deploy `api` until 9 in the evening.",
    ),
}
"""One example of a rewrite: without it a small model answers the paragraph instead of rewriting it."""


_VOICE = "The author writes like this"


def build_prefix(
    task: TaskName,
    *,
    source_lang: str | None,
    target_lang: str | None,
    rules: str = "",
    mask_mode: MarkMode = MarkMode.MASKED,
) -> Prefix:
    """Build the part of the prompt that all segments of a run share.

    ``rules`` are the rules that always apply, as Markdown text. ``target_lang`` is needed to translate; languages
    are codes.
    """
    request, answer = _translation(source_lang, target_lang) if task == "translate" else _rewriting(source_lang)
    system = f"{request} Keep its meaning, names and numbers. {_KEEP[mask_mode]} {answer}"
    if rules.strip():
        system += f"\n\n{rules_text(rules)}"
    return Prefix(system=system, examples=_fixed_examples(task, source_lang, mask_mode))


def rules_text(rules: str) -> str:
    """Return the rules that always apply as the prefix holds them."""
    return f"Follow these rules:\n{rules.strip()}"


def build_user(  # noqa: PLR0913  (one argument a slot)
    task: TaskName,
    *,
    source: str,
    target_lang: str | None = None,
    heading_path: Sequence[str] = (),
    previous: str = "",
    glossary: Sequence[tuple[str, str | None]] = (),
    rules: str = "",
    voice: Sequence[str] = (),
    examples: Sequence[tuple[str, str]] = (),
) -> str:
    """Build the user turn of one segment; ``source`` is the text as the model sees it and ends the turn.

    ``target_lang`` is the code of the language to translate into; ``glossary`` holds (term, rendering) pairs, where
    no rendering keeps a term as it is; ``rules`` are those that apply to this segment only; ``voice`` are paragraphs by
    the author, and ``examples`` (source, target) pairs, both best first.
    """
    slots = {
        "heading path": _labelled("Section", " > ".join(heading_path)),
        "previous": _labelled("The paragraph before", previous),
        "glossary": _glossary(glossary),
        "rules": f"Rules:\n{rules.strip()}" if rules.strip() else "",
        "voice": _voice(voice),
        "examples": "\n\n".join(f"Before: {before}\nAfter: {after}" for before, after in examples),
        "segment": f"{_instruction(task, target_lang, source)}\n\n{source}",
    }
    return "\n\n".join(slots[name] for name in SLOTS if slots[name])


def build_summary(corrections: Sequence[tuple[str, str]]) -> tuple[Prefix, str]:
    """Build the prompt that asks for what an author's corrections have in common, in one sentence.

    ``corrections`` are (before, after) texts, of which there should be few: all of them stand in the user turn, which is
    returned behind the prefix.
    """
    system = (
        "You see how an author edits texts. Say what the author prefers, as one short rule for a writer that names no "
        "text. Answer with that one sentence only."
    )
    shown = "\n\n".join(f"Before: {' '.join(old.split())}\nAfter: {' '.join(new.split())}" for old, new in corrections)
    return Prefix(system=system), f"{shown}\n\nThe rule, in one sentence:"


def prompt_texts(prefix: Prefix) -> tuple[str, ...]:
    """List the texts of a prefix that must not show up in an output."""
    return (prefix.system, *(text for turns in prefix.examples for text in turns))


def template_fingerprint(task: TaskName, mask_mode: MarkMode) -> str:
    """Return a hash of the template, the order of its slots and the mask mode, whatever fills the slots."""
    languages = (("en", "de"), (None, "de")) if task == "translate" else (("en", None), ("de", None), (None, None))
    prefixes = [
        build_prefix(task, source_lang=source, target_lang=target, rules=rules, mask_mode=mask_mode)
        for source, target in languages
        for rules in ("", "<rules>")
    ]
    pair = (("<before>", "<after>"),)
    full = build_user(
        task, source="<source>", target_lang="de", heading_path=("<h1>", "<h2>"), previous="<previous>",
        glossary=(*pair, ("<kept>", None)), rules="<rules>", voice=("<voice 1>", "<voice 2>"), examples=pair,
    )  # fmt: skip
    shown = [[prefix.system, prefix.examples] for prefix in prefixes]
    parts = json.dumps([task, mask_mode.value, shown, full, build_user(task, source="<source>")], ensure_ascii=False)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


_INSTRUCTIONS: dict[TaskName, str] = {
    "rewrite": "Rewrite this paragraph",
    "translate": "Translate this paragraph",
}


def _instruction(task: TaskName, target_lang: str | None, source: str) -> str:
    """Name the marks only where there are some: a small model that has read of one writes it everywhere."""
    into = f" into {language_name(target_lang)}" if task == "translate" and target_lang else ""
    marks = " ".join(dict.fromkeys(match[0] for match in MARK.finditer(source)))
    keep = f", keeping {marks} unchanged" if marks else ""
    return f"{_INSTRUCTIONS[task]}{into}{keep}:"


def _rewriting(source_lang: str | None) -> tuple[str, str]:
    language = "" if source_lang is None or _english(source_lang) else f" in {language_name(source_lang)}"
    return (
        f"Rewrite the user's paragraph{language} in clear, plain words.",
        "Answer with the rewritten paragraph only.",
    )


def _translation(source_lang: str | None, target_lang: str | None) -> tuple[str, str]:
    if target_lang is None:
        raise ValueError("A translation needs a target language.")
    source = "" if source_lang is None else f" from {language_name(source_lang)}"
    return (
        f"Translate the user's paragraph{source} into {language_name(target_lang)}.",
        "Answer with the translation only.",
    )


def _fixed_examples(task: TaskName, source_lang: str | None, mask_mode: MarkMode) -> tuple[tuple[str, str], ...]:
    """Give an example only where its language is the text's: another one would pull the output over."""
    if task != "rewrite" or not (source_lang is None or _english(source_lang)):
        return ()
    before, after = _ENGLISH_EXAMPLES[mask_mode]
    return ((build_user("rewrite", source=before), after),)


def _glossary(terms: Sequence[tuple[str, str | None]]) -> str:
    rendered = "; ".join(f"{term} = {target}" for term, target in terms if target not in (None, term))
    kept = "; ".join(term for term, target in terms if target in (None, term))
    return "\n".join(line for line in (_labelled("Terms", rendered), _labelled("Keep as they are", kept)) if line)


def _voice(texts: Sequence[str]) -> str:
    """Put texts by the author on one line; a text on a line of its own is one that small models work on, too."""
    return _labelled(_VOICE, " ".join(" ".join(text.split()) for text in texts))


def _english(code: str) -> bool:
    return code == "en" or code.startswith("en-")


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text.strip()}" if text.strip() else ""
