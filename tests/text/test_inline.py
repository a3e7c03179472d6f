import pytest

from styletune.text.inline import prose
from styletune.text.language import likelier
from styletune.text.tokens import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Run ⟦1⟧ now", ["Run", "now"]),
        ("Run `make` now", ["Run", "now"]),
        ("See [the manual](https://a.org/b).", ["See", "the", "manual"]),
        ("See https://a.org/b, please", ["See", "please"]),
        ("Press <kbd>X</kbd> now", ["Press", "X", "now"]),
        ("@alice wrote to bob@a.org", ["wrote", "to"]),
        ("m&aacute;s", ["más"]),
        ("若 a < b 则 c > d", ["若", "a", "b", "则", "c", "d"]),
        ("运行⟦1⟧，见[手册](⟦2⟧)。", ["运", "行", "见", "手", "册"]),
        ("请看https://a.org/b，谢谢", ["请", "看", "谢", "谢"]),
    ],
)
def test_prose_is_what_is_read(text, expected):
    assert words(prose(text)) == expected


@pytest.mark.parametrize(
    ("text", "lang", "other"),
    [
        ("Hier ist alles so, wie es immer war und bleiben wird.", "fr", "de"),
        ("Todo sigue como siempre ha sido y como será mañana.", "de", "es"),
        ("Everything is as it always was and will stay so.", "de", "en"),
    ],
)
def test_a_text_is_likelier_in_its_own_language(text, lang, other):
    found = likelier(text, lang)
    assert found is not None
    assert found[0] == other
    assert found[1] > 3
    assert likelier(text, other) is None


@pytest.mark.parametrize("text", ["Docker", "我一直想写写我的备份设置，已经两年了。", ""])
def test_too_few_latin_letters_tell_nothing(text):
    assert likelier(text, "en") is None
