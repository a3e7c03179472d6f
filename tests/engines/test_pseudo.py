import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from styletune.engines.protocol import Job, Prefix
from styletune.engines.pseudo import PseudoEngine

MARK_OR_ENTITY = re.compile(r"⟦[^⟦⟧]*⟧|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});", re.ASCII)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("Hello, World!", "Ĥéĺĺó, Ŵóŕĺď!"),
        ("⟦1⟧Click⟦/1⟧ x 2", "⟦1⟧Ćĺíćķ⟦/1⟧ ẋ 2"),
        ("a &amp; b &#x27; &#39; c", "á &amp; ƀ &#x27; &#39; ć"),
        ("AT&T; R & D", "ÁŤ&Ť; Ŕ & Ď"),
        ("你好,世界。", "你好ø,世界ø。"),
        ("naïve été", "ńáïṽéø éťéø"),
        ("e\u0301a\u0301", "é\u0301á\u0301"),
        ("Привет мир", "Приветø мирø"),
        ("ไทย", "ไทยø"),
        ("**bold** _it_ [x] 3.5% — 12² ½ ①", "**ƀóĺď** _íť_ [ẋ] 3.5% — 12² ½ ①"),
        ("line\nbreak  \n", "ĺíńé\nƀŕéáķ  \n"),
    ],
)
def test_letters_change_and_everything_else_stays(source: str, text: str) -> None:
    assert PseudoEngine().answer(source) == text


@given(st.text(st.sampled_from("aZéß你のかไпñ⟦⟧12&;#x27amp _*`.\n\u0301") | st.characters(), max_size=30))
@example("⟦1⟧")
def test_text_with_a_letter_outside_marks_changes_and_keeps_all_other_characters(source: str) -> None:
    changed = PseudoEngine().answer(source)
    assert (changed != source) == any(char.isalpha() for char in MARK_OR_ENTITY.sub("", source))
    assert MARK_OR_ENTITY.findall(changed) == MARK_OR_ENTITY.findall(source)
    assert [char for char in changed if not char.isalpha()] == [char for char in source if not char.isalpha()]


def test_it_is_an_engine_whose_text_can_be_trusted() -> None:
    engine = PseudoEngine()
    engine.open(Prefix(""))
    assert engine.capabilities.trusted_text
    assert [result.text for result in engine.run([Job("1", "say: a", "a")])] == ["á"]
