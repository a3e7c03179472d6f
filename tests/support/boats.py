"""Drafts about boats, in three languages, and a model that makes ships of them: for long tests that need both."""

import random
from collections.abc import Iterable, Iterator
from threading import Event

from styletune.engines.protocol import Capabilities, Job, OnText, Prefix, Result
from styletune.errors import Cancelled

SECONDS = 0.01
"""What the model takes for each job."""

_SHIPS = {"boat": "ship", "小船": "木船", "ボート": "小舟"}


def _columns(*words: str) -> list[list[str]]:
    return [column.split() for column in words]


_ENGLISH = _columns(
    "slow grey narrow wooden quiet borrowed leaking heavy painted empty frozen distant",
    "crossed left passed circled missed followed entered watched avoided reached",
    "harbour island lighthouse river market bridge garden village meadow quarry station orchard",
    "gulls sailors lanterns children barrels horses clouds crates bells ropes tourists apples",
    "slept waited sang vanished rolled burned laughed drifted gathered froze multiplied",
    "dawn noon midnight sunset breakfast harvest winter spring",
)
_FORMS = (
    "The {how} boat {number} {did} the {where} at {when}, while {count} {also} {who} {too} near the {there}.",
    "At {when} {count} {who} {too}, because boat {number} {did} our {where}.",
    "Nobody in this {also} {there} knew why {count} {who} {too}: boat {number} {did} its {where}.",
    "Every {when} another {how} boat {number} {did} some {where}, and {count} {who} {too}.",
    "My {how} boat {number} {did} that {where} long before {count} {who} {too}.",
)
_CHINESE = _columns(
    "灰色的 缓慢的 安静的 破旧的 空空的 遥远的",
    "穿过 离开 绕过 错过 跟着 到达",
    "港口 小岛 灯塔 河流 市场 石桥 花园 村庄",
    "海鸥 水手 灯笼 孩子 木桶 马匹 云朵 钟声",
    "睡着了 等待着 唱着歌 消失了 燃烧着 大笑着",
    "黎明 中午 午夜 日落 早饭 冬天 春天",
)
_JAPANESE = _columns(
    "灰色の 遅い 静かな 古い 空の 遠くの",
    "渡り 離れ 通り過ぎ 見失い 追いかけ 目指し",
    "港 島 灯台 川 市場 橋 庭 村",
    "カモメ 船乗り 提灯 子供 樽 馬 雲 鐘",
    "眠っていた 待っていた 歌っていた 消えた 燃えていた 笑っていた",
    "夜明け 正午 真夜中 夕暮れ 朝食 冬 春",
)


def sentence(chance: random.Random, lang: str = "en") -> str:
    """Write a sentence that no other is likely to equal, about one boat.

    Numbers stand close to the boat: the answers to two sentences have few words in a row that are not in both.
    """
    words = {"en": _ENGLISH, "zh": _CHINESE, "ja": _JAPANESE}[lang]
    how, did, where, who, too, when = (chance.choice(column) for column in words)
    count, number = (chance.randrange(100, 10**5) for _ in range(2))
    if lang == "zh":
        return f"{how}小船{number}号在{when}{did}了{where}，那时{count}个{who}正在{chance.choice(words[2])}里{too}。"
    if lang == "ja":
        return f"{how}ボート{number}号は{when}に{where}を{did}、{count}の{who}が{chance.choice(words[2])}で{too}。"
    also, there = chance.choice(words[0]), chance.choice(words[2])
    return chance.choice(_FORMS).format(
        how=how, did=did, where=where, who=who, too=too, when=when, count=count, number=number, also=also, there=there
    )


def answer(text: str) -> str:
    """Answer as the model does."""
    for boat, ship in _SHIPS.items():
        text = text.replace(boat, ship)
    return text


class BoatEngine:
    """Answers each job on its own, after a while."""

    capabilities = Capabilities(streaming=True)
    local = True
    name = "boats"

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds

    def open(self, prefix: Prefix) -> None:
        """Take a prefix; the answers do not depend on it."""

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield one answer after the other. Raises ``Cancelled``."""
        stop = stop or Event()
        for job in jobs:
            if stop.wait(self._seconds):
                raise Cancelled("The run was stopped.")
            text = answer(job.source)
            if on_text is not None:
                on_text(job.id, text)
            yield Result(job.id, text, "stop", len(job.user), len(text), self._seconds)

    def close(self) -> None:
        """Free nothing."""
