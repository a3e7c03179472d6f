"""Edits by script: documents with edits of every kind, and the truth about which text became which.

A script takes the paragraphs of a document and does to each what a seeded choice says. Truth is told in texts, not in
places: of two equal paragraphs it does not matter which is which.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from styletune.edits.links import Link
from styletune.markdown.document import Document
from styletune.markdown.segments import Kind
from styletune.text.sentences import sentences
from styletune.text.tokens import UNSPACED_WEIGHT, tokens, words

TextLink: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]

KINDS: Mapping[str, float] = {
    "kept": 40, "light": 14, "heavy": 8, "moved": 6, "moved and edited": 6, "split": 5, "split and edited": 3,
    "merged": 5, "merged and edited": 3, "deleted": 5, "inserted": 5,
}  # fmt: skip
"""What may happen to a paragraph, and how often of 100 times; an insertion happens behind it."""

LONG = 8
"""Words from which a text can be edited heavily and still be the same; also the least of a piece that is split off."""

PROSE = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM, Kind.QUOTE, Kind.HEADING})


@dataclass(frozen=True, slots=True)
class Script:
    """A document before and after, and what happened."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    truth: tuple[tuple[str, TextLink], ...]
    """What happened, and to what, in the order of the old document."""


@dataclass(slots=True)
class Score:
    """How many links are right."""

    found: Counter[str] = field(default_factory=Counter[str])
    """True links that were found, by what happened."""

    true: Counter[str] = field(default_factory=Counter[str])
    right: Counter[str] = field(default_factory=Counter[str])
    """Links that are true, by their shape."""

    given: Counter[str] = field(default_factory=Counter[str])

    @property
    def recall(self) -> float:
        """Share of the true links that were found."""
        return self.found.total() / max(self.true.total(), 1)

    @property
    def precision(self) -> float:
        """Share of the links that are true."""
        return self.right.total() / max(self.given.total(), 1)

    def add(self, script: Script, links: Sequence[Link]) -> list[tuple[str, TextLink]]:
        """Count the links of one script; return the true ones that were not found."""
        given = [_in_texts(script, link) for link in links]
        left = Counter(given)
        missed: list[tuple[str, TextLink]] = []
        for kind, link in script.truth:
            self.true[kind] += 1
            self.found[kind] += left[link] > 0
            if left[link]:
                left[link] -= 1
            else:
                missed.append((kind, link))
        left = Counter(link for _, link in script.truth)
        for link in given:
            self.given[shape(link)] += 1
            self.right[shape(link)] += left[link] > 0
            left[link] -= left[link] > 0
        return missed


def shape(link: TextLink) -> str:
    """Name the shape of a link."""
    olds, news = map(len, link)
    if not olds or not news:
        return "deleted" if olds else "added"
    return "1-1" if olds == news == 1 else f"{min(olds, 2)}-{min(news, 2)}".replace("2", "n")


def script(paragraphs: Sequence[str], others: Sequence[str], seed: int) -> Script:
    """Do to each paragraph what chance says; ``others`` are paragraphs to insert and to take words from."""
    return _Writer(paragraphs, others, random.Random(seed)).write()  # noqa: S311 - seeded on purpose


