"""A training pair: one line of ``.styletune/pairs.jsonl``, and of what is exported for training."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast, get_args

from styletune.errors import UsageError
from styletune.exchange.splits import Split, split_of
from styletune.files.lines import json_line

PairTask = Literal["rewrite", "translate", "qa"]
Origin = Literal["synthesized", "human", "aligned", "git", "chat", "correction", "identity"]


@dataclass(frozen=True, slots=True)
class Generator:
    """Which model wrote one side of a pair."""

    model: str
    prompt: str
    """Fingerprint or name of the prompt."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and what it is to become; both are Markdown as it stands in a file. Made by ``make_pair``."""

    id: str
    """Follows from task, texts and the language that is translated into, so that the same pair has it wherever it comes
    from; what a source is written in may be found out later."""

    doc: str
    """The document that it is from, which decides about its split."""

    task: PairTask
    source_lang: str | None
    target_lang: str | None
    source: str
    target: str
    origin: Origin
    generator: Generator | None
    """``None``: a person wrote both sides."""

    split: Split


def make_pair(  # noqa: PLR0913 - the fields of the format
    doc: str,
    task: PairTask,
    langs: tuple[str | None, str | None],
    texts: tuple[str, str],
    *,
    origin: Origin,
    generator: Generator | None = None,
) -> Pair:
    """Make a pair of a source and a target; white space around the texts is taken off."""
    name = content_id("t", task, langs[1] if task == "translate" else None, *texts)
    source, target = (text.strip() for text in texts)
    return Pair(name, doc, task, *langs, source, target, origin, generator, split_of(doc))


def content_id(letter: str, *parts: str | None) -> str:
    """Name something by what it holds; texts that differ in white space alone have one name."""
    normal = json.dumps([None if part is None else " ".join(part.split()) for part in parts])
    return letter + hashlib.blake2b(normal.encode("ascii"), digest_size=8, person=b"styletune:pair").hexdigest()


def to_line(value: object) -> bytes:
    """Render a pair, or another dataclass, as a line with its line break; the fields keep their order."""
    return json_line(asdict(cast("Any", value)))


def from_line(line: bytes) -> Pair:
    """Read a line; only ``source``, ``target`` and ``doc`` are required, and unknown fields are passed over.

    Id and split follow from the rest, whatever the line says of them: a document has one split. But a line that says
    ``train`` stays there: its text may be known from training, and nothing may bring it among the held-out ones.
    Raises ``UsageError`` that says what is wrong, without the place.
    """
    values = json_value(line)
    if not isinstance(values, dict):
        raise UsageError("one JSON object a line is wanted, in { }.")
    return _Fields(cast("dict[str, object]", values)).pair()


def json_value(line: bytes) -> object:
    """Read the JSON of a line. Raises ``UsageError`` that says what is wrong, without the place."""
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"byte {error.start + 1} of the line is not UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"this is no JSON ({getattr(error, 'msg', 'nested too deeply')}).") from error


class _Fields:
    """The fields of a line, checked as they are read."""

    def __init__(self, values: dict[str, object]) -> None:
        self._values = values

    def pair(self) -> Pair:
        doc, source, target = self._text("doc"), self._text("source"), self._text("target")
        source_lang, target_lang = self._lang("source_lang", source), self._lang("target_lang", target)
        task = self._choice("task", PairTask, "rewrite" if source_lang == target_lang else "translate")
        origin = self._choice("origin", Origin, "human")
        pair = make_pair(
            doc,
            cast("PairTask", task),
            (source_lang, target_lang),
            (source, target),
            origin=cast("Origin", origin),
            generator=self._generator(),
        )
        return replace(pair, split="train") if self._values.get("split") == "train" else pair

    def _text(self, name: str) -> str:
        value = self._values.get(name)
        if value is None:
            raise UsageError(f'"{name}" is missing.')
        if not isinstance(value, str) or not value.strip():
            raise UsageError(f'"{name}" must be a text that is not empty.')
        return value

    def _lang(self, name: str, text: str) -> str | None:
        """Return the code of a language; one that is not said at all is recognised, where the text is long enough."""
        from styletune.text.language import identify, language_code  # noqa: PLC0415 - a known file has none to read

        if name not in self._values:
            return identify(text)
        value = self._values[name]
        if value is None:
            return None
        if not isinstance(value, str):
            raise UsageError(f'"{name}" must be the code of a language, such as "en", or null.')
        return language_code(value)

    def _choice(self, name: str, kind: object, otherwise: str) -> str:
        value = self._values.get(name, otherwise)
        if value not in get_args(kind):
            raise UsageError(f'"{name}" is {json.dumps(value)}. Known are {", ".join(get_args(kind))}.')
        return cast("str", value)

    def _generator(self) -> Generator | None:
        value = self._values.get("generator")
        if value is None:
            return None
        fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        model, prompt = fields.get("model"), fields.get("prompt")
        if not isinstance(model, str) or not isinstance(prompt, str):
            raise UsageError('"generator" must be null or an object with "model" and "prompt".')
        return Generator(model, prompt)
