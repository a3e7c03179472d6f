"""What a model is told is taken off a message only where it is sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.pairs.instructions import Instructed, instructed, told

TEXT = "The thing is good."


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Translate into Chinese: The thing is good.", ("translate", "zh")),
        ("translate to german:\n\nThe thing is good.", ("translate", "de")),
        ("Could you please translate the following text into Japanese?:\n\nThe thing is good.", ("translate", "ja")),
        ("Rewrite this in my style:\n\nThe thing is good.", ("rewrite", None)),
        ("Please rewrite the following paragraph in my voice.\n\nThe thing is good.", ("rewrite", None)),
        ("Rewrite:\nThe thing is good.", ("rewrite", None)),
        ("**Proofread this:** The thing is good.", ("rewrite", None)),
        ('Improve the text below:\n"""\nThe thing is good.\n"""', ("rewrite", None)),
        ("Improve this:\n```markdown\nThe thing is good.\n```", ("rewrite", None)),
        ("Polish this sentence: “The thing is good.”", ("rewrite", None)),
        ("Rewrite it:\n<text>\nThe thing is good.\n</text>", ("rewrite", None)),
        ("The thing is good.\n\nTranslate this into French.", ("translate", "fr")),
        ("The thing is good.\n\n把上面这段翻译成中文", ("translate", "zh")),
        ("翻译成中文：The thing is good.", ("translate", "zh")),
        ("请把下面这段话翻译成日文：\n\nThe thing is good.", ("translate", "ja")),
        ("帮我润色一下这段文字：The thing is good.", ("rewrite", None)),
        ("将以下内容改写成我的风格：\nThe thing is good.", ("rewrite", None)),
        ("次の文章を日本語に翻訳してください：\nThe thing is good.", ("translate", "ja")),
        ("Übersetze ins Deutsche: The thing is good.", ("translate", None)),
        ("Traduce al chino:\n\nThe thing is good.", ("translate", None)),
        ("Traduis ce texte en chinois :\n\nThe thing is good.", ("translate", None)),
    ],
)
def test_an_instruction_is_taken_off(message, expected):
    found = instructed(message)
    assert found.text == TEXT
    assert found.wanted == expected[0]
    assert found.lang == expected[1] or expected[1] is None


@pytest.mark.parametrize(
    "message",
    [
        TEXT,
        "Translation is hard: you lose nuance.",
        "The translation of this book is bad: it has no verbs.",
        "Editing matters: I do it daily.",
        "Rewriting history: an essay",
        "Fix the bug: it crashes on start.",
        "Correct me if I am wrong: caches matter.",
        "Rewrite in Rust: why I did it",
        "How do I translate this: foo?",
        "修改配置：打开文件，改第三行。",
        "我们把系统重写了一遍：结果快了两倍。",
        "Translate into English:",
        "Rewrite this:\n\n",
        "",
    ],
)
def test_a_text_that_only_begins_like_an_instruction_stays_whole(message):
    assert instructed(message) == Instructed(message.strip())


@given(st.text())
def test_no_message_is_lost(message):
    found = instructed(message)
    assert found.text in message
    assert bool(found.text) == bool(message.strip())


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ("You translate my posts.", "translate"),
        ("You are my editor. Rewrite what I send you; never translate it.", "rewrite"),
        ("把我发的每一段改写成我的风格", "rewrite"),
        ("あなたは翻訳者です。", "translate"),
        ("You are a helpful assistant.", None),
        ("", None),
    ],
)
def test_standing_instructions_want_what_they_name_first(instructions, expected):
    assert told(instructions) == expected
