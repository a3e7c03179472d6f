"""A training set to look at: one HTML file that loads nothing and shows the pairs side by side."""

import base64
import hashlib
import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template

from styletune.exchange.pair import Pair
from styletune.exchange.selection import Preference
from styletune.text.tokens import tokens
from styletune_training.training_set.training_pair import DroppedPair, TrainingPair, TrainingSet

_POLICY = "default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded, and nothing runs but the page's own script (https://www.w3.org/TR/CSP3/)."""

_MOST_TOKENS = 4000
"""Tokens of a text beyond which its differences are not looked for: nobody would see them."""


def page(training_set: TrainingSet, *, title: str) -> bytes:
    """Render a training set as an HTML file of its own, for people.

    Texts are data in it, never markup. Within one language, words that differ are marked on both sides.
    """
    data = {
        "pairs": [_kept(one) for one in training_set.pairs],
        "dropped": [_dropped(one) for one in training_set.dropped],
        "preferences": [_preferred(one) for one in training_set.preferences],
        "notes": list(training_set.notes),
    }
    script, style = _part("page.js"), _part("page.css")
    text = Template(_part("page.html")).substitute(
        title=escape(title),
        csp=_POLICY.format(script=_digest(script), style=_digest(style)),
        style=style,
        script=script,
        data=_as_json(data),
    )
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate becomes its JSON escape


def _part(name: str) -> str:
    return (files(__package__ or "") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _as_json(data: object) -> str:
    """Write data so that it can neither end its element nor break a line of script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _kept(one: TrainingPair) -> dict[str, object]:
    return _row(one.pair, one.place) | {"distance": one.distance} | ({"moved": True} if one.moved else {})


def _dropped(one: DroppedPair) -> dict[str, object]:
    return _row(one.pair, one.place) | {"reason": one.reason, "words": one.words}


def _row(pair: Pair, place: str) -> dict[str, object]:
    alike = pair.task == "rewrite" and pair.source != pair.target
    source, target = stretches(pair.source, pair.target) if alike else (pair.source, pair.target)
    row: dict[str, object] = {
        "doc": pair.doc,
        "place": place,
        "task": pair.task,
        "from": pair.source_lang,
        "to": pair.target_lang,
        "origin": pair.origin,
        "split": pair.split,
        "source": source,
        "target": target,
    }
    return row | ({"prompt": pair.generator.prompt, "model": pair.generator.model} if pair.generator else {})


def _preferred(one: Preference) -> dict[str, object]:
    chosen, rejected = stretches(one.chosen, one.rejected)
    return {"doc": one.doc, "task": one.task, "source": one.prompt_source, "chosen": chosen, "rejected": rejected}


def stretches(one: str, other: str) -> tuple[list[str] | str, list[str] | str]:
    """Cut two texts in stretches that they share and stretches that differ, in turn; the first is a shared one.

    Words are compared, characters in unspaced scripts. Texts that are too long for it come back whole.
    """
    before, after = tokens(one), tokens(other)
    if max(len(before), len(after)) > _MOST_TOKENS:
        return one, other
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - a page without pairs in one language needs none

    cuts: tuple[list[int], list[int]] = ([0], [0])
    for code in Indel.opcodes(before, after):
        if code.tag != "equal":
            _cut(cuts[0], code.src_start, code.src_end, before)
            _cut(cuts[1], code.dest_start, code.dest_end, after)
    return _pieces(before, cuts[0]), _pieces(after, cuts[1])


def _cut(cuts: list[int], start: int, end: int, parts: Sequence[str]) -> None:
    """Note a stretch that differs; it goes on with the last one if only a space is between them."""
    if start == end:
        return
    if len(cuts) > 1 and all(part.isspace() for part in parts[cuts[-1] : start]):
        cuts[-1] = end
    else:
        cuts += [start, end]


def _pieces(parts: Sequence[str], cuts: Sequence[int]) -> list[str] | str:
    if len(cuts) == 1:
        return "".join(parts)
    ends = [*cuts[1:], len(parts)]
    return ["".join(parts[start:end]) for start, end in zip(cuts, ends, strict=True)]