class _Writer:
    def __init__(self, paragraphs: Sequence[str], others: Sequence[str], chance: random.Random) -> None:
        self.old = list(paragraphs)
        self.others = others
        self.chance = chance
        self.vocabulary = [word for text in others for word in words(text)] or ["word"]
        self.new: list[str] = []
        self.truth: list[tuple[str, TextLink]] = []
        self.moved: list[list[str]] = []

    def write(self) -> Script:
        at = 0
        while at < len(self.old):
            at += self._act(self.old[at : at + 2])
        for texts in self.moved:
            place = self.chance.randint(0, len(self.new))
            self.new[place:place] = texts
        return Script(tuple(self.old), tuple(self.new), tuple(self.truth))

    def _act(self, texts: Sequence[str]) -> int:
        """Treat the first of the next two texts, or both; return how many were treated."""
        text = texts[0]
        kind = self._kind(texts)
        if kind.startswith("merged"):
            joined = _joined(texts)
            self._link(kind, texts, [self.light(joined) if "edited" in kind else joined])
            return 2
        if kind == "deleted":
            self._link(kind, [text], [])
        elif kind.startswith("moved"):
            self._link(kind, [text], [self.light(text) if "edited" in kind else text], moved=True)
        elif kind.startswith("split"):
            pieces = halves(text) or []
            self._link(kind, [text], [self.light(piece) if "edited" in kind else piece for piece in pieces])
        else:
            edits: dict[str, Callable[[str], str]] = {"light": self.light, "heavy": self.heavy}
            self._link("kept" if kind == "inserted" else kind, [text], [edits.get(kind, str)(text)])
            if kind == "inserted" and self.others:
                self._link(kind, [], [self.chance.choice(self.others)])
        return 1

    def _kind(self, texts: Sequence[str]) -> str:
        possible = dict(KINDS)
        if len(texts) < 2:
            _without(possible, "merged")
        if halves(texts[0]) is None:
            _without(possible, "split")
        if size(texts[0]) < LONG:
            possible = {
                kind: share for kind, share in possible.items() if kind in {"kept", "moved", "deleted", "merged"}
            }
        return self.chance.choices(list(possible), list(possible.values()))[0]

    def _link(self, kind: str, old: Sequence[str], new: list[str], *, moved: bool = False) -> None:
        if moved:
            self.moved.append(new)
        else:
            self.new += new
        self.truth.append((kind, (tuple(old), tuple(new))))

    def light(self, text: str) -> str:
        """Change one word in twelve, and one at least."""
        return self._edited(text, 1 / 12)

    def heavy(self, text: str) -> str:
        """Change four words in ten, and the order of the sentences now and then."""
        parts = sentences(text)
        if len(parts) > 2 and self.chance.random() < 0.5:
            at = self.chance.randrange(len(parts) - 1)
            parts[at : at + 2] = [parts[at + 1], parts[at]]
        return self._edited("".join(parts), 0.4)

    def _edited(self, text: str, share: float) -> str:
        pieces = tokens(text)
        places = [at for at, piece in enumerate(pieces) if words(piece)]
        for at in self.chance.sample(places, max(1, round(share * len(places)))):
            word = self.chance.choice(self.vocabulary)
            gap = "" if not pieces[at].isascii() else " "
            pieces[at] = self.chance.choice([word, word, "", f"{pieces[at]}{gap}{word}"])
        return "".join(pieces).strip()


def halves(text: str) -> tuple[str, str] | None:
    """Cut a text in two between sentences; ``None`` if there is no place that leaves enough on both sides."""
    parts = sentences(text)
    cuts = [("".join(parts[:at]).rstrip(), "".join(parts[at:])) for at in range(1, len(parts))]
    fair = [(one, other) for one, other in cuts if min(size(one), size(other)) >= LONG]
    return min(fair, key=lambda cut: abs(size(cut[0]) - size(cut[1])), default=None)


def size(text: str) -> float:
    """Measure a text in words."""
    found = words(text)
    return sum(1 if word.isascii() or len(word) > 1 else UNSPACED_WEIGHT for word in found)


def paragraphs_of(path: Path) -> list[str]:
    """Return the prose of a Markdown file."""
    return [segment.source for segment in Document.parse(path.read_bytes()).segments if segment.kind in PROSE]


def scripts(documents: Sequence[Sequence[str]], seeds: Iterable[int]) -> Iterator[Script]:
    """Yield scripts of all documents; what is inserted comes from another one."""
    for seed in seeds:
        for index, document in enumerate(documents):
            others = [text for text in documents[index - 1] if size(text) >= LONG] if len(documents) > 1 else []
            yield script(document, others, 1000 * seed + index)


def generated(language: str, count: int, seed: int) -> list[str]:
    """Write a document of ``count`` paragraphs in English (``en``), Chinese (``zh``) or Japanese (``ja``).

    Its sentences follow a few patterns, so that paragraphs are more alike than real ones; short ones occur twice.
    """
    chance = random.Random(f"{language}{seed}")  # noqa: S311 - seeded on purpose
    patterns, kinds, nouns, verbs, short = _LANGUAGES[language]
    gap = " " if language == "en" else ""

    def sentence() -> str:
        things = [chance.choice(kinds) + gap + noun for noun in chance.sample(nouns, 3)]
        return chance.choice(patterns).format(*things, *chance.sample(verbs, 2))

    written = [gap.join(sentence() for _ in range(chance.randint(2, 5))) for _ in range(count)]
    for at in range(5, count, 9):
        written[at] = chance.choice(short)
    return written


