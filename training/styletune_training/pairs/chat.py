"""Chat logs as pairs: what a person asked for, and the answer that was kept."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast, get_args

import regex

from styletune.errors import UsageError
from styletune.exchange.pair import Generator, Pair, PairTask, content_id, json_value, make_pair
from styletune.exchange.selection import Preference
from styletune.text.language import base_language, identify
from styletune_training.pairs.chat_messages import Conversation, Message, conversation, is_chat
from styletune_training.pairs.distance import distance
from styletune_training.pairs.instructions import Instructed, Wanted, instructed, told
from styletune_training.pairs.json_records import JsonRecord, Problems, json_records
from styletune_training.pairs.mined import Mined, MinedPair
from styletune_training.pairs.refusals import refuses

__all__ = ["chat_pairs", "is_chat", "read_chat"]

LATER = "depends on earlier turns"
NEITHER = "neither a rewrite nor a question"

_FARTHEST_REWRITE = 0.8
"""Distance from which a text and its answer in one language are no rewrite, unless the message says it is one."""

_NEAREST_ANSWER = 0.5
"""Distance up to which a question and what comes back are one text in two wordings."""

_QUESTION = regex.compile(
    r"[?？;؟][\s\"'”’»)）」』*_`]*$|(?:吗|呢|か)[。\s]*$"
    r"|^\W*(?:what|why|how|when|where|who|which|is|are|do|does|did|can|could|should|would|explain|tell me|"
    r"什么|为什么|怎么|如何|请问|解释|なぜ|どう|was|warum|wie|wann|qué|por qué|cómo|pourquoi|comment|qu['’]est)\b",
    regex.IGNORECASE,
)


_REQUEST = regex.compile(
    r"^\W*(?:please\s+)?(?:write|create|compose|generate|draft|list|suggest|summari[sz]e|give me|make (?:me|a|an)|help me|brainstorm|"
    r"schreib\w*|erstell\w*|escrib\w*|crea\w*|écri\w*|crée\w*)\b"
    r"|^\W*(?:请|請|帮我|麻烦你?)*(?:写|寫|生成|列出|总结|總結|概括|起草|推荐)|(?:書いて|作って|まとめて|教えて)(?:ください|下さい)?[。\s]*$",
    regex.IGNORECASE,
)
"""A message that asks for a text, and holds none itself."""


def read_chat(path: Path) -> Mined:
    """Read a file of conversations with a model. Raises ``FileError``."""
    return chat_pairs(path, json_records(path))


def chat_pairs(path: Path, records: Iterable[JsonRecord]) -> Mined:
    """Make a pair of the first exchange of each conversation; later ones say nothing without what came before them.

    A conversation is one document: its parts never come into different splits.
    """
    log = _Log(path)
    for number, record in enumerate(records, 1):
        try:
            log.take(_conversation(record), f"{path.name}#{number}", f"{path.name}:{record.line}")
        except UsageError as error:
            log.problems.add(record.line, str(error))
    return log.mined()


def _conversation(record: JsonRecord) -> Conversation:
    return conversation(json_value(record.data))


@dataclass
class _Log:
    """What a file gives, as it is read."""

    path: Path
    problems: Problems = field(init=False)
    pairs: dict[str, MinedPair] = field(default_factory=dict[str, MinedPair])
    preferences: dict[str, Preference] = field(default_factory=dict[str, Preference])
    dropped: Counter[str] = field(default_factory=Counter[str])
    models: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self.problems = Problems(self.path)

    def take(self, found: Conversation, doc: str, place: str) -> None:
        """Take the first exchange of a conversation, or count why it is none."""
        messages = [message for message in found.messages if message.role != "instructions"]
        self.dropped[LATER] += sum(message.role == "assistant" for message in messages[2:])
        pair = _fault(messages) or _pair(messages[0], messages[1], doc, _told(found.messages))
        if isinstance(pair, str):
            self.dropped[pair] += 1
        elif pair.id in self.pairs:
            self.dropped["duplicate"] += 1
        else:
            self.pairs[pair.id] = MinedPair(pair, place)
            self.models.update([messages[1].model] if messages[1].model else [])
            self._prefer(pair, found.rejected if len(messages) == 2 else None)  # noqa: PLR2004 - one exchange

    def _prefer(self, pair: Pair, rejected: str | None) -> None:
        if rejected is None or pair.task == "qa" or rejected.strip() in {"", pair.target}:
            return
        texts = pair.source, pair.target, rejected.strip()
        name = content_id("f", pair.task, pair.target_lang, *texts)
        self.preferences[name] = Preference(name, pair.doc, pair.task, *texts)

    def mined(self) -> Mined:
        """Return what was found."""
        dropped = {reason: count for reason, count in self.dropped.items() if count}
        problems = self.problems.told()
        if not (self.pairs or dropped or problems):
            problems = (f"{self.path} is empty: there is nothing to read.",)
        preferences = tuple(self.preferences.values())
        return Mined(tuple(self.pairs.values()), dropped, problems, tuple(self._notes()), preferences)

    def _notes(self) -> Iterator[str]:
        if self.models:
            yield (
                f"The answers in {self.path.name} are the words of a model ({', '.join(sorted(self.models))}). "
                "A model that learns from them sounds like it, not like you."
            )


def _fault(messages: Sequence[Message]) -> str | None:
    """Say why the first exchange of a conversation is no pair, in words."""
    if [message.role for message in messages[:2]] != ["user", "assistant"]:
        return _wrong_order(messages)
    asked, answered = messages[:2]
    fault = asked.fault or answered.fault
    return fault or ("refusal" if refuses(answered.text, asked.text) else None)


def _told(messages: Sequence[Message]) -> Wanted | None:
    """Find what the instructions of a conversation say is done with each text."""
    return told("\n".join(message.text for message in messages if message.role == "instructions"))


def _wrong_order(messages: Sequence[Message]) -> str:
    if not any(message.role == "user" for message in messages):
        return "nothing was asked"
    faults = [message.fault for message in messages[:2] if message.fault]
    if not any(message.role == "assistant" for message in messages):
        return "no answer"
    return faults[0] if faults else "not one question and one answer"


def _pair(asked: Message, answered: Message, doc: str, told: Wanted | None) -> Pair | str:
    """Make a pair of an exchange, or say why it is none."""
    request = instructed(asked.text)
    langs = identify(request.text), identify(answered.text) or request.lang
    task = _task(request, answered.text, langs, told)
    if task not in get_args(PairTask):
        return task
    generator = Generator(answered.model, "chat") if answered.model else None
    if task != "translate":
        langs = langs[0] or langs[1], langs[1] or langs[0]
    texts = request.text, answered.text
    return make_pair(doc, cast("PairTask", task), langs, texts, origin="chat", generator=generator)


def _task(request: Instructed, answer: str, langs: tuple[str | None, str | None], told: Wanted | None) -> str:
    """Say what the answer does with the text, or why nothing can be learned from it."""
    source, target = (base_language(lang) if lang else None for lang in langs)
    wanted = request.wanted or told
    if source and target and source != target:
        return "translate" if wanted or not _REQUEST.search(request.text) else NEITHER
    if wanted == "translate":
        return "translate" if target and source != target else "not translated"
    far = distance(request.text, answer)
    if wanted is None and _QUESTION.search(request.text) and far > _NEAREST_ANSWER:
        return "qa"
    is_text = far <= _FARTHEST_REWRITE and not _REQUEST.search(request.text)
    return "rewrite" if wanted or is_text else NEITHER
