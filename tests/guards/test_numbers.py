import pytest

from styletune.guards import GuardContext
from styletune.guards.number_words import cjk_value, spelled_numbers
from styletune.guards.numbers import numbers

SAME = [
    ("en", "en", "1,250 files", "1250 files"),
    ("en", "de", "1,250.5 files", "1.250,5 Dateien"),
    ("en", "fr", "1,250 files", "1 250 fichiers"),
    ("en", "fr", "1,250 files", "1\u202f250 fichiers"),
    ("en", "es", "3.5 hours", "3,5 horas"),
    ("en", "zh", "317,000 people", "31.7万人"),
    ("en", "zh", "40,000 projects", "4万个项目"),
    ("en", "zh", "1.3 billion", "13亿"),
    ("en", "zh", "3 million", "300万"),
    ("en", "zh", "within 7 days", "七天之内"),
    ("en", "zh", "fourteen years", "14 年"),
    ("en", "zh", "three dollars", "三美元"),
    ("en", "zh", "100% sure", "百分之百 100% 确定"),
    ("en", "zh", "the 1990s", "90年代"),
    ("en", "zh", "the 1990s", "20世纪90年代"),
    ("en", "zh", "at 3pm", "下午3点"),
    ("en", "zh", "at 3pm", "15点"),
    ("en", "zh", "on May 3", "5月3日"),
    ("zh", "en", "二〇一九年", "in 2019"),
    ("zh", "en", "三百五十个", "350 of them"),
    ("en", "de", "25 cars", "fünfundzwanzig Autos"),
    ("en", "de", "2 million", "2 Millionen"),
    ("en", "fr", "97 days", "quatre-vingt-dix-sept jours"),
    ("en", "es", "35 days", "treinta y cinco días"),
    ("en", "en", "2 hours, every day, so 2 hours", "2 hours every day"),
    ("en", "en", "5k users", "5,000 users"),
    ("en", "en", "twenty-five of them", "25 of them"),
    ("en", "en", "version 3.11", "3.11 is the version"),
    ("en", "de", "version 3.11", "Version 3.11"),
    ("en", "en", "1, 2 and 3", "3, 1 and 2"),
    ("en", "en", "run ⟦1⟧ and `9`", "run ⟦2⟧ and `8`"),
    ("en", "en", "[a](https://a.org/2024)", "[a](https://a.org/2025)"),
    ("en", "zh", "４２ files", "42个文件"),
    ("en", "en", "on the 1st day", "on the first day"),
    ("en", "en", "a 501(c)(3)", "a 501c3"),
    (None, None, "1.250 files", "1.250 files"),
]

DIFFERENT = [
    ("en", "en", "It took 42 hours.", "It took hours.", ["the number 42 is missing"]),
    ("en", "en", "It took hours.", "It took 42 hours.", ["the number 42 was added"]),
    ("en", "zh", "over 40,000", "超过4000", ["the number 40,000 is missing", "the number 4000 was added"]),
    ("en", "zh", "31.7 thousand", "31.7万", ["the number 31.7 is missing", "the number 31.7 was added"]),
    ("en", "en", "1.25 m", "125 m", ["the number 1.25 is missing", "the number 125 was added"]),
    ("en", "de", "1,250 files", "1,25 Dateien", ["the number 1,250 is missing", "the number 1,25 was added"]),
    ("en", "zh", "in 2019", "在2018年", ["the number 2019 is missing", "the number 2018 was added"]),
    ("en", "de", "7 days", "acht Tage", ["the number 7 is missing", "the number acht was added"]),
    ("en", "en", "versions 3.11 and 3.12", "version 3.11", ["the number 3.12 is missing"]),
]


@pytest.mark.parametrize(("source_lang", "target_lang", "source", "target"), SAME)
def test_the_same_numbers_agree_however_they_are_written(source_lang, target_lang, source, target):
    context = GuardContext("translate", source_lang=source_lang, target_lang=target_lang)
    assert list(numbers(source, target, context)) == []
    back = GuardContext("translate", source_lang=target_lang, target_lang=source_lang)
    assert list(numbers(target, source, back)) == []


@pytest.mark.parametrize(("source_lang", "target_lang", "source", "target", "reasons"), DIFFERENT)
def test_changed_numbers_are_named(source_lang, target_lang, source, target, reasons):
    context = GuardContext("translate", source_lang=source_lang, target_lang=target_lang)
    assert list(numbers(source, target, context)) == reasons


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("三", 3), ("十", 10), ("十五", 15), ("二十", 20), ("三百五十", 350), ("一千零一", 1001), ("二十万", 200_000),
     ("一亿三千万", 130_000_000), ("二〇一九", 2019), ("两百", 200)],
)  # fmt: skip
def test_chinese_numerals_are_read(numeral, value):
    assert cjk_value(numeral) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("forty two", 42), ("three hundred", 300), ("two million", 2_000_000), ("neunundneunzig", 99), ("zweihundert", 200),
     ("soixante et onze", 71), ("quatre-vingts", 80), ("veintidós", 22), ("dos mil", 2000), ("a dozen", 12), ("三十", 30)],
)  # fmt: skip
def test_number_words_are_read(text, value):
    assert value in set(spelled_numbers(text))
