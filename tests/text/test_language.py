import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.errors import UsageError
from styletune.text.language import base_language, identify, language_code, language_name, script_share
from styletune.text.language_table import LANGUAGES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("en", "en"), (" EN ", "en"), ("zh", "zh"), ("zh_CN", "zh-cn"), ("zh-Hans", "zh-hans"), ("pt-BR", "pt-br"),
        ("Chinese", "zh"), ("中文", "zh"), ("deutsch", "de"), ("Français", "fr"), ("日本語", "ja"),
        ("simplified Chinese", "zh-hans"), ("Brazilian Portuguese", "pt-br"), ("farsi", "fa"),
    ],
)  # fmt: skip
def test_codes_and_names_give_a_code(text, code):
    assert language_code(text) == code


@pytest.mark.parametrize(
    ("text", "hint"),
    [("Germn", "German (de)"), ("chinees", "Chinese (zh)"), ("espanol", "Spanish (es)"), ("###", "such as en")],
)
def test_an_unknown_language_names_the_nearest(text, hint):
    with pytest.raises(UsageError) as caught:
        language_code(text)
    assert hint in str(caught.value)
    assert text in str(caught.value)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_code_has_a_name_that_leads_back(code):
    assert language_code(language_name(code)) == code


@pytest.mark.parametrize(
    ("code", "name"),
    [("zh", "Chinese"), ("zh-hant", "Traditional Chinese"), ("pt_BR", "Brazilian Portuguese"), ("de-at", "German")],
)
def test_names_are_english(code, name):
    assert language_name(code) == name


def test_the_base_of_a_code():
    assert [base_language(code) for code in ("zh-hans", "pt_BR", "en")] == ["zh", "pt", "en"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The quick brown fox jumps over the lazy dog.", "en"),
        ("Dies ist ein kurzer deutscher Satz.", "de"),
        ("Voilà une phrase en français, assez longue.", "fr"),
        ("España es un país muy bonito para vivir.", "es"),
        ("你好，世界真大", "zh"),
        ("使用 Docker 来运行 server 和 client", "zh"),
        ("これは日本語の文章です", "ja"),
        ("한국어 문장입니다", "ko"),
        ("Это русский текст, и довольно длинный", "ru"),
        ("Це український текст, і досить довгий", "uk"),
        ("Αυτό είναι ένα ελληνικό κείμενο", "el"),
        ("این یک متن فارسی است که بلند است، پس چه", "fa"),
        ("This is", None),
        ("", None),
        ("⟦1⟧ `code here in English language` https://example.org/with/a/long/path", None),
    ],
)
def test_languages_are_identified_or_left_open(text, code):
    assert identify(text) == code


@given(st.text())
def test_any_text_may_be_identified(text):
    assert identify(text[:15]) is None or identify(text[:15]) in LANGUAGES


def test_scripts_alone_load_no_model():
    code = (
        "import sys; from styletune.text.language import identify;"
        "assert identify('你好，世界真大') == 'zh' and identify('Это русский текст, и длинный') == 'ru';"
        "assert 'py3langid' not in sys.modules; identify('The quick brown fox jumps over the dog');"
        "assert 'py3langid' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})


@pytest.mark.parametrize(
    ("text", "lang", "share"),
    [
        ("中文", "zh", 1.0),
        ("中文ab", "zh", 0.5),
        ("カナ漢字", "ja", 1.0),
        ("abc", "zh", 0.0),
        ("123", "zh", 1.0),
        ("`abc` 中", "zh", 1.0),
    ],
)
def test_share_of_letters_in_the_script_of_a_language(text, lang, share):
    assert script_share(text, lang) == pytest.approx(share)
