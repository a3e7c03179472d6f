"""Each status can be told apart without colour."""

from typing import get_args

import pytest
from rich.style import Style
from styletune_tui.status_glyphs import LOOKS, look_of
from wcwidth import wcswidth

from styletune.report import Status

STATUSES: tuple[Status, ...] = get_args(Status)


def test_every_status_of_a_report_has_a_look() -> None:
    assert set(LOOKS) == set(STATUSES)


@pytest.mark.parametrize("attribute", ["glyph", "word"])
def test_no_two_statuses_share_a_glyph_or_a_word(attribute: str) -> None:
    assert len({getattr(look_of(status), attribute) for status in STATUSES}) == len(STATUSES)


@pytest.mark.parametrize("status", STATUSES)
def test_a_glyph_takes_one_cell_and_prints_on_a_plain_ascii_terminal(status: Status) -> None:
    glyph = look_of(status).glyph
    assert wcswidth(glyph) == 1
    assert glyph.isascii()


@pytest.mark.parametrize("status", STATUSES)
def test_a_style_is_one_that_rich_understands(status: Status) -> None:
    assert Style.parse(look_of(status).style)


def test_words_start_differently_enough_to_be_cut() -> None:
    initials = [look_of(status).word[:2] for status in STATUSES]
    assert len(set(initials)) == len(initials)
