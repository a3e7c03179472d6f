import pytest

from styletune.guards import clean

SOURCE = "He has gone home."


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (SOURCE, "  He left.\n", "He left."),
        (SOURCE, "```\nHe left.\n```", "He left."),
        (SOURCE, "```markdown\nHe left.\n```", "He left."),
        (SOURCE, "~~~~\nHe left.\n~~~~", "He left."),
        (SOURCE, "```\nHe left.\n```\nAnd more", "```\nHe left.\n```\nAnd more"),
        ("Run\n```\nx\n```", "```\nRun\n```", "```\nRun\n```"),
        (SOURCE, "Here is the rewritten text:\n\nHe left.", "He left."),
        (SOURCE, "Sure! Here's the rewritten paragraph:\n\nHe left.", "He left."),
        (SOURCE, "**Rewritten paragraph:**\n\nHe left.", "He left."),
        (SOURCE, "Certainly!\n\nHe left.", "He left."),
        (SOURCE, "以下是翻译：\n他走了。", "他走了。"),
        (SOURCE, "好的，以下是译文：\n\n他走了。", "他走了。"),
        (SOURCE, "以下は翻訳です：\n彼は帰った。", "彼は帰った。"),
        (SOURCE, "Hier ist die Übersetzung:\nEr ging.", "Er ging."),
        (SOURCE, "Voici la traduction :\nIl est parti.", "Il est parti."),
        (SOURCE, "Aquí está la traducción:\nSe fue.", "Se fue."),
        (SOURCE, 'Here is the rewrite: "He left."', "He left."),
        (SOURCE, "Here is the text:\n```\nHe left.\n```", "He left."),
        (SOURCE, "```\nHere is the text:\nHe left.\n```", "He left."),
        (SOURCE, "Here is the text: he left.", "Here is the text: he left."),
        (SOURCE, "Here is the text:", "Here is the text:"),
        ("Sure!\nHe left.", "Sure!\nHe is gone.", "Sure!\nHe is gone."),
        (SOURCE, "“He left.”", "He left."),
        (SOURCE, "「他走了。」", "他走了。"),
        (SOURCE, "“Go,” he said. “Now.”", "“Go,” he said. “Now.”"),
        ("“He has gone.”", "“He left.”", "“He left.”"),
        (SOURCE, "<think>\n\n</think>\n\nHe left.", "He left."),
        (SOURCE, "<think>Hm.</think>He left.", "<think>Hm.</think>He left."),
        (SOURCE, "He\x00 left\x1b.\u202e", "He left."),
        (SOURCE, "He\r\nleft.\rNow.\u2028Yes.", "He\nleft.\nNow.\nYes."),
        ("Odd\x07 text.", "Odd\x07 one.", "Odd\x07 one."),
        (SOURCE, "", ""),
    ],
)
def test_only_wrappers_are_taken_off(source, target, expected):
    assert clean(source, target) == expected