def _without(possible: dict[str, float], beginning: str) -> None:
    for kind in [kind for kind in possible if kind.startswith(beginning)]:
        del possible[kind]


def _joined(texts: Sequence[str]) -> str:
    gap = "" if texts[0] and not texts[0][-1].isascii() else " "
    return gap.join(texts)


def _in_texts(script: Script, link: Link) -> TextLink:
    return tuple(script.old[index] for index in link.old), tuple(script.new[index] for index in link.new)


_LANGUAGES: Mapping[str, tuple[list[str], list[str], list[str], list[str], list[str]]] = {
    "en": (
        [
            "The {0} {3} the {1} before anyone {4} the {2}.",
            "Nobody {3} a {0} without a {1}, and the {2} {4} later.",
            "When the {0} {3}, we {4} the {1} beside the {2}.",
            "That {0} is no {1}: it {3} what the {2} {4}.",
            "Why we {3} the {0} and then {4} every {1} is written on the {2}.",
            "If a {0} is {3}, some {1} has {4} it for the {2}.",
        ],
        ["old", "red", "wooden", "silent", "heavy", "narrow", "broken", "golden", "foreign", "wet", "paper", "round", "hidden", "cheap", "early", "distant"],
        ["kettle", "grinder", "harbour", "notebook", "violin", "bicycle", "engine", "garden", "letter", "window", "teacher", "river", "camera", "bridge", "carpet", "orchard", "ladder", "hammer", "market", "pocket", "lantern", "ticket", "basket", "curtain", "saddle"],
        ["carried", "found", "repaired", "watched", "painted", "followed", "measured", "forgot", "opened", "sold", "wrapped", "counted", "borrowed"],
        ["Yes.", "No.", "So it goes.", "Let us see."],
    ),
    "zh": (
        ["{0}{3}了{1}，后来{2}也{4}了。", "没有{0}的人不会{3}{1}，更不会{4}{2}。", "我们在{0}旁边{3}{1}，再{4}{2}。", "为什么要{3}{0}，又要{4}{1}，写在{2}上面。", "这个{0}不是{1}：{2}{4}以后才{3}。"],
        ["旧的", "红色", "木制", "安静的", "沉重的", "狭窄的", "破裂的", "金色", "外国", "潮湿的", "圆形", "隐藏的", "便宜的", "遥远的"],
        ["水壶", "磨豆机", "港口", "笔记本", "提琴", "自行车", "引擎", "花园", "信件", "窗户", "老师", "河流", "相机", "桥梁", "地毯", "果园", "梯子", "锤子", "市场", "灯笼"],
        ["搬走", "找到", "修理", "观看", "粉刷", "跟随", "测量", "忘记", "打开", "卖掉", "包装", "借来"],
        ["是的。", "不行。", "原来如此。"],
    ),
    "ja": (
        ["{0}が{1}を{3}、それから{2}も{4}。", "{0}のない人は{1}を{3}、{2}を{4}。", "わたしたちは{0}のそばで{1}を{3}、{2}を{4}。", "なぜ{0}を{3}か、また{1}を{4}かは、{2}に書いてある。", "この{0}は{1}ではない。{2}が{4}あとで{3}。"],
        ["古い", "赤い", "木の", "静かな", "重い", "狭い", "壊れた", "金色の", "外国の", "濡れた", "丸い", "隠れた", "安い", "遠い"],
        ["やかん", "時計", "港", "ノート", "バイオリン", "自転車", "エンジン", "庭", "手紙", "窓", "先生", "川", "カメラ", "橋", "じゅうたん", "果樹園", "はしご", "市場"],
        ["運んだ", "見つけた", "直した", "眺めた", "塗った", "追いかけた", "測った", "忘れた", "開けた", "売った", "包んだ", "借りた"],
        ["はい。", "いいえ。", "なるほど。"],
    ),
}  # fmt: skip
