"""Answers about something else."""

import pytest

from styletune.guards import GuardContext
from styletune.guards.content import content

COFFEE = (
    "It is important to note that making good coffee at home is a multifaceted process. In this post, we will delve "
    "into the various factors that influence the final taste, and I will share several key insights."
)
REWRITE = GuardContext("rewrite", source_lang="en")


@pytest.mark.parametrize(
    ("source", "target", "sees"),
    [
        (
            COFFEE,
            "Good coffee at home takes more than one thing. Here is what shapes the taste, and what I learned.",
            False,
        ),
        (COFFEE, "Despite familiar ingredients, a few surprising tips let my own favorite recipe shine through.", True),
        (COFFEE, "Bread is easy.", False),  # too short to tell; the guard of length sees it
        (
            "我昨天去了杭州，在西湖边走了一整天，天气很好，人也不多。",
            "昨天我在杭州的西湖边走了一天，天气好，人不多。",
            False,
        ),
        (
            "经过考虑，最终决定停止使用原有的脚本，因为该脚本大约每两周就会出现一次故障，而且没有人能够明确说明原因。",
            "旧脚本我不用了。它隔一周就坏一次，谁也说不清为什么，真叫人头疼。",
            False,
        ),
        ("図形の描画処理には毎晩およそ3時間を要します。", "お絵かきは毎晩3時間くらいかかる。", False),
        (
            "我昨天去了杭州，在西湖边走了一整天，天气很好，人也不多。",
            "这个软件的安装非常简单，只需要运行一条命令就可以了。",
            True,
        ),
    ],
)
def test_a_rewrite_is_made_of_its_source(source: str, target: str, sees: bool) -> None:
    assert bool(list(content(source, target, REWRITE))) is sees


def test_a_translation_is_not_compared_word_by_word() -> None:
    target = "Guter Kaffee ist zu Hause eine Sache von vielen Schritten, und ich teile hier einige davon."
    assert list(content(COFFEE, target, GuardContext("translate", "en", "de"))) == []
